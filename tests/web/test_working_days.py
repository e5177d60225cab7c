"""Working days against the State Council's notices for 2025 and 2026, and against what must hold of any calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping_web.cycles.working_days import LONGEST, WorkingDays

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(
    WorkingDays, st.sampled_from(["CN", "GB", "DE", "SA"]), st.dictionaries(DAYS, st.booleans(), max_size=5)
)
# 国办发明电〔2024〕12号 (2025) and 国办发明电〔2025〕7号 (2026): the days off and the weekends made up for
MADE_UP = [(2025, 1, 26), (2025, 2, 8), (2025, 4, 27), (2025, 9, 28), (2025, 10, 11),
           (2026, 1, 4), (2026, 2, 14), (2026, 2, 28), (2026, 5, 9), (2026, 9, 20), (2026, 10, 10)]  # fmt: skip
OFF = [(date(2025, 1, 28), 8), (date(2025, 4, 4), 3), (date(2025, 5, 1), 5), (date(2025, 5, 31), 3),
       (date(2025, 10, 1), 8), (date(2026, 1, 1), 3), (date(2026, 2, 15), 9), (date(2026, 10, 1), 7)]  # fmt: skip


def test_the_published_days_of_china() -> None:
    calendar = WorkingDays("CN")
    for day in MADE_UP:
        assert calendar.works(date(*day)), day
        assert date(*day).weekday() >= 5
    for first, number in OFF:
        assert [calendar.works(first + timedelta(days=at)) for at in range(number)] == [False] * number, first


def test_around_the_national_day_by_hand() -> None:
    calendar = WorkingDays("CN")
    # Monday 29 and Tuesday 30 September, then eight days off, Thursday 9, Friday 10, Saturday 11 (made up) October
    assert calendar.after(date(2025, 9, 28), 5) == date(2025, 10, 11)
    assert calendar.between(date(2025, 9, 29), date(2025, 10, 12)) == 5
    assert calendar.after(date(2025, 10, 11), 1) == date(2025, 10, 13)


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_counting_forth_and_back_agrees(calendar: WorkingDays, day: date, number: int) -> None:
    end = calendar.after(day, number)
    assert calendar.works(end)
    assert calendar.between(day + timedelta(days=1), end) == number


@given(CALENDARS, DAYS, st.integers(0, 100), st.integers(0, 100))
def test_spans_add_up(calendar: WorkingDays, day: date, one: int, other: int) -> None:
    middle, end = day + timedelta(days=one), day + timedelta(days=one + other + 1)
    parts = calendar.between(day, middle) + calendar.between(middle + timedelta(days=1), end)
    assert parts == calendar.between(day, end)


def test_make_up_days_that_are_not_announced_yet_are_said_to_be_unknown() -> None:
    assert WorkingDays("CN").settled(2026)
    assert not WorkingDays("CN").settled(2029)
    assert WorkingDays("GB").settled(2029)


def test_no_count_runs_for_ever() -> None:
    with pytest.raises(ValueError, match="too far"):
        WorkingDays("CN").after(date(2025, 1, 1), LONGEST)
