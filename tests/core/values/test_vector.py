"""ExactVector against object arrays of Fractions: whatever numpy does with the one it does with the other."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.values.exact import Irrational, UndecidableRounding, ln
from shuping.values.integers import bits
from shuping.values.rounding import Mode, round_exact
from shuping.values.vector import ExactVector

BIG = 2**61
SIZE = 4
small = st.fractions(-50, 50, max_denominator=12)
numbers = st.one_of(
    st.lists(small, min_size=SIZE, max_size=SIZE),
    st.lists(st.integers(-9, 9).map(lambda n: Fraction(n, 100)), min_size=SIZE, max_size=SIZE),
    st.lists(st.integers(-9, 9).map(Fraction), min_size=SIZE, max_size=SIZE),
    st.lists(st.fractions(-(2**70), 2**70, max_denominator=2**65), min_size=SIZE, max_size=SIZE),
    st.lists(st.integers(-3, 3).map(lambda n: Fraction(BIG + n, BIG - 5)), min_size=SIZE, max_size=SIZE),
)
scalars = st.one_of(small, st.integers(-5, 5), st.fractions(-(2**70), 2**70, max_denominator=2**65))
TWO: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "maximum": np.maximum,
    "minimum": np.minimum,
}
MASK = np.array([True, False, False, True])


def plain(numbers: list[Any]) -> np.ndarray:
    found = np.empty(len(numbers), dtype=object)
    found[:] = numbers
    return found


def check(found: Any, expected: np.ndarray) -> None:
    assert isinstance(found, ExactVector | np.ndarray)
    assert list(found) == list(expected)
    if isinstance(found, ExactVector):
        assert found.dtype == object
        assert {type(cell) for cell in found} <= {Fraction}


@pytest.mark.parametrize("name", TWO)
@given(left=numbers, right=numbers, scalar=scalars)
def test_operators(name: str, left: list[Fraction], right: list[Fraction], scalar: Fraction | int) -> None:
    rule = TWO[name]
    mine, theirs = ExactVector.of(left), ExactVector.of(right)
    expected = rule(plain(left), plain(right))
    check(rule(mine, theirs), expected)
    check(rule(mine, plain(right)), expected)
    check(rule(plain(left), theirs), expected)
    check(rule(mine, scalar), rule(plain(left), scalar))
    check(rule(scalar, mine), rule(scalar, plain(left)))
    assert list(mine) == left, "operands stay as they are"


@given(numbers, numbers, scalars)
def test_division(left: list[Fraction], right: list[Fraction], scalar: Fraction | int) -> None:
    if any(value == 0 for value in right):
        with pytest.raises(ZeroDivisionError):
            ExactVector.of(left) / ExactVector.of(right)
    else:
        check(ExactVector.of(left) / ExactVector.of(right), plain(left) / plain(right))
        check(scalar / ExactVector.of(right), Fraction(scalar) / plain(right))
    if scalar:
        check(ExactVector.of(left) / scalar, plain([Fraction(value) / scalar for value in left]))


@given(numbers, numbers, scalars, st.integers(0, 5))
def test_functions(left: list[Fraction], right: list[Fraction], scalar: Fraction | int, power: int) -> None:
    mine, theirs = ExactVector.of(left), ExactVector.of(right)
    check(-mine, -plain(left))
    check(abs(mine), abs(plain(left)))
    check(mine**power, plain(left) ** power)
    check(np.where(MASK, mine, theirs), np.where(MASK, plain(left), plain(right)))
    check(np.where(MASK, mine, scalar), np.where(MASK, plain(left), plain([scalar] * SIZE)))
    check(np.where(MASK, scalar, theirs), np.where(MASK, plain([scalar] * SIZE), plain(right)))
    check(np.repeat(mine, [1, 0, 2, 1]), np.repeat(plain(left), [1, 0, 2, 1]))
    check(np.clip(mine, Fraction(-1), Fraction(1)), np.clip(plain(left), Fraction(-1), Fraction(1)))
    check(np.concatenate([mine, theirs]), np.concatenate([plain(left), plain(right)]))
    assert mine.sum() == sum(left)
    assert (mine.max(), mine.min()) == (max(left), min(left))
    assert mine.tolist() == left


@pytest.mark.parametrize("ufunc", [np.add, np.maximum, np.minimum, np.multiply])
@given(values=numbers)
def test_groups_are_reduced(ufunc: np.ufunc, values: list[Fraction]) -> None:
    check(ufunc.reduceat(ExactVector.of(values), [0, 1, 3]), ufunc.reduceat(plain(values), [0, 1, 3]))


@given(st.lists(st.sampled_from([Fraction(1, 3), Fraction(2, 6), Fraction(1, 2), Fraction(-7, 5)]), min_size=1))
def test_places_of_the_distinct_values(values: list[Fraction]) -> None:
    found, places = np.unique(ExactVector.of(values) / 1, return_inverse=True)
    assert list(found) == sorted(set(values))
    assert [found[place] for place in places] == values


@given(numbers, numbers, scalars)
def test_reading_and_writing(left: list[Fraction], right: list[Fraction], scalar: Fraction | int) -> None:
    mine, expected = ExactVector.of(left), plain(left)
    assert mine[2] == left[2]
    check(mine[np.array([3, 0])], expected[[3, 0]])
    check(mine[MASK], expected[MASK])
    check(mine[1:], expected[1:])
    before = mine.copy()
    for key, given_ in (
        (np.array([3, 1]), ExactVector.of(right[:2])),
        (MASK, plain(right[2:])),
        (0, scalar),
        (slice(1, 3), scalar),
    ):
        mine[key] = given_
        expected[key] = list(given_) if isinstance(given_, ExactVector) else given_
        check(mine, expected)
    mine += ExactVector.of(right)
    check(mine, expected + plain(right))
    assert list(before) == left, "a copy is not touched"


def test_what_is_read_cannot_be_written_behind_its_back() -> None:
    vector = ExactVector.of([Fraction(1, 2), Fraction(3)])
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(vector)[0] = Fraction(7)
    with pytest.raises(ValueError, match="read-only"):
        np.copyto(vector, plain([Fraction(7), Fraction(7)]))  # type: ignore[call-overload]
    assert list(vector) == [Fraction(1, 2), Fraction(3)]


def test_marked_numbers_stay_marked() -> None:
    root = ln(Fraction(2))
    mixed = ExactVector.of([root, Fraction(1, 2)])
    assert [type(cell) for cell in mixed] == [Irrational, Fraction]
    assert type((mixed * 3 + Fraction(1, 7))[0]) is Irrational
    assert (mixed * 3)[1] == Fraction(3, 2)
    assert type(np.maximum(mixed, Fraction(0))[0]) is Irrational
    vector = ExactVector.of([Fraction(1), Fraction(2), Fraction(3)])
    vector[np.array([0, 2])] = mixed
    assert list(vector) == [root, Fraction(2), Fraction(1, 2)]
    assert [type(cell) for cell in vector] == [Irrational, Fraction, Fraction]
    vector[np.array([0])] = ExactVector.of([Fraction(5)])
    assert list(vector + vector) == [10, 4, 1]


def test_floats_turn_it_into_floats_as_they_do_fractions() -> None:
    vector = ExactVector.of([Fraction(1, 4), Fraction(1, 2)])
    assert np.asarray(vector, dtype=float).tolist() == [0.25, 0.5]
    assert vector.astype(float).tolist() == [0.25, 0.5]
    assert list(vector * 0.5) == [0.125, 0.25]


def test_whole_numbers_stay_short_while_they_fit() -> None:
    vector = ExactVector.of([Fraction(n, 100) for n in range(1, 9)])
    top, bottom = (vector * Fraction(3, 7) - vector).pair or (0, 0)
    assert (bits(top) <= 62, isinstance(bottom, int)) == (True, True)
    none = ExactVector.of([])
    assert (len(none), none.shape, list(none + none), list(np.where(np.zeros(0, dtype=bool), none, 1))) == (
        0,
        (0,),
        [],
        [],
    )


@pytest.mark.parametrize("mode", ["half_up", "half_up_positive", "half_even", "down"])
@given(values=st.one_of(numbers, st.lists(st.integers(-10_000, 10_000).map(lambda n: Fraction(n, 200)), min_size=1)))
def test_rounding_is_that_of_single_numbers(mode: Mode, values: list[Fraction]) -> None:
    """Two hundredths are half of the second decimal: every other case lies half-way."""
    for places in (0, 2, 20):
        rounded = ExactVector.of(values).rounded(places, mode)
        assert list(rounded) == [round_exact(value, places, mode) for value in values]


def test_rounding_a_marked_number() -> None:
    assert list(ExactVector.of([ln(Fraction(2)), Fraction(1, 8)]).rounded(2, "half_up")) == [
        Fraction(69, 100),
        Fraction(13, 100),
    ]
    with pytest.raises(UndecidableRounding):
        ExactVector.of([Irrational(1, 8)]).rounded(2, "half_up")
