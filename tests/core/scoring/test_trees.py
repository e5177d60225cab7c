"""Criteria trees worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shuping.values.exact import Irrational
from tests.core.scoring.trees import POINTS, rulebook, score

SUM = f"""
  - {{id: one, points: 50, measure: a, {POINTS}}}
  - {{id: two, points: 30, measure: b, {POINTS}}}
  - {{id: three, points: 20, measure: c, {POINTS}}}
"""
FIGURES = {"a": {"x": "0.8", "y": "0.5"}, "b": {"x": "0.6", "y": None}, "c": {"x": "0.5", "y": "0.9"}}


def test_a_sum_of_points() -> None:
    found = score(rulebook(SUM), FIGURES)
    assert found.points()["x"] == 40 + 18 + 10
    assert found.points("two") == {"x": 18, "y": None, "z": None}


@pytest.mark.parametrize(
    ("policy", "total"),
    [
        ("rescale", Fraction(25 + 18) * 100 / 70),  # 43 of 70 points count for 100
        ("full", Fraction(25 + 30 + 18)),
        ("zero", Fraction(25 + 18)),
        ("group_mean", Fraction(25 + 18) + 30 * Fraction(6, 10)),  # x is the only one with a value: 0.6
        ("drop_unit", None),
    ],
)
def test_what_a_missing_value_does(policy: str, total: Fraction | None) -> None:
    found = score(rulebook(SUM, missing=policy, groups={"all": "xy"}), FIGURES)
    assert found.points() == {"x": 68, "y": total}
    two = found.scores("two")
    assert list(two.policy_applied) == [False, policy in ("full", "zero", "group_mean")]
    assert [code != 0 for code in two.why] == [False, True], "the reason stays known whatever the policy made of it"


@pytest.mark.parametrize("policy", ["rescale", "drop_unit", "group_mean"])
def test_a_unit_without_any_value_has_no_total(policy: str) -> None:
    assert score(rulebook(SUM, missing=policy), FIGURES).points()["z"] is None or policy == "group_mean"
    assert score(rulebook(SUM, missing=policy), {"a": {}, "b": {}, "c": {}}).points() == {
        "x": None,
        "y": None,
        "z": None,
    }


def test_the_group_mean_is_that_of_the_unit_s_own_group() -> None:
    book = rulebook(
        f"  - {{id: one, points: 100, measure: a, {POINTS}, missing: group_mean}}", groups={"p": "uvw", "q": "xyz"}
    )
    found = score(book, {"a": {"u": "0.2", "v": "0.4", "w": None, "x": "0.9", "y": None, "z": None}})
    assert found.points() == {"u": 20, "v": 40, "w": 30, "x": 90, "y": 90, "z": 90}


def test_a_criterion_s_own_policy_goes_before_its_ancestors() -> None:
    book = rulebook(
        f"""
  - id: top
    points: 60
    missing: zero
    criteria:
      - {{id: one, points: 40, measure: a, {POINTS}, missing: full}}
      - {{id: two, points: 20, measure: b, {POINTS}}}
  - {{id: three, points: 40, measure: c, {POINTS}}}
""",
        missing="rescale",
        groups={"all": "x"},
    )
    assert score(book, {"a": {}, "b": {}, "c": {"x": "0.5"}}).points() == {"x": 40 + 0 + 20}
    assert score(book, {"a": {"x": 1}, "b": {"x": 1}, "c": {}}).points() == {"x": 100}  # 60 of 60 count for 100


def test_rescaling_inside_rescaling() -> None:
    book = rulebook(
        f"""
  - id: top
    points: 60
    criteria:
      - {{id: one, points: 40, measure: a, {POINTS}}}
      - {{id: two, points: 20, measure: b, {POINTS}}}
  - {{id: three, points: 30, measure: c, {POINTS}}}
  - {{id: four, points: 10, measure: d, {POINTS}}}
