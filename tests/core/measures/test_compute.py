"""Measures by hand: small folders whose figures can be worked out on paper."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from shuping.errors import InputError, RulebookError
from shuping.measures import compute
from shuping.records.folder import Folder, Table
from shuping.values import Missing, Value
from tests.core.measures.county import ACTIVITY_SCHEMA, activity, filed, folder, register, rulebook

ROWS = [
    activity("e1", "2025-01-01", 10, money="0.10", village="v1", due="2025-01-03"),
    activity("e1", "2025-01-01", 20, money="0.20", village="v2", form="sport", ok=True),
    activity("e2", "2025-02-11", 30, village="v1", due="2025-02-10", form="体育"),
    activity("west", "2025-03-31", 40, money="0.70", form="sport", ok=False),
    activity("e1", "2024-03-01", 5),
    activity("e1", "2025-04-01", 1000),
]


def value(formula: str, unit: str = "county", period: str = "2025-Q1", rows: Any = ROWS, **measure: Any) -> Value:
    """Return one figure of a measure over activities."""
    given = folder({"m": {"from": "activity", "value": formula, **measure}}, rows)
    return compute(given, [period]).values(period, "m")[unit]


@pytest.mark.parametrize(
    ("formula", "unit", "expected"),
    [
        ("count()", "county", "4"),
        ("count()", "east", "3"),
        ("count()", "e1", "2"),
        ("count(where form in ('sport', '体育'))", "county", "3"),
        ("sum(people)", "county", "100"),
        ("sum(money)", "county", "1"),  # 0.1 + 0.2 + 0.7 is 1, not 0.9999999999999999
        ("mean(money)", "county", "1/3"),
        ("mean(people where form == 'sport')", "county", "30"),
        ("min(people)", "county", "10"),
        ("max(money * people)", "county", "28"),
        ("last(people)", "county", "40"),
        ("last(people)", "east", "30"),
        ("distinct(village)", "county", "2"),
        ("distinct(date)", "county", "3"),
        ("distinct(form)", "east", "3"),
        ("sum(due - date)", "county", "1"),
        ("count(where due >= date) / count(where due is not missing)", "county", "1/2"),
        ("sum(people / 3)", "county", "100/3"),
        ("sum(money / people)", "county", "3/80"),  # 0.01 + 0.01 + 0.0175
        ("count(where ok)", "county", "1"),
        ("count(where not ok)", "county", "1"),
        ("count() / unit.people * 100%", "county", "1/25"),
        ("count() * unit.people", "e1", "25"),
        ("if(unit.grade == 'A', count(), 0 - count())", "east", "3"),
        ("if(unit.grade == 'A', count(), 0 - count())", "west", "-1"),
        ("least(count(), 3) + greatest(1, 2)", "county", "5"),
    ],
)
def test_by_hand(formula: str, unit: str, expected: str) -> None:
    assert value(formula, unit) == Fraction(expected)


@pytest.mark.parametrize(
    ("formula", "unit", "reason"),
    [
        ("count()", "w1", "no_records"),
        ("distinct(village)", "w1", "no_records"),
        ("sum(people)", "w1", "no_records"),
        ("sum(people where form == '体育')", "e1", "no_records"),
        ("mean(money)", "e2", "no_value"),
        ("count() / unit.people", "west", "division_by_zero"),
        ("count() / unit.people", "e2", "no_attribute"),
        ("unit.people / count()", "w1", "no_attribute"),
        ("count() * target", "county", "no_target"),
        ("if(target > 1, 1, 2)", "county", "no_target"),
    ],
)
def test_missing_has_its_reason(formula: str, unit: str, reason: str) -> None:
    assert value(formula, unit) == Missing(reason)


def test_rows_without_a_match_are_a_count_of_zero() -> None:
    assert value("count(where form == '体育')", "e1") == 0


def test_no_rows_are_zero_only_where_the_dataset_says_so() -> None:
    given = folder(
        {
            "n": {"from": "activity", "value": "count()"},
            "people": {"from": "activity", "value": "sum(people)"},
            "mean": {"from": "activity", "value": "mean(people)"},
        },
        ROWS,
        no_records="zero",
    )
    table = compute(given, ["2025-Q1"])
    assert [table.values("2025-Q1", name)["w1"] for name in ("n", "people", "mean")] == [0, 0, Missing("no_records")]


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2025", 5), ("2025-Q1", 4), ("2025-01", 2), ("2025-W01", 2), ("2025-W07", 1), ("2025-02-11", 1), ("2024", 1)],
)
def test_kinds_of_period(period: str, expected: int) -> None:
    assert value("count()", period=period) == expected


def test_to_date_runs_from_the_start_of_the_year() -> None:
    assert value("sum(people)", period="2025-02", window="to_date") == 60
    assert value("distinct(date)", period="2025-04", window="to_date") == 4
    assert value("distinct(date)", period="2025-12", window="to_date") == 4


def test_to_date_runs_from_the_start_of_the_fiscal_year() -> None:
    given = folder({"m": {"from": "activity", "value": "count()", "window": "to_date"}}, ROWS)
    moved = given.rulebook.model_copy(update={"year_starts": "02-01"})
    given = Folder(None, moved, given.register, given.datasets)
    assert compute(given, ["2025-03"]).values("2025-03", "m")["county"] == 2


AMOUNTS = [
    filed("county", "2025-01", "2"),
    filed("e1", "2025-01", "10"),
    filed("e1", "2025-02", "30"),
    filed("e2", "2025-02", "5"),
    filed("e2", "2025-02", "7", kind="b"),
    filed("w1", "2025-03", "1"),
]


@pytest.mark.parametrize(
    ("per_unit", "roll_up", "expected"),
    [
        (None, None, "55"),
        ("max", "sum", "45"),  # 2 + 30 + 12 + 1
        ("max", None, "45"),
        ("min", "sum", "25"),
        ("mean", "sum", "35"),
        ("last", "max", "30"),
        ("sum", "mean", "55/4"),
        (None, "mean", "55/4"),
        (None, "min", "1"),
        (None, "last", "1"),  # w1 filed last
    ],
)
def test_reductions(per_unit: str | None, roll_up: str | None, expected: str) -> None:
    keys = {key: how for key, how in (("per_unit", per_unit), ("roll_up", roll_up)) if how}
    given = folder({"m": {"from": "filed", "value": "sum(amount)", **keys}}, (), AMOUNTS)
    assert compute(given, ["2025-Q1"]).values("2025-Q1", "m")["county"] == Fraction(expected)


def test_per_unit_without_roll_up_keeps_the_ratio_of_sums() -> None:
    formula = "sum(amount where kind == 'b') / sum(amount)"
    given = folder({"m": {"from": "filed", "value": formula, "per_unit": "last"}}, (), AMOUNTS)
    found = compute(given, ["2025-Q1"]).values("2025-Q1", "m")
    assert found["east"] == Fraction(7, 30 + 12)  # e1's last month 30, e2's last month 5 + 7


def test_a_month_outside_the_week_does_not_count() -> None:
    given = folder({"m": {"from": "filed", "value": "sum(amount)"}}, (), AMOUNTS)
    assert compute(given, ["2025-W06"]).values("2025-W06", "m")["county"] == Missing("no_records")


def test_earlier_periods() -> None:
    measures = {
        "n": {"from": "activity", "value": "count()"},
        "growth": {"value": "n / last_year(n) - 1"},
        "step": {"value": "n - previous(n)"},
    }
    table = compute(folder(measures, ROWS), ["2025-Q1", "2025-Q2"])
    assert table.values("2025-Q1", "growth")["e1"] == 1  # two against one
    assert table.values("2025-Q1", "growth")["e2"] == Missing("no_previous")
    assert table.values("2025-Q2", "step")["e1"] == -1
    assert table.values("2025-Q1", "step")["e1"] == Missing("no_previous")


def test_zero_records_are_not_assumed_before_the_records_began() -> None:
    measures = {"n": {"from": "activity", "value": "count()"}, "step": {"value": "n - previous(n)"}}
    table = compute(folder(measures, ROWS, no_records="zero"), ["2024-Q1", "2025-Q1", "2025-Q2"])
    assert table.values("2024-Q1", "step")["e1"] == Missing("no_previous")
    assert table.values("2025-Q2", "step")["e2"] == -1


def test_targets() -> None:
    given = folder({"n": {"from": "activity", "value": "count() / target"}}, ROWS)
    targets = pl.DataFrame({"unit": ["e1"], "period": ["2025-Q1"], "measure": ["n"], "value": ["1.5"]})
    given = Folder(None, given.rulebook, given.register, given.datasets, targets=Table(targets))
    found = compute(given, ["2025-Q1"]).values("2025-Q1", "n")
    assert found["e1"] == Fraction(4, 3)
    assert found["east"] == Missing("no_target")


def test_the_frame_explains_itself() -> None:
    measures = {
        "per": {"from": "activity", "value": "count(where form == 'sport') / unit.people"},
        "money": {"from": "activity", "value": "mean(money)"},
        "both": {"value": "per + money"},
    }
    frame = compute(folder(measures, ROWS), ["2025-Q1"]).frame
    rows = {(row["measure"], row["unit"]): row for row in frame.iter_rows(named=True)}
    assert list(frame.columns)[:3] == ["period", "unit", "measure"]
    assert frame.height == 3 * 6
    assert rows["per", "e1"]["parts"] == "count(where form == 'sport') = 1; unit.people = 12.5"
    assert rows["per", "e2"]["parts"] == "count(where form == 'sport') = 0; unit.people = (no_attribute)"
    assert rows["money", "county"]["parts"] == "mean(money) = 0.333333"
    assert rows["both", "county"]["parts"] == "per = 0.02; money = 0.333333"
    assert (rows["per", "county"]["records"], rows["per", "w1"]["records"], rows["both", "e1"]["records"]) == (
        4,
        0,
        None,
    )
    assert (rows["per", "e2"]["missing"], rows["per", "e2"]["numerator"]) == ("no_attribute", None)


def test_numbers_beyond_64_bits_stay_exact() -> None:
    rows = [activity("e1", "2025-01-01", 9_000_000_000_000_000_000, money="12345678901234567890.12") for _ in range(3)]
    assert value("sum(people)", rows=rows) == 27 * 10**18
    assert value("sum(money)", rows=rows) == 3 * Fraction("12345678901234567890.12")
    assert value("sum(people) * sum(people) * sum(people)", rows=rows) == (27 * 10**18) ** 3


def test_too_many_digits_are_said_not_rounded() -> None:
    rows = [activity("e1", "2025-01-01", 9_000_000_000_000_000_000, money="12345678901234567890.12")]
    with pytest.raises(InputError) as caught:
        value("sum(people * people * people)", rows=rows)
    assert caught.value.problems[0].code == "measures.too-many-digits"
    assert caught.value.problems[0].message("zh")


def test_a_text_of_the_formula_never_becomes_sql() -> None:
    rows = [activity("e1", "2025-01-01", form="lecture", village="x'); DROP VIEW activity; --")]
    assert value('count(where village == "x\'); DROP VIEW activity; --")', rows=rows) == 1
    assert value('distinct(village where form == "lecture")', rows=rows) == 1


NAMES = [
    "unit",
    "part",
    "top",
    "bottom",
    "pair_rows",
    "filed",
    "number",
    "p0_records",
    "group",
    'a"b',
    "select",
    "日期",
]


@pytest.mark.parametrize("name", NAMES[1:])
def test_any_name_of_a_field_and_a_dataset(name: str) -> None:
    fields = {"date": {"type": "date"}, name: {"type": "text"}}
    measure = {
        "from": name,
        "value": f"distinct(`{name}`) + count(where `{name}` == 'x') + sum(1 / 2 where `{name}` != '')",
    }
    head = {"rulebook": "test", "version": "1", "title": "Test", "groups": {"all": {"kind": "unit"}}}
    book = {**head, "datasets": {name: {"fields": fields}}, "measures": {"m": measure}}
    plain = rulebook({})
    frame = pl.DataFrame({"unit": ["e1", "e1", "w1"], "date": ["2025-01-01"] * 3, name: ["x", "y", "x"]})
    frame = frame.with_columns(pl.col("date").str.to_date())
    given = Folder(None, type(plain).model_validate(book), register(), {name: Table(frame)})
    assert compute(given, ["2025"]).values("2025", "m")["county"] == 2 + 2 + Fraction(3, 2)


def test_fields_that_differ_by_case_only_are_refused() -> None:
    fields = {"date": {"type": "date"}, "a": {"type": "integer"}, "A": {"type": "integer"}}
    head = {"rulebook": "test", "version": "1", "title": "Test", "groups": {"all": {"kind": "unit"}}}
    book = {**head, "datasets": {"d": {"fields": fields}}, "measures": {"m": {"from": "d", "value": "sum(a)"}}}
    given = Folder(None, type(rulebook({})).model_validate(book), register())
    with pytest.raises(RulebookError) as caught:
        compute(given, ["2025"])
    assert caught.value.problems[0].code == "measures.fields-differ-by-case"


def test_circles_and_strangers_are_said() -> None:
    circle = folder({"a": {"value": "b + 1"}, "b": {"value": "a - 1"}})
    with pytest.raises(RulebookError, match="a -> b -> a"):
        compute(circle, ["2025"])
    with pytest.raises(InputError) as caught:
        compute(folder({"a": {"value": "1"}}), ["2025", "twenty", "2025-13"], ["a"])
    assert [problem.code for problem in caught.value.problems] == ["measures.not-a-period"] * 2
    with pytest.raises(InputError, match="there is no measure"):
        compute(folder({"a": {"value": "1"}}), ["2025"], ["b"])
    with pytest.raises(InputError, match="the register lacks"):
        value("count()", rows=[activity("nowhere", "2025-01-01")])
    with pytest.raises(InputError, match="a formula needs a number"):
        value("unit.grade + 1")
    with pytest.raises(InputError, match="memory limit"):
        compute(folder({"a": {"value": "1"}}), ["2025"], memory_limit="a lot")


def test_a_dataset_without_any_file_has_no_records() -> None:
    given = folder({"m": {"from": "activity", "value": "count()"}})
    bare = Folder(None, given.rulebook, given.register)
    assert set(compute(bare, ["2025"]).values("2025", "m").values()) == {Missing("no_records")}


def test_only_the_measures_named_and_progress() -> None:
    seen: list[tuple[str, int, int]] = []
    given = folder({"a": {"value": "b + 1"}, "b": {"value": "2"}, "c": {"value": "3"}})
    table = compute(given, ["2024", "2025"], ["a"], progress=lambda *step: seen.append(step))
    assert set(table.frame["measure"]) == {"a"}
    assert table.values("2025", "a")["e1"] == 3
    assert seen == [("measures", 0, 2), ("measures", 1, 2), ("measures", 2, 2)]


def test_the_same_twice_and_whatever_the_order_of_the_rows() -> None:
    measures = {
        "money": {"from": "activity", "value": "sum(money) / distinct(date)"},
        "last": {"from": "activity", "value": "last(people)"},
        "ratio": {"from": "activity", "value": "sum(money / people)"},
    }
    given = folder(measures, ROWS * 50)
    turned = Folder(
        None, given.rulebook, given.register, {"activity": Table(given.datasets["activity"].frame.reverse())}
    )
    first = compute(given, ["2025", "2025-Q1"]).frame
    assert first.equals(compute(given, ["2025", "2025-Q1"]).frame)
    assert first.equals(compute(turned, ["2025", "2025-Q1"]).frame)


def test_accepted_parquet_is_read_where_it_lies(tmp_path: Any) -> None:
    given = folder({"m": {"from": "activity", "value": "sum(money)"}}, ROWS)
    path = tmp_path / "it's here.parquet"
    given.datasets["activity"].frame.write_parquet(path)
    table = Table(pl.DataFrame(schema=ACTIVITY_SCHEMA), parquet=path)
    laid = Folder(None, given.rulebook, given.register, {"activity": table})
    assert compute(laid, ["2025-Q1"]).frame.equals(compute(given, ["2025-Q1"]).frame)


def test_a_condition_as_a_measure() -> None:
    """Findings are measured so: false beats missing, and a missing condition is missing."""
    measures = {
        "n": {"from": "activity", "value": "count()"},
        "few": {"value": "if(n < 3 and unit.people > 0, 1, 0)"},
        "more": {"value": "if(n > last_year(n), 1, 0)"},
    }
    table = compute(folder(measures, ROWS), ["2025-Q1"])
    assert table.values("2025-Q1", "few") == {
        "county": 0,
        "east": 0,
        "west": 0,  # 0 people: false, whatever else
        "e1": 1,
        "e2": Missing("no_attribute"),
        "w1": Missing("no_records"),
    }
    assert table.values("2025-Q1", "more")["e1"] == 1


def test_nothing_is_printed_at_the_end_of_the_process() -> None:
    """DuckDB's binding complains at exit about types that somebody still holds."""
    program = (
        "from tests.core.measures.county import *\n"
        "from shuping.measures import compute\n"
        "f = folder({'m': {'from': 'activity', 'value': 'sum(people)'}}, [activity('e1', '2025-01-01')])\n"
        "print(compute(f, ['2025']).values('2025', 'm')['county'])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("1\n", "")
