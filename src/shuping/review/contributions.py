"""What each criterion contributes to a unit's unrounded total, exactly, as the trace of a result holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import children_of, points_of, root_of, shares_of_total
from shuping.scoring.result import Result

ADJUSTING = frozenset({"bonus", "deduction", "cap"})
"""Rows of the trace that are no criterion: what comes on top of the criteria's total, and what comes off."""


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


def parts_of(result: Result, period: str) -> dict[str, Parts]:
    """Return what every unit's total is made of in a period; units without a total are left out."""
    worth = {group: _plain_worth(result.rulebook, group) for group in result.rulebook.groups}
    columns = (
        "unit",
        "group",
        "criterion",
        "parent",
        "kind",
        "title_zh",
        "title_en",
        "points_exact",
        "contribution_exact",
    )
    by_unit: dict[str, list[dict[str, Any]]] = {}
    for row in result.trace.filter(pl.col("period") == period).select(columns).iter_rows(named=True):
        by_unit.setdefault(row["unit"], []).append(row)
    found: dict[str, Parts] = {}
    for unit, rows in by_unit.items():
        total = next((row["points_exact"] for row in rows if row["kind"] == "total"), None)
        if total is not None:
            found[unit] = _parts(Fraction(total), rows, worth)
    return found


def _parts(total: Fraction, rows: list[dict[str, Any]], worth: Mapping[str, Mapping[str, Fraction]]) -> Parts:
    counted = [row for row in rows if row["kind"] != "total" and row["contribution_exact"] is not None]
    below: dict[str, tuple[str, ...]] = {}
    for row in counted:
        below[row["parent"]] = (*below.get(row["parent"], ()), row["criterion"])
    return Parts(total, {row["criterion"]: _contribution(row, worth[row["group"]]) for row in counted}, below)


def _contribution(row: Mapping[str, Any], worth: Mapping[str, Fraction]) -> Contribution:
    whole = Fraction(row["contribution_exact"])
    each = worth.get(row["criterion"])
    plain = whole if each is None or row["kind"] in ADJUSTING else Fraction(row["points_exact"]) * each
    return Contribution(row["kind"], (row["title_zh"], row["title_en"]), whole, plain)


def _plain_worth(rulebook: Rulebook, group: str) -> dict[str, Fraction]:
    """Return what a point of each criterion adds to the total of a group where nothing is missing."""
    root = root_of(rulebook)
    whole = points_of(root, group) or rulebook.scale
    shares, found = shares_of_total(rulebook, group), dict[str, Fraction]()

    def below(node: Criterion, full: Fraction) -> None:
        for child in children_of(node, group):
            own = points_of(child, group) or full
            found[child.id] = shares[child.id] * whole / own
            below(child, own)

    below(root, whole)
    return found
