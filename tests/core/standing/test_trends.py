"""Trends against a hand calculation, scipy's regression, and the coverage that an interval promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from shuping.standing.trends import trend_of

NOTHING = (None,) * 12


def test_by_hand() -> None:
    """1, 3, 2, 5: slope 5.5/5 = 1.1; left -.1, .8, -1.3, .6: squares 2.7; se root(2.7/2/5) = .5196; t(2) 4.3027."""
    found = trend_of([1, 2, 3, 4], [1, 3, 2, 5], NOTHING[:4], 0.95)
    assert found.slope == pytest.approx(1.1)
    assert (found.slope_low, found.slope_high) == pytest.approx((1.1 - 2.235723, 1.1 + 2.235723), abs=1e-5)
    assert found.verdict == "none"
    assert found.growth == pytest.approx(5 ** (1 / 3) - 1)
    assert found.median_slope == pytest.approx((1 + 4 / 3) / 2)  # -1 .5 1 1.333 2 3: the middle two
    assert found.median_low is None  # four points


@pytest.mark.parametrize("seed", range(5))
def test_as_scipy_regresses_gaps_included(seed: int) -> None:
    random = np.random.default_rng(seed)
    times = sorted(random.choice(30, size=9, replace=False).tolist())
    values = random.normal(50, 5, 9) + 0.4 * np.asarray(times)
    found, other = trend_of(times, values.tolist(), (None,) * 9, 0.9), stats.linregress(times, values)
    reach = stats.t.ppf(0.95, 7) * other.stderr
    assert (found.slope, found.slope_low, found.slope_high) == pytest.approx(
        (other.slope, other.slope - reach, other.slope + reach)
    )
    pairs = [(values[j] - values[i]) / (times[j] - times[i]) for i in range(9) for j in range(i + 1, 9)]
    assert found.median_slope == pytest.approx(np.median(pairs))
    assert found.median_low < found.median_slope < found.median_high


@pytest.mark.parametrize(("points", "sampling"), [(3, 0.0), (5, 0.0), (8, 0.0), (3, 1.0), (5, 1.0)])
def test_intervals_cover_the_slope_as_often_as_they_say(points: int, sampling: float) -> None:
    """Without known errors nine in ten; with them taken in at least that."""
    random = np.random.default_rng(11)
    errors = (sampling or None,) * points
    inside = 0
    for _ in range(2000):
        values = 2 * np.arange(points) + random.standard_normal(points)
        found = trend_of(list(range(points)), values.tolist(), errors, 0.9)
        assert found.slope_low is not None
        assert found.slope_high is not None
        inside += found.slope_low <= 2 <= found.slope_high
    margin = 4 * (0.9 * 0.1 / 2000) ** 0.5
    assert inside / 2000 >= 0.9 - margin
    if not sampling:
        assert inside / 2000 <= 0.9 + margin


def test_no_trend_is_claimed_of_noise_more_often_than_the_level_allows() -> None:
    random = np.random.default_rng(5)
    claimed = [
        trend_of(list(range(6)), random.standard_normal(6).tolist(), (None,) * 6, 0.95).verdict != "none"
        for _ in range(2000)
    ]
    assert np.mean(claimed) == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 2000) ** 0.5)


def test_few_points() -> None:
    one = trend_of([2024], [3], [None], 0.95)
    assert (one.verdict, one.slope, one.growth, one.median_slope) == ("too_few", None, None, None)
    two = trend_of([2020, 2024], [4, 64], [None, None], 0.95)
    assert (two.verdict, two.slope, two.slope_low) == ("too_few", 15, None)
    assert two.growth == pytest.approx(1.0)  # doubled each of four years


def test_two_samples_have_the_interval_of_their_difference() -> None:
    """60 with error 3 and 70 with error 4: the difference has error 5, 10 +- 9.8."""
    found = trend_of([1, 2], [60, 70], [3, 4], 0.95)
    assert (found.slope_low, found.slope_high) == pytest.approx((10 - 1.959964 * 5, 10 + 1.959964 * 5))
    assert (found.verdict, found.sampled) == ("up", True)


def test_points_on_a_line_are_certain_only_where_they_were_counted() -> None:
    assert trend_of([1, 2, 3], [1, 2, 3], [None] * 3, 0.95).verdict == "up"
    assert trend_of([1, 2, 3], [1, 2, 3], [2, 2, 2], 0.95).verdict == "none"


@pytest.mark.parametrize("values", [[0, 1, 2], [-1, 1, 2], [3, 1, 0]])
def test_growth_needs_both_ends_above_zero(values: list[float]) -> None:
    assert trend_of([1, 2, 3], values, [None] * 3, 0.95).growth is None
