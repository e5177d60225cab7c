"""Reciprocal favour and block voting: found where leanings are stronger together than in random panels.

Both compare the panel with the strongest pattern of each of many simulated ones (Westfall and Young 1993), so that the
number of pairs looked at is paid for whatever their dependence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from shuping.screening.blocks import Blocks
from shuping.screening.favours import TOP, Favours
from shuping.screening.finding import Check
from shuping.screening.leanings import dealt, leanings_of
from shuping.screening.sheets import Floats, Sheets


def together(sheets: Sheets, alarms: float, draws: int, seed: Sequence[int]) -> tuple[Check, Check]:
    """Look for reciprocal favour and for blocks; return both checks. ``seed`` starts the draws.

    So few draws that none of them may be beaten (``alarms`` times ``draws`` + 1 below 1) say nothing.
    """
    leanings = leanings_of(sheets)
    favours, blocks = Favours(sheets, leanings), Blocks(sheets, leanings)
    allowed = math.floor(alarms * (draws + 1) + 1e-9)
    random = np.random.default_rng(list(seed))
    strongest, favoured = np.zeros(draws), np.zeros((draws, TOP))
    for at in range(draws if allowed and (favours.possible or blocks.possible) else 0):
        rest = dealt(leanings, random).standardised
        if blocks.possible:
            strongest[at] = blocks.strongest(rest)
        if favours.possible:
            favoured[at] = favours.strongest(rest)
    return favours.check(favoured, _edge(favoured[:, 0], allowed)), blocks.check(strongest, _edge(strongest, allowed))


def _edge(strongest: Floats, allowed: int) -> float:
    """Return what a pattern must exceed so that it would be among the ``allowed`` strongest, itself counted."""
    return float(np.sort(strongest)[::-1][allowed - 1]) if allowed else math.inf
