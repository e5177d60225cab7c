"""How many people to ask: sample sizes for a share, their allocation to strata, and what a sample could tell apart.

``n0 = z**2 p (1 - p) deff / e**2``, for a population of N ``n = n0 / (1 + (n0 - 1) / N)``; proportional and Neyman
allocation (Cochran 1977, Sampling Techniques, 4.4 and 5.5, 5.9). Every size is rounded up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Literal

from shuping.measures.survey_interval import normal_quantile

Allocation = Literal["proportional", "neyman"]
FEWEST = 2
"""Answers that every stratum gets: from one, no variance can be had."""


@dataclass(frozen=True, slots=True)
class PlannedStratum:
    """A stratum: its population, and the share that is expected there (None: as in the whole)."""

    name: str
    population: int
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a sample: to find a ``share`` within ``error`` at a ``level``; ``deff``: design effect;
    ``population``: its size (None: large); ``units``: so many units, each with such a sample of its own;
    ``response``: the share of those asked who answer; ``power``: of finding a difference.
    """

    share: float = 0.5
    error: float = 0.05
    level: float = 0.95
    population: int | None = None
    deff: float = 1.0
    units: int = 1
    response: float | None = None
    power: float = 0.8
    strata: tuple[PlannedStratum, ...] = ()
    allocation: Allocation = "proportional"


@dataclass(frozen=True, slots=True)
class Plan:
    """The sample: ``n`` answers in each unit, ``total`` in all, ``to_ask`` to get them (None: no response rate given),
    ``strata`` with their part of n (for each unit), the ``error`` reached, and the smallest ``difference`` between two
    such samples (periods, units) that would be found with the power asked for.
    """

    wanted: Wanted
    n: int
    total: int
    to_ask: int | None
    error: float
    difference: float
    strata: tuple[tuple[str, int], ...] = ()

    @property
    def everybody(self) -> bool:
        """Tell whether the whole population has to be asked."""
        population = _population(self.wanted)
        return population is not None and self.n >= population


def plan(wanted: Wanted, n: int | None = None) -> Plan:
    """Return the plan for what is wanted; with ``n``: what a sample of that size reaches instead."""
    population = _population(wanted)
    size = n if n is not None else _size(_spread(wanted), wanted, population)
    parts = allocate(size, wanted.strata, wanted.allocation, wanted.share) if wanted.strata else ()
    if n is None:  # the strata's least numbers may add up to more
        size = max(size, sum(count for _, count in parts))
    z, found = normal_quantile(wanted.level), _spread(wanted) * wanted.deff / size
    left = 1.0 if population is None or population <= 1 else max(0.0, (population - size) / (population - 1))
    reach = z + NormalDist().inv_cdf(wanted.power)
    total = size * wanted.units
    asked = None if wanted.response is None else _up(total / wanted.response)
    return Plan(wanted, size, total, asked, z * math.sqrt(found * left), reach * math.sqrt(2 * found * left), parts)


def _population(wanted: Wanted) -> int | None:
    return sum(stratum.population for stratum in wanted.strata) if wanted.strata else wanted.population


def _spread(wanted: Wanted) -> float:
    """Return the variance of one answer, within strata where they are given."""
    if not wanted.strata:
        return wanted.share * (1 - wanted.share)
    whole = sum(stratum.population for stratum in wanted.strata)
    shares = [wanted.share if stratum.share is None else stratum.share for stratum in wanted.strata]
    weights = [stratum.population / whole for stratum in wanted.strata]
    if wanted.allocation == "neyman":
        return sum(w * math.sqrt(p * (1 - p)) for w, p in zip(weights, shares, strict=True)) ** 2
    return sum(w * p * (1 - p) for w, p in zip(weights, shares, strict=True))


def _size(spread: float, wanted: Wanted, population: int | None) -> int:
    n0 = normal_quantile(wanted.level) ** 2 * spread * wanted.deff / wanted.error**2
    if population is not None:
        return max(1, min(population, _up(n0 / (1 + (n0 - 1) / population))))
    return max(1, _up(n0))


def _up(number: float) -> int:
    """Round up, but not for the dust of a binary fraction."""
    return math.ceil(number - 1e-9)


def allocate(
    n: int, strata: Sequence[PlannedStratum], how: Allocation = "proportional", share: float = 0.5
) -> tuple[tuple[str, int], ...]:
    """Return how many of ``n`` answers each stratum gets: at least two, at most all its members, by largest remainder.

    ``proportional`` to the population, or ``neyman``: to population times the standard deviation of an answer.
    """
    expected = [share if stratum.share is None else stratum.share for stratum in strata]
    spread = [math.sqrt(p * (1 - p)) if how == "neyman" else 1.0 for p in expected]
    worth = [Fraction(s).limit_denominator(10**9) * part.population for s, part in zip(spread, strata, strict=True)]
    most = [stratum.population for stratum in strata]
    least = [min(FEWEST, population) for population in most]
    found = {at: least[at] for at in range(len(strata)) if not worth[at]}
    while open_ := [at for at in range(len(strata)) if at not in found]:
        given = dict(zip(open_, _shared(n - sum(found.values()), [worth[at] for at in open_]), strict=True))
        over = {at: most[at] for at in open_ if given[at] > most[at]}
        found |= over or {at: least[at] for at in open_ if given[at] < least[at]} or given
    return tuple((stratum.name, found[at]) for at, stratum in enumerate(strata))


def _shared(n: int, worth: Sequence[Fraction]) -> list[int]:
    """Share out n by worth, whole numbers by largest remainder, ties to the first."""
    whole = sum(worth, Fraction(0))
    n = max(n, 0)
    exact = [n * part / whole for part in worth]
    found = [math.floor(part) for part in exact]
    order = sorted(range(len(worth)), key=lambda at: (found[at] - exact[at], at))
    for at in order[: n - sum(found)]:
        found[at] += 1
    return found
