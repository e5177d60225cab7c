"""Reviewers' marks to panel scores: each judge's total or each item's marks, (trimmed) mean or median by reviewer
group, weighted over the groups.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from shuping.panels.aggregate import aggregate, dropped, rounded, trimmed_mean
from shuping.panels.sheets import Form, UnitSheets, sheets_of
from shuping.rulebook.panel_model import FIGURES, Panel
from shuping.values import Missing, Value
from shuping.values.rounding import Mode

__all__ = ["ItemFigures", "PanelScore", "PanelSetting", "score_panel", "trimmed_mean"]


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What an item of one unit's sheet has beside the marks: ``base + mark x factor`` is what it counts."""

    base: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)


@dataclass(frozen=True)
class PanelSetting:
    """What a panel needs to know beside its marks.

    ``figures``: by unit the items it is judged on, each with its base and factor; a unit that is not there is judged on
    all items with the figures of the rule book (nothing at all where the panel lists its items). None: a figure that is
    asked for and not given; the unit then has no score. ``recused``: pairs of
    reviewer and unit. ``named``: the reviewers of each group, where a list of them was given. ``mode``: the rounding of
    the rule book.
    """

    figures: Mapping[str, Mapping[str, ItemFigures | None]] = field(default_factory=dict)
    recused: Collection[tuple[str, str]] = frozenset()
    named: Mapping[str, Collection[str]] = field(default_factory=dict)
    mode: Mode = "half_up"


@dataclass(frozen=True, slots=True)
class PanelScore:
    """One unit's score out of the panel's full mark, with what is needed to explain it.

    ``groups``: mean and number of judges counted, by reviewer group (never a single judge's mark); ``marks``: rows
    used; ``items``: what each item counts, where the panel goes item by item. The counts are of judges: declared
    ``absent``, left out for a blank item (``incomplete``), standing aside (``recused``); ``trimmed``: totals (or marks
    of an item, at most) dropped at the ends.
    """

    value: Value
    groups: Mapping[str, tuple[Fraction, int]]
    judges: int
    marks: int
    items: Mapping[str, Fraction] = field(default_factory=dict)
    absent: int = 0
    incomplete: int = 0
    recused: int = 0
    trimmed: int = 0


def score_panel(
    panel: Panel, marks: pl.DataFrame, period: str, units: Sequence[str], setting: PanelSetting | None = None
) -> dict[str, PanelScore]:
    """Return a score for every unit asked for.

    ``marks`` has the columns of a panel table (see ``records.folder.Table``); rows of another period are left out, rows
    without a period hold for all. A judge who left an item blank is left out whole, as an absent judge is, unless the
    panel counts ``item_wise``. A unit that some reviewer group did not mark has no score: ``Missing("no_records")``
    without any mark, else ``Missing("too_few")`` (unless the panel re-weights the groups that did).
    """
    given = setting or PanelSetting()
    sheets = sheets_of(panel, marks, period, given.recused)
    return {unit: _Unit(panel, given, unit, sheets.get(unit, UnitSheets())).score() for unit in units}


