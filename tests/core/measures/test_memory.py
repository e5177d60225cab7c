"""A memory limit bounds DuckDB: it spills to a folder of its own and comes to the same figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

LIMIT, MEGA = 150, 1_000_000
ROWS = 4 * MEGA
RUN = """
import json, re, sys
from pathlib import Path
from shuping.measures.duck import Duck
from shuping.records.folder import Table
from shuping.rulebook.model import Dataset
import duckdb, polars as pl
path, limit = Path(sys.argv[1]), sys.argv[2] or None
dataset = Dataset.model_validate({"fields": {"date": {"type": "date"}, "who": {"type": "text"}}})
pl.DataFrame({"a": [1]}).lazy().collect()
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024
with Duck(limit) as duck:
    duck.add("act", dataset, Table(pl.DataFrame(), parquet=path), ["who"])
    duck.run("act", "2025", 'SELECT 1')
    before = peak()
    found = duck.run("act", "2025", 'SELECT unit, count(DISTINCT who) AS n FROM act GROUP BY unit ORDER BY unit')
    print(json.dumps({"grown": peak() - before, "rows": found.rows()}))
"""


def ran(path: Path, temporary: Path, limit: str) -> dict[str, object]:
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(path), limit], capture_output=True, text=True, check=True, timeout=300,
        env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    assert list(temporary.iterdir()) == []
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four million rows of twenty units, each naming somebody else."""
    path = tmp_path_factory.mktemp("records") / "act.parquet"
    number = np.arange(ROWS)
    unit = "u" + pl.Series(number % 20).cast(pl.String).str.zfill(2)
    who = "the person with the number " + pl.Series(number * 7919 % ROWS).cast(pl.String)
    pl.DataFrame({"unit": unit, "date": pl.Series(np.full(ROWS, 20100)).cast(pl.Date), "who": who}).write_parquet(path)
    return path


def test_what_does_not_fit_is_spilled_and_comes_to_the_same(records: Path, tmp_path: Path) -> None:
    free = ran(records, tmp_path / "free", "")
    held = ran(records, tmp_path / "held", f"{LIMIT}MB")
    assert free["rows"] == held["rows"] == [[f"u{unit:02d}", ROWS // 20] for unit in range(20)]
    print(f"grown by {free['grown'] / MEGA:.0f} MB without a limit, {held['grown'] / MEGA:.0f} MB with {LIMIT} MB")  # type: ignore[operator]  # noqa: T201
    assert free["grown"] > 2 * LIMIT * MEGA  # type: ignore[operator]
    assert held["grown"] < 1.5 * LIMIT * MEGA  # type: ignore[operator]  # DuckDB's own buffers outside its account
