"""Parquet: columns as they are typed in the file; only flat columns of plain types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.records.sheet import ROW, Sheet, check_headings


def read_parquet(
    path: Path, file: str, sha256: str, *, headings: Callable[[list[str]], list[str]] | None = None
) -> Sheet:
    """Return the columns of a Parquet file; row 1 is its first. Raises InputError for a file that cannot be read."""
    try:
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise InputError(Problem("records.broken-parquet", {}, Place(file))) from error
    return frame_sheet(frame, file, sha256, headings=headings)


def frame_sheet(
    frame: pl.DataFrame, file: str, sha256: str, *, headings: Callable[[list[str]], list[str]] | None = None
) -> Sheet:
    """Return a frame as a sheet. Raises InputError for columns of lists, structs and other types that are no cells."""
    nested = [name for name, kind in frame.schema.items() if not _plain(kind)]
    if nested:
        problems = [
            Problem("records.column-type", {"given": str(frame.schema[name])}, Place(file, field=name))
            for name in nested
        ]
        raise InputError(problems)
    names = headings(frame.columns) if headings else check_headings(frame.columns, file, 1)
    if len(names) < frame.width:
        raise InputError(Problem("records.empty-heading", {"position": len(names) + 1}, Place(file)))
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    return Sheet(file, sha256, frame.with_columns(pl.int_range(1, frame.height + 1, dtype=pl.UInt32).alias(ROW)))


def _plain(kind: pl.DataType) -> bool:
    if kind.is_nested():
        return False
    known = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Categorical, pl.Enum, pl.Null)
    return kind.is_numeric() or kind in known
