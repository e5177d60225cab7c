"""Rounding and reading of exact numbers against a table worked out by hand, and against Python's decimal."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.values import Mode, parse_exact, round_exact, show, show_short, to_decimal

TABLE = [  # value, places, half_up, half_even, down
    ("93.705", 2, "93.71", "93.70", "93.70"),
    ("93.715", 2, "93.72", "93.72", "93.71"),
    ("-0.305", 2, "-0.31", "-0.30", "-0.30"),
    ("0.004999", 2, "0.00", "0.00", "0.00"),
    ("-0.004", 2, "0.00", "0.00", "0.00"),
    ("-0.005", 2, "-0.01", "0.00", "0.00"),
    ("2.5", 0, "3", "2", "2"),
    ("-2.5", 0, "-3", "-2", "-2"),
    ("3.5", 0, "4", "4", "3"),
    ("99.995", 2, "100.00", "100.00", "99.99"),
    ("2/3", 4, "0.6667", "0.6667", "0.6666"),
    ("1/8", 2, "0.13", "0.12", "0.12"),
    ("7", 3, "7.000", "7.000", "7.000"),
]


@pytest.mark.parametrize(("value", "places", "up", "even", "down"), TABLE)
def test_the_table_of_roundings(value: str, places: int, up: str, even: str, down: str) -> None:
    number = parse_exact(value)
    assert show(number, places) == up
    assert show(number, places, "half_even") == even
    assert show(number, places, "down") == down


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="ceiling"):
        round_exact(Fraction(1, 3), 2, "ceiling")  # type: ignore[arg-type]


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 5))
def test_rounding_is_that_of_decimal(value: Decimal, places: int) -> None:
    modes: dict[Mode, str] = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
    for mode, constant in modes.items():
        expected = value.quantize(Decimal(1).scaleb(-places), constant)
        found = to_decimal(Fraction(value), places, mode)
        assert found == expected
        assert found.as_tuple().exponent == -places
        assert not (found.is_zero() and found.is_signed()), "no minus zero is ever printed"


READ = [
    ("0.85", Fraction(17, 20)),
    ("85%", Fraction(17, 20)),
    (" 85 % ", Fraction(17, 20)),
    ("2/3", Fraction(2, 3)),
    ("2 / 3", Fraction(2, 3)),
    ("-2/3", Fraction(-2, 3)),
    ("1.5/2.5", Fraction(3, 5)),
    ("1/2%", Fraction(1, 200)),
    (".5", Fraction(1, 2)),
    ("-.5", Fraction(-1, 2)),
    ("+7", Fraction(7)),
    ("5.", Fraction(5)),
    ("007", Fraction(7)),
    ("0.1234567890123456789012345", Fraction(1234567890123456789012345, 10**25)),
    ("9" * 60, Fraction(int("9" * 60))),
]


@pytest.mark.parametrize(("text", "number"), READ)
def test_numbers_are_read_exactly(text: str, number: Fraction) -> None:
    assert parse_exact(text) == number


REFUSED = (  # noqa: SIM905 - a list would fill half a page
    "; ;.;-;%;1e5;1E-2;1_000;1,000;１２;²;½;inf;nan;0x10;1 2;--5;-+5;1/0;1/0.0;1/2/3;/2;2/;5%%;%5;5%/2;一;1.2.3;1. 2"
).split(";")


@pytest.mark.parametrize("text", [*REFUSED, "9" * 5000])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ; the kind is what callers rely on
        parse_exact(text)


@given(st.fractions())
def test_a_fraction_is_read_as_it_is_written(number: Fraction) -> None:
    assert parse_exact(f"{number.numerator}/{number.denominator}") == number


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [("12.00", 6, "12"), ("0.25", 6, "0.25"), ("1/3", 6, "0.333333"), ("-0.0000001", 6, "0"), ("120", 0, "120")],
)
def test_short_figures_have_no_trailing_zeros(value: str, places: int, text: str) -> None:
    assert show_short(parse_exact(value), places) == text


@pytest.mark.parametrize(
    ("value", "places", "wanted"),
    [
        ("-0.305", 2, "-0.30"),
        ("0.305", 2, "0.31"),
        ("-0.3050001", 2, "-0.31"),
        ("-0.3049999", 2, "-0.30"),
        ("-0.5", 0, "0"),
        ("-1.5", 0, "-1"),
        ("2.5", 0, "3"),
        ("-2/3", 1, "-0.7"),
    ],
)
def test_half_up_towards_plus_infinity(value: str, places: int, wanted: str) -> None:
    assert show(parse_exact(value), places, "half_up_positive") == wanted


@given(st.fractions(max_denominator=2000), st.integers(0, 3))
def test_half_up_positive_is_the_floor_of_a_half_more(value: Fraction, places: int) -> None:
    scaled = value * 10**places + Fraction(1, 2)
    assert round_exact(value, places, "half_up_positive") == Fraction(
        scaled.numerator // scaled.denominator, 10**places
    )
