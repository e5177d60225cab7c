"""Records of what townships offer their residents and what was published: activities, stations, publicity, awards."""

from __future__ import annotations

from datetime import date

from shuping.demo.organisation import target_publicity
from shuping.demo.places import YEARS, Place
from shuping.demo.sheet import Sheet
from shuping.demo.strength import Rows, World

_FORMS = {"volunteering": 30.0, "culture": 24.0, "lecture": 20.0, "health_and_elder_care": 16.0, "sport": 10.0}
_CROWD = {"volunteering": 26, "culture": 150, "lecture": 42, "health_and_elder_care": 55, "sport": 80}
_STATIONS = ("practice_station", "reading_room", "culture_square", "elder_care")
_MATTERS = ("governance", "service", "environment", "safety", "culture", "business")
_FOUND = ("repeated", "inflated", "invented")
_AWARDS = {"culture": 3.0, "sport": 2.0, "skills": 2.0, "innovation": 1.0, "public_service": 2.0}


def activities(world: World) -> Sheet:
    """Return activity: public activities by village, more than 800 a year in the county."""
    return Sheet.of(
        "unit date form village participants",
        world.each_year(world.county.townships, _activities),
    )


def _activities(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "activities", year)
    draws = world.draws("activity", place.id, str(year))
    villages = draws.shuffled(world.county.below(place))
    reached = villages[: max(2, draws.rounded(len(villages) * min(1.0, 0.56 + 0.6 * quality)))]
    number = draws.rounded(5 * len(villages) * (0.66 + 0.55 * quality))
    forms = dict(list(_FORMS.items())[: 3 + draws.rounded(2 * min(1.0, 0.4 + quality))])
    rows: list[tuple[date, str, str, int]] = []
    for position in range(number):
        village = reached[position] if position < len(reached) else draws.pick(reached)
        form = draws.weighted(forms)
        people = _CROWD[form] * (0.5 + village.population / 3600) * (0.55 + 0.9 * quality) * draws.whole(60, 140) / 100
        rows.append((draws.day(date(year, 1, 4), date(year, 12, 28)), form, village.id, max(6, int(people))))
    for day, form, at, crowd in sorted(rows):
        yield place.id, day, form, at, crowd


def stations(world: World) -> Sheet:
    """Return station: per quarter and village, the stations that were open and their days open in a month."""
    return Sheet.of(
        "unit period village kind opened days_open",
        (row for place in world.county.townships for row in _stations(world, place)),
    )


def _stations(world: World, place: Place) -> Rows:
    draws = world.draws("station", place.id)
    standing = world.quality(place, "stations", YEARS[0])
    later = world.quality(place, "stations", YEARS[-1])
    places: list[tuple[str, str, date]] = []
    for village in world.county.below(place):
        if draws.chance(0.55 + 0.5 * standing):
            places.append((village.id, "practice_station", draws.day(date(2019, 3, 1), date(2023, 12, 15))))
        elif draws.chance(0.15 + 0.4 * later):
            places.append((village.id, "practice_station", draws.day(date(2024, 4, 1), date(2025, 9, 20))))
        if draws.chance(0.22):
            places.append((village.id, draws.pick(_STATIONS[1:]), draws.day(date(2018, 5, 1), date(2023, 11, 30))))
    for year in YEARS:
        usual = 8.5 + 15 * world.quality(place, "stations", year)
        for quarter in range(1, 5):
            for village_id, kind, opened in places:
                if opened <= date(year, 3 * quarter, 28):
                    days = min(31, max(0, int(usual + 2.2 * draws.normal())))
                    yield place.id, f"{year}-Q{quarter}", village_id, kind, opened, days


def publicity(world: World) -> Sheet:
    """Return publicity: items adopted, by the tier that adopted them. There are no readers and no likes in it."""
    return Sheet.of(
        "unit date tier subject",
        world.each_year(world.county.appraised, _publicity),
    )


def _publicity(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "publicity", year)
    draws = world.draws("publicity", place.id, str(year))
    number = max(3, draws.rounded(target_publicity(place) * (0.6 + 0.75 * quality)))
    tiers = {"brief": 9.0 - 4 * quality, "county": 7.0, "city": 1.0 + 3 * quality, "province": 0.1 + 0.9 * quality}
    subjects = ("services", "culture", "economy", "environment", "safety")
    first, last = date(year, 1, 5), date(year, 12, 30)
    rows = [(draws.day(first, last), draws.weighted(tiers), draws.pick(subjects)) for _ in range(number)]
    for row in sorted(rows):
        yield place.id, *row


def awards(world: World) -> Sheet:
    """Return award: competitions that a township's teams entered, by category, level and result."""
    return Sheet.of(
        "unit date category level result",
        world.each_year(world.county.townships, _awards),
    )


def _awards(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "awards", year)
    draws = world.draws("award", place.id, str(year))
    levels = {"county": 8.0, "city": 1.0 + 4 * quality, "province": 0.1 + 1.4 * quality}
    results = {"first": 0.3 + 2 * quality, "second": 1.0 + 2 * quality, "third": 2.0, "entered": 6.0 - 5 * quality}
    rows: list[tuple[date, str, str, str]] = []
    for _ in range(2 + draws.rounded(9 * quality)):
        day = draws.day(date(year, 3, 1), date(year, 12, 10))
        rows.append((day, draws.weighted(_AWARDS), draws.weighted(levels), draws.weighted(results)))
    for row in sorted(rows):
        yield place.id, *row


def honours(world: World) -> Sheet:
    """Return honour: documents by which a unit was commended, or its practice was taken up elsewhere."""
    return Sheet.of(
        "unit date category tier matter document",
        world.each_year((*world.county.townships, *world.county.bureaus), _honours),
    )


def _honours(world: World, place: Place, year: int) -> Rows:
    quality = world.quality(place, "honours", year)
    draws = world.draws("honour", place.id, str(year))
    rows: list[tuple[date, str, str, str]] = []
    for matter in draws.shuffled(_MATTERS)[: draws.rounded(3.4 * quality * quality)]:
        category = draws.weighted({"commendation": 3.0, "pilot": 2.0})
        tiers = ("city", "province") if draws.chance(0.3 * quality) else ("city",)
        rows += [(draws.day(date(year, 2, 1), date(year, 12, 20)), category, tier, matter) for tier in tiers]
    for number, (day, category, tier, matter) in enumerate(sorted(rows), 1):
        issuer = "省表" if tier == "province" else "市表"
        yield place.id, day, category, tier, matter, f"{issuer}〔{year}〕{draws.whole(3, 90) + number}号"


def verifications(world: World) -> Sheet:
    """Return verification: the few cases in which a unit's figures were looked at and found to be false."""
    return Sheet.of(
        "unit date finding document",
        world.each_year((*world.county.townships, *world.county.bureaus), _verifications),
    )


def _verifications(world: World, place: Place, year: int) -> Rows:
    draws = world.draws("verification", place.id, str(year))
    if draws.chance(0.06):
        day = draws.day(date(year, 4, 1), date(year, 12, 10))
        yield place.id, day, draws.pick(_FOUND), f"统核〔{year}〕{draws.whole(1, 30)}号"
