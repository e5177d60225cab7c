"""What drives the ranks of 51 countries: removal against COINr's published ranks, Sobol indices against enumeration.

The index is the mean of connectivity and sustainability: without either of them it is the other, whose ranks are
published. COINr with 100 points finds three of four first-order indices below 0; here none may be.
"""

from __future__ import annotations

import csv
import os
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shuping import appraisal
from shuping.methods.arithmetic import FLOAT
from shuping.scoring.evaluate import evaluate
from shuping.scoring.result import Result
from shuping.scoring.rounding import round_array
from shuping.standing.drivers.rank_change import Design, sensitivity
from shuping.standing.drivers.removal import removal
from shuping.standing.drivers.strengths import profile
from shuping.standing.simulation.appraise import Case
from shuping.standing.simulation.variants import variant_of

pytestmark = pytest.mark.case("asem")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "asem"
FACTORS = """
uncertainty:
  enabled: false
  vary:
    {weights}
    alternatives:
      - {{id: norm, method: [{{zscore: {{mean: 50%, sd: 15%}}}}]}}
      - {{id: means, combine: [geometric]}}
      - {{id: treat, outliers: [none]}}
"""


def published_ranks() -> dict[str, dict[str, int]]:
    path = Path(os.environ["SHUPING_CASES"]) / "asem" / "results_AggregatesRank.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["UnitCode"]: {name: int(row[name]) for name in ("Index", "Conn", "Sust")}
            for row in csv.DictReader(file)
        }


def scored(base: Path, weights: str) -> tuple[Result, Case]:
    file = base / "rulebook.yaml"
    file.write_text((EXAMPLE / "rulebook.yaml").read_text(encoding="utf-8") + FACTORS.format(weights=weights), "utf-8")
    folder = appraisal.read(EXAMPLE, settings={"SHUPING_CASES": os.environ["SHUPING_CASES"]}, rulebook=file)
    result, case_of = appraisal.score_with_cases(folder)
    return result, case_of("2018")


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Case]:
    return scored(tmp_path_factory.mktemp("varied"), "weights: 0.25")


def test_the_index_without_one_half_is_the_other(varied: tuple[Result, Case]) -> None:
    result, case = varied
    found = removal(case, "2018")
    published = published_ranks()
    assert len(published) == 51
    own = dict(result.standing.select("unit", "rank").iter_rows())
    for gone, left in (("Conn", "Sust"), ("Sust", "Conn")):
        moved = dict(found.moves.filter(pl.col("criterion") == gone).select("unit", "without").iter_rows())
        assert {unit: moved.get(unit, rank) for unit, rank in own.items()} == {
            unit: ranks[left] for unit, ranks in published.items()
        }
        row = found.criteria.filter(pl.col("criterion") == gone).row(0, named=True)
        changes = [abs(ranks[left] - ranks["Index"]) for ranks in published.values()]
        assert row["mean_change"] == pytest.approx(sum(changes) / 51)
        assert row["largest"] == max(changes)
    assert found.criteria.height == 59


@pytest.mark.parametrize("points", [128, 1024])
def test_no_share_is_negative_nonsense(points: int, varied: tuple[Result, Case]) -> None:
    found = sensitivity(varied[1], "2018", Design(points))
    group = found.indices.filter(pl.col("unit").is_null())
    assert group["factor"].to_list() == ["weights", "norm", "means", "treat"]
    assert group["first"].min() >= (0 if points == 1024 else -0.01)
    assert (group["total"] >= group["first"] - 0.01).all()
    assert group["first"].sum() < 1 < group["total"].sum()
    units = found.indices.filter(pl.col("unit").is_not_null() & pl.col("first").is_not_null())
    assert units["unit"].n_unique() > 45
    assert units["total"].min() >= 0
    if points == 1024:
        assert units["first"].min() > -0.05
        assert units["first"].max() < 1.05
    assert found.changes["failed"].sum() == 0


def test_three_choices_against_all_their_combinations(tmp_path: Path) -> None:
    _, case = scored(tmp_path, "surveys: fixed")
    names = ("norm", "means", "treat")
    ranks = {}
    for key in product((0, 1), repeat=3):
        book = variant_of(case.rulebook, dict(zip(names, key, strict=True)))
        points = evaluate(book, case.grid, case.inputs_of(book), FLOAT).points
        totals = round_array(points, book.rounding.places, book.rounding.mode)
        ranks[key] = 1 + (totals[None, :] > totals[:, None]).sum(axis=1)
    table = np.zeros((2, 2, 2))
    for key, found in ranks.items():
        table[key] = np.abs(found - ranks[0, 0, 0]).mean()
    rows = sensitivity(case, "2018", Design(level=0.99, each_unit=False)).indices
    assert rows["factor"].to_list() == list(names)
    for axis, row in enumerate(rows.iter_rows(named=True)):
        others = tuple(place for place in range(3) if place != axis)
        first, total = table.mean(axis=others).var() / table.var(), 1 - table.mean(axis=axis).var() / table.var()
        assert row["first_low"] <= first <= row["first_high"]
        assert row["total_low"] <= total <= row["total_high"]
        assert (row["first"], row["total"]) == (pytest.approx(first, abs=0.03), pytest.approx(total, abs=0.03))


def test_where_a_country_stands_in_the_halves_is_published(varied: tuple[Result, Case]) -> None:
    found = profile(varied[0].trace, "2018")
    ranks = {(row["unit"], row["criterion"]): row["rank"] for row in found.iter_rows(named=True)}
    for unit, published in published_ranks().items():
        assert (ranks[unit, "Conn"], ranks[unit, "Sust"]) == (published["Conn"], published["Sust"])
