"""The one writer of tables: nothing in a file runs, numbers stay numbers, no column without a heading."""

from __future__ import annotations

import ast
import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shuping_web.exports import table
from shuping_web.exports.cells import STARTS
from shuping_web.exports.table import export_of, file_name, write_table
from tests.web.conftest import World
from tests.web.matrix.filing import filed

SITE = Path("src/shuping_web")
EVIL = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "=cmd|' /C calc'!A0", "|calc", "%0a=1",
    '";=1+1;"', "-", "+86 10",
]  # fmt: skip


def body(kind: str, columns: list[str], rows: list[list[Any]]) -> bytes:
    response = write_table("t", columns, rows, kind)
    try:
        return b"".join(response)  # type: ignore[arg-type]
    finally:
        for close in response._resource_closers:  # not ``close()``: it tells the database that a request ended
            close()


def read_csv(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_xlsx(raw: bytes) -> list[list[Any]]:
    found = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return found.get_sheet_by_index(0).to_python(skip_empty_area=False)


@pytest.mark.parametrize("text", EVIL)
def test_a_text_that_might_run_is_quoted(text: str) -> None:
    [_, [in_csv]] = read_csv(body("csv", ["h"], [[text]]))
    assert in_csv[0] not in STARTS
    assert in_csv in ("'" + text, text)
    assert (in_csv == text) == (text == '";=1+1;"')  # a quotation mark first: the quoting of RFC 4180 holds it together
    raw = body("xlsx", ["h"], [[text]])
    [_, [in_xlsx]] = read_xlsx(raw)
    assert str(in_xlsx).replace("\r\n", "\n").replace("\r", "\n") == text.replace("\r", "\n")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        styles = archive.read("xl/styles.xml")
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert b'quotePrefix="1"' in styles or text.startswith('"')


def test_headings_are_cells_too() -> None:
    assert read_csv(body("csv", ["=1"], []))[0] == ["'=1"]


def test_numbers_stay_numbers() -> None:
    row = [-5, Decimal("-0.10"), Fraction(-1, 8), Fraction(1, 3), 2.5, 10**20, date(2025, 3, 1), None]
    row.append(datetime(2025, 3, 1, 1, 0, tzinfo=UTC))  # type: ignore[arg-type]
    heads = list("abcdefghi")
    expected = ["-5", "-0.10", "-0.125", "0.333333333333333", "2.5", str(10**20), "2025-03-01", ""]
    assert read_csv(body("csv", heads, [row]))[1] == [*expected, "2025-03-01 09:00:00"]
    found = read_xlsx(body("xlsx", heads, [row]))[1]
    assert found[:5] == [-5, -0.1, -0.125, pytest.approx(1 / 3), 2.5]
    assert found[5] == str(10**20)
    assert found[6] in (date(2025, 3, 1), datetime(2025, 3, 1))
    assert found[8] == datetime(2025, 3, 1, 9)


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=2), max_size=8))
def test_a_csv_file_reads_back(rows: list[list[str]]) -> None:
    found = read_csv(body("csv", ["a", "b"], rows))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert all(cell[:1] not in set("=+-@\t\r") for row in found for cell in row)


def test_the_same_rows_give_the_same_bytes() -> None:
    for kind in ("csv", "xlsx"):
        assert body(kind, ["a"], [["甲"], [1]]) == body(kind, ["a"], [["甲"], [1]])


def test_no_value_without_a_heading() -> None:
    with pytest.raises(ValueError, match="3 values under 2 headings"):
        body("csv", ["a", "b"], [["1", "2", "secret"]])
    with pytest.raises(ValueError, match="no such kind"):
        write_table("t", ["a"], [], "ods")


def test_more_rows_than_a_sheet_holds_go_on_in_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SHEET_ROWS", 3)
    raw = body("xlsx", ["a"], [[n] for n in range(5)])
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert sheets == [[["a"], [0], [1]], [["a"], [2], [3]], [["a"], [4]]]


def test_a_text_too_long_for_a_cell_says_so() -> None:
    [_, [found]] = read_xlsx(body("xlsx", ["a"], [["x" * 40_000]]))
    assert len(found) == 32_767
    assert found.endswith("…[40000]")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("标准 2025", "标准 2025"), ("../../etc/passwd", "etc-passwd"), ('a"b\r\nSet-Cookie: x', "a-b-Set-Cookie- x"),
        ("CON", "_CON"), ("", "_"), ("x" * 200, "x" * 80), ("a\u202egpj.exe", "a-gpj.exe"),
    ],
)  # fmt: skip
def test_file_names(name: str, safe: str) -> None:
    assert file_name(name) == safe
    found = write_table(name, ["a"], [], "csv")["Content-Disposition"]
    assert found.startswith("attachment")
    assert "\n" not in found


def test_only_where_the_address_asks() -> None:
    def rows() -> list[list[str]]:
        raise AssertionError("not asked for")

    for address in ("/", "/?format=html"):
        assert export_of(RequestFactory().get(address), "t", ["a"], rows) is None
    assert export_of(RequestFactory().get("/?format=csv"), "t", ["a"], lambda: [["b"]]) is not None


def test_no_other_file_of_the_site_writes_tables() -> None:
    for path in SITE.rglob("*.py"):
        if path.parent.name == "exports":
            continue
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
        }
        assert not imported & {"csv", "xlsxwriter", "openpyxl", "pandas", "polars"} or path.name in (
            "demonstration.py", "adapters.py",  # reads a folder of the library; hands tables to it
            "marked.py",  # hands an upload back to who made it, its wrong cells coloured
        ), path  # fmt: skip
        assert "text/csv" not in text, path


def test_lists_hand_out_what_their_page_shows(world: World, client_of: Callable[[str], Client]) -> None:
    filed(world)
    asked = {
        "/records/activity/": ("east", "office"), "/ledger/": ("auditor",), "/standing/": ("office",),
        "/accounts/": ("admin",), "/units/": ("office",),
    }  # fmt: skip
    for path, roles in asked.items():
        for role in roles:
            for kind, reads in (("csv", read_csv), ("xlsx", read_xlsx)):
                found = client_of(role).get(path, {"format": kind})
                assert found["Content-Type"] == table.KINDS[kind], (path, role)
                rows = reads(b"".join(found))
                assert len(rows) > 1, (path, role, kind)
    rows = read_xlsx(b"".join(client_of("east").get("/records/activity/?format=xlsx")))
    assert 317 in rows[1]
    assert len(read_csv(b"".join(client_of("west").get("/records/activity/?format=csv")))) == 1
    assert len(read_csv(b"".join(client_of("east").get("/records/activity/?format=csv&state=accepted")))) == 1


def test_a_file_streams_in_the_language_of_who_asked(world: World, client_of: Callable[[str], Client]) -> None:
    filed(world)
    chinese = client_of("auditor")
    chinese.post("/language/", {"language": "zh-hans"})
    found = [client.get("/ledger/?format=csv") for client in (chinese, client_of("auditor"))]
    in_chinese, in_english = (read_csv(b"".join(one)) for one in found)  # read once both were asked for
    assert in_english[0][:2] == ["No.", "When"]
    assert in_chinese[0][1] == "时间"
    assert in_chinese[1][3] != in_english[1][3]
