"""A panel's sheets to severity: which marks are compared, as the rule book says."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from shuping.errors import InputError, Place
from shuping.panels.severity import SeverityFit, SeverityModel, fit_severity, panel_severity
from shuping.panels.sheets import sheets_of
from shuping.rulebook.panel_model import Panel
from tests.core.panels.severity_designs import draw, sparse_design

SHEET = {"items": {"plan": {"points": "60"}, "work": {"points": "40"}}, "groups": {"leaders": "0.4", "peers": "0.6"}}


def marks() -> pl.DataFrame:
    """Twenty units, six reviewers in two groups, three of them for each unit: two items that make up the form."""
    total = draw(sparse_design(20, 6, 3, 7), 5, 4, 2, 7).marks.with_columns(
        pl.col("mark").round(1).cast(pl.Decimal(38, 4))
    )
    second = draw(sparse_design(20, 6, 3, 7), 2, 2, 1, 9).marks["mark"].round(1).cast(pl.Decimal(38, 4)) - 40
    group = pl.when(pl.col("reviewer") < "r003").then(pl.lit("leaders")).otherwise(pl.lit("peers"))
    rows = total.with_columns(second.alias("work"), group.alias("group"), pl.lit(None, pl.String).alias("period"))
    rows = rows.with_columns(plan=pl.col("mark") - pl.col("work")).drop("mark")
    return rows.unpivot(
        ["plan", "work"], index=["unit", "reviewer", "group", "period"], variable_name="item", value_name="mark"
    )


def fit(given: pl.DataFrame, **keys: Any) -> SeverityFit:
    panel = Panel.model_validate({**SHEET, **keys})
    return panel_severity(panel, sheets_of(panel, given, "2025"))


def by_hand(rows: pl.DataFrame, model: SeverityModel) -> SeverityFit:
    return fit_severity(rows.with_columns(pl.col("mark").cast(pl.Float64)), model)


def totals() -> pl.DataFrame:
    return marks().group_by("unit", "reviewer", "group").agg(pl.col("mark").sum())


def test_totals_of_forms_with_the_groups_apart() -> None:
    found, expected = fit(marks()), by_hand(totals(), SeverityModel(fixed=("group",)))
    assert found.criterion == pytest.approx(expected.criterion, abs=1e-9)
    assert found.units["adjusted"].to_list() == pytest.approx(expected.units["adjusted"].to_list(), abs=1e-9)
    assert found.fixed["column"].to_list() == ["intercept", "group=peers"]


def test_fixed_reviewers_hold_the_difference_of_their_groups() -> None:
    found = fit(marks(), severity={"reviewers": "fixed"})
    expected = by_hand(totals(), SeverityModel(reviewers="fixed"))
    assert found.reviewers["effect"].to_list() == pytest.approx(expected.reviewers["effect"].to_list(), abs=1e-9)
    assert sum(found.reviewers["effect"]) == pytest.approx(0, abs=1e-9)


def test_items_as_percentages_with_severity_by_item() -> None:
    found = fit(marks(), severity={"of": "item", "with": ["reviewer_item", "group_item"]})
    full = pl.when(pl.col("item") == "plan").then(60.0).otherwise(40.0)
    rows = marks().with_columns(mark=100 * pl.col("mark").cast(pl.Float64) / full)
    model = SeverityModel(fixed=("group", "item"), interactions=(("reviewer", "item"), ("group", "item")))
    assert found.criterion == pytest.approx(by_hand(rows, model).criterion, abs=1e-6)
    assert found.effects("reviewer", "item").height == 12


def test_forms_with_a_blank_and_declared_absence_do_not_count() -> None:
    first = marks().sort("unit", "reviewer", "item")
    blank = first.with_row_index().filter(pl.col("index") != 0).drop("index")
    absent = first.with_row_index().with_columns(mark=pl.when(pl.col("index") > 1).then("mark")).drop("index")
    assert fit(blank).marks == fit(absent).marks == 59
    assert fit(blank, severity={"of": "item"}).marks == 119


def test_the_least_sample_of_the_rule_book() -> None:
    few = marks().filter(pl.col("unit") < "u009")
    panel = Panel.model_validate(SHEET)
    with pytest.raises(InputError) as caught:
        panel_severity(panel, sheets_of(panel, few, "2025"), place=Place(file="marks/duty.csv"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["units"], problem.params["least_units"]) == ("panels.severity-too-few", 9, 10)
    assert problem.place == Place(file="marks/duty.csv")
    assert fit(few, severity={"min_units": "9"}).units.height == 9


def test_severity_is_off_by_default() -> None:
    assert Panel.model_validate(SHEET).severity is None
