"""Which records are a cycle's: those of its period. A record is kept by dataset, unit and period, not by cycle."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.filing.adapters import days_of, filed_periods
from shuping_web.filing.models import Record


def belongs(cycle: Cycle) -> Q:
    """Return the condition that a record belongs to a cycle: of a dataset of its rule book, dated in its period or
    filed for a period inside it.
    """
    book = book_of(cycle)
    first, last = days_of(book, cycle.period) or ("", "")
    found = Q(pk__in=[])
    for name, dataset in book.datasets.items():
        if dataset.date_field is None:
            found |= Q(dataset=name, period__in=filed_periods(book, name, cycle.period))
        else:
            dated = {f"values__{dataset.date_field}__gte": first, f"values__{dataset.date_field}__lte": last}
            found |= Q(dataset=name, **dated)
    return found


def in_cycle(cycle: Cycle) -> QuerySet[Record]:
    """Return the records that belong to a cycle."""
    return Record.objects.filter(belongs(cycle))
