"""Correlations of criteria: Pearson's and Spearman's, over the units that have both scores, with their p-values.

p-values are two-sided, of Student's t with n - 2 degrees of freedom; for Spearman's coefficient that is an
approximation, rough below ten units. They are those of one pair looked at alone: of many pairs some fall below any
level by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FLAT = 1e-12
"""A column whose range is below this share of its size does not vary: what is left are roundings of float64."""


@dataclass(frozen=True)
class Correlations:
    """All (k, k), symmetric: ``n`` units with both scores; NaN where fewer than three have both, or one of the two does
    not vary over them.
    """

    n: Ints
    pearson: Floats
    pearson_p: Floats
    spearman: Floats
    spearman_p: Floats


def correlations(table: Floats) -> Correlations:
    """Correlate the columns of a table (units, k), NaN where missing, pair by pair."""
    n, covariance, first = pairwise_moments(table)
    pearson = _coefficients(n, covariance, first)
    spearman = _spearman(table, n)
    return Correlations(n, pearson, p_values(pearson, n), spearman, p_values(spearman, n))


def pairwise_moments(table: Floats) -> tuple[Ints, Floats, Floats]:
    """Return for every pair of columns the number of units with both, their covariance over these (n - 1), and the
    variance of the first of the two over these. NaN where fewer than two have both.
    """
    there = ~np.isnan(table)
    with_some = there.any(axis=0)
    values = np.where(there, table, 0.0)
    mean = values.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    centred = np.where(there, table - mean, 0.0)
    size = np.abs(values).max(axis=0, initial=0.0)
    spread = np.where(there, table, mean).max(axis=0, initial=-np.inf) - np.where(there, table, mean).min(
        axis=0, initial=np.inf
    )
    centred[:, ~with_some | (spread <= FLAT * size)] = 0.0
    mask = there.astype(np.float64)
    n = mask.T @ mask
    safe = np.where(n > 1, n, np.nan)
    sums, squares = centred.T @ mask, (centred**2).T @ mask
    covariance = (centred.T @ centred - sums * sums.T / safe) / (safe - 1)
    variance = np.maximum((squares - sums**2 / safe) / (safe - 1), 0.0)
    return n.astype(np.int64), covariance, variance


def _coefficients(n: Ints, covariance: Floats, first: Floats) -> Floats:
    """Return covariance over the root of the two variances, NaN where there is nothing to divide by."""
    own = np.diag(first)
    varies = (first > FLAT * own[:, None]) & (own > 0)[:, None]
    good = varies & varies.T & (n >= 3)
    found = np.full(covariance.shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(covariance, np.sqrt(first * first.T), out=found, where=good)
    return np.asarray(np.clip(found, -1.0, 1.0))


def _spearman(table: Floats, n: Ints) -> Floats:
    """Return the correlations of ranks; ranks are those among the units that have both scores."""
    there = ~np.isnan(table)
    ranks = np.column_stack([_ranks(column) for column in table.T]) if table.shape[1] else table
    found = _coefficients(*pairwise_moments(ranks))
    gaps = np.flatnonzero(~there.all(axis=0))
    for one in gaps:
        for other in range(table.shape[1]):
            both = there[:, one] & there[:, other]
            if one == other or n[one, other] < 3:
                continue
            pair = np.column_stack([_ranks(table[both, place]) for place in (one, other)])
            found[one, other] = found[other, one] = _coefficients(*pairwise_moments(pair))[0, 1]
    return found


def _ranks(column: Floats) -> Floats:
    """Return ranks from 1, those that are equal sharing their mean; NaN stays."""
    there = ~np.isnan(column)
    found = np.full(len(column), np.nan)
    _, place, counts = np.unique(column[there], return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    found[there] = (last - (counts - 1) / 2)[place]
    return found


def p_values(coefficients: Floats, n: Ints) -> Floats:
    """Return two-sided p-values of correlations over n units; NaN where there is no correlation or n is below 3."""
    from scipy.special import stdtr  # late: loading it takes most of a second

    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(n > 2, n - 2, np.nan).astype(np.float64)
        t = np.abs(coefficients) * np.sqrt(freedom / (1 - coefficients**2))
    found = np.asarray(2 * stdtr(freedom, -t), dtype=np.float64)
    return np.where(np.isnan(coefficients), np.nan, np.where(np.abs(coefficients) >= 1, 0.0, found))
