"""Shares of a rule book's choices in rank change, against all combinations of its choices scored one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from shuping.errors import InputError
from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.rulebook.load import loads
from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Grid, Inputs, column_of
from shuping.standing.drivers.factors import factors_of
from shuping.standing.drivers.rank_change import Design, changes_of, sensitivity
from shuping.standing.simulation import run as simulation
from shuping.standing.simulation.appraise import Case
from shuping.standing.simulation.variants import variant_of
from shuping.values import Missing
from shuping.values.rounding import round_exact

UNITS = 8
HEAD = "format: 1\nrulebook: b\nversion: '1'\ntitle: B\ngroups: {one: {kind: a}, two: {kind: b}}\n"
MEASURES = "measures: {m0: {value: unit.a}, m1: {value: unit.b}, m2: {value: unit.c}}\n"
TREE = """criteria:
  - {id: x, weight: 0.6, title: {zh: 甲, en: X}, criteria: [
      {id: x0, weight: 0.5, measure: m0, method: {minmax: {floor: 0.1}}, missing: zero},
      {id: x1, weight: 0.5, measure: m1, method: {minmax: {floor: 0.1}}, missing: zero}]}
  - {id: y, weight: 0.4, measure: m2, method: {minmax: {floor: 0.1}}, missing: zero}
"""
CHOICES = """uncertainty: {vary: {alternatives: [
  {id: means, combine: [geometric]}, {id: way, method: [ratio_to_best], of: [y], title: {zh: 乙法, en: Way of Y}},
  {id: gaps, missing: [full, rescale]}]}}
