"""``compute`` against the plain evaluator: the same value, or missing for the same reason, for every unit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.measures import compute
from shuping.records.folder import Folder
from shuping.values import Missing
from shuping.values.periods import Period
from tests.core.measures.county import UNITS, activity, filed, folder
from tests.core.measures.reference import Reference

NAMES = [name for name, _ in UNITS]


def compare(given_folder: Folder, period: str) -> None:
    """Compare every measure and unit of one period."""
    table = compute(given_folder, [period])
    reference = Reference(given_folder)
    for name, measure in given_folder.rulebook.measures.items():
        found = table.values(period, name)
        for unit in NAMES:
            expected: Any = reference.value(name, unit, Period.parse(period))
            got: Any = found[unit]
            if expected == Missing("undefined"):
                assert isinstance(got, Missing), (name, unit)
            else:
                assert got == expected, (
                    f"{measure.value} per_unit={measure.per_unit} roll_up={measure.roll_up} at {unit}"
                )


# --- formulas put together at random

NUMBERS = st.sampled_from(["0", "1", "2", "3", "0.5", "12.25", "33%", "7"])
FORMS = st.sampled_from(['"lecture"', "'sport'", '"体育"'])
RECORD_LEAVES = st.one_of(NUMBERS, st.sampled_from(["people", "money", "people", "(due - date)", "days(date, due)"]))


def grown_numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    functions = st.tuples(st.sampled_from(["least", "greatest"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})")
    choice = st.tuples(LEAF_CONDITIONS, inner, inner).map(lambda t: f"if({t[0]}, {t[1]}, {t[2]})")
    return st.one_of(pair, functions, choice, inner.map(lambda t: f"-{t}"), inner.map(lambda t: f"abs({t})"))


def grown_conditions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    return st.one_of(pair, inner.map(lambda t: f"not ({t})"))


SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "=", "<>"])
LEAF_CONDITIONS = st.one_of(
    st.tuples(RECORD_LEAVES, SIGNS, RECORD_LEAVES).map(" ".join),
    FORMS.map(lambda form: f"form == {form}"),
    st.tuples(FORMS, FORMS).map(lambda t: f"form not in ({t[0]}, {t[1]})"),
    st.sampled_from(["ok", "not ok", "due is missing", "money is not missing", "date <= due", "village == 'v1'"]),
    st.sampled_from(["date >= 2025-02-01", "people in (1, 2, money)", "money / people is missing", "ok == true"]),
)
RECORD_NUMBERS = st.recursive(RECORD_LEAVES, grown_numbers, max_leaves=4)
RECORD_CONDITIONS = st.recursive(
    st.one_of(LEAF_CONDITIONS, st.tuples(RECORD_NUMBERS, SIGNS, RECORD_NUMBERS).map(" ".join)),
    grown_conditions,
    max_leaves=3,
)
WHERES = st.one_of(st.just(""), RECORD_CONDITIONS.map(lambda condition: f" where {condition}"))
AGGREGATES = st.one_of(
    WHERES.map(lambda where: f"count({where.strip()})"),
    st.tuples(st.sampled_from(["sum", "mean", "min", "max", "last"]), RECORD_NUMBERS, WHERES).map(
        lambda t: f"{t[0]}({t[1]}{t[2]})"
    ),
    st.tuples(st.sampled_from(["date", "form", "village", "people", "due", "money / people"]), WHERES).map(
        lambda t: f"distinct({t[0]}{t[1]})"
    ),
)
UNIT_LEAVES = st.one_of(AGGREGATES, AGGREGATES, NUMBERS, st.just("unit.people"))


def grown_values(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    test = st.one_of(
        st.tuples(inner, SIGNS, inner).map(lambda t: f"{t[0]} {t[1]} {t[2]}"),
        inner.map(lambda t: f"{t} is missing or {t} > 1"),
        inner.map(lambda t: f"{t} is not missing and not {t} in (1, 2)"),
    )
    choice = st.tuples(test, inner, inner).map(lambda t: f"if({t[0]}, {t[1]}, {t[2]})")
    least = st.tuples(inner, inner).map(lambda t: f"least({t[0]}, greatest({t[1]}, 1))")
    return st.one_of(pair, pair, choice, least)


VALUES = st.recursive(UNIT_LEAVES, grown_values, max_leaves=3)
REDUCTIONS = st.sampled_from([None, None, "sum", "mean", "min", "max", "last"])


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    """Return a few measures with any window and reductions."""
    found: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        measure = {"from": "activity", "value": draw(VALUES), "window": draw(st.sampled_from(["period", "to_date"]))}
        for key in ("per_unit", "roll_up"):
            if (reduction := draw(REDUCTIONS)) is not None:
                measure[key] = reduction
        found[f"m{number}"] = measure
    return found


DAYS = st.sampled_from(
    ["2024-12-31", "2025-01-01", "2025-01-15", "2025-02-28", "2025-03-31", "2025-04-01", "2025-06-30"]
)
ROWS = st.builds(
    activity,
    st.sampled_from(NAMES),
    DAYS,
    st.integers(-3, 5),
    form=st.sampled_from(["lecture", "sport", "体育"]),
    money=st.sampled_from([None, "0.00", "1.25", "-2.50", "9999999999.99"]),
    village=st.sampled_from([None, "v1", "v2", "v3"]),
    due=st.one_of(st.none(), DAYS),
    ok=st.sampled_from([None, True, False]),
)


@given(
    measures(), st.lists(ROWS, max_size=10), st.sampled_from(["2025-Q1", "2025-02", "2025", "2025-W01", "2025-01-15"])
)
def test_any_formula_over_dated_rows(given_measures: dict[str, Any], rows: list[dict[str, Any]], period: str) -> None:
    compare(folder(given_measures, rows), period)


@given(measures(), st.lists(ROWS, max_size=6))
def test_any_formula_where_no_rows_mean_zero(given_measures: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    compare(folder(given_measures, rows, no_records="zero"), "2025-Q1")


FILED_ROWS = st.builds(
    filed,
    st.sampled_from(NAMES),
    st.sampled_from(["2024-12", "2025-01", "2025-02", "2025-03", "2025-04", "2025-Q1"]),
    st.sampled_from(["0", "1.5", "-0.125", "1000.001"]),
    st.sampled_from(["a", "b"]),
)
FILED_VALUES = st.sampled_from(
    [
        "sum(amount)",
        "sum(amount where kind == 'a') / sum(amount)",
        "mean(amount)",
        "last(amount)",
        "max(amount) - min(amount)",
        "count()",
        "distinct(kind)",
        "sum(1 / amount)",
        "last(1 / amount where kind == 'b')",
    ]
)


@given(
    st.lists(FILED_ROWS, max_size=10),
    FILED_VALUES,
    REDUCTIONS,
    REDUCTIONS,
    st.sampled_from(["2025-Q1", "2025", "2025-02", "2025-W06"]),
    st.sampled_from(["period", "to_date"]),
)
def test_any_reduction_over_filed_periods(
    rows: list[dict[str, Any]], value: str, per_unit: str | None, roll_up: str | None, period: str, window: str
) -> None:
    reductions = {key: how for key, how in (("per_unit", per_unit), ("roll_up", roll_up)) if how is not None}
    measure = {"from": "filed", "value": value, "window": window, **reductions}
    compare(folder({"m": measure}, (), rows), period)


MADE_OF_OTHERS = {
    "n": {"from": "activity", "value": "count()"},
    "people": {"from": "activity", "value": "sum(people)"},
    "amount": {"from": "filed", "value": "sum(amount)", "per_unit": "last"},
    "each": {"value": "people / n"},
    "growth": {"value": "n / previous(n) - 1"},
    "yearly": {"value": "each / last_year(each)"},
    "mixed": {"value": "amount / n + unit.people", "roll_up": "mean"},
    "often": {"value": "if(each is missing, amount, each * previous(amount))", "roll_up": "max"},
}


@given(st.lists(ROWS, max_size=8), st.lists(FILED_ROWS, max_size=6), st.sampled_from(["missing", "zero"]))
@pytest.mark.parametrize("period", ["2025-02", "2025-Q1", "2025"])
def test_measures_made_of_measures(
    period: str, rows: list[dict[str, Any]], amounts: list[dict[str, Any]], no_records: str
) -> None:
    compare(folder(MADE_OF_OTHERS, rows, amounts, no_records=no_records), period)
