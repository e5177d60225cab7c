"""DHIS2's own roll-up cases: nine published figures over five units and seven months, read from the example."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.values import show

pytestmark = pytest.mark.case("dhis2_rollup")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "dhis2"
A, B, C, D, E = (f"ouabcdefgh{letter}" for letter in "ABCDE")
PUBLISHED = [
    ("a", A, "2017-Q1", 0, "308"),
    ("c", B, "2017-03", 0, "6"),
    ("c_mean", A, "2017-03", 2, "6.75"),
    ("b_and_c", A, "2017-Q1", 0, "567"),
    ("b_by_c", A, "2017-Q1", 1, "258.5"),
    ("a_by_c_by_b", A, "2017-Q1", 1, "29.8"),
    ("a_peak", B, "2017-Q1", 0, "235"),
    ("a_low", B, "2017-Q1", 0, "68"),
    ("e_to_date", A, "2017-07", 0, "7"),
]


@pytest.fixture(scope="module")
def folder() -> shuping.Folder:
    return shuping.read(EXAMPLE, settings={"SHUPING_CASES": os.environ["SHUPING_CASES"]})


@pytest.fixture(scope="module")
def measures(folder: shuping.Folder) -> pl.DataFrame:
    return shuping.measure(folder, sorted({period for _, _, period, _, _ in PUBLISHED}))


@pytest.mark.parametrize(("measure", "unit", "period", "places", "published"), PUBLISHED)
def test_published_figure(
    measures: pl.DataFrame, measure: str, unit: str, period: str, places: int, published: str
) -> None:
    rows = measures.filter(pl.col("measure") == measure, pl.col("unit") == unit, pl.col("period") == period)
    assert len(rows) == 1
    assert show(Fraction(rows["value"].item()), places) == published


def test_all_27_values_are_read(folder: shuping.Folder) -> None:
    frame = folder.datasets["values"].frame
    filled = sum(len(frame) - frame[name].null_count() for name in "abcde")
    assert (len(PUBLISHED), filled) == (9, 27)
    assert sum(frame[name].sum() for name in "abcde") == 308 + 517 + 50 + 74 + 7  # added up by hand from the file


def test_silence_is_not_zero(measures: pl.DataFrame) -> None:
    """Unit D filed nothing in March: it is missing, and the mean 6.75 is over the other four (27 / 4, not 27 / 5)."""
    march = measures.filter(pl.col("period") == "2017-03", pl.col("unit") == D)
    assert march.height == 10
    silent = march.filter(pl.col("measure").is_in(["a", "b", "c", "c_mean", "b_and_c", "a_peak"]))
    assert set(silent.select("value", "missing").rows()) == {(None, "no_records")}
