"""Replicates: the kernel and scoring itself give the same totals; each replicate is what its parameters say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.rulebook.load import loads
from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import REASON_CODES, Column, Grid, Inputs, column_of
from shuping.standing.simulation import run as simulation
from shuping.standing.simulation.grades import grades_of_block
from shuping.standing.simulation.kernel import kernel_of
from shuping.standing.simulation.noise import Noise
from shuping.standing.simulation.parameters import Parameters, draw_parameters
from shuping.standing.simulation.run import Setting, simulate
from shuping.standing.simulation.variants import variant_of
from shuping.values import Missing

HEAD = "format: 1\nrulebook: b\nversion: '1'\ntitle: B\n"
GROUPS = "groups: {one: {kind: a}, two: {kind: b}}\n"
MEASURES = "measures: {m0: {value: unit.a}, m1: {value: unit.b}, m2: {value: unit.c}}\n"
TREE = """criteria:
  - {id: x, points: 60, criteria: [
      {id: x0, points: 40, measure: m0, method: {minmax: {floor: 0.6}}, missing: rescale},
      {id: x1, points: 20, measure: m1, method: {ratio_capped: {target: 90}}, missing: rescale}]}
  - {id: y, points: 40, measure: m2, method: ratio_to_best, missing: zero}
"""
MEANS = """combine: geometric
criteria:
  - {id: x, weight: 0.4, combine: harmonic, criteria: [
      {id: x0, weight: 0.5, measure: m0, method: {minmax: {floor: 0.6}}},
      {id: x1, weight: 0.5, measure: m1, method: {minmax: {floor: 0.1}}}]}
  - {id: y, weight: {one: 0.6, two: 0.6}, measure: m2, method: ratio_to_best, missing: rescale}
"""
CAPPED = TREE.replace("{id: x, points: 60,", "{id: x, points: 60, max: 50,")


def book(tree: str, uncertainty: str = "") -> Rulebook:
    return loads(HEAD + GROUPS + MEASURES + tree + uncertainty)


def grid_and_inputs(seed: int = 1, missing: bool = True) -> tuple[Grid, Inputs]:
    random = np.random.default_rng(seed)
    codes = np.array([0] * 5 + [1] * 4)
    columns = {}
    for name in ("m0", "m1", "m2"):
        values = [Fraction(int(value), 10) for value in random.integers(300, 1000, 9)]
        given = [Missing("no_records") if missing and random.random() < 0.15 else value for value in values]
        columns[name] = column_of(given, FLOAT)
    return Grid(tuple(f"u{number}" for number in range(9)), ("one", "two"), codes), Inputs(measures=columns)


def both(setting: Setting, parameters: Parameters, monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Return the tallies of the kernel and of scoring itself."""
    found = []
    for kernel in (True, False):
        with monkeypatch.context() as patch:
            if not kernel:
                patch.setattr(simulation, "kernel_of", lambda *_: None)
            kind = "sampling" if setting.noise else "choices"
            tallies = simulate(setting, parameters, kind).tallies  # type: ignore[arg-type]
            found.append(np.concatenate([tally.places.ravel() for _, tally in sorted(tallies.items())]))
    return found


