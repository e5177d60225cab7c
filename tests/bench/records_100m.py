"""Measures on 100 million records (40,000 villages, 12 months, 40 kinds) beside the best hand-written DuckDB SQL.

Three things, each in a process of its own, library and hand-written statement in turn:

- measures: count, exact sum and distinct days by month for every unit of the tree, as `shuping measures` makes them;
- partials: the same by village, month and kind (some 18 million rows) written to Parquet;
- roll-up: counties by month and kind from those partials.

Beside them the limit: all columns of the records read once, and as many rows as the partials have written.

    python tests/bench/records_100m.py [records | --full]     ten million by default, --full: a hundred million
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import _records as made
import duckdb
import polars as pl
import sqlglot  # noqa: F401  (loaded late by the library: once a process, not for every statement)

from shuping.measures import compute
from shuping.measures.breakdown import breakdown
from shuping.records.folder import Folder, Table
from shuping.rulebook.model import Rulebook
from shuping.values import Missing

Digest = Callable[[], str]
ROUNDS, RATIO, MEMORY, ROLL_UP, LIMIT = 3, 1.15, 1.0, 2.0, "800MB"
BYTES = 40
"""Free room on disk that is asked for, a record."""
PARTIALS = """
SELECT unit, kind, count(*) AS n, sum(quantity) AS q, bit_or(1::BIGINT << (day(date) - 1)::INTEGER) AS days
FROM read_parquet('{path}') WHERE date BETWEEN '{start}' AND '{end}' GROUP BY unit, kind
"""
BY_UNIT = """
WITH partials AS (
    SELECT unit, count(*) AS n, sum(quantity) AS q, bit_or(1::BIGINT << (day(date) - 1)::INTEGER) AS days
    FROM read_parquet('{path}') WHERE date BETWEEN '{start}' AND '{end}' GROUP BY unit
)
SELECT ancestor AS unit, sum(n)::BIGINT AS n, sum(q) AS q, bit_count(bit_or(days))::BIGINT AS days
FROM partials JOIN closure USING (unit) GROUP BY ancestor
"""


def rulebook() -> Rulebook:
    """Return three measures over the records."""
    fields = {
        "date": {"type": "date"},
        "kind": {"type": "category", "options": [f"kind{number}" for number in range(made.KINDS)]},
        "quantity": {"type": "number", "places": 2, "required": True},
    }
    values = {"n": "count()", "q": "sum(quantity)", "days": "distinct(date)"}
    measures = {name: {"from": "records", "value": value} for name, value in values.items()}
    head = {"rulebook": "bench", "version": "1", "title": "Bench", "groups": {"villages": {"kind": "village"}}}
    return Rulebook.model_validate({**head, "datasets": {"records": {"fields": fields}}, "measures": measures})


def connected(folder: Path, limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with the closure of the tree, whole and of the counties alone."""
    config = {"preserve_insertion_order": "false", "temp_directory": str(folder / "spill")}
    connection = duckdb.connect(config=config | ({} if limit is None else {"memory_limit": limit}))
    connection.execute(f"CREATE TABLE closure AS SELECT * FROM read_parquet('{folder / 'closure.parquet'}')")
    counties = "SELECT * FROM closure WHERE ancestor LIKE 'c%' AND ancestor <> 'city'"
    connection.execute(f"CREATE TABLE counties AS {counties}")
    return connection


# --- what is measured: each returns what makes a digest of its answer


def measures_ours(folder: Path) -> Digest:
    """`shuping measures`: exact values of every unit as a table."""
    table = Table(pl.DataFrame(schema={"unit": pl.String}), parquet=folder / "records.parquet")
    given = Folder(None, rulebook(), made.register(), {"records": table})
    found = compute(given, made.MONTHS, memory_limit=LIMIT)

    def digest() -> str:
        sums = []
        for name in ("n", "q", "days"):
            values = [value for month in made.MONTHS for value in found.values(month, name).values()]
            sums.append(sum((value for value in values if not isinstance(value, Missing)), Fraction(0)))
        return " ".join(f"{float(one):.2f}" for one in sums)

    return digest


