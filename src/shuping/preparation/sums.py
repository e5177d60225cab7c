"""Sums, means and medians of exact numbers with many different denominators, without a gcd at every step."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shuping.values.exact import Irrational


def exact_sum(values: Sequence[Fraction]) -> Fraction:
    """Return the sum. Equal denominators are added first, the rest pair by pair, and lowest terms are taken once."""
    by_denominator: dict[int, int] = {}
    for value in values:
        by_denominator[value.denominator] = by_denominator.get(value.denominator, 0) + value.numerator
    pairs = [(top, bottom) for bottom, top in by_denominator.items()]
    while len(pairs) > 1:
        halves = zip(pairs[::2], pairs[1::2], strict=False)
        joined = [(top * under + above * bottom, bottom * under) for (top, bottom), (above, under) in halves]
        pairs = joined + (pairs[-1:] if len(pairs) % 2 else [])
    found = Fraction(*pairs[0]) if pairs else Fraction(0)
    return Irrational(found) if any(isinstance(value, Irrational) for value in values) else found


def mean(values: Sequence[Fraction]) -> Fraction:
    """Return the arithmetic mean. Raises ZeroDivisionError for no values."""
    return exact_sum(values) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    """Return the middle value, or the mean of the two in the middle. Raises IndexError for no values."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
