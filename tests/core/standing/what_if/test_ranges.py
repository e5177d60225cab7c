"""How far a weight may go: by hand, and against the engine asked at many weights."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import shuping
from shuping import appraisal
from shuping.errors import InputError
from shuping.standing.what_if.ground import Ground
from shuping.standing.what_if.ranges import Range, ranges_of, shown
from shuping.standing.what_if.weights import declared, factors_of, shared_out
from tests.documents.what_if_case import PLAIN, write_folder, write_units

HAIR = Fraction(1, 10**12)


def ranges(path: Path, unit: str) -> tuple[Ground, dict[tuple[str, str], Range]]:
    ground, standing = appraisal.ground_of(shuping.read(path))
    return ground, {(one.criterion, one.what): one for one in ranges_of(ground, standing, unit)}


def answer(ground: Ground, found: Range, weight: Fraction) -> str | None:
    """Ask the engine for the unit's rank or grade with the criterion at a weight."""
    weights = shared_out(declared(ground.rulebook, found.group), {found.criterion: weight})
    rows = ground.standing(factors_of(ground.rulebook, {found.group: weights}))
    row = next(row for row in rows if row.unit == found.unit)
    value = row.grade if found.what == "grade" else row.rank
    return "-" if value is None else str(value)


def test_the_edge_by_hand(tmp_path: Path) -> None:
    """Work has w of 100 points, order the rest: a is .9 w + .5 (100 - w) = 50 + .4 w, b is 80 - .1 w.

    Unrounded they are level at w = 60. As published b prints 74.00 for w above 59.95 up to 60.05, a from 59.9875 on
    (73.995) and 74.01 from 60.0125 on. So a, second at 50, shares the first place from 59.9875, and has it alone from
    60.0125.
    """
    book = PLAIN.replace("points: 30, measure: order", "points: 50, measure: order")
    book = "\n".join(line for line in book.splitlines() if "id: view" not in line and "grades" not in line)
    path = write_units(tmp_path, book, {"a": (90, 50), "b": (70, 80)})
    _, found = ranges(path, "a")
    work = found["work", "rank"]
    assert work.kept == "2"
    assert (work.low.weight, work.low.beyond) == (0, None)
    assert (work.high.weight, work.high.included, work.high.beyond) == (Fraction("59.9875"), False, "1")
    assert list(shown(work)) == [0, Fraction("59.9874")]
    assert work.way == "exact"
    # the same for b, which is first while it is level, and second when a prints more: from 60.0125 on
    _, found = ranges(path, "b")
    assert (found["work", "rank"].high.weight, found["work", "rank"].high.beyond) == (Fraction("60.0125"), "2")


def test_a_grade_is_kept_up_to_its_threshold(tmp_path: Path) -> None:
    """a is 60 + .3 w over work (90 against 60 and 60): 80 as published from 79.995 on, w = 66 2/3 less .0166..."""
    _, found = ranges(write_units(tmp_path, "plain", {"a": (90, 60, 60), "b": (70, 70, 70)}), "a")
    grade = found["work", "grade"]
    assert (grade.kept, grade.high.weight, grade.high.included) == ("fair", Fraction("66.65"), False)
    assert grade.high.beyond == "good"


@pytest.mark.parametrize("name", ["plain", "shared", "limited", "free", "two_groups", "roots"])
def test_the_engine_finds_no_other_edge(tmp_path: Path, name: str) -> None:
    path, checked, exact = write_folder(tmp_path, name, units=9, seed=8), 0, 0
    for unit in ("u01", "u05", "u06"):
        ground, found = ranges(path, unit)
        for one in found.values():
            low, high = one.low.weight, one.high.weight
            assert low <= one.weight <= high
            for step in range(9):  # inside
                at = low + (high - low) * Fraction(2 * step + 1, 18)
                assert answer(ground, one, at) == one.kept
            if one.way == "searched":
                continue
            exact += 1
            for edge, way in ((one.low, -1), (one.high, 1)):
                if edge.included and name != "roots":  # a root is known to 50 digits: at its edge nothing can be said
                    assert answer(ground, one, edge.weight) == one.kept
                if edge.beyond is not None:
                    assert answer(ground, one, edge.weight + way * HAIR) == edge.beyond != one.kept
                    checked += 1
                else:
                    assert edge.weight in (0, one.whole)
            assert all(answer(ground, one, edge) == one.kept for edge in shown(one))
    assert checked > 5 or name in ("limited", "free"), "no range ends anywhere"
    assert exact or name in ("limited", "free")


def test_where_totals_are_no_mean_of_shares_the_engine_is_searched(tmp_path: Path) -> None:
    book = PLAIN.replace("criteria:", "combine: geometric\ncriteria:", 1)
    for points in (50, 30, 20):
        book = book.replace(f"points: {points}", f"weight: 0.{points}")
    ground, found = ranges(write_units(tmp_path, book, {"a": (90, 40, 60), "b": (60, 70, 55), "c": (80, 90, 20)}), "a")
    work = found["work", "rank"]
    assert work.way == "searched"
    assert work.low.beyond is not None or work.high.beyond is not None
    for edge, way in ((work.low, -1), (work.high, 1)):
        assert answer(ground, work, edge.weight) == work.kept
        if edge.beyond is not None:
            assert answer(ground, work, edge.weight + way * work.whole / 2**20) == edge.beyond


def test_quotas_are_searched_and_thresholds_are_not(tmp_path: Path) -> None:
    book = PLAIN.replace("good: {min: 80,", "good: {count: 1,")
    figures = {"a": (90, 80, 70), "b": (70, 90, 95), "c": (60, 60, 60)}
    _, found = ranges(write_units(tmp_path, book, figures), "a")
    assert {found[key].way for key in found} == {"exact", "searched"}
    assert found["work", "grade"].way == "searched"
    # one place only: the grade goes before the rank does, where the two are level as published and people must decide
    grade, rank = (found["work", what].low for what in ("grade", "rank"))
    assert grade.beyond == "-"
    assert 0 <= grade.weight - rank.weight < Fraction(1, 10)


def test_a_unit_without_a_rank_has_no_range_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    folder = shuping.read(write_units(tmp_path, "plain", {"a": (90, 80, 70), "b": (60, "", 100)}))
    assert shuping.what_if(folder, find="b").ranges.height == 0
    assert shuping.what_if(folder, find="a").ranges.height == 6
    with pytest.raises(InputError) as caught:
        shuping.what_if(folder, find="z")
    assert [problem.code for problem in caught.value.problems] == ["scoring.what-if-unit"]


def test_a_total_too_near_to_rounding_is_told(tmp_path: Path) -> None:
    """The geometric mean of .5 and .5 x (1 + 1e-60) is .5 to sixty digits: times 1 it cannot be told from a half."""
    book = """rounding: {places: 0}
combine: geometric
criteria:
  - {id: work, weight: 0.5, measure: work, method: {ratio_uncapped: {target: 100}}}
  - {id: order, weight: 0.3, measure: order, method: {ratio_uncapped: {target: 100}}}
  - {id: view, weight: 0.2, measure: view, method: {ratio_uncapped: {target: 100}}}
"""
    tiny = "0.5" + "0" * 70 + "1"
    folder = shuping.read(write_units(tmp_path, book, {"a": (tiny, "0.5", 90)}))
    with pytest.raises(InputError) as caught:
        shuping.what_if(folder, {"work": "0.5", "order": "0.5"})
    assert [problem.code for problem in caught.value.problems] == ["scoring.what-if-undecidable"]
