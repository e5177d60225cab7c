"""Standard errors of measures that are made of survey measures, against closed forms and against simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest

from shuping.measures import compute
from shuping.measures.table import MeasureTable
from shuping.records.folder import Folder, Table
from shuping.rulebook.model import Rulebook
from tests.core.measures.county import register
from tests.core.measures.test_survey import SCHEMA, answers

SHARES = {"e1": {"2024": (40, 60), "2025": (55, 45)}, "e2": {"2024": (30, 10), "2025": (20, 20)}}
FORMULAS = {
    "percent": "aware * 100",
    "fewer": "1 - aware",
    "sum": "aware + unaware",
    "twice": "percent + 100 * aware",
    "change": "aware - last_year(aware)",
    "odds": "aware / unaware",
    "either": "if(aware >= 0.5, aware, 0 - aware)",
    "constant": "aware - aware",
}


@pytest.fixture(scope="module")
def found() -> MeasureTable:
    rows = [
        row
        for unit, years in SHARES.items()
        for year, (know, no) in years.items()
        for row in answers(unit, period=year, know=know, no=no)
    ]
    asked = {"survey": "residents", "question": "aware", "min_n": 1}
    book: dict[str, Any] = {
        "rulebook": "test", "version": "1", "title": "Test", "groups": {"all": {"kind": "unit"}},
        "surveys": {"residents": {"questions": {"aware": ["know", "no", "dk"]}}},
        "measures": {
            "aware": {**asked, "share": ["know"]}, "unaware": {**asked, "share": ["no"]},
            **{name: {"value": text} for name, text in FORMULAS.items()},
        },
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    folder = Folder(None, Rulebook.model_validate(book), register(), surveys={"residents": Table(frame)})
    return compute(folder, ["2024", "2025"])


def errors(found: MeasureTable, unit: str, period: str = "2025") -> Mapping[str, float | None]:
    rows = found.frame.filter((pl.col("unit") == unit) & (pl.col("period") == period))
    return dict(rows.select("measure", "se").iter_rows())


@pytest.mark.parametrize("unit", SHARES)
def test_linear_formulas_have_their_closed_form(found: MeasureTable, unit: str) -> None:
    now, before = errors(found, unit), errors(found, unit, "2024")
    one, other, last = now["aware"], now["unaware"], before["aware"]
    assert one is not None
    assert other is not None
    assert last is not None
    know, no = SHARES[unit]["2025"]
    n = know + no
    assert one == pytest.approx(
        math.sqrt(know / n * no / n / (n - 1)), rel=0.02
    )  # p(1-p)/(n-1), the room's own tests tell
    assert now["percent"] == pytest.approx(100 * one)
    assert now["fewer"] == pytest.approx(one)
    assert now["sum"] == pytest.approx(math.hypot(one, other))
    assert now["twice"] == pytest.approx(200 * one)  # one source by two ways, not two sources
    assert now["constant"] == pytest.approx(0, abs=1e-15)
    assert now["change"] == pytest.approx(math.hypot(one, last))


def test_a_quotient_has_the_spread_of_simulated_ones(found: MeasureTable) -> None:
    given = errors(found, "e1")
    values = {name: found.values("2025", name)["e1"] for name in ("aware", "unaware")}
    random = np.random.default_rng(1)
    draws = {
        name: random.normal(float(value), given[name] or 0, 200_000)
        for name, value in values.items()
        if isinstance(value, Fraction)
    }
    assert given["odds"] == pytest.approx(float((draws["aware"] / draws["unaware"]).std()), rel=0.05)


def test_a_step_across_a_kink_is_not_lost(found: MeasureTable) -> None:
    error = errors(found, "e2")["either"]
    one = errors(found, "e2")["aware"]
    assert one is not None
    assert error == pytest.approx(((0.5 + one) - (-(0.5 - one))) / 2)  # 0.5 is the limit: up gives p, down gives -p


def test_without_a_survey_there_is_no_error(found: MeasureTable) -> None:
    assert errors(found, "e1", "2024")["change"] is None  # nobody asked in 2023
    assert {row["se"] for row in found.frame.filter(pl.col("unit") == "w1").iter_rows(named=True)} == {None}
