"""Cases of the simulation benchmark: each the library's way, and the same by hand in numpy, written for it alone."""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from shuping.methods.arithmetic import FLOAT
from shuping.rulebook.load import loads
from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Column, Grid, Inputs, column_of
from shuping.scoring.rounding import round_array
from shuping.standing.simulation.appraise import Case, published_of, run
from shuping.standing.simulation.outcome import Rows
from shuping.standing.simulation.parameters import Parameters, draw_parameters
from shuping.standing.standing import Standing

LEVELS = (0.5, 0.05, 0.95)
"""Quantiles of the ranks that both sides give, besides the mean."""
Hand = Callable[[Parameters], np.ndarray]


@dataclass(frozen=True)
class Work:
    """A case, and the same by hand: parameters in, mean and quantiles of the ranks (units, 4) out."""

    case: Case
    hand: Hand

    def parameters(self) -> Parameters:
        """What is drawn for every replicate."""
        return draw_parameters(self.case.rulebook, self.case.rulebook.uncertainty)

    def ours(self) -> np.ndarray:
        """Parameters, ranks and their statistics by the library."""
        simulated, _ = run(self.case, "choices", self.parameters())
        found = np.empty((len(self.case.grid), 1 + len(LEVELS)))
        for codes, tally in simulated.sizes:
            rows = np.concatenate([simulated.rows[code] for code in codes.tolist()])
            found[rows] = np.column_stack([tally.mean(), tally.quantile(LEVELS)])
        return found

    def tables(self) -> Any:
        """The same, and everything else that a result holds of it, as frames."""
        simulated, grades = run(self.case, "choices", self.parameters())
        rows = Rows(self.case.rulebook.uncertainty)
        rows.add("2025", simulated, published_of(self.case), grades)
        return rows.frames()


def _case(book: Rulebook, grid: Grid, inputs: Inputs) -> Case:
    """A case with the published ranks, as far as simulation looks at them."""
    totals = round_array(evaluate(book, grid, inputs, FLOAT).points, book.rounding.places, book.rounding.mode)
    rows = zip(grid.units, grid.codes.tolist(), totals.tolist(), _ranks(grid, totals[:, None])[:, 0], strict=True)
    standing = [
        Standing(grid.group_names[code], unit, Fraction(total), int(rank), None, None)
        for unit, code, total, rank in rows
    ]
    return Case(book, grid, lambda _: inputs, (), standing, {})


def _ranks(grid: Grid, totals: np.ndarray) -> np.ndarray:
    """Competition ranks (units, replicates) of totals, group by group."""
    found = np.empty(totals.shape, dtype=np.int32)
    for code in np.unique(grid.codes):
        rows = np.flatnonzero(grid.codes == code)
        for draw in range(totals.shape[1]):
            mine = totals[rows, draw]
            found[rows, draw] = 1 + len(mine) - np.searchsorted(np.sort(mine), mine, side="right")
    return found


def statistics(ranks: np.ndarray) -> np.ndarray:
    """Mean and quantiles (units, 4) of ranks (units, replicates)."""
    return np.column_stack([ranks.mean(axis=1), np.quantile(ranks, LEVELS, axis=1).T])


# --- ASEM: 51 countries, 49 indicators under two normalisations, weights of every level varied by a quarter


def cases_folder() -> Path:
    """The real cases; where they are is known to the tests' conftest alone."""
    if "SHUPING_CASES" not in os.environ:
        sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
        import tests.conftest  # noqa: F401  (finds them, and says so in the environment)
    return Path(os.environ.get("SHUPING_CASES", ""))


