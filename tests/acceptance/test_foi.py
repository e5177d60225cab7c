"""Freedom of information in the United Kingdom, 2010-2020: four published rates, and the national bulletins.

9,072 published cells, and the figures of three bulletins. What the published file itself does not square
(12 rows that do not add up, annual rows that are not sums of quarters) is counted, not repaired.
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
from shuping.measures import compute
from shuping.values import show

pytestmark = pytest.mark.case("foi")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "foi"
FILE = "foi-statistics-2020-published-data.csv"
# Columns of the published file by position: two of them have the same heading.
RECEIVED, TOTAL, MET, EXTENSION, LATE = 2, 7, 8, 9, 10
RATES = {"on_time": 11, "in_time": 12, "granted": 21, "withheld": 22}

Cell = tuple[str, str, str]  # period, body, measure
Values = dict[Cell, Decimal]


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    path = Path(os.environ["SHUPING_CASES"]) / "foi" / FILE
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.fixture(scope="module")
def folder() -> shuping.Folder:
    return shuping.read(EXAMPLE, settings={"SHUPING_CASES": os.environ["SHUPING_CASES"]})


@pytest.fixture(scope="module")
def measures(folder: shuping.Folder) -> pl.DataFrame:
    return shuping.measure(folder)


@pytest.fixture(scope="module")
def values(measures: pl.DataFrame) -> Values:
    found = measures.filter(pl.col("value").is_not_null()).select("period", "unit", "measure", "value")
    return {(period, unit, measure): value for period, unit, measure, value in found.iter_rows()}


@pytest.fixture(scope="module")
def reasons(measures: pl.DataFrame) -> dict[Cell, str]:
    found = measures.filter(pl.col("missing").is_not_null()).select("period", "unit", "measure", "missing")
    return {(period, unit, measure): why for period, unit, measure, why in found.iter_rows()}


def place(row: list[str]) -> tuple[str, str, str]:
    """Return period, body and the name before the rates' measures: ``Q3 2013`` is ``2013-Q3``."""
    quarter = row[0].startswith("Q")
    period = f"{row[0][3:]}-{row[0][:2]}" if quarter else row[0]
    return period, row[1], "quarter" if quarter else "year"


def published(rows: list[list[str]]) -> dict[Cell, str]:
    found = {}
    for row in rows:
        period, body, kind = place(row)
        found |= {(period, body, f"{kind}_{rate}"): row[column] for rate, column in RATES.items()}
    return found


def number(text: str) -> int | None:
    return None if text == "-" else int(text.replace(",", ""))


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


def test_every_published_rate_digit_by_digit(rows: list[list[str]], folder: shuping.Folder) -> None:
    """The exact ratio, rounded half-up once to the decimals of the cell (eight; more below 10%), is the cell."""
    printed = {cell: text for cell, text in published(rows).items() if text != "-"}
    names = sorted({measure for _, _, measure in printed})
    table = compute(folder, sorted({period for period, _, _ in printed}), names)
    agreeing: Counter[str] = Counter()
    for (period, body, measure), text in printed.items():
        value = table.values(period, measure)[body]
        assert isinstance(value, Fraction), (period, body, measure, value)
        if Decimal(show(value * 100, max(8, decimals(text)))) == Decimal(text):
            agreeing[measure.split("_", 1)[1]] += 1
    assert set(agreeing) == set(RATES)
    assert agreeing.total() == len(printed) == 9072
    assert len(rows) == 2303


def test_rates_as_the_frame_publishes_them(rows: list[list[str]], values: Values) -> None:
    """At eight decimals: equal wherever the cell has no more, and within half a unit of the eighth in the other 209."""
    printed = {cell: text for cell, text in published(rows).items() if text != "-"}
    short = {cell: Decimal(text) for cell, text in printed.items() if decimals(text) <= 8}
    assert sum(values[cell] * 100 == rate for cell, rate in short.items()) == len(short) == 8863
    long = {cell: Decimal(text) for cell, text in printed.items() if cell not in short}
    assert sum(abs(values[cell] * 100 - rate) <= Decimal("5e-9") for cell, rate in long.items()) == len(long) == 209


def test_a_dash_is_missing_with_its_reason_and_never_zero(
    rows: list[list[str]], values: Values, reasons: dict[Cell, str]
) -> None:
    dashes = [cell for cell, text in published(rows).items() if text == "-"]
    assert len(dashes) == 140
    assert not set(dashes) & set(values)
    # 27 rows hold nothing but dashes; in the others nothing was received, or nothing was resolvable.
    assert Counter(reasons[cell] for cell in dashes) == {"no_value": 27 * 4, "division_by_zero": 32}


def test_a_renamed_body_stands_under_each_of_its_names(folder: shuping.Folder, values: Values) -> None:
    assert len(folder.register) == 71 + 1, "71 names as published, and the nation"
    names = ("Department of Health", "Department of Health and Social Care")
    quarters = [
        {period for period, body, measure in values if body == name and measure == "received"} for name in names
    ]
    assert quarters[0]
    assert quarters[1]
    assert not {period for period in quarters[0] & quarters[1] if "-Q" in period}, "never counted twice"


