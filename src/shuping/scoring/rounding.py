"""Rounding of arrays: exact numbers one by one, floats with the boundary cases left to the exact path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Array
from shuping.values.exact import UndecidableRounding, decide
from shuping.values.rounding import Mode
from shuping.values.vector import ExactVector

NEAR = 1e-9
"""A float this near to where rounding turns is not rounded blindly but handed to the exact path (in units of the
value).
"""


def round_array(values: Array, places: int, mode: Mode) -> Array:
    """Return the values rounded to ``places``. Exact arrays are decided exactly; floats get a tiny push over the
    boundary, so that a decimal half-way case which binary floats store a hair too low still rounds as the exact path
    does.
    """
    if values.dtype == object:
        return cast("Array", ExactVector.of(values).rounded(places, mode))
    found = whole_steps(values, places, mode)
    found /= 10.0**places
    return cast("NDArray[Any]", found)


def whole_steps(values: NDArray[np.float64], places: int, mode: Mode) -> NDArray[np.float64]:
    """Return rounded floats as whole numbers of steps of the last decimal place: ``round_array`` times 10**places."""
    scaled = np.asarray(np.abs(values), dtype=np.float64)
    scaled *= 10.0**places
    if mode in ("half_up", "down"):
        scaled *= 1 + 4e-15
        if mode == "half_up":
            scaled += 0.5
        np.floor(scaled, out=scaled)
    elif mode == "half_up_positive":
        below = scaled * (1 - 4e-15)  # a half-way case below zero goes up, towards zero: pushed the other way
        scaled = np.where(values < 0, np.ceil(below - 0.5), np.floor(scaled * (1 + 4e-15) + 0.5))
    else:
        low = np.floor(scaled)
        half = np.abs(scaled - low - 0.5) <= 4e-15 * scaled  # the same push, to the half-way point from both sides
        scaled = np.where(half, low + low % 2, np.round(scaled))
    return np.asarray(np.copysign(scaled, values))


class UndecidableStage(UndecidableRounding):
    """Points of a criterion that is rounded on the way cannot be rounded; ``places`` are the units' in the grid."""

    def __init__(self, criterion: str, places: Sequence[int]) -> None:
        super().__init__(criterion)
        self.criterion = criterion
        self.places = tuple(places)


def undecided(values: Array, places: int, mode: Mode) -> list[int]:
    """Return the indexes of the exact values that lie too near to where rounding to ``places`` turns."""
    found = []
    for index, value in enumerate(values):
        try:
            decide(value, places, mode)
        except UndecidableRounding:
            found.append(index)
    return found


def near_boundary(values: NDArray[np.float64], places: int, mode: Mode) -> NDArray[np.bool_]:
    """Return the mask of floats within ``NEAR`` of a point where rounding to ``places`` turns."""
    scaled = np.abs(values) * 10.0**places
    turn = 0.0 if mode == "down" else 0.5
    distance = np.abs(scaled - turn - np.round(scaled - turn))
    return np.asarray(distance <= NEAR * 10.0**places, dtype=bool)