def _read(name: str) -> list[dict[str, str]]:
    with (cases_folder() / "asem" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ASEM_CHOICES = "    alternatives:\n      - {id: norm, method: [{zscore: {mean: '10%', sd: '2%'}}]}\n"
MORE_CHOICES = "      - {id: combine, combine: [geometric], of: [total]}\n      - {id: outliers, outliers: [none]}\n"


def asem(draws: int = 1000, more: str = "") -> Work:
    """The treated indicators of the case, min-max to [1, 100] or standard scores, then weighted means up the tree."""
    below: dict[str, list[str]] = defaultdict(list)
    lower: dict[str, bool] = {}
    top = ""
    for row in _read("ASEM_iMeta.csv"):
        if row["Type"] not in ("Indicator", "Aggregate"):
            continue
        if row["Type"] == "Indicator":
            lower[row["iCode"]] = row["Direction"] == "-1"
        if row["Parent"] in ("", "NA"):
            top = row["iCode"]
        else:
            below[row["Parent"]].append(row["iCode"])
    book = loads(_asem_text(below, lower, top, draws, more))
    rows = sorted(_read("stage_Treated.csv"), key=lambda row: row["UnitCode"])
    grid = Grid(tuple(row["UnitCode"] for row in rows), ("all",), np.zeros(len(rows), dtype=np.int64))
    columns = {f"m_{code}": column_of([Fraction(row[code]) for row in rows], FLOAT) for code in lower}
    values = np.array([[float(row[code]) * (-1 if lower[code] else 1) for code in lower] for row in rows])
    inputs = Inputs(measures=columns)
    return Work(_case(book, grid, inputs), lambda drawn: _asem_by_hand(values, list(lower), below, top, drawn))


def _asem_text(below: dict[str, list[str]], lower: dict[str, bool], top: str, draws: int, more: str) -> str:
    def tree(parent: str) -> str:
        parts = [
            f"{{id: {code}, measure: m_{code}, method: {{minmax: {{floor: 1%}}}}}}"
            if code in lower
            else f"{{id: {code}, {tree(code)}}}"
            for code in below[parent]
        ]
        return "criteria: [" + ", ".join(parts) + "]"

    measures = ", ".join(
        f"m_{code}: {{value: unit.{code}{', direction: lower' if down else ''}}}" for code, down in lower.items()
    )
    return (
        "format: 1\nrulebook: ua\nversion: '1'\ntitle: Index\ncombine: arithmetic\n"
        f"groups: {{all: {{kind: country}}}}\n"
        f"measures: {{{measures}}}\n{tree(top)}\n"
        f"uncertainty:\n  draws: {draws}\n  vary:\n    weights: 0.25\n{ASEM_CHOICES}{more}"
    )


def _asem_by_hand(
    values: np.ndarray, codes: list[str], below: dict[str, list[str]], top: str, drawn: Parameters
) -> np.ndarray:
    """One replicate after the other: normalise, weigh level by level, round, rank; then the statistics."""
    ranks = np.empty((len(values), drawn.draws), dtype=np.int64)
    for draw in range(drawn.draws):
        if drawn.choices["norm"][draw]:
            normal = 10 + 2 * (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
        else:
            low, high = values.min(axis=0), values.max(axis=0)
            normal = 1 + 99 * (values - low) / (high - low)
        found = dict(zip(codes, normal.T, strict=True))
        for parent in reversed(list(below)):  # parents stand after their children in the file
            found.pop(parent, None)

        def score(code: str, found: dict[str, np.ndarray] = found, draw: int = draw) -> np.ndarray:
            if code in found:
                return found[code]
            weights = np.array([drawn.factors[child][draw] for child in below[code]])
            return weights @ np.stack([score(child) for child in below[code]]) / weights.sum()

        total = np.floor(score(top) * 100 + 0.5 + 1e-10)
        ranks[:, draw] = 1 + len(total) - np.searchsorted(np.sort(total), total, side="right")
    return statistics(ranks)


# --- made up: 100 points in nodes and leaves, min-max within the group, weights of both levels varied by a tenth


def synthetic(units: int, sizes: Sequence[int], nodes: int, leaves: int, draws: int) -> Work:
    """``sizes``: of the comparison groups, side by side; ``nodes`` of ``leaves`` indicators each under the total."""
    names = [f"g{number}" for number in range(len(sizes))]
    grid = Grid(
        tuple(f"u{number:05d}" for number in range(units)), tuple(names), np.repeat(np.arange(len(sizes)), sizes)
    )
    book = Rulebook.model_validate(_made_up(names, nodes, leaves, draws))
    random = np.random.default_rng(1)
    ability = random.normal(0, 1, units)
    present = np.zeros(units, dtype=np.int8)
    values = np.round(50 + 8 * ability + random.normal(0, 12, (nodes * leaves, units)), 2)
    inputs = Inputs(measures={f"m{number}": Column(column, present) for number, column in enumerate(values)})
    return Work(_case(book, grid, inputs), lambda drawn: _by_gemm(grid, values, nodes, leaves, drawn))


def _made_up(groups: list[str], nodes: int, leaves: int, draws: int) -> dict[str, Any]:
    def leaf(number: int) -> dict[str, Any]:
        points = str(Fraction(100, nodes * leaves))
        return {"id": f"c{number}", "points": points, "measure": f"m{number}", "method": {"minmax": {}}}

    criteria = [
        {
            "id": f"n{node}",
            "points": str(Fraction(100, nodes)),
            "criteria": [leaf(node * leaves + place) for place in range(leaves)],
        }
        for node in range(nodes)
    ]
    return {
        "rulebook": "bench",
        "version": "1",
        "title": "bench",
        "groups": {name: {"kind": f"k{name}"} for name in groups},
        "measures": {f"m{number}": {"value": "0"} for number in range(nodes * leaves)},
        "criteria": criteria,
        "uncertainty": {"draws": draws, "vary": {"weights": "0.1"}},
    }


BLOCK = 8000


def _by_gemm(grid: Grid, values: np.ndarray, nodes: int, leaves: int, drawn: Parameters) -> np.ndarray:
    """Weights of all leaves, one matrix product for a block of whole groups, every pair compared within a group."""
    weights = np.empty((drawn.draws, nodes * leaves))
    first = np.stack([drawn.factors[f"n{node}"] for node in range(nodes)], axis=1)
    first /= first.sum(axis=1, keepdims=True)
    for node in range(nodes):
        mine = slice(node * leaves, (node + 1) * leaves)
        own = np.stack([drawn.factors[f"c{number}"] for number in range(mine.start, mine.stop)], axis=1)
        weights[:, mine] = first[:, node : node + 1] * own / own.sum(axis=1, keepdims=True)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(grid.codes)) + 1))
    sizes = np.diff(np.append(starts, len(grid)))
    low = np.repeat(np.minimum.reduceat(values, starts, axis=1), sizes, axis=1)
    high = np.repeat(np.maximum.reduceat(values, starts, axis=1), sizes, axis=1)
    shares = (values - low) / (high - low)
    found = np.empty((len(grid), 1 + len(LEVELS)))
    begin = 0
    while begin < len(starts):
        end = max(begin + 1, int(np.searchsorted(starts, starts[begin] + BLOCK)))
        stop = starts[end] if end < len(starts) else len(grid)
        totals = np.floor((shares[:, starts[begin] : stop].T @ weights.T) * 10_000 + 0.5 + 1e-10)
        for start, size in zip(starts[begin:end], sizes[begin:end], strict=True):
            found[start : start + size] = _of_group(totals[start - starts[begin] :][:size])
        begin = end
    return found


