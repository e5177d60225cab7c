"""Rows of marks to score sheets: who judged a unit, who was absent, who had to stand aside, who left an item blank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.rulebook.panel_model import Panel

Form = Mapping[str, Fraction]
"""One judge's marks for one unit, by item; an item left blank or declared absent is not in it."""


@dataclass
class UnitSheets:
    """What reviewers handed in for one unit: ``forms`` by group and reviewer; the counts are of reviewers."""

    forms: dict[str, dict[str, dict[str, Fraction]]] = field(default_factory=lambda: defaultdict(dict))
    absent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    recused: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    marks: int = 0

    def named(self, group: str) -> set[str]:
        """The reviewers of a group who hold a row for the unit, without those who stand aside."""
        return set(self.forms.get(group, {})) | self.absent.get(group, set())


def sheets_of(
    panel: Panel, marks: pl.DataFrame, period: str, recused: Collection[tuple[str, str]] = frozenset()
) -> dict[str, UnitSheets]:
    """Return the sheets of every unit with rows in the period; rows without a period hold for all.

    ``marks`` has the columns of a panel table (see ``records.folder.Table``); a row without a mark declares the
    reviewer absent for the item. ``recused``: pairs of reviewer and unit whose marks do not count.
    """
    found: dict[str, UnitSheets] = defaultdict(UnitSheets)
    silent: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit, group, reviewer, item, mark in _rows(marks, period):
        sheets = found[unit]
        if (reviewer, unit) in recused:
            sheets.recused[group].add(reviewer)
            continue
        if mark is None:
            silent[unit, group].add(reviewer)
            continue
        sheets.forms[group].setdefault(reviewer, {})[item] = Fraction(mark)
        sheets.marks += 1
    for unit, sheets in found.items():
        for group in panel.groups:
            _settle_absences(panel, sheets, group, silent[unit, group])
    return dict(found)


def _rows(marks: pl.DataFrame, period: str) -> Iterator[tuple[Any, ...]]:
    wanted = marks.filter(pl.col("period").is_null() | (pl.col("period") == period))
    columns = ("unit", "group", "reviewer", "item", "mark")
    return wanted.select(columns).sort("unit", "group", "reviewer", "item").iter_rows()


def _settle_absences(panel: Panel, sheets: UnitSheets, group: str, silent: set[str]) -> None:
    """A reviewer without any mark is absent, and so is one whose every mark is the one that declares absence."""
    forms = sheets.forms.get(group, {})
    sheets.absent[group] |= silent - set(forms)
    code = panel.absent.mark
    if code is None:
        return
    for reviewer in [name for name, form in forms.items() if set(form.values()) == {code}]:
        sheets.marks -= len(forms.pop(reviewer))
        sheets.absent[group].add(reviewer)
