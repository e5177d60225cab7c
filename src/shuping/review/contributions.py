"""What each criterion contributes to a unit's unrounded total, exactly, as the trace of a result holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

ADJUSTING = frozenset({"bonus", "deduction", "cap"})
"""Rows of the trace that are no criterion: what comes on top of the criteria's total, and what comes off."""
_COLUMNS = (
    "unit", "criterion", "parent", "kind", "title_zh", "title_en", "points_exact", "contribution_exact", "worth_exact",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contribution:
    """One row: what it adds to the total in all (``whole``), and at its plain worth, as if nothing were missing."""

    kind: str
    titles: tuple[str, str]
    whole: Fraction
    plain: Fraction

    @property
    def rescaled(self) -> Fraction:
        """What the row adds because it stands in for missing ones beside it."""
        return self.whole - self.plain


@dataclass(frozen=True)
class Parts:
    """One unit's rows that add up: ``below`` names the rows under each (the empty id is the total)."""

    total: Fraction
    rows: Mapping[str, Contribution]
    below: Mapping[str, tuple[str, ...]]

    @cached_property
    def ends(self) -> frozenset[str]:
        """The rows that cannot be taken apart further."""
        return frozenset(name for name in self.rows if not self.below.get(name))

    def cut(self, stops: frozenset[str]) -> dict[str, Contribution]:
        """Return the rows on which the paths down from the total first meet ``stops``, in the order of the tree. They
        add up to the total wherever the rows at the ends do.
        """
        found: dict[str, Contribution] = {}

        def go(name: str) -> None:
            for child in self.below.get(name, ()):
                if child in stops:
                    found[child] = self.rows[child]
                else:
                    go(child)

        go("")
        return found


def parts_of(trace: pl.DataFrame, period: str, unit: str | None = None) -> dict[str, Parts]:
    """Return what every unit's total (or that of one ``unit``) is made of in a period of a trace; units without a
    total are left out.
    """
    asked = pl.col("period") == period
    if unit is not None:
        asked &= pl.col("unit") == unit
    by_unit: dict[str, list[dict[str, Any]]] = {}
    if "worth_exact" not in trace.columns:  # of an earlier version: what rescaling adds stays where it was
        trace = trace.with_columns(worth_exact=pl.lit(None, pl.String))
    for row in trace.filter(asked).select(_COLUMNS).iter_rows(named=True):
        by_unit.setdefault(row["unit"], []).append(row)
    found: dict[str, Parts] = {}
    for name, rows in by_unit.items():
        total = next((row["points_exact"] for row in rows if row["kind"] == "total"), None)
        if total is not None:
            found[name] = _parts(Fraction(total), rows)
    return found


def _parts(total: Fraction, rows: list[dict[str, Any]]) -> Parts:
    counted = [row for row in rows if row["kind"] != "total" and row["contribution_exact"] is not None]
    below: dict[str, tuple[str, ...]] = {}
    for row in counted:
        below[row["parent"]] = (*below.get(row["parent"], ()), row["criterion"])
    return Parts(total, {row["criterion"]: _contribution(row) for row in counted}, below)


def _contribution(row: Mapping[str, Any]) -> Contribution:
    whole, each = Fraction(row["contribution_exact"]), row["worth_exact"]
    plain = whole if each is None or row["kind"] in ADJUSTING else Fraction(row["points_exact"]) * Fraction(each)
    return Contribution(row["kind"], (row["title_zh"], row["title_en"]), whole, plain)
