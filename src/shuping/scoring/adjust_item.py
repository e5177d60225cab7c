"""Bonuses on one criterion: how much, only where units lost points, and to a share of the units at most."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Arithmetic, Array
from shuping.rulebook.adjustments import ItemBonus
from shuping.scoring.grid import Grid
from shuping.scoring.rounding import NEAR

Mask = NDArray[np.bool_]


class Item(Protocol):
    """What is needed of the criterion's scores. All arrays are (n,)."""

    @property
    def points(self) -> Array:
        """Points."""

    @property
    def full(self) -> Array:
        """Full points."""

    @property
    def applies(self) -> Mask:
        """Where the criterion counts."""

    @property
    def present(self) -> Mask:
        """Where it has points."""


@dataclass(frozen=True)
class Limited:
    """Claims after the limits of their criterion; ``kept_out``: claims that came to nothing; ``near``: too near to tell
    in floats whether a unit lost points.
    """

    claims: Array
    kept_out: Mask
    near: Mask


def limit_to_item(rule: ItemBonus, item: Item, claims: Array, grid: Grid, arithmetic: Arithmetic) -> Limited:
    """Return what remains of ``claims`` (n,), points claimed on the criterion ``item``.

    First each claim is cut to its share of the criterion's points; then all claims of a group fall where no more than
    the share ``when_lost`` of its units lost points; then the largest claims are kept, as many as the share of units
    allows, and claims that are equal across that edge all fall.
    """
    zero = arithmetic.number(Fraction(0))
    there = item.applies & np.asarray(claims > zero, dtype=bool)
    near = np.zeros(len(grid), dtype=bool)
    if rule.most is not None:
        claims = np.minimum(claims, item.full * arithmetic.number(rule.most))
    kept = there
    if rule.when_lost is not None:
        lost = item.present & np.asarray(item.points < item.full, dtype=bool)
        if arithmetic.name == "float":
            near = lost & np.asarray(np.abs(item.full - item.points) <= NEAR, dtype=bool)
        kept = kept & _lost_by_more(rule.when_lost, lost, item.present, grid)
    if rule.units is not None:
        near = near | (there if arithmetic.name == "float" else False)  # equal claims may differ in their last bit
        kept = kept & _largest(rule.units, np.where(kept, claims, zero), item.applies, grid)
    return Limited(np.where(kept, claims, zero), there & ~kept, near)


def _lost_by_more(share: Fraction, lost: Mask, counted: Mask, grid: Grid) -> Mask:
    """Tell where more than ``share`` of the group's units lost points: counts are compared, no quotient is rounded."""
    groups = len(grid.group_names)
    losers = np.bincount(grid.codes[lost], minlength=groups)
    everyone = np.bincount(grid.codes[counted], minlength=groups)
    more = [int(few) > share * int(all_) for few, all_ in zip(losers, everyone, strict=True)]
    return grid.where(more)


def _largest(share: Fraction, claims: Array, counted: Mask, grid: Grid) -> Mask:
    """Tell whose claim is among the largest of the group, ``share`` of its units rounded down; ties never straddle."""
    sizes = np.bincount(grid.codes, minlength=len(grid.group_names))
    places = [int(share * int(units)) for units in np.bincount(grid.codes[counted], minlength=len(sizes))]
    not_smaller = sizes[grid.codes] - (grid.groups.ranks(claims, ascending=True) - 1)
    return np.asarray(not_smaller <= np.asarray(places, dtype=np.int64)[grid.codes], dtype=bool)
