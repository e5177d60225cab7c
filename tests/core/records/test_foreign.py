"""sources.yaml: foreign files mapped to our tables, and what it says when a map does not fit."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shuping.errors import InputError
from shuping.records import Folder, read_folder, read_units
from shuping.rulebook.model import Rulebook
from tests.core.records.small_folder import UNITS, rulebook

NUMBER = {"type": "number", "places": "6", "required": "false"}


def book(period: str = "year", **fields: Any) -> Rulebook:
    return rulebook(datasets={"values": {"period": period, "fields": fields or {"x": NUMBER, "y": NUMBER}}})


def folder(
    base: Path, sources: str, files: dict[str, str | bytes], rules: Rulebook | None = None, **options: Any
) -> Folder:
    """Write sources.yaml, the foreign files, and units.csv unless the sources bring the units."""
    every: dict[str, str | bytes] = {"sources.yaml": sources, **files}
    if not sources.startswith("units:"):
        every["units.csv"] = UNITS
    for name, content in every.items():
        target = base / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_folder(base, rules or book(), **options)


def rows(found: Folder, *columns: str) -> list[tuple[Any, ...]]:
    return found.datasets["values"].frame.select(columns).rows()


def test_columns_constants_missing_marks_separators_and_renames(tmp_path: Path) -> None:
    sources = """
datasets:
  values:
    path: data/in.txt
    format: csv
    encoding: cp1252
    delimiter: ";"
    missing: ["-", ".."]
    thousands: ","
    keep: [{column: Kind, in: [a, b]}, {column: Year, not_in: ["2023"]}]
    values: {unit: {"Altstätten": t1, Neu: t2}}
    columns: {unit: Place, period: Year, x: Amount, y: {value: "1.5"}}
"""
    content = (
        "Place;Year;Kind;Amount\nAltstätten;2024;a;1,234.5\nNeu;2024;b;-\nNeu;2025;b; ..\nNeu;2023;b;7\nNeu;2025;c;9\n"
    )
    found = folder(tmp_path, sources, {"data/in.txt": content.encode("cp1252")})
    half = Decimal("1.5")
    assert rows(found, "unit", "period", "x", "y", "_row") == [
        ("t1", "2024", Decimal("1234.5"), half, 2),
        ("t2", "2024", None, half, 3),
        ("t2", "2025", None, half, 4),
    ]
    assert [(file.path, file.rows) for file in found.inputs] == [
        ("data/in.txt", 3),
        ("sources.yaml", 0),
        ("units.csv", 6),
    ]


@pytest.mark.parametrize(
    ("kind", "form", "cell", "period"),
    [
        ("quarter", "Q%q %Y", "Q1 2024", "2024-Q1"),
        ("month", "%Y%m", "202403", "2024-03"),
        ("week", "week %V of %Y", "week 3 of 2025", "2025-W03"),
        ("day", "%d.%m.%Y", "5.1.2025", "2025-01-05"),
        ("year", "FY%Y", "FY2025", "2025"),
    ],
)
def test_period_formats(kind: str, form: str, cell: str, period: str, tmp_path: Path) -> None:
    map_ = f"path: in.csv, formats: {{period: '{form}'}}, columns: {{unit: u, period: p, x: v}}"
    sources = f"datasets: {{values: {{{map_}}}}}\n"
    found = folder(tmp_path, sources, {"in.csv": f"u,p,v\nt1,{cell},1\n"}, book(kind, x=NUMBER))
    assert rows(found, "period") == [(period,)]


def test_a_cell_that_does_not_fit_its_format_is_refused_as_it_stands(tmp_path: Path) -> None:
    map_ = "path: in.csv, formats: {period: 'FY%Y'}, columns: {unit: u, period: p, x: v}"
    sources = f"datasets: {{values: {{{map_}}}}}\n"
    with pytest.raises(InputError) as caught:
        folder(tmp_path, sources, {"in.csv": "u,p,v\nt1,FY2025,1\nt1,Jahr 25,1\nt1,2025,3\n"})
    (problem,) = caught.value.problems
    assert problem.show("en").startswith("in.csv:3 [p]: “Jahr 25” is not a period")


def test_wide_becomes_long_with_several_fields_at_once(tmp_path: Path) -> None:
    sources = r"""
datasets:
  values:
    path: in.csv
    columns: {unit: u, period: period}
    wide: {x: 'x_(?P<period>\d{4})', y: 'why (?P<period>\d{4})'}
