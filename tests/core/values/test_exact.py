"""Logarithms and roots against other ways of working them out, and the mark that they carry."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.values.exact import Irrational, UndecidableRounding, decide, ln, root

SERIES_ERROR = Fraction(1, 10**56)
positive = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6)


def ln_by_series(value: Fraction) -> Fraction:
    """Return ln to 80 digits by halving to near 1 and ln x = 2 artanh((x-1)/(x+1)), in whole numbers only."""
    scale = 10**80

    def near_one(number: Fraction) -> int:
        ratio = abs(number - 1) / (number + 1)
        step = ratio.numerator * scale // ratio.denominator
        square = step * step // scale
        total, power, odd = 0, step, 1
        while power:
            total += power // odd
            power, odd = power * square // scale, odd + 2
        return 2 * total if number >= 1 else -2 * total

    halvings = 0
    while value > Fraction(3, 2):
        value, halvings = value / 2, halvings + 1
    while value < Fraction(3, 4):
        value, halvings = value * 2, halvings - 1
    return Fraction(near_one(value) + halvings * near_one(Fraction(2)), scale)


@given(positive)
def test_ln_agrees_with_its_series(value: Fraction) -> None:
    assert abs(Fraction(ln(value)) - ln_by_series(value)) < SERIES_ERROR


def test_ln_2_has_its_known_digits() -> None:
    known = "0.69314718055994530941723212145817656807550013436025525412068"
    assert abs(Fraction(ln(Fraction(2))) - Fraction(known)) < Fraction(1, 10**58)


def test_ln_of_one_is_zero_and_not_marked() -> None:
    assert ln(Fraction(1)) == 0
    assert not isinstance(ln(Fraction(1)), Irrational)


@pytest.mark.parametrize("value", [Fraction(0), Fraction(-1)])
def test_there_is_no_ln_of_zero_and_below(value: Fraction) -> None:
    with pytest.raises(ValueError, match="logarithm"):
        ln(value)


@given(st.fractions(min_value=0, max_value=1000, max_denominator=1000), st.integers(1, 7))
def test_roots_of_perfect_powers_are_exact(value: Fraction, degree: int) -> None:
    found = root(value**degree, degree)
    assert found == value
    assert not isinstance(found, Irrational)


@given(positive, st.integers(2, 7))
def test_a_root_raised_again_is_the_number(value: Fraction, degree: int) -> None:
    found = Fraction(root(value, degree))
    assert abs(found**degree - value) <= value * Fraction(degree, 10**57)


def test_the_cube_root_agrees_with_newtons_method() -> None:
    with localcontext(prec=80):
        guess = Decimal("0.9")
        for _ in range(12):
            guess -= (guess**3 - Decimal("0.7")) / (3 * guess**2)
    found = root(Fraction(7, 10), 3)
    assert isinstance(found, Irrational)
    assert abs(Fraction(found) - Fraction(guess)) < Fraction(1, 10**57)


@pytest.mark.parametrize(("value", "degree"), [(Fraction(-1), 3), (Fraction(2), 0)])
def test_roots_that_do_not_exist_are_refused(value: Fraction, degree: int) -> None:
    with pytest.raises(ValueError, match="roots"):
        root(value, degree)


MARKED = root(Fraction(2), 2)
OPERATIONS: list[Callable[[Any, Any], Any]] = [operator.add, operator.sub, operator.mul, operator.truediv]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("other", [3, Fraction(2, 7), root(Fraction(3), 2)])
def test_the_mark_survives_arithmetic(operation: Callable[[Any, Any], Any], other: Any) -> None:
    for found, plain in (
        (operation(MARKED, other), operation(Fraction(MARKED), Fraction(other))),
        (operation(other, MARKED), operation(Fraction(other), Fraction(MARKED))),
    ):
        assert isinstance(found, Irrational)
        assert Fraction(found) == plain


def test_the_mark_survives_signs_powers_and_sums() -> None:
    for found in (
        -MARKED,
        +MARKED,
        abs(-MARKED),
        MARKED**2,
        MARKED**3,
        sum([MARKED, Fraction(1)]),
        max(MARKED, Fraction(0)),
    ):
        assert isinstance(found, Irrational)


def test_the_mark_survives_arrays() -> None:
    marked, plain = np.array([MARKED, Fraction(1)], dtype=object), np.array([Fraction(1, 3), Fraction(2)], dtype=object)
    for found in (
        marked + plain,
        plain - marked,
        marked * plain,
        plain / marked,
        -marked,
        np.maximum(marked, Fraction(0)),
        marked**2,
    ):
        assert isinstance(found[0], Irrational)
        assert not isinstance(found[1], Irrational)
    assert isinstance(np.add.reduceat(marked, [0])[0], Irrational)


HAIR = Fraction(1, 10**35)


@pytest.mark.parametrize("side", [HAIR, -HAIR, Fraction(0)])
def test_a_marked_number_by_the_half_way_point_is_not_rounded(side: Fraction) -> None:
    value = Fraction("93.705") + side
    with pytest.raises(UndecidableRounding):
        decide(Irrational(value), 2)
    with pytest.raises(UndecidableRounding):
        decide(Irrational(-value), 2, "half_even")


def test_a_plain_number_half_way_is_rounded_and_so_is_a_marked_one_further_off() -> None:
    assert decide(Fraction("93.705"), 2) == Fraction("93.71")
    assert decide(Fraction("93.705") - HAIR, 2) == Fraction("93.70")
    assert decide(Irrational(Fraction("93.705") + Fraction(1, 10**29)), 2) == Fraction("93.71")
    assert decide(Irrational(Fraction("93.705") - Fraction(1, 10**29)), 2) == Fraction("93.70")


def test_rounding_down_turns_at_whole_steps_and_not_half_way() -> None:
    assert decide(Irrational(Fraction("93.705")), 2, "down") == Fraction("93.70")
    for side in (HAIR, -HAIR):
        with pytest.raises(UndecidableRounding):
            decide(Irrational(Fraction("93.71") + side), 2, "down")


def test_what_was_decided_is_plain() -> None:
    assert not isinstance(decide(MARKED, 4), Irrational)
    assert decide(MARKED, 4) == Fraction("1.4142")
