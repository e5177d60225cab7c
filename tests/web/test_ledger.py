"""The chain of events: what is changed, removed or inserted is found."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from shuping_web.filing.actions import freeze
from shuping_web.filing.models import RecordSet
from shuping_web.ledger.actions import record
from shuping_web.ledger.models import Event
from shuping_web.ledger.protection import TABLES, unprotect
from shuping_web.ledger.queries import head, verify
from shuping_web.people.actions import System
from tests.web.conftest import NOW, World

pytestmark = pytest.mark.broken_ledger


def sql(text: str) -> None:
    """Do what the database refuses to the site: as somebody would who holds the database itself."""
    unprotect(connection)
    with connection.cursor() as cursor:
        cursor.execute(text)


def test_an_untouched_chain_has_no_fault(world: World) -> None:
    assert Event.objects.count() > 10
    assert verify(head()) == []


def test_a_changed_event_is_found(world: World) -> None:
    sql("UPDATE ledger_event SET action = 'role_taken' WHERE number = 4")
    assert [(fault.number, fault.kind) for fault in verify()] == [(4, "changed")]


def test_a_removed_event_is_found(world: World) -> None:
    sql("DELETE FROM ledger_event WHERE number = 4")
    assert [(fault.number, fault.kind) for fault in verify()] == [(5, "broken")]


def test_an_inserted_event_is_found(world: World) -> None:
    last = Event.objects.order_by("-number").first()
    assert last is not None
    sql(
        "INSERT INTO ledger_event (number, at, actor, action, subject, unit, data, previous, hash) "
        f"VALUES ({last.number + 1}, '2025-11-03 09:30:00', 'x', 'x', 'x', '', '{{}}', '{last.hash}', 'f')"
    )
    assert [fault.kind for fault in verify()] == ["changed"]


def test_a_removed_tail_shows_against_a_published_head(world: World) -> None:
    published = head()
    assert published is not None
    sql(f"DELETE FROM ledger_event WHERE number = {published[0]}")
    assert verify() == []
    assert [(fault.number, fault.kind) for fault in verify(published)] == [(published[0], "head")]


def test_events_are_neither_changed_nor_removed_by_the_site(world: World) -> None:
    event = Event.objects.get(number=2)
    with pytest.raises(TypeError, match="never changed"):
        event.save()
    with pytest.raises(TypeError, match="never removed"):
        event.delete()
    with pytest.raises(TypeError, match="never changed"):
        Event.objects.filter(number=2).update(action="x")
    with pytest.raises(TypeError, match="never removed"):
        Event.objects.all().delete()


def test_what_is_only_added_to() -> None:
    assert TABLES == ["ledger_event", "cycles_rulebookversion", "filing_recordset"]


@pytest.mark.parametrize("words", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", TABLES)
def test_the_database_itself_refuses_to_change_what_is_only_added_to(world: World, table: str, words: str) -> None:
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    assert RecordSet.objects.count() == 1
    at_once = connection.vendor == "postgresql" and table == "ledger_event"
    refused = "permission denied" if at_once else "never changed or removed"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words.format(table))
    assert verify(head()) == []


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_its_action() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(by=System(), action="x", subject="x", at=NOW)
    assert Event.objects.count() == 0
