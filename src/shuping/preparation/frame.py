"""The record of preparation as a frame, and in words by figure for the trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.preparation.one_period import Change
from shuping.values import Missing, Value
from shuping.values.rounding import to_decimal
from shuping.values.scalars import Text

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


Notes = Mapping[tuple[str, str, str], Text]
"""What was done to a figure, by period, unit and measure."""


def notes_of(changes: Sequence[Change]) -> Notes:
    """Return what preparation did to each figure, its steps in their order."""
    found: dict[tuple[str, str, str], Text] = {}
    for change in changes:
        words = change.words
        if change.measure is not None and words is not None:
            key = (change.period, change.unit, change.measure)
            before = found.get(key)
            if before is not None:
                words = Text(zh=f"{before.zh}；{words.zh}", en=f"{before.en}; {words.en}")
            found[key] = words
    return found
