"""One million ballot rows counted from Parquet, against one hand-written DuckDB statement and one Polars pipeline.

50,000 ballots of three voter groups about 20 units; a line with several marks is void, a ballot with the same grade for
all units or more than 40 % excellent is void. All three must give the same counts; ours also makes the exact scores.

    python tests/bench/ballots.py [rows]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import polars as pl

from shuping.panels.ballot_score import BallotCount, count_ballot
from shuping.rulebook.ballot_model import Ballot, BallotSource

UNITS, ROUNDS, TARGET_SECONDS = 20, 5, 2.0
GRADES = ("excellent", "good", "fair", "poor")
BY_HAND = """
WITH lines AS (SELECT ballot, "group", unit, mark FROM read_parquet($path)),
papers AS (
    SELECT ballot, count(DISTINCT mark) FILTER (WHERE mark IN ('excellent', 'good', 'fair', 'poor')) AS kinds,
           count(*) FILTER (WHERE mark = 'excellent') AS best
    FROM lines GROUP BY ballot
),
good AS (SELECT ballot FROM papers WHERE kinds <> 1 AND best * 5 <= 20 * 2)
SELECT "group", unit, mark, count(*) FROM lines SEMI JOIN good USING (ballot) GROUP BY ALL
"""


def write_votes(path: Path, rows: int) -> None:
    """Write the accepted ballot rows, as the records room hands them over."""
    random = np.random.default_rng(2025)
    ballots = rows // UNITS
    number = np.repeat(np.arange(ballots), UNITS)
    marks = random.choice(np.array([*GRADES, "excellent;good"]), rows, p=[0.3, 0.4, 0.2, 0.09, 0.01])
    marks[: UNITS * 500] = "good"  # 500 ballots with the same grade for all
    frame = pl.DataFrame(
        {
            "ballot": pl.Series(number).cast(pl.String),
            "group": pl.Series(np.array(["A", "B", "C"]))[(number % 3).tolist()],
            "unit": pl.Series([f"u{unit:02d}" for unit in range(UNITS)] * ballots),
            "item": pl.Series([None] * rows, dtype=pl.String),
            "mark": pl.Series(marks),
            "own_unit": pl.Series([None] * rows, dtype=pl.String),
            "period": pl.Series([None] * rows, dtype=pl.String),
        }
    )
    frame.write_parquet(path)


def declared() -> Ballot:
    """Return the ballot that is counted."""
    quota = {"options": ["excellent"], "max_share": "2/5"}
    return Ballot.model_validate(
        {
            "options": dict(zip(GRADES, (100, 80, 60, 40), strict=True)),
            "groups": {"A": "0.4", "B": "0.3", "C": "0.3"},
            "void": {"all_same": "ballot", "quotas": [quota]},
        }
    )


def by_polars(path: Path) -> dict[tuple[str, str, str], int]:
    """Count with a Polars pipeline written for this one ballot."""
    lines = pl.read_parquet(path, columns=["ballot", "group", "unit", "mark"])
    known = pl.col("mark").is_in(GRADES)
    papers = lines.group_by("ballot").agg(
        kinds=pl.col("mark").filter(known).n_unique(), best=(pl.col("mark") == "excellent").sum()
    )
    good = papers.filter((pl.col("kinds") != 1) & (pl.col("best") * 5 <= UNITS * 2))
    table = lines.join(good, on="ballot", how="semi").group_by("group", "unit", "mark").len()
    return {(group, unit, mark): count for group, unit, mark, count in table.iter_rows()}


def by_duckdb(path: Path) -> dict[tuple[str, str, str], int]:
    """Count with the hand-written statement."""
    with duckdb.connect() as connection:
        rows = connection.execute(BY_HAND, {"path": str(path)}).fetchall()
    return {(group, unit, mark): count for group, unit, mark, count in rows}


def ours(path: Path) -> BallotCount:
    """Count with the library, and make the scores."""
    counted = count_ballot(declared(), pl.read_parquet(path), None, "2025")
    counted.values(BallotSource(id="bench"), [f"u{unit:02d}" for unit in range(UNITS)])
    return counted


def same(counted: BallotCount, wanted: dict[tuple[str, str, str], int]) -> bool:
    """Tell whether the library's counts are those of the statement."""
    found = {}
    for unit, groups in counted.counts.by_unit.items():
        for group, count in groups.items():
            cell = count.cells[""]
            found |= {(group, unit, GRADES[code]): votes for code, votes in cell.votes.items()}
            found[group, unit, "excellent;good"] = cell.void.get("several_marks", 0)
    return {key: votes for key, votes in found.items() if votes} == wanted


def seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a call took, and what it returned."""
    started = time.perf_counter()
    found = run()
    return time.perf_counter() - started, found


def main() -> int:
    """Print the times; fail when the counts differ or the target is missed."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    times: dict[str, list[float]] = {"shuping.panels": [], "DuckDB by hand": [], "Polars by hand": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "votes.parquet"
        write_votes(path, rows)
        for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine meets all
            for name, run in (("DuckDB by hand", by_duckdb), ("Polars by hand", by_polars), ("shuping.panels", ours)):
                took, found = seconds(lambda run=run: run(path))
                times[name].append(took)
        equal = same(found, by_duckdb(path)) and by_polars(path) == by_duckdb(path)
    print(f"{rows:,} ballot rows, {rows // UNITS:,} ballots, {UNITS} units, 3 voter groups; medians of {ROUNDS}")
    for name, taken in times.items():
        print(f"  {name:<16} {median(taken):6.2f} s   ({', '.join(f'{one:.2f}' for one in taken)})")
    limit = TARGET_SECONDS * max(rows / 1_000_000, 1)
    print(f"  target: at most {limit:g} s; counts equal: {equal}")
    return 0 if equal and median(times["shuping.panels"]) <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
