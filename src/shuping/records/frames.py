"""Frames given from Python: Polars as they are, pandas by duck typing (it is never imported), others through Polars."""

from __future__ import annotations

from typing import Any

import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.records.xlsx_reader import cell_text


def polars_frame(frame: Any) -> pl.DataFrame:
    """Return a frame as a Polars frame. Raises InputError for what is no frame."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    if hasattr(frame, "iloc") and hasattr(frame, "columns"):
        return _from_pandas(frame)
    try:
        return pl.DataFrame(frame)
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise InputError(Problem("records.not-a-frame", {"given": type(frame).__name__}, Place())) from error


def _from_pandas(frame: Any) -> pl.DataFrame:
    # cell by cell as text, as from a spreadsheet: a column of whole numbers with gaps is floats to pandas
    columns = [str(name) for name in frame.columns]
    if len(set(columns)) < len(columns):
        twice = sorted({name for name in columns if columns.count(name) > 1})
        raise InputError(
            [Problem("records.duplicate-column", {"given": name, "positions": "…"}, Place()) for name in twice]
        )
    series = [
        pl.Series(name, [_pandas_cell(cell) for cell in frame.iloc[:, at].tolist()], dtype=pl.String)
        for at, name in enumerate(columns)
    ]
    return pl.DataFrame(series)


def _pandas_cell(cell: Any) -> str | None:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell):
        return None
    return cell_text(cell)
