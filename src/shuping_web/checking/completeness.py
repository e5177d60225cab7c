"""What each unit has filed of what is asked of it, where it stands, and how much of it came in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet

from shuping_web.checking.adapters import asked_of
from shuping_web.checking.deadlines import end_of_filing
from shuping_web.cycles.adapters import Rulebook
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.filing.adapters import days_of, filed_periods
from shuping_web.filing.models import Record, State
from shuping_web.filing.of_cycle import in_cycle
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import reach

COUNTED = {State.FILED.value: "waiting", State.ACCEPTED.value: "accepted", State.RETURNED.value: "returned"}
"""The states of records that count, with the field of ``Filed`` that counts them."""

FEW = 100
"""Units up to so many are named when their records are asked for."""


@dataclass
class Filed:
    """How many records of one dataset a unit has in each state, and how many of them came in time."""

    dataset: str
    waiting: int = 0
    accepted: int = 0
    returned: int = 0
    in_time: int = 0

    @property
    def records(self) -> int:
        """All records that were not withdrawn or superseded."""
        return self.waiting + self.accepted + self.returned


@dataclass
class Completeness:
    """A unit's state: each dataset asked of it or filed for it. ``asked`` names those that score it, ``optional`` those
    of which no record is an answer too (the rule book counts nothing as none). ``gaps`` holds, for datasets that are
    filed by period, the periods that are over and of which there is no record.
    """

    unit: Unit
    asked: list[str]
    optional: frozenset[str]
    filed: dict[str, Filed] = field(default_factory=dict)
    gaps: dict[str, list[str]] = field(default_factory=dict)

    @property
    def empty(self) -> list[str]:
        """The datasets asked of the unit of which there is no record, and that is no answer."""
        return [name for name in self.asked if name not in self.filed and name not in self.optional]

    @property
    def lacking(self) -> list[str]:
        """The datasets asked of the unit of which there is no record, or none for a period that is over."""
        return [name for name in self.asked if name in self.gaps or name in self.empty]

    @property
    def missing(self) -> int:
        """How much is missing: one for each period without a record, or for a dataset without any."""
        return sum(len(self.gaps.get(name, ())) or 1 for name in self.lacking)

    @property
    def waiting(self) -> int:
        """Records that wait to be checked."""
        return sum(one.waiting for one in self.filed.values())

    @property
    def accepted(self) -> int:
        """Accepted records."""
        return sum(one.accepted for one in self.filed.values())

    @property
    def returned(self) -> int:
        """Records that the unit has to put right."""
        return sum(one.returned for one in self.filed.values())

    @property
    def records(self) -> int:
        """All records."""
        return self.waiting + self.accepted + self.returned

    @property
    def in_time(self) -> Fraction | None:
        """The share of the records that came before the end of filing; None where there are none."""
        return Fraction(sum(one.in_time for one in self.filed.values()), self.records) if self.records else None

    @property
    def in_time_percent(self) -> str:
        """``in_time`` as a percentage with one place, half up; nothing where there are no records."""
        if self.in_time is None:
            return ""
        tenths = int(self.in_time * 1000 + Fraction(1, 2))
        return f"{tenths // 10}.{tenths % 10} %"


def completeness(cycle: Cycle, units: QuerySet[Unit], today: date) -> list[Completeness]:
    """Return the state of those of ``units`` that something is asked of or filed for, by code, as it is on a day."""
    datasets, text = book_of(cycle).datasets, cycle.rulebook.text
    optional = frozenset(name for name, dataset in datasets.items() if dataset.no_records == "zero")
    found = {
        unit.pk: Completeness(unit, asked_of(text, unit.code, unit.kind), optional)
        for unit in units.defer("attributes")
    }
    records = _records_of(cycle, found)
    for unit, dataset, state, number, in_time in _counted(cycle, records):
        one, name = found.get(unit), COUNTED.get(state)
        if one is None or name is None:
            continue
        filed = one.filed.setdefault(dataset, Filed(dataset))
        setattr(filed, name, getattr(filed, name) + number)
        filed.in_time += in_time
    _find_gaps(cycle, records, found, today)
    shown = [one for one in found.values() if one.asked or one.filed]
    return sorted(shown, key=lambda one: one.unit.code)


def _records_of(cycle: Cycle, found: Mapping[int, Completeness]) -> QuerySet[Record]:
    """Return the cycle's records of some units, of all units where they are many: to ask for each would cost more than
    to leave some out.
    """
    records = in_cycle(cycle).order_by()
    return records.filter(unit__in=list(found)) if len(found) <= FEW else records


def _find_gaps(cycle: Cycle, records: QuerySet[Record], found: Mapping[int, Completeness], today: date) -> None:
    """Name the periods that are over, lie in a unit's own days, and of which there is no record of a dataset asked of
    it.
    """
    book, due = book_of(cycle), {}
    for name, dataset in book.datasets.items():
        if dataset.date_field is None and dataset.period is not None and dataset.no_records != "zero":
            spans = {period: days_of(book, period) for period in filed_periods(book, name, cycle.period)}
            due[name] = {one: span for one, span in spans.items() if span is not None and span[1] < today.isoformat()}
    if not any(due.values()):
        return
    filed = records.filter(dataset__in=list(due), state__in=list(COUNTED))
    there = set(filed.values_list("unit", "dataset", "period").distinct())
    for pk, one in found.items():
        first, last = str(one.unit.valid_from or ""), str(one.unit.valid_to or "9999")
        for name in [name for name in one.asked if name in due]:
            gaps = [
                period for period, (start, end) in due[name].items()
                if start <= last and end >= first and (pk, name, period) not in there
            ]  # fmt: skip
            if gaps:
                one.gaps[name] = gaps


def _counted(cycle: Cycle, records: QuerySet[Record]) -> Iterable[tuple[int, str, str, int, int]]:
    """Yield counts by unit, dataset and state: how many, and how many in time; one question more for each later end of
    filing that was allowed. In the order of the index and of every state, so that nothing is sorted to be counted.
    """
    for end, among in end_of_filing(cycle).groups(records):
        in_time = Count("pk", filter=Q(filed_at__lt=end))
        grouped = among.values("dataset", "unit", "state").annotate(number=Count("pk"), in_time=in_time)
        yield from grouped.values_list("unit", "dataset", "state", "number", "in_time")


def book_order(book: Rulebook, one: Completeness) -> list[str]:
    """Return the datasets to list for a unit, in the order of the rule book."""
    return [name for name in book.datasets if name in one.filed or name in one.asked]


def seen_units(account: Account, today: date) -> QuerySet[Unit]:
    """Return the units whose records an account may read, by code."""
    every = reach(account, Permission.SEE_ALL_RECORDS, today)
    return Unit.objects.filter(every.q("pk") | reach(account, Permission.SEE_OWN_RECORDS, today).q("pk")).order_by(
        "code"
    )
