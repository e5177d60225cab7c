"""Figures of coherence against hand calculations, other methods, and properties."""

from __future__ import annotations

from itertools import product
from statistics import correlation

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from shuping.review.coherence_alpha import cronbach
from shuping.review.coherence_components import principal_components
from shuping.review.coherence_correlations import correlations
from shuping.review.coherence_limits import CoherenceLimits, flag
from shuping.review.coherence_weights import balanced_weights, effective_weights, importance

NAN = float("nan")


def drawn(seed: int, units: int, k: int, holes: float = 0.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    table = random.normal(size=(units, k)) + random.normal(size=(units, 1))
    table[random.random((units, k)) < holes] = NAN
    return np.round(table, 2)


# --- correlations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holes", [0.0, 0.25])
@pytest.mark.parametrize("seed", range(4))
def test_correlations_are_scipy_s_pair_by_pair(seed: int, holes: float) -> None:
    table = drawn(seed, 17, 5, holes)
    found = correlations(table)
    for one, other in product(range(5), repeat=2):
        both = ~np.isnan(table[:, one]) & ~np.isnan(table[:, other])
        x, y = table[both, one], table[both, other]
        assert found.n[one, other] == both.sum()
        pearson, spearman = stats.pearsonr(x, y), stats.spearmanr(x, y)
        assert found.pearson[one, other] == pytest.approx(pearson.statistic, abs=1e-12)
        assert found.spearman[one, other] == pytest.approx(spearman.statistic, abs=1e-12)
        if one != other:
            assert found.pearson_p[one, other] == pytest.approx(pearson.pvalue, abs=1e-12)
            assert found.spearman_p[one, other] == pytest.approx(spearman.pvalue, abs=1e-12)


def test_a_correlation_by_hand() -> None:
    """x = 1, 2, 3, 4 and y = 2, 1, 4, 3: covariance 1, variances 5/3; t = 0.6 sqrt(2) / 0.8, p = 0.4."""
    found = correlations(np.array([[1.0, 2], [2, 1], [3, 4], [4, 3]]))
    assert found.pearson[0, 1] == pytest.approx(0.6)
    assert found.spearman[0, 1] == pytest.approx(0.6)
    assert found.pearson_p[0, 1] == pytest.approx(0.4)  # t distribution with 2 degrees of freedom: 1 - t / sqrt(t² + 2)


def test_what_does_not_vary_and_what_is_too_few_has_no_correlation() -> None:
    table = np.array([[0.1, 1, NAN, 5], [0.1, 2, NAN, 5], [0.1, 3, 1, 6], [0.1, 5, 2, NAN]])
    found = correlations(table)
    assert np.isnan(found.pearson[0]).all()
    assert np.isnan(found.pearson[1, 2])
    assert found.n[1, 2] == 2
    assert found.n[2, 3] == 1
    assert not np.isnan(found.pearson[1, 3])


def test_over_the_pair_s_own_units_one_may_not_vary() -> None:
    table = np.array([[1.0, 7], [1, 8], [1, 9], [2, NAN], [3, NAN]])
    assert np.isnan(correlations(table).pearson[0, 1])


def test_perfect_correlations_have_a_p_of_nought() -> None:
    found = correlations(np.array([[1.0, 10, -1], [2, 20, -2], [3, 30, -3], [5, 50, -5]]))
    assert found.pearson[0].tolist() == [1, 1, -1]
    assert found.pearson_p[0, 1:].tolist() == [0, 0]


@given(st.integers(0, 10_000), st.permutations(range(9)))
@settings(max_examples=30, deadline=None)
def test_the_order_of_units_and_scales_change_nothing(seed: int, order: list[int]) -> None:
    table = drawn(seed, 9, 3, 0.1)
    one, other = correlations(table), correlations(table[order] * [2.0, 0.5, 40] + [1, -3, 1000])
    assert np.array_equal(one.n, other.n)
    for name in ("pearson", "spearman", "pearson_p"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)


@pytest.mark.parametrize(
    ("r", "n", "upward", "said"),
    [
        (0.95, 20, False, "high"), (0.9, 20, False, "high"), (0.5, 20, False, "ok"), (0.1, 20, False, "weak"),
        (-0.35, 20, False, "ok"), (-0.4, 20, False, "negative"), (0.99, 7, False, "few"), (NAN, 2, False, "few"),
        (NAN, 20, False, "flat"), (-0.01, 20, True, "against"), (0.2, 20, True, "weak"), (0.97, 20, True, "ok"),
    ],
)  # fmt: skip
def test_flags(r: float, n: int, upward: bool, said: str) -> None:
    assert flag(r, n, CoherenceLimits(), upward=upward) == said


# --- alpha ----------------------------------------------------------------------------------------------------------


def test_alpha_by_hand() -> None:
    """Variances 2.5 and 2.5, covariance 2: the sum's variance is 9, alpha 2 (1 - 5/9) = 8/9."""
    found = cronbach(np.array([[1.0, 2], [2, 1], [3, 3], [4, 5], [5, 4]]))
    assert found.value == pytest.approx(8 / 9)
    assert found.standardised == pytest.approx(2 * 0.8 / 1.8)
    assert (found.items, found.n, found.why) == (2, 5, None)


def test_alpha_of_parallel_items_is_spearman_and_brown_s() -> None:
    """Items that are one and the same score agree wholly; two that are opposite cancel out."""
    column = np.array([1.0, 4, 2, 8, 5])
    assert cronbach(np.column_stack([column] * 4)).value == pytest.approx(1)
    assert cronbach(np.column_stack([column, -column])).why == "flat"


def test_alpha_can_be_negative() -> None:
    found = cronbach(np.array([[1.0, 3], [2, 1], [3, 2]]))
    assert found.value == pytest.approx(2 * (1 - 2 / 1))  # variances 1 and 1, covariance -0.5


@pytest.mark.parametrize(
    ("table", "why"),
    [([[1.0], [2], [3]], "single"), ([[1.0, 2], [2, 3]], "few"), ([[1.0, 2], [1, 2], [1, 2]], "flat")],
)
def test_why_there_is_no_alpha(table: list[list[float]], why: str) -> None:
    found = cronbach(np.array(table))
    assert (found.value, found.why) == (None, why)


# --- principal components -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_components_are_those_of_the_singular_values(seed: int) -> None:
    """By another way than eigenvectors: the singular value decomposition of the standardised scores."""
    table = drawn(seed, 20, 4, 0.05)
    whole = table[~np.isnan(table).any(axis=1)]
    standard = (whole - whole.mean(axis=0)) / whole.std(axis=0, ddof=1)
    _, singular, turned = np.linalg.svd(standard, full_matrices=False)
    found = principal_components(table)
    assert found.n == len(whole)
    np.testing.assert_allclose(found.share, singular**2 / (singular**2).sum(), atol=1e-12)
    np.testing.assert_allclose(np.abs(found.loadings), np.abs(turned.T * singular / np.sqrt(len(whole) - 1)), atol=1e-9)
    assert (found.loadings.sum(axis=0) > 0).all()
    np.testing.assert_allclose(found.loadings @ found.loadings.T, np.corrcoef(whole.T), atol=1e-9)


@given(st.integers(0, 10_000), st.permutations(range(12)))
@settings(max_examples=40, deadline=None)
def test_weights_are_never_negative_and_said_when_they_would_be(seed: int, order: list[int]) -> None:
    table = np.random.default_rng(seed).normal(size=(12, 4))
    found, again = principal_components(table), principal_components(table[order])
    np.testing.assert_allclose(found.loadings, again.loadings, atol=1e-7)
    negative = tuple(np.flatnonzero(found.loadings[:, 0] < -1e-9))
    assert found.negative == negative
    if negative or found.tied:
        assert found.weights is None
    else:
        assert found.weights is not None
        assert found.weights.min() >= 0
        assert found.weights.sum() == pytest.approx(1)


def test_two_criteria_by_hand() -> None:
    """Correlation 0.6: components of 1.6 and 0.4, loadings sqrt(0.8) and sqrt(0.2); opposite ones get no weights."""
    table = np.array([[1.0, 2], [2, 1], [3, 4], [4, 3]])
    found = principal_components(table)
    np.testing.assert_allclose(found.share, [0.8, 0.2])
    np.testing.assert_allclose(found.loadings[:, 0], [np.sqrt(0.8)] * 2)
    assert found.weights is not None
    np.testing.assert_allclose(found.weights, [0.5, 0.5])
    against = principal_components(table * [1, -1])
    assert against.weights is None
    assert len(against.negative) == 1


def test_components_that_explain_as_much_give_no_weights() -> None:
    found = principal_components(np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]]))
    assert (found.tied, found.weights) == (True, None)


