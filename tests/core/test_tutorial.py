"""The tutorial, run from top to bottom in an empty folder: its commands, its Python, and the answers it shows."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(console|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHUPING = f"{sys.executable} -c 'from shuping.cli import main; main()'"


def blocks() -> Iterator[tuple[str, str, str | None]]:
    """Yield (kind, text, the answer shown right below it or None) of every block that is to be run."""
    found = [(match[1], match[2]) for match in BLOCK.finditer(TUTORIAL.read_text(encoding="utf-8"))]
    for (kind, text), (next_kind, answer) in zip(found, [*found[1:], ("", "")], strict=True):
        if kind != "text":
            yield kind, text, answer if next_kind == "text" else None


def run_console(text: str, folder: Path) -> str:
    """Run the commands of a block; a comment ``# exit code N`` says how one ends. Return what the last one said."""
    said = ""
    for line in text.splitlines():
        command, _, comment = line.removeprefix("$ ").partition("   # ")
        wanted = int(comment.removeprefix("exit code ") or 0)
        shell = f'shuping() {{ {SHUPING} "$@"; }}\n{command}'
        done = subprocess.run(["sh", "-c", shell], cwd=folder, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == wanted, said
    return said


def run_python(text: str, names: dict[str, Any]) -> str:
    """Run a block in the names of the blocks before it. Return what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text, str(TUTORIAL), "exec"), names)
    return printed.getvalue()


def plain(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def shown(said: str, answer: str) -> list[str]:
    """Return what was said, cut to the length of an answer that ends with ``…``."""
    lines, wanted = plain(said), plain(answer)
    return [*lines[: len(wanted) - 1], "…"] if wanted[-1] == "…" else lines


def test_the_tutorial_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, Any] = {"__name__": "tutorial"}
    found = list(blocks())
    for kind, text, answer in found:
        said = run_console(text, tmp_path) if kind == "console" else run_python(text, names)
        if answer is not None:
            assert shown(said, answer) == plain(answer)
    assert {kind for kind, _, answer in found if answer} == {"console", "python"}
    for folder in ("result", "from-python"):
        assert (tmp_path / folder / "report.html").stat().st_size > 10_000
