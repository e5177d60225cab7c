"""Secret ballots: counts of what anonymous vectors show, and nothing else.

No code of a ballot, no mark and no order leaves this module; there are no reviewers' names, own units or times to look
at. *Random* means what it means for identical vectors: the sheets on a unit are dealt out again among the ballots.
"""

from __future__ import annotations

import math
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.screening.alike import NEVER, agreement, constant_chances, never_varies
from shuping.screening.finding import ALARMS, BALLOT_NAMES, DRAWS, BallotCount
from shuping.screening.sheets import ABSENT, Ints, sheets_of

FEWEST = 8
"""Below so many ballots of a voter group nothing is counted."""


def screen_ballot(
    ballots: pl.DataFrame,
    ballot: str = "",
    *,
    seed: int,
    alarms: float = ALARMS,
    draws: int = DRAWS,
    fewest: int = FEWEST,
) -> tuple[BallotCount, ...]:
    """Return two counts for each voter group and period: identical pairs, ballots that never vary.

    ``ballots``: ballot, group, unit, mark, perhaps item and period. Ballots that mark one unit alone are left out; with
    fewer than ``fewest`` others nothing is counted. Raises ValueError as ``screen_panel`` does.
    """
    if not 0 < alarms < 1 or draws < 1:
        raise ValueError("alarms between 0 and 1, and at least one draw")
    lacking = [pl.lit(None, pl.String).alias(name) for name in ("item", "period") if name not in ballots.columns]
    table = ballots.with_columns(lacking).rename({"ballot": "reviewer"}).with_columns(pl.col("period").fill_null(""))
    found: list[BallotCount] = []
    for period, group in sorted(table.select("period", "group").unique().iter_rows()):
        chosen = table.filter((pl.col("period") == period) & (pl.col("group") == group))
        codes = sheets_of(chosen).codes
        codes = codes[(codes != ABSENT).sum(axis=1) >= 2]
        random = np.random.default_rng([seed, *(crc32(text.encode()) for text in (ballot, period, group))])
        said = (ballot, period, group)
        if len(codes) < fewest:
            found += [BallotCount(*said, name, "too_few_ballots", len(codes)) for name in BALLOT_NAMES]
            continue
        found += _counts(said, codes, alarms, draws, random)
    return tuple(found)


def _counts(
    said: tuple[str, str, str], codes: Ints, alarms: float, draws: int, random: np.random.Generator
) -> list[BallotCount]:
    actual = _pairs(codes), int(never_varies(codes).sum())
    expected = _expected_pairs(codes), float(constant_chances(codes).sum())
    as_many = np.zeros(2)
    for _ in range(draws):
        dealt = _dealt(codes, random)
        as_many += _pairs(dealt) >= actual[0], never_varies(dealt).sum() >= actual[1]
    chances = (1 + as_many) / (draws + 1)
    return [
        BallotCount(*said, name, "looked", len(codes), actual[at], expected[at], chance, chance <= alarms)
        for at, (name, chance) in enumerate(zip(BALLOT_NAMES, chances.tolist(), strict=True))
    ]


def _dealt(codes: Ints, random: np.random.Generator) -> Ints:
    """Deal the sheets on each unit out again among the ballots that mark it."""
    found = codes.copy()
    for column in found.T:
        there = column != ABSENT
        column[there] = random.permutation(column[there])
    return found


def _keys(codes: Ints) -> NDArray[np.uint64]:
    """Return one number a row: the same for rows alike in every cell (and, but for 1 in 2**64, only for them)."""
    weights = np.random.default_rng(codes.shape[1]).integers(1, 2**63, codes.shape[1], dtype=np.uint64) | np.uint64(1)
    return np.asarray(((codes + 2).astype(np.uint64) * weights).sum(axis=1, dtype=np.uint64))


def _pairs(codes: Ints) -> int:
    """Return the number of pairs of ballots that mark the same units and say the same of each."""
    counts = np.unique(_keys(codes), return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def _expected_pairs(codes: Ints) -> float:
    """Return the expected number of such pairs, exactly: pairs that mark the same units, times their chance."""
    weights = agreement(codes)
    patterns, counts = np.unique(codes != ABSENT, axis=0, return_counts=True)
    chances = np.exp(np.maximum(patterns @ weights, NEVER))
    return math.fsum((counts * (counts - 1) / 2 * chances).tolist())
