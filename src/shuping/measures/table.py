"""The measures' values: exact, per period, unit and measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from shuping.values import Missing, Value


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """Values of every measure, unit and period asked for.

    ``frame`` has one row each: ``period``, ``unit``, ``measure`` (String), ``numerator`` and ``denominator`` (String,
    the exact value; null where missing), ``se`` (Float64, null unless sampled), ``n`` (Int64, null unless sampled),
    ``missing`` (String reason or null), ``records`` (Int64: the rows of the dataset that were looked at for this unit
    and period; null for a measure made of other measures) and ``parts`` (String: the pieces in figures, such as
    ``count = 14; unit.villages = 16``).
    """

    frame: pl.DataFrame
    _index: dict[tuple[str, str], dict[str, Value]] = field(default_factory=dict, compare=False, repr=False)

    def values(self, period: str, measure: str) -> Mapping[str, Value]:
        """Return ``{unit: exact value or Missing}`` for one period and measure (empty when it was not asked for)."""
        if not self._index and self.frame.height:
            self._build()
        return self._index.get((period, measure), {})

    def _build(self) -> None:
        columns = ("period", "measure", "unit", "numerator", "denominator", "missing")
        for period, measure, unit, top, bottom, reason in self.frame.select(columns).iter_rows():
            value: Value = Missing(reason) if reason is not None else Fraction(int(top), int(bottom))
            self._index.setdefault((period, measure), {})[unit] = value
