"""``import shuping``: what the front offers, and that it is what the command line does."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import shuping


def test_every_name_of_the_front_is_there() -> None:
    for name in shuping.__all__:
        assert getattr(shuping, name) is not None
    with pytest.raises(AttributeError):
        _ = shuping.no_such_name  # type: ignore[attr-defined]


RULEBOOK = """
format: 1
rulebook: small
version: "1"
title: Small
periods: ["2025"]
groups: {all: {kind: t}}
datasets: {visit: {no_records: zero, fields: {date: {type: date}, people: {type: integer}}}}
measures: {people: {from: visit, value: sum(people)}}
criteria: [{id: reach, points: 100, measure: people, method: {ratio_capped: {target: unit.target}}}]
grades: {good: {min: 60}, other: {}}
"""
UNITS = {"id": ["a", "b", "c"], "name": ["A", "B", "C"], "kind": ["t", "t", "t"], "target": [40, 40, 30]}
VISITS = {"unit": ["a", "a", "b"], "date": ["2025-01-02", "2025-03-01", "2025-05-05"], "people": [10, 15, 24]}


@pytest.mark.parametrize("frame", [pl.DataFrame, pd.DataFrame])
def test_frames_in_frames_out(frame: type) -> None:
    """By hand: a 25/40 = 62.5, b 24/40 = 60, c 0/30 = 0."""
    folder = shuping.folder_from_frames(shuping.load_rulebook_text(RULEBOOK), frame(UNITS), {"visit": frame(VISITS)})
    result = shuping.score(folder)
    rows = result.standing.select("unit", "total", "rank", "grade").rows()
    assert rows == [
        ("a", Decimal("62.50"), 1, "good"),
        ("b", Decimal("60.00"), 2, "good"),
        ("c", Decimal("0.00"), 3, "other"),
    ]
    assert "25 ÷ 40" in str(result.explain("a", "reach", lang="en"))


def test_the_result_shows_itself() -> None:
    folder = shuping.folder_from_frames(
        shuping.load_rulebook_text(RULEBOOK), pl.DataFrame(UNITS), {"visit": pl.DataFrame(VISITS)}
    )
    result = shuping.score(folder)
    assert repr(result) == "<Result small 1: 3 units, 1 groups, 2025>"
    assert "62.50" in result._repr_html_()
    assert "reach" in result.explain("a")._repr_html_()
    assert result.chart("standing").to_dict()


def test_a_result_without_its_folder_can_be_written(tmp_path: Path) -> None:
    folder = shuping.folder_from_frames(
        shuping.load_rulebook_text(RULEBOOK), pl.DataFrame(UNITS), {"visit": pl.DataFrame(VISITS)}
    )
    assert shuping.write(shuping.score(folder), tmp_path / "r") == ()
    stored = shuping.open_result(tmp_path / "r")
    assert stored.standing["total"].to_list() == ["62.50", "60.00", "0.00"]
    assert stored.explain("B").unit == "b"


def test_the_register_must_fit_the_rule_book() -> None:
    units = pl.DataFrame({**UNITS, "target": ["40", "many", "30"]})
    folder = shuping.folder_from_frames(shuping.load_rulebook_text(RULEBOOK), units, {"visit": pl.DataFrame(VISITS)})
    with pytest.raises(shuping.InputError) as caught:
        shuping.score(folder)
    assert [problem.code for problem in caught.value.problems] == ["scoring.attribute-not-a-number"]
    book = RULEBOOK.replace("unit.target}", "unit.targt}")
    folder = shuping.folder_from_frames(
        shuping.load_rulebook_text(book), pl.DataFrame(UNITS), {"visit": pl.DataFrame(VISITS)}
    )
    with pytest.raises(shuping.InputError) as caught:
        shuping.score(folder)
    assert [problem.code for problem in caught.value.problems] == ["scoring.unknown-attribute"]


@pytest.mark.parametrize("asked", ["20255", "2025-13", "2025..2024", "x"])
def test_a_period_that_is_none(asked: str) -> None:
    folder = shuping.folder_from_frames(
        shuping.load_rulebook_text(RULEBOOK), pl.DataFrame(UNITS), {"visit": pl.DataFrame(VISITS)}
    )
    with pytest.raises(shuping.InputError):
        shuping.score(folder, asked)


def test_a_dataset_that_nobody_handed_in_is_missing_not_zero() -> None:
    book = shuping.load_rulebook_text(RULEBOOK)
    nothing = shuping.score(shuping.folder_from_frames(book, pl.DataFrame(UNITS)))
    assert nothing.standing["total"].to_list() == [None, None, None]
    empty = pl.DataFrame(schema={"unit": pl.String, "date": pl.String, "people": pl.Int64})
    handed_in = shuping.score(shuping.folder_from_frames(book, pl.DataFrame(UNITS), {"visit": empty}))
    assert handed_in.standing["total"].to_list() == [Decimal("0.00")] * 3


def test_a_period_outside_the_rule_book_is_refused() -> None:
    book = shuping.load_rulebook_text(RULEBOOK)
    folder = shuping.folder_from_frames(book, pl.DataFrame(UNITS), {"visit": pl.DataFrame(VISITS)})
    with pytest.raises(shuping.InputError) as caught:
        shuping.score(folder, "2031")
    assert [problem.code for problem in caught.value.problems] == ["scoring.period-outside"]
    assert shuping.score(folder, "2025-Q1").standing["total"].to_list()[0] == Decimal("62.50")
