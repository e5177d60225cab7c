"""shuping trend: a result and its folder say the same, in both languages, as a table, CSV and JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.cli import run
from shuping.errors import InputError, OutputError
from shuping.trending import trends, write_trends

SPECS = Path(__file__).resolve().parents[2] / "spec"
MERGED = SPECS / "successors_merge_split"


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """Four years of three units, one rising by two a year, one going nowhere, one new in the last year."""
    folder = tmp_path / "years"
    shutil.copytree(MERGED, folder)
    (folder / "successors.csv").unlink()
    book = (folder / "rulebook.yaml").read_text(encoding="utf-8").replace('["2024", "2025"]', '["2022..2025"]')
    (folder / "rulebook.yaml").write_text(book, encoding="utf-8")
    (folder / "units.csv").write_text("id,name,name_en,kind\nA,甲,A,town\nB,乙,B,town\nN,新,N,town\n", encoding="utf-8")
    figures = {"A": [60, 62, 64, 66], "B": [50, 55, 49, 52], "N": [None, None, None, 40]}
    rows = [
        f"{unit},{2022 + place},{value}"
        for unit, values in figures.items()
        for place, value in enumerate(values)
        if value is not None
    ]
    (folder / "records" / "figure.csv").write_text("unit,period,score\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def totals(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {row["unit"]: row for row in frame.filter(pl.col("kind") == "total").iter_rows(named=True)}


def test_a_result_and_its_folder_say_the_same(years: Path, tmp_path: Path) -> None:
    of_folder = trends(years)
    shuping.write(shuping.score(shuping.read(years)), tmp_path / "result", documents=False)
    assert trends(tmp_path / "result").equals(of_folder)
    found = totals(of_folder)
    assert (found["A"]["slope"], found["A"]["verdict"]) == (2.0, "up")
    assert (found["B"]["slope"], found["B"]["verdict"]) == (0.0, "none")  # (-3 x 50 - 55 + 49 + 3 x 52) / 10
    assert (found["N"]["points"], found["N"]["verdict"]) == (1, "too_few")
    assert set(of_folder["kind"]) == {"total", "criterion", "measure"}


def test_units_that_merged_or_split_have_the_series_of_those_before_them() -> None:
    """C: 0.6 x 80 + 0.4 x 60 = 72, then 85; D2: 70 of D, then 66; N has nobody before it."""
    found = totals(trends(MERGED))
    assert {unit: (row["first"], row["last"], row["restated"]) for unit, row in found.items()} == {
        "C": (72, 85, True), "D1": (70, 88, True), "D2": (70, 66, True), "E": (90, 86, False), "N": (95, 95, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("no distinguishable trend", "too few points")), ("zh", ("看不出趋势", "期数太少"))]
)
def test_the_command_says_so(
    years: Path, lang: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["trend", str(years), "--lang", lang], {}) == 0
    told = capsys.readouterr().out
    for word in words:
        assert word in told


def test_as_csv_and_as_json(years: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "trends.csv"
    assert run(["trend", str(years), "--out", str(out), "--json"], {}) == 0
    told = json.loads(capsys.readouterr().out)["trends"]
    assert len(told) == pl.read_csv(out).height == trends(years).height
    first = out.read_bytes()
    assert run(["trend", str(years), "--out", str(out), "--force", "--quiet"], {}) == 0
    assert out.read_bytes() == first
    with pytest.raises(OutputError):
        write_trends(trends(years), out)


def test_what_cannot_be_meant(years: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        trends(years, level=95)
    assert [problem.code for problem in caught.value.problems] == ["scoring.trend-level"]
    shuping.write(shuping.score(shuping.read(years), "2025"), tmp_path / "one", documents=False)
    with pytest.raises(InputError) as caught:
        trends(tmp_path / "one")
    (problem,) = caught.value.problems
    assert problem.code == "scoring.trend-one-period"
    assert problem.message("zh") != problem.message("en")
