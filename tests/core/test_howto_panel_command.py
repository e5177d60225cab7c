"""The page on count sheets, agreement and severity: its commands run, and print what the page shows."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shuping.cli import run

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "count-sheets-agreement-severity.md"
BLOCK = re.compile(r"^```(console|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], list[str]]:
    """Run a command line in an empty folder that holds the example; return its lines."""
    shutil.copytree(ROOT / "examples" / "review_meeting", tmp_path / "examples" / "review_meeting")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def lines(text: str) -> list[str]:
        capsys.readouterr()
        assert run(shlex.split(text)[1:], {"LANG": "en_GB.UTF-8"}) == 0
        return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    return lines


def test_the_page_shows_what_is_printed(
    command: Callable[[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    printed: list[str] = []
    compared = 0
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "console":
            for line in text.splitlines():
                printed = command(line.removeprefix("$ "))
        elif kind == "python":
            exec(compile(text, str(PAGE), "exec"), {})
            printed = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
        else:
            place = 0
            for line in (" ".join(line.split()) for line in text.splitlines() if line != "…"):
                place = printed.index(line, place) + 1  # in the page's order
                compared += 1
    assert compared > 25
    assert any("excellent" in line and "good" in line for line in printed), "explain shows counts per grade"
    written = {file.name for file in Path("meeting-2025").iterdir()}
    assert {"count-sheets.xlsx", "panel.html", "caterpillar.duty_report.units.svg"} <= written
