"""Arrange a ``Result`` for the HTML report: the last period's groups, rows, panels and trees. No figure is computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import polars as pl

from shuping.documents import wording
from shuping.documents.report_view import (
    Dots,
    FindingView,
    GroupView,
    Node,
    Pair,
    Panel,
    PanelRow,
    ReportView,
    Scale,
    Standing,
    Threshold,
    UnitView,
)
from shuping.rulebook.model import Rulebook
from shuping.scoring.result import Result
from shuping.values.scalars import Text

MINUS = "\u2212"
"""The true minus sign: as wide as a plus, and never broken from its figure."""


def arrange(result: Result, period: str | None = None) -> ReportView:
    """Arrange one period (default: the last) of the result, groups in the rule book's order, units by rank."""
    book = result.rulebook
    period = period or result.period
    now = {name: getattr(result, name).filter(pl.col("period") == period) for name in ("standing", "trace", "findings")}
    peers = _shares(now["trace"])
    groups = tuple(_groups(book, now["standing"], now["trace"]))
    rows = {row.unit: row for group in groups for row in group.rows}
    findings = tuple(_findings(book, now["findings"], rows))
    trees = _trees(book, now["trace"], peers)
    units = tuple(
        UnitView(
            standing=row,
            group=group,
            root=trees.get((group.id, row.unit)),
            findings=tuple(finding for finding in findings if finding.standing.unit == row.unit),
            before=group.rows[index - 1] if index else None,
            after=group.rows[index + 1] if index + 1 < len(group.rows) else None,
        )
        for group in groups
        for index, row in enumerate(group.rows)
    )
    return ReportView(
        title=both(wording.title_of_document, book),
        issuer=_pair(book.publish.issuer) if book.publish.issuer else None,
        period=both(wording.period_label, book, period),
        groups=groups,
        units=units,
        findings=findings,
        rulebook=book,
    )


def both(say: Callable[..., str], *given: Any) -> Pair:
    """Return what one of the wording functions says in both languages."""
    return Pair(say(*given, "zh"), say(*given, "en"))


def _pair(text: Text) -> Pair:
    return Pair(wording.printable(text.zh), wording.printable(text.en))


def anchor(*parts: str) -> str:
    """Return an HTML id made of the parts: letters, digits, ``_`` and ``-`` stay, all else becomes its code point."""
    return "-".join(re.sub(r"[^\w-]", lambda found: f".{ord(found.group()):x}.", part) for part in parts)


def _groups(book: Rulebook, standing: pl.DataFrame, trace: pl.DataFrame) -> Iterable[GroupView]:
    rows_of: dict[str, list[dict[str, Any]]] = {}
    for row in standing.iter_rows(named=True):
        rows_of.setdefault(row["group"], []).append(row)
    axis = _axis(book, standing)
    first_level = trace.filter(pl.col("depth") == 1).rows_by_key("group", named=True)
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
        grade=both(wording.grade_title, book, row["grade"]) if row["grade"] else None,
        grade_step=grades.index(row["grade"]) if row["grade"] in grades else -1,
        missing=_reason(row["missing"]),
        previous_total=_text(row["previous_total"]),
        previous_rank=row["previous_rank"],
        change=None if change is None else wording.signed_text(change).replace("-", MINUS),
        rank_change=row["rank_change"],
        dots=Dots(row["total"], row["previous_total"]),
    )


def _name(row: Mapping[str, Any]) -> Pair:
    name = wording.printable(row["name"]) or row["unit"]
    return Pair(name, wording.printable(row["name_en"] or "") or name)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _points(book: Rulebook, text: str | None) -> str | None:
    return None if text is None else wording.points_text(Decimal(text), book)


def _reason(reason: str | None) -> Pair | None:
    return None if reason is None else both(wording.missing_words, reason)


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
                points_max=wording.full_points_text(Decimal(head["points_max"])),
                rows=tuple(_panel_row(book, row, place[row["unit"]][1]) for row in ordered),
            )


def _panel_row(book: Rulebook, row: Mapping[str, Any], standing: Standing) -> PanelRow:
    return PanelRow(standing, _points(book, row["points"]), _share(row), _reason(row["missing"]))


def _share(row: Mapping[str, Any]) -> float | None:
    """Return points as a share of the full points, held within the track."""
    if row["points"] is None or not row["points_max"] or not Decimal(row["points_max"]):
        return None
    return min(1.0, max(0.0, float(Decimal(row["points"]) / Decimal(row["points_max"]))))


def _shares(trace: pl.DataFrame) -> dict[tuple[str, str], dict[str, float]]:
    """Return ``{(group, criterion): {unit: share}}`` for the ticks of the other units."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in trace.select("group", "criterion", "unit", "points", "points_max").iter_rows(named=True):
        share = _share(row)
        if share is not None:
            found.setdefault((row["group"], row["criterion"]), {})[row["unit"]] = share
    return found


def _trees(
    book: Rulebook, trace: pl.DataFrame, peers: Mapping[tuple[str, str], Mapping[str, float]]
) -> dict[tuple[str, str], Node]:
    """Return the tree of every (group, unit)."""
    by_unit: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in trace.sort("group", "unit", "order").iter_rows(named=True):
        by_unit.setdefault((row["group"], row["unit"]), []).append(row)
    return {key: _tree(book, rows, peers) for key, rows in by_unit.items()}


def _tree(book: Rulebook, rows: Sequence[dict[str, Any]], peers: Mapping[tuple[str, str], Mapping[str, float]]) -> Node:
    children: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        children.setdefault(row["parent"], []).append(row)

    def node(row: dict[str, Any]) -> Node:
        below = tuple(node(child) for child in children.get(row["criterion"], []))
        others = peers.get((row["group"], row["criterion"]), {})
        return _node(book, row, tuple(share for unit, share in others.items() if unit != row["unit"]), below)

    return node(children[None][0])


def _node(book: Rulebook, row: Mapping[str, Any], others: tuple[float, ...], children: tuple[Node, ...]) -> Node:
    rule = Pair(row["rule_zh"] or "", row["rule_en"] or row["rule_zh"] or "")
    source = Pair(row["source_title_zh"] or row["source"] or "", row["source_title_en"] or row["source"] or "")
    return Node(
        anchor=anchor("unit", row["unit"]) + "." + anchor(row["criterion"]) if row["depth"] == 1 else "",
        title=Pair(row["title_zh"], row["title_en"]),
        kind=row["kind"],
        source=source if any(source) and source != (row["title_zh"], row["title_en"]) else None,
        formula=row["formula"] or None,
        parts=row["parts"] or None,
        value=row["value"] or None,
        rule=rule if any(rule) else None,
        substituted=row["substituted"] or None,
        points=_points(book, row["points"]),
        points_max=wording.full_points_text(Decimal(row["points_max"])) if row["points_max"] else None,
        share=_share(row),
        others=others,
        weight=_percent(row["weight"]),
        contribution=_points(book, row["contribution"]),
        missing=_reason(row["missing"]),
        missing_policy=row["missing_policy"] or None,
        records=row["records"],
        files=tuple(part for part in (row["files"] or "").split("; ") if part),
        children=children,
    )


def _percent(weight: str | None) -> str | None:
    """Print a share such as ``0.125`` as ``12.5%``: the point moves, no digit changes."""
    return None if weight is None else wording.full_points_text(Decimal(weight).scaleb(2)) + "%"


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
