"""What others said of the units: the residents' sample survey and the panel's marks for the duty reports."""

from __future__ import annotations

from shuping.demo.places import YEARS, Place
from shuping.demo.sheet import Sheet
from shuping.demo.strength import Rows, World

NO_SURVEY = ("yueling", 2025)
"""The township and year that the survey did not reach, so that the handling of what is missing can be seen."""

ITEMS = {"summary": 30, "highlights": 10, "shortcomings": 20, "plan": 30, "compliance": 10}
"""Items of the duty-report score sheet and their full marks."""
REVIEWERS = {"leaders": 7, "peers": 9, "delegates": 8}


def residents(world: World) -> Sheet:
    """Return the survey residents: one anonymous answer a row; the village is the sample point, weights are 1."""
    return Sheet.of(
        "unit stratum cluster weight period aware satisfied",
        world.each_year(world.county.townships, _answers),
    )


def _answers(world: World, place: Place, year: int) -> Rows:
    if (place.id, year) == NO_SURVEY:
        return
    own = world.quality(place, "residents", year)
    work = world.quality(place, "activities", year) + world.quality(place, "requests", year)
    quality = (own + work) / 3
    draws = world.draws("residents", place.id, str(year))
    villages = world.county.below(place)
    aware = {"know": 0.3 + 0.5 * quality, "heard": 0.22, "not_know": 0.5 - 0.42 * quality, "unclear": 0.06}
    pleased = {
        "very": 0.15 + 0.45 * quality,
        "fairly": 0.42,
        "average": 0.34 - 0.28 * quality,
        "dissatisfied": 0.16 - 0.14 * quality,
        "unclear": 0.07,
    }
    for number in range(draws.whole(60, 100)):
        point = villages[number % len(villages)]
        stratum = "community" if point.kind == "community" else "village"
        yield place.id, stratum, point.id, 1, str(year), draws.weighted(aware), draws.weighted(pleased)


def duty_report_marks(world: World) -> Sheet:
    """Return the marks of panel duty_report: reviewers are seats (L1, P3), not persons."""
    return Sheet.of(
        "reviewer group unit item mark period",
        (row for year in YEARS for group in REVIEWERS for row in _marks(world, group, year)),
    )


def _marks(world: World, group: str, year: int) -> Rows:
    for seat in range(1, REVIEWERS[group] + 1):
        reviewer = f"{group[0].upper()}{seat}"
        draws = world.draws("reviewer", reviewer, str(year))
        severity = 0.025 * draws.normal()
        absent = draws.pick(world.county.appraised).id if draws.chance(0.5) else None  # left the room for one report
        for place in world.county.appraised:
            if place.id != absent:
                yield from _sheet(world, (reviewer, group), place, year, severity)


def _sheet(world: World, who: tuple[str, str], place: Place, year: int, severity: float) -> Rows:
    own, work = world.quality(place, "duty", year), world.quality(place, "tasks", year)
    share = 0.76 + 0.2 * (0.6 * own + 0.4 * work) + severity
    draws = world.draws("mark", who[0], place.id, str(year))
    for item, full in ITEMS.items():
        yield *who, place.id, item, _halves(full, share + 0.035 * draws.normal()), str(year)


def _halves(full: int, share: float) -> str:
    """Return a mark in half points, as reviewers write them, from 0 to the full mark."""
    halves = min(2 * full, max(0, int(2 * full * share + 0.5)))
    return str(halves // 2) if halves % 2 == 0 else f"{halves // 2}.5"
