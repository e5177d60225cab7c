"""Prizes: points for the first places of a comparison group, on condition."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Arithmetic, Array, Groups
from shuping.rulebook.adjustments import PRIZE, Prize
from shuping.rulebook.grading_model import Rounding
from shuping.scoring.grid import Grid, Inputs
from shuping.scoring.rounding import near_boundary, round_array

Mask = NDArray[np.bool_]
ALIKE = 9
"""Decimals to which unrounded floats are compared, so that what is equal stays equal."""


def prize_points(
    prize: Prize, rounding: Rounding, grid: Grid, inputs: Inputs, arithmetic: Arithmetic, total: Array, ranked: Mask
) -> tuple[Mask, Array, NDArray[np.int64]]:
    """Return who gets a prize, its points, and the place that each unit in the running holds (0: not in it). All (n,).

    ``ranked``: units with a total. Tied units hold the same place and get the same prize. A place whose holder fails
    the condition gives nothing, and with ``handed_on`` those behind move up. A condition over a missing value fails.
    """
    applies = grid.where([prize.groups is None or group in prize.groups for group in grid.group_names]) & ranked
    holds = np.ones(len(grid), dtype=bool)
    if prize.when is not None:
        column = inputs.measures[PRIZE + prize.id]
        holds = column.present & np.asarray(column.values == arithmetic.number(Fraction(1)), dtype=bool)
    running = applies & holds if prize.handed_on else applies
    places = np.zeros(len(grid), dtype=np.int64)
    index = np.flatnonzero(running)
    if len(index):
        places[index] = Groups(grid.codes[index]).ranks(_compared(rounding, total[index]), ascending=False)
    points = arithmetic.full(len(grid), Fraction(0))
    for place, number in enumerate(prize.points, start=1):
        points = np.where((places == place) & holds, arithmetic.number(number), points)
    return running & holds & (places <= len(prize.points)), points, places


def _compared(rounding: Rounding, total: Array) -> Array:
    """What places are taken on: the totals as published, or unrounded where the rule book ranks on these."""
    if rounding.rank_on == "published":
        return round_array(total, rounding.places, rounding.mode)
    return total if total.dtype == object else np.asarray(np.round(total, ALIKE))


def near_a_place(rounding: Rounding, total: Array) -> Mask:
    """Return where a float total lies so near a rounding boundary that its place cannot be told."""
    if total.dtype == object or rounding.rank_on != "published":
        return np.zeros(len(total), dtype=bool)
    return near_boundary(total, rounding.places, rounding.mode)
