"""The page on what drives the ranks: its folder and its session give what the page shows."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from shuping.cli import run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "what-drives-the-ranks.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the page, in the directory that its commands run in."""
    (tmp_path / "towns").mkdir()
    (tmp_path / "towns" / "rulebook.yaml").write_text(*blocks("yaml"), encoding="utf-8")
    (tmp_path / "towns" / "units.csv").write_text(*blocks("csv"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_the_session_of_the_page_runs() -> None:
    session = "\n".join(blocks("python"))
    test = doctest.DocTestParser().get_doctest(session, {}, PAGE.name, str(PAGE), 0)
    assert doctest.DocTestRunner().run(test) == doctest.TestResults(failed=0, attempted=len(test.examples))
    assert len(test.examples) > 8


def test_the_commands_of_the_page_run(capsys: pytest.CaptureFixture[str]) -> None:
    (commands,) = blocks("console")
    for line in commands.strip().splitlines():
        program, *arguments = line.removeprefix("$ ").split()
        assert program == "shuping"
        assert run(arguments, {"LANG": "en_GB.UTF-8"}) == 0
    shown = capsys.readouterr().out
    assert "Ash – Birch · 2025" in shown
    assert "+8.97" in shown
