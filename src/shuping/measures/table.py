"""The measures' values: exact, per period, unit and measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    _rows: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)
    _values: dict[tuple[str, str], dict[str, Value]] = field(default_factory=dict, compare=False, repr=False)

    def values(self, period: str, measure: str) -> Mapping[str, Value]:
        """Return ``{unit: exact value or Missing}`` for one period and measure (empty when it was not asked for)."""
        key = (period, measure)
        if key not in self._values:
            if not self._rows and self.frame.height:
                for (when, name), rows in self.frame.partition_by("period", "measure", as_dict=True).items():
                    self._rows[str(when), str(name)] = rows
            self._values[key] = _exact(self._rows[key]) if key in self._rows else {}
        return self._values[key]

    def without(self, periods: Collection[str]) -> MeasureTable:
        """Return the table without some periods."""
        return MeasureTable(self.frame.filter(~pl.col("period").is_in(list(periods)))) if periods else self


def _exact(rows: pl.DataFrame) -> dict[str, Value]:
    cells = rows.select("unit", "numerator", "denominator", "missing").iter_rows()
    return {
        unit: Fraction(int(top), int(bottom)) if reason is None else Missing(reason)
        for unit, top, bottom, reason in cells
    }
