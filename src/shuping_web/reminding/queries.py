"""Who has what to file or to put right: found anew each time, from completeness and from who files for which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shuping_web.checking.completeness import Completeness, completeness
from shuping_web.checking.deadlines import Ends, end_of_filing
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.people.models import Account, Unit
from shuping_web.people.queries import filers_of


@dataclass
class Due:
    """What is open at one unit: datasets of which nothing was filed (or nothing for some ``periods``), records that
    were returned, until when.
    """

    unit: Unit
    ends: datetime
    missing: list[str] = field(default_factory=list)
    returned: int = 0
    periods: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Open:
    """Each person's open matters, by unit; and the units whose matters nobody has a role to see to."""

    people: Mapping[Account, list[Due]]
    nobody: list[Unit]


def open_matters(cycle: Cycle, today: date, *, missing: bool, returned: bool) -> Open:
    """Return who has what to do in a cycle: ``missing`` counts datasets with no record (or none for a period that is
    over), ``returned`` records to put right. It is for the filers of the unit, or, where it has none, of the nearest
    unit above that has; a dataset that another unit files for it is that unit's matter.
    """
    found = completeness(cycle, Unit.objects.all(), today)
    matters: dict[tuple[int, int], Due] = {}
    units = {unit.pk: unit for unit in Unit.objects.all()}
    by_code, ends = {unit.code: unit for unit in units.values()}, end_of_filing(cycle)
    filed_by = {name: dataset.filed_by for name, dataset in book_of(cycle).datasets.items()}
    for one in found:
        for name in one.lacking if missing else ():
            bureau = by_code.get(filed_by[name])
            due = _due(matters, one, bureau or one.unit, ends)
            due.missing.append(name)
            due.periods[name] = one.gaps.get(name, [])
        if returned and one.returned:
            _due(matters, one, one.unit, ends).returned = one.returned
    return _by_person(matters, units, today)


def _due(matters: dict[tuple[int, int], Due], one: Completeness, filer: Unit, ends: Ends) -> Due:
    return matters.setdefault((filer.pk, one.unit.pk), Due(one.unit, ends.of(one.unit.pk)))


def _by_person(matters: Mapping[tuple[int, int], Due], units: Mapping[int, Unit], today: date) -> Open:
    responsible = filers_of({filer for filer, _unit in matters}, today)
    people: dict[Account, list[Due]] = {}
    nobody: set[int] = set()
    for (filer, _unit), due in sorted(matters.items(), key=lambda item: (units[item[0][1]].code, item[0])):
        if not responsible.get(filer):
            nobody.add(filer)
        for account in responsible.get(filer, ()):
            people.setdefault(account, []).append(due)
    ordered = dict(sorted(people.items(), key=lambda item: item[0].username))
    return Open(ordered, sorted((units[unit] for unit in nobody), key=lambda unit: unit.code))
