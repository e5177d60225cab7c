"""The three groups' criteria of the county written out one by one: see ``by_hand``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

from tests.core.demo.by_hand import (
    Row,
    Values,
    Year,
    bands,
    between,
    capped,
    fill,
    log_between,
    min_max,
    ratio,
    round_half_up,
    with_group_mean,
)

Leaves = Mapping[str, Mapping[str, Fraction | Decimal | None]]
Points = dict[str, dict[str, Fraction | Decimal]]
"""Points by criterion and unit."""


def score(year: Year, kind: str) -> Points:
    """Return the points of every leaf criterion of one kind of unit in one year."""
    full = {
        "township": (4, 5, 3, 8, 3, 4, 5, 10),
        "bureau": (4, 5, 3, 4, 1, 2, 22, 10),
        "zone": (6, 6, 4, 11, 4, 5, 16, 20),
    }
    posts, items, tier, in_time, speed, overdue, tasks, duty = full[kind]
    points: dict[str, Values] = {}
    points["posts_filled"] = between(year.measure("post", kind, _staffing), "40/100", "95/100", posts)
    plans = year.measure(
        "plan", kind, lambda rows, _: sum(r["kind"] == "annual_plan" and r["date"] <= r["due"] for r in rows)
    )
    points["annual_plan"] = {unit: Fraction(2 if value and value >= 1 else 0) for unit, value in plans.items()}
    meetings = year.measure("plan", kind, lambda rows, _: sum(r["kind"] == "special_meeting" for r in rows))
    points["special_meetings"] = capped(meetings, lambda _: 4, 2)
    adopted = year.measure("publicity", kind, lambda rows, _: len(rows))
    points["publicity_number"] = capped(adopted, lambda unit: year.attribute(unit, "target_publicity"), items)
    weights = {"brief": 1, "county": 2, "city": 4, "province": 8}
    weighted = year.measure("publicity", kind, lambda rows, _: sum(weights[row["tier"]] for row in rows))
    best = max(value for value in weighted.values() if value is not None)
    points["publicity_tier"] = capped(weighted, lambda _: best, tier)
    points["requests_in_time"] = between(year.in_time("request", kind, "due", "closed"), "40/100", "98/100", in_time)
    points["requests_speed"] = min_max(year.mean_days("request", kind, "received", "closed"), speed, lower=True)
    late = year.long_overdue("request", kind, "due", "closed")
    points["requests_overdue"] = _deduct(late, Fraction(1, 2), overdue)
    points["tasks_in_time"] = capped(year.in_time("task", kind, "due", "done"), lambda _: 1, tasks)
    points["duty_review"] = capped(year.panel(kind), lambda _: 100, duty)
    makers: dict[str, Callable[[Year], Leaves]] = {"township": _townships, "bureau": _bureaus, "zone": _zones}
    leaves: dict[str, Mapping[str, Fraction | Decimal | None]] = {**points, **makers[kind](year)}
    return {name: fill(values, Fraction(0)) for name, values in leaves.items()}


def bonuses(year: Year, kind: str) -> dict[str, Fraction]:
    """Return each unit's bonus: every matter once at its highest level, capped by category and in all."""
    worth = {
        "commendation": (Fraction(1, 2), Fraction(1), Fraction(1)),
        "pilot": (Fraction(2, 5), Fraction(4, 5), Fraction(4, 5)),
    }
    found: dict[str, Fraction] = {}
    for unit in year.members(kind):
        total = Fraction(0)
        for category, (city, province, cap) in worth.items():
            levels: dict[str, set[str]] = {}
            for row in year.rows["honour"].get(unit, []):
                if row["category"] == category:
                    levels.setdefault(row["matter"], set()).add(row["tier"])
            earned = sum((province if "province" in tiers else city for tiers in levels.values()), Fraction(0))
            total += min(earned, cap)
        found[unit] = min(total, Fraction(13, 10))
    return found


