"""The Human Development Index 1990-2021: every published figure and rank, from the published indicators.

5,571 country-years and 191 ranks of 2021 are those of the United Nations Development Programme's own file.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import shuping

pytestmark = pytest.mark.case("hdi")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "hdi"
FILE = "HDR21-22_Composite_indices_complete_time_series.csv"
YEARS = [str(year) for year in range(1990, 2022)]
INDICATORS = ("le", "eys", "mys", "gnipc")
WITHOUT_INDEX = {"MCO", "NRU", "PRK", "SOM"}  # Monaco, Nauru, DPR Korea, Somalia: an indicator is missing in every year
UNPUBLISHED = {("RWA", str(year)) for year in range(1990, 1995)}  # components are published, the index is not

Key = tuple[str, str]


def settings() -> dict[str, str]:
    return {"SHUPING_CASES": os.environ["SHUPING_CASES"]}


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    path = Path(os.environ["SHUPING_CASES"]) / "hdi" / FILE
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def result() -> shuping.Result:
    return shuping.score(shuping.read(EXAMPLE, settings=settings()))


@pytest.fixture(scope="module")
def totals(result: shuping.Result) -> dict[Key, Decimal]:
    rows = result.standing.select("unit", "period", "total").iter_rows()
    return {(unit, period): total for unit, period, total in rows if total is not None}


def indices(published: list[dict[str, str]]) -> dict[Key, Decimal]:
    return {
        (row["iso3"], year): Decimal(row[f"hdi_{year}"])
        for row in published
        for year in YEARS
        if row[f"hdi_{year}"] != ""
    }


def ranks(published: list[dict[str, str]]) -> dict[str, int]:
    return {row["iso3"]: int(row["hdi_rank_2021"]) for row in published if row["hdi_rank_2021"] != ""}


def test_every_published_index_at_three_decimals(published: list[dict[str, str]], totals: dict[Key, Decimal]) -> None:
    expected = indices(published)
    agreeing = sum(totals.get(key) == index for key, index in expected.items())
    assert (agreeing, len(expected)) == (5571, 5571)
    assert all(total.as_tuple().exponent == -3 for total in totals.values())


def test_every_published_rank_of_2021(published: list[dict[str, str]], result: shuping.Result) -> None:
    expected = ranks(published)
    rows = result.standing.filter(result.standing["period"] == "2021").select("unit", "rank").iter_rows()
    found = {unit: rank for unit, rank in rows if rank is not None}
    agreeing = sum(found.get(unit) == rank for unit, rank in expected.items())
    assert (agreeing, len(expected), len(found)) == (191, 191, 191)
    shared = {rank: count for rank, count in Counter(expected.values()).items() if count > 1}
    assert (len(shared), sum(shared.values())) == (23, 52), "ties are in the published table, and are met"
    assert found["MLT"] == found["SVN"] == 23, "Malta and Slovenia share 0.918; nobody is 24th"
    assert 24 not in found.values()


def test_ranks_of_unrounded_indices_are_not_those_published(published: list[dict[str, str]]) -> None:
    """Only 162 of the 191 ranks come out when the places that are not published decide."""
    folder = shuping.read(EXAMPLE, settings=settings())
    rounding = folder.rulebook.rounding.model_copy(update={"rank_on": "unrounded"})
    rulebook = folder.rulebook.model_copy(update={"rounding": rounding})
    unrounded = shuping.score(shuping.Folder(folder.path, rulebook, folder.register, folder.datasets), "2021")
    found = dict(unrounded.standing.select("unit", "rank").iter_rows())
    assert sum(found[unit] == rank for unit, rank in ranks(published).items()) == 162


def test_what_has_a_figure_beyond_the_published_ones(
    published: list[dict[str, str]], totals: dict[Key, Decimal]
) -> None:
    """The rules give Rwanda an index for 1990-1994; the Programme published its components and no index."""
    assert set(totals) - set(indices(published)) == UNPUBLISHED
    assert len(totals) == 5576
    rwanda = next(row for row in published if row["iso3"] == "RWA")
    cells = [rwanda[f"{name}_{year}"] for name in INDICATORS for _, year in sorted(UNPUBLISHED)]
    assert len(cells) == 20
    assert all(cells)


def test_a_country_without_one_indicator_has_no_index(published: list[dict[str, str]], result: shuping.Result) -> None:
    never = {row["iso3"] for row in published if not any(row[f"hdi_{year}"] for year in YEARS)}
    assert never == WITHOUT_INDEX
    rows = [row for row in result.standing.iter_rows(named=True) if row["unit"] in never]
    assert len(rows) == 4 * len(YEARS) == 128
    assert {(row["total"], row["rank"]) for row in rows} == {(None, None)}
    assert {row["missing"] for row in rows} <= {"no_value", "no_records"}
    without = result.standing["total"].null_count()
    incomplete = sum(not all(row[f"{name}_{year}"] for name in INDICATORS) for row in published for year in YEARS)
    assert without == incomplete == 195 * 32 - 5576


def test_an_explanation_names_the_indicator_and_its_goalposts(result: shuping.Result) -> None:
    shown = str(result.explain("CHE", "living_standard", "2021", lang="en"))
    assert "75000" in shown
    assert "logarithmic" in shown
    monaco = str(result.explain("MCO", period="2021", lang="en"))
    assert "no value given" in monaco


def test_the_command_line_writes_the_same_standing(
    published: list[dict[str, str]], totals: dict[Key, Decimal], tmp_path: Path
) -> None:
    out = tmp_path / "hdi"
    command = [sys.executable, "-m", "shuping.cli", "score", str(EXAMPLE), "--out", str(out), "--no-documents"]
    finished = subprocess.run([*command, "--period", "2021", "--quiet"], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    with (out / "standing.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = {unit: (str(rank), str(totals[unit, "2021"])) for unit, rank in ranks(published).items()}
    assert {row["unit"]: (row["rank"], row["total"]) for row in rows if row["rank"]} == expected
    assert len(expected) == 191
    assert not {row["rank"] + row["total"] for row in rows if row["unit"] in WITHOUT_INDEX} - {""}
