"""Marks -> one sheet a reviewer and unit, as arrays, in an order that does not depend on what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
ABSENT = -1


@dataclass(frozen=True)
class Sheets:
    """Reviewers by rows, units by columns.

    ``codes`` numbers what was handed in for the unit, all items together: two sheets with the same number say the same
    (-1: no sheet). ``totals`` are points, nan where an item is left blank; ``moments`` microseconds of the last mark of
    the sheet (-1: unknown), None when no mark has a time; ``own`` the column of each reviewer's own unit, or -1.
    """

    reviewers: tuple[str, ...]
    units: tuple[str, ...]
    codes: Ints
    totals: Floats
    moments: Ints | None
    own: Ints


def sheets_of(marks: pl.DataFrame, own_units: Mapping[str, str] | None = None) -> Sheets:
    """Return the sheets of one panel in one period.

    ``marks`` has reviewer, unit, item (may be null), mark and perhaps ``at`` (Datetime); rows without a mark say
    nothing. ``own_units`` gives the unit that a reviewer belongs to. A sheet is whole with as many items as the fullest
    on its unit.
    """
    said = _by_sheet(marks.filter(pl.col("mark").is_not_null()))
    reviewers, units = (sorted(said[name].unique().to_list()) for name in ("reviewer", "unit"))
    shape = (len(reviewers), len(units))
    numbers = (("reviewer", reviewers), ("unit", units))
    rows, columns = (np.searchsorted(np.array(known, dtype=str), said[name].to_list()) for name, known in numbers)
    codes, totals, moments = np.full(shape, ABSENT), np.full(shape, np.nan), np.full(shape, ABSENT)
    codes[rows, columns] = (said["says"].rank("dense").cast(pl.Int64) - 1).to_numpy()
    said = said.with_columns(whole=pl.col("items") == pl.col("items").max().over("unit"))
    totals[rows, columns] = np.where(said["whole"].to_numpy(), said["total"].to_numpy(), np.nan)
    moments[rows, columns] = said["at"].to_numpy()
    homes = {unit: at for at, unit in enumerate(units)}
    own = np.array([homes.get((own_units or {}).get(one, ""), ABSENT) for one in reviewers], dtype=np.int64)
    timed = moments if (moments >= 0).any() else None
    return _in_plain_order(Sheets(tuple(reviewers), tuple(units), codes, totals, timed, own))


def _by_sheet(marks: pl.DataFrame) -> pl.DataFrame:
    text = pl.concat_str(pl.col("item").cast(pl.String).fill_null(""), pl.lit("="), pl.col("mark").cast(pl.String))
    number = pl.col("mark").cast(pl.Float64, strict=False)
    at = pl.col("at").dt.timestamp("us") if "at" in marks.columns and marks["at"].dtype == pl.Datetime else pl.lit(None)
    return marks.group_by("reviewer", "unit").agg(
        says=text.sort().str.join("\n"),
        items=pl.col("item").n_unique(),
        total=number.sort().sum(),
        at=at.cast(pl.Int64).max().fill_null(ABSENT),
    )


def _in_plain_order(sheets: Sheets) -> Sheets:
    """Order reviewers and units by what was handed in, names only deciding between the alike.

    Simulated checks draw row by row: in this order their draws, too, stay the same when units or reviewers are renamed.
    """
    columns = _ranks([tuple(sorted(column)) for column in sheets.codes.T.tolist()])
    handed = [tuple(sorted(zip(row, columns, strict=True))) for row in sheets.codes.tolist()]
    rows = sorted(range(len(handed)), key=lambda at: (handed[at], sheets.reviewers[at]))
    codes = sheets.codes[rows]
    own = sheets.own[rows]
    of = [tuple(np.flatnonzero(own == at).tolist()) for at in range(len(sheets.units))]
    by_column = codes.T.tolist()
    order = sorted(range(len(of)), key=lambda at: (by_column[at], of[at], sheets.units[at]))
    place = {before: after for after, before in enumerate(order)}
    return Sheets(
        tuple(sheets.reviewers[at] for at in rows),
        tuple(sheets.units[at] for at in order),
        codes[:, order],
        sheets.totals[rows][:, order],
        None if sheets.moments is None else sheets.moments[rows][:, order],
        np.array([place.get(int(at), ABSENT) for at in own], dtype=np.int64),
    )


def _ranks(keys: list[tuple[int, ...]]) -> list[int]:
    known = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [known[key] for key in keys]
