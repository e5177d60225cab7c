"""Products of powers with awkward exponents: exact where rational, right to 60 digits elsewhere."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping.values.exact import Irrational
from shuping.values.powers import product_of_powers

positive = st.fractions(min_value=Fraction(1, 10**4), max_value=10**4, max_denominator=10**4)
small = st.fractions(min_value=Fraction(1, 30), max_value=30, max_denominator=30)
thousandths = st.integers(1, 999).map(lambda part: Fraction(part, 1000))


@given(positive, thousandths)
def test_the_mean_of_equal_numbers_is_that_number(number: Fraction, weight: Fraction) -> None:
    found = product_of_powers([number, number], [weight, 1 - weight])
    assert found == number
    assert not isinstance(found, Irrational)


@settings(max_examples=20, deadline=None)
@given(small, small, thousandths)
def test_what_was_raised_comes_back(one: Fraction, two: Fraction, weight: Fraction) -> None:
    """(a^1000)^(w) x (b^1000)^(1-w) is rational, whatever common factors a and b have."""
    found = product_of_powers([one**1000, two**1000], [weight, 1 - weight])
    assert found == one ** int(weight * 1000) * two ** int(1000 - weight * 1000)


@given(positive, positive, thousandths)
def test_digits_agree_with_powers_of_decimals(one: Fraction, two: Fraction, weight: Fraction) -> None:
    with localcontext() as context:
        context.prec = 90
        powers = [
            (Decimal(number.numerator) / Decimal(number.denominator))
            ** (Decimal(exponent.numerator) / Decimal(exponent.denominator))
            for number, exponent in ((one, weight), (two, 1 - weight))
        ]
        wanted = Fraction(powers[0] * powers[1])
    found = Fraction(product_of_powers([one, two], [weight, 1 - weight]))
    assert abs(found - wanted) <= wanted / 10**59


def test_zero_makes_the_product_zero_and_nothing_below_it_is_taken() -> None:
    assert product_of_powers([Fraction(0), Fraction(3)], [Fraction(1, 2), Fraction(1, 2)]) == 0
    with pytest.raises(ValueError, match="below zero"):
        product_of_powers([Fraction(-1)], [Fraction(1, 3)])
