"""What is left of marks when the units' common standing, each reviewer's severity and stretch are taken out, and random
panels made of it.

A mark is read as ``a + b * u + rest``: the reviewer's severity ``a`` and stretch ``b`` over the unit's common standing
``u``. Without ``b``, two reviewers who use the scale narrowly would seem to move together.

*Random* here means: each reviewer keeps his leanings but casts them on the units he marked at random (a permutation
within the row, put back on top of what was taken out and fitted anew: Freedman and Lane 1983).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuping.screening.sheets import Floats, Sheets

Mask = NDArray[np.bool_]
_ROUNDS, _CLOSE = 200, 1e-9
_STILL = 1e-7


@dataclass(frozen=True)
class Leanings:
    """``rest`` of every marked unit (0 elsewhere), ``marked``, the units' ``standing``, the reviewers' ``stretch``."""

    rest: Floats
    marked: Mask
    standing: Floats
    stretch: Floats

    @property
    def standardised(self) -> Floats:
        """The rest in units of each reviewer's own spread; 0 for one who has none."""
        power = np.sqrt((self.rest**2).sum(axis=1) / np.maximum(self.marked.sum(axis=1), 1))
        idle = power < _STILL * max(1.0, float(np.abs(self.standing).max(initial=0.0)))
        return np.asarray(self.rest * np.where(idle, 0.0, 1 / np.where(idle, 1.0, power))[:, None])


def leanings_of(sheets: Sheets) -> Leanings:
    """Return what is left of a panel's totals; a sheet with a blank item, or on one's own unit, counts as none."""
    marked = ~np.isnan(sheets.totals)
    at_home = np.flatnonzero(sheets.own >= 0)
    marked[at_home, sheets.own[at_home]] = False
    return fitted(np.where(marked, sheets.totals, 0.0), marked)


def fitted(values: Floats, marked: Mask) -> Leanings:
    """Return the leanings of marks (reviewer x unit, 0 where not marked)."""
    rows, columns = (np.maximum(marked.sum(axis=axis), 1) for axis in (1, 0))
    standing, rest = np.zeros(marked.shape[1]), values
    scale = max(1.0, float(np.abs(values).max(initial=0.0)))
    for _ in range(_ROUNDS):
        rest = rest - (rest.sum(axis=1) / rows)[:, None] * marked
        step = rest.sum(axis=0) / columns
        rest = rest - step * marked
        standing = standing + step
        if np.abs(step).max(initial=0.0) < _CLOSE * scale or marked.all():  # without gaps one round is all
            break
    slopes = (standing - (marked @ standing / rows)[:, None]) * marked
    power = np.maximum((slopes**2).sum(axis=1), 1e-12)
    stretch = (rest * slopes).sum(axis=1) / power
    rest = rest - stretch[:, None] * slopes
    rest = rest - (rest.sum(axis=0) / columns) * marked
    return Leanings(rest, marked, standing, 1 + stretch)


def dealt(leanings: Leanings, random: np.random.Generator) -> Leanings:
    """Return the leanings of a random panel."""
    marked = leanings.marked
    if marked.all():
        rest = random.permuted(leanings.rest, axis=1)
    else:
        keys = np.where(marked, random.random(marked.shape, dtype=np.float32), np.float32(2))  # nosec B311 - seeded
        drawn = np.take_along_axis(leanings.rest, np.argsort(keys, axis=1), axis=1)
        rest = np.empty_like(drawn)
        np.put_along_axis(rest, np.argsort(~marked, axis=1, kind="stable"), drawn, axis=1)
    return fitted((leanings.stretch[:, None] * leanings.standing + rest) * marked, marked)
