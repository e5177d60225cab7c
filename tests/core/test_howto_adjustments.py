"""The page on bonuses, deductions and vetoes: its rule book loads and scores as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import shuping
from shuping.errors import InputError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "bonuses-deductions-vetoes.md"


UNITS = "id,name,kind,work,listed_only\na,A,township,98,1\nb,B,township,95,0\n"
RECORDS = {
    "award": """unit,awarded,issued,matter,tier,document
a,2025-12-20,{issued},m,city_1,7
b,2025-05-01,2025-05-02,m,county,3
""",
    "lapse": """unit,date,kind,document
a,2025-03-01,meeting,1
b,2025-01-01,yellow,2
b,2025-02-01,yellow,2
b,2025-03-01,yellow,2
""",
    "weak_report": "unit,date,loss,reason\nb,2025-03-01,10,false\n",
}  # fmt: skip


def folder(path: Path, issued: str) -> Path:
    """Write the page's rule book with a few rows; a's award has its document on this day."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (path / "rulebook.yaml").write_text(text, encoding="utf-8")
    (path / "units.csv").write_text(UNITS, encoding="utf-8")
    (path / "records").mkdir()
    for name, lines in RECORDS.items():
        (path / "records" / f"{name}.csv").write_text(lines.replace("{issued}", issued), encoding="utf-8")
    return path


def test_the_rule_book_of_the_page_scores_as_the_page_says(tmp_path: Path) -> None:
    standing = shuping.score(shuping.read(folder(tmp_path, "2025-12-28"))).standing
    shown = {row["unit"]: (str(row["total"]), row["grade"], row["veto"]) for row in standing.iter_rows(named=True)}
    # a: 98 + 3 - 5 x 2. b: 95 + 1 - 1 (one pair of three cards) - 10 = 85; the veto takes no good from it.
    assert shown == {"a": ("91.00", "excellent", None), "b": ("85.00", "good", "false_report")}


def test_a_document_of_the_next_year_is_refused_by_a_rule_book_of_the_old_one(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        shuping.read(folder(tmp_path, "2026-01-08"))
    assert [(problem.place.line, problem.place.field) for problem in caught.value.problems] == [(2, "issued")]
