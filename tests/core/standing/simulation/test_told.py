"""What was simulated on its way out: the place sentence of an explanation, the files of a result folder, read back."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.archive.folder import open_result
from shuping.archive.uncertainty import FILES
from shuping.errors import InputError
from shuping.standing.place_words import with_intervals_in_words

BOOK = """format: 1
rulebook: towns
version: "1"
title: {zh: 乡镇, en: Towns}
periods: ["2025"]
groups: {towns: {kind: town}}
measures: {m: {value: unit.m}, n: {value: unit.n}}
criteria:
  - {id: a, points: 60, measure: m, method: {minmax: {floor: 0.2}}}
  - {id: b, points: 40, measure: n, method: {minmax: {floor: 0.2}}}
grades: {good: {min: 70}, fair: {}}
uncertainty: {draws: 200, top: [1, 2], quantiles: [0.25], vary: {measures: {m: {sd: 6}}, weights: 0.4}}
"""
UNITS = "id,name,kind,m,n\na,Ash,town,40,9\nb,Birch,town,44,8\nc,Cedar,town,60,7\nd,Dogwood,town,47,5\n"


@pytest.fixture
def result(tmp_path: Path) -> shuping.Result:
    (tmp_path / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    return shuping.score(shuping.read(tmp_path))


def test_an_explanation_says_the_interval_behind_the_rank(result: shuping.Result) -> None:
    ranks = result.uncertainty.ranks.filter(pl.col("kind") == "sampling")
    assert ranks.filter(pl.col("low") < pl.col("high")).height > 1
    for row in ranks.iter_rows(named=True):
        rank, low, high = row["rank"], row["low"], row["high"]
        assert f"rank {rank} ({low} to {high}); " in result.explain(row["unit"]).text("en")
        assert f"第{rank}名（{low}至{high}）；" in result.explain(row["unit"]).text("zh")
    standing = result.standing.select("unit", "rank_low", "rank_high", "band").sort("unit")
    assert standing.rows() == ranks.select("unit", "low", "high", "band").sort("unit").rows()


def test_what_stands_behind_the_rank_stays_and_other_rows_too() -> None:
    trace = pl.DataFrame(
        {
            "period": ["2025"] * 4, "unit": ["a", "a", "b", "c"], "depth": [0, 1, 0, 0],
            "place_zh": ["第12名（并列）；良好", None, None, "第1名"],
            "place_en": ["rank 12 (shared); Good", None, None, "rank 1"],
        }
    )  # fmt: skip
    ranks = pl.DataFrame(
        {"period": ["2025"] * 3, "unit": ["a", "b", "c"], "kind": ["sampling", "sampling", "choices"],
         "rank": [12, 3, 1], "low": [9, 3, 1], "high": [13, 3, 4]}
    )  # fmt: skip
    told = with_intervals_in_words(trace, ranks)
    assert told["place_en"].to_list() == ["rank 12 (9 to 13) (shared); Good", None, None, "rank 1"]
    assert told["place_zh"].to_list() == ["第12名（9至13）（并列）；良好", None, None, "第1名"]
    assert told.columns == trace.columns


def test_the_folder_holds_every_frame_and_gives_it_back(result: shuping.Result, tmp_path: Path) -> None:
    shuping.write(result, tmp_path / "out", documents=False)
    assert {path.name for path in (tmp_path / "out").iterdir()} >= set(FILES)
    stored, given = open_result(tmp_path / "out").uncertainty, result.uncertainty
    for name in ("ranks", "places", "grades", "pairs", "replicates"):
        found, frame = getattr(stored, name), getattr(given, name)
        assert found.schema == frame.schema, name
        rounded = frame.with_columns(pl.selectors.float().round(6)) if name != "replicates" else frame
        assert found.equals(rounded), name
    assert open_result(tmp_path / "out").explain("a").text("en") == result.explain("a").text("en")


@pytest.mark.parametrize("name", FILES)
def test_a_frame_that_was_changed_is_noticed(result: shuping.Result, tmp_path: Path, name: str) -> None:
    shuping.write(result, tmp_path / "out", documents=False)
    with (tmp_path / "out" / name).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(InputError) as caught:
        open_result(tmp_path / "out")
    assert [(problem.code, problem.params["file"]) for problem in caught.value.problems] == [("archive.changed", name)]


def test_without_simulation_there_is_no_file_and_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "rulebook.yaml").write_text(BOOK.replace("draws: 200", "enabled: false"), encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    result = shuping.score(shuping.read(tmp_path))
    shuping.write(result, tmp_path / "out", documents=False)
    assert not {path.name for path in (tmp_path / "out").iterdir()} & set(FILES)
    assert not open_result(tmp_path / "out").uncertainty
    assert " to " not in result.explain("a").text("en").partition("Rank")[2].partition("\n")[0]
