"""What the ranks of many replicates come to: how often each unit had each place, and who was ahead of whom.

Small comparison groups are counted place by place, those of one size side by side in one array. In a large group the
counts would grow with the square of its units, so the ranks themselves are kept there, as long as that is less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shuping.standing.simulation.ranks import count_places

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int32]
AHEAD = 200
"""In larger groups it is not counted who was ahead of whom: so many pairs nobody reads."""


class Tallied(Protocol):
    """What can be asked of the replicates; a row for each unit, of one group or of several of one size."""

    units: int
    replicates: int

    @property
    def ahead(self) -> Ints | None:
        """How often the row's unit had the better rank of the two, (units, units); None where it is not counted."""

    def add_ranks(self, ranks: NDArray[Any]) -> None:
        """Add the ranks (units, replicates) of a block."""

    def counts(self) -> tuple[Ints, Ints, Ints]:
        """Return row, place and how often, for all that came out."""

    def top(self, k: int) -> Floats:
        """Return the probability of a place among the first k."""

    def quantile(self, shares: Sequence[float]) -> Floats:
        """Return quantiles of the ranks (rows, shares), by linear interpolation between order statistics, NaN where a
        unit never had a rank.
        """

    def interval(self, level: float) -> tuple[Ints, Ints]:
        """Return the lowest and highest place of each unit's central interval: whole places that leave at most half of
        1 - ``level`` on either side; 0 where a unit never had a rank.
        """

    def mean(self) -> Floats:
        """Return the mean rank of each unit, NaN where it never had one."""


def who_is_ahead(ranks: NDArray[Any]) -> Ints:
    """Return how often each unit had a better rank than each other one (units, units), from ranks (units, replicates);
    no rank is behind every rank.
    """
    placed = np.where(ranks == 0, np.int32(len(ranks) + 1), ranks)
    return np.stack([np.count_nonzero(one < placed, axis=1) for one in placed]).astype(np.int64)


@dataclass
class Tally:
    """The replicates of one comparison group, or of ``groups`` of the same size, added block by block.

    ``places`` (units, units + 1): how often a unit had each place, column 0: no total; ``ahead`` (units, units): how
    often the row's unit had the better rank of the two, ties apart; None for large groups. With several groups both
    have these as their first axis.
    """

    units: int
    pairs: bool = True
    groups: int | None = None
    places: Ints = field(init=False)
    ahead: Ints | None = field(init=False)
    replicates: int = 0

    def __post_init__(self) -> None:
        several = () if self.groups is None else (self.groups,)
        self.places = np.zeros((*several, self.units, self.units + 1), dtype=np.int64)
        counted = self.pairs and self.units <= AHEAD
        self.ahead = np.zeros((*several, self.units, self.units), dtype=np.int64) if counted else None

    def of_group(self, place: int) -> Tally:
        """Return one of several groups: a view, not a copy."""
        found = Tally(0, self.pairs)
        found.units, found.replicates, found.places = self.units, self.replicates, self.places[place]
        found.ahead = None if self.ahead is None else self.ahead[place]
        return found

    def of_groups(self, places: Ints) -> Tally:
        """Return some of several groups."""
        found = Tally(self.units, self.pairs, len(places))
        found.places, found.replicates = self.places[places], self.replicates
        found.ahead = None if self.ahead is None else self.ahead[places]
        return found

    def each(self) -> list[Tally]:
        """Return the groups one by one."""
        return [self] if self.groups is None else [self.of_group(place) for place in range(self.groups)]

    def add(self, places: Ints, ahead: Ints | None, replicates: int) -> None:
        """Add the counts of a block."""
        self.places += places
        self.replicates += replicates
        if self.ahead is not None and ahead is not None:
            self.ahead += ahead

    def add_ranks(self, ranks: NDArray[Any]) -> None:
        """Add the ranks (units, replicates) of a block."""
        ahead = None if self.ahead is None else who_is_ahead(ranks)
        self.add(count_places(ranks[None])[0], ahead, ranks.shape[1])

    @property
    def _rows(self) -> Ints:
        return self.places.reshape(-1, self.units + 1)

    def counts(self) -> tuple[Ints, Ints, Ints]:
        """See ``Tallied``."""
        row, place = np.nonzero(self._rows[:, 1:])
        return row, place + 1, self._rows[row, place + 1]

    def top(self, k: int) -> Floats:
        """See ``Tallied``."""
        return np.asarray(self._rows[:, 1 : k + 1].sum(axis=1) / max(1, self.replicates))

    def quantile(self, shares: Sequence[float]) -> Floats:
        """See ``Tallied``."""
        reached = np.cumsum(self._rows[:, 1:], axis=1)
        count = reached[:, -1]
        found = np.full((len(reached), len(shares)), np.nan)
        for place, share in enumerate(shares):
            low, part = _between(share, count)
            below, above = (1 + (reached <= one[:, None]).sum(axis=1) for one in (low, np.minimum(low + 1, count - 1)))
            found[:, place] = np.where(count > 0, below + part * (above - below), np.nan)
        return found

    def interval(self, level: float) -> tuple[Ints, Ints]:
        """See ``Tallied``."""
        reached = np.cumsum(self._rows[:, 1:], axis=1)
        count = reached[:, -1]
        tail = (1 - level) / 2 * count
        low = 1 + (reached <= tail[:, None] + 1e-9).sum(axis=1)
        high = 1 + (reached < (count - tail)[:, None] - 1e-9).sum(axis=1)
        return np.where(count > 0, low, 0), np.where(count > 0, high, 0)

    def mean(self) -> Floats:
        """See ``Tallied``."""
        count = self._rows[:, 1:].sum(axis=1)
        summed = self._rows[:, 1:] @ np.arange(1, self.units + 1)
        found: Floats = np.divide(summed, count, out=np.full(len(count), np.nan), where=count > 0)
        return found


