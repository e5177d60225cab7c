"""Partials as arrays, and the value of each summary from them.

``Cells`` are the partials of one branch over a set of cells: the units alone (``own``), the units with all that is
below them (``merged``), or the filed days and periods of units. The value of a summary is read from any of them in
the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from shuping.measures.tree import Places, Segments
from shuping.values import Missing, Value, parse_exact
from shuping.values.rational import CODE_OF_REASON, Codes, Ints, Rationals, ints

if TYPE_CHECKING:
    from shuping.measures.partials import Column, Plan

NO_RECORDS = np.int8(CODE_OF_REASON["no_records"])
NO_VALUE = np.int8(CODE_OF_REASON["no_value"])


@dataclass(frozen=True)
class Partial:
    """One partial over all cells: integers, the decimal places they carry, and how they merge."""

    values: Ints
    places: int
    merge: str
    order: str | None = None


@dataclass(frozen=True)
class Cells:
    """A branch's partials over ``size`` cells; ``pairs`` by number: ``cell``, ``top``, ``bottom``, ``pair_rows``."""

    size: int
    partials: Mapping[str, Partial]
    pairs: Mapping[int, pl.DataFrame] = field(default_factory=dict)

    @property
    def records(self) -> Ints:
        """Rows in the window, per cell."""
        return self.partials["records"].values

    def merged(self, below: Segments) -> Cells:
        """Return the cells of each group of ``below`` made one."""
        partials = {alias: self._merge(partial, below) for alias, partial in self.partials.items()}
        group = np.repeat(np.arange(len(below)), below.ends() - below.starts)
        links = pl.DataFrame({"cell": below.cells, "group": group})
        pairs = {number: _merge_pairs(frame, links) for number, frame in self.pairs.items()}
        return Cells(len(below), partials, pairs)

    def nothing(self) -> Cells:
        """Return one cell without any rows."""
        partials = {
            alias: Partial(np.zeros(1, dtype=np.int64), partial.places, partial.merge, partial.order)
            for alias, partial in self.partials.items()
        }
        return Cells(1, partials, {number: frame.clear() for number, frame in self.pairs.items()})

    def _merge(self, partial: Partial, below: Segments) -> Partial:
        if partial.merge != "last":
            return Partial(below.merge(partial.values, partial.merge), partial.places, partial.merge)
        assert partial.order is not None
        newest = self.partials[partial.order].values
        group = np.repeat(np.arange(len(below)), below.ends() - below.starts)
        ranked = np.lexsort((newest[below.cells], group))
        values = partial.values[below.cells[ranked[below.ends() - 1]]]
        return Partial(values, partial.places, "last", partial.order)

    # --- values

    def value(self, plan: Plan, zero: bool) -> Rationals:
        """Return the value of a summary per cell. ``zero``: no rows count as none, not as missing."""
        rows = self.partials[plan.rows].values
        if plan.function in ("count", "distinct"):
            why = np.where((self.records == 0) & (not zero), NO_RECORDS, np.int8(0))
            return Rationals.make(rows if plan.function == "count" else self._distinct(plan), 1, why)
        if plan.pairs is not None:
            return self._from_pairs(plan, rows, zero)
        assert plan.value is not None
        assert plan.filled is not None
        partial, filled = self.partials[plan.value], self.partials[plan.filled].values
        why = self._why(plan, rows, filled, zero)
        value = Rationals.make(partial.values, _power(partial.places, self.size), why).scaled(plan.factor)
        if plan.function == "mean":
            return value / Rationals.make(np.where(filled == 0, 1, filled))
        if plan.below is not None:
            below = self.partials[plan.below]
            return value / Rationals.make(below.values, _power(below.places, self.size), why)
        return value

    def _why(self, plan: Plan, rows: Ints, filled: Ints, zero: bool) -> Codes:
        none = np.int8(0) if zero and plan.function == "sum" else NO_RECORDS
        why: Codes = np.where(rows == 0, none, np.where(filled == 0, NO_VALUE, np.int8(0)))
        return why

    def _distinct(self, plan: Plan) -> Ints:
        if plan.pairs is None:
            masks = [np.bitwise_count(self.partials[alias].values).astype(np.int64) for alias in plan.masks]
            total: Ints = np.sum(masks, axis=0)
            return total
        counted = self.pairs[plan.pairs].group_by("cell").agg(pl.struct("top", "bottom").n_unique().alias("n"))
        found = np.zeros(self.size, dtype=np.int64)
        found[counted["cell"].to_numpy()] = counted["n"].cast(pl.Int64).to_numpy()
        return found

    def _from_pairs(self, plan: Plan, rows: Ints, zero: bool) -> Rationals:
        """Return sums, means, minima and maxima of quotients: the division is done here, exactly."""
        assert plan.pairs is not None
        found: list[Value] = [_nothing(plan.function, int(count), zero) for count in rows.tolist()]
        frame = self.pairs[plan.pairs].select("cell", "top", "bottom", "pair_rows").sort("cell", "top", "bottom")
        gathered: dict[int, list[tuple[Fraction, int]]] = {}
        for cell, top, bottom, count in frame.iter_rows():
            quotient = plan.factor * parse_exact(top) / parse_exact(bottom)
            gathered.setdefault(cell, []).append((quotient, count))
        for cell, quotients in gathered.items():
            found[cell] = _summary(plan.function, quotients)
        return Rationals.of(found)


