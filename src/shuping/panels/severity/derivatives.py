"""First derivatives of the REML criterion by the variance ratios, and the average information instead of the second.

With V_k = Z_k Z_k': d/d lambda_k = tr(P V_k) - (n - p)/r2 |Z_k' P y|^2. The second derivatives hold the traces
tr(P V_i P V_j), a product of dense matrices each; the average information puts y' P V_i P V_j P y (n - p)/r2 in their
place, which costs one more right-hand side a term (Gilmour, Thompson and Cullis, Biometrics 51 (1995) 1440-1450).
"""

from __future__ import annotations

import numpy as np

from shuping.panels.severity.equations import Solution
from shuping.panels.severity.terms import Floats


def derivatives(at: Solution) -> tuple[Floats, Floats]:
    """Return gradient and approximate Hessian (positive semidefinite) by the ratios, all of which must be above 0."""
    equations, weight = at.equations, at.equations.degrees / at.rest
    towards = [part / np.sqrt(ratio) for part, ratio in zip(at.parts(), at.ratios, strict=True)]  # Z_k' P y
    squares = np.array([float(part @ part) for part in towards])
    sizes = np.array(equations.sizes)
    gradient = (sizes - _traces(at)) / at.ratios - weight * squares
    crossed = _crossed(at, towards)
    return gradient, weight * crossed - weight * np.outer(squares, squares) / at.rest


def _traces(at: Solution) -> Floats:
    """The trace of each random term's block of the inverse of the scaled equations."""
    equations, inverse = at.equations, at.inverse
    diagonal = np.diag(inverse)
    weights = at.ratios[0] / (1 + at.ratios[0] * equations.classes) ** 2
    scaled = inverse * at.scale[:, None]
    scaled *= at.scale
    first = float((1 / at.pivots).sum()) + equations.gram.inner(weights, scaled)
    return np.array([first, *(float(diagonal[span].sum()) for span in equations.spans)])


def _crossed(at: Solution, towards: list[Floats]) -> Floats:
    """y' P V_i P V_j P y for all pairs of random terms."""
    equations, first = at.equations, np.sqrt(at.ratios[0])
    reached = [_reach(at, k, part) for k, part in enumerate(towards)]
    solved = [at.backsolve(first * left, at.scale * right) for left, right in reached]
    found = np.zeros((len(towards),) * 2)
    for i, (left, right) in enumerate(reached):
        for j, (one, two) in enumerate(solved):
            own = left if j == 0 else right[equations.spans[j - 1]]
            found[i, j] = towards[j] @ own - first * (left @ one) - (at.scale * right) @ two
    return (found + found.T) / 2


def _reach(at: Solution, term: int, part: Floats) -> tuple[Floats, Floats]:
    """[Z_1, rest]' Z_k t for the term's own t."""
    equations = at.equations
    if term == 0:
        return equations.counts * part, equations.cross.T @ part
    whole = np.zeros(equations.width)
    whole[equations.spans[term - 1]] = part
    return equations.cross @ whole, equations.dense @ whole
