"""The heads of days: number and hash of the last event of each, which whoever keeps them can hold the chain against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from threading import Lock

from django.utils import timezone

from shuping_web.ledger.models import Event
from shuping_web.ledger.queries import Fault, head, verify

LOOKED_AT = 3_000
"""A chain of so many events is looked at whenever the ledger's page is opened; a longer one when somebody asks."""


@dataclass(frozen=True)
class Head:
    """The last event of a day where the organisation is: its number and hash, and how many events the day has."""

    day: date
    number: int
    hash: str
    events: int

    @property
    def line(self) -> str:
        """What is published, and given to ``shuping audit verify --head``."""
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class State:
    """What the chain is like: how many events it has, and what is wrong with it."""

    events: int
    faults: tuple[Fault, ...]


class _Days:
    """Last event and number of events of each day, as far as they were read. Events are only ever added, so that those
    known stay; a chain without the event that was read last is another one, and is read from its start.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.end: tuple[int, str] | None = None
        self.found: dict[date, tuple[int, str, int]] = {}

    def read_on(self) -> list[Head]:
        """Return the heads of all days that have events, the last day first."""
        with self.lock:
            known = self.end is not None and Event._base_manager.filter(number=self.end[0], hash=self.end[1]).exists()
            if self.end is None or not known:
                self.end, self.found = None, {}
            later = Event._base_manager.filter(number__gt=self.end[0] if self.end is not None else 0)
            zone = timezone.get_default_timezone()
            for number, at, digest in later.order_by("number").values_list("number", "at", "hash").iterator(2000):
                day = timezone.localtime(at, zone).date()
                self.found[day] = (number, digest, self.found.get(day, (0, "", 0))[2] + 1)
                self.end = (number, digest)
            return [Head(day, *self.found[day]) for day in sorted(self.found, reverse=True)]


_days = _Days()


def heads() -> list[Head]:
    """Return the heads of all days that have events, the last day first. Only what was added since the last time is
    read.
    """
    return _days.read_on()


def head_of(day: date) -> Head | None:
    """Return the head of a day, None where it has no event."""
    zone = timezone.get_default_timezone()
    start, end = (timezone.make_aware(datetime.combine(one, time.min), zone) for one in (day, day + timedelta(days=1)))
    found = Event.objects.filter(at__gte=start, at__lt=end)
    last = found.order_by("-number").first()
    return None if last is None else Head(day, last.number, last.hash, found.count())


def is_over(day: date) -> bool:
    """Tell whether a day is over where the organisation is: until then its head changes."""
    return day < timezone.localdate(timezone=timezone.get_default_timezone())


def state(published: tuple[int, str] | None = None) -> State:
    """Look at the whole chain, held against a head that was published if one is given."""
    last = head()
    return State(last[0] if last is not None else 0, tuple(verify(published)))


def state_if_short(now: datetime) -> State | None:
    """Return the state of a chain that is not long, at most a minute old; None for a long one."""
    last = head()
    if last is None or last[0] > LOOKED_AT:
        return None
    return _state(last, now.replace(second=0, microsecond=0))


@lru_cache(maxsize=2)
def _state(_last: tuple[int, str], _minute: datetime) -> State:
    return state()


def published(text: str) -> tuple[int, str] | None:
    """Read a head as it was published, ``N:HASH``; None for anything else."""
    number, _colon, digest = text.strip().partition(":")
    known = number.isascii() and number.isdigit() and len(number) <= 18
    whole = len(digest) == 64 and all(sign in "0123456789abcdef" for sign in digest)
    return (int(number), digest) if known and whole else None
