"""Vectors of exact numbers against one fraction at a time."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.values import Missing, Value
from shuping.values.rational import Flags, Rationals, choose

NUMBERS = st.one_of(
    st.fractions(max_denominator=20),
    st.integers(-(2**63), 2**63).map(Fraction),
    st.fractions(),
    st.sampled_from([Fraction(0), Fraction(2**61), Fraction(-(2**62)), Fraction(1, 2**61), Fraction(10**40, 7)]),
)
VALUES: st.SearchStrategy[Value] = st.one_of(NUMBERS, st.sampled_from([Missing("no_value"), Missing("no_records")]))
PAIRS = st.lists(st.tuples(VALUES, VALUES), max_size=6)


def plain(operation: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
    """Return what the operation gives for two values."""
    if isinstance(left, Missing):
        return left
    if isinstance(right, Missing):
        return right
    try:
        return Fraction(operation(left, right))
    except ZeroDivisionError:
        return Missing("division_by_zero")


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv])
@given(pairs=PAIRS)
def test_arithmetic(operation: Callable[[Any, Any], Any], pairs: list[tuple[Value, Value]]) -> None:
    left, right = (Rationals.of([pair[side] for pair in pairs]) for side in (0, 1))
    assert operation(left, right).values() == [plain(operation, *pair) for pair in pairs]


@pytest.mark.parametrize("test", [operator.lt, operator.le, operator.eq, operator.ne, operator.ge, operator.gt])
@given(pairs=PAIRS)
def test_comparison(test: Callable[[Any, Any], Any], pairs: list[tuple[Value, Value]]) -> None:
    left, right = (Rationals.of([pair[side] for pair in pairs]) for side in (0, 1))
    found = left.compare(right, test)
    for place, (one, other) in enumerate(pairs):
        missing = isinstance(one, Missing) or isinstance(other, Missing)
        assert (found.why[place] != 0) == missing
        assert found.true[place] == (not missing and test(one, other))


@given(st.lists(VALUES, max_size=6))
def test_there_and_back_negative_and_absolute(values: list[Value]) -> None:
    vector = Rationals.of(values)
    assert vector.values() == values
    assert (-vector).values() == [value if isinstance(value, Missing) else -value for value in values]
    assert abs(vector).values() == [value if isinstance(value, Missing) else abs(value) for value in values]
    assert (vector.bottom > 0).all()


@given(st.lists(st.fractions(max_denominator=10**6), max_size=6))
def test_a_common_denominator_changes_no_value(values: list[Fraction]) -> None:
    shared = Rationals.of(values).shared()
    assert shared is not None
    tops, below = shared
    assert [Fraction(int(top), below) for top in tops] == values


def test_a_huge_common_denominator_is_declined() -> None:
    primes = [number for number in range(2, 8000) if all(number % small for small in range(2, int(number**0.5) + 1))]
    assert Rationals.of([Fraction(1, prime) for prime in primes]).shared() is None


THREE = {"true": (True, 0), "false": (False, 0), "missing": (False, 1)}


def flags(*names: str) -> Flags:
    cells = [THREE[name] for name in names]
    return Flags(np.array([true for true, _ in cells]), np.array([why for _, why in cells], dtype=np.int8))


def names(given: Flags) -> list[str]:
    cells = zip(given.true.tolist(), given.why.tolist(), strict=True)
    return ["missing" if why else "true" if true else "false" for true, why in cells]


def test_three_valued_logic() -> None:
    left = flags(*["true"] * 3, *["false"] * 3, *["missing"] * 3)
    right = flags(*["true", "false", "missing"] * 3)
    assert names(left & right) == [
        "true", "false", "missing",
        "false", "false", "false",
        "missing", "false", "missing",
    ]  # fmt: skip
    assert names(left | right) == [
        "true", "true", "true",
        "true", "false", "missing",
        "true", "missing", "missing",
    ]  # fmt: skip
    assert names(~flags("true", "false", "missing")) == ["false", "true", "missing"]


def test_choosing_is_missing_where_the_condition_is() -> None:
    left, right = Rationals.full(Fraction(1), 3), Rationals.full(Missing("no_value"), 3)
    found = choose(flags("true", "false", "missing"), left, right).values()
    assert found == [Fraction(1), Missing("no_value"), Missing("no_records")]  # reason 1 is the first of all


def test_put_and_take() -> None:
    vector = Rationals.full(Fraction(1, 3), 3).put(np.array([1]), Rationals.of([Fraction(10**30)]))
    assert vector.values() == [Fraction(1, 3), Fraction(10**30), Fraction(1, 3)]
    assert vector.take(np.array([1, 1])).values() == [Fraction(10**30)] * 2