def _between(share: float, count: Ints) -> tuple[Ints, Floats]:
    """Return the order statistic below a quantile, from 0, and how far it is to the next one."""
    at = share * np.maximum(count - 1, 0)
    low = np.floor(at + 1e-9).astype(np.int64)
    return low, np.where(np.abs(at - low) < 1e-9, 0.0, at - low)


@dataclass
class KeptRanks:
    """The ranks of one large comparison group themselves, added block by block."""

    units: int
    replicates: int = 0
    blocks: list[Small] = field(default_factory=list)
    ahead: None = None
    _rising: Small | None = None

    def add_ranks(self, ranks: NDArray[Any]) -> None:
        """See ``Tallied``."""
        self.blocks.append(ranks.astype(np.int32))
        self.replicates += ranks.shape[1]

    def _known(self) -> tuple[Small, Ints, Ints]:
        """Return all ranks, rising along each row, where the first one that is a rank stands, and how many are."""
        if self._rising is None or self._rising.shape[1] != self.replicates:
            self._rising = np.concatenate([np.zeros((self.units, 0), np.int32), *self.blocks], axis=1)
            self._rising.sort(axis=1)
            self.blocks = [self._rising]
        first = (self._rising == 0).sum(axis=1)
        return self._rising, first, self.replicates - first

    @staticmethod
    def _at(rising: Small, place: Ints, there: NDArray[np.bool_]) -> Ints:
        """Return the ranks that stand at a place of each row, 0 where there is none."""
        if not rising.shape[1]:
            return np.zeros(len(rising), dtype=np.int64)
        found = rising[np.arange(len(rising)), np.clip(place, 0, rising.shape[1] - 1)]
        return np.where(there, found, 0).astype(np.int64)

    def counts(self) -> tuple[Ints, Ints, Ints]:
        """See ``Tallied``."""
        rising, _, _ = self._known()
        row = np.repeat(np.arange(self.units), self.replicates)
        place = rising.ravel().astype(np.int64)
        starts = np.flatnonzero(np.concatenate(([True], (place[1:] != place[:-1]) | (row[1:] != row[:-1]))))
        starts = starts[: len(place)]
        count = np.diff(np.append(starts, len(place)))
        kept = place[starts] > 0
        return row[starts][kept], place[starts][kept], count[kept]

    def top(self, k: int) -> Floats:
        """See ``Tallied``."""
        rising, _, _ = self._known()
        return np.asarray(((rising > 0) & (rising <= k)).sum(axis=1) / max(1, self.replicates))

    def quantile(self, shares: Sequence[float]) -> Floats:
        """See ``Tallied``."""
        rising, first, count = self._known()
        found = np.full((self.units, len(shares)), np.nan)
        for place, share in enumerate(shares):
            low, part = _between(share, count)
            below, above = (self._at(rising, first + one, count > 0) for one in (low, np.minimum(low + 1, count - 1)))
            found[:, place] = np.where(count > 0, below + part * (above - below), np.nan)
        return found

    def interval(self, level: float) -> tuple[Ints, Ints]:
        """See ``Tallied``."""
        rising, first, count = self._known()
        tail = (1 - level) / 2 * count
        low = np.floor(tail + 1e-9).astype(np.int64)
        high = np.ceil(count - tail - 1e-9).astype(np.int64) - 1
        return self._at(rising, first + low, count > 0), self._at(rising, first + high, count > 0)

    def mean(self) -> Floats:
        """See ``Tallied``."""
        rising, _, count = self._known()
        found: Floats = np.divide(rising.sum(axis=1), count, out=np.full(self.units, np.nan), where=count > 0)
        return found


def tally_for(units: int, draws: int) -> Tally | KeptRanks:
    """Return what takes up less room for one group: counts of places, or the ranks."""
    return KeptRanks(units) if units > AHEAD and 2 * (units + 1) > draws else Tally(units)
