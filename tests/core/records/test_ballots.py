"""Ballot papers and turnout as they are read: accepted rows, and every refusal with its place."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from shuping.errors import InputError
from shuping.records import Folder, read_folder, read_units, write_template
from shuping.records.reading import folder_from_frames
from shuping.rulebook.model import Rulebook
from tests.core.records.small_folder import rulebook, write

GRADES = {
    "good": {"points": "100", "title": {"zh": "好", "en": "Good"}},
    "fair": {"points": "60", "title": {"zh": "一般", "en": "Fair"}},
}
GROUPS = {"A": {"weight": "0.4", "title": {"zh": "领导", "en": "Leaders"}}, "B": "0.6"}
HEAD = "ballot,group,unit,mark\n"
Found = list[tuple[str, str | None, int | None, str | None]]


def book(**changes: Any) -> Rulebook:
    """Return a rule book whose ballot ``review`` has some settings changed (None: without the key)."""
    ballot = {"options": GRADES, "groups": GROUPS, **changes}
    return rulebook(ballots={"review": {key: value for key, value in ballot.items() if value is not None}})


def read(base: Path, votes: str, turnout: str = "", **changes: Any) -> Folder:
    files: dict[str, str | bytes] = {"ballots/review.csv": votes}
    if turnout:
        files["turnout/review.csv"] = turnout
    return read_folder(write(base, files), book(**changes))


def refused(base: Path, votes: str, turnout: str = "", **changes: Any) -> Found:
    """Return code, file, line and field of every problem; both languages must have their sentence."""
    with pytest.raises(InputError) as caught:
        read(base, votes, turnout, **changes)
    assert all(problem.message("zh") != problem.message("en") for problem in caught.value.problems)
    places = [(problem.code, problem.place) for problem in caught.value.problems]
    return [(code.removeprefix("records."), place.file, place.line, place.field) for code, place in places]


VOTES = "ballots/review.csv"
TURNOUT = "turnout/review.csv"


def test_rows_become_lines_with_canonical_marks(tmp_path: Path) -> None:
    votes = HEAD + "k7,领导,青石镇,好\nk7,A,t2,一般；好\nk8,B,t1,\nk8,B,t2,fair;fair\n"
    frame = (
        read(tmp_path, votes, "group,eligible,issued\nA,3,3\n领导,4,4\n".replace("领导", "B")).ballots["review"].frame
    )
    assert frame.select("ballot", "group", "unit", "mark", "own_unit", "period").rows() == [
        ("k7", "A", "t1", "good", None, None),
        ("k7", "A", "t2", "fair;good", None, None),
        ("k8", "B", "t1", None, None, None),
        ("k8", "B", "t2", "fair", None, None),
    ]


def test_frames_are_read_by_the_same_rules(tmp_path: Path) -> None:
    units = pl.DataFrame({"id": ["t1"], "name": ["T"], "kind": ["township"]})
    votes = pl.DataFrame({"ballot": ["k1"], "group": ["A"], "unit": ["t1"], "mark": ["好"]})
    turnout = pl.DataFrame({"group": ["A"], "eligible": [3], "issued": [2], "returned": [1]})
    found = folder_from_frames(book(), units, ballots={"review": votes}, turnout={"review": turnout})
    assert found.ballots["review"].frame["mark"].to_list() == ["good"]
    assert found.turnout["review"].frame.select("eligible", "issued", "returned").row(0) == (3, 2, 1)


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("k1,A,t9,good\n", ("unknown-unit", 2, "unit")),
        ("k1,C,t1,good\n", ("not-an-option", 2, "group")),
        ("k1,A,t1,best\n", ("not-on-the-ballot", 2, "mark")),
        ("k1,A,t1,good;best\n", ("not-on-the-ballot", 2, "mark")),
        ("k1,A,t1,good\nk1,B,t2,good\n", ("two-ballots-one-code", 3, "group")),
        ("k1,A,t1,good\nk1,A,t1,fair\n", ("duplicate-row", 3, None)),
        (",A,t1,good\n", ("required", 2, "ballot")),
    ],
)
def test_a_wrong_line_is_located(tmp_path: Path, rows: str, wanted: tuple[str, int, str | None]) -> None:
    found = [(code, line, field) for code, file, line, field in refused(tmp_path, HEAD + rows) if file == VOTES]
    assert wanted in found


def test_the_second_paper_names_the_row_of_the_first(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another group than"):
        read(tmp_path, HEAD + "k1,A,t1,good\nk2,A,t1,fair\nk1,B,t2,good\n")


def test_one_code_may_come_back_in_another_period(tmp_path: Path) -> None:
    votes = "ballot,group,unit,mark,period\nk1,A,t1,good,2024\nk1,B,t1,good,2025\n"
    assert read(tmp_path, votes).ballots["review"].frame.height == 2


def test_marks_outside_the_range_are_refused_or_kept_as_the_rules_say(tmp_path: Path) -> None:
    marks: dict[str, Any] = {"options": None, "kind": "marks", "range": {"min": "50", "max": "100", "places": "0"}}
    votes = HEAD + "k1,A,t1,49\nk2,A,t1,50.5\nk3,A,t1,x\nk4,A,t1,100\nk5,A,t1,80;90\nk6,A,t1,-3\n"
    assert refused(tmp_path / "no", votes, **marks) == [
        ("mark-not-printed", VOTES, 2, "mark"),
        ("mark-not-printed", VOTES, 3, "mark"),
        ("not-on-the-ballot", VOTES, 4, "mark"),
        ("mark-not-printed", VOTES, 7, "mark"),
    ]
    kept = read(tmp_path / "yes", votes, void={"out_of_range": "line"}, **marks).ballots["review"].frame
    assert kept["mark"].to_list() == ["49", "50.5", "x", "100", "80;90", "-3"]


def test_places_are_whole_numbers_from_one(tmp_path: Path) -> None:
    ranks: dict[str, Any] = {"options": None, "kind": "ranks"}
    assert read(tmp_path / "yes", HEAD + "k1,A,t1,01\nk1,A,t2,2.0\n", **ranks).ballots["review"].frame[
        "mark"
    ].to_list() == ["1", "2"]
    assert refused(tmp_path / "no", HEAD + "k1,A,t1,0\nk1,A,t2,1.5\n", **ranks) == [
        ("not-on-the-ballot", VOTES, 2, "mark"),
        ("not-on-the-ballot", VOTES, 3, "mark"),
    ]


@pytest.mark.parametrize(
    ("turnout", "code", "line", "field"),
    [
        ("A,3,4,1\n", "more-than-eligible", 2, "issued"),
        ("A,-3,3,1\n", "below-min", 2, "eligible"),
        ("A,3,3,1\nA,3,3,1\n", "duplicate-row", 3, None),
        ("A,3,3,1\n", "turnout-below-counted", 2, "returned"),
        ("C,3,3,1\n", "not-an-option", 2, "group"),
    ],
)
def test_a_turnout_that_cannot_be_is_located(tmp_path: Path, turnout: str, code: str, line: int, field: str) -> None:
    votes = HEAD + "k1,A,t1,good\nk2,A,t1,good\n"
    assert (code, TURNOUT, line, field) in refused(tmp_path, votes, "group,eligible,issued,returned\n" + turnout)


def test_turnout_below_what_is_counted_looks_at_each_period(tmp_path: Path) -> None:
    votes = "ballot,group,unit,mark,period\nk1,A,t1,good,2024\nk2,A,t1,good,2025\n"
    turnout = "group,eligible,issued,returned\nA,3,3,1\n"
    assert read(tmp_path, votes, turnout).turnout["review"].frame.height == 1
    assert refused(tmp_path, votes + "k3,A,t1,good,2025\n", turnout) == [
        ("turnout-below-counted", TURNOUT, 2, "returned")
    ]


def test_the_rules_ask_for_a_turnout_that_nobody_stated(tmp_path: Path) -> None:
    votes = HEAD + "k1,A,t1,good\nk2,B,t1,good\n"
    quorum = {"base": "present", "min": "1/2"}
    assert refused(tmp_path / "none", votes, quorum=quorum) == [
        ("turnout-not-stated", TURNOUT, None, None),
        ("turnout-not-stated", TURNOUT, None, None),
    ]
    assert refused(tmp_path / "half", votes, "group,eligible,issued\nA,3,3\n", denominator="eligible") == [
        ("turnout-not-stated", TURNOUT, None, None)
    ]
    stated = "group,eligible,issued,present\nA,3,3,2\nB,3,3,\n"
    assert refused(tmp_path / "empty", votes, stated, quorum=quorum) == [("presence-not-stated", TURNOUT, None, None)]
    assert read(tmp_path / "all", votes, stated.replace("B,3,3,", "B,3,3,2"), quorum=quorum)


def test_eligible_voters_of_the_own_unit_are_not_known(tmp_path: Path) -> None:
    votes = "ballot,group,unit,mark,own_unit\nk1,A,t1,good,t2\n"
    turnout = "group,eligible,issued\nA,3,3\n"
    assert refused(tmp_path / "no", votes, turnout, denominator="eligible") == [
        ("own-unit-eligible", TURNOUT, None, None)
    ]
    assert read(tmp_path / "yes", votes, turnout, denominator="eligible", own_unit="counts")


def test_a_turnout_names_the_unit_where_each_paper_is_about_one(tmp_path: Path) -> None:
    votes = HEAD + "k1,A,t1,good\n"
    head = "group,unit,eligible,issued,returned\n"
    assert refused(tmp_path / "all", votes, head + "A,t1,3,3,1\n") == [("turnout-with-unit", TURNOUT, 2, "unit")]
    assert refused(tmp_path / "one", votes, head + "A,,3,3,1\n", form="one") == [
        ("turnout-without-unit", TURNOUT, 2, "unit")
    ]
    two_units = HEAD + "k1,A,t1,good\nk1,A,t2,good\n"
    assert refused(tmp_path / "two", two_units, form="one") == [("two-ballots-one-code", VOTES, 3, "unit")]


def test_a_file_of_no_ballot_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"turnout/other.csv": "group,eligible,issued\nA,1,1\n"})
    assert [code for code, *_ in refused(tmp_path, HEAD + "k1,A,t1,good\n")] != []


def test_foreign_files_may_hold_ballots_and_turnout(tmp_path: Path) -> None:
    sources = """
