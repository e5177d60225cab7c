"""Marks, survey answers and targets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from shuping.errors import InputError
from shuping.records import Folder, read_folder
from tests.core.records.small_folder import rulebook, write

BOOK = rulebook(
    panels={
        "duty": {
            "items": {
                "summary": {"points": "40", "title": {"zh": "总结", "en": "Summary"}},
                "plan": {"points": "59.5"},
            },
            "groups": {"leaders": "0.4", "peers": "0.6"},
            "group_titles": {"leaders": {"zh": "领导", "en": "Leaders"}},
        }
    },
    surveys={
        "residents": {
            "questions": {"aware": {"know": {"zh": "知道", "en": "Know"}, "no": {"zh": "不知道", "en": "No"}}}
        }
    },
    measures={"held": {"from": "activity", "value": "count()", "title": {"zh": "场次", "en": "Held"}}},
)
MARKS = "reviewer,group,unit,item,mark,period\n"


def folder(base: Path, files: dict[str, str | bytes], **options: Any) -> Folder:
    return read_folder(write(base, files), BOOK, **options)


def codes(base: Path, path: str, content: str) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        folder(base, {path: content})
    assert all(problem.place.file == path and problem.message("zh") for problem in caught.value.problems)
    return [(problem.code, problem.place.line, problem.place.field) for problem in caught.value.problems]


def test_marks_become_a_typed_table(tmp_path: Path) -> None:
    content = MARKS + "r1,leaders,t1,summary,39.5,2025\nr1,领导,青石镇,总结,0,2024\nr2,peers,t1,plan,59.5,\n"
    frame = folder(tmp_path, {"marks/duty.csv": content}).panels["duty"].frame
    assert frame.schema["mark"] == pl.Decimal(38, 4)
    assert frame.drop("_file", "at").rows() == [
        ("r1", "leaders", "t1", "summary", Decimal("39.5"), "2025", 2),
        ("r1", "leaders", "t1", "summary", Decimal(0), "2024", 3),
        ("r2", "peers", "t1", "plan", Decimal("59.5"), None, 4),
    ]


def test_marks_without_a_period_column(tmp_path: Path) -> None:
    content = "reviewer,group,unit,item,mark\nr1,leaders,t1,summary,12\n"
    assert folder(tmp_path, {"marks/duty.csv": content}).panels["duty"].frame["period"].to_list() == [None]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("r1,leaders,t1,summary,40.5,2025", "mark-above-item", "mark"),
        ("r1,leaders,t1,summary,-1,2025", "mark-below-item", "mark"),
        ("r1,leaders,t1,summary,,2025", "required", "mark"),
        ("r1,leaders,t1,summary,1.23456,2025", "too-many-decimals", "mark"),
        (",leaders,t1,summary,1,2025", "required", "reviewer"),
        ("r1,lead,t1,summary,1,2025", "not-an-option", "group"),
        ("r1,leaders,t1,sumary,1,2025", "not-an-option", "item"),
        ("r1,leaders,t9,summary,1,2025", "unknown-unit", "unit"),
        ("r1,leaders,t1,summary,1,2023", "period-outside", "period"),
        ("r1,peers,t1,plan,5,2025", "duplicate-row", None),
    ],
)
def test_marks_that_are_refused(row: str, code: str, field: str | None, tmp_path: Path) -> None:
    content = f"{MARKS}r1,peers,t1,plan,50,2025\n{row}\n"
    assert codes(tmp_path, "marks/duty.csv", content) == [(f"records.{code}", 3, field)]


def test_the_same_reviewer_twice_without_a_period_is_refused(tmp_path: Path) -> None:
    content = "reviewer,group,unit,item,mark\nr1,peers,t1,plan,50\nr1,peers,t1,plan,51\n"
    assert codes(tmp_path, "marks/duty.csv", content) == [("records.duplicate-row", 3, None)]


def test_survey_answers(tmp_path: Path) -> None:
    content = "unit,stratum,weight,aware\nt1,village,1.5,know\nt1,,0.25,不知道\nt2,,2,\n"
    frame = folder(tmp_path, {"surveys/residents.csv": content}).surveys["residents"].frame
    assert frame.select("unit", "stratum", "cluster", "weight", "period", "aware").rows() == [
        ("t1", "village", None, Decimal("1.5"), None, "know"),
        ("t1", None, None, Decimal("0.25"), None, "no"),
        ("t2", None, None, Decimal(2), None, None),
    ]
    without = "unit,aware\nt1,know\n"
    assert folder(tmp_path, {"surveys/residents.csv": without}).surveys["residents"].frame["weight"].to_list() == [1]


def test_survey_answers_that_are_refused(tmp_path: Path) -> None:
    content = "unit,weight,aware\nt1,0,know\nt1,,know\nt1,1,maybe\n"
    assert codes(tmp_path, "surveys/residents.csv", content) == [
        ("records.below-min", 2, "weight"),
        ("records.required", 3, "weight"),
        ("records.not-an-option", 4, "aware"),
    ]


def test_targets_keep_the_text_as_written(tmp_path: Path) -> None:
    content = "unit,period,measure,value\nt1,2025,held,12.50\nt1,2024,场次,2/3\nt2,2025,held,85%\n"
    found = folder(tmp_path, {"targets.csv": content}).targets
    assert found is not None
    assert found.frame.select("unit", "period", "measure", "value").rows() == [
        ("t1", "2025", "held", "12.50"),
        ("t1", "2024", "held", "2/3"),
        ("t2", "2025", "held", "85%"),
    ]
    assert folder(tmp_path / "other", {}).targets is None


def test_targets_that_are_refused(tmp_path: Path) -> None:
    bad = "t1,2025,held,many\nt1,25,held,1\nt1,2025,helt,1\nt2,2025,held,1\nt2,2025,held,2\nt2,2025,held,\n"
    content = "unit,period,measure,value\n" + bad
    assert codes(tmp_path, "targets.csv", content) == [
        ("records.not-a-number", 2, "value"),
        ("records.not-a-period", 3, "period"),
        ("records.not-an-option", 4, "measure"),
        ("records.duplicate-row", 6, None),
        ("records.required", 7, "value"),
        ("records.duplicate-row", 7, None),
    ]
