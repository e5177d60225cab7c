"""Reading events, and looking for what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from shuping_web.ledger.chain import FIRST
from shuping_web.ledger.models import Event


@dataclass(frozen=True)
class Fault:
    """What is wrong at an event: its content was ``changed``, one before it was ``removed`` or one was ``inserted``,
    or the published ``head`` is not in the chain any more.
    """

    number: int
    kind: Literal["changed", "broken", "head"]


def history(subject: str) -> QuerySet[Event]:
    """Return the events of one object, oldest first."""
    events: QuerySet[Event] = Event.objects.filter(subject=subject)
    return events


def verify(head: tuple[int, str] | None = None) -> list[Fault]:
    """Return every fault of the chain. ``head``: number and hash of an event as it was once published; it shows a
    removed tail, which the chain alone cannot.
    """
    faults: list[Fault] = []
    previous, number = FIRST, 0
    for event in Event._base_manager.order_by("number").iterator(chunk_size=2000):  # without the names
        if event.previous != previous or event.number != number + 1:
            faults.append(Fault(event.number, "broken"))
        if event.hash != event.expected_hash():
            faults.append(Fault(event.number, "changed"))
        previous, number = event.hash, event.number
    if head is not None and not Event.objects.filter(number=head[0], hash=head[1]).exists():
        faults.append(Fault(head[0], "head"))
    return faults


def head() -> tuple[int, str] | None:
    """Return number and hash of the last event, to be published."""
    last = Event.objects.order_by("-number").first()
    return None if last is None else (last.number, last.hash)
