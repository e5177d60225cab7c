"""The one writer of CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.errors import OutputError
from shuping.records import csv_bytes, neutral, rejected_frame, write_csv, write_rejected
from tests.core.records.small_folder import HEADER, read


def test_decimals_keep_their_places_and_missing_is_empty() -> None:
    frame = pl.DataFrame(
        {
            "name": ["镇", 'a,"b"'],
            "total": [Decimal("93.70"), None],
            "day": [date(2025, 1, 5), None],
            "n": [3, None],
            "ok": [True, None],
        },
        schema_overrides={"total": pl.Decimal(38, 2)},
    )
    assert csv_bytes(frame).decode("utf-8") == 'name,total,day,n,ok\n镇,93.70,2025-01-05,3,true\n"a,""b""",,,,\n'
    assert csv_bytes(frame, bom=True) == b"\xef\xbb\xbf" + csv_bytes(frame)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-3.5", "-3.5"),
        ("-12%", "-12%"),
        ("+7", "+7"),
        ("a=b", "a=b"),
        ("", ""),
        ("-", "'-"),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_neutral(cell: str, written: str) -> None:
    assert neutral(cell) == written


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=5
    )
)
def test_every_text_comes_back_through_another_reader(cells: list[str]) -> None:
    raw = csv_bytes(pl.DataFrame({"a": cells, "b": ["x"] * len(cells)})).decode("utf-8")
    found = [line[0] for line in list(csv.reader(io.StringIO(raw, newline="")))[1:]]
    assert found == [neutral(cell) for cell in cells]
    assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in found)


def test_rejected_rows_carry_their_reasons_beside_the_cells(tmp_path: Path) -> None:
    content = HEADER + "t1,2025-01-05,lecture,v1,x,1.234,,=1+1\n"
    folder = read(tmp_path, content, accept="valid")
    write_rejected(folder.rejected, tmp_path / "rejected.csv")
    raw = (tmp_path / "rejected.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    assert line["_file"] == "records/activity.csv"
    assert line["_row"] == "2"
    assert line["_reason_zh"] == "people: “x”不是整数；请写成 12；cost: “1.234”的小数位数太多；最多 2 位"
    assert line["people"] == "x"
    assert line["note"] == "'=1+1"
    assert rejected_frame(()).height == 0


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_csv(pl.DataFrame({"a": [1]}), tmp_path)
