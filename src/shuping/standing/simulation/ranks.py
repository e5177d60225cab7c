"""Ranks of many replicates at once, how often each place came out, and who was ahead of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.scoring.rounding import whole_steps
from shuping.values.rounding import Mode

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int32]
PAIRS = 60
"""Larger comparison groups are ranked by sorting, which is then quicker than comparing every pair."""


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


def compared(totals: Floats, places: int | None, mode: Mode) -> NDArray[Any]:
    """Return totals as they are compared: rounded to ``places``, as the smallest whole numbers of steps that hold them
    (the least of their kind where missing), or as they are (None).
    """
    if places is None:
        return totals
    whole = whole_steps(totals, places, mode)
    missing = np.isnan(whole)
    lacking = bool(missing.any())
    if lacking:
        whole[missing] = 0
    largest = float(max(whole.max(initial=0), -whole.min(initial=0)))
    kind: type[np.signedinteger[Any]] | None = np.int16 if largest < 2**15 else np.int32 if largest < 2**31 else None
    if kind is None:
        whole[missing] = np.nan
        return whole
    found = whole.astype(kind)
    if lacking:
        found[missing] = np.iinfo(kind).min
    return found


def is_missing(totals: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which of the figures of ``compared`` are missing."""
    return np.asarray(np.isnan(totals) if totals.dtype.kind == "f" else totals == np.iinfo(totals.dtype).min)


@dataclass(frozen=True)
class Ranked:
    """Ranks (groups, units, replicates) of groups of one size, who was ahead of whom (groups, units, units), how often,
    and whether a group had equal totals anywhere (groups,).
    """

    ranks: NDArray[Any]
    ahead: Ints
    tied: NDArray[np.bool_]


def rank_groups(totals: NDArray[Any]) -> Ranked:
    """Rank groups of one size by their totals (groups, units, replicates), as of ``compared``.

    Every unit is compared with every other one of its group: quickest for small groups.
    """
    missing = is_missing(totals)
    lacking = bool(missing.any())
    if lacking and totals.dtype.kind == "f":
        totals = np.where(missing, -np.inf, totals)
    groups, units, draws = totals.shape
    ranks = np.empty(totals.shape, dtype=np.int32 if units > 100 else np.int8)
    ahead = np.empty((groups, units, units), dtype=np.int64)
    flags = np.zeros((groups, units, -(-draws // 8) * 8), dtype=bool)  # whole words: see _count
    better, summed = flags[:, :, :draws], flags.view(np.int8)
    for one in range(units):
        np.greater(totals, totals[:, one, None], out=better)
        ranks[:, one] = np.add.reduce(summed, axis=1, dtype=ranks.dtype)[:, :draws]
        ahead[:, :, one] = _count(flags)
    ranks += 1
    both = ahead + ahead.transpose(0, 2, 1)
    both[:, np.arange(units), np.arange(units)] = draws
    if lacking:
        ranks[missing] = 0
    return Ranked(ranks, ahead, (both < draws).any(axis=(1, 2)))


WORDS = 255
"""So many flags fit into a byte."""


def _count(flags: NDArray[np.bool_]) -> Ints:
    """Count along the last axis, a multiple of eight long: eight flags of a word are added at a time, each in a byte of
    its own.
    """
    words = flags.view(np.uint64)
    found = np.zeros(flags.shape[:-1], dtype=np.int64)
    for start in range(0, words.shape[-1], WORDS):
        counts = np.add.reduce(words[..., start : start + WORDS], axis=-1)
        found += counts.view(np.uint8).reshape(*found.shape, 8).sum(axis=-1, dtype=np.int64)
    return found


def rank_by_counting(totals: NDArray[Any]) -> Small | None:
    """Return competition ranks (units, replicates) of one comparison group from whole numbers of ``compared``, by
    counting how many units have each; None where they lie too far apart for that, or are no whole numbers.
    """
    if totals.dtype.kind == "f":
        return None
    units, draws = totals.shape
    missing = is_missing(totals)
    known = totals[~missing]
    low, high = (int(known.min()), int(known.max())) if known.size else (0, 0)
    size = high - low + 1
    if size > SPAN * units + FEW:
        return None
    ranks = np.zeros(totals.shape, dtype=np.int32)
    for draw in range(draws):
        here = ~missing[:, draw]
        steps = high - totals[here, draw].astype(np.int64)
        better = np.cumsum(np.bincount(steps, minlength=size))
        ranks[here, draw] = 1 + np.concatenate(([0], better))[steps]
    return ranks


SPAN, FEW = 50, 1000
"""Counting pays while the totals have no more different values than so many times the units, and so many more."""


def count_places(ranks: NDArray[Any]) -> Ints:
    """Return how often each unit had each place (groups, units, units + 1), column 0: no total."""
    groups, units, _ = ranks.shape
    size = units + 1
    cells = ranks + (np.arange(groups * units, dtype=np.int64) * size).reshape(groups, units, 1)
    return np.bincount(cells.ravel(), minlength=groups * units * size).reshape(groups, units, size)
