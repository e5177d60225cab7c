"""Threads that act in the same moment, each with a connection of its own to the database that the tests run on: SQLite
in a file, as in use, or PostgreSQL. Nothing is lost, nothing forks, nobody waits for ever; who comes second is told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from shuping_web.cycles.actions import add_rulebook, move_cycle, open_cycle
from shuping_web.cycles.models import Cycle, Step
from shuping_web.filing.actions import Stale, change_record, check_record, file_record, freeze, withdraw_record
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.filing.table_actions import NewRow, file_rows
from shuping_web.ledger import actions as ledger
from shuping_web.ledger.actions import in_turn, record
from shuping_web.ledger.models import Event
from shuping_web.ledger.queries import head, verify
from shuping_web.people.actions import System, give_role
from shuping_web.people.models import Account, Membership
from shuping_web.people.permissions import Role
from shuping_web.people.role_actions import end_role
from tests.web.conftest import BOOK, NOW, World, person

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = {"date": "2025-03-01", "form": "talk", "people": "40"}
ONCE = BOOK.replace("rulebook: small", "rulebook: once").replace("activity", "event_once")
ONCE = ONCE.replace('checks: ["people <= 500"]', "unique: [date, form]")
PATIENCE = 60.0
"""Seconds after which a thread that has not come back counts as waiting for ever."""


@dataclass
class Outcome:
    """What a thread came back with."""

    made: Any = None
    error: Exception | None = None


def at_once(*calls: Callable[[], Any]) -> list[Outcome]:
    """Call all in the same moment, each in a thread; every one comes back, or the test fails."""
    outcomes, start = [Outcome() for _ in calls], threading.Barrier(len(calls))

    def run(call: Callable[[], Any], outcome: Outcome) -> None:
        try:
            start.wait(PATIENCE)
            outcome.made = call()
        except Exception as error:  # noqa: BLE001  # what a thread met is looked at by the test
            outcome.error = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in zip(calls, outcomes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    return outcomes


def errors(outcomes: Sequence[Outcome]) -> list[Exception]:
    return [outcome.error for outcome in outcomes if outcome.error is not None]


@in_turn
def say(text: str) -> int:
    """An action that writes one event."""
    return int(record(by=System(), action="calendar_link_made", subject=text, at=NOW).number)


# ---------------------------------------------------------------- the chain


def test_the_first_event_is_raced_for() -> None:
    assert Event.objects.count() == 0
    outcomes = at_once(*[lambda text=f"first:{one}": say(text) for one in range(8)])
    assert errors(outcomes) == []
    assert sorted(outcome.made for outcome in outcomes) == list(range(1, 9))
    assert verify(head()) == []


def test_many_writers_leave_no_gap_and_lose_no_event() -> None:
    writers, each = 8, 25

    def write(name: int) -> list[int]:
        return [say(f"writer:{name}:{one}") for one in range(each)]

    outcomes = at_once(*[lambda name=one: write(name) for one in range(writers)])
    assert errors(outcomes) == []
    assert list(Event.objects.values_list("number", flat=True)) == list(range(1, writers * each + 1))
    assert set(Event.objects.values_list("subject", flat=True)) == {
        f"writer:{name}:{one}" for name in range(writers) for one in range(each)
    }
    assert all(outcome.made == sorted(outcome.made) for outcome in outcomes)
    assert verify(head()) == []


def test_what_fails_leaves_no_hole() -> None:
    @in_turn
    def fail() -> None:
        record(by=System(), action="calendar_link_made", subject="never", at=NOW)
        raise RuntimeError

    outcomes = at_once(*[fail if one % 2 else (lambda text=f"said:{one}": say(text)) for one in range(8)])
    assert len(errors(outcomes)) == 4
    assert list(Event.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert verify(head()) == []


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="on SQLite the settings say how long a turn is waited for"
)
def test_a_turn_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PATIENCE", "300ms")
    has_turn, gave_up = threading.Event(), threading.Event()

    @in_turn
    def long() -> None:
        has_turn.set()
        gave_up.wait(PATIENCE)

    def hurried() -> None:
        has_turn.wait(PATIENCE)
        try:
            say("in vain")
        finally:
            gave_up.set()

    found = errors(at_once(long, hurried))
    assert [type(error) for error in found] == [OperationalError]
    assert "lock timeout" in str(found[0])
    assert say("afterwards") == 1


# ---------------------------------------------------------------- waiting for each other


def opposite(first: Record, wrap: Callable[[Callable[[], None]], Callable[[], None]]) -> list[Outcome]:
    """One takes a row, then the chain; the other the chain, then the row; each waits until the other has its first."""
    has_row, has_chain = threading.Event(), threading.Event()

    @wrap
    def row_first() -> None:
        Record.objects.select_for_update().get(pk=first.pk)
        has_row.set()
        has_chain.wait(1.5)
        record(by=System(), action="calendar_link_made", subject="row first", at=NOW)

    @wrap
    def chain_first() -> None:
        record(by=System(), action="calendar_link_made", subject="chain first", at=NOW)
        has_chain.set()
        has_row.wait(1.5)
        Record.objects.select_for_update().get(pk=first.pk)

    return at_once(row_first, chain_first)


def filed(world: World, **values: str) -> Record:
    return file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values={**VALUES, **values},
        submission=uuid4(), by=world.people["east"], at=NOW,
    )  # fmt: skip


def test_actions_in_turn_take_their_locks_in_one_order(world: World) -> None:
    outcomes = opposite(filed(world), in_turn)
    assert errors(outcomes) == []
    assert Event.objects.filter(action="calendar_link_made").count() == 2


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one lock, taken when a transaction begins")
def test_without_turns_the_two_would_wait_for_each_other(world: World) -> None:
    found = errors(opposite(filed(world), transaction.atomic))
    assert [type(error) for error in found] == [OperationalError]
    assert "deadlock detected" in str(found[0])


def test_real_actions_over_the_same_records_all_come_back(world: World) -> None:
    person(world, "second", Role.CHECKER, None)
    records = [filed(world, people=str(number)) for number in range(1, 9)]

    def each(order: Sequence[Record], act: Callable[[Record], object]) -> None:
        for one in order:
            try:
                act(one)
            except (Stale, ValidationError, PermissionDenied):
                continue  # told: somebody else came first

    @in_turn
    def all_in_one(order: Sequence[Record], accept: bool) -> None:
        each(order, lambda one: checked(world, one, accept=accept, by="second"))

    outcomes = at_once(
        lambda: each(records, lambda one: checked(world, one, accept=True)),
        lambda: each(records[::-1], lambda one: checked(world, one, accept=False)),
        lambda: all_in_one(records[::-1], True),
        lambda: each(records, lambda one: changed(world, one, "77")),
        lambda: each(
            records[::-1],
            lambda one: withdraw_record(
                cycle=world.cycle, record=one, version=1, by=world.people["east"], at=NOW
            ),
        ),
        lambda: freeze(cycle=world.cycle, by=world.people["office"], at=NOW, name="as it stands", interim=True),
    )  # fmt: skip
    assert errors(outcomes) == []
    touched = Event.objects.filter(action__in=["record_changed", "record_withdrawn", "record_accepted"])
    assert set(touched.values_list("subject", flat=True)) <= {f"record:{one.pk}" for one in records}
    assert verify(head()) == []


# ---------------------------------------------------------------- two people, one thing


def checked(world: World, one: Record, *, accept: bool, by: str = "checker") -> Record:
    return check_record(
        cycle=world.cycle, record=one, accept=accept, reason="" if accept else "no", version=1, by=world.people[by],
        at=NOW,
    )  # fmt: skip


def changed(world: World, one: Record, people: str) -> Record:
    return change_record(
        cycle=world.cycle, record=one, period="", values={**VALUES, "people": people}, version=1,
        by=world.people["east"], at=NOW,
    )  # fmt: skip


def test_of_two_who_save_one_record_the_second_is_told(world: World) -> None:
    one = filed(world)
    outcomes = at_once(*[lambda people=text: changed(world, one, people) for text in ("41", "42", "43", "44")])
    assert [type(error) for error in errors(outcomes)] == [Stale] * 3
    won = next(outcome.made for outcome in outcomes if outcome.error is None)
    one.refresh_from_db()
    assert (one.version, one.values) == (2, won.values)
    assert all(error.now.values == won.values for error in errors(outcomes) if isinstance(error, Stale))


def test_on_screen_the_second_sees_both_texts(world: World, client_of: Callable[[str], Client]) -> None:
    one = filed(world)
    person(world, "east2", Role.FILER, "east")
    clients = {"41": client_of("east"), "42": client_of("east2")}
    pages = at_once(*[
        lambda client=client, people=people: client.post(
            f"/record/{one.pk}/change/",
            {"unit": one.unit_id, "f_date": "2025-03-01", "f_form": "talk", "f_people": people, "version": "1",
             "submission": str(one.submission)},
        )
        for people, client in clients.items()
    ])  # fmt: skip
    assert errors(pages) == []
    assert sorted(page.made.status_code for page in pages) == [200, 302]
    told = next(page.made.content.decode() for page in pages if page.made.status_code == 200)
    assert "Somebody else changed this record while you were writing" in told
    assert "41" in told
    assert "42" in told
    assert Record.objects.get(pk=one.pk).version == 2


@pytest.fixture
def once(world: World) -> Cycle:
    """A cycle of whose dataset a day and a form may stand once a unit."""
    book = add_rulebook(text=ONCE, reason="", by=System(), at=NOW)
    return open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=System(), at=NOW)


def one_row(world: World, cycle: Cycle, submission: UUID, people: str = "40", day: str = "2025-03-01") -> Record:
    return file_record(
        cycle=cycle, dataset="event_once", unit=world.units["east"], period="",
        values={"date": day, "form": "talk", "people": people}, submission=submission, by=world.people["east"], at=NOW,
    )  # fmt: skip


def test_of_two_who_file_the_row_that_may_stand_once_the_second_is_told(world: World, once: Cycle) -> None:
    outcomes = at_once(*[lambda people=str(number): one_row(world, once, uuid4(), people) for number in range(1, 7)])
    found = errors(outcomes)
    assert [type(error) for error in found] == [ValidationError] * 5
    assert Record.objects.filter(dataset="event_once").count() == 1
    assert all("东镇" in str(error) and "2025-03-01" in str(error) for error in found)


def test_rows_in_bulk_and_one_by_one_meet_too(world: World, once: Cycle) -> None:
    rows = [NewRow(world.units["east"], "", {"date": f"2025-03-{day:02d}", "form": "talk", "people": "5"})
            for day in range(1, 29)]  # fmt: skip
    outcomes = at_once(
        lambda: file_rows(
            cycle=once, dataset="event_once", rows=rows, submission=uuid4(), by=world.people["east"], at=NOW
        ),
        lambda: one_row(world, once, uuid4(), day="2025-03-14"),
        lambda: one_row(world, once, uuid4(), day="2025-04-14"),
    )
    assert len(errors(outcomes)) == 1
    days = list(Record.objects.filter(dataset="event_once").values_list("values__date", flat=True))
    assert len(days) == len(set(days))
    assert len(days) in (2, 29)


def test_changed_into_each_other_the_second_is_told(world: World, once: Cycle) -> None:
    first, second = one_row(world, once, uuid4(), day="2025-05-01"), one_row(world, once, uuid4(), day="2025-05-02")
    outcomes = at_once(*[
        lambda one=one: change_record(
            cycle=once, record=one, period="", values={"date": "2025-05-03", "form": "talk", "people": "9"}, version=1,
            by=world.people["east"], at=NOW,
        )
        for one in (first, second)
    ])  # fmt: skip
    assert [type(error) for error in errors(outcomes)] == [ValidationError]


def test_on_screen_the_second_to_file_it_is_told_beside_what_was_typed(
    world: World, once: Cycle, client_of: Callable[[str], Client]
) -> None:
    person(world, "east2", Role.FILER, "east")
    clients = {"311": client_of("east"), "322": client_of("east2")}
    pages = at_once(*[
        lambda client=client, people=people: client.post(
            "/records/event_once/new/",
            {"unit": world.units["east"].pk, "f_date": "2025-03-01", "f_form": "talk", "f_people": people,
             "submission": str(uuid4())},
        )
        for people, client in clients.items()
    ])  # fmt: skip
    assert errors(pages) == []
    assert sorted(page.made.status_code for page in pages) == [200, 302]
    standing = Record.objects.get(dataset="event_once").values["people"]
    typed = next(people for people in clients if people != standing)
    told = next(page.made.content.decode() for page in pages if page.made.status_code == 200)
    assert f'value="{typed}"' in told
    assert "may stand only once" in told or "2025-03-01" in told


def test_one_form_sent_twice_in_one_moment_is_one_record(world: World) -> None:
    submission = uuid4()
    outcomes = at_once(*[
        lambda: file_record(
            cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values=VALUES,
            submission=submission, by=world.people["east"], at=NOW,
        )
    ] * 4)  # fmt: skip
    assert errors(outcomes) == []
    assert len({outcome.made.pk for outcome in outcomes}) == 1
    assert Event.objects.filter(action="record_filed").count() == 1


def test_a_record_accepted_while_the_cycle_is_frozen_is_in_the_set_or_not_accepted(world: World) -> None:
    one = filed(world)
    checked(world, filed(world, people="50"), accept=True)
    stale = Cycle.objects.select_related("rulebook").get(pk=world.cycle.pk)  # as a page read it that is still open
    outcomes = at_once(
        lambda: freeze(cycle=stale, by=world.people["office"], at=NOW),
        lambda: checked(world, one, accept=True),
        lambda: filed(world, people="60"),
    )
    assert all(isinstance(error, ValidationError) for error in errors(outcomes))
    for kept in RecordSet.objects.filter(interim=False):
        inside = {row["record"] for row in kept.content["records"]["activity"]}
        assert inside == set(Record.objects.filter(state=State.ACCEPTED).values_list("pk", flat=True))
        assert not Record.objects.filter(state=State.FILED).exists()
        with pytest.raises(ValidationError, match="冻结"):
            filed(world)  # the cycle in hand still says that it is open


def test_who_files_as_the_stage_ends_is_in_time_or_told(world: World) -> None:
    outcomes = at_once(
        lambda: move_cycle(cycle=world.cycle, step=Step.CHECKING, reason="", by=world.people["office"], at=NOW),
        lambda: filed(world),
    )
    assert isinstance(outcomes[1].error, ValidationError | None)
    order = list(Event.objects.filter(action__in=["record_filed", "cycle_moved"]).values_list("action", flat=True))
    assert order in (["cycle_moved"], ["record_filed", "cycle_moved"])
    assert connection.vendor in ("sqlite", "postgresql")


def test_two_administrators_cannot_take_each_other_out_at_once(world: World) -> None:
    second: Account = world.people["head"]
    for one in Membership.objects.filter(account=second):
        end_role(membership=one, by=System(), at=NOW)
    give_role(account=second, role=Role.ADMINISTRATOR, unit=None, by=System(), at=NOW)
    held = list(Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at__isnull=True).select_related("account"))
    assert len(held) == 2
    outcomes = at_once(
        lambda: end_role(membership=held[0], by=held[1].account, at=NOW),
        lambda: end_role(membership=held[1], by=held[0].account, at=NOW),
    )
    assert len(errors(outcomes)) == 1
    assert Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at__isnull=True).count() == 1
