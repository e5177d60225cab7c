"""Figures of other units in the place of a missing one: mean or median of a group, mean of the nearest units.

All functions work on object arrays of exact numbers and on float64 by the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Array, Groups

Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]
Filled = tuple[Array, Codes]
"""Figures (n,), and of how many units each is made (n,): 0 where there is nothing to fill in."""

NEAR = 1e-12
"""Distances of floats that differ by less are a tie."""


def from_group(
    values: Array, given: Mask, asked: Mask, codes: Codes, how: Literal["mean", "median"] = "mean"
) -> Filled:
    """Return, for the units ``asked``, the mean or median of those ``given`` with the same code.

    Units with a code below 0 stand in no group. Of an even number, the median is the mean of the two in the middle.
    """
    figures, counts = values.copy(), np.zeros(len(values), dtype=np.int64)
    index = np.flatnonzero(given & (codes >= 0))
    if not len(index):
        return figures, counts
    order = index[np.argsort(codes[index], kind="stable")]
    found, starts = np.unique(codes[order], return_index=True)
    sizes = np.diff(np.append(starts, len(order)))
    if how == "mean":
        made = Groups(codes[order]).mean(values[order])[starts]
    else:
        made = np.empty(len(found), dtype=values.dtype)
        made[:] = [_median(values[order[start : start + size]]) for start, size in zip(starts, sizes, strict=True)]
    rows = np.flatnonzero(asked)
    place = np.minimum(np.searchsorted(found, codes[rows]), len(found) - 1)
    hit = found[place] == codes[rows]
    figures[rows[hit]], counts[rows[hit]] = made[place[hit]], sizes[place[hit]]
    return figures, counts


def _median(values: Array) -> Any:
    ordered = np.sort(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def from_nearest(
    values: Array, given: Mask, asked: Mask, codes: Codes, seen: Sequence[tuple[Array, Mask]], nearest: int
) -> Filled:
    """Return, for the units ``asked``, the mean of the ``nearest`` units ``given`` with the same code.

    ``seen`` holds the other criteria of the node: each unit's share of the full points, and where it has one. The
    distance of two units is the mean of the squared differences of these shares, over the criteria that both have; two
    units without one in common are not compared. All units as near as the last one taken are taken too, so the order
    of the units means nothing.
    """
    figures, counts = values.copy(), np.zeros(len(values), dtype=np.int64)
    for unit in np.flatnonzero(asked & (codes >= 0)):
        others = np.flatnonzero(given & (codes == codes[unit]))
        distances, compared = _distances(int(unit), others, seen)
        others, distances = others[compared], distances[compared]
        if not len(others):
            continue
        last = np.sort(distances)[min(nearest, len(others)) - 1]
        margin = NEAR if values.dtype != object else 0
        taken = others[np.asarray(distances <= last + margin, dtype=bool)]
        figures[unit], counts[unit] = sum(values[taken]) / len(taken), len(taken)
    return figures, counts


def _distances(unit: int, others: NDArray[np.intp], seen: Sequence[tuple[Array, Mask]]) -> tuple[Array, Mask]:
    total: Any = None
    shared = np.zeros(len(others), dtype=np.int64)
    for shares, there in seen:
        if not there[unit]:
            continue
        both = there[others]
        gap = np.where(both, shares[others] - shares[unit], shares[unit] - shares[unit])
        total = gap * gap if total is None else total + gap * gap
        shared += both
    if total is None:
        return np.zeros(len(others)), shared > 0
    return total / np.where(shared == 0, 1, shared).astype(total.dtype), shared > 0
