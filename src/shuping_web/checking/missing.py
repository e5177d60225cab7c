"""What is missing, one by one: which unit, of what, for which period, and who is to file it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    return with_people(missing_rows(cycle, units, today), units, today)


def missing_rows(cycle: Cycle, units: QuerySet[Unit], today: date) -> list[Missing]:
    """Return what is missing without the people who are to file it: a page names those of its own rows alone."""
    filed_by = {name: dataset.filed_by for name, dataset in book_of(cycle).datasets.items()}
    bureaus = {unit.code: unit for unit in Unit.objects.filter(code__in=set(filed_by.values()))}
    ends = end_of_filing(cycle)
    return [
        Missing(one.unit, name, period, bureaus.get(filed_by[name], one.unit), (), ends.of(one.unit.pk))
        for one in completeness(cycle, units, today)
        for name in one.lacking
        for period in one.gaps.get(name, [""])
    ]


def with_people(found: Sequence[Missing], units: QuerySet[Unit], today: date) -> list[Missing]:
    """Return rows with the people who file, where ``units``, those that the reader may see, have the filing unit."""
    filers = {one.filer.pk for one in found}
    people = filers_of(units.filter(pk__in=filers).values_list("pk", flat=True), today)
    named = {pk: tuple(sorted(who, key=lambda account: account.username)) for pk, who in people.items()}
    return [replace(one, people=named.get(one.filer.pk, ())) for one in found]
