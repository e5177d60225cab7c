"""Missing values and missing periods over small trees: who fills in for whom, and what each period counts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shuping.errors import RulebookError
from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.rulebook.load import loads
from shuping.scoring.evaluate import evaluate
from shuping.scoring.fill import from_group, from_nearest
from shuping.scoring.large import score_large
from shuping.scoring.periods import unit_weights
from tests.core.scoring.trees import POINTS, Periods, grid_for, inputs_for, rulebook, score

LEAVES = f"""
  - {{id: one, points: 40, measure: a, {POINTS}}}
  - {{id: two, points: 40, measure: b, {POINTS}}}
  - {{id: three, points: 20, measure: c, {POINTS}}}
"""
FIGURES = {
    "a": {"x": "0.5", "y": "0.6", "z": "0.9"},
    "b": {"x": None, "y": "0.2", "z": "0.8"},
    "c": {"x": "0.5", "y": "0.5", "z": "0.5"},
}


def both(numbers: list[str]) -> list[tuple[np.ndarray, float]]:
    """Return the numbers in both arithmetics."""
    return [(arithmetic.array([Fraction(text) for text in numbers]), 0) for arithmetic in (EXACT, FLOAT)]


def test_a_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    codes = np.array([1, 0, 1, 0, 1, 1, -1, 0])
    given = np.array([True, True, True, True, True, True, True, False])
    for values, _ in both(["9", "5", "1", "7", "3", "2", "100", "0"]):
        median, counts = from_group(values, given, ~given, codes, "median")
        assert (median[7], counts[7]) == (6, 2), "the groups need not stand side by side"
        asked = np.array([False, False, False, False, False, False, True, True])
        _, counts = from_group(values, given, asked, np.where(codes == 1, 1, codes), "mean")
        assert list(counts) == [0, 0, 0, 0, 0, 0, 0, 2], "who is in no group has nobody"


def test_the_median_of_a_group_of_four_and_of_three() -> None:
    codes, given = np.zeros(5, dtype=np.int64), np.array([True, True, True, True, False])
    for values, _ in both(["9", "1", "3", "2", "0"]):
        assert from_group(values, given, ~given, codes, "median")[0][4] == Fraction(5, 2)
        assert from_group(values, given & (values < 9), ~given, codes, "median")[0][4] == 2


def test_peers_are_compared_by_what_both_have_and_ties_are_all_taken() -> None:
    codes = np.zeros(5, dtype=np.int64)
    everyone = np.ones(5, dtype=bool)
    given = np.array([False, True, True, True, True])
    for values, _ in both(["0", "10", "20", "60", "1000"]):
        first = values.copy()
        first[:] = both(["0.5", "0.4", "0.6", "0.9", "0.5"])[0 if values.dtype == object else 1][0]
        there = np.array([True, True, True, True, False])
        figures, counts = from_nearest(values, given, ~given, codes, [(first, there)], 1)
        assert (figures[0], counts[0]) == (15, 2), "0.4 and 0.6 are equally far; the last has nothing to compare"
        figures, counts = from_nearest(values, given, ~given, codes, [(first, there)], 9)
        assert (figures[0], counts[0]) == (30, 3)
        assert from_nearest(values, given, ~given, codes, [(first, ~everyone)], 1)[1][0] == 0


def test_a_peer_that_nobody_can_be_compared_with_drops_the_unit() -> None:
    book = rulebook(f"""
  - {{id: one, points: 50, measure: a, {POINTS}, missing: rescale}}
  - {{id: two, points: 50, measure: b, {POINTS}, missing: {{policy: peer, nearest: 1}}}}
""")
    found = score(book, {"a": {"x": "0.5", "y": None, "z": "0.7"}, "b": {"x": None, "y": "0.2", "z": "0.8"}})
    assert found.points() == {"x": 25 + 40, "y": 20, "z": 75}
    alone = score(book, {"a": {"x": "0.5", "y": None, "z": None}, "b": {"x": None, "y": "0.2", "z": "0.8"}})
    assert alone.points()["x"] is None, "x has the first, nobody else does"


def test_a_branch_takes_its_nearest_units_points() -> None:
    book = rulebook(f"""
  - {{id: one, points: 40, measure: a, {POINTS}}}
  - id: branch
    points: 60
    missing: {{policy: peer, nearest: 1}}
    criteria:
      - {{id: two, points: 40, measure: b, {POINTS}, missing: rescale}}
      - {{id: three, points: 20, measure: c, {POINTS}, missing: rescale}}
