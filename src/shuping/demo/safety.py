"""A second, smaller appraisal of the demonstration county in the same year: safety at work and emergencies.

It asks for two datasets of its own and takes posts and training from the annual appraisal. Commendations, late reports
and accidents are claimed or proposed by people, so none is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources

from shuping.demo.places import Place, county
from shuping.demo.strength import World

YEAR = 2025
STILL_OPEN = ("baimao", "agriculture", "wanghe", "health")
"""Units that have not filed the last quarter yet, so that the quarter before can be taken over."""
NO_DRILLS = ("yueling", "forestry")
"""Units that have filed no drill at all, so that there is somebody to remind."""
_KINDS = {"fire": 4.0, "flood": 3.0, "forest_fire": 2.0, "rescue": 1.0}


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """A record: dataset, unit, period (empty where the row is dated), fields as they are typed."""

    dataset: str
    unit: str
    period: str
    values: Mapping[str, str]


def safety_rulebook() -> str:
    """Return the rule book's text."""
    return resources.files("shuping.demo").joinpath("safety.yaml").read_text(encoding="utf-8")


def safety_rows(seed: int = 2025) -> tuple[SafetyRow, ...]:
    """Return the records of hazards and drills, by unit; the same seed gives the same rows."""
    world = World(seed, county(seed))
    places = world.county.townships + world.county.bureaus
    return tuple(row for place in places for row in (*_hazards(world, place), *_drills(world, place)))


def _hazards(world: World, place: Place) -> Iterator[SafetyRow]:
    draws, quality = world.draws("hazard", place.id), world.quality(place, "tasks", YEAR)
    for quarter in range(1, 5):
        found = draws.whole(14, 70) if place.kind == "township" else draws.whole(4, 26)
        closed = min(found, draws.rounded(found * (0.72 + 0.3 * quality)))
        if quarter < 4 or place.id not in STILL_OPEN:
            yield SafetyRow("hazard", place.id, f"{YEAR}-Q{quarter}", {"found": str(found), "closed": str(closed)})


def _drills(world: World, place: Place) -> Iterator[SafetyRow]:
    draws, quality = world.draws("drill", place.id), world.quality(place, "activities", YEAR)
    if place.id in NO_DRILLS:
        return
    for day in sorted(draws.day(date(YEAR, 3, 1), date(YEAR, 11, 28)) for _ in range(1 + draws.rounded(4 * quality))):
        values = {
            "date": day.isoformat(), "kind": draws.weighted(_KINDS),
            "participants": str(draws.whole(25, 240)),
        }  # fmt: skip
        yield SafetyRow("drill", place.id, "", values)
