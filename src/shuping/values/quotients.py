"""Rules of fractions over whole arrays: a quotient is a pair of numerators and denominators.

The denominators are one integer where all elements share it, which makes sums, comparisons and maxima plain integer
work; an array elsewhere. They are positive. Quotients are reduced where that is cheap, not always: equality is asked
by multiplying out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.values.integers import (
    SAFE_BITS,
    Ints,
    add,
    bits,
    compact,
    divide_exactly,
    greatest_divisor,
    multiply,
    same,
    wide,
)
from shuping.values.rounding import Mode

Quotient = tuple[Ints, Ints]
SHARED_BITS = 4096
"""Above this many bits a common denominator costs more than fraction by fraction."""


def plus(left: Quotient, right: Quotient) -> Quotient:
    """Return the sum over the least common denominator."""
    (top, bottom), (other, under) = left, right
    if same(bottom, under):
        return add(top, other), bottom
    divisor = greatest_divisor(bottom, under)
    mine, theirs = divide_exactly(bottom, divisor), divide_exactly(under, divisor)
    return add(multiply(top, theirs), multiply(other, mine)), multiply(bottom, theirs)


def minus(left: Quotient, right: Quotient) -> Quotient:
    """Return the difference."""
    return plus(left, negative(right))


def negative(value: Quotient) -> Quotient:
    """Return the opposite."""
    return -value[0], value[1]


def absolute(value: Quotient) -> Quotient:
    """Return the magnitude."""
    top = value[0]
    return (abs(top) if isinstance(top, int) else np.abs(top)), value[1]


def times(left: Quotient, right: Quotient) -> Quotient:
    """Return the product."""
    return reduced((multiply(left[0], right[0]), multiply(left[1], right[1])))


def over(left: Quotient, right: Quotient) -> Quotient:
    """Return the quotient. Raises ZeroDivisionError where the divisor is zero anywhere."""
    (top, bottom), (other, under) = left, right
    if (other == 0) if isinstance(other, int) else (other == 0).any():
        raise ZeroDivisionError("a quotient of exact numbers by zero")
    if same(bottom, under):
        above, below = top, other
    else:
        above, below = multiply(top, under), multiply(bottom, other)
    if isinstance(below, int):
        return reduced((above, below) if below > 0 else (-above, -below))
    if (below < 0).any():
        sign = np.where(below < 0, -1, 1)
        above, below = multiply(above, sign), multiply(below, sign)
    return reduced((above, below))


def reduced(value: Quotient) -> Quotient:
    """Return the quotient with smaller numbers where that is cheap; one denominator where all are the same."""
    top, bottom = value
    if isinstance(bottom, int):
        if bottom == 1 or max(bits(top), bits(bottom)) <= SAFE_BITS // 2:
            return top, bottom
        divisor = math.gcd(bottom, top if isinstance(top, int) else _common_divisor(top, bottom))
        return compact(divide_exactly(top, divisor)), bottom // divisor
    if not bottom.size:
        return top, 1
    divisors = greatest_divisor(top, bottom)
    above, below = compact(divide_exactly(top, divisors)), compact(divide_exactly(bottom, divisors))
    if not isinstance(below, int) and (below == below[0]).all():
        return above, int(below[0])
    return above, below


def _common_divisor(top: NDArray[Any], bottom: int) -> int:
    if top.dtype != object:
        return int(np.gcd.reduce(top)) if top.size else bottom
    divisor = bottom
    for number in top:
        divisor = math.gcd(divisor, number)
        if divisor == 1:
            break
    return divisor


def compare(left: Quotient, right: Quotient, test: Callable[[Any, Any], Any]) -> NDArray[np.bool_]:
    """Return ``test`` (a comparing ufunc) element by element."""
    (top, bottom), (other, under) = left, right
    if not same(bottom, under):
        top, other = multiply(top, under), multiply(other, bottom)
    return np.asarray(test(top, other), dtype=np.bool_)


def choose(condition: NDArray[np.bool_], left: Quotient, right: Quotient) -> Quotient:
    """Return ``left`` where the condition holds, else ``right``."""
    (top, bottom), (other, under) = left, right
    if same(bottom, under):
        return _where(condition, top, other), bottom
    if isinstance(bottom, int) and isinstance(under, int):
        shared = math.lcm(bottom, under)
        if shared.bit_length() <= SAFE_BITS:
            return _where(condition, multiply(top, shared // bottom), multiply(other, shared // under)), shared
    return _where(condition, top, other), _where(condition, bottom, under)


def _where(condition: NDArray[np.bool_], left: Ints, right: Ints) -> Ints:
    if max(bits(left), bits(right)) > SAFE_BITS:
        left, right = (np.array(side, dtype=object) if isinstance(side, int) else side for side in (left, right))
    return np.where(condition, left, right)


def shared(value: Quotient) -> tuple[NDArray[Any], int] | None:
    """Return an array's numerators over one common denominator; None where that would be huge."""
    top, bottom = value
    assert not isinstance(top, int)
    if isinstance(bottom, int):
        return top, bottom
    below = 1
    for each in np.unique(bottom).tolist():
        below = math.lcm(below, each)
        if below.bit_length() > SHARED_BITS:
            return None
    scaled = multiply(top, divide_exactly(below, bottom))
    assert not isinstance(scaled, int)
    return scaled, below


def rounded(value: Quotient, places: int, mode: Mode) -> Quotient:
    """Return an array rounded to ``places`` decimals, as ``rounding.round_exact`` does each number."""
    top, bottom = value
    assert not isinstance(top, int)
    scaled = multiply(np.abs(top), 10**places)
    if max(bits(scaled), bits(bottom)) >= SAFE_BITS:
        scaled, bottom = wide(scaled), wide(bottom)
    whole: Any = scaled // bottom
    beyond = 2 * (scaled - whole * bottom)  # below twice the denominator
    if mode == "half_up":
        up = beyond >= bottom
    elif mode == "half_up_positive":
        up = np.where(top > 0, beyond >= bottom, beyond > bottom)
    elif mode == "half_even":
        up = (beyond > bottom) | ((beyond == bottom) & (whole % 2 == 1))
    else:
        up = np.zeros(len(top), dtype=bool)
    steps = whole + np.asarray(up, dtype=bool)
    return np.where(top < 0, -steps, steps), 10**places
