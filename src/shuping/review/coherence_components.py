"""Principal components of the criteria below a node, brought to equal spread, over the units that have all scores.

The sign of a component is arbitrary (it differs from library to library): here the sum of its loadings is positive. The
first component gives weights only where all its loadings are positive; a criterion that goes against the others would
get a negative one, and then there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NEAR = 1e-9
Unknown = Literal["single", "few", "flat"]


@dataclass(frozen=True)
class Components:
    """Components in the order of their variance. ``share`` (k,) of the variance of each; ``loadings`` (criteria,
    components): correlation of a criterion with a component; ``weights`` (k,): the first component's, adding up to 1,
    None where one would be negative (``negative`` says which columns) or where the first two components explain as much
    (``tied``). ``why`` there are no components at all: one criterion, fewer than three units with all scores, or a
    criterion (``flat``) that does not vary.
    """

    n: int
    share: Floats
    loadings: Floats
    weights: Floats | None
    negative: tuple[int, ...] = ()
    tied: bool = False
    why: Unknown | None = None
    flat: tuple[int, ...] = ()


def principal_components(table: Floats) -> Components:
    """Analyse the columns of a table (units, k), NaN where missing; units that lack a score are left out."""
    whole = table[~np.isnan(table).any(axis=1)]
    count, k = whole.shape
    if k < 2 or count < 3:
        return _none(count, "single" if k < 2 else "few")
    spread = np.ptp(whole, axis=0)
    flat = np.flatnonzero(spread <= 1e-12 * np.abs(whole).max(axis=0))
    if len(flat):
        return _none(count, "flat", tuple(int(place) for place in flat))
    standard = (whole - whole.mean(axis=0)) / whole.std(axis=0, ddof=1)
    values, vectors = np.linalg.eigh(standard.T @ standard / (count - 1))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    vectors = vectors * _signs(vectors)
    negative = tuple(int(place) for place in np.flatnonzero(vectors[:, 0] < -NEAR))
    tied = bool(values[0] - values[1] <= NEAR * values[0])
    first = np.maximum(vectors[:, 0], 0.0)
    weights = None if negative or tied else first / first.sum()
    return Components(count, values / values.sum(), vectors * np.sqrt(values), weights, negative, tied)


def _signs(vectors: Floats) -> Floats:
    """Return 1 or -1 for each column: its sum becomes positive; where that is 0, its largest element does."""
    sums = vectors.sum(axis=0)
    largest = vectors[np.argmax(np.abs(vectors) > np.abs(vectors).max(axis=0) - NEAR, axis=0), range(vectors.shape[1])]
    return np.where(np.where(np.abs(sums) > NEAR, sums, largest) < 0, -1.0, 1.0)


def _none(count: int, why: Unknown, flat: tuple[int, ...] = ()) -> Components:
    return Components(count, np.zeros(0), np.zeros((0, 0)), None, why=why, flat=flat)
