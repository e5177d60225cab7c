"""Arrange a ``Result`` for the HTML report: the last period's groups, rows, panels and trees. No figure is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import polars as pl

from shuping.documents import wording
from shuping.documents.certainty import certainty_of, interval_text
from shuping.documents.report_groups import Dots, GroupView, Pair, Panel, PanelRow, Scale, Standing, Threshold
from shuping.documents.report_ranks import arrange_ranks, unit_sentences
from shuping.documents.report_texts import (
    MINUS,
    anchor,
    both,
    decimals_of,
    full_points,
    pair,
    points_text,
    reason,
    share_of,
)
from shuping.documents.report_trees import trees_of
from shuping.documents.report_view import FindingView, ReportView, UnitView
from shuping.rulebook.model import Rulebook
from shuping.scoring.result import Result
from shuping.scoring.words import ADJUSTING


def arrange(result: Result, period: str | None = None) -> ReportView:
    """Arrange one period (default: the last) of the result, groups in the rule book's order, units by rank."""
    book = result.rulebook
    period = period or result.period
    now = {name: getattr(result, name).filter(pl.col("period") == period) for name in ("standing", "trace", "findings")}
    groups = tuple(_groups(book, now["standing"], now["trace"]))
    rows = {row.unit: row for group in groups for row in group.rows}
    findings = tuple(_findings(book, now["findings"], rows))
    matters: dict[tuple[Pair, Pair], list[FindingView]] = {}
    for finding in findings:
        matters.setdefault((finding.title, finding.category), []).append(finding)
    known = certainty_of(result, period)
    said = unit_sentences(book, known)
    trees = trees_of(book, now["trace"], _trace_before(result, period))
    units = tuple(
        UnitView(
            standing=row,
            group=group,
            root=trees.get((group.id, row.unit)),
            findings=tuple(finding for finding in findings if finding.standing.unit == row.unit),
            before=group.rows[index - 1] if index else None,
            after=group.rows[index + 1] if index + 1 < len(group.rows) else None,
            certainty=said.get(row.unit, ()),
        )
        for group in groups
        for index, row in enumerate(group.rows)
    )
    return ReportView(
        title=pair(book.title),
        issuer=pair(book.publish.issuer) if book.publish.issuer else None,
        period=both(wording.period_label, book, period),
        groups=groups,
        units=units,
        matters=tuple(map(tuple, matters.values())),
        rulebook=book,
        certainty=arrange_ranks(book, groups, known),
    )


def _trace_before(result: Result, period: str) -> pl.DataFrame:
    before = wording.previous_period(result, period)
    return result.trace.filter(pl.col("period") == before) if before else result.trace.clear()


def _groups(book: Rulebook, standing: pl.DataFrame, trace: pl.DataFrame) -> Iterable[GroupView]:
    rows_of: dict[str, list[dict[str, Any]]] = {}
    for row in standing.iter_rows(named=True):
        rows_of.setdefault(row["group"], []).append(row)
    axis = _axis(book, standing)
    first_level = trace.filter((pl.col("depth") == 1) & ~pl.col("kind").is_in(ADJUSTING)).rows_by_key(
        "group", named=True
    )
    for name, group in book.groups.items():
        if name not in rows_of:
            continue
        ordered = sorted(rows_of[name], key=lambda row: (row["rank"] is None, row["rank"] or 0, row["unit"]))
        rows = tuple(_standing(book, row) for row in ordered)
        yield GroupView(
            id=name,
            anchor=anchor("group", name),
            title=both(wording.group_title, book, name),
            graded=group.graded and bool(book.grades),
            rows=rows,
            scale=Scale(*axis, tuple(_thresholds(book)) if group.graded else ()),
            panels=tuple(_panels(book, first_level.get(name, []), rows)),
        )


def _standing(book: Rulebook, row: Mapping[str, Any]) -> Standing:
    grades = list(book.grades)
    change = row["change"]
    return Standing(
        unit=row["unit"],
        anchor=anchor("unit", row["unit"]),
        name=_name(row),
        total=_text(row["total"]),
        rank=row["rank"],
        grade=both(wording.grade_text, book, row) if wording.grade_text(book, row, "zh") else None,
        grade_step=grades.index(final) if (final := row["decided_grade"] or row["grade"]) in grades else -1,
        note=_note(book, row),
        rank_open=row["tie"] == "open",
        missing=reason(row["missing"]),
        previous_total=_text(row["previous_total"]),
        previous_rank=row["previous_rank"],
        change=None if change is None else wording.signed_text(change).replace("-", MINUS),
        rank_change=row["rank_change"],
        dots=Dots(row["total"], row["previous_total"]),
        interval=None if row["rank_low"] is None else interval_text(row["rank_low"], row["rank_high"]),
    )