""",
        missing="rescale",
        groups={"all": "xy"},
    )
    found = score(book, {"a": {"x": "0.5"}, "b": {}, "c": {"x": "0.9", "y": "0.9"}, "d": {"y": "0.1"}})
    assert found.points("top") == {"x": 30, "y": None}  # 20 of 40 count for 60
    assert found.points()["x"] == (30 + 27) * Fraction(100, 90)
    assert found.points()["y"] == (27 + 1) * Fraction(100, 40)


def test_weights_of_two_thirds_and_one_third_stay_exact() -> None:
    book = rulebook(
        "  - {id: one, weight: 2/3, measure: a, method: {goalposts: {low: 0, high: 1}}}\n"
        "  - {id: two, weight: 1/3, measure: b, method: {goalposts: {low: 0, high: 1}}}",
        groups={"all": "x"},
    )
    assert score(book, {"a": {"x": "0.7"}, "b": {"x": "0.4"}}).points() == {"x": 60}
    assert score(book, {"a": {"x": "0.7"}, "b": {}}).points() == {"x": None}


MEAN = """
  - {id: one, weight: 1/4, measure: a, method: {goalposts: {low: 0, high: 1}}}
  - {id: two, weight: 1/4, measure: b, method: {goalposts: {low: 0, high: 1}}}
  - {id: three, weight: 1/2, measure: c, method: {goalposts: {low: 0, high: 1}}}
"""


def test_means_without_a_missing_part_take_the_rest_for_the_whole() -> None:
    figures = {"a": {"x": "0.4"}, "b": {}, "c": {"x": "0.7"}}
    book = rulebook(MEAN, missing="rescale", groups={"all": "x"})
    assert score(book, figures).points() == {
        "x": 100 * (Fraction("0.4") * Fraction(1, 3) + Fraction("0.7") * Fraction(2, 3))
    }


@pytest.mark.parametrize(
    ("figures", "mean"),
    [
        (("0.25", "0.25", "0.25"), Fraction(25)),
        (("0.0625", "1", "0.25"), Fraction(25)),  # fourth root of 1/16 x 1 x 1/16
        (("0", "1", "1"), Fraction(0)),
    ],
)
def test_a_geometric_mean_is_exact_where_it_is_rational(figures: tuple[str, ...], mean: Fraction) -> None:
    book = rulebook(MEAN, combine="geometric", groups={"all": "x"})
    found = score(book, {letter: {"x": figure} for letter, figure in zip("abc", figures, strict=True)})
    assert found.points() == {"x": mean}
    assert not isinstance(found.root.points[0], Irrational)


def test_a_geometric_mean_that_is_not_rational_is_marked() -> None:
    book = rulebook(MEAN, combine="geometric", groups={"all": "x"})
    found = score(book, {"a": {"x": "0.5"}, "b": {"x": "0.3"}, "c": {"x": "0.7"}})
    total = found.root.points[0]
    assert isinstance(total, Irrational)
    # the fourth power is a rational: 100^4 x 0.5 x 0.3 x 0.7^2
    assert abs(Fraction(total) ** 4 - 10**8 * Fraction("0.5") * Fraction("0.3") * Fraction("0.49")) < Fraction(
        1, 10**45
    )


def test_a_geometric_mean_over_a_logarithmic_part_is_marked_even_where_powers_are_taken() -> None:
    book = rulebook(
        "  - {id: one, weight: 3/4, measure: a, method: {goalposts: {low: 1, high: 100, scale: log}}}\n"
        "  - {id: two, weight: 1/4, measure: b, method: {goalposts: {low: 0, high: 1}}}",
        combine="geometric",
        groups={"all": "x"},
    )
    assert isinstance(score(book, {"a": {"x": 7}, "b": {"x": 1}}).root.points[0], Irrational)


def test_a_harmonic_mean() -> None:
    book = rulebook(MEAN, combine="harmonic", groups={"all": "xy"})
    found = score(book, {"a": {"x": "0.5", "y": 0}, "b": {"x": "0.25", "y": 1}, "c": {"x": 1, "y": 1}})
    # 1 / (0.25/0.5 + 0.25/0.25 + 0.5/1) = 1/2; nothing anywhere is nothing at all
    assert found.points() == {"x": 50, "y": 0}


def test_equal_weights_where_none_are_written() -> None:
    leaves = "\n".join(f"  - {{id: {n}, measure: {m}, method: {{goalposts: {{low: 0, high: 1}}}}}}" for n, m in (("one", "a"), ("two", "b"), ("three", "c")))  # fmt: skip  # noqa: E501
    found = score(
        rulebook(leaves, groups={"all": "x"}, scale="1"), {"a": {"x": "0.9"}, "b": {"x": "0.3"}, "c": {"x": "0.3"}}
    )
    assert found.points() == {"x": Fraction(1, 2)}


HDI = """
  - {id: health, measure: a, method: {goalposts: {low: 20, high: 85}}}
  - id: education
    combine: arithmetic
    criteria:
      - {id: mean_years, measure: b, method: {goalposts: {low: 0, high: 15}}}
      - {id: expected_years, measure: c, method: {goalposts: {low: 0, high: 18}}}
  - {id: income, measure: d, method: {goalposts: {low: 100, high: 75000, scale: log}}}
