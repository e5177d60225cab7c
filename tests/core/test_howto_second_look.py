"""The page on the second look: its files are read, its Python runs, its table names every check."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from shuping.screening.finding import NAMES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "second-look.md"
BOOK = """
format: 1
rulebook: meeting
version: "1"
title: Meeting
periods: ["2025"]
groups: {towns: {kind: town}}
panels: {jury: {items: {work: {points: 60}}, groups: {all: 1}}}
criteria: [{id: judged, points: 60, panel: {id: jury}}]
"""


def folder(path: Path) -> Path:
    """Write the page's two files below a small rule book and register."""
    (text,) = re.findall(r"```\n(marks/.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    name = ""
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        *first, cells = line.split(maxsplit=1) if not line.startswith(" ") else [line.strip()]
        name = first[0] if first else name
        lines.setdefault(name, []).append(cells)
    for file, rows in lines.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_text("\n".join(rows), encoding="utf-8")
    (path / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    (path / "units.csv").write_text("id,name,kind\nt01,A,town\nt02,B,town\n", encoding="utf-8")
    return path


def test_the_pages_files_and_python_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "ours")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(code, {})
    # one sheet, about a unit that is nobody's own: nothing could be said
    states = [line.split()[:2] for line in said.getvalue().splitlines()]
    assert states == [[name, "no_own_units" if name == "reciprocal" else "too_small"] for name in NAMES]


def test_the_page_and_the_limitations_say_what_matters() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for words in ("for the organiser alone", "worth a second look", "accuses nobody", "changes no score"):
        assert words in text
    limits = (PAGE.parents[1] / "limitations.md").read_text(encoding="utf-8")
    assert "similar taste is innocent" in limits
