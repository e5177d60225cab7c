"""A ballot in trace and explanation: counts per grade and group, conditions that fail, periods; never a paper."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.panels.ballot_words import written
from shuping.rulebook.ballot_model import Ballot, BallotSource

SPECS = Path(__file__).resolve().parents[2] / "spec"


def row_of(case: str, criterion: str, reading: str = "", unit: str = "u") -> dict[str, object]:
    """Return a criterion's row of the trace of a worked case."""
    book = SPECS / case / (f"rulebook.{reading}.yaml" if reading else "rulebook.yaml")
    trace = shuping.score(shuping.read(SPECS / case, rulebook=book)).trace
    (row,) = trace.filter((pl.col("criterion") == criterion) & (pl.col("unit") == unit)).to_dicts()
    return row


def test_counts_per_grade_and_group_and_how_they_are_put_together() -> None:
    row = row_of("ac5_ballot", "opinion")
    assert row["kind"] == "ballot"
    assert row["source_title_en"] == "Annual ballot"
    assert row["formula"] == "0.4 × A + 0.3 × B + 0.3 × C"
    assert row["parts"] == (
        "A × 0.4: 90 = [excellent 5, good 2, fair 1, poor 0 / 8]; "
        "B × 0.3: 88.8 = [excellent 15, good 7, fair 2, poor 1 / 25]; "
        "C × 0.3: 87.6 = [excellent 28, good 15, fair 5, poor 2 / 50]; "
        "0.4 × 90 + 0.3 × 88.8 + 0.3 × 87.6 = 88.92"
    )
    assert (row["records"], row["files"]) == (83, "ballots/review.csv; turnout/review.csv")


def test_a_group_without_quorum_says_the_condition_it_fails() -> None:
    parts = str(row_of("ac5_no_quorum", "opinion")["parts"])
    assert "B × 0.3: ∅ (19 / 30 < 2/3)" in parts
    assert parts.endswith("(0.4 × 90 + 0.3 × 87.6) / 0.7 = 88.9714")
    missing = row_of("ac5_no_quorum", "opinion", "revote")
    assert (missing["missing"], missing["value"]) == ("no_quorum", None)


def test_more_returned_than_issued_is_said_in_figures() -> None:
    assert "A × 0.5: ∅ (4 > 3)" in str(row_of("ballot_over_issued", "opinion")["parts"])


def test_a_small_group_is_not_shown() -> None:
    assert "A × 0.5: ∅ (n < 8)" in str(row_of("ballot_too_few", "opinion")["parts"])
    assert row_of("ballot_too_few", "opinion", "hidden")["parts"] == "A × 0.5: ··· (n < 8); B × 0.5: ··· (n < 8)"


def test_a_share_is_a_percentage() -> None:
    row = row_of("ballot_share", "rate")
    assert (row["value"], row["formula"]) == ("66%", "(excellent) / n")


@pytest.mark.parametrize(
    ("output", "formula"),
    [
        ({"output": "borda"}, "borda: 0.4 × A + 0.6 × B"),
        ({"output": "pairwise"}, "pairwise(0.4 × A + 0.6 × B)"),
        ({"output": "item", "item": "plan"}, "points(plan): 0.4 × A + 0.6 × B"),
        ({"output": "share", "options": ["a", "b"], "over": "groups"}, "share(a, b): 0.4 × A + 0.6 × B"),
    ],
)
def test_formulas_of_outputs(output: dict[str, object], formula: str) -> None:
    ballot = Ballot.model_validate({"options": {"a": "1", "b": "0"}, "groups": {"A": "0.4", "B": "0.6"}})
    assert written(ballot, BallotSource.model_validate({"id": "x", **output})) == formula


def test_a_ballot_of_each_quarter(tmp_path: Path) -> None:
    """First quarter 100, third quarter 60: the mean of the quarters that there are is 80 of 100."""
    shutil.copy(SPECS / "ac5_ballot" / "units.csv", tmp_path)
    (tmp_path / "rulebook.yaml").write_text(
        """format: 1
rulebook: quarterly
version: "1"
title: Quarterly
periods: ["2025"]
groups: {units: {kind: unit}}
ballots:
  review: {options: {good: 100, fair: 60}, groups: {A: 1}, min_valid: 1}
criteria:
  - {id: opinion, points: 100, each: quarter, ballot: {id: review}}
""",
        encoding="utf-8",
    )
    (tmp_path / "ballots").mkdir()
    rows = "ballot,group,unit,mark,period\n1,A,u,good,2025-Q1\n1,A,u,fair,2025-Q3\n"
    (tmp_path / "ballots/review.csv").write_text(rows, encoding="utf-8")
    result = shuping.score(shuping.read(tmp_path))
    assert str(result.standing["total"][0]) == "80.00"


def test_nothing_of_a_result_names_a_paper(tmp_path: Path) -> None:
    """Codes of ballots stand in the input alone: not in a table, a document or the manifest of the result."""
    case = tmp_path / "case"
    shutil.copytree(SPECS / "ac5_ballot", case)
    file = case / "ballots/review.csv"
    text = file.read_text(encoding="utf-8")
    lines = [line if line.startswith("ballot,") else f"code-{line}" for line in text.splitlines()]
    file.write_text("\n".join(lines), encoding="utf-8")
    result = shuping.score(shuping.read(case))
    result.write(tmp_path / "out", documents=False)
    held = [path for path in sorted((tmp_path / "out").rglob("*")) if path.is_file() and b"code-" in path.read_bytes()]
    assert held == []
    assert not result.trace.select(pl.any_horizontal(pl.col(pl.String).str.contains("code-")).any()).item()