"""


def test_the_human_development_index_of_two_countries() -> None:
    """Norway 2021 (published 0.961) and Chad 2021 (0.394), with the report's own figures."""
    figures = {
        "a": {"x": "83.2339", "y": "52.5254"},
        "b": {"x": "13.00363", "y": "2.573774"},
        "c": {"x": "18.1852", "y": "8.035914"},
        "d": {"x": "64660.10622", "y": "1364.169417"},
    }
    found = score(rulebook(HDI, combine="geometric", scale="1", groups={"all": "xy"}), figures).points()
    assert [round(float(found[unit] or 0), 3) for unit in "xy"] == [0.961, 0.394]


def test_points_by_group_and_criteria_for_some_groups_only() -> None:
    book = rulebook(
        f"""
  - {{id: one, points: {{towns: 60, bureaus: 30}}, measure: a, {POINTS}}}
  - {{id: two, points: 40, applies_to: [towns], measure: b, {POINTS}}}
  - {{id: three, points: {{bureaus: 70}}, measure: c, {POINTS}}}
""",
        groups={"towns": "xy", "bureaus": "z"},
    )
    figures = {"a": {"x": "0.5", "y": 1, "z": "0.5"}, "b": {"x": "0.5", "y": 1}, "c": {"z": 1}}
    found = score(book, figures)
    assert found.points() == {"x": 50, "y": 100, "z": 85}
    assert found.points("two") == {"x": 20, "y": 40}
    assert found.points("three") == {"z": 70}


def test_weights_by_group() -> None:
    book = rulebook(
        f"""
  - {{id: task, weight: {{towns: 0.85, bureaus: 0.8}}, measure: a, {POINTS}}}
  - {{id: social, weight: {{towns: 0.15, bureaus: 0.2}}, measure: b, {POINTS}}}
""",
        groups={"towns": "x", "bureaus": "y"},
    )
    found = score(book, {"a": {"x": "0.9", "y": "0.9"}, "b": {"x": "0.8", "y": "0.8"}})
    assert found.points() == {"x": Fraction("88.5"), "y": 88}


def test_points_below_a_weight_are_scored_out_of_the_full_score() -> None:
    """A branch of 40 points with weight 0.85 is worth 85 of 100, like any other branch of that weight."""
    book = rulebook(
        f"""
  - id: task
    weight: 0.85
    criteria:
      - {{id: one, points: 30, measure: a, {POINTS}}}
      - {{id: two, points: 10, measure: b, {POINTS}}}
  - {{id: social, weight: 0.15, measure: c, {POINTS}}}
""",
        groups={"all": "xy"},
    )
    found = score(book, {"a": {"x": 1, "y": "0.5"}, "b": {"x": 1, "y": 1}, "c": {"x": 1, "y": "0.8"}})
    assert found.points("task") == {"x": 40, "y": 25}
    assert found.points() == {"x": 100, "y": Fraction(25, 40) * 85 + 12}


