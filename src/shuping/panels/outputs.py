"""A folder's panels judged: every output that some criterion asks for, by period and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.panels.score import ItemFigures, PanelScore, PanelSetting, score_panel
from shuping.records.folder import Folder
from shuping.records.panel_rules import conflicted
from shuping.rulebook.panel_model import Figure, Panel, PanelSource
from shuping.values import Missing, Value
from shuping.values.ranking import RankStyle, ranks_of

Key = tuple[str, str, str]


def judge_panels(folder: Folder, group_of_unit: Mapping[str, str], periods: Sequence[str]) -> dict[Key, PanelScore]:
    """Return what criteria take from panels, by period, output (``PanelSource.key``) and unit.

    ``group_of_unit``: the units asked for, each with its comparison group. A panel is scored once a period.
    """
    rulebook = folder.rulebook
    sources = {leaf.panel.key: leaf.panel for leaf in rulebook.walk() if leaf.panel is not None}
    found: dict[Key, PanelScore] = {}
    for name in sorted({source.id for source in sources.values()}):
        for period in periods:
            scores = judge_panel(folder, name, group_of_unit, period)
            for key, source in sorted(sources.items()):
                if source.id == name:
                    values = output_of(source, scores, group_of_unit, rulebook.rank_style)
                    found |= {(period, key, unit): score for unit, score in values.items()}
    return found


def judge_panel(folder: Folder, name: str, group_of_unit: Mapping[str, str], period: str) -> dict[str, PanelScore]:
    """Return one panel's score of every unit in one period, from the folder's marks."""
    marks = folder.panels[name].frame if name in folder.panels else no_marks()
    setting = setting_of(folder, name, group_of_unit, period)
    return score_panel(folder.rulebook.panels[name], marks, period, list(group_of_unit), setting)


def no_marks() -> pl.DataFrame:
    """Return the marks of a panel that nobody filled in."""
    columns = ("reviewer", "group", "unit", "item", "period")
    return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "mark": pl.Decimal(38, 4)})


def setting_of(folder: Folder, name: str, group_of_unit: Mapping[str, str], period: str) -> PanelSetting:
    """Return what the folder says beside the marks: items listed, reviewers named, conflicts."""
    panel = folder.rulebook.panels[name]
    reviewers = _frame(folder.reviewers, name, ("reviewer", "group", "unit"))
    conflicts = _frame(folder.conflicts, name, ("reviewer", "unit"))
    named: dict[str, set[str]] = {}
    for reviewer, group in reviewers.select("reviewer", "group").iter_rows():
        named.setdefault(group, set()).add(reviewer)
    figures: dict[str, dict[str, ItemFigures | None]] = {}
    if panel.lists_items:
        figures = _listed_figures(folder, name, group_of_unit, period)
    elif not panel.has_full_mark:
        figures = {unit: _own_figures(folder, panel, unit, group) for unit, group in group_of_unit.items()}
    recused = conflicted(panel, folder.register, reviewers, conflicts)
    return PanelSetting(figures, recused, named, folder.rulebook.rounding.mode)


def _frame(tables: Mapping[str, object], name: str, columns: Sequence[str]) -> pl.DataFrame:
    frame = getattr(tables.get(name), "frame", None)
    return frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def _listed_figures(
    folder: Folder, name: str, group_of_unit: Mapping[str, str], period: str
) -> dict[str, dict[str, ItemFigures | None]]:
    frame = folder.panel_items[name].frame if name in folder.panel_items else None
    found: dict[str, dict[str, ItemFigures | None]] = {unit: {} for unit in group_of_unit}
    if frame is None:
        return found
    panel = folder.rulebook.panels[name]
    wanted = frame.filter(pl.col("period").is_null() | (pl.col("period") == period))
    for row in wanted.sort(pl.col("period").is_not_null()).iter_rows(named=True):  # the period's own row comes last
        if row["unit"] in found:
            found[row["unit"]][row["item"]] = _figures(folder, panel, row["item"], row, group_of_unit)
    return found


def _own_figures(folder: Folder, panel: Panel, unit: str, group: str) -> dict[str, ItemFigures | None]:
    return {name: _figures(folder, panel, name, {"unit": unit}, {unit: group}) for name in panel.items}


def _figures(
    folder: Folder, panel: Panel, item: str, row: Mapping[str, Any], group_of_unit: Mapping[str, str]
) -> ItemFigures | None:
    """Return an item's base and factor for one unit; None where one of them is asked for and not given."""
    found = []
    for key, otherwise in (("base", Fraction(0)), ("factor", Fraction(1))):
        figure = panel.figure(item, key)
        value: Value = otherwise
        if figure is not None:
            value = _resolved(folder, figure, row["unit"], group_of_unit[row["unit"]], row.get(key))
        if isinstance(value, Missing):
            return None
        found.append(value)
    return ItemFigures(*found)


def _resolved(folder: Folder, figure: Figure, unit: str, group: str, cell: object) -> Value:
    if figure.number is not None:
        return figure.number
    if figure.attribute is not None:
        return folder.register.number(unit, figure.attribute)
    if figure.by_group:
        return figure.by_group.get(group, Missing("no_attribute"))
    return Missing("no_attribute") if cell is None else Fraction(str(cell))


def output_of(
    source: PanelSource, scores: Mapping[str, PanelScore], group_of_unit: Mapping[str, str], style: RankStyle
) -> dict[str, PanelScore]:
    """Return the scores with the value that the output asks for in place of the score."""
    if source.output == "score":
        return dict(scores)
    if source.output == "rank":
        places = _places(scores, group_of_unit, style)
        return {unit: replace(score, value=places.get(unit, score.value)) for unit, score in scores.items()}
    return {unit: replace(score, value=_part(source, score)) for unit, score in scores.items()}


def _part(source: PanelSource, score: PanelScore) -> Value:
    if source.output == "item":
        part: Fraction | None = score.items.get(source.item or "")
    else:
        part = score.groups.get(source.group or "", (None, 0))[0]
    if part is not None:
        return part
    return Missing("too_few") if score.marks else Missing("no_records")


def _places(
    scores: Mapping[str, PanelScore], group_of_unit: Mapping[str, str], style: RankStyle
) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for group in sorted(set(group_of_unit.values())):
        values = {
            unit: (score.value,)
            for unit, score in scores.items()
            if group_of_unit.get(unit) == group and isinstance(score.value, Fraction)
        }
        found |= {unit: Fraction(place) for unit, place in ranks_of(values, style).items()}
    return found
