"""Sobol indices: how much of the variance of a figure each factor accounts for, alone and with all its interactions.

The design has a base sample A, a second one B, and for every factor A with that factor's columns from B. The estimators
are Saltelli's for the first-order index and Jansen's for the total one (Saltelli et al. 2010, Variance based
sensitivity analysis of model output, Comput. Phys. Commun. 181: 259-270, table 2, b and f; Jansen 1999, Analysis of
variance designs for model output, Comput. Phys. Commun. 117: 35-43). A factor may have several columns, which are then
taken from B together: its index is that of the group (Sobol' 2001, Math. Comput. Simul. 55: 271-280).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NOTHING = 1e-12
"""A variance below this share of the mean square is none: the figure does not change."""


@dataclass(frozen=True)
class Indices:
    """Indices of k factors for m figures, each (k, m): estimates, and the ends of their bootstrap intervals. They are
    NaN for a figure that does not change. ``mean`` and ``variance`` (m,) of the figures over A and B.

    Estimates are not cut off at 0 or 1: by as much as one lies outside, the number of points is too small.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    mean: Floats
    variance: Floats


def saltelli_points(points: int, columns: int, groups: Sequence[Sequence[int]], seed: int) -> Floats:
    """Return the design (2 + factors, points, columns) between 0 and 1: A, B, then A with each group's columns from B.

    A and B are the two halves of one scrambled Sobol sequence. ``points`` must be a power of two, or the points would
    not be balanced. Raises ValueError otherwise.
    """
    if points < 2 or points & (points - 1):
        raise ValueError(points)
    from scipy.stats import qmc  # late: half a second, and only simulation needs it

    sampler = qmc.Sobol(2 * columns, scramble=True, rng=np.random.default_rng(seed))
    both = np.clip(sampler.random(points), 1e-12, 1 - 1e-12)
    base, other = both[:, :columns], both[:, columns:]
    found = np.empty((2 + len(groups), points, columns))
    found[0], found[1] = base, other
    for place, group in enumerate(groups):
        found[2 + place] = base
        found[2 + place][:, list(group)] = other[:, list(group)]
    return found


def sobol_indices(figures: Floats, level: float, replicates: int, seed: int) -> Indices:
    """Estimate indices from the figures (2 + k, points, m) at the points of ``saltelli_points``.

    Intervals are percentiles at ``level`` over ``replicates`` resamples of the points, drawn from ``seed``.
    """
    base, other, mixed = figures[0], figures[1], figures[2:]
    points = len(base)
    centre = (base.mean(axis=0) + other.mean(axis=0)) / 2
    base, other = base - centre, other - centre
    mixed = mixed - centre
    change = mixed - base
    terms = np.stack([(base + other) / 2, (base**2 + other**2) / 2, *(other * change), *(change**2 / 2), *change])
    count = len(mixed)
    enough = NOTHING * (terms[1].mean(axis=0) + centre**2)
    estimate = _ratios(terms.mean(axis=1)[:, None], count, enough)
    random = np.random.default_rng(np.random.SeedSequence([seed, points, replicates]))
    counts = random.multinomial(points, np.full(points, 1 / points), size=replicates) / points
    drawn = _ratios(counts @ terms, count, enough)
    tail = (1 - level) / 2
    first, total = (_between(part, tail) for part in drawn)
    mean = terms.mean(axis=1)
    return Indices(
        estimate[0][:, 0], *first, estimate[1][:, 0], *total, centre, np.maximum(mean[1] - mean[0] ** 2, 0.0)
    )  # fmt: skip


def _ratios(means: Floats, count: int, enough: Floats) -> tuple[Floats, Floats]:
    """Return first-order and total indices (k, resamples, m) from the means of the terms (terms, resamples, m).

    The means of A and B are taken off anew in every resample: it makes the estimate less variable (Sobol' 2001).
    """
    centre, square = means[0], means[1]
    variance = square - centre**2
    safe = np.where(variance > enough, variance, np.nan)
    own, changed, change = means[2 : 2 + count], means[2 + count : 2 + 2 * count], means[2 + 2 * count :]
    return (own - centre * change) / safe, changed / safe


def _between(drawn: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return the two percentiles (k, m) of resampled indices (k, resamples, m)."""
    found = np.full((2, drawn.shape[0], drawn.shape[2]), np.nan)
    some = ~np.isnan(drawn).all(axis=(0, 1))
    if some.any():
        found[:, :, some] = np.nanquantile(drawn[:, :, some], [tail, 1 - tail], axis=1)
    return found[0], found[1]
