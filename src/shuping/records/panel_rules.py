"""What holds of panels' marks: the range of each item, declared absence, reasons for extremes, who may mark what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.records.conversion import Conversion, Converted, number_column
from shuping.records.frame_rules import FrameRule, RowFault
from shuping.records.register import Register
from shuping.records.suggest import hint, listed
from shuping.rulebook.panel_model import ABSENT_WORDS, Panel, PanelItem
from shuping.values.rounding import show_short

Test = Callable[[PanelItem, Fraction], bool]
Pair = tuple[str, str]


def mark_or_absent(panel: Panel, places: int) -> Conversion:
    """A mark as a plain decimal; a word that declares absence (``absent``, 缺席, the panel's own) is an empty mark."""
    words = [*ABSENT_WORDS.values(), *panel.absent.words]
    number = number_column(places)

    def convert(column: pl.Series) -> Converted:
        return number(column.set(column.is_in(words).fill_null(False), None))

    return convert


def marks_fit(panel: Panel) -> FrameRule:
    """A mark lies within its item's range, and an extreme one has its reason. The mark that declares absence may lie
    outside where the reviewer gave it to the unit on every item.
    """

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        given = frame.select("item", "mark").unique().drop_nulls()
        pairs = [(name, mark, panel.items[name], Fraction(mark)) for name, mark in given.iter_rows()]
        absent = _declared_absent(panel, frame)
        without = frame["reason"].is_null() if "reason" in frame.columns else None

        def mask(test: Test) -> pl.Series:
            wrong = [(name, mark) for name, mark, item, value in pairs if test(item, value)]
            bad = pl.DataFrame(wrong, schema={name: frame.schema[name] for name in ("item", "mark")}, orient="row")
            bad = bad.with_columns(_bad=pl.lit(True))
            joined = frame.select("item", "mark").join(bad, on=["item", "mark"], how="left", maintain_order="left")
            return joined["_bad"].fill_null(False) & ~absent

        faults = [
            RowFault("records.mark-above-item", "mark", mask(lambda item, mark: mark > item.highest), highest),
            RowFault("records.mark-below-item", "mark", mask(lambda item, mark: mark < item.min), lowest),
        ]
        if without is not None:
            faults.append(RowFault("records.mark-needs-reason", "reason", mask(_is_extreme) & without, ordinary))
        return faults

    def highest(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        return _given(row, show_short(panel.items[row["item"]].highest))

    def lowest(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        return _given(row, show_short(panel.items[row["item"]].min))

    def ordinary(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        item = panel.items[row["item"]]
        low = item.min if item.reason_below is None else item.reason_below
        high = item.highest if item.reason_above is None else item.reason_above
        return _given(row, f"{show_short(low)}..{show_short(high)}")

    return rule


def _given(row: Mapping[str, Any], allowed: str) -> dict[str, Any]:
    return {"given": show_short(Fraction(row["mark"])), "item": row["item"], "allowed": allowed}


def _is_extreme(item: PanelItem, mark: Fraction) -> bool:
    below = item.reason_below is not None and mark < item.reason_below
    return below or (item.reason_above is not None and mark > item.reason_above)


def _declared_absent(panel: Panel, frame: pl.DataFrame) -> pl.Series:
    """Tell which rows carry the absent mark that the reviewer gave the unit on all items."""
    code = panel.absent.mark
    if code is None:
        return pl.Series([False]).new_from_index(0, frame.height)
    codes = [mark for mark in frame["mark"].unique().drop_nulls() if Fraction(mark) == code]
    same = pl.col("mark").is_in(codes) | pl.col("mark").is_null()
    whole = same.all().over("reviewer", "unit", "period") & pl.col("mark").is_not_null()
    return frame.select(whole.alias("absent"))["absent"].fill_null(False)


def conflicted(panel: Panel, register: Register, reviewers: pl.DataFrame, conflicts: pl.DataFrame) -> frozenset[Pair]:
    """Return the pairs of reviewer and unit in which the reviewer stands aside, as the panel's ``recuse`` says.

    ``reviewers`` (reviewer, group, unit) and ``conflicts`` (reviewer, unit) are the tables of ``Folder``, empty where
    there are none.
    """
    recuse, found = panel.recuse, set()
    for reviewer, own in reviewers.select("reviewer", "unit").drop_nulls().iter_rows():
        parent = register[own].parent if own in register else None
        if recuse.own:
            found.add((reviewer, own))
        if recuse.parent and parent is not None:
            found.add((reviewer, parent))
    if recuse.declared:
        found |= set(conflicts.select("reviewer", "unit").drop_nulls().iter_rows())
    return frozenset(found)


def panel_checks(
    panel: Panel, register: Register, items: pl.DataFrame, reviewers: pl.DataFrame, conflicts: pl.DataFrame
) -> list[FrameRule]:
    """Return what a panel's marks must be beside its other tables: marks of items that the unit is judged on, by
    reviewers who are listed (where there is a list) in their group, not in conflict where that is refused.
    """
    checks: list[FrameRule] = []
    if panel.lists_items:
        checks.append(_items_listed(items))
    if reviewers.height:
        checks.append(_reviewers_listed(reviewers))
    if panel.recuse.marks == "refuse":
        checks.append(_not_in_conflict(conflicted(panel, register, reviewers, conflicts)))
    return checks


def _items_listed(items: pl.DataFrame) -> FrameRule:
    known: dict[str, list[str]] = {}
    for unit, item in items.select("unit", "item").drop_nulls().iter_rows():
        known.setdefault(unit, []).append(item)

    def params(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        own = known.get(row["unit"], [])
        return {"given": row["item"], "unit": row["unit"], "allowed": listed(sorted(set(own))) or "∅"}

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        pairs = set(frame.select("unit", "item").drop_nulls().unique().iter_rows())
        bad = {(unit, item) for unit, item in pairs if item not in known.get(unit, ())}
        return [RowFault("records.item-not-listed", "item", _among(frame, "unit", "item", bad), params)]

    return rule


def _reviewers_listed(reviewers: pl.DataFrame) -> FrameRule:
    groups = dict(reviewers.select("reviewer", "group").drop_nulls().iter_rows())

    def unknown(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        given = row["reviewer"]
        return {"given": given, "allowed": listed(sorted(groups)), **hint(given, groups)}

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        pairs = set(frame.select("reviewer", "group").drop_nulls().unique().iter_rows())
        strange = {pair for pair in pairs if pair[0] not in groups}
        other = {pair for pair in pairs if groups.get(pair[0], pair[1]) != pair[1]}
        return [
            RowFault("records.unknown-reviewer", "reviewer", _among(frame, "reviewer", "group", strange), unknown),
            RowFault(
                "records.reviewer-other-group",
                "group",
                _among(frame, "reviewer", "group", other),
                lambda _, row: {"given": row["group"], "reviewer": row["reviewer"], "allowed": groups[row["reviewer"]]},
            ),
        ]

    return rule


def _not_in_conflict(pairs: frozenset[Pair]) -> FrameRule:
    def rule(frame: pl.DataFrame) -> list[RowFault]:
        return [
            RowFault(
                "records.mark-recused",
                "unit",
                _among(frame, "reviewer", "unit", pairs),
                lambda _, row: {"given": row["reviewer"], "unit": row["unit"]},
            )
        ]

    return rule


def _among(frame: pl.DataFrame, left: str, right: str, pairs: Iterable[Pair]) -> pl.Series:
    bad = pl.DataFrame(sorted(pairs), schema={left: pl.String, right: pl.String}, orient="row")
    bad = bad.with_columns(_bad=pl.lit(True))
    joined = frame.select(left, right).join(bad, on=[left, right], how="left", maintain_order="left")
    return joined["_bad"].fill_null(False)