"""
    content = "u,x_2024,x_2025,why 2024,why 2025,other\nt1,1,2,3,,9\nt2,,,,,9\nt2,,5,6,,9\n"
    assert rows(folder(tmp_path, sources, {"in.csv": content}), "unit", "period", "x", "y", "_row") == [
        ("t1", "2024", Decimal(1), Decimal(3), 2),
        ("t1", "2025", Decimal(2), None, 2),
        ("t2", "2024", None, Decimal(6), 4),
        ("t2", "2025", Decimal(5), None, 4),
    ]


def test_long_becomes_wide(tmp_path: Path) -> None:
    sources = """
datasets:
  values:
    path: in.csv
    columns: {unit: u, period: p}
    pivot: {name: what, value: v, fields: {x: ex, y: why}}
"""
    content = "what,u,p,v\nex,t1,2024,1\nwhy,t2,2024,2\nwhy,t1,2024,3\n"
    assert rows(folder(tmp_path, sources, {"in.csv": content}), "unit", "x", "y") == [
        ("t1", Decimal(1), Decimal(3)),
        ("t2", None, Decimal(2)),
    ]
    with pytest.raises(InputError) as caught:
        folder(tmp_path, sources, {"in.csv": content + "ex,t1,2024,1\nzed,t1,2024,1\n"})
    assert [(problem.code, problem.place.line) for problem in caught.value.problems] == [
        ("records.pivot-unknown", 6),
        ("records.duplicate-row", 5),
    ]


def test_units_come_from_a_foreign_file_each_once_and_join_units_csv(tmp_path: Path) -> None:
    sources = """units:
  path: in.csv
  columns: {id: code, name: name, kind: {value: country}, parent: {value: world}, area: area}
datasets:
  values: {path: in.csv, columns: {unit: code, period: year, x: v}}
"""
    own = "id,name,kind\nworld,World,world\n"
    content = "code,name,area,year,v\nA,Aland,10,2024,1\nB,Beland,,2024,2\nA,Aland,10,2025,3\n"
    found = folder(tmp_path, sources, {"in.csv": content, "units.csv": own})
    assert {unit.id: unit.parent for unit in found.register} == {"A": "world", "B": "world", "world": None}
    assert found.register.number("A", "area") == 10
    assert rows(found, "unit", "x") == [("A", Decimal(1)), ("B", Decimal(2)), ("A", Decimal(3))]
    assert [unit.id for unit in read_units(tmp_path, book())] == ["A", "B", "world"]
    with pytest.raises(InputError, match="the rows of unit “A” differ"):
        folder(tmp_path, sources, {"in.csv": content.replace("10,2025", "11,2025"), "units.csv": own})


def test_repeated_headings_are_told_apart_by_number(tmp_path: Path) -> None:
    sources = "datasets:\n  values: {path: in.csv, columns: {unit: u, period: p, x: Total, y: Total (2)}}\n"
    found = folder(tmp_path, sources, {"in.csv": "u,p,Total,Total\nt1,2024,1,2\n"})
    assert rows(found, "x", "y") == [(Decimal(1), Decimal(2))]


def test_a_table_takes_several_sources_and_its_own_file(tmp_path: Path) -> None:
    sources = """
datasets:
  values:
    - {path: a.csv, columns: {unit: u, period: {value: "2024"}, x: v}}
    - {path: b.csv, columns: {unit: u, period: {value: "2025"}, x: v}}
