"""Panels' tables: marks with declared absence and reasons, reviewers, conflicts, items by unit; and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shuping.errors import InputError
from shuping.records import Folder, Register, folder_from_frames, read_folder, write_template
from shuping.rulebook.model import Rulebook
from tests.core.records.small_folder import rulebook, write

MARKS = "reviewer,group,unit,item,mark\n"
REASONS = "reviewer,group,unit,item,mark,reason\n"


def book(**settings: Any) -> Rulebook:
    items = {
        "summary": {"points": "40"},
        "plan": {"points": "10", "min": "1", "reason_below": "3", "reason_above": "9"},
    }
    return rulebook(panels={"duty": {"items": items, "groups": {"leaders": "0.4", "peers": "0.6"}, **settings}})


LISTED = rulebook(
    panels={
        "duty": {"by": "item", "base": "listed", "items": {"jump": {"max": "3", "min": "-3"}, "spin": {"points": "3"}},
                 "groups": {"peers": "1"}}
    }
)  # fmt: skip


def read(base: Path, rules: Rulebook, **files: str) -> Folder:
    return read_folder(write(base, {f"{room}/duty.csv": content for room, content in files.items()}), rules)


def problems(base: Path, rules: Rulebook, **files: str) -> list[tuple[str, str | None, int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        read(base, rules, **files)
    for problem in caught.value.problems:
        assert "{" not in problem.show("zh") + problem.show("en")
    return [(one.code, one.place.file, one.place.line, one.place.field) for one in caught.value.problems]


def test_a_word_of_absence_is_an_empty_mark_and_a_blank_is_not(tmp_path: Path) -> None:
    rules = book(absent={"words": ["/"]})
    words = (
        MARKS + "r1,peers,t1,summary,缺席\nr2,peers,t1,summary,absent\nr3,peers,t1,summary,/\nr4,peers,t1,summary,7\n"
    )
    marks = read(tmp_path, rules, marks=words).panels["duty"].frame["mark"].to_list()
    assert [None if mark is None else int(mark) for mark in marks] == [None, None, None, 7]
    blank = MARKS + "r1,peers,t1,summary,\n"
    assert problems(tmp_path / "b", rules, marks=blank) == [("records.required", "marks/duty.csv", 2, "mark")]
    other = MARKS + "r1,peers,t1,summary,-\n"  # a word that nobody declared
    assert problems(tmp_path / "c", rules, marks=other) == [("records.not-a-number", "marks/duty.csv", 2, "mark")]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("r1,peers,t1,plan,10.5,", "mark-above-item", "mark"),
        ("r1,peers,t1,plan,0.5,weak", "mark-below-item", "mark"),
        ("r1,peers,t1,plan,9.5,", "mark-needs-reason", "reason"),
        ("r1,peers,t1,plan,2,", "mark-needs-reason", "reason"),
    ],
)
def test_marks_keep_to_their_item(row: str, code: str, field: str, tmp_path: Path) -> None:
    found = problems(tmp_path, book(), marks=f"{REASONS}{row}\n")
    expected = {("records." + code, "marks/duty.csv", 2, field)}
    assert expected <= set(found) <= expected | {("records.mark-needs-reason", "marks/duty.csv", 2, "reason")}


def test_the_bounds_themselves_need_no_reason_and_a_reason_is_enough(tmp_path: Path) -> None:
    rows = "r1,peers,t1,plan,3,\nr2,peers,t1,plan,9,\nr3,peers,t1,plan,10,plan carried out in full\n"
    assert read(tmp_path, book(), marks=REASONS + rows).panels["duty"].frame.height == 3


def test_without_a_column_reason_an_extreme_mark_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, book(), marks=MARKS + "r1,peers,t1,plan,10\n")
    assert found == [("records.mark-needs-reason", "marks/duty.csv", 2, "reason")]


def test_the_mark_of_absence_may_lie_below_the_range_where_it_stands_on_every_item(tmp_path: Path) -> None:
    rules = book(absent={"mark": "0"})
    whole = MARKS + "r1,peers,t1,plan,0\nr1,peers,t1,summary,0\n"
    assert read(tmp_path, rules, marks=whole).panels["duty"].frame.height == 2
    mixed = MARKS + "r1,peers,t1,plan,0\nr1,peers,t1,summary,5\n"
    assert ("records.mark-below-item", "marks/duty.csv", 2, "mark") in problems(tmp_path / "b", rules, marks=mixed)


def test_reviewers_must_be_on_the_list_and_in_their_group(tmp_path: Path) -> None:
    marks = MARKS + "r1,peers,t1,summary,5\nr2,peers,t1,summary,5\nr9,leaders,t1,summary,5\n"
    reviewers = "reviewer,group,unit\nr1,peers,t1\nr2,leaders,\n"
    assert problems(tmp_path, book(), marks=marks, reviewers=reviewers) == [
        ("records.reviewer-other-group", "marks/duty.csv", 3, "group"),
        ("records.unknown-reviewer", "marks/duty.csv", 4, "reviewer"),
    ]


def test_a_conflicted_mark_is_refused_where_the_rules_say_so(tmp_path: Path) -> None:
    marks = MARKS + "r1,peers,t1,summary,5\nr1,peers,t2,summary,5\nr2,peers,t2,summary,5\n"
    files = {"marks": marks, "reviewers": "reviewer,group,unit\nr1,peers,t1\nr2,peers,\n",
             "conflicts": "reviewer,unit\nr2,t2\n"}  # fmt: skip
    assert read(tmp_path, book(), **files).panels["duty"].frame.height == 3  # left out later, and counted
    assert problems(tmp_path / "b", book(recuse={"marks": "refuse"}), **files) == [
        ("records.mark-recused", "marks/duty.csv", 2, "unit"),
        ("records.mark-recused", "marks/duty.csv", 4, "unit"),
    ]


def test_tables_beside_the_marks_are_judged_like_all_others(tmp_path: Path) -> None:
    files = {"reviewers": "reviewer,group,unit\nr1,peers,t9\nr1,peers,t1\n", "conflicts": "reviewer,unit\n,t1\n"}
    assert problems(tmp_path, book(), **files) == [
        ("records.unknown-unit", "reviewers/duty.csv", 2, "unit"),
        ("records.duplicate-row", "reviewers/duty.csv", 3, None),
        ("records.required", "conflicts/duty.csv", 2, "reviewer"),
    ]


def test_items_by_unit(tmp_path: Path) -> None:
    items = "unit,item,base\nt1,jump,5.8\nt1,spin,\nt2,twist,1\nt1,jump,3\n"
    assert problems(tmp_path, LISTED, items=items) == [
        ("records.required", "items/duty.csv", 3, "base"),
        ("records.not-an-option", "items/duty.csv", 4, "item"),
        ("records.duplicate-row", "items/duty.csv", 5, None),
    ]
    marks = MARKS + "r1,peers,t1,jump,-2\nr1,peers,t2,jump,1\n"
    found = problems(tmp_path / "b", LISTED, items="unit,item,base\nt1,jump,5.8\n", marks=marks)
    assert found == [("records.item-not-listed", "marks/duty.csv", 3, "item")]


def test_a_table_of_items_that_no_panel_asks_for_is_a_stranger(tmp_path: Path) -> None:
    found = problems(tmp_path, book(), items="unit,item\nt1,plan\n")
    assert [(code, file) for code, file, _, _ in found] == [("records.unknown-table", "items/duty.csv")]


def test_frames_are_read_by_the_same_rules(tmp_path: Path) -> None:
    from_files = read(tmp_path, book(), marks=MARKS + "r1,peers,t1,summary,5\n", conflicts="reviewer,unit\nr1,t1\n")
    marks = from_files.panels["duty"].frame.select("reviewer", "group", "unit", "item", "mark")
    conflicts = from_files.conflicts["duty"].frame.select("reviewer", "unit")
    found = folder_from_frames(book(), from_files.register, panels={"duty": marks}, conflicts={"duty": conflicts})
    assert found.conflicts["duty"].frame["reviewer"].to_list() == ["r1"]


def test_a_form_for_the_items_where_they_are_listed(tmp_path: Path) -> None:
    made = write_template(LISTED, Register({}), tmp_path)
    assert "items/duty.xlsx" in {path.relative_to(tmp_path).as_posix() for path in made}
    assert not any(path.parent.name == "items" for path in write_template(book(), Register({}), tmp_path / "b"))
