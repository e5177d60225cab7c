"""References into the frames: made here, and resolved here anew from the result."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from shuping.documents import wording
from shuping.documents.certainty import chance_text
from shuping.documents.commentary.model import Condition, Count, Figure, Form, Table
from shuping.scoring.result import Result

_ITEM = {"scores": "criterion", "measures": "measure", "findings": "finding"}


class References:
    """The frames of a result, looked up for the commentary: makes figures and counts, None where a cell is null."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self._rows: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}

    def cell(self, table: Table, period: str, unit: str, item: str, column: str) -> Any:
        """Return the cell, None where there is no such row."""
        key = (table, period, item)
        if key not in self._rows:
            rows = frame_of(self.result, table).filter(_keys(table, period, item)).rows(named=True)
            self._rows[key] = {row["unit"]: row for row in rows}
        row = self._rows[key].get(unit)
        return None if row is None else row[column]

    def figure(
        self, table: Table, period: str, unit: str, item: str, column: str, form: Form = "plain"
    ) -> Figure | None:
        """Return a reference to a cell with its text, or None where the cell is null or the row not there."""
        value = self.cell(table, period, unit, item, column)
        if value is None:
            return None
        return Figure(table, period, unit, item, column, show(self.result, table, item, column, value, form), form)

    def count(self, table: Table, *where: Condition, distinct: str = "") -> Count:
        """Return a reference to the number of rows that meet every condition."""
        return Count(table, where, str(_count(self.result, table, where, distinct)), distinct)


_POINTS = ("bonus", "deduction")
"""Columns of the standing that carry the places of points, not of totals."""


def frame_of(result: Result, table: str) -> pl.DataFrame:
    """Return one of the result's frames by name; of ``uncertainty`` the ranks under sampling error."""
    if table == "uncertainty":
        ranks = result.uncertainty.ranks
        return ranks.filter(pl.col("kind") == "sampling") if ranks.height else ranks
    frame: pl.DataFrame = getattr(result, table)
    return frame


def show(result: Result, table: str, item: str, column: str, value: Any, form: Form = "plain") -> str:
    """Return the text of a cell as the documents print it."""
    if form == "magnitude":
        value = abs(value)
    if form == "signed":
        return wording.signed_text(value)
    if column == "grade_holds":
        return chance_text(value)
    if isinstance(value, Decimal):
        if table == "measures" and item in result.rulebook.measures:
            return wording.measure_text(value, result.rulebook.measures[item], result.rulebook)
        if column == "points_max":
            return wording.full_points_text(value)
        return (
            wording.points_text(value, result.rulebook)
            if table == "scores" or column in _POINTS
            else wording.total_text(value)
        )
    return str(value)


def resolve(result: Result, reference: Figure | Count) -> str:
    """Return the text that a reference stands for, from the frames alone.

    Raises LookupError when a figure does not point at exactly one row, or points at a null.
    """
    if isinstance(reference, Count):
        return str(_count(result, reference.table, reference.where, reference.distinct))
    keys = _keys(reference.table, reference.period, reference.item)
    found = frame_of(result, reference.table).filter(keys, pl.col("unit") == reference.unit)
    if found.height != 1 or found[reference.column][0] is None:
        raise LookupError(f"{reference} points at {found.height} rows or at no value")
    value = found[reference.column][0]
    return show(result, reference.table, reference.item, reference.column, value, reference.form)


def _keys(table: str, period: str, item: str) -> pl.Expr:
    keys = pl.col("period") == period
    return keys & (pl.col(_ITEM[table]) == item) if table in _ITEM else keys


def _count(result: Result, table: str, where: tuple[Condition, ...], distinct: str) -> int:
    frame = frame_of(result, table)
    for condition in where:
        frame = frame.filter(_expression(condition))
    return frame[distinct].n_unique() if distinct else frame.height


def _expression(condition: Condition) -> pl.Expr:
    column = pl.col(condition.column)
    tests = {
        "is": column == condition.value,
        "over": column > 0,
        "under": column < 0,
        "given": column.is_not_null(),
        "missing": column.is_null(),
    }
    return tests[condition.test]
