"""What a criterion weighs in effect, against the weight that the rule book declares, and weights that would agree.

Three figures stand beside the declared weight. The effective weight is weight x standard deviation, over the sum of
these products. The achieved importance is the squared correlation with the score above, over the sum of the squares:
the linear form of Pearson's correlation ratio (Paruolo, Saisana and Saltelli 2013, Ratings and rankings: voodoo or
science?, J. R. Stat. Soc. A 176: 609-634); curved dependence is not seen. The balanced weights are those with which
the achieved importance comes as close to the declared weights as weights can bring it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EXACT = 1e-9
"""An importance that is this close to the declared weight is equal to it."""
Refused = Literal["single", "few", "flat", "unweighted", "not_mean", "negative", "unsolved"]


def effective_weights(table: Floats, weights: Floats) -> Floats | None:
    """Return weight x standard deviation (n) of each column (units, k), adding up to 1; None where nothing varies.

    NaN for a column with fewer than three scores.
    """
    there = (~np.isnan(table)).sum(axis=0)
    mean = np.where(there > 0, np.nansum(table, axis=0) / np.maximum(there, 1), np.nan)
    square = np.nansum((table - mean) ** 2, axis=0) / np.maximum(there, 1)
    products = np.where(there >= 3, weights * np.sqrt(square), np.nan)
    whole = np.nansum(products)
    return np.asarray(products / whole) if whole > 1e-12 * max(float(np.nansum(weights)), 1e-300) else None


def importance(correlations: Floats) -> Floats | None:
    """Return squared correlations (k,) over their sum; None where none is known or all are 0.

    A criterion that goes against the score above it has a negative correlation and an importance all the same.
    """
    squares = correlations**2
    whole = float(np.nansum(squares))
    return squares / whole if whole > 0 else None


@dataclass(frozen=True)
class Balance:
    """``weights`` (k,) add up to 1, none negative; with them the importance is ``achieved`` (k,) over ``n`` units.
    ``exact``: it equals the declared weights; otherwise no weights bring it closer, and those of ``without`` (columns)
    would have to be negative, so they are 0. ``refused``: why there are none.
    """

    weights: Floats | None
    achieved: Floats | None
    n: int
    exact: bool = False
    without: tuple[int, ...] = ()
    refused: Refused | None = None


def balanced_weights(table: Floats, declared: Floats) -> Balance:
    """Return weights of the columns (units, k) whose mean depends on each as much as ``declared`` (k,) says.

    The importance p of the columns with their weighted mean is brought to the declared t: sum of sqrt(p t) as large as
    it can be, which is 1 where they agree (the Bhattacharyya coefficient). With R the correlation matrix and v = weight
    x standard deviation, the correlations with the mean are R v up to a factor; the best v that is nowhere negative is
    the non-negative least squares solution of R v = sqrt(t). That problem is convex: what is found is the best there
    is, and it is checked against the conditions of Karush, Kuhn and Tucker. Units that lack a score are left out.
    """
    whole = table[~np.isnan(table).any(axis=1)]
    count = len(whole)
    refused = _refused(whole, declared)
    if refused is not None:
        return Balance(None, None, count, refused=refused)
    spread = whole.std(axis=0, ddof=1)
    standard = (whole - whole.mean(axis=0)) / spread
    r = standard.T @ standard / (count - 1)
    aim = np.sqrt(declared / declared.sum())
    found = _non_negative(r, aim)
    if found is None:
        return Balance(None, None, count, refused="unsolved")
    reached = r @ found
    if (reached < -EXACT).any():  # such a criterion would still go against the mean
        return Balance(None, None, count, refused="negative")
    achieved = reached**2 / (reached**2).sum()
    weights = found / spread
    without = tuple(int(place) for place in np.flatnonzero((found == 0) & (declared > 0)))
    exact = bool(np.abs(achieved - aim**2).max() <= EXACT)
    return Balance(weights / weights.sum(), achieved, count, exact, without)


def _refused(whole: Floats, declared: Floats) -> Refused | None:
    count, k = whole.shape
    if k < 2:
        return "single"
    if declared.sum() <= 0:
        return "unweighted"
    if count < k + 2:  # fewer units than that fit any weights
        return "few"
    if (np.ptp(whole, axis=0) <= 1e-12 * np.abs(whole).max(axis=0)).any():
        return "flat"
    return None


def _non_negative(matrix: Floats, aim: Floats) -> Floats | None:
    """Return v >= 0 that minimises |matrix v - aim|, None where the solver stopped before it was there."""
    from scipy.optimize import nnls  # late: loading it takes most of a second

    try:
        found = np.asarray(nnls(matrix, aim, maxiter=50 * len(aim))[0], dtype=np.float64)
    except RuntimeError:  # its way of saying that it did not converge
        return None
    slope = matrix.T @ (matrix @ found - aim)
    size = 1e-8 * max(1.0, float(np.abs(matrix).max()) * len(aim))
    optimal = (slope >= -size).all() and (np.abs(slope[found > 0]) <= size).all()
    return found if optimal and found.sum() > 0 else None
