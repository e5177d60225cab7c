"""How a node makes one figure of its children: sum of points; arithmetic, geometric or harmonic mean with weights.

Missing children are left out and the rest counts for the whole: that is the policy ``rescale``; under the other
policies a child is never missing here, or the unit is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Arithmetic, Array
from shuping.rulebook.model import Combine
from shuping.scoring.power_means import power_mean
from shuping.values.powers import product_of_powers
from shuping.values.vector import ExactVector

Mask = NDArray[np.bool_]
LONG_ROOT = 64
"""Above this degree the powers under the root would grow without end: the product is worked out by its factors."""


class Child(Protocol):
    """What combining needs of a child's scores."""

    @property
    def points(self) -> Array:
        """Points, (n,)."""

    @property
    def full(self) -> Array:
        """Full points, (n,)."""

    @property
    def applies(self) -> Mask:
        """Where the child counts."""

    @property
    def present(self) -> Mask:
        """Where the child has points."""

    @property
    def deferred(self) -> Mask | None:
        """Where the child has no points and is left out for the total only: here it counts as it would with points."""


Combined = tuple[Array, Mask, tuple[Array, ...] | None]
"""Points, where there are any, and what a point of each child is worth (None for a mean that is not additive)."""


def combine_children(
    arithmetic: Arithmetic, how: Combine, children: Sequence[Child], weights: Sequence[Array], full: Array
) -> Combined:
    """Return the node's points (n,), the mask of units that have any, and each child's worth.

    ``weights``: one array per child, 0 where the child does not apply; not used by ``sum``. ``full``: the node's full
    points.
    """
    if how == "sum":
        return _sum(arithmetic, children)
    if how == "arithmetic":
        return _arithmetic(arithmetic, children, weights, full)
    if arithmetic.dtype is not object:
        return (*power_mean(how, children, weights, full), None)
    return _by_pattern(arithmetic, how, children, weights, full)


def _takes_part(child: Child) -> Mask:
    return child.present if child.deferred is None else child.present | child.deferred


def _any_present(children: Sequence[Child]) -> Mask:
    found: Mask = np.logical_or.reduce([child.present for child in children])
    return found


def _sum(arithmetic: Arithmetic, children: Sequence[Child]) -> Combined:
    zero, one = arithmetic.number(Fraction(0)), arithmetic.number(Fraction(1))
    if all(_takes_part(child).all() for child in children):  # the usual case, and the fastest: nothing is left out
        points = [child.points for child in children]
        worth = arithmetic.full(len(points[0]), Fraction(1))
        return sum(points[1:], points[0]), _any_present(children), (worth,) * len(points)
    earned: Any = None
    available: Any = None
    possible: Any = None
    complete = np.ones(len(children[0].points), dtype=bool)
    for child in children:
        present = _takes_part(child)
        complete &= present | ~child.applies
        there = np.where(present, child.points, zero)
        has = np.where(present, child.full, zero)
        can = np.where(child.applies, child.full, zero)
        earned = there if earned is None else earned + there
        available = has if available is None else available + has
        possible = can if possible is None else possible + can
    some = np.asarray(available != zero, dtype=bool)
    if complete.all():
        factor = arithmetic.full(len(complete), Fraction(1))
    else:
        factor = np.where(complete | ~some, one, possible / np.where(some, available, one))
    shares = tuple(np.where(_takes_part(child), factor, zero) for child in children)
    # deductions alone (nothing to be earned) are a figure too
    return earned * factor, (some | np.asarray(possible == zero, dtype=bool)) & _any_present(children), shares