def test_a_leaf_is_floored_at_nothing_and_a_floor_a_cap_and_places_are_its_own() -> None:
    book = rulebook(
        """
  - {id: one, points: 10, measure: a, method: {ratio_uncapped: {target: 1}}}
  - {id: two, points: 10, measure: a, method: {ratio_uncapped: {target: 1}}, min: -2}
  - {id: three, points: 10, measure: a, method: {ratio_uncapped: {target: 1}}, max: 10.5}
  - {id: four, points: 10, measure: a, method: {ratio_uncapped: {target: 1}}, places: 1}
""",
        groups={"all": "xyz"},
    )
    found = score(book, {"a": {"x": "-0.5", "y": "1.5", "z": "0.3050"}})
    assert found.points("one") == {"x": 0, "y": 15, "z": Fraction("3.05")}
    assert found.points("two") == {"x": -2, "y": 15, "z": Fraction("3.05")}
    assert found.points("three") == {"x": 0, "y": Fraction("10.5"), "z": Fraction("3.05")}
    assert found.points("four") == {"x": 0, "y": 15, "z": Fraction("3.1")}


def test_a_node_may_be_capped_and_rounded_too() -> None:
    book = rulebook(
        f"""
  - id: bonus
    points: 10
    max: 9.5
    places: 0
    criteria:
      - {{id: one, points: 6, measure: a, {POINTS}}}
      - {{id: two, points: 4, measure: b, {POINTS}}}
""",
        groups={"all": "xy"},
    )
    found = score(book, {"a": {"x": 2, "y": "0.5"}, "b": {"x": 1, "y": "0.375"}})
    assert found.points("bonus") == {"x": 10, "y": 5}  # 16 capped to 9.5, rounded to 10; 4.5 rounded to 5


def test_the_township_composite_of_the_published_case() -> None:
    """Task 92.40 at 85 %, social evaluation 89.1 at 15 %: 91.905 before bonus and deduction."""
    leaf = "method: {goalposts: {low: 0, high: 100}}"
    book = rulebook(
        f"""
  - {{id: task, weight: 0.85, measure: a, {leaf}}}
  - id: social
    weight: 0.15
    criteria:
      - {{id: own, weight: 0.3, measure: b, {leaf}}}
      - {{id: leaders, weight: 0.2, measure: c, {leaf}}}
      - {{id: mutual, weight: 0.2, measure: d, {leaf}}}
      - {{id: delegates, weight: 0.3, measure: e, {leaf}}}
""",
        groups={"all": "x"},
    )
    figures = {"a": {"x": "92.40"}, "b": {"x": 90}, "c": {"x": 88}, "d": {"x": 86}, "e": {"x": 91}}
    found = score(book, figures)
    assert found.points("social") == {"x": Fraction("89.1")}
    assert found.points() == {"x": Fraction("91.905")}


def test_completion_caps_floor_as_in_the_published_case() -> None:
    """Attract 126 % of 20 uncapped, roads 92.5 % of 15, safety floored at nothing, weekly 96 of 25: 63.075."""
    book = rulebook(
        """
  - {id: attract, points: 20, measure: a, method: {ratio_uncapped: {target: 100%}}}
  - {id: roads, points: 15, measure: b, method: {ratio_capped: {target: 100%}}}
  - {id: safety, points: 10, measure: c, method: {deduct_to_zero: {each: 1}}}
  - {id: weekly, points: 25, measure: d, method: {ratio_capped: {target: 100}}}
""",
        groups={"all": "x"},
    )
    found = score(book, {"a": {"x": "1.26"}, "b": {"x": "0.925"}, "c": {"x": "12.5"}, "d": {"x": 96}})
    assert found.points() == {"x": Fraction("25.2") + Fraction("13.875") + 0 + 24}
