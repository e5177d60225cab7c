"""Records outside the time in which their unit exists are refused, each at its cell."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.errors import InputError

SPEC = Path(__file__).resolve().parents[2] / "spec" / "unit_validity"


def folder(tmp_path: Path, **files: str) -> Path:
    """Return the worked case with other files."""
    (tmp_path / "records").mkdir()
    for name in ("rulebook.yaml", "units.csv", "records/work.csv", "records/accident.csv"):
        text = files.get(Path(name).stem) or (SPEC / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    if "targets" in files:
        (tmp_path / "targets.csv").write_text(files["targets"], encoding="utf-8")
    return tmp_path


def test_a_record_before_its_unit_or_after_it_is_refused_where_it_stands(tmp_path: Path) -> None:
    accident = "unit,date\nC,2025-03-31\nC,2025-04-01\nE,2024-03-31\nE,2024-04-01\n"
    work = "unit,period,done\nA,2024,40\nE,2025,3\nC,2024,1\n"
    targets = "unit,period,measure,value\nD,2024,done,3\nA,2024,done,3\n"
    with pytest.raises(InputError) as caught:
        shuping.read(folder(tmp_path, accident=accident, work=work, targets=targets))
    found = [
        (problem.code, problem.place.file, problem.place.line, problem.place.field) for problem in caught.value.problems
    ]
    assert sorted(found) == [
        ("records.unit-not-valid", "records/accident.csv", 2, "date"),
        ("records.unit-not-valid", "records/accident.csv", 5, "date"),
        ("records.unit-not-valid", "records/work.csv", 3, "period"),
        ("records.unit-not-valid", "records/work.csv", 4, "period"),
        ("records.unit-not-valid", "targets.csv", 2, "period"),
    ]
    assert any("2025-04-01 …" in problem.message("en") for problem in caught.value.problems)
    assert all("存续期" in problem.message("zh") for problem in caught.value.problems)


def test_under_accept_valid_such_rows_are_set_aside(tmp_path: Path) -> None:
    accident = "unit,date\nC,2025-03-31\nC,2025-04-01\n"
    found = shuping.read(folder(tmp_path, accident=accident), accept="valid")
    assert [(row.row, [problem.code for problem in row.problems]) for row in found.rejected] == [
        (2, ["records.unit-not-valid"])
    ]


def test_a_unit_stands_in_no_table_of_a_period_without_it(tmp_path: Path) -> None:
    result = shuping.score(shuping.read(folder(tmp_path)))
    listed = {
        period: set(rows["unit"]) for (period,), rows in result.standing.partition_by("period", as_dict=True).items()
    }
    assert listed == {"2024": {"A", "B", "E"}, "2025": {"A", "B", "C"}}
    assert "D" not in set(result.trace["unit"])
    nobody = result.measures.filter((pl.col("unit") == "D") & (pl.col("measure") == "accidents"))
    assert set(nobody["missing"]) == {"not_valid"}


def test_a_folder_with_such_units_makes_all_its_documents(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    out = tmp_path / "out"
    shuping.write(shuping.score(shuping.read(folder(tmp_path))), out)
    assert (out / "report.html").is_file()
