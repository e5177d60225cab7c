"""XLSX: cells as source texts, the right sheet, and containers that would harm the reader."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from shuping.errors import InputError
from shuping.records import Folder, read_folder
from shuping.records.xlsx_reader import cell_text, read_xlsx
from tests.core.records.small_folder import HEADER, rulebook, write

HEADINGS = HEADER.strip().split(",")


def workbook(fill: Callable[[Any, Any], None], name: str = "activity", others: tuple[str, ...] = ()) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    fill(book, book.add_worksheet(name))
    for other in others:
        book.add_worksheet(other).write_string(0, 0, "x")
    book.close()
    return stream.getvalue()


def good(book: Any, sheet: Any, at: int = 0, left: int = 0) -> None:
    sheet.write_row(at, left, HEADINGS)
    sheet.write_row(at + 1, left, ["t1", "", "lecture", "v1", 12, 0.1, True, "008 "])
    sheet.write_datetime(at + 1, left + 1, datetime(2025, 1, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row(at + 2, left, ["t2", "2025/2/28", "sport", "v3", 40])


def read(base: Path, raw: bytes, **options: Any) -> Folder:
    return read_folder(write(base, {"records/activity.xlsx": raw}), rulebook(), **options)


def codes(base: Path, raw: bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        read(base, raw)
    assert all(problem.place.file == "records/activity.xlsx" for problem in caught.value.problems)
    return [(problem.code, problem.place.line, problem.place.cell) for problem in caught.value.problems]


EXPECTED = [
    ("t1", date(2025, 1, 5), "lecture", 12, Decimal("0.10"), True, "008"),
    ("t2", date(2025, 2, 28), "sport", 40, None, None, None),
]


@pytest.mark.parametrize(("at", "left"), [(0, 0), (3, 2)])
def test_cells_keep_their_values_wherever_the_table_stands(at: int, left: int, tmp_path: Path) -> None:
    folder = read(tmp_path, workbook(lambda book, sheet: good(book, sheet, at, left)))
    frame = folder.datasets["activity"].frame
    assert frame.select("unit", "date", "form", "people", "cost", "done", "note").rows() == EXPECTED
    assert frame["_row"].to_list() == [at + 2, at + 3]


@pytest.mark.parametrize(
    ("name", "others", "code"),
    [
        ("Sheet1", (), None),
        ("activity", ("Notes",), None),
        ("活动", ("Notes",), None),
        ("Sheet1", ("Notes",), "records.which-sheet"),
    ],
)
def test_the_sheet_of_the_dataset_is_read(name: str, others: tuple[str, ...], code: str | None, tmp_path: Path) -> None:
    raw = workbook(good, name, others)
    if code is None:
        assert read(tmp_path, raw).datasets["activity"].frame.height == 2
    else:
        assert codes(tmp_path, raw) == [(code, None, None)]


def test_a_problem_names_sheet_row_and_cell(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        good(book, sheet, 1, 1)
        sheet.write_number(2, 5, 12.5)

    with pytest.raises(InputError) as caught:
        read(tmp_path, workbook(fill))
    (problem,) = caught.value.problems
    assert problem.show("en").startswith("records/activity.xlsx:3 [activity F3 people]: “12.5” is not a whole number")


def test_excel_errors_are_said_and_not_taken_for_empty_cells(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        good(book, sheet)
        sheet.write_formula(2, 5, "=1/0", None, "#DIV/0!")

    assert codes(tmp_path, workbook(fill)) == [("records.error-cell", None, "F3")]


def test_a_cell_outside_the_headed_columns_is_said(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        good(book, sheet)
        sheet.write_string(2, 11, "stray")

    assert codes(tmp_path, workbook(fill)) == [("records.cell-outside", 3, "L3")]


def test_what_is_no_workbook(tmp_path: Path) -> None:
    assert codes(tmp_path, HEADER.encode()) == [("records.not-xlsx", None, None)]
    assert codes(tmp_path, b"") == [("records.not-xlsx", None, None)]
    whole = workbook(good)
    assert codes(tmp_path, whole[: len(whole) // 2]) == [("records.broken-xlsx", None, None)]
    assert codes(tmp_path, zipped({"a.txt": b"hello"})) == [("records.broken-xlsx", None, None)]
    assert codes(tmp_path, workbook(lambda book, sheet: None)) == [("records.empty-file", None, None)]


# --- containers that would harm the reader ------------------------------------------------------------------------


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return stream.getvalue()


def parts_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zipped({**parts_of(workbook(good)), "xl/media/a.bin": bytes(200_000_000)})
    assert len(bomb) < 300_000
    assert codes(tmp_path, bomb) == [("records.zip-bomb", None, None)]


def test_a_directory_that_lies_about_sizes_does_not_help_the_bomb(tmp_path: Path) -> None:
    bomb = bytearray(zipped({**parts_of(workbook(good)), "xl/media/a.bin": bytes(50_000_000)}))
    true, claimed = struct.pack("<I", 50_000_000), struct.pack("<I", 1_000)
    assert bomb.count(true) == 2  # the local header and the directory
    lying = bytes(bomb).replace(true, claimed)
    assert codes(tmp_path, lying) == [("records.zip-bomb", None, None)]


def test_too_many_entries_and_repeated_names_are_refused(tmp_path: Path) -> None:
    many = zipped({**parts_of(workbook(good)), **{f"xl/media/{at}.bin": b"" for at in range(3000)}})
    assert codes(tmp_path, many) == [("records.zip-bomb", None, None)]


@pytest.mark.parametrize("reference", [b'r="XFD1048576"', b"r='XFD1048576'", b'r = "XFD1048576"'])
def test_a_sheet_that_claims_billions_of_cells_is_refused(reference: bytes, tmp_path: Path) -> None:
    parts = parts_of(workbook(good))
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="E3"', reference)
    assert codes(tmp_path, zipped(parts)) == [("records.zip-bomb", None, None)]


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    parts = parts_of(workbook(good))
    text = parts["xl/workbook.xml"]
    head, tail = text.split(b"?>", 1)
    parts["xl/workbook.xml"] = head + b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + tail
    assert codes(tmp_path, zipped(parts)) == [("records.broken-xlsx", None, None)]


def test_a_large_honest_workbook_passes() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        for row in range(1, 20_000):
            sheet.write_row(row, 0, [1, "same text"])

    sheet = read_xlsx(workbook(fill), "x.xlsx", "")
    assert sheet.frame.height == 19_999


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (123456789.123, "123456789.123"),
        (-3.5, "-3.5"),
        (True, "true"),
        (date(2025, 1, 5), "2025-01-05"),
        (datetime(2025, 1, 5), "2025-01-05"),
        (datetime(2025, 1, 5, 13, 30), "2025-01-05 13:30:00"),
        ("  x ", "x"),
    ],
)
def test_a_cell_becomes_the_shortest_text_of_the_same_value(cell: Any, text: str) -> None:
    assert cell_text(cell) == text
    if isinstance(cell, float):
        assert float(text) == cell
