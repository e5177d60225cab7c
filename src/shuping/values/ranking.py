"""Ranks and ties: the competition style (1, 2, 2, 4); ties are results, never broken at random."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def competition_ranks(keys: Mapping[Name, Sequence[Fraction]]) -> dict[Name, int]:
    """Rank by the keys, higher first, the second key only where the first is equal, and so on.

    Equal keys share the best rank and the next rank is skipped.
    """
    ordered = sorted((tuple(key) for key in keys.values()), reverse=True)
    best: dict[tuple[Fraction, ...], int] = {}
    for position, key in enumerate(ordered, start=1):
        best.setdefault(key, position)
    return {name: best[tuple(key)] for name, key in keys.items()}
