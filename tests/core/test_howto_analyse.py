"""The page on looking at a rule book with its data: its command runs and prints what it shows, its files are there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from shuping.cli import run

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "look-at-a-rule-book-with-its-data.md"
BLOCK = re.compile(r"^```(console|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples" / "county", tmp_path / "examples" / "county")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    text = PAGE.read_text(encoding="utf-8")
    blocks = dict(BLOCK.findall(text))
    assert run(shlex.split(blocks["console"].removeprefix("$ "))[1:], {"LANG": "en_GB.UTF-8"}) == 0
    printed = [" ".join(re.sub("[│┃]", " ", line).split()) for line in capsys.readouterr().out.splitlines()]
    for line in blocks["text"].splitlines():
        assert line.strip() in printed
    written = {file.name for file in Path("analysis").iterdir()}
    assert set(re.findall(r"`(\w+\.csv)`", text)) | {"analysis.html", "manifest.json"} == written
    exec(compile(blocks["python"], str(PAGE), "exec"), {})
    assert capsys.readouterr().out == "[0.9, 0.72, None]\n"
