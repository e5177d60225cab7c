"""``joins`` in sources.yaml: a second file's columns beside the rows that agree with it, and what does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from shuping.errors import InputError
from tests.core.records.test_foreign import folder, rows

SOURCES = """
datasets:
  values:
    path: facts.csv
    joins: [{{path: places.csv, on: {{place: code}}, columns: {columns}{more}}}]
    keep: [{{column: kind, equals: town}}]
    columns: {{unit: town, period: year, x: amount}}
"""
FACTS = "place,year,amount\n7,2024,1.5\n9,2024,3\n7,2025,2\n"
PLACES = "code,town,kind\n9,t2,town\n7,t1,town\n8,t3,town\n"


def sources(columns: str = "[town, kind]", more: str = "") -> str:
    return SOURCES.format(columns=columns, more=more)


def problems(
    base: Path, text: str, facts: str = FACTS, places: str = PLACES
) -> list[tuple[str, str | None, int | None]]:
    with pytest.raises(InputError) as caught:
        folder(base, text, {"facts.csv": facts, "places.csv": places})
    for problem in caught.value.problems:
        assert problem.message("zh") != problem.message("en")
        assert "{columns}" not in problem.message("zh")
    return [(problem.code, problem.place.file, problem.place.line) for problem in caught.value.problems]


def test_columns_of_a_second_file(tmp_path: Path) -> None:
    found = folder(tmp_path, sources(), {"facts.csv": FACTS, "places.csv": PLACES})
    assert [(unit, period, float(x), row) for unit, period, x, row in rows(found, "unit", "period", "x", "_row")] == [
        ("t1", "2024", 1.5, 2),
        ("t2", "2024", 3, 3),
        ("t1", "2025", 2, 4),
    ]
    assert {"facts.csv", "places.csv"} <= {file.path for file in found.inputs}


def test_renamed_columns_and_rows_without_a_partner(tmp_path: Path) -> None:
    facts = FACTS + "5,2025,8\n"
    assert problems(tmp_path, sources(), facts) == [("records.join-unmatched", "facts.csv", 5)]
    named = sources("{town: town, kind: kind}", ", unmatched: drop")
    assert len(rows(folder(tmp_path, named, {"facts.csv": facts, "places.csv": PLACES}), "unit")) == 3
    kept = sources(more=", unmatched: keep").replace("keep: [{column: kind, equals: town}]", "values: {}")
    assert problems(tmp_path / "kept", kept, facts) == [("records.required", "facts.csv", 5)]


def test_a_key_that_stands_twice_would_double_rows(tmp_path: Path) -> None:
    assert problems(tmp_path, sources(), places=PLACES + "7,t3,town\n") == [("records.join-twice", "places.csv", 5)]


def test_columns_that_do_not_fit(tmp_path: Path) -> None:
    found = problems(tmp_path, sources("[town, knd]"))
    assert ("records.unknown-foreign-column", "sources.yaml", 5) in found
    taken = sources("{amount: town, kind: kind}")
    assert problems(tmp_path / "b", taken)[0] == ("records.join-column-taken", "sources.yaml", 5)
    lost = sources().replace("place: code", "plase: code")
    assert problems(tmp_path / "c", lost) == [("records.unknown-foreign-column", "sources.yaml", 5)]


def test_several_columns_in_one_cell(tmp_path: Path) -> None:
    text = """
units:
  path: units_in.csv
  columns: {id: code, name: {of: [town, street], by: ", "}, kind: {value: town}}
"""
    found = folder(tmp_path, text, {"units_in.csv": "code,town,street\na,Hill,North\n"})
    assert found.register["a"].name == "Hill, North"
    wrong = text.replace("street]", "stret]")
    with pytest.raises(InputError, match="stret"):
        folder(tmp_path / "b", wrong, {"units_in.csv": "code,town,street\na,Hill,North\n"})
