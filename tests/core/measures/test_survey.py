"""Shares in a survey by hand."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from shuping.measures import compute
from shuping.records.folder import Folder, Table
from shuping.rulebook.model import Rulebook
from shuping.values import Missing
from tests.core.measures.county import register

SCHEMA = {
    "unit": pl.String, "stratum": pl.String, "cluster": pl.String, "weight": pl.Decimal(38, 4), "period": pl.String,
    "aware": pl.String,
}  # fmt: skip


def answers(unit: str, weight: str = "1", period: str | None = None, **counts: int) -> list[dict[str, Any]]:
    """Return so many rows of each answer (``none`` stands for an empty cell)."""
    row = {"unit": unit, "stratum": None, "cluster": None, "weight": Decimal(weight), "period": period}
    return [{**row, "aware": None if name == "none" else name} for name, n in counts.items() for _ in range(n)]


def survey(rows: list[dict[str, Any]], **measure: Any) -> Folder:
    """Return a folder with one survey measure: know over know and no, without dk."""
    asked = {"survey": "residents", "question": "aware", "share": ["know"], "exclude": ["dk"], "min_n": 1, **measure}
    book = {
        "rulebook": "test",
        "version": "1",
        "title": "Test",
        "groups": {"all": {"kind": "unit"}},
        "surveys": {"residents": {"questions": {"aware": ["know", "no", "dk"]}}},
        "measures": {"m": asked, "points": {"value": "m * 100"}},
    }
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return Folder(None, Rulebook.model_validate(book), register(), surveys={"residents": Table(frame)})


ROWS = answers("e1", know=3, no=1, dk=5, none=2) + answers("e2", know=1, no=3) + answers("west", dk=2)


def row(folder: Folder, unit: str, period: str = "2025") -> dict[str, Any]:
    """Return the row of the measure."""
    frame = compute(folder, [period]).frame.filter((pl.col("measure") == "m") & (pl.col("unit") == unit))
    return frame.row(0, named=True)


def test_shares_of_valid_answers_with_those_below() -> None:
    found = compute(survey(ROWS), ["2025"]).values("2025", "m")
    assert (found["e1"], found["e2"], found["east"]) == (Fraction(3, 4), Fraction(1, 4), Fraction(1, 2))
    assert (found["west"], found["w1"]) == (Missing("no_records"), Missing("no_records"))
    assert compute(survey(ROWS), ["2025"]).values("2025", "points")["e1"] == 75


def test_sample_size_and_standard_error() -> None:
    east = row(survey(ROWS), "east")
    assert (east["n"], east["records"]) == (8, 15)
    assert east["se"] == pytest.approx(math.sqrt(0.5 * 0.5 / 8))
    assert east["parts"] == "share(know) = 4; n = 8"
    assert row(survey(ROWS), "w1")["se"] is None


def test_too_few_answers_are_no_value_but_their_number_is_known() -> None:
    e1 = row(survey(ROWS, min_n=5), "e1")
    assert (e1["missing"], e1["n"], e1["se"]) == ("too_few", 4, None)
    assert row(survey(ROWS, min_n=5), "east")["missing"] is None


def test_weights() -> None:
    rows = answers("e1", weight="1.5", know=2) + answers("e1", weight="0.5", no=2) + answers("e1", weight="9", dk=1)
    e1 = row(survey(rows), "e1")
    assert (e1["numerator"], e1["denominator"]) == ("3", "4")
    effective = 4**2 / (2 * 1.5**2 + 2 * 0.5**2)  # Kish: the square of the sum over the sum of squares
    assert e1["se"] == pytest.approx(math.sqrt(0.75 * 0.25 / effective))
    assert e1["parts"] == "share(know) = 2; n = 4; weight of share = 3; weight = 4"


def test_only_answers_of_the_period_and_those_without_one() -> None:
    rows = answers("e1", period="2025", know=1) + answers("e1", period="2024", no=3) + answers("e1", no=1)
    assert compute(survey(rows), ["2025", "2024"]).values("2025", "m")["e1"] == Fraction(1, 2)
    assert compute(survey(rows), ["2024"]).values("2024", "m")["e1"] == 0


def test_the_mean_of_the_units_shares() -> None:
    rows = answers("e1", know=1) + answers("e2", know=1, no=3)
    assert compute(survey(rows, roll_up="mean"), ["2025"]).values("2025", "m")["east"] == Fraction(5, 8)


def test_no_survey_at_all() -> None:
    given = survey([])
    bare = Folder(None, given.rulebook, given.register)
    assert compute(bare, ["2025"]).values("2025", "m")["e1"] == Missing("no_records")
