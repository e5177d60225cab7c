"""Bonuses and deductions: caps by hand in their order, any rules against a plain calculation, both arithmetics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping.methods.arithmetic import EXACT, FLOAT, Arithmetic
from shuping.rulebook.adjustments import TIMES
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Inputs, column_of
from shuping.scoring.large import score_large
from tests.core.scoring.trees import POINTS, Scored, grid_for, inputs_for, rulebook, score, value_of

LEAF = f"  - {{id: work, points: 100, measure: a, {POINTS}}}"
Figures = Mapping[str, Mapping[str, str | int | Fraction | None]]


def scored(adjustments: str, figures: Figures, **others: str) -> Scored:
    """Score a tree of one leaf, whose points are a hundredfold its measure, with these adjustments."""
    return score(rulebook(LEAF, adjustments=f"{{{adjustments}}}", **others), figures)


def lines(found: Scored, unit: str) -> dict[str, Fraction]:
    """Return what each line adds to a unit's total; lines that do not apply are left out."""
    index = found.grid.units.index(unit)
    assert found.root.adjustments is not None
    return {line.id: Fraction(line.points[index]) for line in found.root.adjustments.lines if line.applies[index]}


ALL = (
    "categories: {honours: {cap: 5}}, bonus: ["
    "{id: one, measure: b, each: 2, cap: 4, category: honours}, {id: two, measure: c, category: honours},"
    "{id: three, measure: d}], bonus_cap: 7, deductions: [{id: lost, measure: e, each: 0.5, cap: 6},"
    "{id: gone, measure: f}], deductions_cap: 10"
)


def test_every_cap_in_its_turn() -> None:
    figures = {"a": {"x": "0.5"}, "b": {"x": 3}, "c": {"x": 2}, "d": {"x": 4}, "e": {"x": 20}, "f": {"x": 7}}
    found = scored(ALL, figures)
    # 2 x 3 = 6, at most 4; with 2 makes 6, the category holds 5; with 4 makes 9, all bonuses 7
    # .5 x 20 = 10, at most 6; with 7 makes 13, all deductions 10; 50 + 7 - 10 = 47
    assert lines(found, "x") == {
        "one": 4, "two": 2, "three": 4, "cap:honours": -1, "cap:bonus": -2, "lost": -6, "gone": -7, "cap:deductions": 3,
    }  # fmt: skip
    assert found.points()["x"] == 47


@pytest.mark.parametrize(
    ("floor", "before", "bonus", "loss", "total"),
    [
        ("", "0.03", 0, 5, 0),  # 3 - 5, not below 0
        ("", "0.03", 1, 2, 2),
        ("deduct_floor: none,", "0.03", 0, 5, -2),
        ("deduct_floor: 60,", "0.65", 0, 10, 60),
        ("deduct_floor: 60,", "0.50", 3, 10, 53),  # below 60 before: nothing more is taken, nothing given
    ],
)
def test_the_lowest_total(floor: str, before: str, bonus: int, loss: int, total: int) -> None:
    text = f"{floor} bonus: [{{id: up, measure: b}}], deductions: [{{id: down, measure: c}}]"
    found = scored(text, {"a": {"x": before}, "b": {"x": bonus}, "c": {"x": loss}})
    assert found.points()["x"] == total
    assert sum(lines(found, "x").values()) + Fraction(before) * 100 == total


