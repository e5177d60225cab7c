"""Which cycle is on, its stages in time, and until when a unit may file."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook, parsed, with_mergers
from shuping_web.cycles.models import (
    Cycle,
    LaterDeadline,
    RulebookVersion,
    SpecialDay,
    Stage,
    StageDates,
    Step,
    WorkCalendar,
)
from shuping_web.cycles.working_days import WorkingDays
from shuping_web.people.models import Unit
from shuping_web.people.queries import above, successor_rows

MERGERS = ("successors", "successors")
"""Room and name of the table that says what units were made of."""
chosen: ContextVar[int | None] = ContextVar("chosen_cycle", default=None)
"""The cycle that the person who asks has chosen (``middleware.chosen_cycle`` sets it for one request)."""


def current() -> Cycle | None:
    """Return the cycle that was chosen, else the one opened last."""
    cycles = Cycle.objects.select_related("rulebook")
    number = chosen.get()
    return (cycles.filter(pk=number).first() if number is not None else None) or cycles.first()


def book_of(cycle: Cycle) -> Rulebook:
    """Return the rule book that a cycle pins."""
    return parsed(cycle.rulebook.text)


def as_it_is(cycle: Cycle) -> Cycle:
    """Return a cycle as it is in this moment: whoever holds it may have read it before somebody else moved it."""
    return Cycle.objects.select_related("rulebook").get(pk=cycle.pk)


def tables_beside(cycle: Cycle) -> list[tuple[str, str, str]]:
    """Return the tables that stand beside the records when a cycle is scored: room, name and CSV text. What came of
    which unit is told by the tree of units, unless the cycle's own table says it.
    """
    tables = {(room, name): text for room, name, text in cycle.tables.values_list("room", "name", "text")}
    mergers = [(before, after, day.isoformat(), share) for before, after, day, share in successor_rows()]
    if mergers:
        tables[MERGERS] = with_mergers(tables.get(MERGERS, ""), mergers)
    return [(room, name, text) for (room, name), text in sorted(tables.items())]


def cycles_found(*, words: str, step: str) -> QuerySet[Cycle]:
    """Return the cycles with some words in their name, title or period, and in a stage; the one opened last first."""
    found = Cycle.objects.select_related("rulebook")
    for word in words.split():
        named = Cycle.objects.filter(name__icontains=word) | Cycle.objects.filter(rulebook__title__icontains=word)
        named |= Cycle.objects.filter(rulebook__title_en__icontains=word) | Cycle.objects.filter(period__icontains=word)
        found = found.filter(pk__in=named.values("pk"))
    return found.filter(step=step) if step in Step.values else found


def versions_found(*, words: str) -> QuerySet[RulebookVersion]:
    """Return the versions of rule books with some words in their name or title, the newest first."""
    found = RulebookVersion.objects.annotate(cycles=Count("cycle")).defer("text")
    for word in words.split():
        every = RulebookVersion.objects
        named = every.filter(book__icontains=word) | every.filter(title__icontains=word)
        named |= every.filter(title_en__icontains=word)
        found = found.filter(pk__in=named.values("pk"))
    return found.order_by("-added_at", "-pk")


def earlier_versions(version: RulebookVersion) -> QuerySet[RulebookVersion]:
    """Return the other versions of the same rule book, the one added last before it first."""
    return RulebookVersion.objects.filter(book=version.book, pk__lt=version.pk).order_by("-pk")


def last_version(book: str) -> RulebookVersion | None:
    """Return the version of a rule book that was added last."""
    return RulebookVersion.objects.filter(book=book).order_by("-pk").first()


def working_days() -> WorkingDays:
    """Return the office's calendar of working days."""
    kept = WorkCalendar.objects.first()
    special = dict(SpecialDay.objects.values_list("day", "works"))
    return WorkingDays(kept.country if kept is not None else "CN", special)


@dataclass(frozen=True)
class InTime:
    """A stage of a cycle in time: its days, working days among them, and what is left on a day."""

    step: Step
    first_day: date | None
    last_day: date | None
    state: str
    days: int | None = None
    working: int | None = None
    left: int | None = None
    working_left: int | None = None
    starts_in: int | None = None


def timeline(cycle: Cycle, today: date) -> list[InTime]:
    """Return the stages of a cycle in order: done, now, or to come."""
    calendar, now = working_days(), Step(cycle.step).place
    kept = {row.step: row for row in StageDates.objects.filter(cycle=cycle)}
    found = []
    for step in Step:
        state = "now" if step.place == now else "done" if step.place < now else "ahead"
        row = kept.get(step.value)
        last = cycle.filing_until if step == Step.FILING else row.last_day if row is not None else None
        found.append(_in_time(step, row.first_day if row is not None else None, last, state, calendar, today))
    return found


def _in_time(
    step: Step, first: date | None, last: date | None, state: str, calendar: WorkingDays, today: date
) -> InTime:
    if last is None:
        return InTime(step, first, last, state)
    days = (last - first).days + 1 if first is not None else None
    working = calendar.between(first, last) if first is not None else None
    ahead = first is not None and first > today
    if state == "done" or ahead:
        return InTime(
            step, first, last, state, days, working, starts_in=(first - today).days if first and ahead else None
        )
    left = (last - today).days
    working_left = calendar.between(today + timedelta(days=1), last) if left > 0 else None
    return InTime(step, first, last, state, days, working, left, working_left)


def last_day_of_filing(cycle: Cycle, unit: Unit, today: date) -> date:
    """Return the last day on which a unit may file: that of the cycle, or a later one allowed to it or to a unit above
    it.
    """
    units = [unit.pk, *(one.pk for one in above(unit, today))]
    allowed = LaterDeadline.objects.filter(cycle=cycle, unit__in=units, ended_at__isnull=True)
    later: date | None = allowed.aggregate(latest=Max("until"))["latest"]
    return cycle.filing_until if later is None else max(cycle.filing_until, later)


def end_of(day: date) -> datetime:
    """Return the moment at which a day ends where the organisation is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min), timezone.get_default_timezone())


def deadline_of(cycle: Cycle, unit: Unit, at: datetime) -> datetime:
    """Return the moment from which on a unit may not file any more (the end of its last day)."""
    return end_of(last_day_of_filing(cycle, unit, local_day(at)))


def local_day(at: datetime) -> date:
    """Return the day of a moment where the organisation is."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def why_closed(cycle: Cycle, unit: Unit, at: datetime, *, returned: bool = False) -> str:
    """Return why a unit may not file now, in words; nothing when it may. A record that was ``returned`` may still be
    put right until the stage of checking ends.
    """
    if cycle.stage == Stage.FROZEN:
        return _("The records of this cycle are frozen; what is wrong is corrected by the office.")
    today = local_day(at)
    last = last_day_of_filing(cycle, unit, today)
    later = last > cycle.filing_until
    if today <= last and (cycle.step == Step.FILING or later):
        return ""
    if returned and Step(cycle.step).place <= Step.CHECKING.place:
        checking = StageDates.objects.filter(cycle=cycle, step=Step.CHECKING).first()
        if checking is None or today <= max(checking.last_day, last):
            return ""
        return _("What was returned could be put right until %s.") % checking.last_day.isoformat()
    if today <= last:
        return _("The stage of filing has ended; the cycle has come to: %s.") % Step(cycle.step).label
    return _("Filing ended on %s. What you wrote is still here; ask the appraisal office for a later day.") % (
        last.isoformat()
    )
