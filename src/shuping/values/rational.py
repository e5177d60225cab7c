"""Vectors of exact numbers with their missing reasons: the arithmetic of 40,000 units at once.

A ``Rationals`` holds numerators, positive denominators and a reason code per cell, as numpy arrays: int64 as long as
every intermediate stays below 2**62, Python integers in object arrays beyond that, so no digit is ever lost. A cell
with a reason holds 0/1. An operation with a missing cell is missing, with the first reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.values.missing import REASONS, Missing, Value

Ints = NDArray[Any]
"""int64, or object holding Python integers."""
Codes = NDArray[np.int8]
Bools = NDArray[np.bool_]
REASON_OF_CODE = ("", *REASONS)
CODE_OF_REASON = {reason: code for code, reason in enumerate(REASON_OF_CODE) if code}
SAFE_BITS = 62
SHARED_BITS = 4096
"""Above this many bits a common denominator costs more than adding fraction by fraction."""


def ints(values: Iterable[int]) -> Ints:
    """Return the integers as int64 where all fit, else as Python integers."""
    return _compact(np.array(list(values), dtype=object))


def _bits(array: Ints) -> int:
    if not array.size:
        return 0
    return max(int(array.max()).bit_length(), int(array.min()).bit_length())


def _compact(array: Ints) -> Ints:
    if array.dtype == object and _bits(array) <= SAFE_BITS:
        short: Ints = array.astype(np.int64)
        return short
    return array


def _multiply(left: Ints, right: Ints) -> Ints:
    if left.dtype == object or right.dtype == object or _bits(left) + _bits(right) > SAFE_BITS:
        left, right = left.astype(object), right.astype(object)
    product: Ints = left * right
    return product


def _add(left: Ints, right: Ints) -> Ints:
    if left.dtype == object or right.dtype == object or max(_bits(left), _bits(right)) >= SAFE_BITS:
        left, right = left.astype(object), right.astype(object)
    total: Ints = left + right
    return total


@dataclass(frozen=True, slots=True)
class Flags:
    """Truth per cell, or a reason: three-valued, ``false and missing`` is false, ``true or missing`` is true."""

    true: Bools
    why: Codes

    @classmethod
    def full(cls, value: bool, size: int) -> Flags:
        """Return the same truth in every cell."""
        return cls(np.full(size, value), np.zeros(size, dtype=np.int8))

    def __invert__(self) -> Flags:
        return Flags(~self.true & (self.why == 0), self.why)

    def __and__(self, other: Flags) -> Flags:
        false = (~self.true & (self.why == 0)) | (~other.true & (other.why == 0))
        return Flags(self.true & other.true, np.where(false, np.int8(0), _first(self.why, other.why)))

    def __or__(self, other: Flags) -> Flags:
        return ~(~self & ~other)


@dataclass(frozen=True, slots=True)
class Rationals:
    """Exact numbers: ``top / bottom`` where ``why`` is 0, else missing for the reason ``REASON_OF_CODE[why]``."""

    top: Ints
    bottom: Ints
    why: Codes

    # --- making and reading

    @classmethod
    def make(cls, top: Ints, bottom: Ints | int = 1, why: Codes | None = None) -> Rationals:
        """Return the vector in lowest terms. A denominator of 0 becomes Missing("division_by_zero")."""
        why = np.zeros(len(top), dtype=np.int8) if why is None else why
        below = np.full(len(top), bottom) if isinstance(bottom, int) else bottom
        zero = (below == 0) & (why == 0)
        if zero.any():
            why = np.where(zero, np.int8(CODE_OF_REASON["division_by_zero"]), why)
        empty = why != 0
        if empty.any():
            top, below = np.where(empty, 0, top), np.where(empty, 1, below)
        return cls(*_lowest(top, below), why)

    @classmethod
    def full(cls, value: Value, size: int) -> Rationals:
        """Return the same value in every cell."""
        return cls.of([value]).take(np.zeros(size, dtype=np.int64))

    @classmethod
    def of(cls, values: Sequence[Value]) -> Rationals:
        """Return the vector of these values."""
        tops = ints(0 if isinstance(value, Missing) else value.numerator for value in values)
        bottoms = ints(1 if isinstance(value, Missing) else value.denominator for value in values)
        why = [CODE_OF_REASON[value.reason] if isinstance(value, Missing) else 0 for value in values]
        return cls(tops, bottoms, np.array(why, dtype=np.int8))

    def values(self) -> list[Value]:
        """Return the cells as ``Fraction`` or ``Missing``."""
        cells = zip(self.top.tolist(), self.bottom.tolist(), self.why.tolist(), strict=True)
        return [Missing(REASON_OF_CODE[why]) if why else Fraction(top, bottom) for top, bottom, why in cells]

    def __len__(self) -> int:
        return len(self.top)

    @property
    def known(self) -> Bools:
        """True where there is a number."""
        known: Bools = self.why == 0
        return known

    def take(self, places: NDArray[np.int64]) -> Rationals:
        """Return the cells at these places."""
        return Rationals(self.top[places], self.bottom[places], self.why[places])

    def put(self, places: NDArray[np.int64], other: Rationals) -> Rationals:
        """Return a copy in which the cells at ``places`` are those of ``other``."""
        return Rationals(
            _placed(self.top, places, other.top),
            _placed(self.bottom, places, other.bottom),
            _placed(self.why, places, other.why),
        )

    # --- arithmetic

    def __neg__(self) -> Rationals:
        return Rationals(-self.top, self.bottom, self.why)

    def __abs__(self) -> Rationals:
        return Rationals(np.abs(self.top), self.bottom, self.why)

    def __add__(self, other: Rationals) -> Rationals:
        why = _first(self.why, other.why)
        if np.array_equal(self.bottom, other.bottom):
            return Rationals.make(_add(self.top, other.top), self.bottom, why)
        top = _add(_multiply(self.top, other.bottom), _multiply(other.top, self.bottom))
        return Rationals.make(top, _multiply(self.bottom, other.bottom), why)

    def __sub__(self, other: Rationals) -> Rationals:
        return self + -other

    def __mul__(self, other: Rationals) -> Rationals:
        top, bottom = _multiply(self.top, other.top), _multiply(self.bottom, other.bottom)
        return Rationals.make(top, bottom, _first(self.why, other.why))

    def __truediv__(self, other: Rationals) -> Rationals:
        top, bottom = _multiply(self.top, other.bottom), _multiply(self.bottom, other.top)
        negative = bottom < 0
        if negative.any():
            top, bottom = np.where(negative, -top, top), np.where(negative, -bottom, bottom)
        return Rationals.make(top, bottom, _first(self.why, other.why))

    def scaled(self, factor: Fraction) -> Rationals:
        """Return every cell times ``factor``."""
        return self if factor == 1 else self * Rationals.full(factor, len(self))

    # --- comparing and choosing

    def compare(self, other: Rationals, test: Callable[[Any, Any], Any]) -> Flags:
        """Return ``test`` (such as ``operator.le``) cell by cell."""
        left, right = _multiply(self.top, other.bottom), _multiply(other.top, self.bottom)
        why = _first(self.why, other.why)
        return Flags(np.asarray(test(left, right), dtype=np.bool_) & (why == 0), why)

    def where_missing(self, other: Rationals) -> Rationals:
        """Return the cells, those of ``other`` where missing."""
        return choose(Flags(self.known, np.zeros(len(self), dtype=np.int8)), self, other)

    # --- over segments

    def shared(self) -> tuple[Ints, int] | None:
        """Return the numerators over one common denominator, and that denominator; None where it would be huge."""
        below = 1
        for bottom in np.unique(self.bottom).tolist():
            below = lcm(below, bottom)
            if below.bit_length() > SHARED_BITS:
                return None
        if below == 1:
            return self.top, 1
        return _multiply(self.top, ints([below]) // self.bottom), below


def choose(condition: Flags, left: Rationals, right: Rationals) -> Rationals:
    """Return ``left`` where the condition holds, else ``right``; missing where the condition is."""
    why = np.where(condition.why != 0, condition.why, np.where(condition.true, left.why, right.why))
    top = np.where(condition.true, left.top, right.top)
    return Rationals.make(top, np.where(condition.true, left.bottom, right.bottom), why.astype(np.int8))


def _placed(array: NDArray[Any], places: NDArray[np.int64], given: NDArray[Any]) -> NDArray[Any]:
    copy = array.astype(object) if given.dtype == object else array.copy()
    copy[places] = given
    return copy


def _first(left: Codes, right: Codes) -> Codes:
    return np.where(left != 0, left, right)


def _lowest(top: Ints, bottom: Ints) -> tuple[Ints, Ints]:
    if bottom.dtype != object and (bottom == 1).all():
        return _compact(top), bottom
    if top.dtype == object or bottom.dtype == object:
        top, bottom = top.astype(object), bottom.astype(object)
    divisor = np.gcd(top, bottom)
    return _compact(top // divisor), _compact(bottom // divisor)
