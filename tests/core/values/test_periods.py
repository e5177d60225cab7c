"""Periods against the calendar: weeks of 53, leap days, academic years, spans."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.values.periods import KINDS, Kind, Period, parse_span, period_of

SPANS = [
    ("2025", "01-01", date(2025, 1, 1), date(2025, 12, 31)),
    ("2025-Q1", "01-01", date(2025, 1, 1), date(2025, 3, 31)),
    ("2025-Q4", "01-01", date(2025, 10, 1), date(2025, 12, 31)),
    ("2024-02", "01-01", date(2024, 2, 1), date(2024, 2, 29)),
    ("2025-02", "01-01", date(2025, 2, 1), date(2025, 2, 28)),
    ("2025-W01", "01-01", date(2024, 12, 30), date(2025, 1, 5)),
    ("2020-W53", "01-01", date(2020, 12, 28), date(2021, 1, 3)),
    ("2024-02-29", "01-01", date(2024, 2, 29), date(2024, 2, 29)),
    ("2025", "09-01", date(2025, 9, 1), date(2026, 8, 31)),
    ("2025-Q2", "09-01", date(2025, 12, 1), date(2026, 2, 28)),
    ("2023-Q2", "09-01", date(2023, 12, 1), date(2024, 2, 29)),
    ("2025-Q4", "09-01", date(2026, 6, 1), date(2026, 8, 31)),
    ("2025-09", "09-01", date(2025, 9, 1), date(2025, 9, 30)),
    ("2025", "04-06", date(2025, 4, 6), date(2026, 4, 5)),
]


@pytest.mark.parametrize(("text", "starts", "first", "last"), SPANS)
def test_a_period_runs_from_its_first_to_its_last_day(text: str, starts: str, first: date, last: date) -> None:
    period = Period.parse(text, starts)
    assert (period.start, period.end) == (first, last)
    assert period.contains(first)
    assert period.contains(last)
    assert not period.contains(first - timedelta(days=1))
    assert not period.contains(last + timedelta(days=1))


NONE = (  # noqa: SIM905 - a list would fill half a page
    "25|2025-13|2025-00|2025-Q5|2025-Q0|2025-W54|2025-W53|2021-W53|2025-02-29|2025-04-31|2025/01|2025-1|0000|20250101"
    "|２０２５|2025-q1|2025-W1|2025..2026|last year|"
).split("|")


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ
        Period.parse(text)


@pytest.mark.parametrize("starts", ["02-29", "13-01", "09", "09-31", "", "9/1", "a-b"])
def test_a_year_starts_on_a_day_of_every_year(starts: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Period.parse("2025", starts)


BEFORE = [  # period, year_starts, the one before, the same a year ago
    ("2025", "01-01", "2024", "2024"),
    ("2025", "09-01", "2024", "2024"),
    ("2025-Q1", "01-01", "2024-Q4", "2024-Q1"),
    ("2025-Q1", "09-01", "2024-Q4", "2024-Q1"),
    ("2025-03", "01-01", "2025-02", "2024-03"),
    ("2025-01", "01-01", "2024-12", "2024-01"),
    ("2021-W01", "01-01", "2020-W53", "2020-W01"),
    ("2020-W53", "01-01", "2020-W52", "2019-W52"),
    ("2027-W01", "01-01", "2026-W53", "2026-W01"),
    ("2024-02-29", "01-01", "2024-02-28", "2023-02-28"),
    ("2024-03-01", "01-01", "2024-02-29", "2023-03-01"),
    ("2025-02-28", "01-01", "2025-02-27", "2024-02-28"),
]


@pytest.mark.parametrize(("text", "starts", "before", "year_ago"), BEFORE)
def test_the_period_before_and_the_same_a_year_ago(text: str, starts: str, before: str, year_ago: str) -> None:
    period = Period.parse(text, starts)
    assert period.previous().name == before
    assert period.last_year().name == year_ago
    assert period.last_year().year_starts == starts


def test_spans() -> None:
    assert [str(period) for period in parse_span("2019..2021")] == ["2019", "2020", "2021"]
    assert [str(period) for period in parse_span("2020-W52..2021-W01")] == ["2020-W52", "2020-W53", "2021-W01"]
    assert [str(period) for period in parse_span("2025-Q3..2026-Q1", "09-01")] == ["2025-Q3", "2025-Q4", "2026-Q1"]
    assert [str(period) for period in parse_span("2024-02-28..2024-03-01")] == [
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
    ]
    assert len(parse_span("1990..2021")) == 32
    assert [str(period) for period in parse_span("2025")] == ["2025"]


@pytest.mark.parametrize("text", ["2021..2019", "2019..2020-Q1", "2019..", "..2020", "2019...2020", "2019..2020..2021"])
def test_spans_have_two_ends_of_one_kind_the_earlier_first(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_span(text)


def test_a_period_splits_into_what_starts_inside_it() -> None:
    assert [part.name for part in Period.parse("2025").split("quarter")] == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert [part.name for part in Period.parse("2025-Q1", "09-01").split("month")] == ["2025-09", "2025-10", "2025-11"]
    assert len(Period.parse("2024").split("day")) == 366
    # weeks that start in January 2025: the Mondays 6, 13, 20 and 27
    assert [part.name for part in Period.parse("2025-01").split("week")] == [
        "2025-W02",
        "2025-W03",
        "2025-W04",
        "2025-W05",
    ]


def test_labels_in_both_languages() -> None:
    read = [Period.parse(text) for text in ("2025-Q1", "2025-01", "2025-W03")]
    assert {period.name: (period.label("zh"), period.label("en")) for period in read} == {
        "2025-Q1": ("2025年第1季度", "Q1 2025"),
        "2025-01": ("2025年1月", "January 2025"),
        "2025-W03": ("2025年第3周", "week 3 of 2025"),
    }


days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
starts = st.sampled_from(["01-01", "09-01", "04-06", "08-31", "12-31", "03-30"])


@given(days, st.sampled_from(KINDS), starts)
def test_every_day_lies_in_exactly_one_period_of_a_kind(day: date, kind: Kind, year_starts: str) -> None:
    period = period_of(day, kind, year_starts)
    assert period.contains(day)
    assert Period.parse(period.name, year_starts) == period
    after = period_of(period.end + timedelta(days=1), kind, year_starts)
    assert after.start == period.end + timedelta(days=1)
    assert after.previous() == period


@pytest.mark.parametrize("text", ["1000", "1000-01-01", "1000-W01", "9990", "9990-12-31", "9990-W52"])
def test_nothing_breaks_at_the_ends_of_the_calendar(text: str) -> None:
    period = Period.parse(text)
    period.previous()
    period.last_year()
    period.year()
    for kind in KINDS:
        period.split(kind)


@pytest.mark.parametrize("text", ["0001", "0999-12", "0001-01-01", "9999", "9991-Q1", "9999-12-31"])
def test_years_that_have_no_neighbour_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="years"):
        Period.parse(text)