def _of_group(totals: np.ndarray) -> np.ndarray:
    """Statistics of the ranks of one group's totals (units, replicates)."""
    units, draws = totals.shape
    if units > 100:
        rows = np.ascontiguousarray(totals.T)
        ranks = np.stack([1 + units - np.searchsorted(np.sort(row), row, side="right") for row in rows], axis=1)
        return statistics(ranks)
    ranks = np.stack([1 + (totals > one).sum(axis=0) for one in totals])
    places = np.bincount((ranks + (units + 1) * np.arange(units)[:, None]).ravel(), minlength=units * (units + 1))
    reached = np.cumsum(places.reshape(units, units + 1)[:, 1:], axis=1)
    out = np.empty((units, 1 + len(LEVELS)))
    out[:, 0] = ranks.mean(axis=1)
    for column, level in enumerate(LEVELS, 1):
        at = level * (draws - 1)
        below = 1 + (reached <= int(at)).sum(axis=1)
        above = 1 + (reached <= min(int(at) + 1, draws - 1)).sum(axis=1)
        out[:, column] = below + (at - int(at)) * (above - below)
    return out


def national() -> Work:
    """10,000 units in one comparison group, 50 indicators in 3 levels, 100 draws."""
    return synthetic(10_000, [10_000], 10, 5, 100)


def townships() -> Work:
    """40,000 units in 2,865 groups of about 14, 100 indicators in 3 levels, 1,000 draws."""
    random = np.random.default_rng(3)
    sizes = np.full(2865, 14)
    some = random.permutation(2865)[:2000]
    change = random.integers(1, 11, 1000)
    sizes[some[:1000]] += change  # groups of 4 to 24
    sizes[some[1000:]] -= change
    sizes[: 2865 * 14 - 40_000] -= 1
    return synthetic(40_000, sizes.tolist(), 10, 10, 1000)
