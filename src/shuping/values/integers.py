"""Integer arithmetic of whole arrays that never overflows: int64 while it fits, Python integers beyond.

Every function takes arrays (int64, or object holding Python integers) and plain Python integers alike.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[Any] | int
SAFE_BITS = 62
_WIDE = 1 << 20


def bits(value: Ints) -> int:
    """Return how many bits the largest magnitude takes; very many for an array of Python integers."""
    if isinstance(value, int):
        return value.bit_length()
    if value.dtype == object:
        return _WIDE
    return max(int(value.max()).bit_length(), int(value.min()).bit_length()) if value.size else 0


def wide(value: Ints) -> Ints:
    """Return the same as Python integers."""
    return value if isinstance(value, int) or value.dtype == object else value.astype(object)


def compact(value: Ints) -> Ints:
    """Return Python integers as int64 where all fit."""
    if isinstance(value, int) or value.dtype != object or not value.size:
        return value
    if max(int(value.max()).bit_length(), int(value.min()).bit_length()) > SAFE_BITS:
        return value
    return value.astype(np.int64)


def multiply(left: Ints, right: Ints) -> Ints:
    """Return the product."""
    if isinstance(right, int) and right == 1:
        return left
    if isinstance(left, int) and left == 1:
        return right
    if bits(left) + bits(right) > SAFE_BITS:
        left, right = wide(left), wide(right)
    product: Ints = left * right
    return product


def add(left: Ints, right: Ints) -> Ints:
    """Return the sum."""
    if max(bits(left), bits(right)) >= SAFE_BITS:
        left, right = wide(left), wide(right)
    total: Ints = left + right
    return total


def greatest_divisor(left: Ints, right: Ints) -> Ints:
    """Return the greatest common divisor, element by element."""
    if isinstance(left, int) and isinstance(right, int):
        return math.gcd(left, right)
    if max(bits(left), bits(right)) > SAFE_BITS:
        left, right = wide(left), wide(right)
    divisor: Ints = np.gcd(left, right)
    return divisor


def divide_exactly(value: Ints, divisor: Ints) -> Ints:
    """Return the quotient of a value that the divisor divides."""
    if isinstance(divisor, int) and divisor == 1:
        return value
    if max(bits(value), bits(divisor)) > SAFE_BITS:
        value, divisor = wide(value), wide(divisor)
    quotient: Ints = value // divisor
    return quotient


def same(left: Ints, right: Ints) -> bool:
    """Tell whether two denominators are the same throughout."""
    if left is right:
        return True
    if isinstance(left, int) or isinstance(right, int):
        return isinstance(left, int) and isinstance(right, int) and left == right
    return left.shape == right.shape and bool((left == right).all())
