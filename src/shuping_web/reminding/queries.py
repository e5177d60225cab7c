"""Who has what to file or to put right: found anew each time, from completeness and from who files for which unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shuping_web.checking.completeness import Completeness, completeness
from shuping_web.checking.deadlines import Ends, end_of_filing
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.people.models import Account, Unit, UnitPath
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import in_force, roles_with
from shuping_web.people.rights import holds


@dataclass
class Due:
    """What is open at one unit: datasets of which nothing was filed, records that were returned, until when."""

    unit: Unit
    ends: datetime
    missing: list[str] = field(default_factory=list)
    returned: int = 0


@dataclass(frozen=True)
class Open:
    """Each person's open matters, by unit; and the units whose matters nobody has a role to see to."""

    people: Mapping[Account, list[Due]]
    nobody: list[Unit]


def open_matters(cycle: Cycle, today: date, *, missing: bool, returned: bool) -> Open:
    """Return who has what to do in a cycle: ``missing`` counts datasets with no record, ``returned`` records to put
    right. It is for the filers of the unit, or, where it has none, of the nearest unit above that has; a dataset that
    another unit files for it is that unit's matter.
    """
    found = completeness(cycle, Unit.objects.all())
    matters: dict[tuple[int, int], Due] = {}
    units = {unit.pk: unit for unit in Unit.objects.all()}
    by_code, ends = {unit.code: unit for unit in units.values()}, end_of_filing(cycle)
    filed_by = {name: dataset.filed_by for name, dataset in book_of(cycle).datasets.items()}
    for one in found:
        for name in one.empty if missing else ():
            bureau = by_code.get(filed_by[name])
            _due(matters, one, bureau or one.unit, ends).missing.append(name)
        if returned and one.returned:
            _due(matters, one, one.unit, ends).returned = one.returned
    return _by_person(matters, units, today)


def _due(matters: dict[tuple[int, int], Due], one: Completeness, filer: Unit, ends: Ends) -> Due:
    return matters.setdefault((filer.pk, one.unit.pk), Due(one.unit, ends.of(one.unit.pk)))


def _by_person(matters: Mapping[tuple[int, int], Due], units: Mapping[int, Unit], today: date) -> Open:
    responsible = _responsible({filer for filer, _unit in matters}, today)
    people: dict[Account, list[Due]] = {}
    nobody: set[int] = set()
    for (filer, _unit), due in sorted(matters.items(), key=lambda item: (units[item[0][1]].code, item[0])):
        if not responsible.get(filer):
            nobody.add(filer)
        for account in responsible.get(filer, ()):
            people.setdefault(account, []).append(due)
    ordered = dict(sorted(people.items(), key=lambda item: item[0].username))
    return Open(ordered, sorted((units[unit] for unit in nobody), key=lambda unit: unit.code))


def _responsible(units: Iterable[int], today: date) -> Mapping[int, list[Account]]:
    """Return the filers of each unit, or of the nearest one above that has any."""
    filing = in_force(today).filter(role__in=roles_with(Permission.FILE_OWN_RECORDS), unit__isnull=False)
    filers: dict[int, dict[int, Account]] = {}
    for held in filing.select_related("account"):
        filers.setdefault(held.unit_id or 0, {})[held.account_id] = held.account
    found: dict[int, list[Account]] = {}
    paths = UnitPath.objects.filter(holds(today), below__in=list(units)).order_by("depth")
    for below, above in paths.values_list("below", "above"):
        if below not in found and above in filers:
            found[below] = list(filers[above].values())
    return found
