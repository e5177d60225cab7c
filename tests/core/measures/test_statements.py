"""The printed SQL: one statement per dataset and period, for DuckDB and for Spark."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest
import sqlglot
from sqlglot import exp

from shuping.measures import statements
from tests.core.measures.county import activity, filed, folder, rulebook

MEASURES = {
    "n": {"from": "activity", "value": "count(where form == 'sport') / count()"},
    "days": {"from": "activity", "value": "distinct(date)"},
    "villages": {"from": "activity", "value": "distinct(village)"},
    "each": {"from": "activity", "value": "mean(money / people)", "window": "to_date"},
    "last": {"from": "filed", "value": "last(amount)", "per_unit": "max"},
    "made": {"value": "n * 2"},
}


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_one_statement_per_dataset_that_its_engine_can_read(dialect: str) -> None:
    found = statements(rulebook(MEASURES), "2025-Q1", dialect=dialect)
    assert [(one.dataset, one.period) for one in found] == [("activity", "2025-Q1"), ("filed", "2025-Q1")]
    for one in found:
        (parsed,) = sqlglot.parse(one.sql, read=dialect)
        assert parsed is not None
        assert {table.name for table in parsed.find_all(exp.Table)} == {one.dataset}


def test_only_what_the_measures_named_need() -> None:
    assert [one.dataset for one in statements(rulebook(MEASURES), "2025", measures=["made"])] == ["activity"]


def test_spark_names_its_own_functions() -> None:
    sql = "\n".join(one.sql for one in statements(rulebook(MEASURES), "2025-01", dialect="spark"))
    assert "SHIFTLEFT(" in sql
    assert "MAX_BY(" in sql
    assert "ARG_MAX" not in sql
    assert '"unit"' not in sql


def test_no_statement_divides_or_counts_distinct() -> None:
    for one in statements(rulebook(MEASURES), "2025"):
        (parsed,) = sqlglot.parse(one.sql, read="duckdb")
        assert parsed is not None
        assert not list(parsed.find_all(exp.Div))
        assert not list(parsed.find_all(exp.Distinct))


def test_the_printed_statement_runs_as_it_stands() -> None:
    given = folder(MEASURES, [activity("e1", "2025-01-05", 3, money="1.50")], [filed("e1", "2025-01", "2")])
    with duckdb.connect() as connection:
        for one in statements(given.rulebook, "2025-01"):
            frame = given.datasets[one.dataset].frame
            columns = ", ".join(f'"{name}" {_kind(dtype)}' for name, dtype in frame.schema.items())
            connection.execute(f'CREATE TABLE "{one.dataset}" ({columns})')
            marks = ", ".join("?" * frame.width)
            connection.executemany(f'INSERT INTO "{one.dataset}" VALUES ({marks})', frame.rows())
            rows = connection.execute(one.sql).fetchall()
            assert {row[1] for row in rows} == {"e1"}


def _kind(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL(38, {dtype.scale})"
    return {pl.Date: "DATE", pl.Int64: "BIGINT", pl.Boolean: "BOOLEAN", pl.UInt32: "UINTEGER"}.get(
        type(dtype), "VARCHAR"
    )