ballots:
  review:
    path: tally.csv
    columns: {ballot: No, group: Colour, unit: Unit, mark: Vote}
    values: {group: {red: A, blue: B}}
turnout:
  review: {path: people.csv, columns: {group: Group, eligible: May, issued: Got}}
"""
    files: dict[str, str | bytes] = {
        "sources.yaml": sources,
        "tally.csv": "No,Colour,Unit,Vote\n1,red,t1,Good\n2,blue,t1,Fair\n",
        "people.csv": "Group,May,Got\nA,3,2\n",
    }
    found = read_folder(write(tmp_path, files), book())
    assert found.ballots["review"].frame["group"].to_list() == ["A", "B"]
    assert found.turnout["review"].frame["eligible"].to_list() == [3]
    assert {file.path for file in found.inputs} >= {"tally.csv", "people.csv", "sources.yaml"}


def test_forms_are_read_back_and_take_a_line_with_several_marks(tmp_path: Path) -> None:
    declared = book(items={"work": {}, "style": {}})
    base = write(tmp_path, {})
    write_template(declared, read_units(base, declared), base)
    found = read_folder(base, declared)
    assert (found.ballots["review"].frame.height, found.turnout["review"].frame.height) == (0, 0)
    assert [file.path for file in found.ballots["review"].files] == ["ballots/review.xlsx"]
    with zipfile.ZipFile(base / "ballots" / "review.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count('errorStyle="warning"') == 1  # the column of marks; the others refuse what they do not list
