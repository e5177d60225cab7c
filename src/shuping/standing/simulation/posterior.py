"""True values given observed ones with a known error: draws whose ranks have the coverage that they promise.

Draws around the observed values fall short: observed values spread more than true ones, by the error. In a normal
hierarchy the true value lies between the observed one and the group's mean, the nearer to the mean the less reliable
it is (Efron and Morris 1975; Gelman et al., Bayesian Data Analysis, section 5.4). How far true values spread is not
known either, so it is drawn from its posterior (flat prior on the standard deviation) instead of being put in as if it
were: with few units and large errors a plugged-in spread is often zero, and every unit would be called alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GRID = 400
"""Points of the grid that the posterior of the spread is taken on."""
REACH = 6.0
"""The grid ends at so many times the spread of the observed values."""
FEWEST = 3
"""With fewer units nothing can be learned of their spread: draws stay around the observed values."""


def draw_true_values(observed: Floats, variance: Floats, errors: Floats, random: np.random.Generator) -> Floats:
    """Return draws (draws, n) of the true values of one comparison group.

    ``observed`` (n,); ``variance`` (n,) of each one's error, 0 where it has none; ``errors`` (draws, n): draws of the
    errors around 0 with that variance, normal or from a bootstrap. Values without error are returned as they are, and
    tell of the spread like the others.
    """
    uncertain = variance > 0
    if uncertain.sum() == 0:
        return np.broadcast_to(observed, errors.shape).copy()
    if len(observed) < FEWEST or not np.ptp(observed) > 0:
        return observed + np.where(uncertain, errors, 0.0)
    spread, middle = _draw_spread(observed, variance, len(errors), random)
    total = np.where(uncertain, spread[:, None] ** 2 + variance, 1.0)
    kept = np.where(uncertain, spread[:, None] ** 2 / total, 1.0)
    shrunk = middle[:, None] + kept * (observed - middle[:, None])
    return np.asarray(shrunk + np.sqrt(kept) * np.where(uncertain, errors, 0.0))


def _draw_spread(observed: Floats, variance: Floats, draws: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw the standard deviation of the true values, then their mean given it: two arrays (draws,)."""
    limit = REACH * float(np.std(observed, ddof=1))
    grid = (np.arange(GRID) + 0.5) / GRID * limit
    weight = 1 / (grid[:, None] ** 2 + variance)
    precision = weight.sum(axis=1)
    mean = (weight * observed).sum(axis=1) / precision
    logged = 0.5 * (np.log(weight).sum(axis=1) - np.log(precision))
    logged -= 0.5 * (weight * (observed - mean[:, None]) ** 2).sum(axis=1)
    density = np.exp(logged - logged.max())
    reached = np.cumsum(density)
    # one point from each of `draws` equal slices: the draws of the spread are as even as they can be
    within, apart = random.random((2, draws))  # nosec B311 - a generator made from the rule book's seed
    points = random.permutation((np.arange(draws) + within) / draws) * reached[-1]
    at = np.minimum(np.searchsorted(reached, points), GRID - 1)
    spread = np.maximum(grid[at] + (apart - 0.5) * limit / GRID, 0.0)
    middle = mean[at] + random.standard_normal(draws) / np.sqrt(precision[at])
    return spread, middle
