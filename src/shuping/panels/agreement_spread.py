"""How far the reviewers' marks of one unit lie apart."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import sqrt
from typing import Any

import polars as pl

from shuping.panels.agreement_marks import Marks

SPREAD_SCHEMA: dict[str, Any] = {
    "unit": pl.String,
    "marks": pl.Int64,
    "mean": pl.Float64,
    "sd": pl.Float64,  # of a sample: divided by marks - 1; null for a single mark
    "range": pl.Float64,  # highest less lowest
}


def spread(marks: Marks, fewest: int = 1) -> pl.DataFrame:
    """Return one row per unit, sorted: number of marks, mean, standard deviation and range, in marks.

    Units with fewer than ``fewest`` marks keep their number of marks and nothing else: with two marks, mean and range
    give both away.
    """
    return pl.DataFrame(_rows(marks, fewest), schema=SPREAD_SCHEMA, orient="row")


def _rows(marks: Marks, fewest: int) -> Iterator[tuple[str, int, float | None, float | None, float | None]]:
    for unit, given in sorted(marks.by_unit.items()):
        values, count = list(given.values()), len(given)
        if count < fewest:
            yield unit, count, None, None, None
            continue
        total = sum(values)
        apart = count * sum(mark * mark for mark in values) - total * total
        square = Fraction(apart, count * max(count - 1, 1) * marks.scale**2)
        sd = sqrt(square) if count > 1 else None
        yield unit, count, float(Fraction(total, count * marks.scale)), sd, (max(values) - min(values)) / marks.scale
