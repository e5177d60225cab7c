"""The page on other weights: its folder, its commands and its Python do what it says."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from shuping.cli import run

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "howto" / "what-if.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"\$ shuping (whatif[^\n]*)\n((?:(?!```).+\n)+)", PAGE)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the page's folder and go there."""
    (tmp_path / "ours").mkdir()
    for name, kind in (("rulebook.yaml", "yaml"), ("units.csv", "csv")):
        (text,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
        (tmp_path / "ours" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(function: object, *given: object) -> str:
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        assert function(*given) in (0, None)  # type: ignore[operator]
    return caught.getvalue()


def trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_prints_what_the_page_says(here: Path, command: str, printed: str) -> None:
    assert trimmed(said(run, shlex.split(command), {"COLUMNS": "80"})) == trimmed(printed)


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 2


def test_the_python_of_the_page(here: Path) -> None:
    """By hand: outreach 50, duty 50 x 3 / 8 = 18.75, view 31.25: qx 48 + 16.5 + 28.125 = 92.625."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    lines = said(exec, code, {}).splitlines()
    assert lines[0] == "qx 90.60 92.63 1 1"
    assert {tuple(line.split()[:2]) for line in lines[3:]} == {
        (criterion, what) for criterion in ("outreach", "duty", "view") for what in ("rank", "grade")
    }


def test_an_edge_shown_keeps_the_rank_and_one_beyond_does_not(here: Path) -> None:
    """The edges of the page, tried with the command that the page gives."""
    (low, high) = re.findall(r"Outreach +│ +20 │ ([\d.]+) – ([\d.]+)", PAGE)[0]
    for weight, rank in ((low, 1), (high, 1), (f"{float(low) - 0.001:.4f}", 2), (f"{float(high) + 0.001:.4f}", 2)):
        out = said(run, ["whatif", "ours", "--weight", f"outreach={weight}", "--out", f"{weight}.csv", "--quiet"], {})
        assert out == ""
        (row,) = [line for line in Path(f"{weight}.csv").read_text(encoding="utf-8").splitlines() if ",qx," in line]
        assert int(row.split(",")[9]) == rank, weight
