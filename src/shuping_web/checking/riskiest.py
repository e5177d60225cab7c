"""The queue in its order: what shows signs or was drawn by lot first, then the oldest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuping_web.checking.adapters import number_fields, upper_limits
from shuping_web.checking.deadlines import end_of_filing
from shuping_web.checking.plans import chosen_records
from shuping_web.checking.signs import Comparison, Sign, Waiting, compare_with, signs_of
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.filing.evidence_queries import shared
from shuping_web.filing.models import Record, State
from shuping_web.filing.of_cycle import belongs
from shuping_web.filing.queries import queue
from shuping_web.people.models import Account

MINUTES = 10
"""The medians that records are compared with are worked out again when so much time has passed or a record came in."""


@dataclass(frozen=True)
class Queued:
    """A waiting record: its number, its signs, whether it was drawn by lot, and when it was filed."""

    record: int
    dataset: str
    signs: tuple[Sign, ...]
    drawn: bool
    filed_at: datetime

    @property
    def weight(self) -> int:
        """The sum of the signs' weights."""
        return sum(sign.weight for sign in self.signs)


def ordered_queue(account: Account, cycle: Cycle, at: datetime, today: date, lang: str) -> list[Queued]:
    """Return what waits for an account's check: the heaviest first, among equals the oldest."""
    found = queue(account, today).filter(belongs(cycle)).order_by()
    rows = found.values_list("pk", "dataset", "unit_id", "unit__kind", "version", "filed_at", "values")
    waiting = [Waiting(*row) for row in rows]
    made = signs_of_records(waiting, cycle, at, lang)
    queued = [
        Queued(
            one.record, one.dataset, tuple(made[one.record]), any(sign.kind == "lot" for sign in made[one.record]),
            one.filed_at,
        )
        for one in waiting
    ]  # fmt: skip
    return sorted(queued, key=lambda one: (-one.weight, one.filed_at, one.record))


def signs_of_records(waiting: list[Waiting], cycle: Cycle, at: datetime, lang: str) -> dict[int, list[Sign]]:
    """Return the signs of records, whether each was drawn among them."""
    book = book_of(cycle)
    compared, drawn, deadlines = comparison(cycle, at), chosen_records(book.datasets), end_of_filing(cycle)
    titles = {
        name: {key: field.title.get(lang) if field.title else key for key, field in dataset.fields.items()}
        for name, dataset in book.datasets.items()
    }
    limits = {name: upper_limits(dataset) for name, dataset in book.datasets.items()}
    lot, file, twice = Sign("lot", _("drawn by lot")), Sign("file", _("evidence filed by another unit too")), shared()
    found = {}
    for one in waiting:
        end, name = deadlines.of(one.unit), one.dataset
        signs = signs_of(one, book.datasets[name], titles[name], compared, end, limits[name])
        signs = [file, *signs] if one.record in twice else signs
        found[one.record] = [lot, *signs] if one.record in drawn else signs
    return found


def signs_of_record(record: Record, cycle: Cycle, at: datetime, lang: str) -> list[Sign]:
    """Return the signs of one record."""
    one = Waiting(
        record.pk, record.dataset, record.unit_id, record.unit.kind, record.version, record.filed_at, record.values
    )
    return signs_of_records([one], cycle, at, lang)[record.pk]


def comparison(cycle: Cycle, at: datetime) -> Comparison:
    """Return what the cycle's records are compared with: all that are filed or accepted, of whatever period, as they
    stood at most ``MINUTES`` ago.
    """
    return _comparison(
        cycle.pk, _compared(cycle).count(), at.replace(minute=at.minute - at.minute % MINUTES, second=0, microsecond=0)
    )


def _compared(cycle: Cycle) -> QuerySet[Record]:
    return Record.objects.filter(
        dataset__in=list(book_of(cycle).datasets), state__in=[State.FILED, State.ACCEPTED]
    ).order_by()


@lru_cache(maxsize=4)
def _comparison(cycle_id: int, _count: int, _time: datetime) -> Comparison:
    cycle = Cycle.objects.select_related("rulebook").get(pk=cycle_id)
    numeric = {name: dataset for name, dataset in book_of(cycle).datasets.items() if number_fields(dataset)}
    rows = _compared(cycle).filter(dataset__in=list(numeric))
    return compare_with(rows.values_list("dataset", "unit_id", "unit__kind", "values").iterator(2000), numeric)
