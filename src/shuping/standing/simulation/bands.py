"""Bands of units that cannot be told apart.

The rule: two units are told apart where one of them has the better rank with a probability of at least ``ahead``. A
band is a longest run of units, one after another in the published order, of which no two are told apart; a unit may
stand in several. Bands are lettered from the top (compact letter display; Piepho 2004).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shuping.standing.simulation.tally import Tallied


def bands(tally: Tallied, published: NDArray[np.int64], ahead: float) -> list[str | None]:
    """Return the letters of every unit's bands (``a``, ``bc``); None for units without a published rank (0), and for
    all where it was not counted who was ahead of whom.
    """
    found: list[str | None] = [None] * tally.units
    if tally.ahead is None or not tally.replicates:
        return found
    share = tally.ahead / tally.replicates
    apart = np.maximum(share, share.T) >= ahead
    order = [int(unit) for unit in np.argsort(published, kind="stable") if published[unit] > 0]
    letters: dict[int, list[str]] = {unit: [] for unit in order}
    for number, (start, end) in enumerate(runs(apart[np.ix_(order, order)])):
        for unit in order[start:end]:
            letters[unit].append(letter(number))
    for unit, mine in letters.items():
        found[unit] = ",".join(mine) if any(len(one) > 1 for one in mine) else "".join(mine)
    return found


def runs(apart: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the longest runs (start, end) in which no two are told apart, none inside another."""
    found: list[tuple[int, int]] = []
    end = 0
    for start in range(len(apart)):
        reach = max(end, start + 1)
        while reach < len(apart) and not apart[start:reach, reach].any():
            reach += 1
        if reach > end:
            found.append((start, reach))
            end = reach
    return found


def letter(number: int) -> str:
    """Return a, b, ... z, aa, ab ..."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