@pytest.mark.parametrize(
    ("cap", "total"),
    [("", 101), ("total_cap: none,", 101), ("total_cap: points,", 100), ("total_cap: 100.5,", "100.5")],
)
def test_the_highest_total_is_open_unless_the_rule_book_closes_it(cap: str, total: str | int) -> None:
    text = f"{cap} bonus: [{{id: up, measure: b}}], deductions: [{{id: down, measure: c}}]"
    found = scored(text, {"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 1}})
    assert found.points()["x"] == Fraction(total)  # the cap is on what is left after deductions


def test_caps_by_group_and_groups_of_an_entry() -> None:
    text = "bonus: [{id: up, measure: b, cap: {one: 1}}, {id: more, measure: b, groups: [two]}], bonus_cap: {two: 3}"
    book = rulebook(LEAF, groups={"one": "x", "two": "y"}, adjustments=f"{{{text}}}")
    found = score(book, {"a": {"x": 0, "y": 0}, "b": {"x": 2, "y": 2}})
    assert found.points() == {"x": 1, "y": 3}
    assert lines(found, "x") == {"up": 1}
    assert lines(found, "y") == {"up": 2, "more": 2, "cap:bonus": -1}


def test_a_missing_value_adds_nothing_and_is_said_or_costs_the_total() -> None:
    for setting, total in (("", Fraction(50)), (", missing: drop_unit", None)):
        text = f"bonus: [{{id: up, measure: b{setting}}}], deductions: [{{id: down, measure: c{setting}}}]"
        found = scored(text, {"a": {"x": "0.5", "y": "0.5"}, "b": {"x": None, "y": 1}, "c": {"x": 3, "y": None}})
        expected = {"x": 47, "y": 51} if total is not None else {"x": None, "y": None}
        assert {unit: found.points()[unit] for unit in "xy"} == expected
        assert found.root.adjustments is not None
        assert [bool(line.reasons[0]) for line in found.root.adjustments.lines[:2]] == [True, False]


def test_a_bonus_does_not_take_and_a_deduction_does_not_give() -> None:
    text = "bonus: [{id: up, measure: b}, {id: even, measure: b, floor: -5}], deductions: [{id: down, measure: c}]"
    found = scored(text, {"a": {"x": "0.5"}, "b": {"x": -8}, "c": {"x": -3}})
    assert lines(found, "x") == {"up": 0, "even": -5, "down": 0}


@pytest.mark.parametrize(("warnings", "points"), [(0, 0), (1, 0), (2, 3), (3, 3), (4, 6), ("7/2", 3)])
def test_whole_steps_only(warnings: str | int, points: int) -> None:
    text = "deductions: [{id: down, measure: b, each: 3, per: 2}]"
    found = scored(text, {"a": {"x": 1}, "b": {"x": warnings}})
    assert lines(found, "x") == {"down": -points}


# --- any rules against a plain calculation

SMALL = st.fractions(min_value=-2, max_value=12, max_denominator=8)
CAP = st.none() | st.fractions(min_value=0, max_value=9, max_denominator=4)


def _cap(text: str, cap: Fraction | None) -> str:
    return "" if cap is None else f", {text}: {cap}"


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Fraction | None]:
    return {name: draw(CAP) for name in ("one", "two", "honours", "bonus", "lost", "gone", "deductions", "total")}


@settings(max_examples=60, deadline=None)
@given(caps=rules(), values=st.lists(SMALL, min_size=5, max_size=5), start=st.fractions(0, 1, max_denominator=40))
def test_against_a_plain_calculation(caps: dict[str, Fraction | None], values: list[Fraction], start: Fraction) -> None:
    text = (
        f"categories: {{honours: {{cap: {100 if caps['honours'] is None else caps['honours']}}}}},"
        f"bonus: [{{id: one, measure: b, each: 1/3, category: honours{_cap('cap', caps['one'])}}},"
        f"{{id: two, measure: c, category: honours{_cap('cap', caps['two'])}}}]{_cap('bonus_cap', caps['bonus'])},"
        f"deductions: [{{id: lost, measure: d, range: {{least: 1, most: 4}}, times: f{_cap('cap', caps['lost'])}}},"
        f"{{id: gone, measure: e{_cap('cap', caps['gone'])}}}]{_cap('deductions_cap', caps['deductions'])}"
        f"{_cap('total_cap', caps['total'])}"
    )
    book = rulebook(LEAF, adjustments=f"{{{text}}}")
    figures: Figures = {"a": {"x": start}, **dict(zip("bcde", ({"x": value} for value in values), strict=False))}
    figures = {**figures, "f": {"x": values[4]}}
    found = _with_times(book, figures, EXACT)
    assert found.points()["x"] == _plainly(caps, values, start * 100)
    assert sum(lines(found, "x").values(), start * 100) == found.points()["x"]
    rough = _with_times(book, figures, FLOAT)
    assert float(rough.root.points[0]) == pytest.approx(float(found.root.points[0]), abs=1e-9)


def _with_times(book: object, figures: Figures, arithmetic: Arithmetic) -> Scored:
    """Score with the factor's column given, which a folder would measure."""
    grid = grid_for(book)  # type: ignore[arg-type]
    given = inputs_for(grid, figures, arithmetic)
    times = column_of([value_of(figures["f"].get(unit)) for unit in grid.units], arithmetic)
    inputs = Inputs(measures={**given.measures, TIMES + "lost": times})
    return Scored(book, grid, evaluate(book, grid, inputs, arithmetic))  # type: ignore[arg-type]


def _plainly(caps: dict[str, Fraction | None], values: list[Fraction], before: Fraction) -> Fraction:
    """Work the total out one line after another, for one unit."""

    def most(points: Fraction, name: str) -> Fraction:
        cap = caps[name]
        return points if cap is None or points < cap else cap

    first, second = (max(Fraction(0), points) for points in (values[0] / 3, values[1]))
    honours = most(most(first, "one") + most(second, "two"), "honours")
    bonus = most(honours, "bonus")
    judged = values[2]
    judged = Fraction(0) if judged <= 0 else Fraction(1) if judged < 1 else Fraction(4) if judged > 4 else judged
    lost = most(max(Fraction(0), judged * values[4]), "lost")
    gone = most(max(Fraction(0), values[3]), "gone")
    loss = most(lost + gone, "deductions")
    total = before + bonus - loss
    if total < 0:
        total = Fraction(0)
    return most(total, "total")


# --- bonuses on one criterion


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.integers(0, 4), min_size=12, max_size=12),
    claims=st.lists(st.integers(0, 5), min_size=12, max_size=12),
    lost=st.fractions(0, 1, max_denominator=12),
    share=st.fractions(0, 1, max_denominator=12),
)
def test_a_bonus_on_a_criterion(points: list[int], claims: list[int], lost: Fraction, share: Fraction) -> None:
    units = "abcdefghijkl"
    item = f"item: {{criterion: work, most: 3%, when_lost: {lost}, units: {share}}}"
    book = rulebook(LEAF, groups={"all": units}, adjustments=f"{{bonus: [{{id: up, measure: b, {item}}}]}}")
    figures = {
        "a": {unit: Fraction(number, 4) for unit, number in zip(units, points, strict=True)},
        "b": dict(zip(units, claims, strict=True)),
    }
    found = score(book, figures)
    cut = {unit: min(claim, 3) for unit, claim in zip(units, claims, strict=True)}  # 3% of 100 points
    open_ = sum(number < 4 for number in points) > lost * 12
    places = int(share * 12)
    for unit in units:
        ahead = sum(other >= cut[unit] for other in cut.values() if other > 0)
        wanted = cut[unit] if open_ and cut[unit] > 0 and ahead <= places else 0
        assert lines(found, unit) == {"up": wanted}


