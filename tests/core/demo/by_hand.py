"""The county's scores worked out a second time, straight from the CSV files, in plain Python.

Slow and obvious on purpose, and without one import from the library: the rules of the rule book are written out here by
hand, so that a fault in the engine and a fault here would have to agree to stay unseen. Figures are Fractions; the one
logarithm is a Decimal of 50 digits.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

Row = dict[str, str]
Values = dict[str, Fraction | None]
"""One measure of one period by unit; None where it is missing."""
GROUPS = {"township": "townships", "bureau": "bureaus", "zone": "zones"}


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ratio(top: Fraction | int, bottom: Fraction | int) -> Fraction | None:
    """Return top / bottom, None where bottom is zero."""
    return Fraction(top) / bottom if bottom else None


def days(later: str, earlier: str) -> int:
    """Return the days between two ISO dates."""
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


def round_half_up(value: Fraction | Decimal, places: int) -> Decimal:
    """Return the value rounded half up."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
        return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class Year:
    """The records of one year, by dataset and unit, and the measures made of them."""

    def __init__(self, folder: Path, year: str) -> None:
        self.year = year
        self.units = {row["id"]: row for row in read(folder / "units.csv")}
        self.rows: dict[str, dict[str, list[Row]]] = {}
        for path in sorted(folder.glob("records/*.csv")) + sorted(folder.glob("surveys/*.csv")):
            by_unit: dict[str, list[Row]] = defaultdict(list)
            for row in read(path):
                first = next(row[key] for key in ("period", "date", "received", "assigned", "asked") if key in row)
                if first[:4] == year:
                    by_unit[row["unit"]].append(row)
            self.rows[path.stem] = by_unit
        self.targets = {
            (row["unit"], row["measure"]): Fraction(row["value"])
            for row in read(folder / "targets.csv")
            if row["period"] == year
        }
        self.marks = [row for row in read(folder / "marks/duty_report.csv") if row["period"] == year]

    def members(self, kind: str) -> list[str]:
        """Return the units of one kind."""
        return [unit for unit, row in self.units.items() if row["kind"] == kind]

    def attribute(self, unit: str, name: str) -> Fraction:
        """Return an attribute of a unit."""
        return Fraction(self.units[unit][name])

    def measure(self, table: str, kind: str, figure: Callable[[list[Row], str], Fraction | int | None]) -> Values:
        """Return a figure of each unit's rows; None where a unit has no rows."""
        found: Values = {}
        for unit in self.members(kind):
            rows = self.rows[table].get(unit, [])
            value = figure(rows, unit) if rows else None
            found[unit] = None if value is None else Fraction(value)
        return found

    def in_time(self, table: str, kind: str, due: str, end: str) -> Values:
        """Return the share of rows that ended by their due date."""
        return self.measure(
            table, kind, lambda rows, _: ratio(sum(len(r[end]) > 0 and r[end] <= r[due] for r in rows), len(rows))
        )

    def mean_days(self, table: str, kind: str, start: str, end: str) -> Values:
        """Return the mean days from start to end of the rows that ended."""

        def figure(rows: list[Row], _: str) -> Fraction | None:
            done = [days(row[end], row[start]) for row in rows if row[end]]
            return ratio(sum(done), len(done))

        return self.measure(table, kind, figure)

    def long_overdue(self, table: str, kind: str, due: str, end: str) -> Values:
        """Return the number of rows that have not ended or ended more than 30 days late."""
        return self.measure(table, kind, lambda rows, _: sum(not r[end] or days(r[end], r[due]) > 30 for r in rows))

    def share(self, question: str, wanted: set[str]) -> Values:
        """Return the share of answers among those that are not `unclear`."""

        def figure(rows: list[Row], _: str) -> Fraction | None:
            answers = [row[question] for row in rows if row[question] != "unclear"]
            return ratio(sum(answer in wanted for answer in answers), len(answers))

        return self.measure("residents", "township", figure)

    def panel(self, kind: str) -> Values:
        """Return the duty-report scores out of 100: per reviewer group without one highest and one lowest, 40:30:30."""
        sums: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for row in self.marks:
            sums[row["unit"], row["group"]][row["reviewer"]] += Fraction(row["mark"])
        found: Values = {}
        for unit in self.members(kind):
            total = Fraction(0)
            for group, weight in (("leaders", 40), ("peers", 30), ("delegates", 30)):
                judges = sorted(sums[unit, group].values())
                kept = judges[1:-1] if len(judges) > 5 else judges
                total += Fraction(weight, 100) * sum(kept) / len(kept)
            found[unit] = total
        return found


def capped(
    values: Values, target: Callable[[str], Fraction | int], full: Fraction | int, cap: Fraction | int = 1
) -> Values:
    """Completion rate, at most ``cap`` times the full points."""
    return {u: None if v is None else min(Fraction(cap), v / target(u)) * full for u, v in values.items()}


def between(values: Values, low: str, high: str, full: int | Fraction) -> Values:
    """Linear between two posts, clipped."""
    start, end = Fraction(low), Fraction(high)
    share = {u: None if v is None else (v - start) / (end - start) for u, v in values.items()}
    return {u: None if s is None else min(Fraction(1), max(Fraction(0), s)) * full for u, s in share.items()}


def log_between(values: Values, low: int, high: int, full: int) -> dict[str, Decimal | None]:
    """Logarithmic between two posts, clipped."""
    found: dict[str, Decimal | None] = {}
    with localcontext() as context:
        context.prec = 50
        start, end = Decimal(low).ln(), Decimal(high).ln()
        for unit, value in values.items():
            if value is None:
                found[unit] = None
                continue
            share = ((Decimal(value.numerator) / value.denominator).ln() - start) / (end - start)
            found[unit] = min(Decimal(1), max(Decimal(0), share)) * full
    return found


def min_max(values: Values, full: int, lower: bool = False) -> Values:
    """The group's best gets full points, its last 60 %."""
    known = [value for value in values.values() if value is not None]
    low, high = min(known), max(known)
    floor = Fraction(6, 10)
    found: Values = {}
    for unit, value in values.items():
        away = None if value is None else (high - value if lower else value - low) / (high - low)
        found[unit] = None if away is None else full * (floor + (1 - floor) * away)
    return found


def bands(values: Values, table: Iterable[tuple[str, str]]) -> Values:
    """The first band that the value reaches."""
    found: Values = {}
    for unit, value in values.items():
        if value is None:
            found[unit] = None
            continue
        found[unit] = next((Fraction(points) for start, points in table if value >= Fraction(start)), Fraction(0))
    return found


def fill(points: Mapping[str, Fraction | Decimal | None], instead: Fraction) -> dict[str, Fraction | Decimal]:
    """Put a figure where points are missing."""
    return {unit: instead if value is None else value for unit, value in points.items()}


def with_group_mean(values: Values) -> Values:
    """Put the mean of the group's values where one is missing."""
    known = [value for value in values.values() if value is not None]
    mean = sum(known, Fraction(0)) / len(known)
    return {unit: mean if value is None else value for unit, value in values.items()}
