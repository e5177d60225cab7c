"""The marks that agreement is measured on: one per unit and reviewer, as whole numbers over one denominator, so that no
figure depends on the order of rows or on the names of reviewers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Literal

import polars as pl

Reason = Literal["one_reviewer", "few_units", "no_variation", "no_spread", "no_pairs", "one_unit"]


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A figure of agreement that these marks do not give, and why.

    ``one_reviewer``: nobody to agree with; ``few_units``: fewer than two units that every reviewer marked;
    ``no_variation``: all marks are the same; ``no_spread``: the units' means are all the same; ``no_pairs``: no unit
    has two marks; ``one_unit``: only one unit has, and there is nothing to tell it from.
    """

    reason: Reason


@dataclass(frozen=True)
class Marks:
    """Marks by unit and reviewer: ``rows`` of (unit, reviewer, mark x ``scale``), sorted, the mark a whole number."""

    rows: Sequence[tuple[str, str, int]]
    scale: int

    @cached_property
    def by_unit(self) -> Mapping[str, Mapping[str, int]]:
        """Unit to reviewer to mark."""
        found: dict[str, dict[str, int]] = {}
        for unit, reviewer, mark in self.rows:
            found.setdefault(unit, {})[reviewer] = mark
        return found

    @cached_property
    def reviewers(self) -> tuple[str, ...]:
        """Those who gave a mark, sorted."""
        return tuple(sorted({reviewer for _, reviewer, _ in self.rows}))

    @cached_property
    def table(self) -> list[list[int]]:
        """A row per unit that every reviewer marked, a column per reviewer."""
        whole = len(self.reviewers)
        chosen = (marks for marks in self.by_unit.values() if len(marks) == whole)
        return [[marks[reviewer] for reviewer in self.reviewers] for marks in chosen]


def marks_of(frame: pl.DataFrame, unit: str = "unit", reviewer: str = "reviewer", mark: str = "mark") -> Marks:
    """Read marks from three columns; rows without a mark are missing marks and are left out.

    Marks are whole numbers, decimals or floats (a float is the shortest decimal that gives it). Raises ValueError when
    a reviewer marks a unit twice: then it is not clear which items are to be compared.
    """
    given = frame.select(unit, reviewer, mark).filter(pl.col(mark).is_not_null())
    if given.select(unit, reviewer).is_duplicated().any():
        raise ValueError("two marks of one reviewer for one unit")
    return marks_from((unit, reviewer, _exact(mark)) for unit, reviewer, mark in given.iter_rows())


def marks_from(rows: Iterable[tuple[object, object, Fraction]]) -> Marks:
    """Return marks from (unit, reviewer, exact mark), one row per mark."""
    given = sorted((str(unit), str(reviewer), mark) for unit, reviewer, mark in rows)
    scale = lcm(*{mark.denominator for _, _, mark in given})
    return Marks([(unit, reviewer, int(mark * scale)) for unit, reviewer, mark in given], scale)


def _exact(mark: int | float | Decimal | Fraction) -> Fraction:
    return Fraction(repr(mark)) if isinstance(mark, float) else Fraction(mark)
