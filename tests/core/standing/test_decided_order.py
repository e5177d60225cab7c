"""Ranks that a person decided: only among level units, each its own, with a place in the file where they are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import shuping
from shuping.errors import InputError

SPEC = Path(__file__).resolve().parents[2] / "spec" / "decided_ranks"
HEAD = "unit,period,grade,rank,reason,document\n"


def folder(tmp_path: Path, decisions: str, tiebreak: str = "[key, manual]") -> Path:
    """Return the worked case with other decisions and keys."""
    shutil.copy(SPEC / "units.csv", tmp_path / "units.csv")
    book = (
        (SPEC / "rulebook.yaml").read_text(encoding="utf-8").replace("tiebreak: [key, manual]", f"tiebreak: {tiebreak}")
    )
    (tmp_path / "rulebook.yaml").write_text(book, encoding="utf-8")
    (tmp_path / "decisions.csv").write_text(HEAD + decisions, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("decisions", "tiebreak", "code", "row", "words"),
    [
        ("A,2025,,1,why,\n", "[key, manual]", "decided-rank", 2, "1 to 3"),  # B and C are not put in order
        ("A,2025,,1,why,\nB,2025,,1,why,\nC,2025,,2,why,\n", "[key, manual]", "decided-rank", 2, "1 to 3"),
        ("D,2025,,1,why,\nE,2025,,5,why,\n", "[key, manual]", "decided-rank", 2, "4 to 5"),
        ("A,2025,,2,why,\nB,2025,,1,why,\nC,2025,,3,why,\n", "[key]", "decided-rank-not-asked", 2, "manual"),
        ("A,2025,,,why,\n", "[key, manual]", "nothing-decided", 2, "neither"),
        ("A,2025,,0,why,\n", "[key, manual]", "below-min", 2, "0"),
    ],
)
def test_a_wrong_decision_is_told_where_it_stands(
    tmp_path: Path, decisions: str, tiebreak: str, code: str, row: int, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        shuping.score(shuping.read(folder(tmp_path, decisions, tiebreak)))
    first = caught.value.problems[0]
    assert (first.code.partition(".")[2], first.place.file, first.place.line) == (code, "decisions.csv", row)
    assert words in first.message("en")
    assert first.message("zh") != first.message("en")


def test_the_rank_of_a_unit_without_one_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, "F,2025,,1,why,\n")
    with (path / "units.csv").open("a", encoding="utf-8") as units:
        units.write("F,F,town,,30\n")
    with pytest.raises(InputError) as caught:
        shuping.score(shuping.read(path))
    assert [problem.code for problem in caught.value.problems] == ["scoring.decided-rank-unranked"]


def test_every_document_says_that_the_order_was_decided(tmp_path: Path) -> None:
    result = shuping.score(shuping.read(SPEC))
    row = result.trace.filter((result.trace["unit"] == "B") & (result.trace["depth"] == 0)).to_dicts()[0]
    assert "order was decided" in row["place_en"]
    assert "Best record in the flood" in row["place_en"]
    assert "经决定排定" in row["place_zh"]
    shuping.write(result, tmp_path / "out")
    assert "Best record in the flood" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
