"""Conditions that can never hold, against a search of all values on a fine grid."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.formula import check
from shuping.review.bounds import Bounds, measure_bounds
from shuping.review.possible import can_hold, impossible_findings
from shuping.rulebook.scopes import finding_scope
from tests.core.review.books import book

MEASURES = """
datasets:
  visit:
    minutes: 1
    fields:
      date: {type: date}
      done: {type: flag}
      people: {type: integer, min: 2, max: 50}
      loss: {type: number}
surveys: {residents: {questions: {aware: [know, not]}}}
measures:
  share: {from: visit, value: count(where done) / count()}
  number: {from: visit, value: count()}
  people: {from: visit, value: sum(people)}
  mean_people: {from: visit, value: mean(people)}
  loss: {from: visit, value: sum(loss)}
  aware: {survey: residents, question: aware, share: [know]}
  per_head: {value: number / unit.population}
  doubled: {value: 2 * share + 1}
  below: {value: share - 1}
  either: {value: "if(unit.a > 0, share, doubled)"}
  pairs: {value: share * aware}
  distance: {value: abs(below)}
  summed: {from: visit, value: count(where done) / count(), roll_up: sum}
"""
BOUNDS = {
    "share": (0, 1),
    "number": (0, None),
    "people": (0, None),
    "mean_people": (2, 50),
    "loss": (None, None),
    "aware": (0, 1),
    "per_head": (None, None),
    "doubled": (1, 3),
    "below": (-1, 0),
    "either": (0, 3),
    "pairs": (0, 1),
    "distance": (0, None),
    "summed": (0, None),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds(name: str) -> None:
    low, high = (None if end is None else Fraction(end) for end in BOUNDS[name])
    assert measure_bounds(book(MEASURES), name) == Bounds(low, high)


BOOK = book(MEASURES)


def impossible(condition: str) -> bool:
    text = f'{MEASURES}findings: [{{id: f, when: "{condition}", category: c, title: T}}]\n'
    return bool(list(impossible_findings(book(text))))


NEVER = [
    "share > 1",
    "share > 80",
    "share < 0",
    "number < 0",
    "number = -1",
    "mean_people < 2",
    "aware >= 1.01",
    "doubled < 1",
    "loss > 5 and loss < 3",
    "loss > 5 and loss <= 5",
    "loss = 4 and loss = 5",
    "3 > loss and 5 < loss",
    "share > 1 and number > 0",
    "share > 1 or number < 0",
    "false",
]
SOMETIMES = [
    "share >= 1",
    "share <= 0",
    "share > 80%",
    "loss < 0",
    "per_head > 1000",
    "loss >= 5 and loss <= 5",
    "share > 1 or number > 0",
    "share is missing",
    "not share > 1",
    "number != 0",
    "previous(number) > 5 and number < 3",
    "share > number",
]


@pytest.mark.parametrize("condition", NEVER)
def test_never(condition: str) -> None:
    assert impossible(condition)


@pytest.mark.parametrize("condition", SOMETIMES)
def test_sometimes(condition: str) -> None:
    assert not impossible(condition)


comparisons = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=="]), st.integers(-2, 6))


@given(st.lists(st.lists(comparisons, min_size=1, max_size=3), min_size=1, max_size=3))
def test_against_a_search(alternatives: list[list[tuple[str, int]]]) -> None:
    """Thresholds are quarters from -0.5 to 1.5, values eighths from 0 to 1: between two thresholds lies always one."""
    text = " or ".join(
        "(" + " and ".join(f"share {sign} {Fraction(quarter, 4)}" for sign, quarter in parts) + ")"
        for parts in alternatives
    )
    holds = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
    }
    found = any(
        all(holds[sign](Fraction(eighth, 8), Fraction(quarter, 4)) for sign, quarter in parts)
        for eighth in range(9)
        for parts in alternatives
    )
    assert can_hold(BOOK, check(text, finding_scope(BOOK.rulebook)).root) is found
