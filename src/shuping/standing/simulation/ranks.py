"""Ranks of many replicates at once, and what they add up to: counts of places, and who was ahead of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int32]
PAIRS = 60
"""Larger comparison groups are ranked by sorting, which is then quicker than comparing every pair."""
AHEAD = 200
"""In larger groups it is not counted who was ahead of whom: so many pairs nobody reads."""


def sorted_ranks(totals: Floats, keys: Sequence[Floats] = ()) -> Small:
    """Return competition ranks (units, replicates) of one comparison group, highest first, 0 where there is no total.

    ``totals`` (units, replicates), NaN where missing; ``keys``, of the same shape, separate equal totals in their
    order, the higher first; what they leave equal shares the best rank.
    """
    here = ~np.isnan(totals)
    falling = np.where(here, -totals, np.inf)
    order = (
        np.argsort(falling, axis=0) if not keys else np.lexsort((*(-key for key in reversed(keys)), falling), axis=0)
    )
    changed = np.zeros(totals.shape, dtype=bool)
    changed[0] = True
    for column in (falling, *keys):
        ordered = np.take_along_axis(column, order, axis=0)
        changed[1:] |= ordered[1:] != ordered[:-1]
    places = np.where(changed, np.arange(1, len(totals) + 1, dtype=np.int32)[:, None], np.int32(0))
    ranks = np.empty(totals.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=0), axis=0)
    return np.where(here, ranks, np.int32(0))


@dataclass(frozen=True)
class Ranked:
    """Ranks (groups, units, replicates) of groups of one size, who was ahead of whom (groups, units, units), how often,
    and whether a group had equal totals anywhere (groups,).
    """

    ranks: Small
    ahead: Ints
    tied: NDArray[np.bool_]


def rank_groups(totals: Floats) -> Ranked:
    """Rank groups of one size by their totals (groups, units, replicates), NaN where missing.

    Every unit is compared with every other one of its group: quickest for small groups.
    """
    missing = np.isnan(totals)
    lacking = bool(missing.any())
    compared = np.where(missing, -np.inf, totals) if lacking else totals
    groups, units, draws = totals.shape
    ranks = np.ones(totals.shape, dtype=np.int32 if units > 100 else np.int8)
    ahead = np.zeros((groups, units, units), dtype=np.int64)
    for first in range(units):
        one = compared[:, first]
        for second in range(first + 1, units):
            higher, lower = one > compared[:, second], one < compared[:, second]
            ranks[:, second] += higher
            ranks[:, first] += lower
            ahead[:, first, second] = _count(higher)
            ahead[:, second, first] = _count(lower)
    both = ahead + ahead.transpose(0, 2, 1)
    both[:, np.arange(units), np.arange(units)] = draws
    if lacking:
        ranks[missing] = 0
    return Ranked(ranks.astype(np.int32), ahead, (both < draws).any(axis=(1, 2)))


def _count(flags: NDArray[np.bool_]) -> Ints:
    """Count along the last axis."""
    return np.asarray(np.add.reduce(flags.view(np.uint8), axis=-1, dtype=np.int32), dtype=np.int64)


def count_places(ranks: Small) -> Ints:
    """Return how often each unit had each place (groups, units, units + 1), column 0: no total."""
    groups, units, _ = ranks.shape
    size = units + 1
    cells = ranks + (np.arange(groups * units, dtype=np.int32) * size).reshape(groups, units, 1)
    return np.bincount(cells.ravel(), minlength=groups * units * size).reshape(groups, units, size)


@dataclass
class Tally:
    """What the replicates of one comparison group come to, added block by block.

    ``places`` (units, units + 1): how often a unit had each place, column 0: no total; ``ahead`` (units, units): how
    often the row's unit had the better rank of the two, ties apart; None for large groups.
    """

    units: int
    pairs: bool = True
    places: Ints = field(init=False)
    ahead: Ints | None = field(init=False)
    replicates: int = 0

    def __post_init__(self) -> None:
        self.places = np.zeros((self.units, self.units + 1), dtype=np.int64)
        counted = self.pairs and self.units <= AHEAD
        self.ahead = np.zeros((self.units, self.units), dtype=np.int64) if counted else None

    def add(self, places: Ints, ahead: Ints | None, replicates: int) -> None:
        """Add the counts of a block."""
        self.places += places
        self.replicates += replicates
        if self.ahead is not None and ahead is not None:
            self.ahead += ahead

    def add_ranks(self, ranks: Small) -> None:
        """Add the ranks (units, replicates) of a block."""
        ahead = None
        if self.ahead is not None:
            placed = np.where(ranks == 0, np.int32(self.units + 1), ranks)
            ahead = np.stack([np.count_nonzero(one < placed, axis=1) for one in placed]).astype(np.int64)
        self.add(count_places(ranks[None])[0], ahead, ranks.shape[1])

    def quantile(self, shares: Sequence[float]) -> Floats:
        """Return quantiles of the ranks (units, shares), by linear interpolation between order statistics, NaN where a
        unit never had a rank.
        """
        reached = np.cumsum(self.places[:, 1:], axis=1)
        count = reached[:, -1]
        found = np.full((self.units, len(shares)), np.nan)
        for place, share in enumerate(shares):
            at = share * np.maximum(count - 1, 0)
            low = np.floor(at + 1e-9).astype(np.int64)
            part = np.where(np.abs(at - low) < 1e-9, 0.0, at - low)
            below, above = (1 + (reached <= one[:, None]).sum(axis=1) for one in (low, np.minimum(low + 1, count - 1)))
            found[:, place] = np.where(count > 0, below + part * (above - below), np.nan)
        return found

    def interval(self, level: float) -> tuple[Ints, Ints]:
        """Return the lowest and highest place of each unit's central interval: whole places that leave at most half of
        1 - ``level`` on either side; 0 where a unit never had a rank.
        """
        reached = np.cumsum(self.places[:, 1:], axis=1)
        count = reached[:, -1]
        tail = (1 - level) / 2 * count
        low = 1 + (reached <= tail[:, None] + 1e-9).sum(axis=1)
        high = 1 + (reached < (count - tail)[:, None] - 1e-9).sum(axis=1)
        return np.where(count > 0, low, 0), np.where(count > 0, high, 0)

    def mean(self) -> Floats:
        """Return the mean rank of each unit, NaN where it never had one."""
        count = self.places[:, 1:].sum(axis=1)
        summed = (self.places[:, 1:] * np.arange(1, self.units + 1)).sum(axis=1)
        found: Floats = np.divide(summed, count, out=np.full(self.units, np.nan), where=count > 0)
        return found
