"""Bonuses, deductions, caps and vetoes of the worked cases as people see them: rows that add up, words, documents."""

from __future__ import annotations

import re
import shutil
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.errors import InputError

SPECS = Path(__file__).resolve().parents[2] / "spec"
BOOKS = sorted(book for book in SPECS.rglob("rulebook*.yaml") if "adjustments:" in book.read_text(encoding="utf-8"))
KINDS = ("bonus", "deduction", "cap", "veto")


def test_the_cases_are_there() -> None:
    assert len(BOOKS) >= 12


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: f"{book.parent.name}:{book.name}")
def test_what_a_result_says_of_its_totals(book: Path) -> None:
    result = shuping.score(shuping.read(book.parent, rulebook=book))
    trace = result.trace.with_columns(pl.col("points_exact").fill_null("0"))
    for (period, unit), rows in trace.partition_by("period", "unit", as_dict=True).items():
        total = rows.filter(pl.col("depth") == 0)
        if total["points"][0] is None:
            continue
        first = rows.filter(pl.col("depth") == 1)
        criteria = first.filter(~pl.col("kind").is_in(KINDS))
        others = sum(map(Fraction, first.filter(pl.col("kind").is_in(KINDS))["points_exact"]), Fraction(0))
        before = sum(map(Fraction, criteria["points_exact"]), Fraction(0))
        if criteria["weight"].str.to_decimal().sum() == 1 and result.rulebook.criteria[0].weight is None:
            assert before + others == Fraction(total["points_exact"][0]), (period, unit)
        shown = sum(map(Fraction, first["contribution"].drop_nulls()), Fraction(0))
        assert abs(shown - Fraction(total["points_exact"][0])) <= Fraction(len(first), 20000), (period, unit)
        for lang in ("zh", "en"):
            text = result.explain(str(unit), period=str(period)).text(lang)
            assert not re.search(r"None|Fraction\(|\{\w+\}", text)
            for row in first.filter(pl.col("kind").is_in(KINDS)).iter_rows(named=True):
                assert row[f"rule_{lang}"] in text


def test_the_calculation_is_put_in_figures() -> None:
    found = shuping.score(shuping.read(SPECS / "ac1_bonus_cap"))
    text = found.explain("a").text("en")
    assert "0.85 × 92.4 + 0.15 × 89.1 = 91.905; 91.905 + 3 - 1.2 = 93.71" in text
    assert "Cap on all bonuses: limit · -0.5000" in text
    judged = shuping.score(shuping.read(SPECS / "judged_loss"))
    figures = dict(judged.trace.filter(pl.col("criterion") == "weak").select("unit", "substituted").iter_rows())
    assert figures["a"] == "-(3 → 5) × 2 = -10.0000"
    assert figures["c"] == "-8 × 2 = -16.0000"
    assert figures["d"] == "-10 × 3 → -20.0000"
    assert figures["f"] is None
    missing = judged.trace.filter(pl.col("criterion") == "weak").filter(pl.col("unit") == "f")
    assert missing.select("points", "missing", "missing_policy").row(0) == (None, "no_records", "nothing")


def test_a_judged_loss_has_a_reason_and_lies_in_its_range(tmp_path: Path) -> None:
    shutil.copytree(SPECS / "ac10_supervision", tmp_path / "case")
    rows = "unit,date,loss,reason\na,2025-07-01,6,\nb,2025-07-01,4,too short\nc,2025-07-01,11,late\n"
    (tmp_path / "case" / "records" / "weak_report.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        shuping.read(tmp_path / "case")
    found = [(problem.place.field, problem.place.line) for problem in caught.value.problems]
    assert found == [("reason", 2), ("loss", 3), ("loss", 4)]


def test_documents_show_them(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    from docx import Document
    from python_calamine import CalamineWorkbook

    bonus = shuping.score(shuping.read(SPECS / "ac1_bonus_cap"))
    veto = shuping.score(shuping.read(SPECS / "veto_strengths"))
    assert bonus.write(tmp_path / "bonus") == veto.write(tmp_path / "veto") == ()
    sheet = CalamineWorkbook.from_path(str(tmp_path / "bonus" / "result.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[-3:] for row in sheet[2:]] == [
        ["加分\nBonus", "扣分\nDeduction", "总分\nTotal"], ["", "", ""], [2, 0.5, 101.5], [3, 1.2, 93.71],
    ]  # fmt: skip
    table = Document(str(tmp_path / "bonus" / "commentary.en.docx")).tables[0]
    assert [cell.text for cell in table.rows[2].cells] == ["2", "A Town", "3.00", "1.20", "93.71"]
    table = Document(str(tmp_path / "veto" / "commentary.en.docx")).tables[0]
    assert "Falsified reports" in [cell.text for row in table.rows for cell in row.cells]
    report = (tmp_path / "veto" / "report.html").read_text(encoding="utf-8")
    assert "发生亡人事故" in report
    assert "Full points:  " not in report
    standing = pl.read_csv(tmp_path / "veto" / "standing.csv").filter(pl.col("unit") == "b")
    assert standing.select("grade", "veto").row(0) == ("fair", "accident_veto;death_veto")


def test_the_terminal_shows_columns_where_there_is_something_to_show() -> None:
    from shuping.documents.console import standing_tables

    heads = {}
    for name in ("ac1_bonus_cap", "ac10_supervision", "veto_strengths"):
        tables = list(standing_tables(shuping.score(shuping.read(SPECS / name)), "en"))
        heads[name] = [[str(column.header) for column in table.columns] for table in tables]
    assert heads["ac1_bonus_cap"] == [["Rank", "Unit", "Bonus", "Deduction", "Total"]]
    assert heads["ac10_supervision"] == [["Rank", "Unit", "Deduction", "Total"]]
    assert heads["veto_strengths"] == [["Rank", "Unit", "Total", "Grade", "Veto"], ["Rank", "Unit", "Total", "Grade"]]
