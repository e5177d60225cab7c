"""The minimum share of data of a node: what must rest on values of the unit itself, else the node is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from shuping.rulebook.model import Criterion
from shuping.rulebook.rules import shares_below
from shuping.scoring.fill import Mask
from shuping.scoring.grid import Grid
from shuping.scoring.policy import own_points
from shuping.scoring.scores import Scores


def enough_data(node: Criterion, least: Fraction, children: Sequence[Scores], grid: Grid) -> Mask:
    """Return the mask (n,) of units whose leaves below a node carry at least the share ``least`` of its full points.

    A leaf counts where its points come from the unit's own values; points that the missing policy gave do not. The
    shares are compared as whole numbers over one denominator, so 0.8 of the points is 0.8 in both arithmetics.
    """
    leaves = {scores.criterion.id: own_points(scores) for child in children for scores in _leaves(child)}
    there = np.zeros(len(grid), dtype=bool)
    for code, group in enumerate(grid.group_names):
        rows = np.flatnonzero(grid.codes == code)
        if not len(rows):
            continue
        shares = shares_below(node, group)
        below = math.lcm(least.denominator, *(share.denominator for share in shares.values()))
        whole = np.int64 if below < 2**62 else object
        total = np.zeros(len(rows), dtype=whole)
        for name, own in leaves.items():
            if name in shares:
                total = total + np.where(own[rows], int(shares[name] * below), 0).astype(whole)
        there[rows] = np.asarray(total >= int(least * below), dtype=bool)
    return there


def _leaves(scores: Scores) -> Iterator[Scores]:
    if not scores.children:
        yield scores
    for child in scores.children:
        yield from _leaves(child)
