"""XLSX forms: same bytes each time, and what people fill in comes back through the reader."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import python_calamine

from shuping.errors import OutputError
from shuping.records import read_folder, read_register, write_template
from shuping.records.layout import Layouts
from shuping.records.template import template_bytes
from shuping.rulebook.model import Rulebook
from tests.core.records.small_folder import UNITS, rulebook, write

BOOK = rulebook(
    panels={"duty": {"items": {"plan": {"points": "60"}}, "groups": {"peers": "1"}}},
    surveys={"residents": {"questions": {"aware": ["know", "no"]}}},
)


def form(base: Path, book: Rulebook = BOOK) -> tuple[Layouts, bytes]:
    layouts = Layouts(book, read_register(write(base, {}) / "units.csv"))
    return layouts, template_bytes(layouts.dataset("activity"), book)


def sheets(raw: bytes) -> dict[str, list[list[Any]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_form_a_table_where_the_reader_looks_for_it(tmp_path: Path) -> None:
    write(tmp_path, {})
    made = write_template(BOOK, read_register(tmp_path / "units.csv"), tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in made] == [
        "records/activity.xlsx",
        "surveys/residents.xlsx",
        "marks/duty.xlsx",
    ]
    empty = read_folder(tmp_path, BOOK)
    assert [
        table.frame.height for table in (empty.datasets["activity"], empty.surveys["residents"], empty.panels["duty"])
    ] == [0, 0, 0]


def test_forms_are_not_overwritten_without_being_asked(tmp_path: Path) -> None:
    register = read_register(write(tmp_path, {"records/activity.xlsx": b"mine"}) / "units.csv")
    with pytest.raises(OutputError):
        write_template(BOOK, register, tmp_path)
    assert (tmp_path / "records/activity.xlsx").read_bytes() == b"mine"
    assert not (tmp_path / "marks").exists()
    write_template(BOOK, register, tmp_path, force=True)
    assert (tmp_path / "records/activity.xlsx").read_bytes() != b"mine"


def test_the_same_form_is_the_same_bytes(tmp_path: Path) -> None:
    first, second = form(tmp_path)[1], form(tmp_path)[1]
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_lists_headings_and_notes(tmp_path: Path) -> None:
    found = sheets(form(tmp_path)[1])
    assert list(found) == ["activity", "填写说明 Notes", "_lists"]
    assert found["activity"] == [
        ["单位 Unit", "填报单位 Filed by", "日期 Date", "形式 Form", "村 Village", "people", "cost", "done", "note"]
    ]
    units, forms, flags = (list(filter(None, column)) for column in zip(*found["_lists"], strict=True))
    assert units == ["青石镇", "白水镇", "石桥村", "柳村 [v2]", "柳村 [v3]", "文化局"]
    assert forms == ["讲座", "体育"]
    assert flags == ["是", "否"]
    notes = [line for line in found["填写说明 Notes"] if line[1] == "people"]
    assert notes == [
        ["people", "people", "整数；不小于 1；不大于 500；必填", "a whole number; at least 1; at most 500; required"]
    ]


def test_the_sheet_limits_what_can_be_typed(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(form(tmp_path)[1])) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert xml.count("<dataValidation ") == 9
    assert 'type="list"' in xml
    assert 'type="whole"' in xml
    assert "<formula1>1</formula1><formula2>500</formula2>" in xml
    days = [(day - date(1899, 12, 30)).days for day in (date(2024, 1, 1), date(2025, 12, 31))]
    assert f"<formula1>{days[0]}</formula1><formula2>{days[1]}</formula2>" in xml
    assert 'state="frozen"' in xml


def filled(raw: bytes, cells: dict[str, str | int | float]) -> bytes:
    """Put a second row into the form's own sheet, as a spreadsheet program does: texts inline, numbers as they are."""
    made = "".join(
        f'<c r="{letter}2" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        if isinstance(cell, str)
        else f'<c r="{letter}2"><v>{cell!r}</v></c>'
        for letter, cell in cells.items()
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as form_, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name in form_.namelist():
            body = form_.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert body.count(b"</sheetData>") == 1
                body = body.replace(b"</sheetData>", f'<row r="2">{made}</row></sheetData>'.encode())
            out.writestr(name, body)
    return stream.getvalue()


def test_what_is_filled_in_comes_back(tmp_path: Path) -> None:
    raw = form(tmp_path)[1]
    units, forms, flags = (list(filter(None, column)) for column in zip(*sheets(raw)["_lists"], strict=True))
    cells = {"A": units[0], "B": units[0], "D": forms[1], "E": units[3], "F": 12, "G": 0.1, "H": flags[0], "I": "=1+1"}
    (tmp_path / "records").mkdir()
    (tmp_path / "records/activity.xlsx").write_bytes(filled(raw, {**cells, "C": "2025-03-04"}))
    frame = read_folder(tmp_path, BOOK).datasets["activity"].frame
    assert frame.drop("_file", "_row").rows() == [
        ("t1", "t1", date(2025, 3, 4), "sport", "v2", 12, Decimal("0.10"), True, "=1+1")
    ]


def test_titles_that_name_two_columns_give_way_to_ids(tmp_path: Path) -> None:
    same = {"zh": "人数", "en": "People"}
    book = rulebook(
        datasets={
            "activity": {
                "period": "year",
                "fields": {"a": {"type": "integer", "title": same}, "b": {"type": "integer", "title": same}},
            }
        }
    )
    assert sheets(form(tmp_path, book)[1])["activity"] == [["单位 Unit", "填报单位 Filed by", "期间 Period", "a", "b"]]
    assert [cells[1] for cells in sheets(form(tmp_path, book)[1])["_lists"]][:2] == ["2024", "2025"]


def test_names_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    units = UNITS.replace("青石镇", "=1+1").replace("白水镇", "<b>{{x}}&")
    layouts = Layouts(BOOK, read_register(write(tmp_path, {}, units) / "units.csv"))
    raw = template_bytes(layouts.dataset("activity"), BOOK)
    assert [line[0] for line in sheets(raw)["_lists"]][:2] == ["=1+1", "<b>{{x}}&"]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)
