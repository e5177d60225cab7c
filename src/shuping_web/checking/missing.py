"""What is missing, one by one: which unit, of what, for which period, and who is to file it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from shuping_web.checking.completeness import completeness
from shuping_web.checking.deadlines import end_of_filing
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.people.models import Account, Unit
from shuping_web.people.queries import filers_of


@dataclass(frozen=True)
class Missing:
    """Nothing was filed by ``filer`` for ``unit`` of a dataset, for ``period`` (``""``: at all). ``people`` file for
    ``filer``, as far as the reader may see that unit; ``until`` is when filing ends.
    """

    unit: Unit
    dataset: str
    period: str
    filer: Unit
    people: tuple[Account, ...]
    until: datetime


def missing(cycle: Cycle, units: QuerySet[Unit], today: date) -> list[Missing]:
    """Return what is missing of some units on a day, by unit, in the order of the rule book and of time."""
    found = [one for one in completeness(cycle, units, today) if one.lacking]
    filed_by = {name: dataset.filed_by for name, dataset in book_of(cycle).datasets.items()}
    bureaus = {unit.code: unit for unit in Unit.objects.filter(code__in=set(filed_by.values()))}
    seen = set(units.values_list("pk", flat=True))
    filers = {bureaus.get(filed_by[name], one.unit).pk for one in found for name in one.lacking}
    people: Mapping[int, list[Account]] = filers_of(filers & seen, today)
    ends, listed = end_of_filing(cycle), []
    for one in found:
        for name in one.lacking:
            filer = bureaus.get(filed_by[name], one.unit)
            who = tuple(sorted(people.get(filer.pk, ()), key=lambda account: account.username))
            listed += [
                Missing(one.unit, name, period, filer, who, ends.of(one.unit.pk)) for period in one.gaps.get(name, [""])
            ]
    return listed
