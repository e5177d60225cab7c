"""Cronbach's alpha: how far the criteria below a node order the units alike (Cronbach 1951, Psychometrika 16: 297-334).

Criteria count alike, whatever their weights. Covariances are taken pair by pair over the units that have both scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shuping.review.coherence_correlations import correlations, pairwise_moments

Floats = NDArray[np.float64]
Unknown = Literal["single", "few", "flat"]


@dataclass(frozen=True)
class Alpha:
    """``value`` of the shares of full points; ``standardised``: of the criteria brought to equal spread, NaN where one
    does not vary. ``why`` there is no value: a single criterion, fewer than three units with any two scores, or nothing
    varies. ``n``: the fewest units that any pair has.
    """

    value: float | None
    standardised: float | None
    items: int
    n: int
    why: Unknown | None = None


def cronbach(table: Floats) -> Alpha:
    """Return alpha of the columns of a table (units, k), NaN where missing. It can be negative."""
    items = table.shape[1]
    n, covariance, _ = pairwise_moments(table)
    fewest = int(n.min()) if items else 0
    if items < 2:
        return Alpha(None, None, items, fewest, "single")
    if fewest < 3:
        return Alpha(None, None, items, fewest, "few")
    own, whole = float(np.trace(covariance)), float(covariance.sum())
    if whole <= 1e-12 * own or own <= 0:  # the sum of the criteria does not vary
        return Alpha(None, None, items, fewest, "flat")
    r = correlations(table).pearson
    beside = r[~np.eye(items, dtype=bool)]
    mean = float(beside.mean())
    below = 1 + (items - 1) * mean
    standardised = None if np.isnan(mean) or below <= 0 else items * mean / below
    return Alpha(items / (items - 1) * (1 - own / whole), standardised, items, fewest)