def _summary(function: str, quotients: list[tuple[Fraction, int]]) -> Fraction:
    if function == "min":
        return min(quotient for quotient, _ in quotients)
    if function == "max":
        return max(quotient for quotient, _ in quotients)
    total = sum((quotient * count for quotient, count in quotients), Fraction(0))
    return total / sum(count for _, count in quotients) if function == "mean" else total


def _nothing(function: str, rows: int, zero: bool) -> Value:
    if rows:
        return Missing("no_value")
    return Fraction(0) if zero and function == "sum" else Missing("no_records")


def _power(places: int, size: int) -> Ints:
    return np.full(size, 10**places, dtype=np.int64 if places <= 18 else object)


def _merge_pairs(frame: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    spread = frame.join(links, on="cell", how="inner")
    return spread.group_by(pl.col("group").alias("cell"), "top", "bottom").agg(pl.col("pair_rows").sum())


# --- reading what the engine brought


def read_partials(
    rows: pl.DataFrame, columns: Mapping[str, Column], prefix: str, places: Places, size: int
) -> dict[str, Partial]:
    """Return the partials of one branch: row i of ``rows`` fills cell ``places[i]``, the others hold nothing.

    Sums and counts of nothing are 0; a minimum of nothing stands above, a maximum below every value there is.
    """
    orders = {column.order for column in columns.values() if column.order is not None}
    partials = {}
    for alias, column in columns.items():
        series = rows[f"{prefix}{alias}"]
        decimals = series.dtype.scale if isinstance(series.dtype, pl.Decimal) else 0
        given = _ranks(series) if alias in orders else read_integers(series)
        nothing = _neutral(given, "sum" if alias in orders else column.merge)
        filled = np.full(size, nothing, dtype=given.dtype if abs(nothing) < 2**62 else object)
        there = series.is_not_null().to_numpy()
        filled[places[there]] = given[there]
        partials[alias] = Partial(filled, decimals or 0, column.merge, column.order)
    return partials


def _neutral(given: Ints, merge: str) -> int:
    if merge == "min":
        return int(given.max(initial=0)) + 1
    if merge == "max":
        return int(given.min(initial=0)) - 1
    return 0


def _ranks(series: pl.Series) -> Ints:
    """Return 1, 2, … in the order of the values: all that ``last`` needs of them, in 64 bits."""
    return series.rank("dense").fill_null(0).cast(pl.Int64).to_numpy()


def read_integers(series: pl.Series) -> Ints:
    """Return the values as integers, decimals without their point; nulls are 0."""
    if series.dtype == pl.Null:
        return np.zeros(len(series), dtype=np.int64)
    plain = series.to_physical() if isinstance(series.dtype, pl.Decimal) else series
    plain = plain.fill_null(0)
    if plain.dtype == pl.Int128:
        short = plain.cast(pl.Int64, strict=False)
        if short.null_count():
            return ints(plain.to_list())
        plain = short
    return plain.cast(pl.Int64).to_numpy()
