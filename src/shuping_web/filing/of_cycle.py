"""Which records are a cycle's: those of its period. A record is kept by dataset, unit and period, not by cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q, QuerySet

from shuping_web.cycles.adapters import parsed
from shuping_web.cycles.models import Cycle
from shuping_web.filing.adapters import Rulebook, days_of, filed_periods
from shuping_web.filing.models import Record
from shuping_web.filing.timing import timing_of


@dataclass(frozen=True)
class Asked:
    """What a rule book asks for a period: its first and last day, what tells the time of a dataset's rows (with the
    datasets), and of those filed by period the periods.
    """

    first: str
    last: str
    timings: Mapping[str, tuple[str, ...]]
    periods: Mapping[str, list[str]]
    fields: Mapping[str, str]

    def one_by_one(self, dataset: str) -> Q:
        """Return the condition that a row of a dataset is of the period, from what the row itself says."""
        if dataset in self.periods:
            return Q(dataset=dataset, period__in=self.periods[dataset])
        by = f"values__{self.fields[dataset]}"
        return Q(dataset=dataset, **{f"{by}__gte": self.first, f"{by}__lte": self.last})


def belongs(cycle: Cycle) -> Q:
    """Return the condition that a record belongs to a cycle: of a dataset of its rule book, dated in its period or
    filed for a period inside it. Asks the database once whether the days that records keep are those of this rule book.
    """
    asked = _asked(cycle.rulebook.text, cycle.period)
    otherwise = _told_otherwise(asked.timings)
    told = [name for names in asked.timings.values() for name in names if name not in otherwise]
    found = Q(dataset__in=told, day__gte=asked.first, day__lte=asked.last) if told else Q(pk__in=[])
    alone = [name for name in asked.periods if not any(name in names for names in asked.timings.values())]
    for name in (*sorted(otherwise), *alone):
        found |= asked.one_by_one(name)
    return found


def in_cycle(cycle: Cycle) -> QuerySet[Record]:
    """Return the records that belong to a cycle."""
    return Record.objects.filter(belongs(cycle))


def _told_otherwise(timings: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the datasets with rows whose day was told by something else, or not at all."""
    other = Q()
    for timing, names in timings.items():  # below or above, each alone: "unequal" no index can look up
        other |= Q(dataset__in=names, timed__lt=timing) | Q(dataset__in=names, timed__gt=timing)
    if not other:
        return set()
    return set(Record.objects.filter(other).order_by().values_list("dataset", flat=True).distinct())


@lru_cache(maxsize=64)
def _asked(text: str, period: str) -> Asked:
    book = parsed(text)
    first, last = days_of(book, period) or ("", "")
    timings: dict[str, list[str]] = {}
    periods: dict[str, list[str]] = {}
    fields: dict[str, str] = {}
    for name, dataset in book.datasets.items():
        if dataset.date_field is not None:
            fields[name] = dataset.date_field
        else:
            periods[name] = filed_periods(book, name, period)
        if name in fields or _nested(book, periods[name], first):
            timings.setdefault(timing_of(book, name), []).append(name)
    return Asked(first, last, {timing: tuple(names) for timing, names in timings.items()}, periods, fields)


def _nested(book: Rulebook, periods: list[str], first: str) -> bool:
    """Tell whether the periods filed for are all that end within the days: a week across their first day is not."""
    days = days_of(book, periods[0]) if periods else None
    return days is not None and days[0] == first
