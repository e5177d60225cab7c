"""Exact arithmetic beyond the rationals: logarithms and roots to 50 digits, marked so that nobody rounds them blindly.

A rational stays a ``Fraction``. What cannot be one becomes an ``Irrational``: a Fraction that carries the first 50 or
more digits, and whose sums and products stay marked. ``decide`` refuses to round a marked number that lies within 1e-30
of a half-way point, because its digits cannot tell on which side it falls.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from shuping.values.rounding import Mode, round_exact, show

DIGITS = 60  # ten beyond the promised fifty, so that a few operations lose nothing that counts
UNDECIDED = Fraction(1, 10**30)
_CONTEXT = Context(prec=DIGITS)


class UndecidableRounding(ArithmeticError):
    """A marked number lies so near a half-way point that 50 digits do not tell how to round it."""


class Irrational(Fraction):
    """A number known to about 60 digits only. Arithmetic with it stays marked; comparisons are those of its digits."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return _mark(Fraction.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return _mark(Fraction.__radd__(self, other))

    def __sub__(self, other: Any) -> Any:
        return _mark(Fraction.__sub__(self, other))

    def __rsub__(self, other: Any) -> Any:
        return _mark(Fraction.__rsub__(self, other))

    def __mul__(self, other: Any) -> Any:
        return _mark(Fraction.__mul__(self, other))

    def __rmul__(self, other: Any) -> Any:
        return _mark(Fraction.__rmul__(self, other))

    def __truediv__(self, other: Any) -> Any:
        return _mark(Fraction.__truediv__(self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return _mark(Fraction.__rtruediv__(self, other))

    def __pow__(self, other: Any, modulo: None = None) -> Any:
        return _mark(Fraction.__pow__(self, other))

    def __pos__(self) -> Any:
        return self

    def __neg__(self) -> Any:
        return _mark(Fraction.__neg__(self))

    def __abs__(self) -> Any:
        return _mark(Fraction.__abs__(self))


def _mark(value: Any) -> Any:
    return Irrational(value) if isinstance(value, Fraction) else value


def ln(value: Fraction) -> Fraction:
    """Return the natural logarithm to 60 digits (exactly 0 for 1). Raises ValueError unless the value is positive."""
    if value <= 0:
        raise ValueError("the logarithm of a number that is not positive")
    if value == 1:
        return Fraction(0)
    return Irrational(_CONTEXT.ln(_CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))))


def root(value: Fraction, degree: int) -> Fraction:
    """Return the ``degree``-th root: exact where it is rational, else to 60 digits.

    Raises ValueError for a negative value or a degree below 1.
    """
    if value < 0 or degree < 1:
        raise ValueError("roots are of numbers not below zero, of degree 1 and more")
    if degree == 1 or value in (0, 1):
        return value
    top, bottom = _whole_root(value.numerator, degree), _whole_root(value.denominator, degree)
    if top is not None and bottom is not None and not isinstance(value, Irrational):
        return Fraction(top, bottom)
    spare = DIGITS + 1 + max(0, value.denominator.bit_length() - value.numerator.bit_length()) // (3 * degree)
    scaled = value.numerator * 10 ** (degree * spare) // value.denominator
    return Irrational(_floor_root(scaled, degree), 10**spare)


def _whole_root(number: int, degree: int) -> int | None:
    found = _floor_root(number, degree)
    return found if found**degree == number else None


def _floor_root(number: int, degree: int) -> int:
    """Return the whole part of the root by Newton's method, from above; ``number`` is positive."""
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def decide(value: Fraction, places: int, mode: Mode = "half_up") -> Fraction:
    """Round to ``places``. Raises UndecidableRounding for a marked number within 1e-30 of where rounding turns."""
    _refuse_undecided(value, places, mode)
    return round_exact(Fraction(value), places, mode)


def show_decided(value: Fraction, places: int, mode: Mode = "half_up") -> str:
    """Return the value rounded to ``places`` as text with all of them. Raises UndecidableRounding as ``decide``."""
    _refuse_undecided(value, places, mode)
    return show(value, places, mode)


def _refuse_undecided(value: Fraction, places: int, mode: Mode) -> None:
    if isinstance(value, Irrational):
        whole = value.denominator
        rest = abs(value.numerator) * 10**places % whole
        beyond = abs(2 * rest - (0 if mode == "down" else whole))  # in halves of the last decimal, over ``whole``
        if min(beyond, 2 * whole - beyond) * UNDECIDED.denominator < 2 * whole * 10**places:
            raise UndecidableRounding(f"{places} places: the value lies within 1e-30 of where rounding turns")
