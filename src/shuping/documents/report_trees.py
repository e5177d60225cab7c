"""The explanation trees of the report: every unit's trace rows, nested, with the group and the period before beside."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from shuping.documents import wording
from shuping.documents.report_groups import Pair
from shuping.documents.report_texts import anchor, full_points, points_text, reason, share_of
from shuping.documents.report_view import Node
from shuping.rulebook.model import Rulebook

Row = Mapping[str, Any]


class _Beside(NamedTuple):
    """What stands beside a row: ``{(group, criterion): {unit: share}}``, and the row of the period before."""

    peers: Mapping[tuple[str, str], Mapping[str, float]]
    earlier: Mapping[tuple[str, str, str], Row]


def trees_of(book: Rulebook, trace: pl.DataFrame, before: pl.DataFrame) -> dict[tuple[str, str], Node]:
    """Return ``{(group, unit): tree}`` of a period's trace; ``before`` is the period before's, or empty."""
    beside = _Beside(_peers(trace), _earlier(before))
    by_unit: dict[tuple[str, str], list[Row]] = {}
    for row in trace.sort("group", "unit", "order").iter_rows(named=True):
        by_unit.setdefault((row["group"], row["unit"]), []).append(row)
    return {key: _tree(book, rows, beside) for key, rows in by_unit.items()}


def _peers(trace: pl.DataFrame) -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in trace.select("group", "criterion", "unit", "points", "points_max").iter_rows(named=True):
        share = share_of(row)
        if share is not None:
            found.setdefault((row["group"], row["criterion"]), {})[row["unit"]] = share
    return found


def _earlier(before: pl.DataFrame) -> dict[tuple[str, str, str], Row]:
    chosen = before.select("group", "unit", "criterion", "points", "points_max")
    return {(row["group"], row["unit"], row["criterion"]): row for row in chosen.iter_rows(named=True)}


def _tree(book: Rulebook, rows: list[Row], beside: _Beside) -> Node:
    children: dict[str | None, list[Row]] = {}
    for row in rows:
        children.setdefault(row["parent"], []).append(row)

    def node(row: Row) -> Node:
        return _node(book, row, beside, tuple(node(child) for child in children.get(row["criterion"], ())))

    return node(children[None][0])


def _node(book: Rulebook, row: Row, beside: _Beside, children: tuple[Node, ...]) -> Node:
    group, unit, criterion = row["group"], row["unit"], row["criterion"]
    everyone = beside.peers.get((group, criterion), {})
    earlier = beside.earlier.get((group, unit, criterion), {"points": None, "points_max": None})
    return Node(
        anchor=f"{anchor('unit', unit)}.{anchor(criterion)}" if row["depth"] == 1 else "",
        title=_title(row),
        kind=row["kind"],
        source=_source(row),
        formula=row["formula"] or None,
        parts=row["parts"] or None,
        value=row["value"] or None,
        rule=_rule(row),
        substituted=row["substituted"] or None,
        points=points_text(book, row["points"]),
        points_max=full_points(row["points_max"]),
        share=share_of(row),
        others=tuple(share for other, share in everyone.items() if other != unit),
        previous_points=points_text(book, earlier["points"]),
        previous_max=full_points(earlier["points_max"]),
        previous_share=share_of(earlier),
        weight=_percent(row["weight"]),
        contribution=points_text(book, row["contribution"]),
        missing=reason(row["missing"]),
        missing_policy=row["missing_policy"] or None,
        records=row["records"],
        files=tuple(part for part in (row["files"] or "").split("; ") if part),
        children=children,
        criterion=criterion,
    )


def _title(row: Row) -> Pair:
    return Pair(wording.printable(row["title_zh"]), wording.printable(row["title_en"]))


def _rule(row: Row) -> Pair | None:
    rule = Pair(row["rule_zh"] or "", row["rule_en"] or row["rule_zh"] or "")
    return rule if any(rule) else None


def _source(row: Row) -> Pair | None:
    """Return the title of the measure or panel, unless the criterion already bears it."""
    source = Pair(row["source_title_zh"] or row["source"] or "", row["source_title_en"] or row["source"] or "")
    return source if any(source) and source != (row["title_zh"], row["title_en"]) else None


def _percent(weight: str | None) -> str | None:
    """Print a share such as ``0.125`` as ``12.5%``: the point moves, no digit changes."""
    return None if weight is None else wording.full_points_text(Decimal(weight).scaleb(2)) + "%"
