"""Records of services and tasks: requests, key tasks, quarterly figures, village checks, windows, replies."""

from __future__ import annotations

from datetime import date, timedelta

from shuping.demo.draws import Draws
from shuping.demo.organisation import investment_target, jobs_target
from shuping.demo.places import Place
from shuping.demo.sheet import Sheet
from shuping.demo.strength import Rows, World

_MATTERS = {"roads": 5, "water": 5, "environment": 7, "housing": 10, "services": 7, "wages": 10}
"""Matters of requests and the days allowed for an answer."""
_AREAS = ("economy", "construction", "ecology", "livelihood", "safety")


def requests(world: World) -> Sheet:
    """Return request: residents' requests passed on by the hotline, with due date and the day they were closed."""
    return Sheet.of(
        "unit received matter due closed",
        world.each_year(world.county.appraised, _requests),
    )


def _requests(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "requests", year)
    draws = world.draws("request", place.id, str(year))
    number = {"township": 34 + place.population // 1200, "bureau": 30, "zone": 24}[place.kind] + draws.whole(-6, 6)
    for received in sorted(draws.day(date(year, 1, 2), date(year, 12, 20)) for _ in range(number)):
        matter = draws.pick(list(_MATTERS))
        due = received + timedelta(days=_MATTERS[matter])
        yield place.id, received, matter, due, _closed(draws, received, due, 0.74 + 0.27 * quality)


def _closed(draws: Draws, start: date, due: date, on_time: float) -> date | None:
    """Return the day something was finished: in time with this probability, else late, much later or not yet."""
    if draws.chance(on_time):
        return draws.day(start + timedelta(days=1), due)
    lateness = draws.weighted({"late": 8.0, "very_late": 1.2, "open": 0.4})
    if lateness == "open":
        return None
    return due + timedelta(days=draws.whole(1, 18) if lateness == "late" else draws.whole(31, 60))


def tasks(world: World) -> Sheet:
    """Return task: key tasks assigned to a unit, with due date and the day they were done."""
    return Sheet.of(
        "unit assigned area due done",
        world.each_year(world.county.appraised, _tasks),
    )


def _tasks(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "tasks", year)
    draws = world.draws("task", place.id, str(year))
    number = {"township": 20, "bureau": 26, "zone": 18}[place.kind] + draws.whole(-4, 4)
    for assigned in sorted(draws.day(date(year, 1, 8), date(year, 9, 30)) for _ in range(number)):
        due = min(assigned + timedelta(days=draws.pick((30, 45, 60, 90))), date(year, 12, 25))
        yield place.id, assigned, draws.pick(_AREAS), due, _closed(draws, assigned, due, 0.72 + 0.29 * quality)


def figures(world: World) -> Sheet:
    """Return figure: investment (10,000 yuan, two decimals) and new jobs, by quarter, from the statistics office."""
    places = world.county.townships + world.county.zones
    return Sheet.of(
        "unit period investment new_jobs",
        world.each_year(places, _figures),
    )


def _figures(world: World, place: Place, year: int) -> Rows:
    share = 0.8 + 0.32 * world.quality(place, "economy", year)
    draws = world.draws("figure", place.id, str(year))
    for quarter, part in enumerate((19, 25, 26, 30), start=1):
        hundredths = int(investment_target(world, place, year) * share * part * draws.whole(90, 110) / 100)
        jobs = int(jobs_target(place, year) * share * part * draws.whole(90, 110) / 10000)
        yield place.id, f"{year}-Q{quarter}", f"{hundredths // 100}.{hundredths % 100:02d}", jobs


def village_checks(world: World) -> Sheet:
    """Return village_check: the environment of each village and community, rated 0 to 100 in Q2 and Q4."""
    return Sheet.of(
        "unit period rating",
        world.each_year(world.county.townships, _village_checks),
    )


def _village_checks(world: World, place: Place, year: int) -> Rows:
    usual = 68 + 26 * world.quality(place, "environment", year)
    for village in world.county.below(place):
        draws = world.draws("village_check", village.id, str(year))
        own = usual + 4 * draws.normal()
        for quarter in (2, 4):
            yield village.id, f"{year}-Q{quarter}", min(100, max(30, int(own + 3 * draws.normal())))


def windows(world: World) -> Sheet:
    """Return window: per quarter, cases of a bureau's service window (all, in time, online) and its days open."""
    return Sheet.of(
        "unit period cases on_time online days_open",
        world.each_year(world.county.bureaus, _windows),
    )


def _windows(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "service", year)
    draws = world.draws("window", place.id, str(year))
    usual = world.draws("window size", place.id).whole(180, 1400)
    for quarter in range(1, 5):
        cases = usual * draws.whole(80, 120) // 100
        late = int(cases * (0.16 - 0.15 * quality) * draws.whole(70, 130) / 100)
        online = int(cases * min(0.95, 0.3 + 0.5 * quality + 0.03 * draws.normal()))
        yield place.id, f"{year}-Q{quarter}", cases, cases - late, online, 62 - draws.rounded(6 * (1 - quality))


def replies(world: World) -> Sheet:
    """Return reply: questions that townships put to a bureau, with due date and the day of the reply."""
    return Sheet.of(
        "unit asked township due replied",
        world.each_year(world.county.bureaus, _replies),
    )


def _replies(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "coordination", year)
    draws = world.draws("reply", place.id, str(year))
    for asked in sorted(draws.day(date(year, 1, 6), date(year, 12, 12)) for _ in range(26 + draws.whole(0, 12))):
        due = asked + timedelta(days=10)
        township = draws.pick(world.county.townships).id
        yield place.id, asked, township, due, _closed(draws, asked, due, 0.7 + 0.3 * quality)
