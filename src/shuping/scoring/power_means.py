"""Geometric and harmonic means over float arrays whose weights may differ from unit to unit.

The exact path does units with equal weights together (``combine``); here logarithms do for all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


def power_mean(
    how: Literal["geometric", "harmonic"], children: Sequence[Any], weights: Sequence[NDArray[np.float64]], full: Any
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the mean in points (n,) and where there is any. Children that are not present do not count; a share of
    zero or less makes the mean zero.
    """
    whole = np.zeros(len(full))
    summed = np.zeros(len(full))
    flat = np.zeros(len(full), dtype=bool)
    for child, weight in zip(children, weights, strict=True):
        used = np.where(child.present, weight, 0.0)
        share = np.divide(child.points, child.full, out=np.zeros(len(full)), where=np.asarray(child.full != 0))
        counted = used > 0
        flat |= counted & (share <= 0)
        safe = np.where(counted & (share > 0), share, 1.0)
        summed += used * (np.log(safe) if how == "geometric" else 1 / safe)
        whole += used
    some = whole > 0
    safe_whole = np.where(some, whole, 1.0)
    safe_sum = np.where(summed > 0, summed, 1.0)
    mean = np.exp(summed / safe_whole) if how == "geometric" else safe_whole / safe_sum
    return np.where(some & ~flat, mean * full, 0.0), some
