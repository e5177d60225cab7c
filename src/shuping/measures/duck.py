"""DuckDB, embedded: the accepted records as Parquet, one statement at a time.

The records go through Parquet because this DuckDB cannot read a Polars frame without pyarrow; a table that is in
Parquet already is read where it lies. Nothing is loaded from the network, and the connection is closed on every way
out.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

import polars as pl

from shuping.errors import InputError, Problem
from shuping.records.folder import Table
from shuping.rulebook.model import Dataset
from shuping.values.unbroken import unbroken

SORT_ABOVE = 200_000
"""Rows from which sorting by date pays: a period then reads its own row groups only."""
SHORT_DIGITS = 18


class Duck:
    """A private DuckDB with one view per dataset. Use it as a context manager."""

    def __init__(self, memory_limit: str | None = None) -> None:
        import duckdb

        self._folder = TemporaryDirectory(prefix="shuping-measures-")
        self._written = 0
        config: dict[str, Any] = {
            "temp_directory": self._folder.name,
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        try:
            self._connection = duckdb.connect(":memory:", config=config)
        except duckdb.Error as error:
            self._folder.cleanup()
            given = {"limit": memory_limit, "reason": _first_line(error)}
            raise InputError(Problem("measures.memory-limit", given)) from None
        self._connection.execute("SET enable_progress_bar = false")  # it writes into whatever the command prints

    def __enter__(self) -> Duck:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove every temporary file."""
        with unbroken():
            self._connection.close()
            self._folder.cleanup()

    def add(self, name: str, dataset: Dataset, table: Table, fields: Collection[str]) -> None:
        """Make a dataset's rows known under its name, with the fields that formulas use."""
        from sqlglot import exp

        path = table.parquet
        if path is None:
            self._written += 1
            path = Path(self._folder.name) / f"records-{self._written}.parquet"
            slim_frame(dataset, table.frame, fields).write_parquet(path, compression="lz4", row_group_size=122_880)
        source = exp.select("*").from_(exp.Anonymous(this="read_parquet", expressions=[exp.Literal.string(str(path))]))
        view = exp.Create(this=exp.table_(exp.to_identifier(name, quoted=True)), kind="VIEW", expression=source)
        self._connection.execute(view.sql("duckdb"))

    def run(self, dataset: str, period: str, sql: str) -> pl.DataFrame:
        """Run one statement and return its rows.

        Raises InputError when a product or sum outgrows 38 digits, or memory or disk do not suffice.
        """
        import duckdb

        try:
            return pl.DataFrame(_Stream(self._connection.sql(sql)))
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            given = {"dataset": dataset, "period": period, "reason": _first_line(error)}
            raise InputError(Problem("measures.too-many-digits", given)) from None
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            given = {"dataset": dataset, "period": period, "reason": _first_line(error)}
            raise InputError(Problem("measures.no-room", given)) from None


class _Stream:
    """A relation as an Arrow stream only: Polars would keep the relation's type, and DuckDB complain at exit."""

    def __init__(self, relation: Any) -> None:
        self._relation = relation

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._relation.__arrow_c_stream__(requested_schema)


def slim_frame(dataset: Dataset, frame: pl.DataFrame, fields: Collection[str]) -> pl.DataFrame:
    """Return the columns that statements read, decimals as short as they can be, sorted by date where that pays."""
    keys = ["unit", dataset.date_field or "period"]
    names = dict.fromkeys([*keys, *(name for name in dataset.fields if name in fields)])
    slim = frame.select(*names, *_row_numbers(frame))
    slim = slim.with_columns(_shortened(slim[name]) for name in slim.columns if slim[name].dtype == pl.Decimal)
    return slim.sort(keys[1], maintain_order=True) if slim.height > SORT_ABOVE else slim


def _row_numbers(frame: pl.DataFrame) -> list[pl.Expr]:
    found = {"_file": pl.lit(0, pl.UInt32), "_row": pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)}
    return [pl.col(name) if name in frame.columns else made.alias(name) for name, made in found.items()]


def _shortened(series: pl.Series) -> pl.Series:
    """Return a decimal series in 64 bits where every value fits: DuckDB sums those several times faster."""
    scale = series.dtype.scale if isinstance(series.dtype, pl.Decimal) else 0
    physical = series.to_physical()
    edges: list[Any] = [physical.min(), physical.max()]
    largest = max((abs(edge) for edge in edges if edge is not None), default=0)
    if largest >= 10**SHORT_DIGITS or (scale or 0) > SHORT_DIGITS:
        return series
    return series.cast(pl.Decimal(SHORT_DIGITS, scale or 0))


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
