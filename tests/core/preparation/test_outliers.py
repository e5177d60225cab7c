"""Skewness and kurtosis against scipy and the textbook; drawing in the tail worked by hand; the transformations."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from shuping.preparation.moments import exact_shape, heavy_tail, rough_shape
from shuping.preparation.outliers import treat
from shuping.preparation.sums import exact_sum, mean, median
from shuping.rulebook.preparing import Outliers

numbers = st.lists(st.fractions(-1000, 1000, max_denominator=99), min_size=4, max_size=30).filter(
    lambda values: max(values) != min(values)
)


def fractions(*values: int | str) -> list[Fraction]:
    return [Fraction(value) for value in values]


def rule(**keys: object) -> Outliers:
    return Outliers.model_validate(keys)


@given(numbers)
def test_skewness_and_kurtosis_are_those_of_scipy(values: list[Fraction]) -> None:
    floats = [float(value) for value in values]
    exact, rough = exact_shape(values), rough_shape(values)
    skew, kurtosis = stats.skew(floats, bias=False), stats.kurtosis(floats, bias=False)
    assert math.isclose(float(exact.square), skew**2, rel_tol=1e-6, abs_tol=1e-6)
    assert math.isclose(float(exact.kurtosis), kurtosis, rel_tol=1e-6, abs_tol=1e-6)
    assert math.isclose(float(rough.square), float(exact.square), rel_tol=1e-8, abs_tol=1e-8)
    assert math.isclose(float(rough.kurtosis), float(exact.kurtosis), rel_tol=1e-8, abs_tol=1e-8)


def textbook_kurtosis(values: list[Fraction]) -> Fraction:
    """KURT of the spreadsheets, as their manuals print it."""
    n = len(values)
    middle = sum(values, Fraction(0)) / n
    variance = sum(((value - middle) ** 2 for value in values), Fraction(0)) / (n - 1)
    fourth = sum(((value - middle) ** 4 for value in values), Fraction(0)) / variance**2
    return Fraction(n * (n + 1), (n - 1) * (n - 2) * (n - 3)) * fourth - Fraction(3 * (n - 1) ** 2, (n - 2) * (n - 3))


def test_the_spreadsheet_example_of_skewness_and_kurtosis() -> None:
    """3, 4, 5, 2, 3, 4, 5, 6, 4, 7: the manuals of spreadsheet programs give SKEW 0.359543 and KURT -0.151800."""
    values = fractions(3, 4, 5, 2, 3, 4, 5, 6, 4, 7)
    shape = exact_shape(values)
    assert round(math.sqrt(shape.square), 6) == 0.359543
    assert round(float(shape.kurtosis), 6) == -0.1518
    assert shape.sign == 1


def test_a_kurtosis_that_is_exactly_the_threshold_does_not_exceed_it() -> None:
    values = fractions(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, "100.1")
    threshold = textbook_kurtosis(values)
    assert heavy_tail(values, Fraction(2), threshold) == 0
    assert heavy_tail(values, Fraction(2), threshold - Fraction(1, 10**30)) == 1
    assert heavy_tail([-value for value in values], Fraction(2), threshold - Fraction(1, 10**30)) == -1


def test_a_skewness_near_its_threshold_is_decided_beyond_the_digits_of_floats() -> None:
    values = fractions(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100)
    square = exact_shape(values).square
    assert isinstance(square, Fraction)
    scale = 10**40
    below = Fraction(math.isqrt(square.numerator * scale**2 // square.denominator), scale)
    assert heavy_tail(values, below, Fraction(0)) == 1
    assert heavy_tail(values, below + Fraction(1, scale), Fraction(0)) == 0


def test_few_or_equal_values_have_no_tail() -> None:
    assert heavy_tail(fractions(1, 1, 1000), Fraction(1, 100), Fraction(-100)) == 0
    assert heavy_tail(fractions(5, 5, 5, 5, 5), Fraction(1, 100), Fraction(-100)) == 0


def by_floats(values: list[float], most: int) -> list[float]:
    """The recipe with scipy: while |skew| > 2 and kurtosis > 3.5 set the extreme to its neighbour."""
    found, touched = list(values), set()
    while abs(stats.skew(found, bias=False)) > 2 and stats.kurtosis(found, bias=False) > 3.5 and len(touched) < most:
        end = max(found) if stats.skew(found, bias=False) > 0 else min(found)
        others = [value for value in found if value != end]
        near = max(others) if stats.skew(found, bias=False) > 0 else min(others)
        touched |= {index for index, value in enumerate(found) if value == end}
        found = [near if value == end else value for value in found]
    return found


def test_two_outliers_are_drawn_in_one_after_the_other() -> None:
    """1 to 20, 100 and 300: 300 becomes 100, and as the tail is still heavy both become 20."""
    values = fractions(*range(1, 21), 100, 300)
    done = treat(values, rule(max_points=5))
    assert done.values == tuple(fractions(*range(1, 21), 20, 20))
    assert (done.step, done.drawn_in, done.passed) == ("winsorise", 2, True)
    assert [float(value) for value in done.values] == by_floats([float(value) for value in values], 5)


def test_the_low_tail_is_drawn_in_upwards() -> None:
    done = treat(fractions(*range(1, 21), -80, -280), rule())
    assert done.values == tuple(fractions(*range(1, 21), 1, 1))


def test_no_more_points_than_allowed() -> None:
    values = fractions(*range(1, 21), 100, 300)
    one = treat(values, rule(max_points=1))
    assert (one.values[-2:], one.drawn_in, one.passed) == ((100, 100), 1, False)
    none = treat(values, rule(max_points=0))
    assert (none.values, none.step, none.passed) == (tuple(values), "", False)
    tied = treat(fractions(*range(1, 21), 100, 100), rule(max_points=1))
    assert tied.values[-2:] == (100, 100), "two that stand together move together or not at all"


def test_light_tails_are_left_alone() -> None:
    values = fractions(1, 2, 3, 4, 5, 6)
    assert treat(values, rule()) == treat(values, rule(then="log"))
    assert treat(values, rule()).step == ""


def test_a_logarithm_where_drawing_in_is_not_enough() -> None:
    values = fractions(*range(1, 21), 100, 300)
    done = treat(values, rule(max_points=1, then="log"))
    assert (done.step, done.drawn_in) == ("log", 0)
    expected = [math.log(float(value) - 1 + 0.01 * 299) for value in values]
    assert [float(value) for value in done.values] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("power", ["0", "0.5", "-1", "1/3", "2", "0.35"])
def test_box_cox(power: str) -> None:
    values = fractions(*range(1, 11), 30, "100.7")
    done = treat(values, rule(max_points=0, then="box_cox", **{"lambda": power}))
    exponent = float(Fraction(power))
    shifted = [float(value) for value in values]
    expected = [math.log(x) if exponent == 0 else (x**exponent - 1) / exponent for x in shifted]
    assert done.step == "box_cox"
    assert [float(value) for value in done.values] == pytest.approx(expected, rel=1e-13)


@given(numbers, st.integers(0, 8))
def test_drawing_in_keeps_the_order_and_touches_the_ends_only(values: list[Fraction], most: int) -> None:
    done = treat(values, rule(max_points=most, skew="0.5", kurtosis=-1))
    changed = [index for index, value in enumerate(values) if done.values[index] != value]
    assert len(changed) <= most
    assert min(values) <= min(done.values) <= max(done.values) <= max(values)
    pairs = sorted(zip(values, done.values, strict=True))
    assert all(first[1] <= second[1] for first, second in pairwise(pairs))


@given(numbers, st.fractions(1, 50, max_denominator=7), st.fractions(-50, 50, max_denominator=7))
def test_another_unit_of_measurement_treats_the_same_points(
    values: list[Fraction], times: Fraction, plus: Fraction
) -> None:
    moved = treat([value * times + plus for value in values], rule(skew=1, kurtosis=1))
    assert moved.values == tuple(value * times + plus for value in treat(values, rule(skew=1, kurtosis=1)).values)


@given(st.lists(st.fractions(max_denominator=10**6), min_size=1, max_size=40))
def test_sums_means_and_medians(values: list[Fraction]) -> None:
    assert exact_sum(values) == sum(values)
    assert mean(values) == sum(values) / len(values)
    ordered, half = sorted(values), len(values) // 2
    assert median(values) == (ordered[half] + ordered[-half - 1]) / 2
