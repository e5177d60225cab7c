"""The column ``at`` of marks: read where a file has it, asked for on no form, and never part of a ballot."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from shuping.errors import InputError
from shuping.records import folder_from_frames
from shuping.records.layout import Layouts
from shuping.records.moments import read_moment
from shuping.records.template import template_bytes
from shuping.rulebook.load import loads

BOOK = """
format: 1
rulebook: panel
version: "1"
title: Panel
periods: ["2025"]
groups: {towns: {kind: town}}
panels: {jury: {items: {whole: {points: 100}}, groups: {all: 1}}}
ballots: {vote: {options: {good: 10, poor: 5}, groups: {all: 1}}}
criteria: [{id: judged, points: 100, panel: {id: jury}}]
"""
UNITS = pl.DataFrame({"id": ["a"], "name": ["A"], "kind": ["town"]})


def marks(at: list[str | None] | None) -> pl.DataFrame:
    frame = pl.DataFrame({"reviewer": ["x", "y"], "group": "all", "unit": "a", "item": "whole", "mark": ["90", "80"]})
    return frame if at is None else frame.with_columns(at=pl.Series(at, dtype=pl.String))


def read(at: list[str | None] | None) -> pl.DataFrame:
    return folder_from_frames(loads(BOOK), UNITS, panels={"jury": marks(at)}).panels["jury"].frame


def test_a_time_is_read_and_may_lack() -> None:
    noon, later = datetime(2025, 12, 20, 12, 0), datetime(2025, 12, 20, 14, 3, 59)
    assert read(["2025-12-20 12:00", "2025-12-20T14:03:59"])["at"].to_list() == [noon, later]
    assert read(["2025/12/20 12:00", None])["at"].to_list() == [noon, None]
    assert read(None)["at"].to_list() == [None, None]


@pytest.mark.parametrize("text", ["soon", "2025-12-20", "14:03", "2025-12-20 25:00", "2025-12-20 14:03+08:00"])
def test_what_is_no_time_is_located(text: str) -> None:
    assert read_moment(text) is None
    with pytest.raises(InputError) as caught:
        read(["2025-12-20 12:00", text])
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line, problem.place.field) == ("records.not-a-moment", 2, "at")
    assert text in problem.message("zh")
    assert "2025-12-20 14:03" in problem.message("en")


def test_no_form_asks_for_it_and_no_ballot_has_it() -> None:
    book = loads(BOOK)
    register = folder_from_frames(book, UNITS).register
    layouts = Layouts(book, register)
    assert "at" in layouts.panel("jury").names
    assert b"Marked at" not in unzipped(template_bytes(layouts.panel("jury"), book))
    assert b"Reviewer group" in unzipped(template_bytes(layouts.panel("jury"), book))
    assert "at" not in layouts.ballot("vote").names
    assert "at" not in layouts.turnout("vote").names


def unzipped(workbook: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())
