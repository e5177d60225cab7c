"""What a scored period shows of each criterion, as columns by comparison group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import polars as pl

from shuping.scoring.result import Result

LEAF_KINDS = ("measure", "panel", "ballot")


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's figures for one criterion: its value and its points, None where there are none, and its own figures
    in the rule (targets and attributes) by parameter.
    """

    value: Fraction | None
    points: Fraction | None
    own: Mapping[str, Fraction]


@dataclass(frozen=True)
class Seen:
    """The last period of a result, or the one asked for."""

    result: Result
    period: str

    @cached_property
    def leaves(self) -> Mapping[tuple[str, str], Mapping[str, Cell]]:
        """Cells by (group, criterion), then by unit."""
        found: dict[tuple[str, str], dict[str, Cell]] = {}
        rows = self.result.trace.filter((pl.col("period") == self.period) & pl.col("kind").is_in(LEAF_KINDS))
        columns = ("group", "criterion", "unit", "value_exact", "points_exact", "operands")
        for group, criterion, unit, value, points, operands in rows.select(columns).iter_rows():
            cell = Cell(_exact(value), _exact(points), _own(operands))
            found.setdefault((group, criterion), {})[unit] = cell
        return found

    def criterion(self, name: str) -> Iterator[tuple[str, Mapping[str, Cell]]]:
        """Yield the groups in which a criterion was scored, with its cells by unit."""
        for (group, criterion), cells in self.leaves.items():
            if criterion == name:
                yield group, cells

    @cached_property
    def totals(self) -> Mapping[str, Mapping[str, Fraction]]:
        """Unrounded totals by group and unit, of units that have one."""
        found: dict[str, dict[str, Fraction]] = {}
        rows = self.result.trace.filter((pl.col("period") == self.period) & (pl.col("depth") == 0))
        for group, unit, points in rows.select("group", "unit", "points_exact").iter_rows():
            if points is not None:
                found.setdefault(group, {})[unit] = Fraction(points)
        return found

    @cached_property
    def published(self) -> Mapping[str, Mapping[str, Fraction]]:
        """Published totals by group and unit, of units that have one."""
        found: dict[str, dict[str, Fraction]] = {}
        rows = self.result.standing.filter(pl.col("period") == self.period)
        for group, unit, total in rows.select("group", "unit", "total").iter_rows():
            if total is not None:
                found.setdefault(group, {})[unit] = Fraction(total)
        return found


def _exact(text: str | None) -> Fraction | None:
    if text is None:
        return None
    top, _, bottom = text.partition("/")
    return Fraction(int(top), int(bottom or 1))


def _own(text: str | None) -> dict[str, Fraction]:
    """Read ``target=16/1; villages=12/1``."""
    if not text:
        return {}
    pairs = (part.partition("=") for part in text.split("; "))
    return {name: Fraction(figure) for name, _, figure in pairs}