def measures_by_hand(folder: Path) -> Digest:
    """The same figures by a statement a month; the rows are fetched."""
    rows: list[tuple[Any, ...]] = []
    with connected(folder, LIMIT) as connection:
        for month in made.MONTHS:
            start, end = made.ends(month)
            query = BY_UNIT.format(path=folder / "records.parquet", start=start, end=end)
            rows += connection.execute(query).fetchall()
    return lambda: " ".join(f"{float(sum(Fraction(row[place]) for row in rows)):.2f}" for place in (1, 2, 3))


def partials_ours(folder: Path) -> Digest:
    """The library's statement of partials by unit and kind, month by month to Parquet."""
    with connected(folder, LIMIT) as connection:
        connection.execute(f"CREATE VIEW records AS SELECT * FROM read_parquet('{folder / 'records.parquet'}')")
        for month in made.MONTHS:
            sql = breakdown(rulebook(), "records", month, ["kind"]).sql
            connection.execute(f"COPY ({sql}) TO '{folder / 'ours' / month}.parquet' (FORMAT parquet)")
    return lambda: _of_files(folder / "ours", list(breakdown(rulebook(), "records", "2025-01", ["kind"]).columns))


def partials_by_hand(folder: Path) -> Digest:
    """The hand-written one."""
    with connected(folder, LIMIT) as connection:
        for month in made.MONTHS:
            start, end = made.ends(month)
            sql = PARTIALS.format(path=folder / "records.parquet", start=start, end=end)
            connection.execute(f"COPY ({sql}) TO '{folder / 'hand' / month}.parquet' (FORMAT parquet)")
    return lambda: _of_files(folder / "hand", ["n", "q", "days"])


def roll_up_ours(folder: Path) -> Digest:
    """Counties by month and kind from the library's partials."""
    found = breakdown(rulebook(), "records", "2025-01", ["kind"])
    return _rolled_up(folder, "ours", found.rolled_up("month", "counties"), list(found.columns))


def roll_up_by_hand(folder: Path) -> Digest:
    """The same from the hand-written statement's."""
    sql = (
        "SELECT ancestor AS unit, kind, sum(n) AS n, sum(q) AS q, bit_or(days) AS days"
        " FROM month JOIN counties USING (unit) GROUP BY ancestor, kind"
    )
    return _rolled_up(folder, "hand", sql, ["n", "q", "days"])


def _rolled_up(folder: Path, side: str, sql: str, names: list[str]) -> Digest:
    out = folder / f"counties-{side}"
    out.mkdir(exist_ok=True)
    with connected(folder, LIMIT) as connection:
        for month in made.MONTHS:
            source = f"read_parquet('{folder / side / month}.parquet')"
            connection.execute(f"CREATE OR REPLACE VIEW month AS SELECT * FROM {source}")
            connection.execute(f"COPY ({sql}) TO '{out / month}.parquet' (FORMAT parquet)")
    return lambda: _of_files(out, names)


def _of_files(folder: Path, names: list[str]) -> str:
    """Return a digest of all rows of a folder of Parquet files."""
    n, q, days = names
    row = f"hash(unit, kind, ({n})::BIGINT, ({q})::DECIMAL(38, 2), {days})"
    sums = f"count(*), sum({n}), sum({q}), sum(bit_count({days})), bit_xor({row})"
    with duckdb.connect() as connection:
        files = f"read_parquet('{folder}/*.parquet')"
        return str(connection.execute(f"SELECT {sums} FROM {files}").fetchone())


def scan(folder: Path) -> Digest:
    """All columns of the records decoded once."""
    with duckdb.connect() as connection:
        query = "SELECT max(unit), max(date), max(kind), sum(quantity) FROM read_parquet(?)"
        connection.execute(query, [str(folder / "records.parquet")]).fetchone()
    return str


def write(folder: Path) -> Digest:
    """The rows of the partials read and written once more."""
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        source = f"SELECT * FROM read_parquet('{folder / 'hand'}/*.parquet')"
        connection.execute(f"COPY ({source}) TO '{folder / 'again.parquet'}' (FORMAT parquet)")
    return str