def test_floats_hand_over_a_total_half_way_between_two_figures() -> None:
    """AC1's 91.905 + 3 - 1.2 = 93.705, and a unit whose step floats cannot count: 0.3 / 0.1."""
    text = "bonus: [{id: up, measure: b}], bonus_cap: 3, deductions: [{id: down, measure: c, per: 0.1, each: 0.1}]"
    book = rulebook(LEAF, groups={"all": "x", "other": "y"}, adjustments=f"{{{text}}}")
    figures = {"a": {"x": "0.91905", "y": "0.5"}, "b": {"x": "3.5", "y": 0}, "c": {"x": "1.2", "y": "0.3"}}
    grid = grid_for(book)
    found = score_large(book, grid, inputs_for(grid, figures, FLOAT), lambda: inputs_for(grid, figures))
    assert found.totals.tolist() == [93.71, 49.7]
    assert found.handed_over.all()


def test_adjustments_leave_the_criteria_as_they_are() -> None:
    figures: Figures = {"a": {"x": "0.5", "y": 1}, "b": {"x": 3, "y": 3}}
    plain = score(rulebook(LEAF), figures)
    found = scored("bonus: [{id: up, measure: b}]", figures)
    assert plain.root.adjustments is None
    assert found.points("work") == plain.points("work")
    assert np.array_equal(replace(found.root, adjustments=None).full, plain.root.full)
