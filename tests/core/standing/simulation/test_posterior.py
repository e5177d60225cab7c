"""Draws of true values: what closed forms say, and the coverage that a rank interval promises."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
import pytest

from shuping.standing.simulation.outcome import within
from shuping.standing.simulation.posterior import draw_true_values
from shuping.standing.simulation.ranks import sorted_ranks
from shuping.standing.simulation.tally import Tally

DRAWS = 400


def tally_of(values: np.ndarray) -> Tally:
    """Tally the ranks of draws (draws, units)."""
    tally = Tally(values.shape[1])
    tally.add_ranks(sorted_ranks(np.ascontiguousarray(values.T)))
    return tally


def test_values_without_error_stay_as_they_are() -> None:
    observed = np.array([3.0, 1.0, 2.0])
    drawn = draw_true_values(observed, np.zeros(3), np.zeros((5, 3)), np.random.default_rng(1))
    assert (drawn == observed).all()


def test_two_units_are_drawn_around_what_was_observed() -> None:
    errors = np.array([[0.5, -0.5], [1.0, 0.0]])
    drawn = draw_true_values(np.array([3.0, 1.0]), np.ones(2), errors, np.random.default_rng(1))
    assert drawn.tolist() == [[3.5, 0.5], [4.0, 1.0]]


def test_a_known_spread_is_found_again() -> None:
    """With many units the posterior of the spread is narrow: draws are those of the normal model with known spread."""
    random = np.random.default_rng(7)
    spread, error, units = 2.0, 1.5, 4000
    truth = 10 + spread * random.standard_normal(units)
    observed = truth + error * random.standard_normal(units)
    errors = error * random.standard_normal((50, units))
    drawn = draw_true_values(observed, np.full(units, error**2), errors, random)
    kept = spread**2 / (spread**2 + error**2)
    assert drawn.mean(axis=0) == pytest.approx(
        10 + kept * (observed - 10), abs=4.5 * sqrt(kept) * error / sqrt(50) + 0.2
    )
    assert drawn.std() == pytest.approx(spread, rel=0.05)


@pytest.mark.parametrize(("units", "noise"), [(14, 0.5), (14, 1.0), (26, 0.5), (26, 1.0)])
def test_rank_intervals_cover_the_true_ranks(units: int, noise: float) -> None:
    """Over 500 years with known true scores: 90 % intervals contain the true rank in 88 to 98 % of the cases, and are
    hardly wider than those of someone who knows how far true scores spread.
    """
    random = np.random.default_rng(20251)
    inside, width, exact_width = [], [], []
    kept = 1 / (1 + noise**2)
    for _ in range(500):
        truth = random.standard_normal(units)
        observed = truth + noise * random.standard_normal(units)
        errors = noise * random.standard_normal((DRAWS, units))
        drawn = draw_true_values(observed, np.full(units, noise**2), errors, random)
        published, true_rank = (sorted_ranks(values[:, None])[:, 0] for values in (observed, truth))
        low, high = within(tally_of(drawn), 0.9, published)
        inside.append(((low <= true_rank) & (true_rank <= high)).mean())
        width.append((high - low + 1).mean())
        known = kept * observed + sqrt(kept) * noise * random.standard_normal((DRAWS, units))
        best = tally_of(known).interval(0.9)
        exact_width.append((best[1] - best[0] + 1).mean())
    assert 0.88 <= np.mean(inside) <= 0.98
    assert np.mean(width) <= 1.1 * np.mean(exact_width)


def test_draws_around_observed_values_fall_short() -> None:
    """What shrinking is for: without it the same intervals miss the true rank too often."""
    random = np.random.default_rng(3)
    inside = []
    for _ in range(200):
        truth = random.standard_normal(26)
        observed = truth + random.standard_normal(26)
        tally = tally_of(observed + random.standard_normal((DRAWS, 26)))
        low, high = tally.interval(0.9)
        true_rank = sorted_ranks(truth[:, None])[:, 0]
        inside.append(((low <= true_rank) & (true_rank <= high)).mean())
    assert np.mean(inside) < 0.88


def normal(value: float) -> float:
    return 0.5 * (1 + erf(value / sqrt(2)))


def test_who_is_ahead_as_the_closed_form_says() -> None:
    """Independent normal scores: P(A ahead of B) = Phi((a - b) / sqrt(s2 + t2))."""
    mean, error = np.array([1.0, 0.6, 0.0]), np.array([0.5, 1.0, 0.8])
    draws = 40_000
    random = np.random.default_rng(5)
    tally = tally_of(mean + error * random.standard_normal((draws, 3)))
    assert tally.ahead is not None
    for one in range(3):
        for other in range(3):
            if one != other:
                p = normal((mean[one] - mean[other]) / sqrt(error[one] ** 2 + error[other] ** 2))
                assert abs(tally.ahead[one, other] / draws - p) < 4 * sqrt(p * (1 - p) / draws)


def test_the_distribution_of_ranks_as_the_closed_form_says() -> None:
    """Rank 1 of three: the integral of one density times the others' distributions, by quadrature."""
    mean, error = np.array([1.0, 0.6, 0.0]), np.array([0.5, 1.0, 0.8])
    draws = 40_000
    tally = tally_of(mean + error * np.random.default_rng(6).standard_normal((draws, 3)))
    grid = np.linspace(-8, 10, 20_001)
    step = grid[1] - grid[0]
    for unit in range(3):
        density = np.exp(-0.5 * ((grid - mean[unit]) / error[unit]) ** 2) / (error[unit] * sqrt(2 * np.pi))
        below = [np.array([normal((x - mean[o]) / error[o]) for x in grid]) for o in range(3) if o != unit]
        first = float((density * below[0] * below[1]).sum() * step)
        last = float((density * (1 - below[0]) * (1 - below[1])).sum() * step)
        for place, p in ((1, first), (2, 1 - first - last), (3, last)):
            assert abs(tally.places[unit, place] / draws - p) < 4 * sqrt(p * (1 - p) / draws)
