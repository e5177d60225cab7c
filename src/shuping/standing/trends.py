"""Trends over periods: compound growth, a line by least squares, one by Theil and Sen, each with its interval.

The interval of the slope is that of Student's t with n - 2 degrees of freedom; errors of different periods are taken as
independent. Where the sampling error of every point is known, the variance of the slope is at least what those errors
alone make it, so that a line which happens to run through its points is not taken for certain. Theil's and Sen's slope
(the median of all slopes between two points) and its interval come from scipy (Sen 1968, J. Am. Stat. Assoc. 63).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Verdict = Literal["up", "down", "none", "too_few"]
LEAST = 3
"""Points that a line needs to have an interval of its own."""
LEAST_MEDIAN = 5
"""Points from which the interval of the median slope, a large-sample one, is given."""


@dataclass(frozen=True, slots=True)
class Trend:
    """What a series says. Slopes and growth are for one period; None where there is nothing to say.

    ``verdict``: ``up`` or ``down`` where the interval of the slope leaves out zero, ``none`` where it does not (no
    distinguishable trend), ``too_few`` where there is no interval. ``sampled``: sampling errors were taken in.
    """

    points: int
    first: float
    last: float
    growth: float | None
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    median_slope: float | None
    median_low: float | None
    median_high: float | None
    verdict: Verdict
    sampled: bool


def trend_of(times: Sequence[int], values: Sequence[float], errors: Sequence[float | None], level: float) -> Trend:
    """Return the trend of ``values`` (n,) at ``times`` (n,), counted in periods, n at least 1.

    ``errors``: standard errors of sampling, None where unknown; ``level``: of the intervals, such as 0.95.
    """
    x, y = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    known = [error for error in errors if error is not None]
    sampling = np.asarray(known) if len(known) == len(y) else None
    slope, low, high = _line(x, y, sampling, level)
    median, median_low, median_high = _median_line(x, y, level)
    verdict: Verdict = "too_few"
    if low is not None and high is not None:
        verdict = "up" if low > 0 else "down" if high < 0 else "none"
    return Trend(
        len(y), float(y[0]), float(y[-1]), _growth(x, y), slope, low, high, median, median_low, median_high, verdict,
        sampling is not None,
    )  # fmt: skip


def _growth(x: np.ndarray, y: np.ndarray) -> float | None:
    """Return compound growth per period; None where an end is not above zero or there is one point only."""
    if len(y) < 2 or y[0] <= 0 or y[-1] <= 0:
        return None
    return float((y[-1] / y[0]) ** (1 / (x[-1] - x[0])) - 1)


def _line(
    x: np.ndarray, y: np.ndarray, sampling: np.ndarray | None, level: float
) -> tuple[float | None, float | None, float | None]:
    from scipy.special import ndtri, stdtrit

    if len(y) < 2:
        return None, None, None
    away = x - x.mean()
    pull = away / (away @ away)
    slope = float(pull @ y)
    least = 0.0 if sampling is None else float((pull**2) @ (sampling**2))
    if len(y) < LEAST:
        if sampling is None:
            return slope, None, None
        reach = float(ndtri((1 + level) / 2)) * least**0.5
        return slope, slope - reach, slope + reach
    left = y - y.mean() - slope * away
    scatter = float(left @ left) / (len(y) - 2) / float(away @ away)
    reach = float(stdtrit(len(y) - 2, (1 + level) / 2)) * max(scatter, least) ** 0.5
    return slope, slope - reach, slope + reach


def _median_line(x: np.ndarray, y: np.ndarray, level: float) -> tuple[float | None, float | None, float | None]:
    from scipy.stats import theilslopes

    if len(y) < 2:
        return None, None, None
    found = theilslopes(y, x, level)
    if len(y) < LEAST_MEDIAN:
        return float(found.slope), None, None
    return float(found.slope), float(found.low_slope), float(found.high_slope)
