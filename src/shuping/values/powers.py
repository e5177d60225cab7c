"""Products of powers whose exponents are fractions with any denominator: exact wherever the result is rational.

Weights such as 0.137 and 0.863 ask for a root of degree 1000. Taken apart into factors that share none, a product of
powers shows by its exponents whether it is rational; where it is not, decimals give the digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import gcd

from shuping.values.exact import Irrational, root

_CONTEXT = Context(prec=80)
"""Twenty digits beyond the sixty that are kept: logarithm, sum and exponential lose a few."""
_KEPT = Context(prec=60)


def product_of_powers(numbers: Sequence[Fraction], exponents: Sequence[Fraction]) -> Fraction:
    """Return the product of ``numbers`` (not below zero) raised to ``exponents`` (above zero, as many).

    Exact where it is rational, else marked and right to 60 digits. A number that is marked already leaves the result
    marked. Raises ValueError for a number below zero.
    """
    if any(number < 0 for number in numbers):
        raise ValueError("powers are of numbers not below zero")
    if any(number == 0 for number in numbers):
        return Fraction(0)
    if not any(isinstance(number, Irrational) for number in numbers):
        found = _rational(numbers, exponents)
        if found is not None:
            return found
    total = Decimal(0)
    for number, exponent in zip(numbers, exponents, strict=True):
        logarithm = _CONTEXT.ln(_decimal(number))
        total = _CONTEXT.add(total, _CONTEXT.multiply(logarithm, _decimal(exponent)))
    return Irrational(_KEPT.plus(_CONTEXT.exp(total)))


def _decimal(number: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def _rational(numbers: Sequence[Fraction], exponents: Sequence[Fraction]) -> Fraction | None:
    """Return the product where it is rational: taken apart into coprime factors, each of them has a whole root then."""
    parts = [(part, sign * exponent) for number, exponent in zip(numbers, exponents, strict=True)
             for part, sign in ((number.numerator, 1), (number.denominator, -1)) if part > 1]  # fmt: skip
    found = Fraction(1)
    for factor in _coprime([part for part, _ in parts]):
        power = sum((_multiplicity(part, factor) * exponent for part, exponent in parts), Fraction(0))
        if power.denominator > factor.bit_length():  # no whole number above 1 has such a root
            return None
        base = root(Fraction(factor), power.denominator)
        if isinstance(base, Irrational):
            return None
        found *= base**power.numerator
    return found


def _coprime(numbers: Sequence[int]) -> list[int]:
    """Return factors above 1, no two of which share one, of which all the numbers are products of powers."""
    factors: list[int] = []
    waiting = list(numbers)
    while waiting:
        number = waiting.pop()
        for place, factor in enumerate(factors):
            shared = gcd(number, factor)
            if shared > 1:
                del factors[place]
                waiting += [part for part in (shared, factor // shared, number // shared) if part > 1]
                break
        else:
            factors.append(number)
    return sorted(set(factors))


def _multiplicity(number: int, factor: int) -> int:
    """Return how often a factor divides a number."""
    times = 0
    while number % factor == 0:
        number //= factor
        times += 1
    return times