@pytest.mark.parametrize(
    ("table", "why"),
    [([[1.0], [2], [3]], "single"), ([[1.0, 2], [2, NAN], [4, 5]], "few"), ([[1.0, 2], [1, 3], [1, 7]], "flat")],
)
def test_why_there_are_no_components(table: list[list[float]], why: str) -> None:
    found = principal_components(np.array(table))
    assert (found.weights, found.why, len(found.share)) == (None, why, 0)


# --- weights --------------------------------------------------------------------------------------------------------


def test_effective_weights_by_hand() -> None:
    """Equal weights; standard deviations 3 and 1: three quarters and one quarter."""
    found = effective_weights(np.array([[0.0, 0], [6, 2], [3, 1], [3, 1]]), np.array([0.5, 0.5]))
    assert found is not None
    np.testing.assert_allclose(found, [0.75, 0.25])
    assert effective_weights(np.ones((4, 2)), np.array([0.5, 0.5])) is None


def test_importance_by_hand() -> None:
    found = importance(np.array([0.6, -0.8, NAN]))
    assert found is not None
    np.testing.assert_allclose(found[:2], [0.36, 0.64])
    assert np.isnan(found[2])
    assert importance(np.array([NAN, NAN])) is None


def achieved(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return squared correlations with the weighted mean, over their sum, straight from the definition."""
    mean = table @ weights
    squares = np.array([correlation(column, mean) ** 2 for column in table.T])
    return squares / squares.sum()


def test_independent_criteria_balance_to_the_root_of_the_weight_over_the_spread() -> None:
    """Paruolo, Saisana and Saltelli (2013): without correlation the importance is (w s)², so w = sqrt(t)/s."""
    table = np.array([[3.0, 1], [3, -1], [-3, 1], [-3, -1]])
    found = balanced_weights(table, np.array([0.8, 0.2]))
    assert found.exact
    assert found.weights is not None
    np.testing.assert_allclose(found.weights, [0.4, 0.6])  # 2/3 to 1
    np.testing.assert_allclose(achieved(table, found.weights), [0.8, 0.2])


@pytest.mark.parametrize("seed", range(8))
def test_balanced_weights_do_what_they_say_and_nothing_does_better(seed: int) -> None:
    random = np.random.default_rng(seed)
    k = int(random.integers(2, 6))
    table = random.normal(size=(30, k)) * random.uniform(0.5, 3, k) + random.normal(size=(30, 1))
    declared = random.dirichlet(np.ones(k))
    found = balanced_weights(table, declared)
    assert found.weights is not None
    assert found.achieved is not None
    assert found.weights.min() >= 0
    assert found.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(achieved(table, found.weights), found.achieved, atol=1e-9)
    assert found.exact == bool(np.allclose(found.achieved, declared, atol=1e-9))
    assert found.exact or found.without

    def distance(logs: np.ndarray) -> float:
        weights = np.exp(logs - logs.max())
        mean = table @ weights
        r = np.array([np.corrcoef(column, mean)[0, 1] for column in table.T])
        return -float(r @ np.sqrt(declared) / np.sqrt(r @ r))

    best = min(
        optimize.minimize(distance, random.normal(size=k), method="Nelder-Mead", options={"maxiter": 1500}).fun
        for _ in range(3)
    )
    assert float(np.sqrt(found.achieved) @ np.sqrt(declared)) >= -best - 1e-7


@pytest.mark.parametrize(
    ("table", "declared", "why"),
    [
        ([[1.0], [2], [3], [4]], [1.0], "single"),
        ([[1.0, 2], [2, 1], [3, 3]], [0.5, 0.5], "few"),
        ([[1.0, 2], [1, 1], [1, 3], [1, 4]], [0.5, 0.5], "flat"),
        ([[1.0, 2], [2, 1], [3, 3], [4, 5]], [0.0, 0.0], "unweighted"),
        ([[1.0, -1], [2, -2], [3, -3], [5, -5]], [0.5, 0.5], "unsolved"),  # every mean but one goes against one
    ],
)
def test_balanced_weights_are_refused_with_the_reason(
    table: list[list[float]], declared: list[float], why: str
) -> None:
    found = balanced_weights(np.array(table), np.array(declared))
    assert found.weights is None
    assert found.refused in (why, "negative" if why == "unsolved" else why)


def test_a_solver_that_stops_early_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object, **options: object) -> None:
        raise RuntimeError("Maximum number of iterations reached.")

    monkeypatch.setattr(optimize, "nnls", stopped)
    found = balanced_weights(drawn(1, 20, 3), np.ones(3) / 3)
    assert (found.weights, found.refused) == (None, "unsolved")


def test_an_answer_that_is_not_the_best_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimize, "nnls", lambda matrix, aim, **options: (np.ones(len(aim)), 0.0))
    found = balanced_weights(drawn(1, 20, 3), np.array([0.7, 0.2, 0.1]))
    assert (found.weights, found.refused) == (None, "unsolved")
