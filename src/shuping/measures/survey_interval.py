"""Confidence intervals of survey estimates, and of the difference of two of them.

Wilson: Wilson 1927, Journal of the American Statistical Association 22, 209-212, with the effective sample size in
place of n where the sample is not a simple one. Logit: symmetrical on the scale of the log odds, with Student's t on
the design's degrees of freedom (Korn and Graubard 1999, 3.4; R's ``svyciprop``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

Kind = Literal["wilson", "logit", "normal", "t"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends, in the unit of the estimate."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Tell whether the value lies inside, ends included."""
        return self.low <= value <= self.high


def normal_quantile(level: float) -> float:
    """Return z with the share ``level`` of the normal distribution between -z and z."""
    return NormalDist().inv_cdf((1 + level) / 2)


def t_quantile(level: float, degrees: float) -> float:
    """Return t with the share ``level`` of Student's distribution between -t and t; inf without degrees of freedom."""
    if degrees < 1:
        return math.inf
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + level) / 2))


def wilson(share: float, n: float, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share of ``n`` answers (n may be an effective size, so no whole number)."""
    z = normal_quantile(level)
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = ((centre + sign * half) / (1 + z * z / n) for sign in (-1, 1))
    return Interval(max(low, 0.0) if share > 0 else 0.0, min(high, 1.0) if share < 1 else 1.0)


def logit(share: float, se: float, degrees: float, level: float = 0.95) -> Interval:
    """Return the interval on the log odds, for a share strictly between 0 and 1."""
    odds, half = math.log(share / (1 - share)), t_quantile(level, degrees) * se / (share * (1 - share))
    low, high = (1 / (1 + math.exp(-min(max(odds + sign * half, -700.0), 700.0))) for sign in (-1, 1))
    return Interval(low, high)


def about(value: float, se: float, quantile: float) -> Interval:
    """Return value -+ quantile x se; where the standard error is 0 so is the width, without degrees of freedom too."""
    half = quantile * se if se > 0 else 0.0
    return Interval(value - half, value + half)


@dataclass(frozen=True, slots=True)
class Sampled:
    """An estimate for an interval: value and standard error, ``n_eff`` for a share of all or none, degrees of freedom.

    ``share``: it is a share, between 0 and 1; else a mean or a total.
    """

    value: float
    se: float
    n_eff: float
    degrees: float
    share: bool = True


def interval(found: Sampled, kind: Kind, level: float = 0.95) -> Interval:
    """Return the interval of an estimate. A share of 0 or 1 has no width of its own: Wilson's stands for all kinds."""
    certain = found.share and found.se == 0
    if certain and found.value in (0, 1):
        return wilson(found.value, found.n_eff, level)
    if kind == "wilson" and found.share and found.se > 0:
        return wilson(found.value, found.value * (1 - found.value) / found.se**2, level)
    if kind == "logit" and found.share and found.se > 0:
        return logit(found.value, found.se, found.degrees, level)
    quantile = normal_quantile(level) if kind == "normal" else t_quantile(level, found.degrees)
    return about(found.value, found.se, quantile)


@dataclass(frozen=True, slots=True)
class Difference:
    """``value`` (the second less the first), its standard error and interval; told apart where 0 lies outside."""

    value: float
    se: float
    interval: Interval

    @property
    def distinguishable(self) -> bool:
        """Tell whether there is a change to speak of."""
        return not self.interval.holds(0.0)


def difference(
    first: Sampled, second: Sampled, kind: Kind = "wilson", level: float = 0.95, se: float | None = None
) -> Difference:
    """Return the second estimate less the first, of two samples drawn apart (``se``: of the difference, where not).

    The interval is the normal one. Where one of the two is a share of 0 or 1, and its standard error therefore 0, it
    is put together from both intervals instead (Newcombe 1998, Statistics in Medicine 17, 873-890, method 10).
    """
    gap = second.value - first.value
    error = math.hypot(first.se, second.se) if se is None else se
    if se is None and 0 in (first.se, second.se) and first.share:
        a, b = interval(first, kind, level), interval(second, kind, level)
        low = gap - math.hypot(second.value - b.low, a.high - first.value)
        high = gap + math.hypot(b.high - second.value, first.value - a.low)
        return Difference(gap, error, Interval(low, high))
    return Difference(gap, error, about(gap, error, normal_quantile(level)))
