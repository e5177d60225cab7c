"""Exact and float scoring at three sizes, and how the time grows with the units.

Exact: 1,000, 2,000 and 3,000 units x 100 leaves x 4 levels (target: 3,000 in 2 s): points of every criterion, totals
and ranks. Once with values of two decimals, once with ratios of whole numbers, whose denominators differ.
The direct alternative is the same rule book written by hand with Fractions, unit by unit.
Float: 10,000, 20,000 and 40,000 units x 100 leaves x 4 levels (target: 40,000 in 1 s and 2 GB), beside numpy by hand.
The county: evaluation and standing of the demonstration county (target 0.1 s).

Run with ``./dev bench exact``.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from shuping.methods.arithmetic import EXACT, FLOAT, Arithmetic
from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Column, Grid, Inputs
from shuping.scoring.large import score_large
from shuping.standing.standing import stand

LEAVES, GROUPS = 100, 10
METHODS: dict[str, dict[str, str]] = {
    "minmax": {"floor": "0.6"},
    "ratio_capped": {"target": "80"},
    "rank_step": {"step": "0.1%"},
    "ratio_to_best": {},
    "goalposts": {"low": "10", "high": "90"},
}
COUNTY = Path(__file__).resolve().parents[2] / "examples" / "county"
Columns = Mapping[str, list[Fraction]]


def rulebook() -> Rulebook:
    """Four levels: the total, 5 criteria of 20 points, 5 of 4 points in each, 4 leaves of 1 point in each."""
    names, methods = iter(range(LEAVES)), list(METHODS.items())

    def leaf() -> dict[str, Any]:
        number = next(names)
        name, parameters = methods[number % len(methods)]
        return {"id": f"c{number}", "points": "1", "measure": f"m{number}", "method": {name: parameters}}

    def second(first: int, place: int) -> dict[str, Any]:
        return {"id": f"s{first}{place}", "points": "4", "criteria": [leaf() for _ in range(4)]}

    criteria = [
        {"id": f"f{first}", "points": "20", "criteria": [second(first, place) for place in range(5)]}
        for first in range(5)
    ]
    groups = {f"g{group}": {"kind": f"k{group}"} for group in range(GROUPS)}
    measures = {f"m{number}": {"value": "0"} for number in range(LEAVES)}
    return Rulebook.model_validate(
        {
            "rulebook": "bench",
            "version": "1",
            "title": "b",
            "groups": groups,
            "measures": measures,
            "criteria": criteria,
        }
    )


def grid_of(units: int) -> Grid:
    """Ten groups side by side."""
    codes = np.sort(np.random.default_rng(units).integers(0, GROUPS, units))
    return Grid(
        tuple(f"u{number:05d}" for number in range(units)), tuple(f"g{group}" for group in range(GROUPS)), codes
    )


def tops(units: int, seed: int, low: int = 100, high: int = 10_000) -> dict[str, np.ndarray]:
    """Whole numbers, a column a leaf."""
    random = np.random.default_rng(seed)
    return {f"m{number}": random.integers(low, high, units) for number in range(LEAVES)}


def values(units: int, kind: str) -> Columns:
    """Hundredths, or ratios of whole numbers."""
    above = tops(units, 1)
    below = tops(units, 2, 50, 300) if kind == "ratios" else dict.fromkeys(above, np.full(units, 100))
    return {
        name: [Fraction(top, bottom) for top, bottom in zip(above[name].tolist(), below[name].tolist(), strict=True)]
        for name in above
    }


def inputs(columns: Mapping[str, Any], arithmetic: Arithmetic) -> Inputs:
    """Columns without a gap."""
    present = np.zeros(len(next(iter(columns.values()))), dtype=np.int8)
    made = {name: arithmetic.array(given) if isinstance(given, list) else given for name, given in columns.items()}
    return Inputs(measures={name: Column(array, present) for name, array in made.items()})


def by_fractions(grid: Grid, columns: Columns) -> list[Fraction]:
    """The unrounded totals, unit by unit."""
    totals = [Fraction(0)] * len(grid)
    members: dict[int, list[int]] = {}
    for index, code in enumerate(grid.codes.tolist()):
        members.setdefault(code, []).append(index)
    for number in range(LEAVES):
        column = columns[f"m{number}"]
        for indexes in members.values():
            group = [column[index] for index in indexes]
            low, high = min(group), max(group)
            above = {value: place for place, value in reversed(list(enumerate(sorted(group, reverse=True))))}
            for index in indexes:
                totals[index] += share(number % 5, column[index], low, high, above)
    return totals


def share(kind: int, value: Fraction, low: Fraction, high: Fraction, above: Mapping[Fraction, int]) -> Fraction:
    """One leaf of one unit."""
    if kind == 0:
        return Fraction(6, 10) + Fraction(4, 10) * (value - low) / (high - low)
    if kind == 1:
        return min(value / 80, Fraction(1))
    if kind == 2:
        return max(Fraction(0), 1 - Fraction(above[value], 1000))
    if kind == 3:
        return value / high
    return min(max((value - 10) / 80, Fraction(0)), Fraction(1))


def by_numpy(grid: Grid, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """The published totals with numpy, written for this rule book alone."""
    starts = np.concatenate(([0], np.flatnonzero(np.diff(grid.codes)) + 1))
    sizes = np.diff(np.append(starts, len(grid)))
    total = np.zeros(len(grid))
    for number in range(LEAVES):
        value = columns[f"m{number}"]
        low = np.repeat(np.minimum.reduceat(value, starts), sizes)
        high = np.repeat(np.maximum.reduceat(value, starts), sizes)
        if number % 5 == 2:
            for start, size in zip(starts, sizes, strict=True):
                group = value[start : start + size]
                above = size - np.searchsorted(np.sort(group), group, side="right")
                total[start : start + size] += np.maximum(0, 1 - 0.001 * above)
            continue
        shares = (
            lambda v, a, b: 0.6 + 0.4 * (v - a) / (b - a),
            lambda v, a, b: np.minimum(v / 80, 1),
            None,
            lambda v, a, b: v / b,
            lambda v, a, b: np.clip((v - 10) / 80, 0, 1),
        )
        rule = shares[number % 5]
        assert rule is not None
        total += rule(value, low, high)
    return np.floor(total * 100 + 0.5 + 1e-10) / 100


def timed(function: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """The median of some runs, and the last answer."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = function()
        found.append(time.perf_counter() - start)
    return float(np.median(found)), answer


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """The slope of log time over log size."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def exact(book: Rulebook) -> None:
    """Exact scoring at three sizes, in two kinds of values."""
    sizes = (1_000, 2_000, 3_000)
    for kind in ("decimals", "ratios"):
        seconds = []
        for units in sizes:
            grid, columns = grid_of(units), values(units, kind)

            def run(grid: Grid = grid, columns: Columns = columns) -> Any:
                root = evaluate(book, grid, inputs(columns, EXACT), EXACT)
                return root, stand(book, grid, root)

            took, (root, _) = timed(run)
            seconds.append(took)
        start = time.perf_counter()
        hand = by_fractions(grid, columns)
        direct = time.perf_counter() - start
        same = sum(mine == theirs for mine, theirs in zip(root.points, hand, strict=True))
        print(f"exact, {kind}: {' / '.join(f'{took:.2f}' for took in seconds)} s for {sizes} x {LEAVES} (target 2 s),")
        print(
            f"  growth {exponent(sizes, seconds):.2f}; by hand {direct:.2f} s, ratio {seconds[-1] / direct:.2f};",
            end=" ",
        )
        print(f"equal unrounded totals {same} of {len(hand)}")


def floats(book: Rulebook) -> None:
    """Float scoring at three sizes, figures near a boundary handed to the exact path."""
    sizes, seconds, alone = (10_000, 20_000, 40_000), [], []
    for units in sizes:
        grid, above = grid_of(units), tops(units, 3)
        columns = {name: column / 100.0 for name, column in above.items()}
        given = inputs(columns, FLOAT)

        def exactly(above: Mapping[str, np.ndarray] = above) -> Inputs:
            listed = {name: [Fraction(top, 100) for top in column.tolist()] for name, column in above.items()}
            return inputs(listed, EXACT)

        alone.append(timed(lambda grid=grid, given=given: evaluate(book, grid, given, FLOAT))[0])  # type: ignore[misc]
        took, result = timed(
            lambda grid=grid, given=given, exactly=exactly: score_large(book, grid, given, exactly),  # type: ignore[misc]
            runs=1,
        )
        seconds.append(took)
    direct, hand = timed(lambda: by_numpy(grid, columns))
    differ = int(np.sum(np.abs(result.totals - hand) > 1e-9))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    shown = " / ".join(f"{took:.2f}" for took in alone)
    print(f"float: {shown} s for {sizes} x {LEAVES} x 4 (target 1 s), growth {exponent(sizes, alone):.2f};", end=" ")
    print(f"by hand {direct:.2f} s, ratio {alone[-1] / direct:.2f}; peak memory {peak:.2f} GB (target 2)")
    print(
        f"  with rounding, ranks and the exact path for {int(result.handed_over.sum())} units: {seconds[-1]:.2f} s;",
        end=" ",
    )
    print(f"totals that differ from those by hand: {differ}")


def county() -> None:
    """Evaluation and standing of the demonstration county, all its periods."""
    from shuping import appraisal, read
    from shuping.measures import compute
    from shuping.scoring.grid import grid_of as grid_for
    from shuping.scoring.inputs import inputs_for

    folder = read(COUNTY)
    grid, periods = grid_for(folder.rulebook, folder.register), appraisal.periods_of(folder.rulebook)
    table = compute(folder, periods)
    panels = appraisal._panels(folder, grid, periods)
    given = [inputs_for(folder, grid, table, panels, period, EXACT) for period in periods]

    def run() -> None:
        for columns in given:
            stand(folder.rulebook, grid, evaluate(folder.rulebook, grid, columns, EXACT))

    print(f"county: {timed(run, 7)[0] / len(given):.3f} s a period, {len(grid)} units (target 0.1 s)")


def main() -> None:
    """Print what was measured."""
    book = rulebook()
    county()
    floats(book)  # before the exact path takes memory
    exact(book)


if __name__ == "__main__":
    main()
