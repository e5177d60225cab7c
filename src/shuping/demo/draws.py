"""Seeded draws that give the same numbers on every Python and every machine.

Python promises only that ``random.random()`` repeats itself for a seed, so everything here is made of that one call, of
additions and of comparisons: no logarithm whose last digit a platform may choose.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """One stream of draws for one table and unit: ``Draws(2025, "activity", "songlan")``.

    A stream of its own for each table and unit means that adding a unit or a table changes no other record.
    """

    def __init__(self, seed: int, *path: str) -> None:
        # The seed makes invented records repeatable; nothing here guards a secret.
        self._next = random.Random(":".join([str(seed), *path])).random  # nosec B311

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._next() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """Return true with this probability."""
        return self._next() < probability

    def normal(self) -> float:
        """Return a draw of mean 0 and variance 1, between -6 and 6 (the sum of twelve uniform draws)."""
        return sum(self._next() for _ in range(12)) - 6.0

    def pick(self, options: Sequence[Item]) -> Item:
        """Return one of the options, all equally likely."""
        return options[int(self._next() * len(options))]

    def weighted(self, options: Mapping[str, float]) -> str:
        """Return one of the keys, as likely as its value says (values need not add up to 1)."""
        left = self._next() * sum(options.values())
        for name, weight in options.items():
            left -= weight
            if left < 0:
                return name
        return name

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """Return the items in a drawn order."""
        keyed = [(self._next(), position, item) for position, item in enumerate(items)]
        return [item for _, _, item in sorted(keyed, key=lambda entry: entry[:2])]

    def day(self, first: date, last: date) -> date:
        """Return a day from ``first`` to ``last``, both included."""
        return first + timedelta(days=self.whole(0, (last - first).days))

    def rounded(self, value: float) -> int:
        """Return ``value`` as one of its two neighbouring whole numbers, the nearer one more likely."""
        whole = int(value // 1)
        return whole + self.chance(value - whole)