targets: {path: a.csv, columns: {unit: u, period: {value: "2024"}, measure: {value: m}, value: v}}
"""
    rules = rulebook(
        datasets={"values": {"period": "year", "fields": {"x": NUMBER}}},
        measures={"m": {"from": "values", "value": "sum(x)"}},
    )
    files: dict[str, str | bytes] = {
        "a.csv": "u,v\nt1,1\n",
        "b.csv": "u,v\nt1,2\n",
        "records/values.csv": "unit,period,x\nt2,2024,3\n",
    }
    found = folder(tmp_path, sources, files, rules)
    assert rows(found, "unit", "period", "x") == [
        ("t2", "2024", Decimal(3)),
        ("t1", "2024", Decimal(1)),
        ("t1", "2025", Decimal(2)),
    ]
    assert found.targets is not None
    assert found.targets.frame["value"].to_list() == ["1"]


def test_settings_fill_paths_and_stay_out_of_the_account_of_inputs(tmp_path: Path) -> None:
    sources = "datasets:\n  values: {path: '${PLACE}/in.csv', columns: {unit: u, period: p, x: v}}\n"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "in.csv").write_text("u,p,v\nt1,2024,1\n", encoding="utf-8")
    found = folder(tmp_path / "folder", sources, {}, settings={"PLACE": str(elsewhere)})
    assert [file.path for file in found.inputs] == ["${PLACE}/in.csv", "sources.yaml", "units.csv"]
    with pytest.raises(InputError) as caught:
        folder(tmp_path / "folder", sources, {})
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file, problem.place.line) == ("records.setting-unknown", "sources.yaml", 2)
    assert problem.message("en") == (
        "the path names ${PLACE}, which has no value; give it with --set PLACE=… or as an environment variable"
    )


GOOD = "columns: {unit: u, period: p, x: v}\n"


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("colums: {unit: u}", "rulebook.unknown-key", 4),
        ("columns: {unit: you, period: p, x: v}", "records.unknown-foreign-column", 4),
        (GOOD + "    keep: [{column: z, equals: a}]", "records.unknown-foreign-column", 5),
        (GOOD + "    keep: [{column: u}]", "records.source-keep", 5),
        (GOOD + "    keep: [{column: u, matches: '('}]", "records.source-pattern", 5),
        (GOOD + "    delimiter: '::'", "records.source-delimiter", 5),
        (GOOD + "    thousands: x", "records.source-thousands", 5),
        (GOOD + "    formats: {period: '%q'}", "records.source-format", 5),
        (GOOD + "    formats: {perod: '%Y'}", "records.unknown-column", 5),
        ("columns: {unit: u, period: p}\n    wide: {x: 'v_(?P<period>.*)'}", "records.wide-matches-nothing", 5),
        ("columns: {unit: u, period: p}\n    wide: {x: 'v'}", "records.source-wide", 5),
        (GOOD + "    wide: {x: '(?P<period>v)'}", "records.source-twice", 3),
        (GOOD + "    encoding: klingon", "records.unknown-encoding", None),
        (GOOD + "    encoding: zlib", "records.unknown-encoding", None),
        (GOOD + "    format: pdf", "rulebook.not-allowed", 5),
        ("columns: {unit: u, period: p, z: v}", "records.unknown-column", None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_located(source: str, code: str, line: int | None, tmp_path: Path) -> None:
    sources = f"datasets:\n  values:\n    path: in.csv\n    {source}\n"
    with pytest.raises(InputError) as caught:
        folder(tmp_path, sources, {"in.csv": "u,p,v\nt1,2024,1\n"})
    found = {problem.code: problem for problem in caught.value.problems}
    assert code in found
    problem = found[code]
    assert problem.place.line == line
    assert problem.place.file == ("in.csv" if line is None else "sources.yaml")
    assert problem.message("zh") != problem.message("en")


@pytest.mark.parametrize(
    ("sources", "code"),
    [
        ("datasets: {vales: {path: in.csv, columns: {unit: u}}}", "records.unknown-table"),
        ("datasets: [", "rulebook.broken-yaml"),
        ("tables: {}", "rulebook.unknown-key"),
        ("datasets: {values: {path: nowhere.csv, columns: {unit: u}}}", "records.no-file"),
        ("datasets: {values: {path: '.', format: csv, columns: {unit: u}}}", "records.directory"),
        ("datasets: {values: {path: in.doc, columns: {unit: u}}}", "records.unknown-ending"),
    ],
)
def test_a_broken_map_is_said(sources: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        folder(tmp_path, sources + "\n", {"in.csv": "u\n"})
    assert [problem.code for problem in caught.value.problems] == [code]


def test_an_empty_map_maps_nothing(tmp_path: Path) -> None:
    assert rows(folder(tmp_path, "# nothing yet\n", {}), "unit") == []


def test_a_foreign_file_with_a_broken_line_that_keep_leaves_out(tmp_path: Path) -> None:
    sources = (
        "datasets:\n  values: {path: in.csv, keep: [{column: u, equals: t1}], columns: {unit: u, period: p, x: v}}\n"
    )
    assert rows(folder(tmp_path, sources, {"in.csv": "u,p,v\nt1,2024,1\nSource: the office\n"}), "unit") == [("t1",)]
    with pytest.raises(InputError, match="has only 1 cells"):
        folder(
            tmp_path,
            sources.replace("equals: t1", "matches: '.*'"),
            {"in.csv": "u,p,v\nt1,2024,1\nSource: the office\n"},
        )
