"""How exactly the effects of a solved model are known: prediction errors, conditional variances, contrasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from shuping.panels.severity.equations import Solution
from shuping.panels.severity.terms import Floats

BLOCK = 512


@dataclass(frozen=True)
class Precision:
    """Of one random term, by level: the best linear unbiased ``effects`` and their variances.

    ``error``: of effect less true effect. ``conditional``: of the true effect, given the marks and the fixed part (what
    lme4 calls condVar); it leaves out that the fixed part is estimated too. ``fixed_cov`` (levels x p): covariance of
    effect less truth with the fixed estimates.
    """

    effects: Floats
    error: Floats
    conditional: Floats
    fixed_cov: Floats

    def with_fixed(self, at: Floats, fixed_cov: Floats) -> Floats:
        """The variance of effect + x'beta less its truth, at the fixed columns' values x."""
        return np.asarray(self.error + 2 * self.fixed_cov @ at + at @ fixed_cov @ at)


def fixed_estimates(solution: Solution) -> tuple[Floats, Floats]:
    """Return the fixed estimates (the intercept of the marks as given) and their covariance matrix."""
    equations = solution.equations
    start = equations.width - equations.fixed
    estimates = solution.dense[start:].copy()
    estimates[0] += equations.centre
    return estimates, solution.residual * solution.inverse[start:, start:]


def precision(solution: Solution, place: int) -> Precision:
    """Return effects and variances of the random term at ``place`` (0 is the eliminated one)."""
    equations, residual = solution.equations, solution.residual
    start = equations.width - equations.fixed
    inner = np.linalg.inv(solution.inverse[start:, start:])
    scale = float(np.sqrt(solution.ratios[place]))
    if place == 0:
        effects = scale * solution.eliminated
        error, cov = _eliminated(solution)
    else:
        span = equations.spans[place - 1]
        effects = scale * solution.dense[span]
        error, cov = np.diag(solution.inverse)[span], solution.inverse[span, start:]
    conditional = error - ((cov @ inner) * cov).sum(axis=1)
    return Precision(effects, residual * scale**2 * error, residual * scale**2 * conditional, residual * scale * cov)


def _eliminated(solution: Solution) -> tuple[Floats, Floats]:
    """The diagonal of the eliminated block of the inverse, and its block beside the fixed columns."""
    parts = list(_eliminated_blocks(solution))
    return np.concatenate([diagonal for diagonal, _ in parts]), np.concatenate([cov for _, cov in parts])


def _eliminated_blocks(solution: Solution) -> Iterator[tuple[Floats, Floats]]:
    equations, first = solution.equations, float(np.sqrt(solution.ratios[0]))
    start = equations.width - equations.fixed
    for begin in range(0, len(equations.counts), BLOCK):
        block = slice(begin, begin + BLOCK)
        rows = equations.cross[block].toarray() * solution.scale
        rows *= (first / solution.pivots[block])[:, None]
        towards = rows @ solution.inverse
        yield 1 / solution.pivots[block] + (towards * rows).sum(axis=1), -towards[:, start:]
