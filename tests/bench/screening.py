"""Screening speed: 1,000 named reviewers x 100 units, own units, times, 199 draws; target 15 s of a processor and 1 GB.

Run with ``./dev bench screening``. Growth is measured at three sizes; a secret vote of 2,000 ballots on 100 units comes
after. The pair by pair comparison in plain Python is the direct alternative for the exact part; its answers must agree.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads wait for each other on a busy machine

import resource
import time
from datetime import datetime, timedelta
from itertools import combinations

import numpy as np
import polars as pl

from shuping.screening import screen_ballot, screen_panel
from shuping.screening.alike import identical
from shuping.screening.sheets import sheets_of

START = datetime(2025, 12, 20, 9)
SIZES = ((250, 100), (500, 100), (1000, 100))


def panel(reviewers: int, units: int, seed: int = 1) -> tuple[pl.DataFrame, dict[str, str]]:
    """Random marks of reviewers who differ in severity, one copy among them; times over four hours."""
    random = np.random.default_rng(seed)
    worth, severity = random.normal(80, 4, units), random.normal(0, 4, (reviewers, 1))
    marks = np.clip(np.round(worth + severity + random.normal(0, 8, (reviewers, units))), 0, 100)
    marks[1] = marks[0]
    rows, columns = (axis.ravel() for axis in np.indices(marks.shape))
    seconds = random.integers(0, 14_400, marks.size)
    frame = pl.DataFrame(
        {
            "reviewer": [f"r{at:04d}" for at in rows],
            "unit": [f"u{at:03d}" for at in columns],
            "item": "whole",
            "mark": marks.ravel(),
            "at": [START + timedelta(seconds=int(at)) for at in seconds],
        }
    )
    return frame, {f"r{at:04d}": f"u{at % units:03d}" for at in range(reviewers)}


def by_hand(frame: pl.DataFrame) -> list[tuple[str, str]]:
    """Pairs alike in every unit, one by one."""
    sheets = {name[0]: dict(part.select("unit", "mark").iter_rows()) for name, part in frame.group_by("reviewer")}
    return [(one, two) for one, two in combinations(sorted(sheets), 2) if sheets[one] == sheets[two]]


def main() -> None:
    """Print the time at three sizes, the exact part against plain Python, the secret vote, the peak memory."""
    for reviewers, units in SIZES:
        frame, own = panel(reviewers, units)
        start, busy = time.perf_counter(), time.process_time()
        (found,) = screen_panel(frame, "jury", seed=1, own_units=own)
        took, busy = time.perf_counter() - start, time.process_time() - busy
        counts = {check.name: len(check.findings) for check in found.checks}
        print(f"screening {reviewers} reviewers x {units} units, 199 draws: {took:.1f} s (processor {busy:.1f} s)")
        print(f"  findings {counts}")
    start = time.perf_counter()
    check = identical(sheets_of(frame), 0.05)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    pairs = by_hand(frame)
    hand = time.perf_counter() - start
    same = [finding.reviewers for finding in check.findings] == pairs
    print(
        f"identical vectors with exact chances: {ours:.2f} s, by hand without chances {hand:.2f} s; same pairs: {same}"
    )
    grades = np.random.default_rng(2).choice(["good", "fair", "poor"], (2000, 100), p=[0.6, 0.3, 0.1])
    rows, columns = (axis.ravel() for axis in np.indices(grades.shape))
    votes = pl.DataFrame({"ballot": rows, "group": "all", "unit": columns, "mark": grades.ravel()})
    votes = votes.with_columns(pl.col("ballot").cast(pl.String), pl.col("unit").cast(pl.String))
    start = time.perf_counter()
    screen_ballot(votes, "vote", seed=1)
    print(f"secret vote, 2,000 ballots x 100 units, 199 draws: {time.perf_counter() - start:.1f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.2f} GB (target 1)")


if __name__ == "__main__":
    main()
