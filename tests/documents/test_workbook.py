"""The workbook, read back with another library: equal to the frames cell by cell, text never a formula, equal bytes."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from shuping.documents.workbook import workbook_bytes
from shuping.documents.workbook.pens import lines, width
from shuping.scoring.result import Result
from tests.documents.small_case import POINTS, TOTALS, VALUES, small_result

Rows = list[list[Any]]


def read(content: bytes) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module")
def english(result: Result) -> dict[str, Rows]:
    return read(workbook_bytes(result, "en"))


def table(rows: Rows) -> list[dict[str, Any]]:
    """The rows below the headings (the third row), by heading."""
    head = [str(cell) for cell in rows[2]]
    return [dict(zip(head, row, strict=True)) for row in rows[3:]]


def test_the_sheets_of_each_language(result: Result) -> None:
    assert list(read(workbook_bytes(result, "zh"))) == [
        "考核结果一览表", "评分表", "计算 乡镇", "计算 部门", "指标值", "问题清单", "说明",
    ]  # fmt: skip
    calculation = ["Calculation Townships", "Calculation Bureaus"]
    assert list(read(workbook_bytes(result, "en"))) == [
        "Standing", "Score sheet", *calculation, "Measures", "Findings", "Notes",
    ]  # fmt: skip
    assert next(iter(read(workbook_bytes(result)))) == "考核结果一览表 Standing"
    with pytest.raises(ValueError, match="unknown language"):
        workbook_bytes(result, "fr")


def test_the_standing_equals_its_frame(result: Result, english: dict[str, Rows]) -> None:
    rows = {row["Unit"]: row for row in table(english["Standing"]) if isinstance(row["Total"], float)}
    assert len(rows) == result.standing.height == 5
    for row in result.standing.iter_rows(named=True):
        found = rows[row["name_en"]]
        columns = {"Rank": "rank", "Total": "total", "Earlier total": "previous_total", "Change": "change"}
        for heading, column in {**columns, "Places moved": "rank_change"}.items():
            assert found[heading] == float(row[column]), (row["unit"], heading)
        assert found["Grade"] == {"excellent": "Excellent", "good": "Good", "fair": "Fair"}[row["grade"]]


def test_first_level_points_stand_as_columns_and_absent_ones_are_empty(english: dict[str, Rows]) -> None:
    rows = {row["Unit"]: row for row in table(english["Standing"])}
    assert rows["Qingshi Town"]["Outreach"] == 18.45
    assert rows["Qingshi Town"]["Residents' requests"] == 27.0
    assert rows["Civil Affairs Bureau"]["Outreach"] == ""
    full = [row for row in table(english["Standing"]) if row["Unit"] == "Full score"]
    assert [(row["Outreach"], row["Residents' requests"]) for row in full] == [(20.0, 30.0), ("", 50.0)]


def test_units_stand_by_group_and_rank(english: dict[str, Rows]) -> None:
    order = [row["Unit"] for row in table(english["Standing"]) if isinstance(row["Total"], float)]
    assert order == ["Liuxi Town", "Qingshi Town", "Yunping Township", "Civil Affairs Bureau", "Culture Bureau"]


def test_the_score_sheet_equals_the_scores(result: Result, english: dict[str, Rows]) -> None:
    rows = iter(table(english["Score sheet"]))
    titles = {"outreach": "Outreach", "coverage_points": "village coverage", "activity_points": "activities held",
              "service": "Residents' requests", "duty": "Duty report"}  # fmt: skip
    for unit in ("T2", "T1", "T3", "B1", "B2"):
        band = next(rows)
        assert (band["Level 1"], band["Points"], band["Full score"]) == (
            result.register[unit].name_en,
            float(TOTALS[unit][1]),
            100.0,
        )
        for criterion, (points, full) in POINTS[unit].items():
            row = next(rows)
            assert titles[criterion] in (row["Level 1"], row["Level 2"])
            assert (row["Points"], row["Full score"], row["Adds to total"]) == (
                float(points),
                float(full),
                float(points),
            )
            assert row["Share of total"] == float(Decimal(full) / 100)
    assert next(rows, None) is None


def test_the_measures_equal_their_frame(result: Result, english: dict[str, Rows]) -> None:
    titles = {"village coverage": "coverage", "activities held": "activities", "requests closed on time": "on_time"}
    units = {unit.name_en: unit.id for unit in result.register}
    found = {(units[row["Unit"]], titles[row["Measure"]]): row for row in table(english["Measures"])}
    assert len(found) == result.measures.filter(pl.col("period") == "2025").height == 11
    for (unit, measure), row in found.items():
        value, records = VALUES["2025"][unit][measure]
        assert (row["Value"], row["Records"]) == (float(value), records)
        assert row["Earlier value"] == float(VALUES["2024"][unit][measure][0])


def test_the_findings_equal_their_frame(english: dict[str, Rows]) -> None:
    found = [
        (row["No."], row["Unit"], row["Problem"], row["Value"], row["Records"]) for row in table(english["Findings"])
    ]
    assert found == [
        (1.0, "Yunping Township", "Requests closed late", 0.85, 20.0),
        (2.0, "Culture Bureau", "Requests closed late", 0.8, 10.0),
        (3.0, "Yunping Township", "Low village coverage", 0.5, 10.0),
    ]


def test_the_notes_name_rule_book_and_rounding(english: dict[str, Rows]) -> None:
    notes = {row["Item"]: row["Content"] for row in table(english["Notes"])}
    assert notes["Rule book"] == "Annual appraisal (small)"
    assert notes["Version"] == "2025.1"
    assert notes["Rounding"].startswith("Totals to 2 decimals, points of single criteria to 4; halves are rounded up")
    assert notes["Grades"].splitlines() == [
        "Excellent: a total of 90 or more",
        "Good: a total of 80 or more",
        "Fair: all others",
    ]
    assert notes["Files"].splitlines() == ["records/activity.csv", "records/request.csv"]


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as members:
        return {name: members.read(name).decode() for name in members.namelist() if name.endswith(".xml")}


def test_a_figure_reaches_the_file_with_its_own_digits(result: Result) -> None:
    """93.71 is not a binary number: written through a float with 16 digits it would read 93.70999999999999."""
    seven = result.standing.with_columns(
        pl.when(pl.col("unit") == "T1")
        .then(Decimal("93.71"))
        .otherwise(pl.col("total"))
        .cast(pl.Decimal(38, 2))
        .alias("total")
    )
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    sheet = parts(workbook_bytes(Result(**{**kept, "standing": seven}), "zh"))["xl/worksheets/sheet1.xml"]
    assert "<v>93.71</v>" in sheet
    assert "99999" not in sheet


def test_number_formats_show_the_published_decimals(result: Result) -> None:
    styles = parts(workbook_bytes(result, "zh"))["xl/styles.xml"]
    formats = set(re.findall(r'formatCode="([^"]+)"', styles))
    assert {"0.00##", "+0.00;-0.00;0.00", "+0;-0;0", "0.0%"} <= formats


def test_text_is_never_a_formula_or_a_link() -> None:
    names = ("=1+1", "+2", "-3", "@SUM(A1)", "http://example.invalid/", "=HYPERLINK(1)")
    units = list(small_result().register)
    renamed = [type(unit)(unit.id, name, name, unit.kind) for unit, name in zip(units, names, strict=False)]
    content = workbook_bytes(small_result(units=renamed), "zh")
    for name, text in parts(content).items():
        assert "<hyperlink" not in text, name
        for formula in re.findall("<f>([^<]*)</f>", text):
            assert formula.startswith(("IF(", "SUM(")), name
            assert not any(found in formula for found in ("1+1", "SUM(A1)", "HYPERLINK", "invalid")), name
    shown = {row["单位"] for row in table(read(content)["考核结果一览表"])}
    assert {"=1+1", "+2", "-3", "@SUM(A1)", "http://example.invalid/"} <= shown


def test_two_runs_give_equal_bytes() -> None:
    assert workbook_bytes(small_result()) == workbook_bytes(small_result())


def test_sheets_are_set_up_for_printing(result: Result) -> None:
    content = workbook_bytes(result, "zh")
    book = parts(content)
    for number in range(1, 8):
        sheet = book[f"xl/worksheets/sheet{number}.xml"]
        assert 'paperSize="9"' in sheet
        assert 'orientation="landscape"' in sheet
        assert ('fitToHeight="0"' in sheet) is (number not in (3, 4))  # the calculation runs over pages side by side
    assert book["xl/workbook.xml"].count("$3:$3") == 5
    assert book["xl/workbook.xml"].count("$3:$6") == 2
    assert book["xl/worksheets/sheet2.xml"].count("<brk ") == 4  # a page for each of five units


def test_the_tree_is_merged() -> None:
    sheet = parts(workbook_bytes(small_result(), "zh"))["xl/worksheets/sheet2.xml"]
    assert '<mergeCell ref="A5:A7"/>' in sheet  # outreach of the first unit: its own row and two criteria below


def test_widths_count_chinese_as_two() -> None:
    assert width(["村组覆盖率"], 0) == 12
    assert lines("村组覆盖率", 6.5) == 2
    assert lines("a\nb", 40) == 2
