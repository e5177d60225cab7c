"""Restricted maximum likelihood: the variance ratios at the smallest criterion, by Newton steps on their logarithms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuping.panels.severity.derivatives import derivatives
from shuping.panels.severity.equations import Equations, NotPositive, Solution
from shuping.panels.severity.terms import Floats

START, OTHER_START = 0.1, 3.0
FLOOR = 1e-9
"""A variance below this share of the residual variance, with the criterion still falling, is nothing."""
SMALL = 1e-3
"""A smaller ratio goes where a Newton step of the ratio itself leads: to the floor, if that is below 0."""
LONGEST_STEP = 2.5
"""Of a logarithm: a ratio changes by no more than twelve times in one step."""
HALVINGS = 40


@dataclass(frozen=True)
class Estimates:
    """The optimum: ``solution`` there, the ``ratios`` in the order of the model's terms, the Newton ``steps`` taken."""

    solution: Solution
    ratios: Floats
    steps: int


@dataclass(frozen=True)
class NotFound(Exception):
    """No optimum within the steps allowed; ``promise`` is by how much the next step would still lower the criterion."""

    steps: int
    promise: float


def estimate(equations: Equations, most_steps: int = 100, tolerance: float = 1e-11) -> Estimates:
    """Return the optimum; it is reached when the next step would lower the criterion by less than ``tolerance``.

    A ratio whose optimum is 0 is set to 0; since there may be another optimum then, a second search starts elsewhere
    and the lower one is taken. Raises NotFound, never returns the last value of a search that did not end.
    """
    found = _search(equations, START, most_steps, tolerance)
    if found.ratios.all():
        return found
    try:
        other = _search(equations, OTHER_START, most_steps, tolerance)
    except NotFound:
        return found
    return other if other.solution.criterion < found.solution.criterion - 1e-9 else found


def _search(equations: Equations, start: float, most_steps: int, tolerance: float) -> Estimates:
    at = _solved(equations, np.full(len(equations.sizes), start), 0)
    for step in range(most_steps):
        gradient, hessian = derivatives(at)
        free = ~((at.ratios <= FLOOR) & (gradient >= 0))
        change = _newton(gradient, hessian, free)
        promise = -float(gradient @ np.maximum(change, -at.ratios)) / 2
        if abs(promise) < tolerance:
            return _settled(equations, at, free, step)
        at = _along(equations, at, _in_logarithms(at.ratios, change, gradient, hessian), step, promise)
    raise NotFound(most_steps, promise)


def _newton(gradient: Floats, hessian: Floats, free: NDArray[np.bool_]) -> Floats:
    """The Newton step of the free ratios themselves."""
    change = np.zeros(len(gradient))
    if free.any():
        values, vectors = np.linalg.eigh(hessian[np.ix_(free, free)])
        values = np.maximum(values, 1e-10 * max(float(values[-1]), 1e-10))
        change[free] = -vectors @ ((vectors.T @ gradient[free]) / values)
    return change


def _in_logarithms(ratios: Floats, change: Floats, gradient: Floats, hessian: Floats) -> Floats:
    """The step as one of logarithms, none too long; downhill, if need be each ratio by itself."""
    move = _shortened(ratios, change)
    if float((gradient * ratios) @ move) < 0:
        return move
    alone = -gradient / np.maximum(np.diag(hessian), 1e-10)
    return _shortened(ratios, np.where(change == 0, 0.0, alone))


def _shortened(ratios: Floats, change: Floats) -> Floats:
    relative = change / ratios
    move = np.clip(relative, -LONGEST_STEP, LONGEST_STEP)
    small = ratios < SMALL
    move = np.where(small & (relative > 0), np.log1p(np.maximum(relative, 0)), move)
    return np.where(small & (relative <= -1), np.log(FLOOR / ratios), move)


def _along(equations: Equations, at: Solution, move: Floats, step: int, promise: float) -> Solution:
    """Go along the step, halved until the criterion does not rise by more than its last digits."""
    slack = 1e-13 * abs(at.criterion)
    for _ in range(HALVINGS):
        try:
            there = equations.solve(np.maximum(at.ratios * np.exp(move), FLOOR))
        except NotPositive:
            there = None
        if there is not None and there.criterion <= at.criterion + slack:
            return there
        move = move / 2
    raise NotFound(step + 1, promise)


def _solved(equations: Equations, ratios: Floats, step: int) -> Solution:
    try:
        return equations.solve(ratios)
    except NotPositive:
        raise NotFound(step, float("inf")) from None


def _settled(equations: Equations, at: Solution, free: NDArray[np.bool_], steps: int) -> Estimates:
    """Put the ratios at the floor to 0 and the others back in the order of the model."""
    if not free.all():
        at = _solved(equations, np.where(free, at.ratios, 0.0), steps)
    return Estimates(at, at.ratios[list(equations.order)], steps)