BULLETINS = [
    ("2020-Q2", "received", 0, "9205"),
    ("2020-Q2", "quarter_in_time", 2, "84"),
    ("2020-Q2", "resolvable", 0, "6648"),
    ("2020-Q2", "quarter_granted", 2, "37"),
    ("2020-Q2", "quarter_withheld", 2, "36"),
    ("2019-Q2", "received", 0, "11137"),
    ("2019-Q2", "quarter_in_time", 2, "92"),
    ("2019-Q2", "quarter_granted", 2, "42"),
    ("2019-Q2", "quarter_withheld", 2, "37"),
    ("2015", "year_in_time", 2, "90"),
]


@pytest.mark.parametrize(("period", "measure", "hundreds", "bulletin"), BULLETINS)
def test_figure_of_a_national_bulletin(values: Values, period: str, measure: str, hundreds: int, bulletin: str) -> None:
    """The nation is a ratio of sums over the bodies below it; bulletins print whole per cents."""
    assert show(Fraction(values[period, "national", measure]) * 10**hundreds, 0) == bulletin


def test_the_nation_is_no_mean_of_the_bodies(values: Values) -> None:
    rates = [
        value
        for (period, body, measure), value in values.items()
        if (period, measure) == ("2020-Q2", "quarter_in_time") and body != "national"
    ]
    mean = Fraction(sum(rates)) / len(rates)
    assert abs(mean - Fraction(values["2020-Q2", "national", "quarter_in_time"])) > Fraction(2, 100)


def test_annual_rows_are_not_the_sums_of_their_quarters(rows: list[list[str]], values: Values) -> None:
    """The revisions are shown as they are: how many, and how much; the sums come from the file itself."""
    annual: dict[tuple[str, str], int] = {}
    quarters: Counter[tuple[str, str]] = Counter()
    for row in rows:
        period, body, kind = place(row)
        received = number(row[RECEIVED])
        if received is not None and kind == "year":
            annual[period, body] = received
        elif received is not None:
            quarters[period[:4], body] += received
    expected = {key: total - quarters[key] for key, total in annual.items() if key in quarters}
    found = {key: values[(*key, "year_less_quarters")] for key in expected}
    assert found == expected
    revised = [difference for difference in expected.values() if difference]
    assert (len(annual), len(expected), len(revised)) == (458, 457, 214)
    assert sum(revised) == 722
    # The largest is no revision: until the third quarter of 2016 the body reported under a shorter name.
    schools = "Office for Standards in Education, Children's Services and Skills"
    assert max(expected, key=lambda key: abs(expected[key])) == ("2016", schools)
    assert expected["2016", schools] == 438 == quarters["2016", "Office for Standards in Education"]


def test_rows_that_do_not_add_up_are_counted_and_left_alone(rows: list[list[str]], values: Values) -> None:
    odd = {}
    for row in rows:
        period, body, kind = place(row)
        parts = [number(row[column]) for column in (MET, EXTENSION, LATE, TOTAL)]
        if None not in parts:
            met, extension, late, total = (part or 0 for part in parts)
            if gap := met + extension + late - total:
                odd[period, body, f"{kind}_gap"] = gap
    assert len(odd) == 12
    found = {cell: value for cell, value in values.items() if cell[2].endswith("_gap") and cell[1] != "national"}
    own = {cell: value for cell, value in found.items() if value and ("-Q" in cell[0]) == (cell[2] == "quarter_gap")}
    assert own == odd


def test_bodies_are_ranked_by_timeliness(
    folder: shuping.Folder, rows: list[list[str]], reasons: dict[Cell, str]
) -> None:
    """Scores worked out from the published rates: 70 points between 70% and 100% in time, 30 within 20 days."""
    expected = {}
    for row in rows:
        period, body, _ = place(row)
        in_time, on_time = row[RATES["in_time"]], row[RATES["on_time"]]
        if period == "2020-Q2" and in_time != "-":
            shares = [min(max((Fraction(rate) - 70) / 30, Fraction(0)), Fraction(1)) for rate in (in_time, on_time)]
            expected[body] = Decimal(show(70 * shares[0] + 30 * shares[1], 2))
    standing = shuping.score(folder, ["2020-Q2"]).standing
    scored = standing.filter(pl.col("total").is_not_null())
    assert dict(scored.select("unit", "total").iter_rows()) == expected
    assert len(expected) == 39
    for unit, total, rank in scored.select("unit", "total", "rank").iter_rows():
        assert rank == 1 + sum(other > total for other in expected.values()), unit
    silent = standing.filter(pl.col("total").is_null())
    assert set(silent["missing"]) == {"no_records"}
    assert len(silent) == 71 - 39
    assert {reasons["2020-Q2", unit, "in_time"] for unit in silent["unit"]} == {"no_records"}


def test_a_year_is_compared_with_a_year(folder: shuping.Folder) -> None:
    """Quarters and years in one result: the year 2020 moves against 2019, not against the quarter before it."""
    standing = shuping.score(folder, ["2019", "2020-Q4", "2020"]).standing
    totals = {(unit, period): total for unit, period, total in standing.select("unit", "period", "total").iter_rows()}
    moved = standing.filter(pl.col("change").is_not_null())
    assert set(moved["period"]) == {"2020"}
    assert moved.height > 30
    for unit, change in moved.select("unit", "change").iter_rows():
        assert change == totals[unit, "2020"] - totals[unit, "2019"]
