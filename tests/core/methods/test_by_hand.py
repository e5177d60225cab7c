"""Every method against tables worked out by hand, most of them from published appraisal rules."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.core.methods.ways import decimals, method, points

TABLE: list[tuple[str, dict[str, Any], dict[str, Any], list[Any], tuple[str, ...]]] = [
    # name, parameters, setting, values, points expected
    # completion rate, capped: 92.5 % of 15 points; 126 % counts as 100 %; nothing below zero
    ("ratio_capped", {"target": "100%"}, {"full": 15}, ["0.925", "1.26", "0", "-0.1"], ("13.875", "15", "0", "0")),
    ("ratio_capped", {"target": "0"}, {"full": 15}, [5, 0], ("division_by_zero", "division_by_zero")),
    ("ratio_capped", {"target": "-5"}, {"full": 15}, [-10, 5], ("undefined", "undefined")),
    ("ratio_capped", {"target": "12"}, {"full": 10, "lower": True}, [24, 12, 6, 0, -1], ("5", "10", "10", "10", "10")),
    ("ratio_capped", {"target": "0"}, {"full": 10, "lower": True}, [3, 0], ("0", "10")),
    # not capped: 126 % of 20 points are 25.20
    ("ratio_uncapped", {"target": "100%"}, {"full": 20}, ["1.26", "0.5", "-0.5"], ("25.2", "10", "-10")),
    ("ratio_uncapped", {"target": "1", "cap": "1.2"}, {"full": 20}, ["1.26", "1.2", "0.5"], ("24", "24", "10")),
    ("ratio_uncapped", {"target": "0"}, {"full": 20}, [1], ("division_by_zero",)),
    ("ratio_uncapped", {"target": "-2"}, {"full": 20}, [-4], ("undefined",)),
    ("ratio_uncapped", {"target": "6"}, {"full": 20, "lower": True}, [12, 3, 0], ("10", "40", "division_by_zero")),
    ("ratio_uncapped", {"target": "6", "cap": "1.5"}, {"full": 20, "lower": True},
     [12, 3, 0, -2], ("10", "30", "30", "30")),
    # min-max, floor 0 and 0.6; no spread is full points
    ("minmax", {}, {"full": 10}, [2, 6, 4], ("0", "10", "5")),
    ("minmax", {"floor": "0.6"}, {"full": 10}, [2, 6, 4], ("6", "10", "8")),
    ("minmax", {"floor": "0.1"}, {"full": 100, "lower": True}, [0, 10, 4], ("100", "10", "64")),
    ("minmax", {"floor": "0.6"}, {"full": 10}, [3, 3, 3], ("10", "10", "10")),
    ("minmax", {}, {"full": 10}, [7], ("10",)),
    ("minmax", {}, {"full": 10, "codes": [0, 0, 1, 1]}, [1, 3, 100, 300], ("0", "10", "0", "10")),
    # the human development index's posts for health: (77 - 20) / 65
    ("goalposts", {"low": "20", "high": "85"}, {"full": 1}, [77, 20, 85, 90, 15], ("57/65", "0", "1", "1", "0")),
    ("goalposts", {"low": "0", "high": "18", "clip": "false"}, {"full": 1}, [9, 21, -9], ("1/2", "7/6", "-1/2")),
    ("goalposts", {"low": "10", "high": "0"}, {"full": 100}, [4, 12, 0], ("60", "0", "100")),
    ("goalposts", {"low": "1", "high": "100", "scale": "log"}, {"full": 10}, [1, 100, 0, -3],
     ("0", "10", "undefined", "undefined")),
    # bands closed below: exactly 80 % reaches 190, 41 of 50 are 82 %
    ("band_table", {"bands": [{"from": "90%", "points": "200"}, {"from": "80%", "points": "190"},
                              {"from": "70%", "points": "180"}, {"points": "130"}]},
     {"full": 200}, ["41/50", "0.8", "0.79999", "0.9", "0", "0.7", "1.5"],
     ("190", "190", "180", "200", "130", "180", "200")),
    ("band_table", {"bands": [{"points": "7"}]}, {"full": 10}, [1], ("7",)),
    ("pass_fail", {"target": "8%"}, {"full": 4}, ["0.086", "0.08", "0.0799999"], ("4", "4", "0")),
    ("pass_fail", {"target": "3"}, {"full": 4, "lower": True}, [2, 3, 4], ("4", "4", "0")),
    # ranks of five leaders, 2 % of 200 points a place: 1, 3, 2, 4, 3 are 200, 192, 196, 188, 192
    ("rank_step", {"step": "2%"}, {"full": 200}, [90, 80, 85, 70], ("200", "192", "196", "188")),
    ("rank_step", {"step": "5%"}, {"full": 6}, ["8.6", "8.2", "8.0"], ("6", "5.7", "5.4")),
    ("rank_step", {"step": "5%"}, {"full": 6}, ["9.0", "10.1", "8.4", "7.9"], ("5.7", "6", "5.4", "5.1")),
    ("rank_step", {"step": "5%"}, {"full": 5}, ["7.0", "6.0", "9.9", "8.8"], ("4.5", "4.25", "5", "4.75")),
    ("rank_step", {"step": "10%"}, {"full": 10}, [5, 4, 4, 3], ("10", "9", "9", "7")),
    ("rank_step", {"step": "10%"}, {"full": 10, "lower": True}, [5, 4, 4, 3], ("7", "9", "9", "10")),
    ("rank_step", {"step": "60%"}, {"full": 10}, [3, 2, 1], ("10", "4", "0")),
    ("rank_step", {"step": "10%"}, {"full": 10, "codes": [0, 0, 4, 4]}, [1, 2, 3, 4], ("9", "10", "9", "10")),
    # own 845, best 910, of 600 points: 557.142857...
    ("ratio_to_best", {}, {"full": 600}, [845, 910], ("3900/7", "600")),
    ("ratio_to_best", {}, {"full": 600}, [0, 0], ("no_spread", "no_spread")),
    ("ratio_to_best", {}, {"full": 600}, [-5, -2], ("no_spread", "no_spread")),
    ("ratio_to_best", {}, {"full": 600, "lower": True}, [3, 6], ("600", "300")),
    ("ratio_to_best", {}, {"full": 600, "lower": True}, [0, 6], ("no_spread", "no_spread")),
    ("ratio_to_best", {}, {"full": 600, "lower": True}, [-1, 6], ("no_spread", "no_spread")),
    # three incidents of 1.5 and one of 8 are 12.5 of 10: nothing left
    ("deduct_to_zero", {"each": "0.5"}, {"full": 10}, [0, 3, 19, 20, 25, -1], ("10", "8.5", "0.5", "0", "0", "10")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameters", "setting", "values", "expected"), TABLE)
def test_points(
    name: str, parameters: dict[str, Any], setting: dict[str, Any], values: list[Any], expected: tuple[str, ...]
) -> None:
    assert points(method(name, **parameters), values, **setting) == decimals(*expected)


def test_a_target_may_differ_by_unit() -> None:
    targets = {"target": [Fraction(16), Fraction(8), Fraction(0)]}
    found = points(method("ratio_capped", target="unit.villages"), [14, 10, 3], full=12, operands=targets)
    assert found == decimals("10.5", "12", "division_by_zero")


def test_income_on_the_logarithmic_scale_of_the_human_development_index() -> None:
    # (ln 12000 - ln 100) / (ln 75000 - ln 100) to 12 digits, worked out with bc -l
    (found,) = points(method("goalposts", low="100", high="75000", scale="log"), [12000], full=1)
    assert abs(Fraction(found) - Fraction("0.723178066680")) < Fraction(1, 10**12)


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("ratio_capped", {}),
    ("ratio_capped", {"target": "ten"}),
    ("ratio_capped", {"target": True}),
    ("ratio_capped", {"target": "unit."}),
    ("ratio_capped", {"target": "1", "cap": "2"}),
    ("minmax", {"floor": "1.1"}),
    ("minmax", {"floor": "-0.1"}),
    ("goalposts", {"low": "1", "high": "1"}),
    ("goalposts", {"low": "0", "high": "1", "scale": "log"}),
    ("goalposts", {"low": "0", "high": "1", "scale": "sqrt"}),
    ("goalposts", {"low": "0", "high": "1", "clip": "no"}),
    ("band_table", {"bands": []}),
    ("band_table", {"bands": [{"from": "1", "points": "1"}]}),
    ("band_table", {"bands": [{"points": "1"}, {"points": "0"}]}),
    ("band_table", {"bands": [{"from": "1", "points": "1"}, {"from": "1", "points": "2"}, {"points": "0"}]}),
    ("band_table", {"bands": [{"from_": "1", "points": "1"}, {"points": "0"}]}),
    ("rank_step", {"step": "0"}),
    ("rank_step", {"step": "101%"}),
    ("deduct_to_zero", {"each": "0"}),
    ("ratio_to_best", {"best": "1"}),
]


@pytest.mark.parametrize(("name", "parameters"), REFUSED)
def test_wrong_parameters_are_refused(name: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        method(name, **parameters)
