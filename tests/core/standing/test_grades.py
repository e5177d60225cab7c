"""Grades by quota against other ways of giving them: unit by unit, and every way of breaking a tie."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.rulebook.grading_model import Grade, Grading
from shuping.standing.grades import Candidate, Effect, Graded, grade_units

GRADES = {"top": 0, "good": 1, "fair": 2, "rest": 3}
EFFECTS = (Effect("bar_top"), Effect("cap_grade", "fair"), Effect("cap_grade", "good"), Effect("unqualified"))


def grade(**settings: Any) -> Grade:
    return Grade.model_validate(settings)


@st.composite
def scales(draw: st.DrawFn) -> dict[str, Grade]:
    """Three grades with minima, quotas or both, and the rest."""
    mins = sorted(draw(st.lists(st.integers(0, 10), min_size=3, max_size=3, unique=True)), reverse=True)
    with_min = draw(
        st.integers(0, 3)
    )  # the first ones have a minimum: a lower grade asks nothing that a better does not
    found = {}
    for index, name in enumerate(("top", "good", "fair")):
        settings: dict[str, Any] = {"min": str(mins[index])} if index < with_min else {}
        if not settings or draw(st.booleans()):
            settings |= {"count": str(draw(st.integers(0, 4)))}
        found[name] = grade(**settings)
    return {**found, "rest": grade()}


def candidates(totals: list[int], effects: dict[int, Effect] | None = None) -> list[Candidate]:
    """Units u0, u1 … with these totals, equal ones tied, in no particular order."""
    places = {total: sum(other > total for other in totals) + 1 for total in totals}
    given_effects = effects or {}
    return [
        Candidate(
            f"u{index}", Fraction(total), places[total], (given_effects[index],) if index in given_effects else ()
        )
        for index, total in enumerate(totals)
    ]


def one_by_one(grades: dict[str, Grade], line: list[Candidate]) -> dict[str, str]:
    """Give each unit in its order the best grade that it may have and that has a place left."""
    left = {name: one.places("all", len(line)) for name, one in grades.items()}
    found = {}
    for unit in sorted(line, key=lambda one: one.place):
        for name, one in grades.items():
            best = max(
                [GRADES[effect.grade or "rest"] if effect.kind != "bar_top" else 1 for effect in unit.effects] or [0]
            )
            reached = one.min is None or (unit.total is not None and unit.total >= one.min)
            if GRADES[name] < best or not reached or left[name] == 0:
                continue
            if left[name] is not None:
                left[name] = (left[name] or 0) - 1
            found[unit.unit] = name
            break
    return found


def grades_of(found: dict[str, Graded]) -> dict[str, str | None]:
    return {unit: one.grade for unit, one in found.items()}


@given(
    scales(),
    st.lists(st.integers(0, 12), min_size=1, max_size=9, unique=True),
    st.dictionaries(st.integers(0, 8), st.sampled_from(EFFECTS), max_size=3),
)
def test_without_ties_it_is_as_if_each_unit_chose_in_turn(
    scale: dict[str, Grade], totals: list[int], effects: dict[int, Effect]
) -> None:
    line = candidates(totals, effects)
    assert grades_of(grade_units(scale, Grading(), "all", line)) == one_by_one(scale, line)


@given(scales(), st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_an_open_grade_is_open_and_everything_else_is_what_every_decision_leads_to(
    scale: dict[str, Grade], totals: list[int]
) -> None:
    line = candidates(totals)
    found = grade_units(scale, Grading(tied_at_edge="decide"), "all", line)
    outcomes: dict[str, set[str | None]] = {one.unit: set() for one in line}
    for order in permutations(line):
        decided = [
            Candidate(one.unit, one.total, place)
            for place, one in enumerate(sorted(order, key=lambda one: one.place), start=1)
        ]
        for unit, settled in grade_units(scale, Grading(), "all", decided).items():
            outcomes[unit].add(settled.grade)
    for unit, graded in found.items():
        if graded.grade is None:
            assert len(outcomes[unit]) > 1, f"{unit} is left open although every decision gives {outcomes[unit]}"
            assert any(note.startswith("open:") for note in graded.notes)
        else:
            assert outcomes[unit] == {graded.grade}


@given(
    scales(),
    st.lists(st.integers(0, 5), min_size=1, max_size=9),
    st.sampled_from(("all_in", "all_out", "decide")),
    st.sampled_from(("empty", "next_grade")),
)
def test_nobody_is_passed_and_no_place_is_given_twice(
    scale: dict[str, Grade], totals: list[int], edge: str, unreached: str
) -> None:
    line = candidates(totals)
    settings = Grading.model_validate({"tied_at_edge": edge, "unreached_slot": unreached})
    found = grades_of(grade_units(scale, settings, "all", line))
    by_place = sorted(line, key=lambda one: one.place)
    steps = [GRADES[grade] for one in by_place if (grade := found[one.unit]) is not None]
    assert steps == sorted(steps), "a unit behind another has the better grade"
    for one, other in pairwise(by_place):
        if one.place == other.place:
            assert found[one.unit] == found[other.unit], "equal units have different grades"
    if edge != "all_in" and unreached == "empty":
        for name, count in Counter(found.values()).items():
            places = scale[name].places("all", len(line)) if name is not None else None
            assert places is None or count <= places


def test_a_veto_frees_one_place_and_no_second_further_down() -> None:
    scale = {"top": grade(count=1), "good": grade(count=1), "fair": grade(count=1), "rest": grade()}
    barred = candidates([9, 8, 7, 6], {0: Effect("cap_grade", "fair")})
    passed = grades_of(grade_units(scale, Grading(), "all", barred))
    assert passed == {"u0": "fair", "u1": "top", "u2": "good", "u3": "rest"}
    empty = grades_of(grade_units(scale, Grading(freed_slot="empty"), "all", barred))
    assert empty == {"u0": "fair", "u1": "good", "u2": "rest", "u3": "rest"}, "top empty; good u1; fair u0"


def test_without_quotas_and_vetoes_nothing_is_noted() -> None:
    scale = {"top": grade(min="8"), "good": grade(min="6"), "rest": grade()}
    found = grade_units(scale, Grading(), "all", candidates([9, 8, 7, 1]))
    assert {unit: (one.grade, one.notes) for unit, one in found.items()} == {
        "u0": ("top", ()),
        "u1": ("top", ()),
        "u2": ("good", ()),
        "u3": ("rest", ()),
    }


@pytest.mark.parametrize(
    ("share", "base", "floor", "half_up", "ceiling"),
    [
        ("30%", 11, 3, 3, 4),  # 3.3
        ("30%", 12, 3, 4, 4),  # 3.6
        ("1/8", 20, 2, 3, 3),  # 2.5: half up
        ("29%", 100, 29, 29, 29),
        ("1/3", 78, 26, 26, 26),  # 1/3 as 0.3333 would give 25
        ("0.07", 100, 7, 7, 7),  # 100 * 0.07 is 7.000000000000001 in binary: its ceiling would be 8
        ("0", 10, 0, 0, 0),
        ("100%", 10, 10, 10, 10),
    ],
)
def test_shares_are_fractions_of_counts(share: str, base: int, floor: int, half_up: int, ceiling: int) -> None:
    found = {how: grade(share=share, round=how).places("all", base) for how in ("floor", "half_up", "ceiling")}
    assert found == {"floor": floor, "half_up": half_up, "ceiling": ceiling}
