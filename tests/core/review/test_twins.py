"""Formulas that say the same in another order are told to be one; formulas that differ in value never are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shuping.formula import Scope, check
from shuping.review.twins import normal
from tests.core.review.books import book

SAME = [
    ("a + b", "b + a"),
    ("a + (b + c)", "c + b + a"),
    ("a - b", "-b + a"),
    ("a - (b - c)", "a + c - b"),
    ("a * b / c", "b / c * a"),
    ("a / b / c", "a / (b * c)"),
    ("a / (b / c)", "a * c / b"),
    ("1/2 * a", "a * 0.5"),
    ("a * 50%", "a / 2"),
    ("2 + a + 3", "a + 5"),
    ("if(a > b, 1, 0)", "if(b < a, 1, 0)"),
    ("if(a = 1 and b = 2, 1, 0)", "if(2 = b and 1 = a and b = 2, 1, 0)"),
]
DIFFERENT = [
    ("a - b", "b - a"),
    ("a / b", "b / a"),
    ("a", "a * 2"),
    ("if(a > b, 1, 0)", "if(a >= b, 1, 0)"),
    ("previous(a)", "a"),
    ("previous(a)", "last_year(a)"),
    ("unit.a", "a"),
    ("if(a = 1 and b = 2, 1, 0)", "if(a = 1 or b = 2, 1, 0)"),
    ("a / 0", "a"),
]


def form(text: str) -> Any:
    return normal(check(text, Scope(measures=("a", "b", "c"))).root)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert form(one) != form(other)


leaves = st.sampled_from(["a", "b", "c", "1", "2", "1/3", "0.5"])
expressions = st.recursive(
    leaves,
    lambda below: st.tuples(below, st.sampled_from("+-*/"), below).map(lambda part: f"({part[0]} {part[1]} {part[2]})"),
    max_leaves=5,
)
figures = st.fixed_dictionaries(
    {name: st.fractions(min_value=-9, max_value=9, max_denominator=7).filter(bool) for name in "abc"}
)


def value(text: str, names: dict[str, Fraction]) -> Fraction | None:
    """Work a formula out by Python's own grammar, numbers kept exact."""
    import re

    exact = re.sub(r"\d+(\.\d+)?", lambda match: f"Fraction('{match[0]}')", text)
    try:
        return Fraction(eval(exact, {"Fraction": Fraction, **names}))
    except ZeroDivisionError:
        return None


@given(expressions, expressions, figures)
def test_what_is_called_the_same_has_the_same_value(one: str, other: str, names: dict[str, Fraction]) -> None:
    first, second = value(one, names), value(other, names)
    assume(first is not None and second is not None and first != second)
    assert form(one) != form(other)


@given(expressions, expressions, st.sampled_from("+*"))
def test_order_never_matters_in_sums_and_products(one: str, other: str, sign: str) -> None:
    assert form(f"{one} {sign} {other}") == form(f"{other} {sign} {one}")


def test_other_keys_of_a_measure_make_it_another_one() -> None:
    from shuping.review.twins import measures_twice

    text = """
datasets: {visit: {minutes: 1, period: month, fields: {n: {type: integer}}}}
measures:
  a: {from: visit, value: sum(n)}
  b: {from: visit, value: sum(n), per_unit: last}
  c: {from: visit, value: sum(n), places: 1, title: Other, direction: lower}
"""
    assert [remark.params["first"] for remark in measures_twice(book(text))] == ["a"]
    assert [remark.params["given_en"] for remark in measures_twice(book(text))] == ["Other (c)"]
