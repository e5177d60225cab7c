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
    # no spread, a best of zero: as the rule book chooses
    ("minmax", {"floor": "0.6", "when_flat": "zero"}, {"full": 10}, [3, 3], ("0", "0")),
    ("minmax", {"when_flat": "missing"}, {"full": 10}, [3, 3], ("no_spread", "no_spread")),
    ("minmax", {"when_flat": "zero"}, {"full": 10, "codes": [0, 0, 1, 1]}, [3, 3, 1, 3], ("0", "0", "0", "10")),
    ("ratio_to_best", {"when_best_is_zero": "full"}, {"full": 6}, [0, 0, -3], ("6", "6", "0")),
    ("ratio_to_best", {"when_best_is_zero": "zero"}, {"full": 6}, [0, 0], ("0", "0")),
    ("ratio_to_best", {"when_best_is_zero": "full"}, {"full": 6, "lower": True}, [0, 6], ("6", "0")),
    ("ratio_to_best", {"when_best_is_zero": "zero"}, {"full": 6, "lower": True}, [0, 6], ("0", "0")),
    ("ratio_to_best", {"when_best_is_zero": "full"}, {"full": 6}, [3, 4], ("4.5", "6")),
    # growth 13.4 against a target of 10.0: 24 + 0.5 x 3.4 of 30 points; floor, cap of 120 %, a step of one per cent
    ("base_slope", {"target": "10", "base": "80%", "slope": "0.5", "cap": "1.2"}, {"full": 30},
     ["13.4", "10", "8", "-38", "-39", "34", "35"], ("25.7", "24", "23", "0", "0", "36", "36")),
    ("base_slope", {"target": "10%", "base": "80%", "slope": "0.5", "per": "1%"}, {"full": 30},
     ["0.134", "0.1", "0.05", "0.3"], ("25.7", "24", "21.5", "30")),
    ("base_slope", {"target": "4", "base": "0.5", "slope": "2"}, {"full": 10, "lower": True},
     [4, 3, 6, 0, 9], ("5", "7", "1", "10", "0")),
    # growth of 10 points: 4 from 8 %, 6 by rank among those above it
    ("pass_then_rank", {"target": "8", "base": "4", "step": "5%"}, {"full": 10},
     ["8.6", "8.2", "8.0", "7.5"], ("10", "9.7", "4", "0")),
    ("pass_then_rank", {"target": "8", "base": "4", "step": "5%"}, {"full": 10},
     [9, 9, 10, 8, "8.5"], ("9.7", "9.7", "10", "4", "9.1")),
    ("pass_then_rank", {"target": "8", "base": "0", "step": "60%"}, {"full": 10}, [12, 11, 10], ("10", "4", "0")),
    ("pass_then_rank", {"target": "8", "base": "4", "step": "50%"}, {"full": 10, "lower": True},
     [8, 7, 6, 9], ("4", "7", "10", "0")),
    ("pass_then_rank", {"target": "8", "base": "4", "step": "50%"}, {"full": 10, "codes": [0, 0, 1, 1]},
     [9, 10, 20, 30], ("7", "10", "7", "10")),
    # efficacy coefficients of published rules, exact
    ("efficacy", {"satisfactory": "12", "unacceptable": "6"}, {}, ["5.81", "12", "6", "18"],
     ("881/15", "100", "60", "140")),
    ("efficacy", {"satisfactory": "12", "unacceptable": "6", "clamp": ["60", "100"]}, {},
     ["5.81", "18", "9"], ("60", "100", "80")),
    ("efficacy", {"satisfactory": "71.2", "unacceptable": "52.2"}, {}, ["69.7"], ("1840/19",)),
    ("efficacy", {"satisfactory": "93.2", "unacceptable": "84.9"}, {}, ["88"], ("6220/83",)),
    ("efficacy", {"satisfactory": "16.7", "unacceptable": "7.3"}, {}, ["12.8"], ("3920/47",)),
    ("efficacy", {"satisfactory": "0", "unacceptable": "10"}, {"full": 50}, ["4", "12"], ("42", "26")),
    ("efficacy", {"satisfactory": "10", "unacceptable": "0", "base": "50", "span": "50"}, {}, ["5"], ("75",)),
    # judged losses: "5 to 10 points", doubled, more than there is
    ("judged_deduction", {}, {"full": 20}, [0, "6.5", 25, -1], ("20", "13.5", "0", "20")),
    ("judged_deduction", {"range": {"least": "5", "most": "10"}}, {"full": 20},
     [0, 3, 6, 12], ("20", "15", "14", "10")),
    ("judged_deduction", {"range": {"least": "5", "most": "10"}, "times": "2"}, {"full": 30},
     [0, 3, 6, 12], ("30", "20", "18", "10")),
    ("tiered_points", {}, {"full": 60}, [55, 60, 90, -5], ("55", "60", "60", "0")),
    ("tiered_points", {"cap": "1.5"}, {"full": 60}, [80, 100], ("80", "90")),
    ("shortfall_multiple", {"factor": "2", "target": "12"}, {"full": 0}, [12, 9, 15, "11.5"], ("0", "-6", "0", "-1")),
    ("shortfall_multiple", {"factor": "2", "target": "95%", "per": "1%"}, {"full": 0}, ["0.935", "1"], ("-3", "0")),
    ("shortfall_multiple", {"factor": "2", "target": "3"}, {"full": 0, "lower": True}, [5, 2], ("-4", "0")),
    ("class_points", {"classes": [{"code": "3", "points": "0"}, {"code": "4", "points": "-0.3"},
                                  {"code": "5", "points": "-0.5"}]},
     {"full": 0}, [3, 4, 5, 2, "4.5"], ("0", "-0.3", "-0.5", "undefined", "undefined")),
    # 0 and 6 lie 3 from their mean, which is the population's deviation; that of the sample 2, 4, 6 is 2
    ("zscore", {"mean": "0.5", "sd": "0.1", "spread": "population"}, {}, [0, 6], ("40", "60")),
    ("zscore", {"mean": "0.5", "sd": "0.1", "spread": "population"}, {"lower": True}, [0, 6], ("60", "40")),
    ("zscore", {"mean": "0.5", "sd": "0.1"}, {}, [2, 4, 6], ("40", "50", "60")),
    ("zscore", {"mean": "0.5", "sd": "0.1"}, {}, [3, 3], ("no_spread", "no_spread")),
    ("zscore", {"mean": "0.5", "sd": "0.1"}, {}, [3], ("no_spread",)),
    ("zscore", {"mean": "0.5", "sd": "0.1", "when_flat": "zero"}, {}, [3, 3], ("0", "0")),
    ("zscore", {"mean": "0.5", "sd": "0.1", "when_flat": "full"}, {"codes": [0, 0, 0, 1]},
     [2, 4, 6, 9], ("40", "50", "60", "100")),
    # PERCENTRANK({1, 2, 2, 4}) in a spreadsheet: 0, 0.333..., 0.333..., 1
    ("percentile_rank", {}, {"full": 30}, [1, 2, 2, 4], ("0", "10", "10", "30")),
    ("percentile_rank", {}, {"full": 30, "lower": True}, [1, 2, 2, 4], ("30", "10", "10", "0")),
    ("percentile_rank", {}, {"full": 30}, [5, 5], ("no_spread", "no_spread")),
    ("percentile_rank", {"when_flat": "full"}, {"full": 30}, [5], ("30",)),
    ("rank", {}, {"full": 40}, [1, 2, 2, 4], ("10", "30", "30", "40")),
    ("rank", {"ties": "worse"}, {"full": 40}, [1, 2, 2, 4], ("10", "20", "20", "40")),
    ("rank", {"ties": "mean"}, {"full": 40}, [1, 2, 2, 4], ("10", "25", "25", "40")),
    ("rank", {}, {"full": 40, "lower": True}, [1, 2, 2, 4], ("40", "30", "30", "10")),
    ("rank", {}, {"full": 40, "codes": [0, 1, 1]}, [9, 1, 2], ("40", "20", "40")),
    ("borda", {}, {"full": 30}, [1, 2, 2, 4], ("0", "15", "15", "30")),
    ("borda", {"ties": "better"}, {"full": 30}, [1, 2, 2, 4], ("0", "20", "20", "30")),
    ("borda", {"ties": "worse"}, {"full": 30}, [1, 2, 2, 4], ("0", "10", "10", "30")),
    ("borda", {}, {"full": 30}, [7], ("no_spread",)),
    ("borda", {"when_alone": "zero"}, {"full": 30}, [7], ("0",)),
    # from the group's worst, 20, to a target of 80: 50 is half of the way
    ("distance_to_target", {"target": "80"}, {"full": 10}, [20, 50, 80, 95], ("0", "5", "10", "10")),
    ("distance_to_target", {"target": "80", "cap": "false"}, {"full": 10}, [20, 50, 95], ("0", "5", "12.5")),
    ("distance_to_target", {"target": "80", "start": "40"}, {"full": 10}, [20, 50, 80], ("-5", "2.5", "10")),
    ("distance_to_target", {"target": "20"}, {"full": 10, "lower": True}, [80, 50, 20, 5], ("0", "5", "10", "10")),
    ("distance_to_target", {"target": "10"}, {"full": 10}, [20, 50], ("10", "10")),
    ("distance_to_target", {"target": "10", "cap": "false"}, {"full": 10}, [20, 50], ("undefined", "undefined")),
    ("distance_to_reference", {"unit": "T01"}, {"full": 10, "operands": {"unit": [Fraction(8)] * 4}},
     [2, 5, 8, 11], ("0", "5", "10", "10")),
    ("distance_to_reference", {"unit": "T01", "cap": "false"}, {"full": 10, "operands": {"unit": [Fraction(8)] * 4}},
     [2, 5, 8, 11], ("0", "5", "10", "15")),
    ("distance_to_reference", {"unit": "T01"}, {"full": 10, "lower": True, "operands": {"unit": [Fraction(2)] * 3}},
     [2, 5, 8], ("10", "5", "0")),
    ("piecewise_linear", {"points": [{"at": "0.6", "share": "0"}, {"at": "0.8", "share": "0.6"},
                                     {"at": "0.95", "share": "1"}]},
     {"full": 20}, ["0.5", "0.6", "0.7", "0.8", "0.875", "0.95", "1"], ("0", "0", "6", "12", "16", "20", "20")),
    ("piecewise_linear", {"points": [{"at": "1", "points": "10"}, {"at": "3", "points": "4"}]},
     {"full": 20}, [0, 1, 2, 3, 9], ("10", "10", "7", "4", "4")),
    ("middle_best", {"low": "40%", "high": "60%", "worst_low": "0", "worst_high": "90%"}, {"full": 12},
     ["-0.1", "0", "0.1", "0.4", "0.5", "0.6", "0.7", "0.9", "1"], ("0", "0", "3", "12", "12", "12", "8", "0", "0")),
    ("constant", {"share": "0.5"}, {"full": 12}, [1, -5], ("6", "6")),
    ("constant", {"points": "3"}, {"full": 12}, [1, -5], ("3", "3")),
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


