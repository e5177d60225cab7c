"""A caller may ask for tighter limits than those of the library: rows with cells, cells, bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from shuping.errors import InputError
from shuping.records.zip_guard import Limits, inspect


def sheet(rows: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    return out.getvalue()


def filled(number: int, at: str = "") -> str:
    return f'<row r="{at or number}"><c r="A{at or number}"><v>1</v></c></row>'


def code(raw: bytes, limits: Limits) -> str:
    with pytest.raises(InputError) as caught:
        inspect(raw, "list.xlsx", limits)
    (problem,) = caught.value.problems
    assert problem.message("zh") != problem.message("en")
    return problem.code


def test_rows_with_cells_count_and_empty_ones_do_not() -> None:
    limits = Limits(rows=3)
    empty = "".join(f'<row r="{number}" ht="12.8"/>' for number in range(100, 200))
    pair = '<row r="1048576" ht="12.8"></row>'  # as some programs end a sheet
    inspect(
        sheet("".join(filled(number) for number in range(1, 5)) + empty + pair), "list.xlsx", limits
    )  # headings + 3
    assert code(sheet("".join(filled(number) for number in range(1, 6))), limits) == "records.too-many-rows"
    assert code(sheet("<row><c><v>1</v></c></row>" * 5), limits) == "records.too-many-rows"


@pytest.mark.parametrize("far", ["60000", "1048576"])
def test_a_far_corner_is_no_way_round_the_limit(far: str) -> None:
    limits = Limits(rows=10, cells=1_000_000)
    assert code(sheet(filled(1) + filled(2, far)), limits) == "records.zip-bomb"
    assert code(sheet(filled(1) + f'<row><c r="A{far}"><v>1</v></c></row>'), limits) == "records.zip-bomb"


def test_bytes_are_counted_before_anything_is_unpacked() -> None:
    assert code(sheet(filled(1)), Limits(bytes=20)) == "records.zip-bomb"
