"""A hundred million dated records of 40,000 villages in 40 kinds, as accepted records lie on disk: one Parquet file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from shuping.records.register import Register, Unit

COUNTIES, TOWNSHIPS, VILLAGES, KINDS = 100, 2_000, 40_000, 40
MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
MADE = """
COPY (
    SELECT 'v' || (hash(i) % {villages})::VARCHAR AS unit,
           DATE '2025-01-01' + (i * 365 // {rows})::INTEGER AS date,
           'kind' || (hash(i + {rows}) % {kinds})::VARCHAR AS kind,
           ((hash(i + 2 * {rows}) % 10000000)::BIGINT / 100)::DECIMAL(14, 2) AS quantity
    FROM range({rows}) AS numbers(i)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
"""


def register() -> Register:
    """Return villages below townships below counties below one city."""
    units = {"city": Unit("city", "city", "city", "city")}
    for number in range(COUNTIES):
        units[f"c{number}"] = Unit(f"c{number}", "", "", "county", "city")
    for number in range(TOWNSHIPS):
        units[f"t{number}"] = Unit(f"t{number}", "", "", "township", f"c{number % COUNTIES}")
    for number in range(VILLAGES):
        units[f"v{number}"] = Unit(f"v{number}", "", "", "village", f"t{number % TOWNSHIPS}")
    return Register(units)


def write_records(path: Path, rows: int) -> None:
    """Write the records, sorted by date as the records room keeps them."""
    with duckdb.connect() as connection:
        connection.execute(MADE.format(villages=VILLAGES, kinds=KINDS, rows=rows, path=path))


def ends(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    year, number = (int(part) for part in month.split("-"))
    after = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), date.fromordinal(after.toordinal() - 1)