def test_with_several_targets_only_those_above_their_own_are_ranked() -> None:
    # B is above its own target of 5 and A is not above its 9: B is the first of those above
    targets = {"target": [Fraction(9), Fraction(5), Fraction(5)]}
    rule = method("pass_then_rank", target="target", base="4", step="50%")
    assert points(rule, [8, 7, 6], full=10, operands=targets) == decimals("0", "10", "7")


def test_the_sample_standard_deviation_is_the_one_of_statistics() -> None:
    # values 2, 4, 9: mean 5, squared distances 9 + 1 + 16 = 26, over 2 = 13
    (low, _, high) = points(method("zscore", mean="0", sd="1"), [2, 4, 9], full=1)
    assert abs(Fraction(high) ** 2 - Fraction(16, 13)) < Fraction(1, 10**40)
    assert abs(Fraction(low) + 3 * Fraction(high) / 4) < Fraction(1, 10**40)


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
    ("ratio_to_best", {"when_best_is_zero": "half"}),
    ("base_slope", {"target": "1", "base": "0.8", "slope": "0"}),
    ("base_slope", {"target": "1", "base": "1.1", "slope": "1"}),
    ("pass_then_rank", {"target": "1", "base": "-1", "step": "5%"}),
    ("efficacy", {"satisfactory": "6", "unacceptable": "6.00"}),
    ("efficacy", {"satisfactory": "9", "unacceptable": "6", "clamp": ["100", "60"]}),
    ("judged_deduction", {"range": {"least": "5"}}),
    ("shortfall_multiple", {"factor": "-2", "target": "1"}),
    ("class_points", {"classes": [{"code": "1", "points": "1"}, {"code": "1.0", "points": "2"}]}),
    ("zscore", {"mean": "0.5", "sd": "0"}),
    ("piecewise_linear", {"points": [{"at": "2", "share": "1"}, {"at": "1", "share": "0"}]}),
    ("piecewise_linear", {"points": [{"at": "1", "share": "1", "points": "1"}, {"at": "2", "share": "0"}]}),
    ("middle_best", {"low": "1", "high": "2", "worst_low": "1", "worst_high": "3"}),
    ("distance_to_reference", {}),
    ("distance_to_reference", {"unit": ""}),
    ("constant", {}),
]


@pytest.mark.parametrize(("name", "parameters"), REFUSED)
def test_wrong_parameters_are_refused(name: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        method(name, **parameters)
