"""Rounding at each stage and prizes, in both arithmetics: each tree is scored exactly and in floats, and compared."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shuping.scoring.rounding import round_array
from shuping.values.rounding import Mode, round_exact
from tests.core.scoring.trees import POINTS, Figures, rulebook, score

TREE = f"""
  - id: building
    points: 50
    criteria:
      - {{id: first, points: 20, measure: a, {POINTS}}}
      - {{id: second, points: 30, measure: b, {POINTS}}}
  - {{id: direct, points: 50, measure: c, {POINTS}}}
"""
FIGURES: Figures = {
    "a": {"x": "0.52225", "y": "1/3", "z": "0"},
    "b": {"x": "0.3335", "y": "2/3", "z": "0.001"},
    "c": {"x": "0.20605", "y": "1/7", "z": None},
}


def figures() -> Figures:
    from shuping.values import parse_exact

    return {
        name: {unit: None if text is None else parse_exact(str(text)) for unit, text in row.items()}
        for name, row in FIGURES.items()
    }


@pytest.mark.parametrize(
    ("rounding", "first", "building", "direct", "total"),
    [
        # first 20 x .52225 = 10.445; second 30 x .3335 = 10.005; building 20.45; direct 50 x .20605 = 10.3025
        ("{}", "10.445", "20.45", "10.3025", "30.7525"),
        ("{leaf: 2}", "10.45", "20.46", "10.30", "30.76"),  # 10.45 + 10.01
        ("{leaf: {places: 2, mode: half_even}}", "10.44", "20.44", "10.30", "30.74"),  # 10.44 + 10.00
        ("{node: 1}", "10.445", "20.5", "10.3025", "30.8025"),
        ("{node: {places: 1, mode: down}}", "10.445", "20.4", "10.3025", "30.7025"),
        ("{component: 0}", "10.445", "20", "10", "30"),
        ("{leaf: 2, node: 1, component: 0}", "10.45", "20", "10", "30"),
    ],
)
def test_each_stage_by_hand(rounding: str, first: str, building: str, direct: str, total: str) -> None:
    found = score(rulebook(TREE, rounding=rounding), figures())
    shown = [found.points(name)["x"] for name in ("first", "building", "direct", "")]
    assert shown == [Fraction(text) for text in (first, building, direct, total)]
    assert found.points("direct")["z"] is None, "what is missing is not rounded to nothing"


@pytest.mark.parametrize("mode", ["half_up", "half_up_positive", "half_even", "down"])
def test_floats_are_rounded_as_exact_numbers_are(mode: Mode) -> None:
    texts = [f"{sign}{whole}.{part:03d}" for sign in ("", "-") for whole in (0, 93) for part in range(0, 1000, 5)]
    exact = [Fraction(text) for text in texts]
    found = round_array(np.asarray([float(number) for number in exact]), 2, mode)
    assert [str(Fraction(round(number * 100), 100)) for number in found] == [
        str(round_exact(number, 2, mode)) for number in exact
    ]


def test_floats_and_exact_numbers_give_the_same_prizes() -> None:
    leaf = f"\n  - {{id: work, points: 100, measure: a, {POINTS}}}\n"
    book = rulebook(
        leaf,
        groups={"all": "wxyz"},
        adjustments='{prizes: [{id: annual, points: [0.5, 0.3, 0.1], when: "a > 0.5"}]}',
    )
    values: Figures = {
        "a": {"w": "0.9", "x": "0.7", "y": "0.7", "z": "0.4"},
        "prize:annual": {"w": 1, "x": 1, "y": 0, "z": 0},
    }
    found = score(book, values)  # compares the two arithmetics
    # x and y share the second place; y fails the condition, z is fourth
    assert found.points() == {"w": Fraction("90.5"), "x": Fraction("70.3"), "y": Fraction(70), "z": Fraction(40)}
