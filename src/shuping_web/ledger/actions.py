"""Adding an event, inside the transaction of what it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import connection, transaction

from shuping_web.ledger.chain import FIRST, hash_of
from shuping_web.ledger.many_actions import ReadyEvent, ready_event, write_events
from shuping_web.ledger.models import ActorName, Event

TURN = 0x5348_5550
"""The key of PostgreSQL's advisory lock behind which events are added."""
PATIENCE = "20s"
"""How long an action waits for its turn, or a row, on PostgreSQL before it fails; on SQLite the settings say it."""

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Actor(Protocol):
    """Who acts: an account, or the system."""

    @property
    def label(self) -> str:
        """An id that never changes."""

    @property
    def shown(self) -> str:
        """The name to show."""


def record(
    *, by: Actor, action: str, subject: str, at: datetime, unit: str = "", data: Mapping[str, Any] | None = None
) -> Event:
    """Add an event after the last one. Raises TransactionManagementError outside a transaction: an event and what it
    speaks of are written together or not at all.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is written inside the transaction of its action")
    _take_turn()
    number, previous = Event.objects.order_by("-number").values_list("number", "hash").first() or (0, FIRST)
    event = Event(
        number=number + 1,
        at=at.astimezone(UTC),
        actor=by.label,
        action=action,
        subject=subject,
        unit=unit,
        data=dict(data or {}),
        previous=previous,
    )
    event.hash = hash_of(event.previous, event.content())
    event.save()
    remember_name(by)
    return event


@dataclass(frozen=True)
class Entry:
    """What one of many events says; who and when are the same for all."""

    action: str
    subject: str
    unit: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def record_all(*, by: Actor, at: datetime, entries: Sequence[Entry]) -> None:
    """Add many events of one action, in their order, in few statements. Raises as ``record``."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is written inside the transaction of its action")
    made = [
        ready_event(actor=by.label, at=at, action=entry.action, unit=entry.unit, data=dict(entry.data))
        for entry in entries
    ]
    record_ready(by=by, events=made, subjects=[entry.subject for entry in entries])


def record_ready(*, by: Actor, events: Sequence[ReadyEvent], subjects: Sequence[str]) -> None:
    """Add events of one action that were made ready before its turn (``many_actions``), each with its subject. Raises
    as ``record``.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event is written inside the transaction of its action")
    _take_turn()
    write_events(events, subjects)
    remember_name(by)


def in_turn(action: Callable[Given, Made]) -> Callable[Given, Made]:
    """Make an action one transaction that waits for its turn before it reads anything: what it then finds (a version,
    a stage, the rows beside a new one) stays so until its event is written.

    The turn is the first lock that any action takes. Taken last, beside the event, it would be taken after locks on
    rows, and two actions of several events each could wait for each other for ever (docs/decisions: one turn first).
    """

    @wraps(action)
    def whole(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        with transaction.atomic():
            _take_turn()
            return action(*args, **kwargs)

    return whole


def _take_turn() -> None:
    # One writer at a time from here to the end of the transaction; taken again inside it, it is there at once. SQLite's
    # IMMEDIATE transactions see to it. A row to lock would not do on PostgreSQL: there is none before the first event,
    # and the site may not lock what it may not change.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)", [PATIENCE, TURN])


def remember_name(actor: Actor) -> None:
    """Keep the name to show for an actor's events, outside the chain."""
    changed = ActorName.objects.filter(label=actor.label).exclude(name=actor.shown).update(name=actor.shown)
    if not changed and not ActorName.objects.filter(label=actor.label).exists():
        ActorName.objects.create(label=actor.label, name=actor.shown)
