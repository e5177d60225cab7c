"""Sustainable Connectivity of 51 countries (the example of COINr): every published score and rank, and every stage.

561 scores and 561 ranks (11 columns of 51 countries) at the published two decimals; the six stages from raw values to
aggregates within 1e-7 relative of what COINr holds.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.values.ranking import competition_ranks

pytestmark = pytest.mark.case("asem")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "asem"
AGGREGATES = ("Index", "Conn", "Sust", "Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social")
COLUMNS = (*AGGREGATES, "SusEcFin")
DENOMINATED = ("Flights", "Bord", "Elec", "Gas", "Goods", "Services", "FDI", "PRemit", "ForPort", "StMob")
DENOMINATORS = (*DENOMINATED, "Research", "Pat", "CultServ", "CultGood", "Tourist", "MigStock", "NGOs")
CLOSE = Fraction(1, 10**7)

Cells = dict[tuple[str, str], Fraction]


def settings() -> dict[str, str]:
    return {"SHUPING_CASES": os.environ["SHUPING_CASES"]}


def rows(name: str) -> list[dict[str, str]]:
    path = Path(os.environ["SHUPING_CASES"]) / "asem" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> Fraction:
    return Fraction(Decimal(text))


@pytest.fixture(scope="module")
def result() -> shuping.Result:
    return shuping.score(shuping.read(EXAMPLE, settings=settings()))


@pytest.fixture(scope="module")
def points(result: shuping.Result) -> Cells:
    """Unrounded points by country and criterion; the total is the index."""
    traced = result.trace.select("unit", "criterion", "points_exact").iter_rows()
    return {(unit, criterion or "Index"): Fraction(exact) for unit, criterion, exact in traced}


@pytest.fixture(scope="module")
def raw(result: shuping.Result) -> Cells:
    found = result.measures.filter(pl.col("value").is_not_null()).select("unit", "measure", "value").iter_rows()
    return {(unit, measure.removeprefix("m_")): Fraction(value) for unit, measure, value in found}


def stage(name: str) -> Cells:
    """One stage as COINr holds it: by country and column, what is missing left out."""
    return {
        (row["UnitCode"], column): number(text)
        for row in rows(f"stage_{name}.csv")
        for column, text in row.items()
        if not column.startswith(("Unit", "Year", "Group_")) and text not in ("", "NA")
    }


def after(raw: Cells, result: shuping.Result, *steps: str) -> Cells:
    """The raw values with the record of these steps played over them, each upon what it was given."""
    found = dict(raw)
    changed = result.prepared.filter(pl.col("step").is_in(steps))
    for unit, measure, before, value in changed.select("unit", "measure", "raw", "value").iter_rows():
        key = (unit, measure.removeprefix("m_"))
        assert (key in found) == (before is not None)
        if before is not None:
            assert abs(found[key] - Fraction(before)) <= Fraction(1, 10**9), "the record starts from what was there"
        if value is None:
            del found[key]  # its denominator is missing
        else:
            found[key] = Fraction(value)
    return found


def farthest(ours: Cells, theirs: Cells) -> Fraction:
    assert set(ours) == set(theirs)
    return max(abs(ours[key] - value) / abs(value) if value else abs(ours[key]) for key, value in theirs.items())


def test_every_published_score(points: Cells) -> None:
    published = {
        (row["UnitCode"], column): row[column] for row in rows("results_AggregatesScore.csv") for column in COLUMNS
    }
    agreeing = sum(Decimal(shuping_round(points[key])) == Decimal(text) for key, text in published.items())
    assert (agreeing, len(published)) == (561, 561)


def shuping_round(value: Fraction) -> str:
    """Half-up at two decimals, written apart from the library: whole hundredths, the half goes up."""
    hundredths = (2 * 100 * value.numerator + value.denominator) // (2 * value.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def test_every_published_rank(result: shuping.Result, points: Cells) -> None:
    published = {row["UnitCode"]: row for row in rows("results_AggregatesRank.csv")}
    ranked = dict(result.standing.select("unit", "rank").iter_rows())
    assert sum(int(published[unit]["Index"]) == rank for unit, rank in ranked.items()) == len(ranked) == 51
    agreeing: Counter[str] = Counter()
    for column in COLUMNS:
        shown = {unit: [Fraction(Decimal(shuping_round(points[unit, column])))] for unit in published}
        places = competition_ranks(shown)
        agreeing[column] = sum(places[unit] == int(row[column]) for unit, row in published.items())
    assert set(agreeing.values()) == {51}
    assert agreeing.total() == 561


def test_totals_are_those_of_the_published_table(result: shuping.Result) -> None:
    published = {row["UnitCode"]: Decimal(row["Index"]) for row in rows("results_AggregatesScore.csv")}
    assert dict(result.standing.select("unit", "total").iter_rows()) == published


def test_raw_values(raw: Cells) -> None:
    assert farthest(raw, stage("Raw")) < CLOSE
    assert len(raw) == 51 * 49 - 63, "63 figures are missing"


def test_denominated_values(raw: Cells, result: shuping.Result) -> None:
    theirs = stage("Denominated")
    assert farthest(after(raw, result, "denominate"), theirs) < CLOSE
    changed = result.prepared.filter(pl.col("step") == "denominate")
    assert set(changed["measure"]) == {f"m_{name}" for name in DENOMINATORS}


def test_imputed_values(raw: Cells, result: shuping.Result) -> None:
    theirs = stage("Imputed")
    assert farthest(after(raw, result, "denominate", "impute"), theirs) < CLOSE
    mask = result.prepared.filter(pl.col("step") == "impute").select("unit", "measure").iter_rows()
    assert {(unit, name.removeprefix("m_")) for unit, name in mask} == set(theirs) - set(stage("Denominated"))


def test_treated_values(raw: Cells, result: shuping.Result) -> None:
    theirs, imputed = stage("Treated"), stage("Imputed")
    assert farthest(after(raw, result, "denominate", "impute", "winsorise"), theirs) < CLOSE
    drawn = {(unit, name.removeprefix("m_")) for unit, name in changed_by(result, "winsorise")}
    assert drawn == {key for key, value in theirs.items() if value != imputed[key]}
    assert max(Counter(name for _, name in drawn).values()) == 4
    assert not set(result.prepared["step"]) - {"denominate", "impute", "winsorise"}


def changed_by(result: shuping.Result, step: str) -> list[tuple[str, str]]:
    return list(result.prepared.filter(pl.col("step") == step).select("unit", "measure").iter_rows())


def test_normalised_values(points: Cells) -> None:
    theirs = stage("Normalised")
    ours = {key: value for key, value in points.items() if key[1] not in COLUMNS}
    assert farthest(ours, theirs) < CLOSE


def test_aggregated_values(points: Cells) -> None:
    assert farthest(points, stage("Aggregated")) < CLOSE
    assert len(points) == 51 * 60


def test_an_explanation_shows_every_step(result: shuping.Result) -> None:
    belgium = str(result.explain("BEL", "Bord", lang="en"))
    for said in ('divided by "Land area"', 'the units with the same "Continent"', 'divided by "Land area" (30528)'):
        assert said in belgium
    assert "winsorised to" in belgium
    assert "points)" in belgium
    filled = str(result.explain("CHN", "NEET", lang="zh"))
    assert "以“大洲”为Asia的19个单位的平均值16.652632补齐" in filled
    assert "缺值以“大洲”相同的单位的平均值补齐" in filled


def test_the_result_folder_holds_the_record(result: shuping.Result, tmp_path: Path) -> None:
    shuping.write(result, tmp_path / "asem", documents=False)
    with (tmp_path / "asem" / "prepared.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == result.prepared.height == 947
    assert list(written[0]) == ["period", "unit", "measure", "raw", "value", "step", "reason"]
    first = next(row for row in written if row["step"] == "impute" and row["measure"] == "m_NEET")
    assert (first["raw"], first["value"]) == ("", "16.652631578947368421")
