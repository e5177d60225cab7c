"""Reviewers' marks to panel scores: each judge's total, trimmed mean by reviewer group, weighted over the groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from shuping.rulebook.model import Panel, Trim
from shuping.values import Missing, Value


@dataclass(frozen=True, slots=True)
class PanelScore:
    """One unit's score out of the panel's full mark, with what is needed to explain it.

    ``groups``: mean and number of judges counted, by reviewer group (never a single judge's mark); ``marks``: rows
    used.
    """

    value: Value
    groups: Mapping[str, tuple[Fraction, int]]
    judges: int
    marks: int


def score_panel(panel: Panel, marks: pl.DataFrame, period: str, units: Sequence[str]) -> dict[str, PanelScore]:
    """Return a score for every unit asked for.

    ``marks`` has the columns of a panel table (see ``records.folder.Table``); rows of another period are left out, rows
    without a period hold for all. A judge who left an item blank is left out whole, as an absent judge is. A unit that
    some reviewer group did not mark has no score: ``Missing("no_records")`` without any mark, else
    ``Missing("too_few")``.
    """
    wanted = marks.filter(pl.col("period").is_null() | (pl.col("period") == period)).sort(
        "unit", "group", "reviewer", "item"
    )
    sheets: dict[str, dict[str, dict[str, dict[str, Fraction]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(dict))
    )
    for unit, group, reviewer, item, mark in wanted.select("unit", "group", "reviewer", "item", "mark").iter_rows():
        if mark is not None:
            sheets[unit][group][reviewer][item] = Fraction(mark)
    return {unit: _score_unit(panel, sheets.get(unit, {})) for unit in units}


def _score_unit(panel: Panel, sheets: Mapping[str, Mapping[str, Mapping[str, Fraction]]]) -> PanelScore:
    means: dict[str, tuple[Fraction, int]] = {}
    marks = judges = 0
    for group in panel.groups:
        totals = [
            sum(sheet.values(), Fraction(0))
            for sheet in sheets.get(group, {}).values()
            if len(sheet) == len(panel.items)
        ]
        marks += sum(len(sheet) for sheet in sheets.get(group, {}).values())
        judges += len(totals)
        if totals:
            means[group] = trimmed_mean(totals, panel.trim), len(totals)
    if not means:
        return PanelScore(Missing("no_records"), means, judges, marks)
    if len(means) < len(panel.groups):
        return PanelScore(Missing("too_few"), means, judges, marks)
    value = sum((means[group][0] * weight for group, weight in panel.groups.items()), Fraction(0))
    return PanelScore(value, means, judges, marks)


def trimmed_mean(totals: Sequence[Fraction], trim: Trim | None) -> Fraction:
    """Return the mean, without one (or more) totals at each end where the panel trims and enough judges scored.

    Only ``trim.high`` and ``trim.low`` instances are dropped, also when several judges share the extreme. Raises
    ValueError for no totals.
    """
    if not totals:
        raise ValueError("no totals to take the mean of")
    kept = sorted(totals)
    if trim is not None and len(kept) > trim.when_over:
        kept = kept[trim.low : len(kept) - trim.high]
    return sum(kept, Fraction(0)) / len(kept)
