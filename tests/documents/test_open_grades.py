"""Grades that are open, decided or limited, and ranks that are open, as every document says them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

import shuping
from shuping.appraisal import Scored
from shuping.documents.console import standing_tables
from shuping.errors import InputError

SPEC = Path(__file__).resolve().parents[1] / "spec"


def scored(case: str, reading: str = "") -> Scored:
    name = f"rulebook.{reading}.yaml" if reading else "rulebook.yaml"
    return shuping.score(shuping.read(SPEC / case, rulebook=SPEC / case / name))


def text_of(path: Path, part: str) -> str:
    """Return the words of one part of an office file, its cells and paragraphs apart."""
    with zipfile.ZipFile(path) as archive:
        return re.sub(r"\s*\|[|\s]*", "|", re.sub(r"<[^>]+>", "|", archive.read(part).decode("utf-8")))


def console_of(result: Scored, lang: str) -> str:
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    for table in standing_tables(result, lang):
        Console(file=out, width=120).print(table)
    return out.getvalue()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scored, Path]:
    result = scored("ac9_quota_veto_tie", "tied_decide")
    out = tmp_path_factory.mktemp("open") / "result"
    assert result.write(out) == ()
    return result, out


def test_an_open_grade_is_said_in_every_document(opened: tuple[Scored, Path]) -> None:
    result, out = opened
    assert console_of(result, "zh").count("待定") == 2
    assert console_of(result, "en").count("open") == 2
    zh, en = (text_of(out / f"commentary.{lang}.docx", "word/document.xml") for lang in ("zh", "en"))
    assert zh.count("待定") == 3, "once in the sentence on grades, twice in the table"
    assert "left open (2)" in en.replace("|", "")
    workbook = text_of(out / "result.xlsx", "xl/sharedStrings.xml")
    assert "待定 open" in workbook
    assert "tied across the edge of excellent: a person decides" in workbook
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "<span lang=zh>待定</span><span lang=en>open</span>" in report
    assert "a person decides" in report
    assert "等次待定" in result.explain("T03").text("zh")
    assert "a person decides" in result.explain("T04").text("en")


def test_a_veto_s_effect_is_explained(opened: tuple[Scored, Path]) -> None:
    assert "kept from excellent by a veto; kept from good by a veto" in opened[0].explain("T02").text("en")
    assert "no place left in excellent" in opened[0].explain("T05").text("en")


def test_the_notes_of_the_workbook_say_the_rules_of_grades(opened: tuple[Scored, Path]) -> None:
    workbook = text_of(opened[1] / "result.xlsx", "xl/sharedStrings.xml")
    assert "excellent: a total of 90 or more, for at most 20% of the units ranked (rounded down)" in workbook
    assert "总分90分及以上，名额为参加排名单位的20%（小数舍去）" in workbook
    assert "for units tied across the edge of a quota a person decides" in workbook


def test_a_decided_grade_stands_beside_the_computed_one(tmp_path: Path) -> None:
    result = scored("decisions")
    assert result.write(tmp_path / "out") == ()
    assert "fair → good" in console_of(result, "en")
    assert "open → excellent" in console_of(result, "en")
    en = text_of(tmp_path / "out" / "commentary.en.docx", "word/document.xml").replace("|", "")
    assert "excellent (1), excellent by decision (1), good (1) and good by decision (2)" in en
    assert "left open" not in en
    workbook = text_of(tmp_path / "out" / "result.xlsx", "xl/sharedStrings.xml")
    assert "excellent by decision: Better record in the flood (2026-7)" in workbook
    assert "good by decision: The second survey was void" in result.explain("E").text("en")
    assert "fair" in result.explain("E").text("en"), "the computed grade stays"
    manifest = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert "decisions.csv" in manifest, "a decision is an input like any other"


def test_an_open_rank_is_marked(tmp_path: Path) -> None:
    result = scored("rank_style", "ordinal")
    assert result.write(tmp_path / "out") == ()
    assert console_of(result, "en").count("2?") == 2
    assert "the rank is open" in result.explain("B").text("en")
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count(">2?<") >= 2
    assert "every unit has a rank of its own" in text_of(tmp_path / "out" / "result.xlsx", "xl/sharedStrings.xml")


def test_rules_of_stages_spread_prizes_and_unranked_units_are_explained() -> None:
    stages = scored("rounding_stages", "all").explain("A")
    assert "rounded to 1 decimal\n" in stages.text("en")
    assert "保留3位小数" in stages.text("zh")
    void = scored("leaf_differentiation", "rescale").explain("B", "judged")
    assert "void where two units of a group have the same points" in void.text("en")
    assert "各单位得分没有拉开差距" in void.text("zh")
    prize = scored("ac3_annual_prize", "handed_on").explain("C")
    assert "the first 3 get 0.5, 0.3, 0.1 in turn, on condition that revenue >= 6.5" in prize.text("en")
    assert "#2 → 0.3000" in prize.text("zh")
    assert "place: poor; kept from excellent by a veto" in scored("veto_unqualified", "unranked").explain("A").text(
        "en"
    )


@pytest.mark.parametrize(
    ("line", "code", "row"),
    [
        ("X,2025,good,no such unit,", "records.unknown-unit", 2),
        ("A,2025,best,no such grade,", "records.not-an-option", 2),
        ("A,2024,good,a period outside,", "records.period-outside", 2),
        ("A,2025,good,,", "records.required", 2),
        ("A,2025,good,one,\nA,2025,fair,two,", "records.duplicate-row", 3),
        ("L,2025,good,listed apart,", "scoring.decision-without-grade", 2),
    ],
)
def test_a_wrong_decision_is_refused_at_its_place(tmp_path: Path, line: str, code: str, row: int) -> None:
    book = (SPEC / "decisions" / "rulebook.yaml").read_text(encoding="utf-8")
    apart = book.replace("towns: {kind: town}", "towns: {kind: town}, apart: {kind: listed, graded: false}")
    (tmp_path / "rulebook.yaml").write_text(apart, encoding="utf-8")
    (tmp_path / "units.csv").write_text(
        "id,name,kind,score\nA,A,town,95\nB,B,town,85\nL,L,listed,80\n", encoding="utf-8"
    )
    (tmp_path / "decisions.csv").write_text(f"unit,period,grade,reason,document\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        shuping.score(shuping.read(tmp_path))
    found = [(problem.code, problem.place.file, problem.place.line) for problem in caught.value.problems]
    assert (code, "decisions.csv", row) in found