""")
    found = score(book, {**FIGURES, "c": {"x": None, "y": "0.5", "z": "0.5"}})
    assert found.points("branch") == {"x": 18, "y": 18, "z": 42}, "y is nearer to x's 0.5 than z"
    counts = found.scores("branch").filled_from
    assert counts is not None
    assert list(counts) == [1, 0, 0]


def test_what_was_filled_in_is_marked_with_how_many_it_is_made_of() -> None:
    for policy in ("group_mean", "group_median", "group_mean_points"):
        two = score(rulebook(LEAVES, missing=policy), FIGURES).scores("two")
        assert list(two.filled_from if two.filled_from is not None else []) == [2, 0, 0]
        assert list(two.policy_applied) == [True, False, False]
        assert two.points[0] == 20


def test_another_grouping_may_cross_the_comparison_groups() -> None:
    book = rulebook(LEAVES, missing="{policy: group_mean, by: unit.region}", groups={"p": "xy", "q": "z"})
    found = score(book, FIGURES, groupings={"region": "h-h"})
    assert found.points("two") == {"x": 32, "y": 8, "z": 32}
    nobody = score(book, FIGURES, groupings={"region": "hll"})
    assert nobody.points("two")["x"] is None, "x is alone in its region"


def test_a_peer_is_of_the_unit_s_own_group() -> None:
    book = rulebook(
        LEAVES.replace("measure: b, ", "measure: b, missing: {policy: peer, nearest: 1}, "),
        groups={"p": "xz", "q": "y"},
    )
    assert score(book, FIGURES).points("two")["x"] == 32, "y is nearer, but stands in another group"


@pytest.mark.parametrize("places", ["2", "0"])
def test_the_fast_path_publishes_the_same_with_groupings_and_periods(places: str) -> None:
    book = rulebook(
        f"""
  - {{id: one, points: 60, measure: a, {POINTS}, each: quarter, missing_period: carry}}
  - {{id: two, points: 40, measure: b, {POINTS}, missing: {{policy: group_mean_points, by: unit.region}}}}
""",
        groups={"p": "xy", "q": "z"},
        rounding=f"{{places: {places}}}",
    )
    each: Periods = {
        "quarter": {
            "2025-Q1": {"a": {"x": "0.1", "y": "0.285", "z": "1/3"}},
            "2025-Q2": {"a": {"x": None, "y": "0.29", "z": "2/3"}},
            "2025-Q3": {"a": {"x": "0.7", "y": "0.3", "z": "1/7"}},
        }
    }
    figures = {"a": {}, "b": {"x": None, "y": "0.8125", "z": "0.6"}}
    grid = grid_for(book)
    exact = evaluate(book, grid, inputs_for(grid, figures, EXACT, each, {"region": "hhh"}), EXACT)
    large = score_large(
        book,
        grid,
        inputs_for(grid, figures, FLOAT, each, {"region": "hhh"}),
        lambda: inputs_for(grid, figures, EXACT, each, {"region": "hhh"}),
    )
    # x: 60 x (0.1 + 0.1 + 0.7) / 3 = 18, and 40 x (0.8125 + 0.6) / 2 = 28.25; y: 17.5 + 32.5; z: 60 x 8/7 / 3 + 24
    assert list(exact.points) == [Fraction("46.25"), 50, Fraction(160, 7) + 24]
    assert list(large.totals) == ([46.25, 50, 46.86] if places == "2" else [46, 50, 47])


# --- periods


def weights(how: str, present: list[list[int]]) -> list[list[Fraction]]:
    """Return the weights of each unit over four quarters of 0.1, 0.2, 0.3 and 0.4, unit by unit."""
    masks = [np.array([bool(unit[place]) for unit in present]) for place in range(4)]
    declared = [Fraction(text) for text in ("0.1", "0.2", "0.3", "0.4")]
    found = unit_weights(masks, declared, how, EXACT)  # type: ignore[arg-type]
    rough = unit_weights(masks, declared, how, FLOAT)  # type: ignore[arg-type]
    for mine, other in zip(found, rough, strict=True):
        np.testing.assert_allclose(other.astype(float), np.array([float(part) for part in mine]), atol=1e-15)
    return [[Fraction(part[unit]) for part in found] for unit in range(len(present))]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("reweight", ["1/6 1/3 1/2 0", "0 0 3/7 4/7", "0 0 0 0"]),
        ("zero", ["0.1 0.2 0.3 0", "0 0 0.3 0.4", "0 0 0 0"]),
        ("reweight_all", ["0.1 0.2 0.3 0", "0 0 0.3 0.4", "0 0 0 0"]),
        ("carry", ["0.1 0.2 0.7 0", "0 0 3/7 4/7", "0 0 0 0"]),
        ("carry_or_zero", ["0.1 0.2 0.7 0", "0 0 0.3 0.4", "0 0 0 0"]),
    ],
)
def test_what_each_period_counts(how: str, expected: list[str]) -> None:
    found = weights(how, [[1, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 0]])
    assert found == [[Fraction(text) for text in line.split()] for line in expected]


def test_a_late_correction_of_one_period_leaves_the_others_as_they_were() -> None:
    """The running total of a later period is not made anew from an earlier one that was put right."""
    book = rulebook(f"  - {{id: one, points: 100, measure: a, {POINTS}, each: quarter, missing_period: carry}}")

    def points(first: str) -> list[Fraction]:
        quarters = {"2025-Q1": first, "2025-Q2": "0.6", "2025-Q3": None, "2025-Q4": "0.8"}
        each: Periods = {"quarter": {name: {"a": {"x": value}} for name, value in quarters.items()}}
        parts = score(book, {"a": {}}, each=each).scores("one").periods
        return [Fraction(part.weight[0] * part.scores.points[0]) for part in parts]

    before, after = points("0.2"), points("0.4")
    assert before == [5, 30, 0, 20], "the third quarter takes the second's points"
    assert after == [10, 30, 0, 20]


def test_a_node_by_periods_inside_a_node_by_longer_ones() -> None:
    book = rulebook(f"""
  - id: quarters
    points: 100
    each: quarter
    missing: zero
    criteria:
      - {{id: months, points: 60, measure: a, {POINTS}, each: month}}
      - {{id: checks, points: 40, measure: b, {POINTS}}}
