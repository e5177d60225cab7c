"""Scoring speed: 10,000 units x 50 indicators x 3 levels, published totals and ranks; target 0.1 s and 1 GB.

Run with ``./dev bench scoring``. The direct alternative is the same arithmetic written by hand for exactly this rule
book in numpy; the answers must be equal.
"""

from __future__ import annotations

import resource
import time
from fractions import Fraction

import numpy as np

from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.rulebook.model import Rulebook
from shuping.scoring.grid import Column, Grid, Inputs
from shuping.scoring.large import LargeScores, score_large

UNITS, INDICATORS, GROUPS = 10_000, 50, 10
METHODS = ("minmax", "ratio_capped", "rank_step", "ratio_to_best", "goalposts")
PARAMETERS: dict[str, dict[str, str]] = {
    "minmax": {"floor": "0.6"},
    "ratio_capped": {"target": "80"},
    "rank_step": {"step": "0.1%"},
    "ratio_to_best": {},
    "goalposts": {"low": "10", "high": "90"},
}


def rulebook() -> Rulebook:
    """Ten first-level criteria of five leaves each, every method of the list in turn, 100 points in all."""
    criteria = []
    for first in range(10):
        leaves = []
        for second, method in enumerate(METHODS):
            name = f"m{first * 5 + second}"
            leaves.append({"id": f"c{name}", "points": "2", "measure": name, "method": {method: PARAMETERS[method]}})
        criteria.append({"id": f"n{first}", "points": "10", "criteria": leaves})
    return Rulebook.model_validate(
        {
            "rulebook": "bench",
            "version": "1",
            "title": "bench",
            "groups": {f"g{group}": {"kind": f"k{group}"} for group in range(GROUPS)},
            "measures": {f"m{number}": {"value": "0"} for number in range(INDICATORS)},
            "criteria": criteria,
        }
    )


def data(seed: int = 1) -> tuple[Grid, dict[str, np.ndarray]]:
    """Values with two decimals, as whole hundredths."""
    random = np.random.default_rng(seed)
    codes = np.sort(random.integers(0, GROUPS, UNITS))
    grid = Grid(
        tuple(f"u{number:05d}" for number in range(UNITS)), tuple(f"g{group}" for group in range(GROUPS)), codes
    )
    return grid, {f"m{number}": random.integers(100, 10_000, UNITS) for number in range(INDICATORS)}


def run(book: Rulebook, grid: Grid, hundredths: dict[str, np.ndarray]) -> LargeScores:
    """Score through the library, exact hand-over included."""
    present = np.zeros(UNITS, dtype=np.int8)

    def exact() -> Inputs:
        columns = {
            name: Column(EXACT.array([Fraction(int(value), 100) for value in values]), present)
            for name, values in hundredths.items()
        }
        return Inputs(measures=columns)

    floats = Inputs(measures={name: Column(values / 100.0, present) for name, values in hundredths.items()})
    return score_large(book, grid, floats, exact)


def by_hand(grid: Grid, hundredths: dict[str, np.ndarray]) -> np.ndarray:
    """The same totals, written for this rule book alone."""
    starts = np.concatenate(([0], np.flatnonzero(np.diff(grid.codes)) + 1))
    sizes = np.diff(np.append(starts, UNITS))
    total = np.zeros(UNITS)
    for number in range(INDICATORS):
        value = hundredths[f"m{number}"] / 100.0
        low = np.repeat(np.minimum.reduceat(value, starts), sizes)
        high = np.repeat(np.maximum.reduceat(value, starts), sizes)
        kind = METHODS[number % 5]
        if kind == "minmax":
            share = 0.6 + 0.4 * (value - low) / (high - low)
        elif kind == "ratio_capped":
            share = np.minimum(value / 80, 1)
        elif kind == "rank_step":
            share = np.empty(UNITS)
            for start, size in zip(starts, sizes, strict=True):
                group = value[start : start + size]
                above = len(group) - np.searchsorted(np.sort(group), group, side="right")
                share[start : start + size] = np.maximum(0, 1 - 0.001 * above)
        elif kind == "ratio_to_best":
            share = value / high
        else:
            share = np.clip((value - 10) / 80, 0, 1)
        total += 2 * share
    return np.floor(total * 100 + 0.5 + 1e-10) / 100


def main() -> None:
    """Print the medians of seven runs, the ratio, the peak memory and whether the answers agree."""
    book, (grid, hundredths) = rulebook(), data()
    ours, hand = [], []
    for _ in range(7):
        start = time.perf_counter()
        result = run(book, grid, hundredths)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        direct = by_hand(grid, hundredths)
        hand.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    differ = int(np.sum(np.abs(result.totals - direct) > 1e-9))
    median = {"ours": np.median(ours), "hand": np.median(hand)}
    print(f"scoring {UNITS} x {INDICATORS} x 3: {median['ours']:.3f} s (target 0.1), by hand {median['hand']:.3f} s,")
    print(
        f"ratio {median['ours'] / median['hand']:.2f}; handed to the exact path: {int(result.handed_over.sum())} units;"
    )
    print(f"peak memory {peak:.2f} GB (target 1); totals that differ from the direct alternative: {differ}")
    assert FLOAT.dtype is np.float64


if __name__ == "__main__":
    main()
