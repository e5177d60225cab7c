"""The real foreign files load through the examples' sources.yaml: cells against a plain reading of the files."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from shuping.records import Folder, read_folder
from shuping.rulebook.model import Rulebook
from tests.core.records import foreign_cases

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def folder(name: str, case: Path, book: Rulebook) -> Folder:
    return read_folder(EXAMPLES / name, book, settings={"SHUPING_CASES": str(case.parent)})


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.case("hdi")
def test_hdi_every_cell_of_the_wide_file_stands_in_the_long_table(case: Path) -> None:
    header, *body = lines(case / "HDR21-22_Composite_indices_complete_time_series.csv")
    found = folder("hdi", case, foreign_cases.hdi())
    assert len(found.register) == len(body) == 195
    frame = found.datasets["country"].frame
    cells = {
        (row["unit"], row["period"], field): row[field]
        for row in frame.iter_rows(named=True)
        for field in ("le", "eys", "mys", "gni")
    }
    expected = {}
    for line in body:
        for name, text in zip(header, line, strict=True):
            if match := re.fullmatch(r"(le|eys|mys|gnipc)_(\d{4})", name):
                field = "gni" if match[1] == "gnipc" else match[1]
                expected[line[0], match[2], field] = Decimal(text) if text else None
    assert len(expected) == 195 * 32 * 4
    assert {key: value for key, value in cells.items() if value is not None} == {
        key: value for key, value in expected.items() if value is not None
    }


@pytest.mark.case("foi")
def test_foi_quarters_and_years_are_told_apart_and_sums_agree(case: Path) -> None:
    header, *body = lines(case / "foi-statistics-2020-published-data.csv")
    found = folder("foi", case, foreign_cases.foi())
    quarterly, annual = (found.datasets[name].frame for name in ("quarterly", "annual"))
    assert quarterly.height + annual.height == len(body) == 2303
    assert annual.height == sum(1 for line in body if len(line[0]) == 4)
    for frame, named in ((quarterly, lambda text: text.startswith("Q")), (annual, lambda text: len(text) == 4)):
        for ours, theirs in (("met", "20-day deadline met"), ("withheld", "Initial Outcome  Fully withheld")):
            texts = [line[header.index(theirs)].strip().replace(",", "") for line in body if named(line[0])]
            assert frame[ours].sum() == sum(int(text) for text in texts if text not in ("", "-"))
    # the bulletin of the second quarter of 2020: 9,205 received, 6,648 resolvable
    quarter = quarterly.filter(period="2020-Q2")
    assert (quarter["received"].sum(), quarter["resolvable"].sum()) == (9205, 6648)


@pytest.mark.case("dhis2_rollup")
def test_dhis2_values_stand_in_their_columns(case: Path) -> None:
    header, *body = lines(case / "dataValues.csv")
    assert header == ["dataelement", "period", "orgunit", "value"]
    frame = folder("dhis2", case, foreign_cases.dhis2()).datasets["values"].frame
    cells = {
        (field, row["period"], row["unit"]): row[field]
        for row in frame.iter_rows(named=True)
        for field in "abcde"
        if row[field] is not None
    }
    assert cells == {(line[0][-1].lower(), line[1], line[2]): int(line[3]) for line in body if line}
    assert len(cells) == 27
