"""The order in which documents print units: groups as in the rule book, units by rank, equals as in the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from shuping.scoring.result import Result

StandingRow = dict[str, Any]
UnitKey = Callable[[str], tuple[int, str]]


def unit_order(result: Result) -> UnitKey:
    """Return the sorting key of a unit: its place in the register, units it does not know last."""
    places = {unit.id: index for index, unit in enumerate(result.register)}
    return lambda unit: (places.get(unit, len(places)), unit)


def standing_by_group(result: Result, period: str) -> dict[str, tuple[StandingRow, ...]]:
    """Return a period's rows of the standing by group, without empty groups; units without a rank come last."""
    key = unit_order(result)
    found: dict[str, list[StandingRow]] = {group: [] for group in result.rulebook.groups}
    for row in result.standing.filter(pl.col("period") == period).rows(named=True):
        found.setdefault(row["group"], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0, key(row["unit"])))
    return {group: tuple(rows) for group, rows in found.items() if rows}
