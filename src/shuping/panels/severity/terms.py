"""Columns of marks to the terms of a mixed model: factors with coded levels, fixed columns, and marks in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
JOINT = ":"
"""Between the parts of an interaction, in its name (``reviewer:item``) and in its levels."""


@dataclass(frozen=True)
class Factor:
    """A term with levels: ``codes`` (a level's place in ``levels``, for each mark), levels in ascending order."""

    name: str
    codes: Codes
    levels: tuple[Any, ...]

    @property
    def counts(self) -> Codes:
        """How many marks each level has."""
        return np.bincount(self.codes, minlength=len(self.levels))


@dataclass(frozen=True)
class FixedColumn:
    """A column of the fixed part: an indicator of one level (``rows``), or a covariate with a value for each row."""

    name: str
    rows: Codes
    values: Floats


@dataclass(frozen=True)
class Terms:
    """A model of marks: ``marks`` (n floats), ``random`` factors, ``fixed`` columns (the first is the intercept).

    The rows stand in the order of the factors' levels and the marks, whatever order they came in: a sum of floats
    depends on its order, and permuting the rows of a file must change nothing.
    """

    marks: Floats
    random: tuple[Factor, ...]
    fixed: tuple[FixedColumn, ...]


def factor(frame: pl.DataFrame, columns: Sequence[str]) -> Factor:
    """Return a column as a factor, or several as their interaction with the levels that occur."""
    name = JOINT.join(columns)
    if len(columns) == 1:
        column = frame.get_column(columns[0])
        codes = column.rank("dense").cast(pl.Int64).to_numpy() - 1
        return Factor(name, codes, tuple(column.unique().sort().to_list()))
    levels = frame.select(columns).unique().sort(columns)
    numbered = levels.with_row_index("__code")
    joined = frame.select(columns).join(numbered, on=list(columns), how="left", maintain_order="left")
    labels = tuple(JOINT.join(str(part) for part in row) for row in levels.iter_rows())
    return Factor(name, joined.get_column("__code").cast(pl.Int64).to_numpy(), labels)


def indicators(found: Factor) -> list[FixedColumn]:
    """Return a factor as fixed columns, its first level being what the others are measured against."""
    order = np.argsort(found.codes, kind="stable")
    bounds = np.searchsorted(found.codes[order], np.arange(len(found.levels) + 1))
    columns = []
    for number, level in enumerate(found.levels[1:], start=1):
        rows = order[bounds[number] : bounds[number + 1]]
        columns.append(FixedColumn(f"{found.name}={level}", rows, np.ones(len(rows))))
    return columns


def fixed_columns(frame: pl.DataFrame, names: Sequence[str]) -> list[FixedColumn]:
    """Return the intercept and the columns of each name: floats and decimals as covariates, all else by level."""
    rows = np.arange(frame.height)
    columns = [FixedColumn("intercept", rows, np.ones(frame.height))]
    for name in names:
        column = frame.get_column(name)
        if column.dtype.is_float() or column.dtype.is_decimal():
            columns.append(FixedColumn(name, rows, column.cast(pl.Float64).to_numpy()))
        else:
            columns += indicators(factor(frame, [name]))
    return columns
