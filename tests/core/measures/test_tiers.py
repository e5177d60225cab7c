"""Points by tier against plain counting: any tiers and rows, rolled up the tree; and the rows an office hands in."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping.formula import check
from shuping.measures import compute
from shuping.rulebook.scopes import measure_scope
from shuping.rulebook.tiers import Tiers
from shuping.values import Missing
from tests.core.measures.county import UNITS, activity, folder, rulebook

FORMS = ("lecture", "sport", "体育")
BELOW = {
    "county": {name for name, _ in UNITS}, "east": {"east", "e1", "e2"}, "west": {"west", "w1"},
    **{name: {name} for name in ("e1", "e2", "w1")},
}  # fmt: skip
POINTS = st.dictionaries(st.sampled_from(FORMS), st.fractions(-3, 20, max_denominator=6), min_size=1)
ROWS = st.lists(
    st.tuples(st.sampled_from([name for name, _ in UNITS]), st.sampled_from(FORMS), st.integers(1, 4)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(
    points=POINTS, rows=ROWS, duplicates=st.sampled_from(["highest", "cumulative"]), least=st.sampled_from([None, 2])
)
def test_against_plain_counting(
    points: dict[str, Fraction], rows: list[tuple[str, str, int]], duplicates: str, least: int | None
) -> None:
    tiers: dict[str, Any] = {"field": "form", "points": points, "same": "people", "duplicates": duplicates}
    tiers |= {} if least is None else {"where": f"people >= {least}"}
    given_rows = [activity(unit, "2025-03-01", matter, form=form) for unit, form, matter in rows]
    measures = {"news": {"from": "activity", "tiers": tiers}}
    found = compute(folder(measures, given_rows, no_records="zero"), ["2025"]).values("2025", "news")
    for unit, below in BELOW.items():
        mine = [(matter, points[form]) for place, form, matter in rows if place in below and form in points]
        mine = [(matter, number) for matter, number in mine if least is None or matter >= least]
        if duplicates == "highest":
            best = {matter: max(number for same, number in mine if same == matter) for matter, _ in mine}
            wanted = sum(best.values(), Fraction(0))
        else:
            wanted = sum((number for _, number in mine), Fraction(0))
        assert found[unit] == wanted


def test_nobody_handed_in_is_missing() -> None:
    measures = {"news": {"from": "activity", "tiers": {"field": "form", "points": {"sport": "2"}}}}
    found = compute(folder(measures, []), ["2025"]).values("2025", "news")
    assert isinstance(found["east"], Missing)


def test_what_is_shown_of_them() -> None:
    tiers = {"field": "form", "points": {"sport": "2", "lecture": "1/3"}, "same": "people", "where": "ok  or not ok"}
    measures = {"news": {"from": "activity", "tiers": tiers}}
    rows = [{**activity("e1", "2025-03-01", 1, form="sport"), "ok": True}]
    table = compute(folder(measures, rows), ["2025"]).frame.filter(pl.col("unit") == "e1")
    assert table["parts"].to_list() == ["sport/lecture = 1; sport = 1"]
    shown = rulebook(measures).measures["news"].written
    assert shown == "form: sport 2, lecture 1 / 3; same people: highest; where ok  or not ok"


@pytest.mark.parametrize("option", ["x y", "it's", 'the "best"', "体育"])
@pytest.mark.parametrize("field", ["form", "等级", "sub-tier", "not"])
def test_the_formula_reads_whatever_fields_and_options_are_called(field: str, option: str) -> None:
    book = rulebook({})
    dataset = book.datasets["activity"]
    named = dataset.model_copy(
        update={
            "fields": {**dataset.fields, field: dataset.fields["form"].model_copy(update={"options": {option: "x"}})}
        }
    )
    book = book.model_copy(update={"datasets": {"activity": named}})
    tiers = Tiers.model_validate({"field": field, "points": {option: "2.5"}, "same": "date"})
    measure = rulebook({"m": {"from": "activity", "value": "count()"}}).measures["m"]
    tree = check(tiers.formula(), measure_scope(book, measure), want="number")
    assert [aggregate.function for aggregate in tree.aggregates] == ["distinct"]
