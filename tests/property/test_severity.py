"""What must hold of severity on drawn panels: constants, permutations, and the truth that the drawing knows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from shuping.panels.severity import Assumed, Sample, SeverityModel, fit_severity, plan_severity
from tests.core.panels.severity_designs import draw, sparse_design

SEEDS = st.integers(0, 10_000)
FIXED = SeverityModel(reviewers="fixed")
ANY = Sample(2, 2, 0)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


def raised(marks: pl.DataFrame, constant: float) -> pl.DataFrame:
    """One reviewer's marks with a constant added."""
    return marks.with_columns(mark=pl.col("mark") + constant * (pl.col("reviewer") == "r001"))


def complete(units: int, reviewers: int) -> pl.DataFrame:
    return sparse_design(units, reviewers, reviewers, 0)


def ranking(scores: pl.Series) -> list[int]:
    """Ranks with scores closer than a millionth counted as equal: figures are floats."""
    return scores.round(6).rank("min", descending=True).to_list()


def moved(before: pl.Series, after: pl.Series) -> float:
    return float(np.abs(np.subtract(ranking(before), ranking(after))).sum())


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([-20, -3, 0.5, 8, 40]))
def test_a_constant_leaves_the_ranking_when_everybody_marks_every_unit(seed: int, constant: float) -> None:
    marks = draw(complete(12, 5), 5, 3, 3, seed).marks
    before, after = (fit_severity(frame).units for frame in (marks, raised(marks, constant)))
    assert ranking(before["raw"]) == ranking(after["raw"])  # of means of the same reviewers
    if before["effect"].abs().max() > 1e-6 and after["effect"].abs().max() > 1e-6:
        assert ranking(before["adjusted"]) == ranking(after["adjusted"]) == ranking(before["raw"])


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([-20, -3, 0.5, 8, 40]))
def test_a_constant_changes_no_unit_with_reviewers_fixed(seed: int, constant: float) -> None:
    marks = draw(sparse_design(25, 7, 3, seed), 5, 3, 3, seed).marks
    before, after = (fit_severity(frame, FIXED) for frame in (marks, raised(marks, constant)))
    assert after.units["effect"].to_numpy() == pytest.approx(before.units["effect"].to_numpy(), abs=1e-5)
    shift = after.reviewers["effect"] - before.reviewers["effect"]
    expected = [constant * ((name == "r001") - 1 / 7) for name in before.reviewers["reviewer"]]
    assert shift.to_list() == pytest.approx(expected, abs=1e-6)


def test_a_constant_moves_the_adjusted_ranking_less_than_the_raw_one() -> None:
    """Over 60 seeded sparse designs, on average."""
    raw, adjusted = [], []
    for seed in range(60):
        marks = draw(sparse_design(25, 8, 3, seed), 5, 3, 3, seed).marks
        before, after = (fit_severity(frame).units for frame in (marks, raised(marks, 6)))
        raw.append(moved(before["raw"], after["raw"]))
        adjusted.append(moved(before["adjusted"], after["adjusted"]))
    assert np.mean(adjusted) < 0.6 * np.mean(raw)


@settings(max_examples=20)
@given(SEEDS, st.randoms(use_true_random=False), st.sampled_from([SeverityModel(), FIXED]))
def test_rows_in_any_order_give_the_same_bytes(seed: int, shuffler: object, model: SeverityModel) -> None:
    marks = draw(sparse_design(15, 6, 3, seed), 5, 3, 3, seed).marks
    order = list(range(marks.height))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    first, second = fit_severity(marks, model), fit_severity(marks[order], model)
    assert first.criterion == second.criterion
    assert first.units.equals(second.units)
    assert first.reviewers.equals(second.reviewers)
    assert first.variances.equals(second.variances)


@settings(max_examples=20)
@given(SEEDS)
def test_reviewers_under_other_names_give_the_same_units(seed: int) -> None:
    marks = draw(sparse_design(15, 6, 3, seed), 5, 3, 3, seed).marks
    names = {f"r{number:03d}": f"x{(number * 5 + 2) % 6}" for number in range(6)}
    first, second = fit_severity(marks), fit_severity(marks.with_columns(pl.col("reviewer").replace(names)))
    assert second.units["adjusted"].to_numpy() == pytest.approx(first.units["adjusted"].to_numpy(), abs=1e-5)


# --- the truth, and the plan ---------------------------------------------------------------------------------------


def difference_error(scores: np.ndarray, truth: np.ndarray) -> float:
    """The root mean square error of all differences between two units."""
    return float(np.sqrt(2 * np.var(scores - truth, ddof=1)))


def simulated(design: pl.DataFrame, assumed: Assumed, draws: int) -> tuple[float, float]:
    """Errors of raw and adjusted means, root mean square over seeded draws, the variances estimated every time."""
    raw, adjusted = [], []
    for seed in range(draws):
        drawn = draw(design, assumed.unit**0.5, assumed.reviewer**0.5, assumed.residual**0.5, seed)
        units = fit_severity(drawn.marks, sample=ANY).units
        raw.append(difference_error(units["raw"].to_numpy(), drawn.units) ** 2)
        adjusted.append(difference_error(units["adjusted"].to_numpy(), drawn.units) ** 2)
    return float(np.mean(raw)) ** 0.5, float(np.mean(adjusted)) ** 0.5


