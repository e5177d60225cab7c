"""How well each unit does each kind of work in each year: the hidden quality behind the drawn records.

A unit is strong or weak as a whole, stronger in some themes than in others, and a little different from year to year;
so that 2025 resembles 2024 and a few units still move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from shuping.demo.draws import Draws
from shuping.demo.places import YEARS, County, Place
from shuping.demo.sheet import Cell

Rows = Iterator[tuple[Cell, ...]]
_PERSISTENT, _THEME, _YEAR, _MOMENTUM = 0.85, 0.5, 0.28, 0.35
_GAIN = 0.12
"""What the mean unit gains in the second year, in standard deviations."""


@dataclass(frozen=True)
class World:
    """The county and its seed: everything a table needs to be drawn."""

    seed: int
    county: County

    def draws(self, *path: str) -> Draws:
        """Return the stream of draws for one table, unit and whatever else the path names."""
        return Draws(self.seed, *path)

    def quality(self, place: Place, theme: str, year: int) -> float:
        """Return how well a unit does a kind of work in a year: 0.02 (poor) to 0.98 (excellent), 0.5 on average."""
        level = _PERSISTENT * self._capacities[place.id]
        level += _THEME * self.draws("theme", theme, place.id).normal()
        level += _YEAR * self.draws("year", str(year), theme, place.id).normal()
        if year > YEARS[0]:
            level += _GAIN + _MOMENTUM * self.draws("momentum", place.id).normal()
        return min(0.98, max(0.02, 0.5 + 0.22 * level))

    def each_year(self, places: Iterable[Place], rows: Callable[[World, Place, int], Rows]) -> Rows:
        """Yield what ``rows`` yields for every place and year, places in their order and years within."""
        for place in places:
            for year in YEARS:
                yield from rows(self, place, year)

    @cached_property
    def _capacities(self) -> dict[str, float]:
        """Spread each kind of unit evenly from weak to strong, so that every seed has leaders and laggards."""
        found: dict[str, float] = {}
        for group in (self.county.townships, self.county.bureaus, self.county.zones):
            order = self.draws("capacity", group[0].kind).shuffled(group)
            for position, place in enumerate(order):
                spread = 2.0 * position / (len(order) - 1) - 1.0
                found[place.id] = spread * (1.0 + 0.45 * spread * spread)  # longer tails than a straight line
        return found
