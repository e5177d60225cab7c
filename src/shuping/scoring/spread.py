"""Forced spread: a criterion that does not tell the units of a comparison group apart does not count there."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Array

Mask = NDArray[np.bool_]
ALIKE = 9
"""Decimals to which floats are compared, so that what is equal exactly is equal in floats."""


def not_spread(points: Array, there: Mask, codes: NDArray[np.int64], must_differ: Literal["all", "some"]) -> Mask:
    """Return the mask of units whose group is not told apart by the points (n,), among the units that have any.

    ``all``: no two units may have the same points; ``some``: not all of them. A group with a single unit is never
    asked.
    """
    found = np.zeros(len(points), dtype=bool)
    for code in np.unique(codes[there]):
        mine = np.flatnonzero(there & (codes == code))
        values: set[Any] = set(points[mine] if points.dtype == object else np.round(points[mine], ALIKE))
        alike = len(values) < len(mine) if must_differ == "all" else len(values) == 1
        found[mine] = alike and len(mine) > 1
    return found
