"""What is missing, named: which unit, which month, and who is to file it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuping_web.checking.completeness import completeness
from shuping_web.checking.missing import missing
from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.models import Cycle
from shuping_web.notices.actions import plan_batch
from shuping_web.notices.models import Kind
from shuping_web.people.actions import System, give_role
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Role
from shuping_web.people.unit_actions import end_unit
from shuping_web.reminding.letters import reminders
from shuping_web.reminding.queries import open_matters
from tests.web.conftest import BOOK, NOW, World
from tests.web.test_of_cycle import filed_for

MONTHLY = BOOK.replace('version: "1"', 'version: "3"').replace(
    "measures: {",
    """  monthly:
    title: {zh: 月报, en: Monthly}
    period: month
    fields: {cases: {type: integer, title: {zh: 件数, en: Cases}}}
measures: {cases: {from: monthly, value: sum(cases)}, """,
).replace(
    "criteria:\n", "criteria:\n  - {id: cases, points: 10, measure: cases, method: ratio_to_best, missing: zero}\n", 1
)  # fmt: skip
"""The small county with a monthly figure that counts."""
DAY = date(2025, 4, 10)
"""January to March are over; April is not."""


@pytest.fixture
def cycle(world: World) -> Cycle:
    """A cycle in which East has filed its month of February."""
    book = add_rulebook(text=MONTHLY, reason="Monthly.", by=System(), at=NOW)
    made = open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=System(), at=NOW)
    filed_for(world, made, "monthly", "2025-02", {"cases": "3"})
    return made


def test_the_months_that_are_over_and_not_filed_are_named(world: World, cycle: Cycle) -> None:
    found = {one.unit.code: one for one in completeness(cycle, Unit.objects.filter(kind="town"), DAY)}
    assert found["east"].gaps == {"monthly": ["2025-01", "2025-03"]}
    assert found["west"].gaps == {"monthly": ["2025-01", "2025-02", "2025-03"]}
    assert (found["east"].missing, found["west"].missing) == (3, 4)  # activities too
    assert completeness(cycle, Unit.objects.filter(code="east"), date(2025, 1, 31))[0].gaps == {}
    assert len(completeness(cycle, Unit.objects.filter(code="west"), date(2026, 2, 1))[0].gaps["monthly"]) == 12


def test_months_after_a_unit_ended_are_not_missing(world: World, cycle: Cycle) -> None:
    end_unit(unit=world.units["west"], last_day=date(2025, 2, 14), by=world.people["admin"], at=NOW)
    (west,) = completeness(cycle, Unit.objects.filter(code="west"), date(2026, 2, 1))
    assert west.gaps == {"monthly": ["2025-01", "2025-02"]}


def test_who_is_to_file_is_named(world: World, cycle: Cycle) -> None:
    found = missing(cycle, Unit.objects.filter(kind="town").order_by("code"), DAY)
    assert [(one.unit.code, one.dataset, one.period, [str(who) for who in one.people]) for one in found] == [
        ("east", "activity", "", ["East"]), ("east", "monthly", "2025-01", ["East"]),
        ("east", "monthly", "2025-03", ["East"]), ("west", "activity", "", ["West"]),
        ("west", "monthly", "2025-01", ["West"]), ("west", "monthly", "2025-02", ["West"]),
        ("west", "monthly", "2025-03", ["West"]),
    ]  # fmt: skip


def test_a_bureau_is_named_and_its_people_only_to_who_may_see_it(
    world: World, client_of: Callable[[str], Client]
) -> None:
    text = MONTHLY.replace('version: "3"', 'version: "4"').replace(
        "    period: month\n", "    period: month\n    filed_by: county\n"
    )
    book = add_rulebook(text=text, reason="By the county.", by=System(), at=NOW)
    open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=System(), at=NOW)
    give_role(
        account=world.people["observer"], role=Role.FILER, unit=world.units["county"], by=System(), at=NOW
    )  # fmt: skip
    office = client_of("office").get("/missing/?dataset=monthly").content.decode()
    assert "Small County: Observer" in office
    east = client_of("east").get("/missing/?dataset=monthly").content.decode()
    assert "Small County" in east
    assert "Observer" not in east
    assert "West" not in east


def test_on_screen_as_a_file_and_in_pages(world: World, cycle: Cycle, client_of: Callable[[str], Client]) -> None:
    east = client_of("east")
    page = east.get("/completeness/east/").content.decode()
    assert "Nothing filed for:" in page
    assert "2025-02" not in page.split("Nothing filed for:")[1].split("</p>")[0]
    answer = client_of("office").get("/missing/?format=csv&dataset=monthly&q=West&sort=period")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert rows[1] == ["West", "Monthly", "2025-01", "West", "West", "2099-12-20"]
    assert len(rows) == 13


def test_a_reminder_names_the_months(world: World, cycle: Cycle) -> None:
    open_ = open_matters(cycle, DAY, missing=True, returned=True)
    letters = {one.account.username: one for one in reminders(cycle, open_, DAY, note_zh="", note_en="")}
    assert "月报 (2025-01, 2025-03)" in letters["east"].text
    plan_batch(kind=Kind.REMINDER, title="x", drafts=list(letters.values()), by=world.people["office"], at=NOW)


def test_the_list_asks_no_more_for_more_units(world: World, cycle: Cycle, client_of: Callable[[str], Client]) -> None:
    office, numbers = client_of("office"), []
    for words in ("East", ""):
        office.get(f"/missing/?q={words}")
        with CaptureQueriesContext(connection) as made:
            assert office.get(f"/missing/?q={words}").status_code == 200
        numbers.append(len(made))
    assert numbers[0] == numbers[1]


def test_who_filed_everything_reads_that_nothing_is_missing(
    world: World, cycle: Cycle, client_of: Callable[[str], Client]
) -> None:
    for month in [1, *range(3, 13)]:
        filed_for(world, cycle, "monthly", f"2025-{month:02}", {"cases": "1"})
    filed_for(world, cycle, "activity", "", {"date": "2025-03-01", "form": "talk", "people": "3"})
    assert "Nothing is missing here." in client_of("east").get("/missing/").content.decode()
