"""What a list of events is asked for: days, actions, persons, objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone

from shuping_web.ledger.models import ActorName, Event
from shuping_web.ledger.words import in_words


@dataclass(frozen=True)
class Asked:
    """The filter of a list of events, as it stands in the address."""

    since: str = ""
    until: str = ""
    who: str = ""
    action: str = ""
    subject: str = ""
    order: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """Read a page's address."""
        return cls(**{name: str(given[name]).strip()[:120] for name in asdict(cls()) if given.get(name)})

    @property
    def query(self) -> str:
        """The address of the same list."""
        return urlencode({name: text for name, text in asdict(self).items() if text})

    @property
    def narrowed(self) -> bool:
        """Whether the list is not asked for whole."""
        return any(text for name, text in asdict(self).items() if name != "order")


def asked_for(events: QuerySet[Event], asked: Asked) -> QuerySet[Event]:
    """Return the events as they were asked for, newest first unless the oldest are wanted first."""
    if (first := _day(asked.since)) is not None:
        events = events.filter(at__gte=_start(first))
    if (last := _day(asked.until)) is not None:
        events = events.filter(at__lt=_start(last + timedelta(days=1)))
    if asked.action:
        events = events.filter(action=asked.action)
    if asked.who:
        labels = ActorName.objects.filter(name__icontains=asked.who).values("label")
        events = events.filter(Q(actor__in=labels) | Q(actor=asked.who))
    if asked.subject:
        whole = asked.subject if ":" in asked.subject else f"{asked.subject}:"
        events = events.filter(Q(subject=asked.subject) | Q(subject__startswith=whole) & Q(subject__contains=":"))
    return events.order_by("number" if asked.order == "oldest" else "-number")


def actions_in(events: QuerySet[Event]) -> list[tuple[str, str]]:
    """Return the actions that there are among events, with their words, by these."""
    found = [(action, in_words(action)) for action in events.order_by().values_list("action", flat=True).distinct()]
    return sorted(found, key=lambda one: one[1])


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1 < found.year < 9999 else None


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
