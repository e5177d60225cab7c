"""The page on intervals of ranks: its folder and session give what it shows; the reference lists what is written."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.cli import run
from shuping.scoring.result import STANDING_SCHEMA

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "howto" / "how-certain-is-a-rank.md"
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
    test = doctest.DocTestParser().get_doctest("\n".join(blocks("python")), {}, PAGE.name, str(PAGE), 0)
    assert doctest.DocTestRunner().run(test) == doctest.TestResults(failed=0, attempted=len(test.examples))
    assert len(test.examples) > 5


def test_the_command_of_the_page_writes_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (commands,) = blocks("console")
    arguments = commands.strip().removeprefix("$ shuping ").split()
    assert run(arguments, {"LANG": "en_GB.UTF-8", "COLUMNS": "100"}) == 0
    shown = capsys.readouterr().out
    (table,) = blocks("text")
    for line in table.strip().splitlines()[1:]:
        assert line in shown
    listed = re.findall(r"`([a-z_]+\.(?:csv|parquet|html|xlsx))`", TEXT.partition("## What comes out")[2])
    assert set(listed) - {"standing.csv"} == {path for path in listed if (Path("result") / path).is_file()}
    assert len(set(listed)) > 6


def test_the_reference_lists_every_file_and_column() -> None:
    page = (DOCS / "reference" / "folder.md").read_text(encoding="utf-8").partition("## The result folder")[2]
    shuping.write(shuping.score(shuping.read("towns")), "result", documents=False)
    for file in Path("result").iterdir():
        assert f"`{file.name}`" in page, file.name
    for name in ("uncertainty.csv", "places.csv", "grade_chances.csv", "ahead.csv"):
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        for column in set(pl.read_csv(Path("result") / name, infer_schema=False).columns):
            shared = column in ("period", "group", "unit", "kind")
            assert shared or f"`{re.sub(r'^(top|q)_.*', '', column)}" in row or column.startswith(("top_", "q_")), (
                column
            )
    standing = next(line for line in page.splitlines() if line.startswith("| `standing.csv`"))
    assert [column for column in STANDING_SCHEMA if f"`{column}`" not in standing] == []
