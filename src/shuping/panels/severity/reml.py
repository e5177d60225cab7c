"""Restricted maximum likelihood: the variance ratios at the smallest criterion, by Newton steps on their logarithms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuping.panels.severity.derivatives import derivatives
from shuping.panels.severity.equations import Equations, NotPositive, Solution
from shuping.panels.severity.terms import Floats

START = 0.1
FLOOR = 1e-9
"""A variance below this share of the residual variance, with the criterion still falling, is nothing."""
SMALL = 1e-3
"""A smaller ratio that a full Newton step would bring below 0 goes to the floor at once."""
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

    A ratio whose optimum is 0 is set to 0. Raises NotFound, never returns the last value of a search that did not end.
    """
    at = _solved(equations, np.full(len(equations.sizes), START), 0)
    for step in range(most_steps):
        gradient, hessian = derivatives(at)
        gradient, hessian = gradient * at.ratios, hessian * np.outer(at.ratios, at.ratios)
        free = ~((at.ratios <= FLOOR) & (gradient >= 0))
        move = _newton(gradient, hessian, free)
        move = np.where((move <= -1) & (at.ratios < SMALL), np.log(FLOOR / at.ratios), move)
        promise = -float(gradient @ move) / 2
        if promise < tolerance:
            return _settled(equations, at, free, step)
        at = _along(equations, at, move, step, promise)
    raise NotFound(most_steps, promise)


def _newton(gradient: Floats, hessian: Floats, free: NDArray[np.bool_]) -> Floats:
    """The Newton step of the free ratios, none longer than the longest step; always downhill."""
    move = np.zeros(len(gradient))
    if not free.any():
        return move
    part = hessian[np.ix_(free, free)]
    values, vectors = np.linalg.eigh(part)
    values = np.maximum(values, 1e-12 * max(float(values[-1]), 1e-12))
    move[free] = -vectors @ ((vectors.T @ gradient[free]) / values)
    short = np.clip(move, -LONGEST_STEP, LONGEST_STEP)
    if float(gradient @ short) >= 0:  # cut off crookedly, it may point uphill; cut off evenly, it cannot
        short = move * (LONGEST_STEP / float(np.abs(move).max()))
    return short


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
