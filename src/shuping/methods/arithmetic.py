"""Two arithmetics behind one set of rules: exact numbers in vectors of integers, or float64.

A scoring rule is written once, with numpy's operators; what differs (constants, logarithms, roots) is asked of the
arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from shuping.values import exact
from shuping.values.vector import ExactVector

Array = NDArray[Any]
"""One number per unit: float64, or exact numbers (an ``ExactVector``, or Fractions in an object array)."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How constants become array elements, and the two functions that numpy has for floats only."""

    name: str
    dtype: Any
    number: Callable[[Fraction], Any]
    ln: Callable[[Array], Array]
    power: Callable[[Array, Fraction], Array]

    def array(self, numbers: list[Fraction]) -> Array:
        """Return the numbers as an array of this arithmetic, shape (len(numbers),)."""
        if self.dtype is object:
            return cast("Array", ExactVector.of(numbers))
        return np.array([self.number(number) for number in numbers], dtype=self.dtype)

    def whole(self, numbers: NDArray[np.int64]) -> Array:
        """Return whole numbers (ranks, counts) as an array that divides as this arithmetic does, the same shape."""
        if self.dtype is object:
            return cast("Array", ExactVector(numbers.astype(np.int64)))
        return numbers.astype(np.float64)

    def full(self, count: int, number: Fraction) -> Array:
        """Return ``count`` times the same number."""
        if self.dtype is object:
            return cast("Array", ExactVector.of([number])[np.zeros(count, dtype=np.int64)])
        return np.full(count, self.number(number), dtype=self.dtype)


def _exact_ln(values: Array) -> Array:
    return _each(exact.ln, values)


def _exact_power(values: Array, exponent: Fraction) -> Array:
    def power(value: Fraction) -> Fraction:
        return exact.root(value**exponent.numerator, exponent.denominator)

    return _each(power, values)


def _each(function: Callable[[Fraction], Fraction], values: Array) -> Array:
    found = np.empty(len(values), dtype=object)
    found[:] = [function(value) for value in values]
    return found


def _float_power(values: Array, exponent: Fraction) -> Array:
    if exponent == Fraction(1, 3):
        return np.cbrt(values)
    return np.asarray(values ** float(exponent))


EXACT = Arithmetic("exact", object, lambda number: number, _exact_ln, _exact_power)
FLOAT = Arithmetic("float", np.float64, float, np.log, _float_power)


@dataclass(frozen=True)
class Groups:
    """Which units stand in which comparison group: ``codes`` (n,), not below zero, equal codes side by side."""

    codes: NDArray[np.int64]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Return the index at which each run of equal codes begins."""
        if not len(self.codes):
            return np.zeros(0, dtype=np.int64)
        return np.concatenate(([0], np.flatnonzero(np.diff(self.codes)) + 1)).astype(np.int64)

    @cached_property
    def _lengths(self) -> NDArray[np.int64]:
        return np.diff(np.append(self.starts, len(self.codes)))

    def spread(self, per_group: Array) -> Array:
        """Return a per-group array repeated for each unit, shape (n,)."""
        return np.repeat(per_group, self._lengths)

    def highest(self, values: Array) -> Array:
        """Return each unit's group maximum, shape (n,)."""
        return self.spread(np.maximum.reduceat(values, self.starts)) if len(values) else values

    def lowest(self, values: Array) -> Array:
        """Return each unit's group minimum, shape (n,)."""
        return self.spread(np.minimum.reduceat(values, self.starts)) if len(values) else values

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Return how many units each unit's group has, shape (n,)."""
        return self.spread(np.diff(np.append(self.starts, len(self.codes)))).astype(np.int64)

    def total(self, values: Array) -> Array:
        """Return each unit's group sum, shape (n,)."""
        return self.spread(np.add.reduceat(values, self.starts)) if len(values) else values

    def mean(self, values: Array) -> Array:
        """Return each unit's group mean, shape (n,)."""
        if not len(values):
            return values
        starts = self.starts
        counts = np.diff(np.append(starts, len(values)))
        return self.spread(np.add.reduceat(values, starts) / counts.astype(values.dtype))

    def ranks(self, values: Array, *, ascending: bool) -> NDArray[np.int64]:
        """Return competition ranks within each group (1, 2, 2, 4), 1 for the highest, or for the lowest if
        ``ascending``.
        """
        if not len(values):
            return np.zeros(0, dtype=np.int64)
        places = values if values.dtype == np.float64 else np.unique(values, return_inverse=True)[1].astype(np.int64)
        keys = places if ascending else -places
        order = np.lexsort((keys, self.codes))
        group, key = self.codes[order], keys[order]
        index = np.arange(len(values))
        fresh = np.concatenate(([True], (np.diff(group) != 0) | (np.diff(key) != 0)))
        begins = np.concatenate(([True], np.diff(group) != 0))
        first = np.maximum.accumulate(np.where(fresh, index, 0))
        start = np.maximum.accumulate(np.where(begins, index, 0))
        ranks = np.empty(len(values), dtype=np.int64)
        ranks[order] = first - start + 1
        return ranks
