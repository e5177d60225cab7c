"""The distance between two totals, exactly: of two units, or of one unit at two times.

A total is the sum of what each criterion contributes (its points at their plain worth), of what rescaling adds where
something is missing, of bonuses, deductions and caps, and of rounding. The differences of these add up to the
difference of the published totals, to the last digit. Criteria below one whose own floor, cap or mean is not additive
are not taken apart: it stands for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import polars as pl

from shuping.errors import InputError, Problem
from shuping.review.contributions import ADJUSTING, Parts, parts_of
from shuping.scoring.explain import explain
from shuping.values.rounding import to_decimal

LINES_SCHEMA: dict[str, Any] = {
    "criterion": pl.String,  # id; null for what no criterion is the cause of
    "kind": pl.String,  # criterion | bonus | deduction | cap, then rescale | remainder | rounding
    "counts_in": pl.String,  # both | a | b
    "title_zh": pl.String, "title_en": pl.String,
    "a": pl.Decimal, "b": pl.Decimal, "difference": pl.Decimal,  # rounded for reading
    "a_exact": pl.String, "b_exact": pl.String, "difference_exact": pl.String,  # "numerator/denominator": these add up
}  # fmt: skip
REST = ("rescale", "remainder", "rounding")
"""What is no criterion's: weight taken over from missing ones, what cannot be taken apart, rounding of the total."""
PLACES = 10
"""Decimals of the figures for reading."""


class Figures(Protocol):
    """A result, or one read back from its folder."""

    @property
    def standing(self) -> pl.DataFrame:
        """Totals and ranks, as ``standing.csv`` has them."""

    @property
    def trace(self) -> pl.DataFrame:
        """See ``TRACE_SCHEMA``."""


@dataclass(frozen=True)
class Side:
    """One of the two totals: whose and when, as published."""

    unit: str
    name: str
    name_en: str
    period: str
    group: str
    total: Decimal
    rank: int | None
    parts: Parts


@dataclass(frozen=True)
class Difference:
    """What lies between total ``a`` and total ``b``. ``lines`` (``LINES_SCHEMA``) in the order of the rule book; their
    exact differences add up to ``change``.
    """

    a: Side
    b: Side
    lines: pl.DataFrame

    @property
    def change(self) -> Decimal:
        """The published total of ``b`` less that of ``a``."""
        return self.b.total - self.a.total

    @property
    def largest(self) -> pl.DataFrame:
        """The lines that are not nought, the largest difference first, equal ones in the order of the rule book."""
        some = self.lines.filter(pl.col("difference_exact") != "0/1")
        return some.sort(pl.col("difference").abs(), descending=True, maintain_order=True)


def ahead_of(result: Figures, unit: str, other: str, period: str | None = None) -> Difference:
    """Take apart how far ``unit`` is ahead of ``other`` (or behind) in a period, by default the last.

    Raises InputError for a unit or period that the result does not hold, and for one without a total.
    """
    return _difference(_side(result, other, period), _side(result, unit, period))


def since(
    result: Figures, unit: str, earlier: Figures, before: str | None = None, period: str | None = None
) -> Difference:
    """Take apart how a unit's total changed from the period ``before`` of ``earlier`` (which may be ``result`` itself)
    to ``period``; both are by default the last of their result.

    Raises InputError for a unit or period that a result does not hold, and for a period without a total.
    """
    now = _side(result, unit, period)
    return _difference(_side(earlier, now.unit, before), now)


def _side(result: Figures, unit: str, period: str | None) -> Side:
    found = explain(result.trace, unit, None, period)
    mine = (pl.col("period") == found.period) & (pl.col("unit") == found.unit)
    row = result.standing.filter(mine).row(0, named=True)
    if row["total"] in (None, ""):
        given = {"given": found.unit, "period": found.period}
        raise InputError(Problem("scoring.no-total-to-compare", given))
    rank = None if row["rank"] in (None, "") else int(row["rank"])
    parts = parts_of(result.trace, found.period, found.unit)[found.unit]
    total = Decimal(str(row["total"]))
    return Side(found.unit, found.name, found.name_en, found.period, found.group, total, rank, parts)


def _difference(a: Side, b: Side) -> Difference:
    rows = list(difference_rows(a.parts, b.parts, (Fraction(a.total), Fraction(b.total)), PLACES))
    types = {name: pl.Decimal(38, PLACES) if kind is pl.Decimal else kind for name, kind in LINES_SCHEMA.items()}
    return Difference(a, b, pl.DataFrame(rows, schema=types, orient="row"))


def difference_rows(a: Parts, b: Parts, published: tuple[Fraction, Fraction], places: int) -> Iterator[dict[str, Any]]:
    """Yield the lines (``LINES_SCHEMA``) between two totals: criteria in the order of ``b``, those only in ``a``, then
    what is no criterion's.
    """
    stops = a.ends | b.ends
    cut_a, cut_b = a.cut(stops), b.cut(stops)
    for name in dict.fromkeys((*cut_b, *cut_a)):
        line = cut_b.get(name) or cut_a[name]
        kind = line.kind if line.kind in ADJUSTING else "criterion"
        found = (cut_a[name].plain if name in cut_a else None, cut_b[name].plain if name in cut_b else None)
        yield _line(name, kind, line.titles, found, places)
    rescaled = tuple(sum((line.rescaled for line in cut.values()), Fraction(0)) for cut in (cut_a, cut_b))
    added = tuple(sum((line.whole for line in cut.values()), Fraction(0)) for cut in (cut_a, cut_b))
    totals = (a.total, b.total)
    rest = (
        rescaled,
        (totals[0] - added[0], totals[1] - added[1]),
        (published[0] - totals[0], published[1] - totals[1]),
    )
    for kind, pair in zip(REST, rest, strict=True):
        if any(pair) or kind == "rounding":
            yield _line(None, kind, (None, None), (pair[0], pair[1]), places)


def _line(
    criterion: str | None,
    kind: str,
    titles: tuple[str | None, str | None],
    found: tuple[Fraction | None, Fraction | None],
    places: int,
) -> dict[str, Any]:
    a, b = found
    difference = (b or Fraction(0)) - (a or Fraction(0))
    row: dict[str, Any] = {
        "criterion": criterion, "kind": kind,
        "counts_in": "both" if a is not None and b is not None else "a" if b is None else "b",
        "title_zh": titles[0], "title_en": titles[1],
    }  # fmt: skip
    for key, number in (("a", a), ("b", b), ("difference", difference)):
        row[key] = None if number is None else to_decimal(number, places)
        row[f"{key}_exact"] = None if number is None else f"{number.numerator}/{number.denominator}"
    return row