def test_adjusting_gets_closer_to_the_truth_where_the_plan_says_so() -> None:
    """The plan's errors are those of 80 drawn panels: raw within 5 %, adjusted with estimated variances within 15 %."""
    design, assumed = sparse_design(40, 10, 3, 1), Assumed(25, 16, 9)
    plan = plan_severity(design, assumed)
    raw, adjusted = simulated(design, assumed, 80)
    assert plan.verdict == "helps"
    assert plan.gain is not None
    assert plan.gain > 0.2
    assert adjusted < raw
    assert raw == pytest.approx(plan.raw_error, rel=0.05)
    assert adjusted == pytest.approx(plan.adjusted_error, rel=0.15)


def test_the_plan_says_when_adjusting_does_not_help() -> None:
    """Reviewers nearly equally severe: nothing to gain. Everybody marks every unit: the ranking cannot change."""
    little = plan_severity(sparse_design(40, 10, 3, 1), Assumed(25, 0.2, 9))
    assert little.verdict == "little"
    assert little.gain == pytest.approx(0, abs=0.05)
    same = plan_severity(complete(15, 6), Assumed(25, 16, 9))
    assert same.verdict == "same_reviewers"
    assert same.gain == pytest.approx(0, abs=1e-12)
    for seed in range(10):
        units = fit_severity(draw(complete(15, 6), 5, 4, 3, seed).marks).units
        assert ranking(units["adjusted"]) == ranking(units["raw"])


def test_a_plan_with_equally_severe_reviewers_gains_nothing_by_simulation_either() -> None:
    design, assumed = sparse_design(40, 10, 3, 1), Assumed(100, 0, 9)
    plan = plan_severity(design, assumed)
    raw, adjusted = simulated(design, assumed, 40)
    assert plan.gain == 0
    assert plan.verdict == "little"
    assert raw == pytest.approx(plan.raw_error, rel=0.05)
    assert adjusted == pytest.approx(raw, rel=0.05)


@settings(max_examples=25)
@given(SEEDS, st.integers(2, 5), st.sampled_from([0.5, 4, 30]))
def test_the_errors_of_a_plan_by_whole_matrices(seed: int, each: int, reviewer: float) -> None:
    """Every pair of units, by the covariance of the marks; correcting never makes the error larger (Gauss, Markov)."""
    design, assumed = sparse_design(12, 6, each, seed), Assumed(5, reviewer, 3)
    plan = plan_severity(design, assumed)
    one = design["unit"].to_dummies().to_numpy().astype(float)
    two = design["reviewer"].to_dummies().to_numpy().astype(float)
    between = np.array([np.eye(12)[i] - np.eye(12)[j] for i in range(12) for j in range(i)])
    noise = reviewer * two @ two.T + 3 * np.eye(len(one))
    mean = (one / one.sum(axis=0)).T
    fixed = np.linalg.inv(one.T @ np.linalg.inv(noise) @ one)
    inverse = np.linalg.inv(noise + 5 * one @ one.T)
    every = np.ones((len(one), 1))
    projection = inverse - inverse @ every @ np.linalg.inv(every.T @ inverse @ every) @ every.T @ inverse
    adjusted = 5 * np.eye(12) - 25 * one.T @ projection @ one
    expected = [np.sqrt(np.mean(np.diag(between @ m @ between.T))) for m in (mean @ noise @ mean.T, fixed, adjusted)]
    assert [plan.raw_error, plan.corrected_error, plan.adjusted_error] == pytest.approx(expected, rel=1e-9)
    assert plan.corrected_error is not None
    assert plan.corrected_error <= plan.raw_error + 1e-12


def test_every_verdict_in_words() -> None:
    design, assumed = sparse_design(40, 10, 3, 1), Assumed(25, 16, 9)
    apart = pl.concat([design, design.with_columns(pl.col("unit", "reviewer") + "x")])
    plans = [
        plan_severity(design, assumed),
        plan_severity(design, Assumed(25, 0.2, 9)),
        plan_severity(complete(15, 6), assumed),
        plan_severity(apart, assumed),
        plan_severity(sparse_design(8, 4, 3, 1), assumed),
    ]
    assert [plan.verdict for plan in plans] == ["helps", "little", "same_reviewers", "islands", "too_few"]
    assert plans[3].gain is None
    for plan in plans:
        assert plan.sentence("zh") != plan.sentence("en")
    assert "2 islands" in plans[3].sentence()
    with pytest.raises(ValueError, match="above 0"):
        Assumed(0, 1, 1)
    with pytest.raises(ValueError, match="two units"):
        plan_severity(design.head(2), assumed)
