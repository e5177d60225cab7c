"""Ranks and ties in three styles; ties are results, never broken at random."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeVar

Name = TypeVar("Name", bound=Hashable)
RankStyle = Literal["competition", "dense", "ordinal"]


def competition_ranks(keys: Mapping[Name, Sequence[Fraction]]) -> dict[Name, int]:
    """Rank by the keys, higher first, the second key only where the first is equal, and so on.

    Equal keys share the best rank and the next rank is skipped: 1, 2, 2, 4.
    """
    ordered = sorted((tuple(key) for key in keys.values()), reverse=True)
    best: dict[tuple[Fraction, ...], int] = {}
    for position, key in enumerate(ordered, start=1):
        best.setdefault(key, position)
    return {name: best[tuple(key)] for name, key in keys.items()}


def ranks_of(keys: Mapping[Name, Sequence[Fraction]], style: RankStyle = "competition") -> dict[Name, int]:
    """Rank by the keys in a style: ``competition`` 1, 2, 2, 4; ``dense`` 1, 2, 2, 3.

    ``ordinal`` promises every name a place of its own and gives it where the keys separate all of them; names that
    they leave equal share a place as in ``competition``: whoever asked for ordinal places must say that these are open.
    """
    if style != "dense":
        return competition_ranks(keys)
    different = sorted({tuple(key) for key in keys.values()}, reverse=True)
    place = {key: position for position, key in enumerate(different, start=1)}
    return {name: place[tuple(key)] for name, key in keys.items()}
