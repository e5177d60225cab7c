"""DHIS2's own roll-up cases: nine published figures over a tree of five units and seven months."""

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from shuping.measures import compute
from shuping.records.folder import Folder, Table
from shuping.records.register import Register, Unit
from shuping.rulebook.model import Rulebook
from shuping.values import show

pytestmark = pytest.mark.case("dhis2_rollup")
PARENT = {"A": None, "B": "A", "C": "A", "D": "B", "E": "B"}
MEASURES = {
    **{name: {"from": "values", "value": f"sum(value where element == '{name}')"} for name in "abc"},
    "c_mean": {"from": "values", "value": "sum(value where element == 'c')", "roll_up": "mean"},
    "b_and_c": {"value": "b + c"},
    "b_by_c": {"value": "b * c / 100"},
    "a_c_b": {"value": "a * c / b"},
    "a_max": {"from": "values", "value": "sum(value where element == 'a')", "per_unit": "max", "roll_up": "sum"},
    "a_min": {"from": "values", "value": "sum(value where element == 'a')", "per_unit": "min", "roll_up": "sum"},
    "e": {"from": "values", "value": "sum(value where element == 'e')", "window": "to_date"},
}
PUBLISHED = [
    ("a", "A", "2017-Q1", "308"),
    ("c", "B", "2017-03", "6"),
    ("c_mean", "A", "2017-03", "6.75"),
    ("b_and_c", "A", "2017-Q1", "567"),
    ("b_by_c", "A", "2017-Q1", "258.5"),
    ("a_max", "B", "2017-Q1", "235"),
    ("a_min", "B", "2017-Q1", "68"),
    ("e", "A", "2017-07", "7"),
]


def rulebook() -> Rulebook:
    element = {"type": "category", "options": list("abcde")}
    dataset = {"period": "month", "fields": {"element": element, "value": {"type": "integer"}}}
    head = {"rulebook": "dhis2", "version": "1", "title": "DHIS2", "groups": {"all": {"kind": "unit"}}}
    return Rulebook.model_validate({**head, "datasets": {"values": dataset}, "measures": MEASURES})


@pytest.fixture
def folder(case: Path) -> Folder:
    given = pl.read_csv(case / "dataValues.csv", schema_overrides={"period": pl.String})
    frame = given.select(
        unit=pl.col("orgunit").str.slice(-1),
        filer=pl.col("orgunit").str.slice(-1),
        period=pl.col("period"),
        element=pl.col("dataelement").str.slice(-1).str.to_lowercase(),
        value=pl.col("value").cast(pl.Int64),
    )
    units = {name: Unit(name, name, name, "unit", parent) for name, parent in PARENT.items()}
    return Folder(None, rulebook(), Register(units), {"values": Table(frame)})


@pytest.mark.parametrize(("measure", "unit", "period", "published"), PUBLISHED)
def test_published_figure(folder: Folder, measure: str, unit: str, period: str, published: str) -> None:
    assert compute(folder, [period]).values(period, measure)[unit] == Fraction(published)


def test_published_figure_at_one_decimal(folder: Folder) -> None:
    value = compute(folder, ["2017-Q1"]).values("2017-Q1", "a_c_b")["A"]
    assert isinstance(value, Fraction)
    assert show(value, 1) == "29.8"
