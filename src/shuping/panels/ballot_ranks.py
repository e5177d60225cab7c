"""Ranking ballots: Borda points and pairwise comparisons (Copeland 1951, Condorcet 1785; see Zwicker, "Introduction to
the theory of voting", in: Brandt et al., Handbook of Computational Social Choice, 2016, chapter 2).

Cycles and ties are results: units in a cycle share their points, and nothing breaks the tie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.rulebook.ballot_model import Ballot


@dataclass(frozen=True)
class Preferences:
    """What the good ballots of one voter group say: ``above[i, j]`` ballots put unit i before j, ``level`` side by
    side (both n x n); ``borda``: by unit the sum of its Borda points (between 0 and 1 a ballot) and its ballots.
    """

    units: tuple[str, ...]
    above: NDArray[np.int64]
    level: NDArray[np.int64]
    borda: Mapping[str, tuple[Fraction, int]]


@dataclass(frozen=True)
class Pairwise:
    """The comparisons of all pairs over the voter groups. ``points``: Copeland's, comparisons won and half of those
    tied, by the number of opponents; ``winner``: the unit that wins all; ``top``: the smallest set of units of which
    each wins against every unit outside (the Smith set: more than one unit is a cycle or a tie at the top).
    """

    points: Mapping[str, Fraction]
    winner: str | None
    top: tuple[str, ...]


def preferences(ballot: Ballot, lines: pl.DataFrame) -> dict[str, Preferences]:
    """Return the preferences of each voter group, from its good lines; ``code`` is the place given."""
    votes = lines.filter(pl.col("counts"))
    found = {}
    for group in ballot.groups:
        mine = votes.filter(pl.col("group") == group)
        units = tuple(mine["unit"].unique().cast(pl.String).sort().to_list())
        above, level = _compare(mine, units)
        found[group] = Preferences(units, above, level, _borda(mine))
    return found


def _borda(votes: pl.DataFrame) -> dict[str, tuple[Fraction, int]]:
    """A ballot with m places gives (m - place) / (m - 1) points; units side by side share those of their places."""
    doubled = (pl.col("code").rank("min") + pl.col("code").rank("max")).over("ballot").cast(pl.Int64)
    placed = votes.select("unit", among=pl.len().over("ballot").cast(pl.Int64), doubled=doubled)
    sums = (
        placed.filter(pl.col("among") > 1)
        .group_by("unit", "among")
        .agg(points=(2 * pl.col("among") - pl.col("doubled")).sum(), ballots=pl.len())
    )
    found: dict[str, tuple[Fraction, int]] = {}
    for unit, among, points, ballots in sums.sort("unit", "among").iter_rows():
        total, count = found.get(unit, (Fraction(0), 0))
        found[unit] = total + Fraction(points, 2 * (among - 1)), count + ballots
    return found


def _compare(votes: pl.DataFrame, units: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Compare every pair of units on every ballot that ranks both: one pass over the ballots for each unit."""
    count = len(units)
    above, level = np.zeros((count, count), np.int64), np.zeros((count, count), np.int64)
    if not count:
        return above, level
    column = pl.DataFrame(
        {"unit": list(units), "column": range(count)}, schema={"unit": pl.Categorical, "column": pl.Int64}
    )
    placed = votes.join(column, on="unit", how="left").select(
        row=pl.col("ballot").rank("dense").cast(pl.Int64) - 1, column="column", code="code"
    )
    places = np.zeros((int(placed["row"].max() or 0) + 1, count), np.int32)  # type: ignore[arg-type]
    places[placed["row"].to_numpy(), placed["column"].to_numpy()] = placed["code"].to_numpy()
    given = places > 0
    for unit in range(count):
        mine, both = places[:, unit : unit + 1], given & given[:, unit : unit + 1]
        above[unit] = ((mine < places) & both).sum(axis=0)
        level[unit] = ((mine == places) & both).sum(axis=0)
    np.fill_diagonal(level, 0)
    return above, level


def borda(found: Mapping[str, Preferences], weights: Mapping[str, Fraction], unit: str) -> Fraction | None:
    """Return the weighted mean over the voter groups of a unit's mean Borda points, between 0 and 1."""
    counted = {group: found[group].borda[unit] for group in weights if unit in found[group].borda}
    whole = sum((weights[group] for group in counted), Fraction(0))
    if not whole:
        return None
    return sum((weights[group] * points / ballots for group, (points, ballots) in counted.items()), Fraction(0)) / whole


def pairwise(found: Mapping[str, Preferences], weights: Mapping[str, Fraction]) -> Pairwise:
    """Compare all pairs: a voter group counts with its weight times the share of its ballots for either side."""
    units = sorted({unit for group in weights for unit in found[group].units})
    margin = {(one, other): Fraction(0) for one in units for other in units if one != other}
    for group, weight in weights.items():
        mine = found[group]
        for i, one in enumerate(mine.units):
            for j, other in enumerate(mine.units):
                among = int(mine.above[i, j] + mine.above[j, i] + mine.level[i, j])
                if i != j and among:
                    margin[one, other] += weight * Fraction(int(mine.above[i, j] - mine.above[j, i]), among)
    half = Fraction(1, 2)
    won = {one: sum((_won(margin[one, other], half) for other in units if other != one), Fraction(0)) for one in units}
    rivals = max(len(units) - 1, 1)
    winner = [one for one in units if len(units) > 1 and won[one] == rivals]
    return Pairwise(
        {unit: points / rivals for unit, points in won.items()}, winner[0] if winner else None, _top(units, won, margin)
    )


def _won(margin: Fraction, half: Fraction) -> Fraction:
    return Fraction(1) if margin > 0 else half if margin == 0 else Fraction(0)


def _top(
    units: Sequence[str], won: Mapping[str, Fraction], margin: Mapping[tuple[str, str], Fraction]
) -> tuple[str, ...]:
    """Grow the set from the units with most points until none outside ties with or beats one inside."""
    ordered = sorted(units, key=lambda unit: (-won[unit], unit))
    inside: list[str] = []
    for size in range(1, len(ordered) + 1):
        inside, outside = ordered[:size], ordered[size:]
        if all(margin[one, other] > 0 for one in inside for other in outside):
            break
    return tuple(sorted(inside))