@pytest.mark.parametrize("tree", [TREE, MEANS], ids=["sums", "means"])
@pytest.mark.parametrize("seed", range(4))
def test_the_kernel_gives_the_ranks_of_scoring(tree: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook = book(tree, "uncertainty: {draws: 200, vary: {weights: 0.5}}\n")
    grid, inputs = grid_and_inputs(seed)
    assert kernel_of(rulebook, grid, evaluate(rulebook, grid, inputs, FLOAT)) is not None
    setting = Setting(rulebook, grid, lambda _: inputs)
    kernel, general = both(setting, draw_parameters(rulebook, rulebook.uncertainty), monkeypatch)
    assert (kernel == general).all()


@pytest.mark.parametrize("tree", [TREE, MEANS], ids=["sums", "means"])
def test_drawn_values_are_scored_alike_by_both(tree: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook = book(tree)
    grid, inputs = grid_and_inputs(3)
    noise = Noise("measure", "m0", np.full(9, 25.0)), Noise("measure", "m2", np.full(9, 9.0))
    kernel, general = both(Setting(rulebook, grid, lambda _: inputs, noise), Parameters(200), monkeypatch)
    assert (kernel == general).all()


def test_a_capped_node_has_no_kernel() -> None:
    rulebook = book(CAPPED)
    grid, inputs = grid_and_inputs()
    assert kernel_of(rulebook, grid, evaluate(rulebook, grid, inputs, FLOAT)) is None


def test_factors_are_the_weights_that_a_person_would_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """One replicate with other weights equals the rule book with those weights written in, scored exactly."""
    rulebook, grid = book(TREE), grid_and_inputs(5, missing=False)[0]
    _, inputs = grid_and_inputs(5, missing=False)
    factors = {"x": 1.2, "y": 0.7, "x0": 0.5, "x1": 1.5}
    x, y = Fraction(72), Fraction(28)
    whole = Fraction(100) / (x + y)
    inner = Fraction(60) / (Fraction(20) + Fraction(30))
    written = TREE.replace("points: 60", f"points: {x * whole}").replace(
        "id: y, points: 40", f"id: y, points: {y * whole}"
    )
    scale = x * whole / 60
    written = written.replace("x0, points: 40", f"x0, points: {20 * inner * scale}")
    written = written.replace("x1, points: 20", f"x1, points: {30 * inner * scale}")
    exact = Inputs(
        measures={
            name: Column(EXACT.array([Fraction(str(v)) for v in c.values]), c.reasons)
            for name, c in inputs.measures.items()
        }
    )
    expected = [float(points) for points in evaluate(book(written), grid, exact, EXACT).points]
    seen = []
    given = Parameters(1, {name: np.array([factor]) for name, factor in factors.items()})
    setting = Setting(
        rulebook.model_copy(update={"rounding": rulebook.rounding.model_copy(update={"places": 9})}),
        grid,
        lambda _: inputs,
    )
    simulate(
        setting, given, "choices", watch=lambda _grid, _rows, _draws, totals, _ranks: seen.append(totals[:, 0].tolist())
    )
    assert seen[0] == pytest.approx(expected, abs=1e-8)


def test_every_alternative_is_scored_as_its_own_rule_book() -> None:
    text = """uncertainty: {vary: {alternatives: [
  {id: means, combine: [arithmetic], of: [total]}, {id: way, method: [minmax], of: [y]},
  {id: gaps, missing: [zero, full], of: [x0]}]}}
"""
    rulebook = book(MEANS, text)
    grid, inputs = grid_and_inputs(8)
    choices = [(0, 0, 0), (1, 0, 0), (0, 1, 2), (1, 1, 1)]
    parameters = Parameters(
        4, {}, {name: np.array([row[place] for row in choices]) for place, name in enumerate(("means", "way", "gaps"))}
    )
    seen: dict[int, list[float]] = {}

    def watch(_grid: object, _rows: object, draws: np.ndarray, totals: np.ndarray, _ranks: object) -> None:
        seen.update({int(draw): totals[:, place].tolist() for place, draw in enumerate(draws)})

    simulate(Setting(rulebook, grid, lambda _: inputs), parameters, "choices", watch=watch)
    for number, row in enumerate(choices):
        own = variant_of(rulebook, dict(zip(("means", "way", "gaps"), row, strict=True)))
        root = evaluate(own, grid, inputs, FLOAT)
        expected = np.where(root.present, np.floor(root.points * 100 + 0.5) / 100, np.nan)
        assert seen[number] == pytest.approx(expected.tolist(), nan_ok=True)
    assert seen[0] != seen[1] != seen[2]


def test_two_runs_are_equal_and_another_seed_is_not() -> None:
    rulebook = book(TREE, "uncertainty: {draws: 64, vary: {weights: {kind: dirichlet, concentration: 20}}}\n")
    one, again = (draw_parameters(rulebook, rulebook.uncertainty) for _ in range(2))
    other = draw_parameters(rulebook, rulebook.uncertainty.model_copy(update={"seed": 1}))
    assert one.frame().equals(again.frame())
    assert not one.frame().equals(other.frame())


def test_dirichlet_factors_keep_the_declared_weights_on_average() -> None:
    rulebook = book(TREE, "uncertainty: {draws: 4096, vary: {weights: {kind: dirichlet, concentration: 30}}}\n")
    found = draw_parameters(rulebook, rulebook.uncertainty).factors
    share = 60 * found["x"] / (60 * found["x"] + 40 * found["y"])
    assert share.mean() == pytest.approx(0.6, abs=0.002)
    assert share.var() == pytest.approx(0.6 * 0.4 / 31, rel=0.03)  # of a Dirichlet variable


def test_a_replicate_that_fails_is_counted_and_shown() -> None:
    rulebook = book(TREE)
    grid, inputs = grid_and_inputs(missing=False)

    def errors(draws: int, rows: np.ndarray, _random: object) -> np.ndarray:
        found = np.zeros((draws, len(rows)))
        found[3, 0] = np.inf
        return found

    noise = Noise("measure", "m1", np.full(9, 1.0), errors)
    setting = Setting(rulebook, grid, lambda _: inputs, (noise,), shrink=False)
    result = simulate(setting, Parameters(10), "sampling")
    assert result.failed.sum() in (0, 1)  # ratio_capped takes an infinite value for full points: no failure there
    nan = Noise("measure", "m1", np.full(9, 1.0), lambda draws, rows, _: np.full((draws, len(rows)), np.nan))
    lost = simulate(Setting(rulebook, grid, lambda _: inputs, (nan,), shrink=False), Parameters(10), "sampling")
    assert lost.failed.all()
    assert (lost.tallies[0].places[:, 0] == 10).all()


@pytest.mark.parametrize("edge", ["all_in", "all_out"])
@pytest.mark.parametrize("base", ["ranked", "group"])
def test_grades_at_once_are_those_of_standing(edge: str, base: str) -> None:
    grades = (
        "grades: {top: {share: 30%, min: 8}, good: {share: 0.4, round: ceiling, min: 4}, fair: {min: 2}, poor: {}}\n"
        f"grading: {{tied_at_edge: {edge}, quota_base: {base}}}\n"
    )
    rulebook = book(TREE, grades)
    random = np.random.default_rng(4)
    totals = random.integers(0, 12, (9, 60)).astype(float)
    totals[random.random((9, 60)) < 0.1] = np.nan
    from shuping.standing.simulation import grades as room
    from shuping.standing.simulation.ranks import sorted_ranks

    ranks = sorted_ranks(totals)
    quick = grades_of_block(rulebook.grades, rulebook.grading, "one", totals, ranks, [()] * 9)
    slow = room._one_by_one(rulebook.grades, rulebook.grading, "one", totals, ranks, [()] * 9)
    assert quick is not None
    assert (quick == slow).all()


def test_missing_reasons_are_left_as_they_are() -> None:
    column = Column(np.array([1.0, 0.0]), np.array([0, REASON_CODES["no_records"]], dtype=np.int8))
    drawn = Noise("measure", "m", np.array([1.0, 1.0])).draw(column, np.arange(2), [0, 0], 5, 1, True)
    assert (drawn[:, 1] == 0).all()
    assert len(set(drawn[:, 0])) == 5
