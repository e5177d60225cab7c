"""Records of a unit belong to the time in which it exists: ``valid_from`` and ``valid_to`` of the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from shuping.records.frame_rules import FrameRule, RowFault
from shuping.records.register import Register
from shuping.values.periods import Period


def unit_exists(register: Register, when: str, year_starts: str) -> FrameRule:
    """The unit of a row exists on the row's day, or on a day of its period; ``when`` names the column that says so.

    Rows without a day or period are left to the rules that ask for one.
    """
    limited = register.limited

    def params(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        first, last = limited[row["unit"]]
        shown = ["" if day in (date.min, date.max) else day.isoformat() for day in (first, last)]
        return {"unit": row["unit"], "given": str(row[when]), "allowed": " … ".join(shown).strip()}

    def wrong(unit: str, given: date | str) -> bool:
        if isinstance(given, date):
            return not limited[unit][0] <= given <= limited[unit][1]
        period = Period.parse(given, year_starts)
        return not (limited[unit][0] <= period.end and period.start <= limited[unit][1])

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        if not limited or not {"unit", when} <= set(frame.columns):
            return []
        looked = frame.select("unit", when).filter(pl.col("unit").is_in(list(limited))).drop_nulls().unique()
        found = [(unit, given) for unit, given in looked.iter_rows() if wrong(unit, given)]
        if not found:
            return []
        schema: dict[str, Any] = {"unit": pl.String, when: frame.schema[when]}
        bad = pl.DataFrame(found, schema=schema, orient="row").with_columns(_bad=pl.lit(True))
        joined = frame.select("unit", when).join(bad, on=["unit", when], how="left", maintain_order="left")
        return [RowFault("records.unit-not-valid", when, joined["_bad"].fill_null(False), params)]

    return rule