def _arithmetic(arithmetic: Arithmetic, children: Sequence[Child], weights: Sequence[Array], full: Array) -> Combined:
    zero, one = arithmetic.number(Fraction(0)), arithmetic.number(Fraction(1))
    used = [np.where(_takes_part(child), weight, zero) for child, weight in zip(children, weights, strict=True)]
    total: Any = sum(used[1:], used[0])
    some = np.asarray(total != zero, dtype=bool)
    safe = np.where(some, total, one)
    shares = tuple(_out_of(full, child, weight / safe) for child, weight in zip(children, used, strict=True))
    parts = [
        np.where(_takes_part(child), child.points, zero) * share for child, share in zip(children, shares, strict=True)
    ]
    return sum(parts[1:], parts[0]), some & _any_present(children), shares


def _out_of(full: Array, child: Child, share: Array) -> Array:
    """Return what a point of the child is worth: a branch with points of its own counts by its share of them."""
    same = np.asarray(child.full == full, dtype=bool) | ~child.applies
    return share if same.all() else np.where(same, share, share * full / child.full)


def _by_pattern(
    arithmetic: Arithmetic, how: Combine, children: Sequence[Child], weights: Sequence[Array], full: Array
) -> Combined:
    """Geometric and harmonic means need plain numbers as exponents: units with equal weights are done together."""
    zero = arithmetic.number(Fraction(0))
    used = np.stack([np.where(child.present, weight, zero) for child, weight in zip(children, weights, strict=True)])
    patterns: dict[tuple[Any, ...], list[int]] = {}
    for index, pattern in enumerate(zip(*used, strict=True)):
        patterns.setdefault(pattern, []).append(index)
    points = arithmetic.full(used.shape[1], Fraction(0))
    some = np.zeros(used.shape[1], dtype=bool)
    for pattern, indexes in patterns.items():
        total = sum(pattern)
        if total == 0:
            continue
        rows = np.asarray(indexes)
        some[rows] = True
        scaled = [child.points[rows] / child.full[rows] for child in children]
        exponents = [_fraction(weight) / _fraction(total) for weight in pattern]
        mean = (
            _geometric(arithmetic, scaled, exponents)
            if how == "geometric"
            else _harmonic(arithmetic, scaled, exponents)
        )
        points[rows] = mean * full[rows]
    return points, some, None


def _fraction(weight: Any) -> Fraction:
    return weight if isinstance(weight, Fraction) else Fraction(float(weight)).limit_denominator(10**6)


def _geometric(arithmetic: Arithmetic, scaled: Sequence[Array], exponents: Sequence[Fraction]) -> Array:
    """Raise the product of whole powers to one root: exact where the result is rational. Values below zero count as
    zero.
    """
    zero = arithmetic.number(Fraction(0))
    degree = math.lcm(*(exponent.denominator for exponent in exponents))
    if degree > LONG_ROOT:
        floored = [(np.maximum(values, zero), exponent) for values, exponent in zip(scaled, exponents, strict=True)]
        columns, powers = zip(*((values, exponent) for values, exponent in floored if exponent), strict=True)
        return np.asarray(ExactVector.of([product_of_powers(row, powers) for row in zip(*columns, strict=True)]))
    product: Any = arithmetic.full(len(scaled[0]), Fraction(1))
    for values, exponent in zip(scaled, exponents, strict=True):
        if exponent:
            product = product * np.maximum(values, zero) ** int(exponent * degree)
    return arithmetic.power(product, Fraction(1, degree))


def _harmonic(arithmetic: Arithmetic, scaled: Sequence[Array], exponents: Sequence[Fraction]) -> Array:
    """One over the weighted mean of the inverses; zero where any value is zero or below."""
    zero, one = arithmetic.number(Fraction(0)), arithmetic.number(Fraction(1))
    flat = np.zeros(len(scaled[0]), dtype=bool)
    inverse: Any = arithmetic.full(len(scaled[0]), Fraction(0))
    for values, exponent in zip(scaled, exponents, strict=True):
        if exponent:
            flat |= np.asarray(values <= zero, dtype=bool)
            inverse = inverse + arithmetic.number(exponent) / np.where(values <= zero, one, values)
    return np.asarray(np.where(flat, zero, one / np.where(flat, one, inverse)))