""")
    grid = grid_for(book)
    quarters = {}
    for name, months, check in (("2025-Q1", ["0.5", "0.7", None], "0.5"), ("2025-Q2", ["1", "1", "1"], "1")):
        inside = {"month": {f"m{place}": {"a": {"x": value}} for place, value in enumerate(months)}}
        quarters[name] = inputs_for(grid, {"b": {"x": check}}, EXACT, inside)
    inputs = inputs_for(grid, {})
    root = evaluate(book, grid, type(inputs)(each={"quarter": quarters}), EXACT)
    (top,) = root.children
    assert top.points[0] == (36 + 20 + 60 + 40) / Fraction(2)
    counted = [child.counted[0] for child in top.children if child.counted is not None]
    assert counted == [48, 30], "the months add 48, the checks 30"
    assert [child.points[0] for child in top.children] == [48, 30]
    assert list(root.present) == [True, True, True], "the others have nothing, and the branch's own policy is zero"


def test_weights_are_read_by_place_and_not_by_their_order_in_the_file() -> None:
    book = rulebook(
        f"  - {{id: one, points: 100, measure: a, {POINTS}, each: quarter, period_weights: {{2: 0.2, 1: 0.8}}}}"
    )
    each: Periods = {"quarter": {"Q1": {"a": {"x": 1}}, "Q2": {"a": {"x": 0}}}}
    assert score(book, {"a": {}}, each=each).points()["x"] == 80


def test_alternatives_that_would_both_carry_full_points_are_refused() -> None:
    """Two indicators for one purpose cannot both carry its 40 points: what is below adds up to 80."""
    text = f"""format: 1
rulebook: alternatives
version: "1"
title: Alternatives
groups: {{all: {{members: [x]}}}}
measures: {{a: {{value: unit.a}}, b: {{value: unit.b}}}}
criteria:
  - id: safe
    points: 40
    criteria:
      - {{id: by_visit, points: 40, measure: a, {POINTS}}}
      - {{id: by_phone, points: 40, measure: b, {POINTS}}}
"""
    with pytest.raises(RulebookError) as caught:
        loads(text)
    assert [problem.code for problem in caught.value.problems] == ["rulebook.points-sum"]


@pytest.mark.parametrize("policy", ["rescale", "rescale_total", "zero", "drop_unit"])
@pytest.mark.parametrize("weights", [("0.2", "0.3", "0.5"), ("1/3", "1/3", "1/3"), ("0.7", "0.2", "0.1")])
def test_weights_multiply_the_ceiling_with_the_sum(policy: str, weights: tuple[str, str, str]) -> None:
    leaves = "".join(
        f"\n  - {{id: n{letter}, weight: {weight}, measure: {letter}, {POINTS}}}"
        for letter, weight in zip("abc", weights, strict=True)
    )
    book = rulebook(leaves, missing=policy)
    full = {letter: dict.fromkeys("xyz", "1") for letter in "abc"}
    half = {letter: dict.fromkeys("xyz", "0.5") for letter in "abc"}
    assert set(score(book, full).points().values()) == {100}
    assert set(score(book, half).points().values()) == {50}, "no saturation on the way up"
