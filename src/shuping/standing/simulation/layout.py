"""Where the tallies of comparison groups are: small groups of one size together, large ones each by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shuping.scoring.grid import Grid
from shuping.standing.simulation.ranks import PAIRS
from shuping.standing.simulation.tally import KeptRanks, Tallied, Tally, tally_for

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class SameSize:
    """Groups of one size of a block: their units' places in the block (groups, units), and the groups' in the tally."""

    rows: Ints
    at: Ints
    tally: Tally


@dataclass(frozen=True)
class Layout:
    """A block of units, as rows of the whole grid, and its groups."""

    block: Ints
    small: tuple[SameSize, ...]
    large: tuple[tuple[Ints, Tally | KeptRanks], ...]


@dataclass(frozen=True)
class Tallies:
    """The tallies of all groups of a grid that have units. ``rows``: by group, those of its units.

    ``small``: by size, the groups and one tally for all of them; ``large``: by group.
    """

    draws: int
    rows: Mapping[int, Ints]
    small: dict[int, tuple[Ints, Tally]] = field(default_factory=dict)
    large: dict[int, Tally | KeptRanks] = field(default_factory=dict)

    @classmethod
    def of(cls, grid: Grid, draws: int) -> Tallies:
        """Return empty tallies for so many replicates."""
        found = cls(draws, _rows(grid.codes))
        sizes: dict[int, list[int]] = {}
        for code, rows in found.rows.items():
            if len(rows) > PAIRS:
                found.large[code] = tally_for(len(rows), draws)
            else:
                sizes.setdefault(len(rows), []).append(code)
        for size, codes in sizes.items():
            found.small[size] = np.array(codes, dtype=np.int64), Tally(size, groups=len(codes))
        return found

    def layout(self, block: Ints) -> Layout:
        """Return where the groups of a block (rows of whole groups, rising) are."""
        firsts = np.array([rows[0] for rows in self.rows.values()], dtype=np.int64)
        codes = np.array(list(self.rows))[np.isin(firsts, block)].tolist()
        places = {code: np.searchsorted(block, self.rows[code]) for code in codes}
        small = []
        for size, (of_size, tally) in self.small.items():
            here = [code for code in codes if len(places[code]) == size]
            if here:
                at = np.searchsorted(of_size, np.array(here))
                small.append(SameSize(np.stack([places[code] for code in here]), at, tally))
        large = tuple((places[code], self.large[code]) for code in codes if code in self.large)
        return Layout(block, tuple(small), large)

    def sizes(self, asked: Collection[int] | None) -> tuple[tuple[Ints, Tallied], ...]:
        """Return groups and their tally, small groups of one size together: all of them, or those asked for."""
        found: list[tuple[Ints, Tallied]] = []
        for codes, tally in self.small.values():
            tally.replicates = self.draws
            some = codes if asked is None else codes[np.isin(codes, list(asked))]
            if len(some) == len(codes):
                found.append((codes, tally))
            elif len(some):
                found.append((some, tally.of_groups(np.searchsorted(codes, some))))
        large = ((np.array([code]), tally) for code, tally in self.large.items() if asked is None or code in asked)
        return (*found, *large)

    def by_group(self, asked: Collection[int] | None) -> dict[int, Tallied]:
        """Return the tally of every group, or of those asked for."""
        found: dict[int, Tallied] = dict(self.large)
        for codes, tally in self.small.values():
            tally.replicates = self.draws
            found |= {int(code): tally.of_group(place) for place, code in enumerate(codes)}
        return {code: found[code] for code in self.rows if asked is None or code in asked}


def _rows(codes: Ints) -> dict[int, Ints]:
    """Return the rows of every group, by group."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(codes)), dtype=bool), ordered[1:] != ordered[:-1])))
    return {int(codes[rows[0]]): rows for rows in np.split(order, starts[1:]) if len(rows)}
