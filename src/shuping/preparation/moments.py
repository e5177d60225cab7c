"""On which side of a threshold skewness and kurtosis lie, decided exactly.

Both are the bias-corrected ones of spreadsheets (SKEW and KURT; Joanes and Gill 1998, type 2). A float tells the side
where it is far from the threshold; near it, rationals do: the square of the skewness is rational although the skewness
is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from shuping.preparation.sums import exact_sum, mean

LEAST = 4
"""Fewer values have no kurtosis: they are never outliers."""
MARGIN = 1e-6
"""Relative distance from a threshold beyond which a float may decide; its error stays below a hundredth of that."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Skewness and kurtosis of some values: ``sign`` of the skewness, its ``square``, and the ``kurtosis``."""

    sign: int
    square: float | Fraction
    kurtosis: float | Fraction


def heavy_tail(values: Sequence[Fraction], skew: Fraction, kurtosis: Fraction) -> int:
    """Return 1 (high) or -1 (low) where |skewness| > ``skew`` and the kurtosis > ``kurtosis``, by the tail; else 0."""
    if len(values) < LEAST or min(values) == max(values):
        return 0
    rough = rough_shape(values)
    square = skew * skew
    if _near(float(rough.square), square) or _near(float(rough.kurtosis), kurtosis):
        rough = exact_shape(values)
    return rough.sign if rough.square > square and rough.kurtosis > kurtosis else 0


def _near(found: float, threshold: Fraction) -> bool:
    return abs(found - float(threshold)) <= MARGIN * (1 + abs(found) + abs(float(threshold)))


def rough_shape(values: Sequence[Fraction]) -> Shape:
    """Return the shape in floats, of the values moved and scaled exactly to [0, 1]: nothing cancels on the way."""
    low, high = min(values), max(values)
    unit = np.array([float((value - low) / (high - low)) for value in values])
    away = unit - unit.mean()
    return _shape(len(values), *(float(np.sum(away**power)) for power in (2, 3, 4)))


def exact_shape(values: Sequence[Fraction]) -> Shape:
    """Return the shape in rationals."""
    centre = mean(values)
    away = [value - centre for value in values]
    return _shape(len(values), *(exact_sum([part**power for part in away]) for power in (2, 3, 4)))


def _shape(count: int, second: float | Fraction, third: float | Fraction, fourth: float | Fraction) -> Shape:
    """From the sums of the powers of the distances from the mean."""
    n = count
    square = n * n * (n - 1) * third**2 / ((n - 2) ** 2 * second**3)
    kurtosis = (n * (n + 1) * (n - 1) * fourth / second**2 - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3))
    return Shape(1 if third > 0 else -1, square, kurtosis)
