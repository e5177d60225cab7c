"""Rules that look at several columns of a typed table: filer, units below, rows that repeat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from shuping.records.register import Register
from shuping.records.suggest import listed
from shuping.records.unique import UniqueKey

RowParams = Callable[[int, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class RowFault:
    """Rows (``mask``) that break one rule, shown at ``column``; ``params`` takes a row's position and values."""

    code: str
    column: str | None
    mask: pl.Series
    params: RowParams
    twin: Callable[[int], int] | None = None
    """Where a row repeats another: the position of that other row; the message gets it as ``first``."""


FrameRule = Callable[[pl.DataFrame], list[RowFault]]


def filer_allowed(filed_by: str, register: Register) -> FrameRule:
    """``self``: the unit itself or a unit above it; else only the named unit."""
    above = {(pair[1], pair[0]) for pair in register.closure.select("ancestor", "unit").iter_rows()}

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        if filed_by != "self":
            mask = (frame["filer"] != filed_by).fill_null(False)
            return [
                RowFault(
                    "records.other-filer", "filer", mask, lambda _, row: {"given": row["filer"], "allowed": filed_by}
                )
            ]
        pairs = frame.filter(pl.col("filer") != pl.col("unit")).select("unit", "filer").unique()
        wrong = [pair for pair in pairs.iter_rows() if pair not in above]
        mask = _pair_mask(frame, "unit", "filer", wrong)
        return [
            RowFault(
                "records.filer-not-above", "filer", mask, lambda _, row: {"given": row["filer"], "unit": row["unit"]}
            )
        ]

    return rule


def below_unit(field: str, register: Register) -> FrameRule:
    """The field names a unit below the row's unit; a unit with none below it may name itself."""
    parents = {unit.parent for unit in register}
    closure = register.closure.filter(pl.col("distance") > 0)
    below: dict[str, set[str]] = {unit.id: set() if unit.id in parents else {unit.id} for unit in register}
    for above, unit in closure.select("ancestor", "unit").iter_rows():
        below[above].add(unit)

    def params(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"given": row[field], "unit": row["unit"], "allowed": listed(sorted(below[row["unit"]]))}

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        pairs = frame.select("unit", field).drop_nulls().unique()
        wrong = [(above, unit) for above, unit in pairs.iter_rows() if unit not in below[above]]
        return [RowFault("records.not-below", field, _pair_mask(frame, "unit", field, wrong), params)]

    return rule


def something_decided(frame: pl.DataFrame) -> list[RowFault]:
    """A decision says a grade, a rank, or both."""
    empty = frame["grade"].is_null() & frame["rank"].is_null()
    return [RowFault("records.nothing-decided", "grade", empty, lambda _, row: {"unit": row["unit"]})]


def _pair_mask(frame: pl.DataFrame, left: str, right: str, pairs: Sequence[tuple[str, str]]) -> pl.Series:
    if not pairs:
        return pl.Series([False], dtype=pl.Boolean).new_from_index(0, frame.height)
    bad = pl.DataFrame(pairs, schema={left: pl.String, right: pl.String}, orient="row").with_columns(_bad=pl.lit(True))
    joined = frame.select(left, right).join(bad, on=[left, right], how="left", maintain_order="left")
    return joined["_bad"].fill_null(False)


def unique_rows(columns: Sequence[str]) -> FrameRule:
    """The columns together may stand in one row only; the second and later rows are at fault and name the first."""

    key = UniqueKey(tuple(columns))

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        keys, mask = key.of(frame), key.again(frame)
        if not mask.any():
            return []
        first = frame.with_row_index("_at").group_by(keys, maintain_order=True).agg(pl.col("_at").first())
        where = frame.select(keys).join(first, on=keys, how="left", maintain_order="left", nulls_equal=True)["_at"]

        def params(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
            given = ", ".join(str(row[name]) for name in keys if row[name] is not None)
            return {"given": given, "columns": ", ".join(keys)}

        return [RowFault("records.duplicate-row", None, mask, params, lambda at: int(where[at]))]

    return rule