def generate(folder: Path, rows: int) -> Digest:
    """Write the records, and every unit below every one above it."""
    made.write_records(folder / "records.parquet", rows)
    made.register().closure.select("ancestor", "unit").write_parquet(folder / "closure.parquet")
    return str


STEPS: dict[str, Callable[[Path], Digest]] = {
    "measures ours": measures_ours, "measures hand": measures_by_hand, "partials ours": partials_ours,
    "partials hand": partials_by_hand, "roll-up ours": roll_up_ours, "roll-up hand": roll_up_by_hand,
    "scan": scan, "write": write,
}  # fmt: skip


def step(name: str, folder: Path, rows: int) -> None:
    """In a process of its own: do one step and print what it took."""
    start, busy = time.perf_counter(), time.process_time()
    digest = generate(folder, rows) if name == "generate" else STEPS[name](folder)
    took = {"s": time.perf_counter() - start, "cpu": time.process_time() - busy}
    took["gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps({**took, "answer": digest()}))


def run(name: str, folder: Path, rows: int) -> dict[str, Any]:
    """Run a step in a child."""
    command = [sys.executable, __file__, "--step", name, str(folder), str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def pair(name: str, folder: Path, rows: int, limit: float) -> tuple[bool, float]:
    """Print one comparison; tell whether its target is met, and the seconds."""
    ours: list[dict[str, Any]] = []
    hand: list[dict[str, Any]] = []
    for _ in range(ROUNDS):  # in turn: a busy machine is busy for both
        hand.append(run(f"{name} hand", folder, rows))
        ours.append(run(f"{name} ours", folder, rows))
    mine, theirs = (median(one["s"] for one in side) for side in (ours, hand))
    busy, others = (median(one["cpu"] for one in side) for side in (ours, hand))
    peak, same = max(one["gb"] for one in ours), ours[0]["answer"] == hand[0]["answer"]
    print(f"  {name}: {mine:.2f} s (processor {busy:.2f}), by hand {theirs:.2f} s (processor {others:.2f})")
    print(
        f"    ratio {mine / theirs:.2f} (processor {busy / others:.2f}; target {limit}), peak {peak:.2f} GB "
        f"(by hand {max(one['gb'] for one in hand):.2f}, target {MEMORY}), same figures: {same}"
    )
    return same and peak <= MEMORY and mine <= limit * theirs, mine


def main(arguments: list[str]) -> int:
    """Run everything. Exit status 1 when a target is missed, figures differ or the disk has no room."""
    if arguments[:1] == ["--step"]:
        step(arguments[1], Path(arguments[2]), int(arguments[3]))
        return 0
    rows = 100_000_000 if "--full" in arguments else int((arguments or ["10000000"])[0])
    with tempfile.TemporaryDirectory(prefix="shuping-bench-") as name:
        folder = Path(name)
        free = shutil.disk_usage(folder).free
        if free < BYTES * rows:
            print(f"{rows:,} records need {BYTES * rows / 1e9:.1f} GB of disk, free are {free / 1e9:.1f} GB: not run")
            return 1
        for side in ("ours", "hand"):
            (folder / side).mkdir()
        run("generate", folder, rows)
        size = (folder / "records.parquet").stat().st_size / 1e6
        print(f"{rows:,} records in {size:.0f} MB, {len(made.register()):,} units; medians of {ROUNDS}, in turn")
        met = [pair("measures", folder, rows, RATIO)[0]]
        good, took = pair("partials", folder, rows, RATIO)
        met.append(good)
        read, written = (median(run(one, folder, rows)["s"] for _ in range(ROUNDS)) for one in ("scan", "write"))
        print(f"    scanning the records {read:.2f} s, writing the answer {written:.2f} s")
        print(f"    ratio of the partials to scan and write {took / (read + written):.1f}")
        good, took = pair("roll-up", folder, rows, float("inf"))
        print(f"    seconds {took:.2f} (target {ROLL_UP} at 100 million)")
        met.append(good and took <= ROLL_UP)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
