"""What an account may do: the questions about one object agree with the lists, and nothing is kept past a request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuping_web.checking.queries import may_propose, proposable
from shuping_web.filing.models import Record, State
from shuping_web.filing.queries import editable, files, in_queue, may_edit, may_read, queue, units_to_file_for, visible
from shuping_web.people.actions import System, give_role
from shuping_web.people.middleware import asked_once
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission, Role
from shuping_web.people.queries import in_force, may, own_reach, own_units, reach, roles_with, units_for
from shuping_web.people.role_actions import end_role
from tests.web.conftest import NOW, World

TODAY = date(2025, 11, 3)
PAIRS: list[tuple[Callable[[Account, date], QuerySet[Record]], Callable[[Account, Record, date], bool]]] = [
    (visible, may_read),
    (editable, may_edit),
    (queue, in_queue),
    (proposable, may_propose),
]


@pytest.fixture
def records(world: World) -> list[Record]:
    """Records of each unit in each state, some filed by another unit, each by one of three people."""
    people = [world.people[name] for name in ("east", "west", "checker")]
    made = []
    for code in ("county", "east", "west", "east-1"):
        for filer in (None, "west", "east"):
            for number, state in enumerate(State):
                made.append(
                    Record.objects.create(
                        dataset="activity", unit=world.units[code], filer=world.units[filer] if filer else None,
                        state=state, reason="Because.", filed_by=people[number % 3], filed_at=NOW, submission=uuid4(),
                        cycle=world.cycle,
                    )
                )  # fmt: skip
    return made


@pytest.mark.broken_ledger
def test_one_record_and_the_list_agree_for_everybody(world: World, records: list[Record]) -> None:
    for role, unit in ((Role.FILER, "west"), (Role.CHECKER, "east")):  # several roles in one person
        give_role(account=world.people["checker"], role=role, unit=world.units[unit], by=System(), at=NOW)
    give_role(account=world.people["head"], role=Role.FILER, unit=world.units["county"], by=System(), at=NOW)
    seen = 0
    for account in world.people.values():
        for listed, asked in PAIRS:
            among = set(listed(account, TODAY).values_list("pk", flat=True))
            assert {one.pk for one in records if asked(account, one, TODAY)} == among, (account, listed.__name__)
            seen += len(among)
    assert seen > len(records)


def test_units_are_those_of_the_memberships_and_below(world: World) -> None:
    def codes(found: QuerySet[Any]) -> set[str]:
        return set(found.values_list("code", flat=True))

    filing = Permission.FILE_OWN_RECORDS
    assert codes(units_for(world.people["east"], filing, TODAY)) == {"east", "east-1"}
    assert codes(own_units(world.people["head"], TODAY)) == {"east", "east-1"}
    assert codes(units_for(world.people["checker"], Permission.CHECK_RECORDS, TODAY)) == set(world.units)
    assert codes(units_for(world.people["checker"], filing, TODAY)) == set()
    for name, account in world.people.items():
        for permission in Permission:
            found = reach(account, permission, TODAY)
            assert bool(found) == may(account, permission, TODAY)
            holding = in_force(TODAY).filter(account=account, role__in=roles_with(permission))
            assert bool(found) == holding.exists(), (name, permission)
            for code, unit in world.units.items():
                assert found.has(unit.pk) == (code in codes(found.units()))
                assert found.has(None, unit.pk) == found.has(unit.pk)
        assert not own_reach(account, TODAY).has(None)


def test_who_files_a_dataset_files_it_for_some_unit(world: World) -> None:
    from shuping_web.cycles.queries import book_of

    book = book_of(world.cycle)
    for account in world.people.values():
        units = units_to_file_for(account, TODAY, book, "activity")
        assert files(account, TODAY, book, "activity") == units.exists()


def test_rights_are_asked_once_in_a_request_that_reads_and_never_kept(world: World) -> None:
    account, today = world.people["east"], timezone.localdate()

    def asks(_request: Any) -> HttpResponse:
        return HttpResponse(str([may(account, permission, today) for permission in Permission]))

    page, factory = asked_once(asks), RequestFactory()
    with CaptureQueriesContext(connection) as reading:
        before = page(factory.get("/")).content
    with CaptureQueriesContext(connection) as writing:
        assert page(factory.post("/")).content == before
    assert (len(reading), len(writing)) == (1, len(Permission))
    end_role(membership=account.memberships.get(), by=System(), at=timezone.now())
    assert page(factory.get("/")).content != before
    assert not may(account, Permission.FILE_OWN_RECORDS, today)
