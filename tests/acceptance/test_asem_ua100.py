"""COINr's uncertainty analysis replayed: a hundred rule books, each with a normalisation and weights of its own.

From the treated indicators on: min-max to [1, 100], or standard scores of mean 10 and deviation 2, then weighted means
up the tree. Mean, median, 5th and 95th percentile of every country's hundred ranks must equal what COINr found.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shuping.methods.arithmetic import EXACT, FLOAT, Arithmetic
from shuping.rulebook.load import loads
from shuping.rulebook.model import Rulebook
from shuping.rulebook.uncertainty import Alternative, Variation
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Column, Grid, Inputs, column_of
from shuping.standing.simulation.parameters import Parameters
from shuping.standing.simulation.run import Setting, simulate

pytestmark = pytest.mark.case("asem")
METHODS = {"n_minmax": "{minmax: {floor: 1%}}", "n_zscore": "{zscore: {mean: 10%, sd: 2%}}"}
Weights = dict[str, str]


def rows(name: str) -> list[dict[str, str]]:
    path = Path(os.environ["SHUPING_CASES"]) / "asem" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Tree:
    """The indicators, their directions and the aggregates above them."""

    def __init__(self) -> None:
        self.below: dict[str, list[str]] = defaultdict(list)
        self.lower: dict[str, bool] = {}
        self.top = ""
        for row in rows("ASEM_iMeta.csv"):
            if row["Type"] == "Indicator":
                self.lower[row["iCode"]] = row["Direction"] == "-1"
            if row["Type"] in ("Indicator", "Aggregate"):
                if row["Parent"] in ("", "NA"):
                    self.top = row["iCode"]
                else:
                    self.below[row["Parent"]].append(row["iCode"])

    def text(self, parent: str, weights: Weights, method: str) -> str:
        parts = []
        for code in self.below[parent]:
            what = f"measure: m_{code}, method: {method}" if code in self.lower else self.text(code, weights, method)
            parts.append(f"{{id: {code}, weight: {weights[code]}, {what}}}")
        return "criteria: [" + ", ".join(parts) + "]"

    def rulebook(self, weights: Weights, method: str) -> Rulebook:
        measures = ", ".join(
            f"m_{code}: {{value: unit.{code}{', direction: lower' if lower else ''}}}"
            for code, lower in self.lower.items()
        )
        return loads(
            f"format: 1\nrulebook: ua\nversion: '1'\ntitle: Index\nweights: relative\n"
            "groups: {all: {kind: country}}\n"
            f"measures: {{{measures}}}\n{self.text(self.top, weights, method)}\n"
        )


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree()


@pytest.fixture(scope="module")
def weights() -> dict[str, Weights]:
    found: dict[str, Weights] = defaultdict(dict)
    for row in rows("ua100/noisy_weights.csv"):
        found[row["rep"]][row["iCode"]] = str(Fraction(row["Weight"]))
    return found


def totals(tree: Tree, rulebook: Rulebook, arithmetic: Arithmetic) -> tuple[tuple[str, ...], Any]:
    treated = sorted(rows("stage_Treated.csv"), key=lambda row: row["UnitCode"])
    units = tuple(row["UnitCode"] for row in treated)
    grid = Grid(units, ("all",), np.zeros(len(units), dtype=np.int64))
    columns: dict[str, Column] = {
        f"m_{code}": column_of([Fraction(row[code]) for row in treated], arithmetic) for code in tree.lower
    }
    return units, evaluate(rulebook, grid, Inputs(measures=columns), arithmetic).points


def ranks_of(points: Any) -> list[int]:
    return [1 + sum(1 for other in points if other > own) for own in points]


def test_the_ranks_of_a_hundred_variants(tree: Tree, weights: dict[str, Weights]) -> None:
    parameters = rows("ua100/parameters.csv")
    assert (len(parameters), {row["norm"] for row in parameters}) == (100, set(METHODS))
    ranks: dict[str, list[int]] = defaultdict(list)
    for row in parameters:
        book = tree.rulebook(weights[row["weight_rep"]], METHODS[row["norm"]])
        units, points = totals(tree, book, FLOAT)
        for unit, rank in zip(units, ranks_of(points), strict=True):
            ranks[unit].append(rank)
    published = rows("ua100/rankstats.csv")
    assert len(published) == 51
    for row in published:
        mine = np.asarray(ranks[row["uCode"]], dtype=float)
        found = (mine.mean(), np.median(mine), *np.quantile(mine, [0.05, 0.95]))
        given = tuple(float(row[name]) for name in ("Mean", "Median", "Q5", "Q95"))
        assert found == pytest.approx(given, abs=1e-9), row["uCode"]


@pytest.mark.parametrize("norm", METHODS)
def test_exact_numbers_come_to_the_same_scores(norm: str, tree: Tree, weights: dict[str, Weights]) -> None:
    book = tree.rulebook(weights["1"], METHODS[norm])
    _, exact = totals(tree, book, EXACT)
    _, rough = totals(tree, book, FLOAT)
    assert [float(number) for number in exact] == pytest.approx(list(rough), rel=1e-12)


def test_simulation_from_the_given_replicates(tree: Tree, weights: dict[str, Weights]) -> None:
    """One rule book with equal weights and min-max; the hundred replicates are its parameters."""
    parameters = rows("ua100/parameters.csv")
    codes = [code for code in weights["1"] if code != tree.top]
    book = tree.rulebook(dict.fromkeys([*codes, tree.top], "1"), METHODS["n_minmax"])
    norm = Alternative.model_validate({"id": "norm", "method": [{"zscore": {"mean": "10%", "sd": "2%"}}]})
    rounding = book.rounding.model_copy(update={"rank_on": "unrounded"})
    uncertainty = book.uncertainty.model_copy(update={"vary": Variation(alternatives=(norm,))})
    book = book.model_copy(update={"rounding": rounding, "uncertainty": uncertainty})
    treated = sorted(rows("stage_Treated.csv"), key=lambda row: row["UnitCode"])
    grid = Grid(tuple(row["UnitCode"] for row in treated), ("all",), np.zeros(len(treated), dtype=np.int64))
    columns = {f"m_{code}": column_of([Fraction(row[code]) for row in treated], FLOAT) for code in tree.lower}
    factors = {
        code: np.array([float(Fraction(weights[row["weight_rep"]][code])) for row in parameters]) for code in codes
    }
    choices = {"norm": np.array([list(METHODS).index(row["norm"]) for row in parameters])}
    setting = Setting(book, grid, lambda _: Inputs(measures=columns))
    simulated = simulate(setting, Parameters(len(parameters), factors, choices), "choices")
    tally = simulated.tallies[0]
    quantiles, mean = tally.quantile([0.5, 0.05, 0.95]), tally.mean()
    published = {row["uCode"]: row for row in rows("ua100/rankstats.csv")}
    assert set(published) == set(grid.units)
    for place, unit in enumerate(grid.units):
        given = tuple(float(published[unit][name]) for name in ("Mean", "Median", "Q5", "Q95"))
        assert (mean[place], *quantiles[place]) == pytest.approx(given, abs=1e-9), unit
    assert not simulated.failed.any()