"""


def case(uncertainty: str, *, missing: bool = True, units: int = UNITS, tree: str = TREE) -> Case:
    book = loads(HEAD + MEASURES + tree + uncertainty)
    random = np.random.default_rng(11)
    names = tuple(f"u{number}" for number in range(units))
    codes = np.array([0] * (units - 3) + [1] * 3)
    columns = {}
    for name in ("m0", "m1", "m2"):
        values = [Fraction(int(value)) for value in random.integers(20, 100, units)]
        columns[name] = [Missing("no_records") if missing and random.random() < 0.2 else value for value in values]
    exact = Inputs(measures={name: column_of(values, EXACT) for name, values in columns.items()})
    given = Inputs(measures={name: column_of(values, FLOAT) for name, values in columns.items()})
    case = Case(book, Grid(names, ("one", "two"), codes), lambda _: given, (), (), {})
    object.__setattr__(case, "exact", exact)
    return case


def ranks_of(case: Case, book: Rulebook) -> NDArray[np.int32]:
    """Rank the published totals of every group by counting who is ahead, in exact numbers."""
    root = evaluate(book, case.grid, case.exact, EXACT)  # type: ignore[attr-defined]
    totals = [round_exact(points, 2) if here else None for points, here in zip(root.points, root.present, strict=True)]
    ranks = []
    for own, code in zip(totals, case.grid.codes, strict=True):
        rivals = [other for other, group in zip(totals, case.grid.codes, strict=True) if group == code]
        ranks.append(0 if own is None else 1 + sum(1 for other in rivals if other is not None and other > own))
    return np.array(ranks, dtype=np.int32)


def enumerated(case: Case, rows: slice) -> NDArray[np.float64]:
    """Return mean rank changes by the number of each choice: every variant as likely as the others."""
    alternatives = case.rulebook.uncertainty.vary.alternatives
    sizes = [1 + len(one.variants) for one in alternatives]
    base = ranks_of(case, case.rulebook)[rows]
    found = np.zeros(sizes)
    for key in product(*map(range, sizes)):
        book = variant_of(case.rulebook, dict(zip((one.id for one in alternatives), key, strict=True)))
        found[key] = changes_of(np.stack([base, ranks_of(case, book)[rows]], axis=1)).mean()
    return found


def known(table: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """First-order and total indices by their definition: variances of conditional means."""
    whole = table.var()
    axes = range(table.ndim)
    first = [table.mean(axis=tuple(one for one in axes if one != axis)).var() / whole for axis in axes]
    return first, [1 - table.mean(axis=axis).var() / whole for axis in axes]


@pytest.mark.parametrize(("group", "rows"), [("one", slice(0, 5)), ("two", slice(5, 8))])
def test_every_combination_of_choices(group: str, rows: slice) -> None:
    mine = case(CHOICES)
    table = enumerated(mine, rows)
    assert table.var() > 0
    found = sensitivity(mine, "2025", Design(level=0.99))
    shares = found.indices.filter((pl.col("group") == group) & pl.col("unit").is_null())
    assert shares["factor"].to_list() == ["means", "way", "gaps"]
    first, total = known(table)
    for name, truth in (("first", first), ("total", total)):
        for row, value in zip(shares.iter_rows(named=True), truth, strict=True):
            assert row[f"{name}_low"] <= value <= row[f"{name}_high"] or value == pytest.approx(row[name], abs=1e-3)
            assert row[name] == pytest.approx(value, abs=0.05)
    change = found.changes.filter((pl.col("group") == group) & pl.col("unit").is_null()).row(0, named=True)
    assert change["mean_change"] == pytest.approx(table.mean(), rel=0.03)
    assert change["sd"] == pytest.approx(table.std(), rel=0.03)
    assert change["evaluations"] == 1024 * (3 + 2)


def test_a_groups_change_is_the_mean_of_its_units() -> None:
    changes = sensitivity(case(CHOICES), "2025", Design(64)).changes
    for group in ("one", "two"):
        rows = changes.filter(pl.col("group") == group)
        assert rows["unit"][0] is None
        assert rows["mean_change"][0] == pytest.approx(rows["mean_change"][1:].mean())


def test_a_choice_that_nothing_hangs_on_has_no_share() -> None:
    found = sensitivity(case(CHOICES, missing=False), "2025", Design(64)).indices
    gaps = found.filter((pl.col("factor") == "gaps") & pl.col("first").is_not_null())
    assert gaps.height > 0
    assert gaps["total_high"].to_list() == [0.0] * gaps.height
    assert gaps["first"].to_list() == [0.0] * gaps.height


def test_a_unit_whose_rank_never_changes_has_no_indices() -> None:
    mine = case("uncertainty: {vary: {weights: 0.0001}}\n")
    found = sensitivity(mine, "2025", Design(64))
    still = found.changes.filter(pl.col("sd") == 0)["unit"].to_list()
    assert len(still) > 1
    rows = found.indices.filter(pl.col("unit").is_in([unit for unit in still if unit]))
    assert rows["first"].null_count() == rows["total_low"].null_count() == rows.height > 0


def test_weights_are_one_factor_or_one_for_each_first_level_criterion() -> None:
    book = loads(
        HEAD + MEASURES + TREE + "uncertainty: {vary: {weights: 0.5, alternatives: [{id: g, missing: [full]}]}}\n"
    )
    assert [(one.id, one.columns) for one in factors_of(book)] == [("weights", (0, 1, 2, 3)), ("g", (4,))]
    apart = factors_of(book, "by_criterion")
    assert [(one.id, one.columns) for one in apart] == [("weights:x", (0, 2, 3)), ("weights:y", (1,)), ("g", (4,))]
    assert (apart[0].title.zh, apart[0].title.en) == ("权重：甲", "Weights: X")
    assert [(one.title.zh, one.title.en) for one in factors_of(loads(HEAD + MEASURES + TREE + CHOICES))] == [
        ("合成方法", "Way of combining"), ("乙法", "Way of Y"), ("缺失值处理", "Missing values"),
    ]  # fmt: skip


def test_a_unit_without_a_place_stands_behind_the_last() -> None:
    ranks = np.array([[1, 1, 2], [2, 0, 1], [3, 2, 3]], dtype=np.int32)
    assert changes_of(ranks).tolist() == [[0, 1], [2, 1], [1, 0]]


def test_blocks_of_units_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = case(CHOICES)
    whole = sensitivity(mine, "2025", Design(64))
    monkeypatch.setattr(simulation, "UNITS", 2)
    monkeypatch.setattr(simulation, "CELLS", 100)
    parts = sensitivity(mine, "2025", Design(64))
    assert whole.indices.equals(parts.indices)
    assert whole.changes.equals(parts.changes)


def test_no_choice_no_rows() -> None:
    found = sensitivity(case(""), "2025")
    assert (found.factors, found.indices.height, found.changes.height) == ((), 0, 0)


def test_points_that_are_no_power_of_two() -> None:
    with pytest.raises(InputError) as caught:
        sensitivity(case(CHOICES), "2025", Design(1000))
    (problem,) = caught.value.problems
    assert problem.code == "scoring.points-not-power"
    assert "1024" in problem.message("zh")
    assert "1000 is no power of two" in problem.message("en")
