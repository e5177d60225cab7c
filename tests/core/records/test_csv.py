"""CSV files as people save them: encodings, delimiters, quotation marks, ragged lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from shuping.errors import InputError
from shuping.records.csv_reader import read_csv
from tests.core.records.small_folder import GOOD, HEADER, read, refusals

UTF8 = GOOD.replace(",a\n", ",备注\n")


@pytest.mark.parametrize(
    "content",
    [
        UTF8.encode("utf-8"),
        UTF8.encode("utf-8-sig"),
        UTF8.encode("utf-16"),
        UTF8.encode("gb18030"),
        UTF8.replace("\n", "\r\n").encode("gb18030"),
        UTF8.replace("\n", "\r").encode("utf-8"),
        UTF8.rstrip("\n").encode("utf-8"),
        UTF8.replace(",", ";").encode("utf-8"),
        UTF8.replace(",", "\t").encode("utf-16"),
        ("\n\n" + UTF8.replace("\nt2", "\n\n ,,,,,,,\nt2")).encode("utf-8"),
        UTF8.replace("\n", ",,\n").encode("utf-8"),
        UTF8.replace("t1,", '"t1",').replace("备注", '"备注"').encode("utf-8"),
        UTF8.replace("t1,", "  t1 ,").replace("lecture", "　lecture　").encode("utf-8"),
        UTF8.replace("unit,", " unit ,").encode("utf-8"),
    ],
    ids=[
        "utf8",
        "bom",
        "utf16",
        "gb18030",
        "gb-crlf",
        "cr",
        "no-end",
        "semicolon",
        "tab-utf16",
        "blank-lines",
        "trailing-commas",
        "quoted",
        "spaces",
        "heading-spaces",
    ],
)
def test_the_same_rows_come_out_of_every_way_to_save_them(content: bytes, tmp_path: Path) -> None:
    frame = read(tmp_path, content).datasets["activity"].frame
    assert frame.select("unit", "form", "people", "note").rows() == [
        ("t1", "lecture", 12, "备注"),
        ("t2", "sport", 40, None),
    ]


def test_lines_keep_their_numbers_past_blank_lines_and_line_breaks_in_cells(tmp_path: Path) -> None:
    content = (
        HEADER + '\nt1,2025-01-05,lecture,v1,12,1.50,yes,"two\nlines, and ""marks"""\n\nt1,2025-01-06,sport,v2,3,,,\n'
    )
    frame = read(tmp_path, content).datasets["activity"].frame
    assert frame.select("_row", "note").rows() == [(3, 'two\nlines, and "marks"'), (6, None)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("records.empty-file", None, None)]),
        (b" \n\n", [("records.empty-file", None, None)]),
        (b"\xef\xbb\xbf", [("records.empty-file", None, None)]),
        (b",,,\n", [("records.no-header", 1, None)]),
        (HEADER + "t1,2025-01-05,lecture,v1,12\n", [("records.too-few-cells", 2, None)]),
        (HEADER + "t1,2025-01-05,lecture,v1,12,1.50,yes,a,b\n", [("records.too-many-cells", 2, None)]),
        (HEADER + 't1,2025-01-05,lecture,v1,12,,,"open\nt2,2025-02-28\n', [("records.broken-quotes", 2, None)]),
        (HEADER + 't1,2025-01-05,lecture,v1,12,,,5" pipe\n', [("records.broken-quotes", 2, None)]),
        (HEADER + 't1,2025-01-05,lecture,v1,12,,,"a" b\n', [("records.broken-quotes", 2, None)]),
        (HEADER.encode() + b"t1,2025-01-05,lecture,v1,12,,,caf\xe9 \xff\n", [("records.undecodable", 2, None)]),
        (HEADER.encode("utf-16") + b"\x00\xd8", [("records.undecodable", 2, None)]),
        (HEADER.encode("utf-16-le"), [("records.nul-bytes", 1, None)]),
        (b"PK\x03\x04rest", [("records.binary-file", None, None)]),
        (b"PAR1rest", [("records.binary-file", None, None)]),
        ("unit,unit,date\n", [("records.duplicate-column", 1, None)]),
        ("unit,,date\n", [("records.empty-heading", 1, None)]),
        ("unit,_row\n", [("records.reserved-heading", 1, None)]),
    ],
)  # fmt: skip
def test_what_no_reader_may_repair_is_said(
    content: str | bytes, expected: list[tuple[str, int | None, str | None]], tmp_path: Path
) -> None:
    assert refusals(tmp_path, content) == expected


def test_a_file_of_headings_only_has_no_rows(tmp_path: Path) -> None:
    folder = read(tmp_path, HEADER)
    assert folder.datasets["activity"].frame.height == 0
    assert [file.rows for file in folder.datasets["activity"].files] == [0]


def test_the_message_names_offset_byte_and_line(tmp_path: Path) -> None:
    raw = b"a,b\n1,2\n\xff\xff,3\n"
    with pytest.raises(InputError) as caught:
        read_csv(raw, "x.csv", "")
    assert caught.value.problems[0].params["offset"] == 8
    assert "0xff" in caught.value.problems[0].message("zh")
    assert caught.value.problems[0].place.line == 3


def test_a_delimiter_inside_quotation_marks_does_not_sway_the_sniffing() -> None:
    sheet = read_csv(b'"a,b,c,d";x\n1;2\n', "x.csv", "")
    assert sheet.headings == ["a,b,c,d", "x"]
    assert sheet.frame.rows() == [("1", "2", 2)]


def test_numbers_are_their_source_text() -> None:
    sheet = read_csv(b"a\n0.10\n1e400\n12345678901234567890.123456789012345678\n", "x.csv", "")
    assert sheet.frame["a"].to_list() == ["0.10", "1e400", "12345678901234567890.123456789012345678"]