class _Unit:
    """One unit's sheets under one panel."""

    def __init__(self, panel: Panel, setting: PanelSetting, unit: str, sheets: UnitSheets) -> None:
        self._panel, self._setting, self._sheets = panel, setting, sheets
        listed = setting.figures.get(unit)
        every: Mapping[str, ItemFigures | None] = {}
        if not panel.lists_items:
            every = {name: _fixed(panel, name) for name in panel.items}
        asked = every if listed is None else {name: listed[name] for name in panel.items if name in listed}
        self._items = {name: figures for name, figures in asked.items() if figures is not None}
        self._lacking = len(asked) > len(self._items)
        self._kept = {group: self._counted_forms(group) for group in panel.groups}
        self._trimmed = 0

    def score(self) -> PanelScore:
        """Return the score, or why there is none."""
        by_form = self._panel.by == "form"
        items: dict[str, Fraction] = {}
        groups = self._groups_by_form() if by_form else self._groups_by_item()
        value: Value
        if not any(self._kept.values()) and not self._base_alone():
            value = Missing("no_records")
        elif self._lacking:
            value = Missing("no_attribute")
        elif by_form:
            value = self._weighted(groups) if groups else Missing("too_few")
        else:
            found = {name: self._item_value(name) for name in self._items}
            items = {name: item for name, item in found.items() if isinstance(item, Fraction)}
            value = sum(items.values(), Fraction(0)) if len(items) == len(found) else Missing("too_few")
        if isinstance(value, Fraction):
            value = rounded(value, self._panel.rounding.score, self._setting.mode)
        return self._with_counts(value, groups, items)

    def _with_counts(
        self, value: Value, groups: Mapping[str, tuple[Fraction, int]], items: Mapping[str, Fraction]
    ) -> PanelScore:
        sheets, chosen = self._sheets, self._panel.groups
        judges = sum(len(self._kept[group]) for group in chosen)
        handed_in = sum(len(sheets.forms.get(group, {})) for group in chosen)
        return PanelScore(
            value, groups, judges, sheets.marks, items,
            absent=sum(len(sheets.absent.get(group, ())) for group in chosen), incomplete=handed_in - judges,
            recused=sum(len(sheets.recused.get(group, ())) for group in chosen), trimmed=self._trimmed,
        )  # fmt: skip

    def _counted_forms(self, group: str) -> dict[str, Form]:
        """The forms that count: the whole ones, or under ``item_wise`` all with a mark."""
        forms = self._sheets.forms.get(group, {})
        used = {
            reviewer: {item: form[item] for item in self._items if item in form} for reviewer, form in forms.items()
        }
        if self._panel.blank == "item_wise":
            return {reviewer: form for reviewer, form in used.items() if form}
        wanted = {item for item in self._items if not self._nobody_marked(item)}
        return {reviewer: form for reviewer, form in used.items() if form and wanted <= set(form)}

    def _nobody_marked(self, item: str) -> bool:
        """Whether a listed item was marked by no reviewer at all: it leaves nobody's form incomplete."""
        if not self._panel.lists_items:
            return False
        return not any(item in form for forms in self._sheets.forms.values() for form in forms.values())

    def _base_alone(self) -> bool:
        return self._panel.unmarked == "base" and bool(self._items)

    def _aggregate(self, group: str, figures: Sequence[Fraction]) -> Fraction | None:
        if len(figures) < self._panel.min_judges:
            return None
        named = self._sheets.named(group) | set(self._setting.named.get(group, ()))
        count = len(named - self._sheets.recused.get(group, set()))
        if self._panel.aggregate == "mean":
            self._trimmed = max(self._trimmed, sum(dropped(len(figures), self._panel.trim, count)))
        return aggregate(self._panel, figures, count, self._setting.mode)

    def _groups_by_form(self) -> dict[str, tuple[Fraction, int]]:
        found = {}
        for group, forms in self._kept.items():
            totals = [
                sum((self._count(item, mark) for item, mark in form.items()), Fraction(0)) for form in forms.values()
            ]
            mean = self._aggregate(group, totals)
            if mean is not None:
                found[group] = mean, len(totals)
        return found

    def _groups_by_item(self) -> dict[str, tuple[Fraction, int]]:
        """The total of each group's own means, where it has one of every item that anybody marked."""
        found = {}
        for group, forms in self._kept.items():
            means = {item: self._item_mean(group, item) for item in self._items}
            total = Fraction(0)
            for item, mean in means.items():
                if mean is None and not (self._nobody_marked(item) and self._base_alone()):
                    break
                total += self._count(item, mean or Fraction(0), item_rounding=True)
            else:
                if forms:
                    found[group] = total, len(forms)
        return found

    def _item_mean(self, group: str, item: str) -> Fraction | None:
        return self._aggregate(group, [form[item] for form in self._kept[group].values() if item in form])

    def _item_value(self, item: str) -> Fraction | None:
        means = {group: self._item_mean(group, item) for group in self._panel.groups}
        known = {group: (mean, 1) for group, mean in means.items() if mean is not None}
        if not known:
            alone = self._base_alone() and self._nobody_marked(item)
            return self._count(item, Fraction(0), item_rounding=True) if alone else None
        mean = self._weighted(known)
        return self._count(item, mean, item_rounding=True) if isinstance(mean, Fraction) else None

    def _weighted(self, groups: Mapping[str, tuple[Fraction, int]]) -> Value:
        """Weigh the groups; one of them missing leaves no value, or the weights of the others are brought to 1."""
        weights = {group: self._panel.groups[group] for group in groups}
        whole = sum(weights.values(), Fraction(0))
        missing = any(weight and group not in groups for group, weight in self._panel.groups.items())
        if not whole or (missing and self._panel.group_missing == "missing"):
            return Missing("too_few")
        total = sum((groups[group][0] * weight for group, weight in weights.items()), Fraction(0))
        return total / whole if missing else total

    def _count(self, name: str, mark: Fraction, *, item_rounding: bool = False) -> Fraction:
        """Return what a mark counts on an item: base + mark x factor, or its share of the scale under weights."""
        item, figures = self._panel.items[name], self._items[name]
        found = figures.base + mark * figures.factor
        if item.weight is not None:
            found = item.weight * self._panel.scale * found / item.full
        if item_rounding:
            return rounded(found, item.places or self._panel.rounding.item, self._setting.mode)
        return found


def _fixed(panel: Panel, item: str) -> ItemFigures:
    """The figures of an item that are numbers in the rule book."""
    base, factor = ((figure.number if figure else None) for figure in (panel.figure(item, key) for key in FIGURES))
    return ItemFigures(base or Fraction(0), Fraction(1) if factor is None else factor)