def _note(book: Rulebook, row: Mapping[str, Any]) -> Pair | None:
    """What kept the unit from a better grade, or left its rank or grade open; why there is no total is said apart."""
    found = both(wording.note_text, book, {**row, "missing": None})
    return found if found.zh else None


def _name(row: Mapping[str, Any]) -> Pair:
    name = wording.printable(row["name"]) or row["unit"]
    return Pair(name, wording.printable(row["name_en"] or "") or name)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _axis(book: Rulebook, standing: pl.DataFrame) -> tuple[Decimal, Decimal]:
    """Return the ends of the axis: the totals of both periods and the thresholds, out to the next round figure."""
    values = [*standing["total"].drop_nulls(), *standing["previous_total"].drop_nulls()]
    values += [line.value for line in _thresholds(book)]
    if not values:
        return Decimal(0), Decimal(1)
    step = _step(max(values) - min(values))
    low, high = ((value / step).to_integral_value(mode) * step for value, mode in _outwards(values))
    return low, high if high > low else low + step


def _outwards(values: Sequence[Decimal]) -> tuple[tuple[Decimal, str], tuple[Decimal, str]]:
    return (min(values), ROUND_FLOOR), (max(values), ROUND_CEILING)


def _step(spread: Decimal) -> Decimal:
    """Return a round step of about a tenth of the spread: 1, 2 or 5 times a power of ten."""
    if spread <= 0:
        return Decimal(1)
    unit = Decimal(10) ** (spread.adjusted() - 1)
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor * 10 >= spread)


def _thresholds(book: Rulebook) -> Iterable[Threshold]:
    for name, grade in book.grades.items():
        if grade.min is not None:
            value = Decimal(grade.min.numerator) / Decimal(grade.min.denominator)
            yield Threshold(both(wording.grade_title, book, name), value, wording.full_points_text(value))


def _panels(book: Rulebook, found: Sequence[dict[str, Any]], rows: Sequence[Standing]) -> Iterable[Panel]:
    by_criterion: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in found:
        by_criterion.setdefault((row["order"], row["criterion"]), []).append(row)
    place = {row.unit: (index, row) for index, row in enumerate(rows)}
    merged: dict[str, list[dict[str, Any]]] = {}
    for (_, criterion), members in sorted(by_criterion.items()):
        merged.setdefault(criterion, []).extend(members)
    for members in merged.values():
        ordered = sorted(
            (row for row in members if row["unit"] in place),
            key=lambda row: (row["points"] is None, -Decimal(row["points"] or 0), place[row["unit"]][0]),
        )
        if ordered:
            head = ordered[0]
            yield Panel(
                title=Pair(head["title_zh"], head["title_en"]),
                points_max=full_points(head["points_max"]) or "",
                decimals=max(decimals_of(points_text(book, row["points"])) for row in ordered),
                rows=tuple(_panel_row(book, row, place[row["unit"]][1]) for row in ordered),
            )


def _panel_row(book: Rulebook, row: Mapping[str, Any], standing: Standing) -> PanelRow:
    return PanelRow(standing, points_text(book, row["points"]), share_of(row), reason(row["missing"]))


def _findings(book: Rulebook, findings: pl.DataFrame, rows: Mapping[str, Standing]) -> Iterable[FindingView]:
    declared = {finding.id: index for index, finding in enumerate(book.findings)}
    order = {unit: index for index, unit in enumerate(rows)}
    known = [row for row in findings.iter_rows(named=True) if row["unit"] in rows]
    for row in sorted(known, key=lambda row: (declared[row["finding"]], order[row["unit"]])):
        yield FindingView(
            standing=rows[row["unit"]],
            title=both(wording.finding_title, book, row["finding"]),
            category=both(wording.category_title, book, row["category"]),
            value=row["value"] or "",
            records=row["records"],
        )
