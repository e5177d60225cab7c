"""The day that a record keeps beside its values is the one that its values name, and a cycle counts the same records by
it as by looking at every row, under whatever rule book they were filed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.models import Cycle
from shuping_web.filing.invariants import days_as_told
from shuping_web.filing.models import Record, State
from shuping_web.filing.of_cycle import in_cycle
from shuping_web.filing.timing import told
from shuping_web.people.actions import System
from tests.web.conftest import BOOK, NOW, World

pytestmark = pytest.mark.broken_ledger  # records are written past the actions, in every shape that there may be
DAYS = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 8, 31), date(2025, 9, 1), date(2025, 12, 31), date(2026, 1, 1)]
WEEKS = ["2024-W52", "2025-W01", "2025-W02", "2025-W52", "2026-W01", "2026-W02"]  # the first days of 2025 are of W01
QUARTERS = ["2024-Q4", "2025-Q1", "2025-Q4", "2026-Q1", "2025", "2025-01", "somewhen", ""]
MORE = """  weekly: {period: week, fields: {cases: {type: integer}}}
  figures: {period: quarter, fields: {cases: {type: integer}}}
measures:"""


def book(version: str, **other: str) -> str:
    """Return the small county's rule book with more datasets, some of its text otherwise."""
    text = BOOK.replace('version: "1"', f'version: "{version}"').replace('["2025"]', '["2024", "2025"]')
    text = text.replace("measures:", MORE, 1)
    for old, new in other.items():
        assert {"date": "      date:", "years": "groups:"}[old] in text
        text = text.replace({"date": "      date:", "years": "groups:"}[old], new, 1)
    return text


BOOKS = {
    "plain": book("2"),
    "by another field": book(
        "3", date="    dated_by: held\n    fields:\n      held: {type: date}\n      date:"
    ).replace("    fields:\n    dated_by", "    dated_by"),
    "school years": book("4", years='year_starts: "09-01"\ngroups:'),
}


@pytest.fixture
def cycles(world: World) -> dict[str, Cycle]:
    """A cycle of 2025 under each rule book, and rows of each cycle and of none in every dataset and time."""
    made = {}
    for name, text in BOOKS.items():
        version = add_rulebook(text=text, reason="Another year.", by=System(), at=NOW)
        made[name] = open_cycle(
            rulebook=version, period="2025", filing_until=date(2099, 12, 20), by=System(), at=NOW, name=name
        )
    rows = [
        Record(
            dataset=dataset, period=period, values=values, cycle=cycle, unit=world.units["east"], state=State.FILED,
            submission=uuid4(), filed_by=world.people["east"], filed_at=NOW,
        )
        for cycle in (*made.values(), None)
        for dataset, period, values in times()
    ]  # fmt: skip
    Record.objects.bulk_create(rows[::2])
    for row in rows[1::2]:
        row.save()
    return made


def times() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield dataset, period and values of rows of every time."""
    for day in DAYS:
        yield "activity", "", {"date": day.isoformat()}
        yield "activity", "", {"held": day.isoformat(), "date": "2025-03-01"}
    yield from (("activity", "", values) for values in ({}, {"date": ""}, {"date": "2025"}, {"date": "2025-06-01x"}))
    yield from (("weekly", week, {}) for week in WEEKS)
    yield from (("figures", period, {}) for period in QUARTERS)


def by_hand(name: str) -> set[int]:
    """Return the records of 2025, each row looked at: its day between the first and the last, its week whole in it."""
    first, last = (
        (date(2025, 9, 1), date(2026, 8, 31)) if name == "school years" else (date(2025, 1, 1), date(2025, 12, 31))
    )
    field = "held" if name == "by another field" else "date"
    found = set()
    for row in Record.objects.all():
        if row.dataset == "activity":
            inside = first.isoformat() <= row.values.get(field, "") <= last.isoformat()
        elif row.dataset == "weekly":
            monday = date.fromisocalendar(int(row.period[:4]), int(row.period[6:]), 1)
            inside = first <= monday and monday + timedelta(days=6) <= last
        else:
            inside = row.period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
        if inside:
            found.add(row.pk)
    return found


def test_a_cycle_has_the_records_of_its_time_however_their_day_was_told(cycles: dict[str, Cycle]) -> None:
    for name, cycle in cycles.items():
        assert set(in_cycle(cycle).values_list("pk", flat=True)) == by_hand(name), name
    assert by_hand("plain") != by_hand("by another field") != by_hand("school years") != by_hand("plain")


def test_the_day_is_what_the_values_say_and_follows_them(cycles: dict[str, Cycle]) -> None:
    for row in Record.objects.all():
        assert (row.timed, row.day) == told(row.timed, row.period, row.values)
        if row.dataset == "activity" and row.timed:
            assert row.day == row.values.get(row.timed, "")
    other = Record.objects.filter(cycle=cycles["by another field"], values__held="2025-09-01").get()
    other.values = {**other.values, "held": "2025-09-02"}
    other.save()
    assert Record.objects.filter(pk=other.pk).values_list("timed", "day").get() == ("held", "2025-09-02")


def test_a_day_that_its_values_do_not_name_is_found(cycles: dict[str, Cycle]) -> None:
    assert list(days_as_told()) == []
    one = Record.objects.filter(day="2025-09-01").first()
    assert one is not None
    Record.objects.filter(pk=one.pk).update(day="2024-09-01")
    assert [f"record {one.pk} " in text for text in days_as_told()] == [True]


def test_what_one_rule_book_dates_is_counted_without_a_look_at_the_rows(world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        in_cycle(world.cycle).values("dataset", "state").distinct().count()
    assert "values" not in asked[-1]["sql"].replace("VALUES", "")


def test_records_of_before_are_told_once_when_the_site_is_brought_up_to_date(cycles: dict[str, Cycle]) -> None:
    from importlib import import_module

    before = list(Record.objects.order_by("pk").values_list("timed", "day"))
    Record.objects.update(timed="", day="")
    for name, cycle in cycles.items():  # untold, they are still found
        assert set(in_cycle(cycle).values_list("pk", flat=True)) == by_hand(name)
    import_module("shuping_web.filing.migrations.0005_day_of_a_record").tell(apps, None)
    assert list(Record.objects.order_by("pk").values_list("timed", "day")) == before
