"""successors.csv: what cannot be meant is refused at its cell; what is meant is compared like with like."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.errors import InputError
from shuping.records import folder_from_frames

SPEC = Path(__file__).resolve().parents[2] / "spec" / "successors_merge_split"
HEAD = "from,to,period,share\n"


def folder(path: Path, rows: str) -> Path:
    shutil.copytree(SPEC, path / "f")
    (path / "f" / "successors.csv").write_text(HEAD + rows, encoding="utf-8")
    return path / "f"


@pytest.mark.parametrize(
    ("rows", "code", "line", "field"),
    [
        ("A,F,2025,1\n", "unknown-unit", 2, "to"),
        ("A,C,2025,0.6\nB,C,2025,half\n", "not-a-number", 3, "share"),
        ("A,C,2025,1.2\n", "successor-share", 2, "share"),
        ("A,C,2025,0.6\nB,C,2025,0.3\n", "successor-shares", 2, "share"),
        ("A,C,2025,\nB,C,2025,\n", "successor-shares", 2, "share"),
        ("A,C,2024,1\n", "successor-absent", 2, "to"),
        ("N,E,2025,1\n", "predecessor-new", 2, "from"),
        ("A,E,2025,1\nE,A,2024,1\n", "successor-circle", 2, "to"),
        ("D,E,2025,0.5\nD,E,2025,0.5\n", "duplicate-row", 3, None),
        ("A,C,next year,1\n", "not-a-period", 2, "period"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(
    tmp_path: Path, rows: str, code: str, line: int, field: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        shuping.read(folder(tmp_path, rows))
    found = [
        (problem.code, problem.place.file, problem.place.line, problem.place.field) for problem in caught.value.problems
    ]
    assert (f"records.{code}", "successors.csv", line, field) in found
    assert all(problem.message("zh") != problem.message("en") for problem in caught.value.problems)


def moves(result: shuping.Result) -> dict[str, tuple[object, ...]]:
    rows = result.standing.filter(pl.col("period") == "2025")
    return {
        row[0]: row[1:] for row in rows.select("unit", "previous_total", "previous_rank", "rank_change").iter_rows()
    }


def test_an_earlier_result_is_restated_as_an_earlier_period_is(tmp_path: Path) -> None:
    read = shuping.read(SPEC)
    together = moves(shuping.score(read))
    shuping.write(shuping.score(read, "2024"), tmp_path / "r24", documents=False)
    assert moves(shuping.score(read, "2025", previous=tmp_path / "r24")) == together


def test_the_order_of_the_table_changes_nothing(tmp_path: Path) -> None:
    rows = (SPEC / "successors.csv").read_text(encoding="utf-8").splitlines()[1:]
    again = folder(tmp_path, "\n".join(reversed(rows)) + "\n")
    assert moves(shuping.score(shuping.read(again))) == moves(shuping.score(shuping.read(SPEC)))


def test_without_the_table_a_new_unit_has_no_earlier_total(tmp_path: Path) -> None:
    whole = folder(tmp_path, "")
    (whole / "successors.csv").unlink()
    result = shuping.score(shuping.read(whole))
    assert moves(result)["C"] == (None, None, None)
    assert result.standing["previous_note"].null_count() == result.standing.height


def test_a_unit_that_takes_another_in_goes_on(tmp_path: Path) -> None:
    """E took D in: 3/4 of 90 and 1/4 of 70 are 85."""
    found = moves(shuping.score(shuping.read(folder(tmp_path, "E,E,2025,0.75\nD,E,2025,0.25\n"))))
    assert str(found["E"][0]) == "85.00"


def test_a_missing_part_leaves_the_whole_without_a_figure(tmp_path: Path) -> None:
    whole = folder(tmp_path, "A,C,2025,0.6\nB,C,2025,0.4\n")
    file = whole / "records" / "figure.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("B,2024,60\n", ""), encoding="utf-8")
    assert moves(shuping.score(shuping.read(whole)))["C"] == (None, None, None)


def test_successors_given_as_a_frame_are_those_of_the_file() -> None:
    read = shuping.read(SPEC)
    units = pl.read_csv(SPEC / "units.csv", infer_schema=False)
    records = {file.stem: pl.read_csv(file, infer_schema=False) for file in sorted((SPEC / "records").glob("*.csv"))}
    successors = pl.read_csv(SPEC / "successors.csv", infer_schema=False)
    given = folder_from_frames(read.rulebook, units, records, successors=successors)
    assert moves(shuping.score(given)) == moves(shuping.score(read))
    assert moves(shuping.score(folder_from_frames(read.rulebook, units, records))) != moves(shuping.score(read))
