"""The page on ballots: its rule book and papers give the figures that the page works out by hand."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

import shuping
from shuping.rulebook.ballot_model import Abstention, Ballot, Overall, Quorum, Quota, RankPoints, VoidRules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "ballots.md"
TEXT = PAGE.read_text(encoding="utf-8")


def block(kind: str) -> str:
    """Return the only block of a kind on the page."""
    (found,) = re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def folder(base: Path) -> Path:
    """Write the folder of the page."""
    for name in ("ballots", "turnout"):
        (base / name).mkdir(parents=True)
    (base / "rulebook.yaml").write_text(block("yaml"), encoding="utf-8")
    (base / "units.csv").write_text("id,name,kind\na,A,bureau\nb,B,bureau\n", encoding="utf-8")
    (base / "ballots/review.csv").write_text(block("csv"), encoding="utf-8")
    (base / "turnout/review.csv").write_text(block("text"), encoding="utf-8")
    return base


def test_the_folder_of_the_page_scores_as_the_page_says(tmp_path: Path) -> None:
    result = shuping.score(shuping.read(folder(tmp_path)))
    points = {(row["unit"], row["criterion"]): str(row["points"]) for row in result.scores.iter_rows(named=True)}
    assert points["a", "opinion"] == "52.8000"
    assert points["a", "excellent_rate"] == "30.0000"
    # b: leaders (80 + 60)/2 = 70; staff (100 + 80)/2 = 90, paper 5 and 7 abstain: 82 of 100; 1 of 4 excellent
    assert points["b", "opinion"] == "49.2000"
    assert points["b", "excellent_rate"] == "20.0000"
    assert dict(result.standing.select("unit", "total").cast({"total": str}).iter_rows()) == {
        "a": "82.80",
        "b": "69.20",
    }


def test_the_session_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "with-a-ballot")
    monkeypatch.chdir(tmp_path)
    session = doctest.DocTestParser().get_doctest(block("python"), {}, "ballots.md", str(PAGE), 0)
    assert doctest.DocTestRunner().run(session) == doctest.TestResults(failed=0, attempted=len(session.examples))
    assert len(session.examples) > 5


def test_a_ballot_in_a_formula(tmp_path: Path) -> None:
    """The page's measures and criteria over AC2's papers: d has 17 of 51, f 19 of 60 basic or unfit."""
    case = Path(__file__).resolve().parents[1] / "spec" / "ac2_from_ballots"
    shutil.copytree(case / "ballots", tmp_path / "ballots")
    shutil.copy(case / "units.csv", tmp_path)
    whole = (case / "rulebook.yaml").read_text(encoding="utf-8")
    declared = whole[whole.index("ballots:") : whole.index("measures:")]
    head = "format: 1\nrulebook: page\nversion: '1'\ntitle: Page\nperiods: ['2025']\ngroups: {units: {kind: unit}}\n"
    (tmp_path / "rulebook.yaml").write_text(head + declared + block("yml"), encoding="utf-8")
    result = shuping.score(shuping.read(tmp_path))
    points = {
        row["unit"]: str(row["points"]) for row in result.scores.iter_rows(named=True) if row["criterion"] == "ballot"
    }
    assert (points["d"], points["f"]) == ("130.0000", "160.0000")


def test_the_page_names_every_key_and_setting() -> None:
    models = (Ballot, VoidRules, Quorum, Quota, Abstention, Overall, RankPoints)
    keys = {info.alias or name for model in models for name, info in model.model_fields.items()} - {
        "title",
        "how",
        "item",
    }
    words = {
        word
        for model in models
        for info in model.model_fields.values()
        for word in get_args(info.annotation)
        if isinstance(word, str)
    }
    assert [name for name in sorted(keys | words) if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", TEXT)] == []
