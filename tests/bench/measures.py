"""Measures against the best hand-written DuckDB statements, on the same Parquet file and in the same run.

Ten million dated records of 4,000 villages in 200 townships and 10 counties: by month, for every unit of the tree,
the count, the exact sum of a decimal, the share of one kind and the number of distinct days. Both sides must give the
same figures.

    python tests/bench/measures.py [rows]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import polars as pl

from shuping.measures import MeasureTable, compute
from shuping.records.folder import Folder, Table
from shuping.records.register import Register, Unit
from shuping.rulebook.model import Rulebook

COUNTIES, TOWNSHIPS, VILLAGES, KINDS = 10, 200, 4_000, 40
MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
ROUNDS = 3
TARGET = 1.2
BY_HAND = """
WITH partials AS (
    SELECT unit, count(*) AS n, sum(quantity) AS q, count(*) FILTER (WHERE kind = 'kind7') AS k,
           bit_or(1::BIGINT << (day(date) - 1)::INTEGER) AS days
    FROM read_parquet($path) WHERE date BETWEEN $start AND $end GROUP BY unit
)
SELECT ancestor, sum(n)::BIGINT AS n, sum(q) AS q, sum(k)::BIGINT AS k, bit_count(bit_or(days)) AS days
FROM partials JOIN closure USING (unit) GROUP BY ancestor
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
    """Write the accepted records, sorted by date, as the records room keeps them."""
    random = np.random.default_rng(2025)
    start = date(2025, 1, 1)
    days = np.sort(random.integers(0, 365, rows)).astype(np.int32) + (start - date(1970, 1, 1)).days
    villages = pl.Series([f"v{number}" for number in range(VILLAGES)])
    kinds = pl.Series([f"kind{number}" for number in range(KINDS)])
    frame = pl.DataFrame(
        {
            "unit": villages.gather(pl.Series(random.integers(0, VILLAGES, rows))),
            "date": pl.Series(days).cast(pl.Date),
            "kind": kinds.gather(pl.Series(random.integers(0, KINDS, rows))),
            "quantity": pl.Series(random.integers(0, 10_000_000, rows)).cast(pl.Decimal(18, 0)),
            "_file": pl.repeat(0, rows, dtype=pl.UInt32, eager=True),
            "_row": pl.int_range(2, rows + 2, dtype=pl.UInt32, eager=True),
        }
    )
    hundredths = (pl.col("quantity") / 100).cast(pl.Decimal(14, 2))
    frame.with_columns(hundredths).write_parquet(path, row_group_size=122_880)


def rulebook() -> Rulebook:
    """Return four measures over the records."""
    fields = {
        "date": {"type": "date"},
        "kind": {"type": "category", "options": [f"kind{number}" for number in range(KINDS)]},
        "quantity": {"type": "number", "places": 2},
    }
    values = {
        "n": "count()",
        "q": "sum(quantity)",
        "k": "count(where kind == 'kind7') / count()",
        "days": "distinct(date)",
    }
    measures = {name: {"from": "records", "value": value} for name, value in values.items()}
    head = {"rulebook": "bench", "version": "1", "title": "Bench", "groups": {"villages": {"kind": "village"}}}
    return Rulebook.model_validate({**head, "datasets": {"records": {"fields": fields}}, "measures": measures})


def by_hand(path: Path, closure: pl.DataFrame) -> dict[str, list[tuple[Any, ...]]]:
    """Return the figures of every month by hand-written SQL."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        links = Path(folder) / "closure.parquet"
        closure.write_parquet(links)
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"CREATE TABLE closure AS SELECT * FROM read_parquet('{links}')")
        found = {}
        for month in MONTHS:
            year, number = (int(part) for part in month.split("-"))
            end = date(year + number // 12, number % 12 + 1, 1)
            given = {"path": str(path), "start": date(year, number, 1), "end": date.fromordinal(end.toordinal() - 1)}
            found[month] = connection.execute(BY_HAND, given).fetchall()
        return found


def same(table: MeasureTable, figures: dict[str, list[tuple[Any, ...]]]) -> bool:
    """Tell whether both sides give the same figures, all of them."""
    for month, rows in figures.items():
        values = {name: table.values(month, name) for name in ("n", "q", "k", "days")}
        for unit, n, q, k, days in rows:
            expected = (Fraction(n), Fraction(q), Fraction(k, n), Fraction(days))
            if tuple(values[name][unit] for name in ("n", "q", "k", "days")) != expected:
                return False
    return sum(map(len, figures.values())) == len(MONTHS) * (1 + COUNTIES + TOWNSHIPS + VILLAGES)


def seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a call took, and what it returned."""
    started = time.perf_counter()
    found = run()
    return time.perf_counter() - started, found


def main() -> int:
    """Print both times and their ratio; fail when the figures differ or the target is missed."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.parquet"
        write_records(path, rows)
        units = register()
        closure = units.closure.select("ancestor", "unit")
        table = Table(pl.DataFrame(schema={"unit": pl.String}), parquet=path)
        given = Folder(None, rulebook(), units, {"records": table})
        ours, theirs = [], []
        for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine meets both
            took, figures = seconds(lambda: by_hand(path, closure))
            theirs.append(took)
            took, found = seconds(lambda: compute(given, MONTHS))
            ours.append(took)
        equal = same(found, figures)
    print(f"{rows:,} records, {len(units):,} units, {len(MONTHS)} months, 4 measures; medians of {ROUNDS}")
    print(f"  hand-written DuckDB  {median(theirs):6.2f} s   ({', '.join(f'{one:.2f}' for one in theirs)})")
    print(f"  shuping.measures     {median(ours):6.2f} s   ({', '.join(f'{one:.2f}' for one in ours)})")
    ratio = median(ours) / median(theirs)
    print(f"  ratio                {ratio:6.2f}     target: at most {TARGET}; figures equal: {equal}")
    print("  validation of the rows is not in these times: they are read as accepted")
    return 0 if equal and ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
