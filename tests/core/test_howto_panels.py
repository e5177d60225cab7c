"""The page on panels: its rule book and marks give the figures that the page works out by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import shuping
from shuping.rulebook.panel_model import Panel, PanelItem, Trim

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "panels.md"
TEXT = PAGE.read_text(encoding="utf-8")


def block(kind: str) -> str:
    """Return the only block of a kind on the page."""
    (found,) = re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def folder(base: Path) -> Path:
    """Write the folder of the page."""
    for name, kind in (("marks", "csv"), ("reviewers", "text")):
        (base / name).mkdir(parents=True)
        (base / name / "duty.csv").write_text(block(kind), encoding="utf-8")
    (base / "rulebook.yaml").write_text(block("yaml"), encoding="utf-8")
    (base / "units.csv").write_text("id,name,kind\na,A,bureau\n", encoding="utf-8")
    return base


def test_the_folder_of_the_page_scores_as_the_page_says(tmp_path: Path) -> None:
    result = shuping.score(shuping.read(folder(tmp_path)))
    row = result.trace.filter(result.trace["criterion"] == "duty").row(0, named=True)
    assert row["points"] == "84.0000"
    assert row["parts"] == "leaders × 0.4: 90 (n = 1); peers × 0.6: 80 (n = 4)"
    assert row["prepared_en"].startswith("2 marks dropped at the ends; 1 absent; 1 left out for a blank item; 1 stood")


def test_what_the_page_says_is_refused_is_refused(tmp_path: Path) -> None:
    base = folder(tmp_path)
    marks = base / "marks" / "duty.csv"
    wrong = block("csv").replace("59,finished a year early", "59,").replace("plan,20", "plan,9")
    marks.write_text(wrong, encoding="utf-8")
    with pytest.raises(shuping.InputError) as caught:
        shuping.read(base)
    assert [(one.code, one.place.line) for one in caught.value.problems] == [
        ("records.mark-needs-reason", 2),
        ("records.mark-below-item", 9),
    ]


def test_the_page_names_every_setting() -> None:
    left = {"title", "items", "groups", "group_titles", "base", "factor", "listed", "severity"}
    names = [*Panel.model_fields, *PanelItem.model_fields, *Trim.model_fields]
    assert [name for name in names if name not in left and f"`{name}`" not in TEXT and f"{name}:" not in TEXT] == []
