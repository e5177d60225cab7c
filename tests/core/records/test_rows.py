"""Rows judged against the rule book: what is accepted, what is refused, and how it is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from shuping.errors import InputError
from shuping.records import read_folder
from tests.core.records.small_folder import ACTIVITY, GOOD, HEADER, activity, read, refusals, rulebook, write

ROW = {
    "unit": "t1",
    "date": "2025-01-05",
    "form": "lecture",
    "village": "v1",
    "people": "12",
    "cost": "1.50",
    "done": "",
    "note": "",
}


def row(**cells: str) -> str:
    """Return a good row with some cells replaced."""
    return ",".join({**ROW, **cells}.values()) + "\n"


def test_an_accepted_table_has_the_types_that_its_docstring_states(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD).datasets["activity"]
    assert dict(table.frame.schema) == {
        "unit": pl.String,
        "filer": pl.String,
        "date": pl.Date,
        "form": pl.String,
        "village": pl.String,
        "people": pl.Int64,
        "cost": pl.Decimal(38, 2),
        "done": pl.Boolean,
        "note": pl.String,
        "_file": pl.UInt32,
        "_row": pl.UInt32,
    }
    first = ("t1", "t1", date(2025, 1, 5), "lecture", "v1", 12, Decimal("1.50"), True, "a", 0, 2)
    second = ("t2", "t2", date(2025, 2, 28), "sport", "v3", 40, None, None, None, 0, 3)
    assert table.frame.rows() == [first, second]
    assert [(file.path, file.rows) for file in table.files] == [("records/activity.csv", 2)]


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ({"date": "2025-1-5"}, "date", date(2025, 1, 5)),
        ({"date": "2025/1/5"}, "date", date(2025, 1, 5)),
        ({"date": "2025年1月5日"}, "date", date(2025, 1, 5)),
        ({"date": "2025-01-05 00:00:00"}, "date", date(2025, 1, 5)),
        ({"date": "2024-02-29"}, "date", date(2024, 2, 29)),
        ({"form": "讲座"}, "form", "lecture"),
        ({"form": "Sport"}, "form", "sport"),
        ({"unit": "青石镇"}, "unit", "t1"),
        ({"unit": "Qingshi"}, "unit", "t1"),
        ({"village": "石桥村"}, "village", "v1"),
        ({"village": "柳村 [v2]"}, "village", "v2"),
        ({"people": "12.0"}, "people", 12),
        ({"people": "+12"}, "people", 12),
        ({"cost": ".5"}, "cost", Decimal("0.50")),
        ({"cost": "-0.10"}, "cost", Decimal("-0.10")),
        ({"cost": "1.5000"}, "cost", Decimal("1.50")),
        (
            {"cost": "123456789012345678901234567890123456.78"},
            "cost",
            Decimal("123456789012345678901234567890123456.78"),
        ),
        ({"done": "是"}, "done", True),
        ({"done": "FALSE"}, "done", False),
        ({"done": "0"}, "done", False),
    ],
)
def test_spellings_that_are_accepted(cells: dict[str, str], column: str, value: Any, tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + row(**cells)).datasets["activity"].frame[column].to_list() == [value]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"unit": ""}, "required"),
        ({"unit": "t3"}, "unknown-unit"),
        ({"date": ""}, "required"),
        ({"date": "2025-02-29"}, "not-a-date"),
        ({"date": "05.01.2025"}, "not-a-date"),
        ({"date": "2025-01-05 13:30"}, "not-a-date"),
        ({"date": "45662"}, "not-a-date"),
        ({"date": "2023-12-31"}, "date-outside"),
        ({"date": "2026-01-01"}, "date-outside"),
        ({"form": "lectur"}, "not-an-option"),
        ({"village": "v3"}, "not-below"),
        ({"village": "t1"}, "not-below"),
        ({"village": "柳村"}, "shared-name"),
        ({"people": ""}, "required"),
        ({"people": "12.5"}, "not-a-whole-number"),
        ({"people": "１２"}, "full-width-digits"),
        ({"people": "1,200"}, "thousands-separator"),
        ({"people": "1e2"}, "not-a-whole-number"),
        ({"people": "99999999999999999999"}, "too-large"),
        ({"people": "0"}, "below-min"),
        ({"people": "501"}, "above-max"),
        ({"cost": "1e400"}, "not-a-number"),
        ({"cost": "nan"}, "not-a-number"),
        ({"cost": "inf"}, "not-a-number"),
        ({"cost": "85%"}, "not-a-number"),
        ({"cost": "1 000"}, "thousands-separator"),
        ({"cost": "٣"}, "not-a-number"),
        ({"cost": "1.505"}, "too-many-decimals"),
        ({"cost": "9" * 37}, "too-large"),
        ({"done": "maybe"}, "not-a-flag"),
    ],
)
def test_cells_that_are_refused(cells: dict[str, str], code: str, tmp_path: Path) -> None:
    ((column, cell),) = cells.items()
    quoted = {column: f'"{cell}"'} if "," in cell else cells
    assert refusals(tmp_path, HEADER + row(**quoted)) == [(f"records.{code}", 2, column)]


def test_all_problems_of_all_files_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    content = HEADER + row(people="x", unit="t9") + row() + row(date="soon", cost="1.234")
    assert refusals(tmp_path, content) == [
        ("records.unknown-unit", 2, "unit"),
        ("records.not-a-whole-number", 2, "people"),
        ("records.not-a-date", 4, "date"),
        ("records.too-many-decimals", 4, "cost"),
    ]


def test_messages_say_what_was_given_and_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, HEADER + row(form="lectur", people="501", date="2026-03-01"))
    outside, option, large = caught.value.problems
    assert option.show("en") == (
        "records/activity.csv:2 [form]: “lectur” is not an option (did you mean “lecture”?). Allowed: lecture, sport"
    )
    assert option.message("zh") == "“lectur”不在选项中（是否想写“lecture”？）。允许：lecture, sport"
    assert large.message("zh") == "“501”太大；不得大于 500"
    assert outside.message("en").endswith("Allowed: 2024-01-01 … 2025-12-31")


@pytest.mark.parametrize(
    ("header", "code", "field"),
    [
        ("unit,date,form,village,people,cost,done,note,colour", "unknown-column", "colour"),
        ("unit,date,form,village,cost,done,note", "missing-column", None),
        ("unit,date,日期,form,village,people,cost,done,note", "duplicate-column", "日期"),
    ],
)
def test_headings_must_be_those_of_the_dataset(header: str, code: str, field: str | None, tmp_path: Path) -> None:
    assert refusals(tmp_path, header + "\n") == [(f"records.{code}", None, field)]


def test_headings_may_be_titles_and_optional_columns_may_lack(tmp_path: Path) -> None:
    content = "单位,日期 Date,Form,村,people\nt1,2025-01-05,lecture,v1,12\n"
    frame = read(tmp_path, content).datasets["activity"].frame
    assert frame.select("unit", "date", "form", "village", "people", "cost").rows() == [
        ("t1", date(2025, 1, 5), "lecture", "v1", 12, None)
    ]


def test_a_row_may_not_stand_twice(tmp_path: Path) -> None:
    book = activity(unique=["date", "village"])
    content = HEADER + row() + row(village="v2") + row(people="40") + row(date="2025-01-06")
    assert refusals(tmp_path, content, book) == [("records.duplicate-row", 4, None)]
    assert refusals(tmp_path, content) == []


def test_rows_repeat_across_files_too(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "records/activity.2024.csv": HEADER + row(),
        "records/activity/b.csv": HEADER + row(),
    }
    with pytest.raises(InputError) as caught:
        read_folder(write(tmp_path, files), activity(unique=["date"]))
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.place.line) == ("records/activity/b.csv", 2)
    assert "repeats row 2 (records/activity.2024.csv)" in problem.message("en")


def test_several_files_make_one_table(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "records/activity.csv": HEADER + row(),
        "records/activity.2024.csv": HEADER + row(date="2024-05-01"),
        "records/activity/c.csv": HEADER + row(date="2024-06-01") + row(date="2024-07-01"),
        "records/README.txt": "notes",
        "records/.~lock.activity.csv#": "x",
    }
    folder = read_folder(write(tmp_path, files), rulebook())
    table = folder.datasets["activity"]
    assert [(file.path, file.rows) for file in table.files] == [
        ("records/activity.2024.csv", 1),
        ("records/activity.csv", 1),
        ("records/activity/c.csv", 2),
    ]
    assert table.frame.select("_file", "_row").rows() == [(0, 2), (1, 2), (2, 2), (2, 3)]
    assert [file.path for file in folder.inputs] == [
        "records/activity.2024.csv",
        "records/activity.csv",
        "records/activity/c.csv",
        "units.csv",
    ]


def test_who_may_file(tmp_path: Path) -> None:
    with_filer = HEADER.replace("unit,", "unit,filer,")
    village = {**ACTIVITY, "fields": {**ACTIVITY["fields"], "village": {"type": "text"}}}
    own = rulebook(datasets={"activity": village})
    rest = "2025-01-05,lecture,x,12,,,\n"
    assert refusals(tmp_path, with_filer + f"v1,t1,{rest}v1,v1,{rest}v1,,{rest}", own) == []
    assert refusals(tmp_path, with_filer + f"t1,v1,{rest}t1,t2,{rest}", own) == [
        ("records.filer-not-above", 2, "filer"),
        ("records.filer-not-above", 3, "filer"),
    ]
    bureau = rulebook(datasets={"activity": {**village, "filed_by": "b1"}})
    folder = read(tmp_path, HEADER + f"t1,{rest}", bureau)
    assert folder.datasets["activity"].frame["filer"].to_list() == ["b1"]
    assert refusals(tmp_path, with_filer + f"t1,t1,{rest}", bureau) == [("records.other-filer", 2, "filer")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2025-Q1", None),
        ("2024-Q4", None),
        ("2025", "other-period-kind"),
        ("2025-Q5", "not-a-period"),
        ("2025年", "not-a-period"),
        ("2026-Q1", "period-outside"),
        ("", "required"),
    ],
)
def test_periods_are_of_the_datasets_kind_and_inside_the_rule_books(
    cell: str, code: str | None, tmp_path: Path
) -> None:
    book = rulebook(datasets={"activity": {"period": "quarter", "fields": {"n": {"type": "integer"}}}})
    expected = [(f"records.{code}", 2, "period")] if code else []
    assert refusals(tmp_path, f"unit,period,n\nt1,{cell},1\n", book) == expected


def test_a_fiscal_year_moves_the_allowed_dates(tmp_path: Path) -> None:
    book = rulebook(periods=["2025"], year_starts="09-01")
    content = HEADER + row(date="2025-08-31") + row(date="2025-09-01") + row(date="2026-08-31") + row(date="2026-09-01")
    assert [line for _, line, _ in refusals(tmp_path, content, book)] == [2, 5]


def test_accept_valid_takes_the_good_rows_and_keeps_the_others_with_reasons(tmp_path: Path) -> None:
    content = HEADER + row() + row(people="x", cost="1.234") + "t1,2025\n" + row(date="2025-03-01")
    folder = read(tmp_path, content, accept="valid")
    assert folder.datasets["activity"].frame["_row"].to_list() == [2, 5]
    assert {file.path: file.rows for file in folder.inputs} == {"records/activity.csv": 2, "units.csv": 6}
    kept = [(found.file, found.row, [problem.code for problem in found.problems]) for found in folder.rejected]
    assert kept == [
        ("records/activity.csv", 3, ["records.not-a-whole-number", "records.too-many-decimals"]),
        ("records/activity.csv", 4, ["records.too-few-cells"]),
    ]
    assert folder.rejected[0].values["people"] == "x"
    assert folder.rejected[1].values == {"unit": "t1", "date": "2025"}


def test_a_good_row_does_not_fall_for_repeating_a_rejected_one(tmp_path: Path) -> None:
    content = HEADER + row(people="x") + row(people="7") + row(people="8")
    book = activity(unique=["date", "village"])
    folder = read(tmp_path, content, book, accept="valid")
    assert folder.datasets["activity"].frame.select("_row", "people").rows() == [(3, 7)]
    assert [(found.row, [problem.code for problem in found.problems]) for found in folder.rejected] == [
        (2, ["records.not-a-whole-number"]),
        (4, ["records.duplicate-row"]),
    ]
    assert [line for _, line, _ in refusals(tmp_path, content, book)] == [2, 3, 4]


def test_accept_valid_does_not_go_past_a_wrong_heading(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path, GOOD.replace("people", "peeple"), accept="valid")


def test_nothing_is_lost_between_accepted_and_rejected(tmp_path: Path) -> None:
    content = HEADER + "".join(row(people=str(people)) for people in range(-300, 900))
    folder = read(tmp_path, content, accept="valid")
    assert folder.datasets["activity"].frame.height == 500
    assert len(folder.rejected) == 700


def test_a_flood_of_problems_is_counted_not_printed(tmp_path: Path) -> None:
    content = HEADER + row(people="x") * 1000 + row()
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert len(caught.value.problems) == 201
    assert caught.value.problems[-1].message("en") == "800 more problems in this file are not listed"


def test_a_file_of_no_table_is_said_with_the_near_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"records/activty.csv": GOOD, "records/activity.txt": GOOD, "marks/duty.csv": ""}
    with pytest.raises(InputError) as caught:
        read_folder(write(tmp_path, files), rulebook())
    found = {problem.place.file: problem for problem in caught.value.problems}
    assert {file: problem.code for file, problem in found.items()} == {
        "records/activty.csv": "records.unknown-table",
        "records/activity.txt": "records.unknown-ending",
        "marks/duty.csv": "records.unknown-table",
    }
    assert "did you mean “activity”" in found["records/activty.csv"].message("en")


def test_a_folder_in_place_of_a_file_and_an_unreadable_file_are_said(tmp_path: Path) -> None:
    base = write(tmp_path, {"records/activity.csv": GOOD})
    (base / "records/activity.csv").unlink()
    (base / "records/activity.csv").mkdir()
    (base / "targets.csv").mkdir()
    with pytest.raises(InputError) as caught:
        read_folder(base, rulebook())
    assert {(problem.code, problem.place.file) for problem in caught.value.problems} == {
        ("records.directory", "records/activity.csv"),
        ("records.directory", "targets.csv"),
    }
    with pytest.raises(InputError, match="no such file"):
        read_folder(base / "nowhere", rulebook())


def test_every_table_of_the_rule_book_is_there_even_without_files(tmp_path: Path) -> None:
    folder = read_folder(write(tmp_path, {}), rulebook())
    assert folder.datasets["activity"].frame.height == 0
    assert folder.datasets["activity"].frame.schema["cost"] == pl.Decimal(38, 2)
    assert folder.datasets["activity"].files == ()
