"""How the answers of a survey were drawn, and the variance that follows from it.

Taylor linearisation with the sum of squares taken stage by stage, as in R's ``survey`` (Lumley 2004, Journal of
Statistical Software 9(8); Särndal, Swensson and Wretman 1992, sections 4.3 and 5.5): an estimate is turned into one
linearised value a row, and the variance of their total is that of the design. Answers outside a domain count as
zeros, so the variance of a part of the sample is that of the whole design.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Lonely = Literal["refuse", "centre", "average"]


class LonelyError(ValueError):
    """A stratum (``stage`` 1) or cluster (``stage`` 2) with one drawn member, where a variance was asked for."""

    def __init__(self, stage: int, code: int) -> None:
        super().__init__(f"stage {stage}: one drawn member in {code}")
        self.stage, self.code = stage, code


@dataclass(frozen=True)
class Stage:
    """One stage of the draw, over all rows of the sample.

    ``parent``: the stratum (first stage) or cluster (second stage) of each row; ``member``: what was drawn of it
    (the cluster; the row itself where answers were drawn), coded so that no two parents share a member;
    ``population``: per parent, how many members there are (inf: no finite population correction).
    """

    parent: Codes
    member: Codes
    population: Floats

    @cached_property
    def drawn(self) -> Codes:
        """How many members of each parent were drawn."""
        members, first = np.unique(self.member, return_index=True)
        counts: Codes = np.bincount(self.parent[first], minlength=len(self.population)).astype(np.int64)
        assert len(members) == counts.sum()
        return counts


@dataclass(frozen=True)
class Draw:
    """The design of a sample of ``size`` rows: one or two stages, and what to do with a parent of one member."""

    first: Stage
    second: Stage | None = None
    lonely: Lonely = "refuse"

    @classmethod
    def simple(cls, size: int) -> Draw:
        """Return the design of a simple random sample."""
        rows = np.arange(size, dtype=np.int64)
        return cls(Stage(np.zeros(size, dtype=np.int64), rows, np.full(1, np.inf)))

    def variance(self, values: Floats, rows: Codes) -> float:
        """Return the variance of the sum of ``values``, which stand at ``rows``; all other rows are zeros.

        Raises LonelyError under ``refuse`` for a parent with one drawn member of several.
        """
        first = self._pieces(self.first, values, rows, 1)
        if self.second is None:
            return float(first.sum)
        within = self._pieces(self.second, values, rows, 2)
        clusters = within.parents
        stratum = np.zeros(len(self.second.population), dtype=np.int64)
        stratum[self.second.parent] = self.first.parent
        share = self.first.drawn / self.first.population  # 0 without a finite population: the first stage is all
        return float(first.sum + (share[stratum[clusters]] * within.each).sum())

    def degrees(self, rows: Codes) -> int:
        """Return the degrees of freedom of these rows: first-stage members less strata."""
        members, strata = (len(np.unique(part[rows])) for part in (self.first.member, self.first.parent))
        return members - strata

    def _pieces(self, stage: Stage, values: Floats, rows: Codes, number: int) -> _Pieces:
        members, at = np.unique(stage.member[rows], return_inverse=True)
        totals = np.bincount(at, values, minlength=len(members))
        over = np.zeros(len(members), dtype=np.int64)
        over[at] = stage.parent[rows]
        parents, place = np.unique(over, return_inverse=True)
        drawn = stage.drawn[parents].astype(np.float64)
        there, total = np.bincount(place, minlength=len(parents)), np.bincount(place, totals, minlength=len(parents))
        mean = total / drawn
        spread = np.bincount(place, (totals - mean[place]) ** 2, minlength=len(parents))
        squares = spread + (drawn - there) * mean**2  # the drawn members that hold none of the rows
        left = 1 - drawn / stage.population[parents]
        alone = (drawn == 1) & (stage.population[parents] > 1)
        if self.lonely == "refuse" and alone.any():
            raise LonelyError(number, int(parents[alone][0]))
        each = left * squares * drawn / np.where(drawn > 1, drawn - 1, 1)
        if self.lonely == "centre":
            each = np.where(alone, left * total**2, each)  # about the mean of all, which is 0 of linearised values
        elif alone.any():
            others = each[~alone]
            each = np.where(alone, others.mean() if len(others) else np.nan, each)
        return _Pieces(parents, each)


@dataclass(frozen=True)
class _Pieces:
    """What each parent adds to the variance."""

    parents: Codes
    each: Floats

    @property
    def sum(self) -> Any:
        return self.each.sum()


def kish(weights: Floats) -> float:
    """Return the effective sample size for weights: (sum w)**2 / sum w**2 (Kish 1965, 11.7)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def simple_variance(values: Floats, weights: Floats) -> float:
    """Return the variance of a mean under simple random sampling with replacement: weighted S**2 / n.

    What the design effect compares with. nan for fewer than two answers.
    """
    n = len(values)
    if n < 2:
        return float("nan")
    mean = (weights * values).sum() / weights.sum()
    return float((weights * (values - mean) ** 2).sum() / weights.sum() / (n - 1))


def post_stratified(influence: Floats, weights: Floats, cells: Codes) -> Floats:
    """Return the linearised values less their mean in each post-stratum: post-stratification has fixed those."""
    held = np.bincount(cells, weights)
    mean = np.bincount(cells, weights * influence) / np.where(held > 0, held, 1)
    found: Floats = influence - mean[cells]
    return found
