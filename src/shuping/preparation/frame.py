"""The record of preparation as a frame, and as the end of a measure's ``parts`` in the trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.preparation.prepare import Change
from shuping.values import Missing, Value
from shuping.values.rounding import to_decimal

PLACES = 18
PREPARED_SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "unit": pl.String,
    "measure": pl.String,  # null where the unit was screened out
    "raw": pl.Decimal,  # what the step was given; null where missing
    "value": pl.Decimal,  # what the step made of it
    "step": pl.String,  # denominate | screen | impute | winsorise | log | box_cox
    "reason": pl.String,  # "mean of 20 units, unit.region = Asia = 3.2"
}


def prepared_frame(changes: Sequence[Change]) -> pl.DataFrame:
    """Return every changed point in the order of the steps; 18 decimals, fewer where a figure has over 20 digits."""
    largest = max((abs(int(value)) for change in changes for value in _known(change)), default=0)
    places = max(0, min(PLACES, 38 - len(str(largest)) - 1))
    kind = pl.Decimal(38, places)
    schema: dict[str, Any] = {name: kind if given is pl.Decimal else given for name, given in PREPARED_SCHEMA.items()}
    rows = [
        (c.period, c.unit, c.measure, _decimal(c.raw, places), _decimal(c.value, places), c.step, c.reason)
        for c in changes
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _known(change: Change) -> list[Fraction]:
    return [value for value in (change.raw, change.value) if value is not None and not isinstance(value, Missing)]


def _decimal(value: Value | None, places: int) -> Any:
    return None if value is None or isinstance(value, Missing) else to_decimal(value, places)


Rows = Mapping[tuple[str, str, str], tuple[int | None, str | None]]


def noted(rows: Rows, changes: Sequence[Change]) -> Rows:
    """Return the measures' record counts and parts (by period, unit, measure) with what preparation did to each."""
    found = dict(rows)
    for change in changes:
        if change.measure is not None:
            key = (change.period, change.unit, change.measure)
            count, parts = found.get(key, (None, None))
            note = f"{change.step}: {change.reason}"
            found[key] = (count, f"{parts}; {note}" if parts else note)
    return found
