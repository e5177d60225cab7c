"""Reminders: who has what to file, one message a person about the own units alone; the dates as a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from shuping_web.cycles.calendar_actions import allow_later
from shuping_web.filing.actions import check_record, file_record
from shuping_web.filing.models import Record
from shuping_web.notices.calendar import Entry, calendar_of, escaped, folded
from shuping_web.notices.calendar_actions import end_link, make_link
from shuping_web.notices.models import Batch
from shuping_web.people.actions import System, give_role
from shuping_web.people.permissions import Role
from shuping_web.reminding.letters import reminders
from shuping_web.reminding.queries import open_matters
from tests.web.conftest import NOW, World, person

TODAY = date(2099, 12, 18)


def file_for(world: World, unit: str, by: str) -> Record:
    return file_record(
        cycle=world.cycle, dataset="activity", unit=world.units[unit], period="", submission=uuid4(),
        values={"date": "2025-03-01", "form": "talk", "people": "317"}, by=world.people[by], at=NOW,
    )  # fmt: skip


def who(world: World, *, missing: bool = True, returned: bool = True) -> dict[str, list[tuple[str, list[str], int]]]:
    found = open_matters(world.cycle, TODAY, missing=missing, returned=returned)
    return {
        account.username: [(due.unit.code, due.missing, due.returned) for due in dues]
        for account, dues in found.people.items()
    }


def test_who_has_filed_is_not_reminded(world: World) -> None:
    assert who(world) == {"east": [("east", ["activity"], 0)], "west": [("west", ["activity"], 0)]}
    file_for(world, "east", "east")
    assert who(world) == {"west": [("west", ["activity"], 0)]}
    assert who(world, missing=False) == {}


def test_what_was_returned(world: World) -> None:
    record = file_for(world, "east", "east")
    check_record(
        cycle=world.cycle, record=record, version=1, accept=False, reason="Why?", by=world.people["checker"], at=NOW
    )
    assert who(world, missing=False) == {"east": [("east", [], 1)]}
    assert who(world, returned=False) == {"west": [("west", ["activity"], 0)]}


def test_a_unit_without_a_filer_is_the_matter_of_the_one_above(world: World) -> None:
    person(world, "county", Role.FILER, "county")
    give_role(account=world.people["county"], role=Role.FILER, unit=world.units["east"], by=System(), at=NOW)
    assert set(who(world)) == {"county", "east", "west"}
    world.people["west"].is_active = False
    world.people["west"].save()
    assert ("west", ["activity"], 0) in who(world)["county"]
    world.people["county"].is_active = False
    world.people["county"].save()
    found = open_matters(world.cycle, TODAY, missing=True, returned=True)
    assert [unit.code for unit in found.nobody] == ["west"]


def test_a_letter_speaks_of_the_own_units_in_the_own_language(world: World) -> None:
    world.people["east"].language = "en"
    world.people["east"].save()
    allow_later(
        cycle=world.cycle, unit=world.units["west"], until=date(2099, 12, 31), reason="Flood.", by=System(), at=NOW
    )
    found = open_matters(world.cycle, TODAY, missing=True, returned=True)
    east, west = reminders(world.cycle, found, TODAY, note_zh="请抓紧。", note_en="Please hurry.")
    assert "East — until 2099-12-20, 2 days left" in east.text
    assert "nothing filed yet: Activities" in east.text
    assert "Please hurry." in east.text
    assert "West" not in east.text + east.subject
    assert "西镇 — 截至 2099-12-31，还有 13 天" in west.text
    assert "请抓紧。" in west.text
    assert "东镇" not in west.text + west.subject


def test_on_screen_nothing_is_sent(world: World, client_of: Callable[[str], Client]) -> None:
    office = client_of("office")
    refused = office.post("/reminders/new/", {"note_en": "What I typed"}).content.decode()
    assert "Choose what to remind of." in refused
    assert "What I typed" in refused
    answer = office.post("/reminders/new/", {"missing": "on", "returned": "on"})
    batch = Batch.objects.get()
    assert answer.url == f"/outbox/{batch.pk}/"
    assert set(batch.messages.values_list("account__username", "state")) == {("east", "planned"), ("west", "planned")}
    file_for(world, "east", "east")
    file_for(world, "west", "west")
    nobody = office.post("/reminders/new/", {"missing": "on"}).content.decode()
    assert "There is nobody to write to." in nobody


def test_the_calendar_of_a_private_address(world: World) -> None:
    east = world.people["east"]
    allow_later(
        cycle=world.cycle, unit=world.units["east"], until=date(2099, 12, 31), reason="Flood; all", by=System(), at=NOW
    )
    token = make_link(account=east, at=timezone.now())
    client = Client(headers={"host": "localhost"})
    answer = client.get(f"/deadlines/{token}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert "DTSTART;VALUE=DATE:20991220\r\nDTEND;VALUE=DATE:20991221\r\n" in text
    assert f"UID:cycle-{world.cycle.pk}-filing@shuping" in text
    assert "DESCRIPTION:Flood\\; all" in text
    assert client.get(f"/deadlines/{token}.ics").content == answer.content
    west = client.get(f"/deadlines/{make_link(account=world.people['west'], at=timezone.now())}.ics").content.decode()
    assert "Flood" not in west
    newer = make_link(account=east, at=timezone.now())
    assert client.get(f"/deadlines/{token}.ics").status_code == 404
    end_link(account=east, at=timezone.now())
    assert client.get(f"/deadlines/{newer}.ics").status_code == 404


def test_the_token_stands_in_no_table(world: World) -> None:
    from django.db import connection

    token = make_link(account=world.people["east"], at=timezone.now())
    with connection.cursor() as cursor:
        for table in ("notices_calendarlink", "ledger_event"):
            cursor.execute(f"SELECT * FROM {table}")
            assert token not in str(cursor.fetchall())


def test_lines_are_folded_at_75_octets_and_no_character_is_cut() -> None:
    line = "SUMMARY:" + "澄川县年度综合考核" * 12 + "end"
    parts = list(folded(line))
    assert all(len(part) <= 75 for part in parts)
    assert all(part.startswith(b" ") for part in parts[1:])
    assert b"".join([parts[0], *(part[1:] for part in parts[1:])]).decode() == line
    assert [part.decode() for part in parts]  # each is whole UTF-8


@pytest.mark.parametrize(
    ("text", "value"), [("a;b,c\\d", "a\\;b\\,c\\\\d"), ("a\r\nEND:VEVENT", "a\\nEND:VEVENT"), ("a\x00b", "ab")]
)
def test_texts_are_escaped(text: str, value: str) -> None:
    assert escaped(text) == value


def test_a_calendar_by_hand() -> None:
    entry = Entry("1@x", date(2025, 12, 1), date(2025, 12, 31), "Filing", warn_days=3)
    with translation.override("en"):
        found = calendar_of("Dates", [entry], datetime(2025, 11, 3, tzinfo=UTC)).decode().split("\r\n")
    assert found == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shuping//Shuping//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "X-WR-CALNAME:Dates", "BEGIN:VEVENT", "UID:1@x", "DTSTAMP:20251103T000000Z", "DTSTART;VALUE=DATE:20251201",
        "DTEND;VALUE=DATE:20260101", "SUMMARY:Filing", "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY",
        "DESCRIPTION:Filing", "TRIGGER:-P3D", "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
