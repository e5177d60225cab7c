"""Records about how the work is organised: the unit register, posts, plans and meetings, training, targets."""

from __future__ import annotations

from datetime import date, timedelta

from shuping.demo.places import COUNTY, YEARS, Place
from shuping.demo.sheet import Cell, Sheet
from shuping.demo.strength import Rows, World

NO_TRAINING_RECORDS = ("forestry", 2025)
"""The bureau and year without any training record, so that the handling of what is missing can be seen."""

_POSTS = {
    "township": (
        ("culture_officer", 3),
        ("volunteer_coordinator", 2),
        ("request_handler", 3),
        ("safety_officer", 3),
        ("statistics_officer", 2),
    ),
    "bureau": (("window_clerk", 5), ("request_handler", 2), ("liaison_officer", 3), ("statistics_officer", 1)),
    "zone": (("enterprise_liaison", 4), ("request_handler", 2), ("safety_officer", 3), ("statistics_officer", 1)),
}
_TOPICS = {"policy": 5.0, "service": 4.0, "safety": 3.0, "digital": 2.0, "law": 2.0}


def units(world: World) -> Sheet:
    """Return units.csv: the county, its units, and the attributes that formulas use."""
    county = world.county
    rows: list[tuple[Cell, ...]] = [(COUNTY, "澄川县", "Chengchuan County", "county", None) + (None,) * 6]
    rows += [_unit(place) for place in county.appraised + county.offices]
    rows += [
        (place.id, place.name, place.name_en, place.kind, place.parent, place.population) + (None,) * 5
        for place in county.villages
    ]
    columns = "id name name_en kind parent population villages"
    return Sheet.of(f"{columns} target_activities target_training target_publicity workdays", rows)


def _unit(place: Place) -> tuple[Cell, ...]:
    head = (place.id, place.name, place.name_en, place.kind, place.parent)
    if place.kind == "township":
        count = len(place.places)
        return (*head, place.population, count, 5 * count, 10, target_publicity(place), None)
    if place.kind == "bureau":
        return (*head, None, None, None, 8, target_publicity(place), 248)
    if place.kind == "zone":
        return (*head, None, None, None, None, target_publicity(place), None)
    return head + (None,) * 6


def target_publicity(place: Place) -> int:
    """Return how many adopted items a year are expected of a unit."""
    return {"township": 22, "bureau": 16, "zone": 12}[place.kind]


def posts(world: World) -> Sheet:
    """Return post: per quarter, kind of post and state, how many posts there are. No names, only numbers of posts."""
    return Sheet.of(
        "unit period post state posts",
        world.each_year(world.county.appraised, _posts),
    )


def _posts(world: World, place: Place, year: int) -> Rows:
    filled_share = 0.62 + 0.38 * world.quality(place, "organisation", year)
    extra = place.population // 25000
    for post, number in _POSTS[place.kind]:
        draws = world.draws("post", place.id, post, str(year))
        usual = {"filled": filled_share, "part_time": 0.16, "vacant": 0.9 - 0.9 * filled_share}
        states = [draws.weighted(usual) for _ in range(number + extra)]
        for quarter in range(1, 5):
            if quarter > 1 and draws.chance(0.15):  # somebody came or went
                changed = draws.whole(0, len(states) - 1)
                states[changed] = draws.weighted({"filled": 3.0, "part_time": 1.0, "vacant": 1.0})
            for state in ("filled", "part_time", "vacant"):
                if count := states.count(state):
                    yield place.id, f"{year}-Q{quarter}", post, state, count


def plans(world: World) -> Sheet:
    """Return plan: annual plans with their due date, plans for one matter, special-topic meetings."""
    return Sheet.of(
        "unit date kind due",
        world.each_year(world.county.appraised, _plans),
    )


def _plans(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "organisation", year)
    draws = world.draws("plan", place.id, str(year))
    due = date(year, 2, 28)
    on_time = draws.chance(0.55 + 0.5 * quality)
    handed_in = draws.day(date(year, 1, 12), due) if on_time else draws.day(date(year, 3, 3), date(year, 4, 20))
    rows: list[tuple[date, str, date | None]] = [(handed_in, "annual_plan", due)]
    rows += [(draws.day(date(year, 1, 20), date(year, 10, 30)), "special_plan", None) for _ in range(draws.whole(0, 2))]
    meetings = 1 + draws.rounded(4.4 * quality)
    rows += [(draws.day(date(year, 1, 8), date(year, 12, 20)), "special_meeting", None) for _ in range(meetings)]
    for day, kind, limit in sorted(rows, key=lambda row: (row[0], row[1])):
        yield place.id, day, kind, limit


def training(world: World) -> Sheet:
    """Return training: one row a session, with its topic and how many took part (no names, no hours)."""
    return Sheet.of(
        "unit date topic participants",
        world.each_year(world.county.townships + world.county.bureaus, _training),
    )


def _training(world: World, place: Place, year: int) -> Rows:
    if (place.id, year) == NO_TRAINING_RECORDS:
        return
    quality = world.quality(place, "training", year)
    draws = world.draws("training", place.id, str(year))
    target = 10 if place.kind == "township" else 8
    number = max(2, draws.rounded(target * (0.55 + 0.75 * quality)))
    known = dict(list(_TOPICS.items())[: 2 + draws.rounded(3 * min(1.0, quality + 0.25))])
    days = sorted(draws.day(date(year, 1, 10), date(year, 12, 18)) for _ in range(number))
    for day in days:
        yield place.id, _weekday(day), draws.weighted(known), draws.whole(12, 60)


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def targets(world: World) -> Sheet:
    """Return targets.csv: investment (10,000 yuan) and new jobs that were set for townships and zones."""
    rows: list[tuple[Cell, ...]] = []
    for place in world.county.townships + world.county.zones:
        for year in YEARS:
            rows.append((place.id, str(year), "investment", investment_target(world, place, year)))
            rows.append((place.id, str(year), "new_jobs", jobs_target(place, year)))
    return Sheet.of("unit period measure value", rows)


def investment_target(world: World, place: Place, year: int) -> int:
    """Return the investment set for a unit, in 10,000 yuan, a multiple of 100."""
    base = 24000 if place.kind == "zone" else 1500 + place.population // 8
    base += 100 * world.draws("investment target", place.id).whole(-5, 5)
    return base * (106 if year > YEARS[0] else 100) // 10000 * 100


def jobs_target(place: Place, year: int) -> int:
    """Return the new jobs set for a unit, a multiple of 10."""
    base = 900 if place.kind == "zone" else 40 + place.population // 150
    return base * (104 if year > YEARS[0] else 100) // 1000 * 10