def totals(points: Points, bonus: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Return the published totals: two decimals, half up."""
    found: dict[str, Decimal] = {}
    for unit in next(iter(points.values())):
        parts = [values[unit] for values in points.values()]
        exact = sum((part for part in parts if isinstance(part, Fraction)), bonus[unit])
        with localcontext() as context:
            context.prec = 50
            logs = sum((part for part in parts if isinstance(part, Decimal)), Decimal(0))
            found[unit] = round_half_up(Decimal(exact.numerator) / exact.denominator + logs, 2)
    return found


def _townships(year: Year) -> Leaves:
    kind = "township"
    villages = {unit: year.attribute(unit, "villages") for unit in year.members(kind)}
    number = year.measure("activity", kind, lambda rows, _: len(rows))
    reached = year.measure("activity", kind, lambda rows, unit: len({row["village"] for row in rows}) / villages[unit])
    forms = year.measure("activity", kind, lambda rows, _: len({row["form"] for row in rows}))
    crowd = year.measure(
        "activity", kind, lambda rows, unit: _sum(rows, "participants") / year.attribute(unit, "population")
    )
    stations = year.measure(
        "station",
        kind,
        lambda rows, unit: len({r["village"] for r in rows if r["kind"] == "practice_station"}) / villages[unit],
    )
    days_open = year.measure("station", kind, lambda rows, _: ratio(_sum(rows, "days_open"), len(rows)))
    aware = with_group_mean(year.share("aware", {"know", "heard"}))
    satisfied = with_group_mean(year.share("satisfied", {"very", "fairly"}))
    cover = (("95/100", "5"), ("85/100", "4.5"), ("75/100", "4"), ("60/100", "3.2"), ("40/100", "2"))
    return {
        **_learning(year, kind, 10),
        "activity_number": capped(number, lambda unit: year.attribute(unit, "target_activities"), 4),
        "activity_villages": min_max(reached, 6),
        "activity_range": capped(forms, lambda _: 5, 2),
        "activity_participation": log_between({u: None if v is None else 100 * v for u, v in crowd.items()}, 2, 60, 3),
        "stations_covered": bands(stations, cover),
        "stations_open": capped(days_open, lambda _: 20, 5),
        "competitions": _awards(year),
        **_economy(year, kind, 4, 2),
        "environment_of_villages": between(_environment(year), "50", "90", 2),
        "residents_aware": between(aware, "20/100", "90/100", 4),
        "residents_satisfied": capped(satisfied, lambda _: Fraction(95, 100), 6),
    }


def _bureaus(year: Year) -> dict[str, Values]:
    kind = "bureau"
    in_time = year.measure("window", kind, lambda rows, _: ratio(_sum(rows, "on_time"), _sum(rows, "cases")))
    online = year.measure("window", kind, lambda rows, _: ratio(_sum(rows, "online"), _sum(rows, "cases")))
    opened = year.measure("window", kind, lambda rows, _: _sum(rows, "days_open"))
    undone = year.long_overdue("task", kind, "due", "done")
    return {
        **_learning(year, kind, 8),
        "tasks_not_done": _deduct(undone, Fraction(1), 8),
        "windows_in_time": between(in_time, "70/100", "99/100", 8),
        "windows_open": capped(opened, lambda unit: year.attribute(unit, "workdays"), 4),
        "windows_online": min_max(online, 4),
        "replies_in_time": between(year.in_time("reply", kind, "due", "replied"), "40/100", "98/100", 10),
        "replies_speed": min_max(year.mean_days("reply", kind, "asked", "replied"), 5, lower=True),
    }


def _zones(year: Year) -> dict[str, Values]:
    return _economy(year, "zone", 16, 8)


def _learning(year: Year, kind: str, target: int) -> dict[str, Values]:
    sessions = year.measure("training", kind, lambda rows, _: len(rows))
    topics = year.measure("training", kind, lambda rows, _: len({row["topic"] for row in rows}))
    table = (("5", "3"), ("4", "2.6"), ("3", "2"), ("2", "1"))
    return {"training_number": capped(sessions, lambda _: target, 3), "training_range": bands(topics, table)}


def _economy(year: Year, kind: str, investment: int, jobs: int) -> dict[str, Values]:
    made = year.measure("figure", kind, lambda rows, _: _sum(rows, "investment"))
    new = year.measure("figure", kind, lambda rows, _: _sum(rows, "new_jobs"))
    return {
        "investment_target": capped(made, lambda unit: year.targets[unit, "investment"], investment, Fraction(11, 10)),
        "jobs_target": capped(new, lambda unit: year.targets[unit, "new_jobs"], jobs),
    }


def _environment(year: Year) -> Values:
    found: Values = {}
    for township in year.members("township"):
        below = [unit for unit, row in year.units.items() if row["parent"] == township]
        means = [_sum(rows, "rating") / len(rows) for unit in below if (rows := year.rows["village_check"].get(unit))]
        found[township] = sum(means, Fraction(0)) / len(means)
    return found


def _awards(year: Year) -> Values:
    level, result = {"province": 4, "city": 2, "county": 1}, {"first": 4, "second": 3, "third": 2, "entered": 1}
    won = {
        unit: sum(level[row["level"]] * result[row["result"]] for row in year.rows["award"].get(unit, []))
        for unit in year.members("township")
    }
    return {unit: 5 * (1 - Fraction(4, 100) * sum(other > own for other in won.values())) for unit, own in won.items()}


def _staffing(rows: list[Row], _: str) -> Fraction | None:
    share = {"filled": Fraction(1), "part_time": Fraction(1, 2), "vacant": Fraction(0)}
    return ratio(sum(share[row["state"]] * int(row["posts"]) for row in rows), _sum(rows, "posts"))


def _deduct(values: Values, each: Fraction, full: int) -> Values:
    return {unit: None if value is None else max(Fraction(0), full - each * value) for unit, value in values.items()}


def _sum(rows: list[Row], column: str) -> Fraction:
    return sum((Fraction(row[column]) for row in rows), Fraction(0))
