"""Changing the tree of units, so that what was stays known: units end, nothing is removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.people.adapters import RegisteredUnit, Succession, exact
from shuping_web.people.models import Successor, Unit, UnitName, UnitPath, UnitPlace
from shuping_web.people.tree import Circle, Place, paths_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewUnit:
    """A unit that comes of a merger or a split."""

    code: str
    name: str
    name_en: str
    kind: str


@dataclass(frozen=True)
class Split:
    """What becomes of a unit: the new ones, and for each child (by code) the code of the unit it goes to."""

    into: Sequence[NewUnit]
    children: Mapping[str, str] = field(default_factory=dict)


@in_turn
def add_units(units: Iterable[RegisteredUnit], *, by: Actor, at: datetime) -> list[Unit]:
    """Add units, parents before children as given by their codes; the closure is made anew. Raises ValidationError for
    units whose parent is neither there nor among them.
    """
    made: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
    waiting = {unit.code: unit for unit in units if unit.code not in made}
    new: list[Unit] = []
    while waiting:
        ready = [unit for unit in waiting.values() if unit.parent is None or unit.parent in made]
        if not ready:
            raise ValidationError(_("These units have no parent in the register: %s") % ", ".join(sorted(waiting)))
        wave = [
            Unit(
                code=unit.code, name=unit.name, name_en=unit.name_en, kind=unit.kind, attributes=dict(unit.attributes),
                parent=made[unit.parent] if unit.parent is not None else None,
                valid_from=unit.valid_from, valid_to=unit.valid_to,
            )
            for unit in ready
        ]  # fmt: skip
        for unit in Unit.objects.bulk_create(wave, batch_size=500):
            del waiting[unit.code]
            made[unit.code] = unit
            new.append(unit)
    names = [UnitName(unit=unit, name=unit.name, name_en=unit.name_en) for unit in new]
    UnitName.objects.bulk_create(names, batch_size=500)
    UnitPlace.objects.bulk_create([UnitPlace(unit=unit, parent=unit.parent) for unit in new], batch_size=500)
    rebuild_paths()
    record(by=by, action="units_added", subject="units", at=at, data={"units": [unit.code for unit in new]})
    return new


def rebuild_paths(of: Sequence[Unit] | None = None) -> None:
    """Make the closure table anew: of the whole tree, or of some units and all that ever stood below them. Raises
    ValidationError when a unit would stand above itself.
    """
    affected: set[int] | None = None
    if of is not None:
        changed = [unit.pk for unit in of]
        affected = {*changed, *UnitPath.objects.filter(above__in=changed).values_list("below", flat=True)}
    rows = UnitPlace.objects.order_by("pk").values_list("unit", "parent", "valid_from", "valid_to")
    try:
        paths = paths_of((Place(*row) for row in rows), affected)
    except Circle:
        raise ValidationError({"parent": _("A unit cannot stand below itself or below a unit of its own.")}) from None
    if affected is None:
        UnitPath.objects.all().delete()
    for some in _batches(sorted(affected or ())):
        UnitPath.objects.filter(below__in=some).delete()
    made = [
        UnitPath(above_id=path.above, below_id=path.below, depth=path.depth, valid_from=path.start, valid_to=path.end)
        for path in paths
    ]
    UnitPath.objects.bulk_create(made, batch_size=2000)


@in_turn
def add_unit(
    *, code: str, name: str, name_en: str, kind: str, parent: Unit | None, valid_from: date | None, by: Actor,
    at: datetime,
) -> Unit:  # fmt: skip
    """Add one unit. Raises ValidationError for a code that is taken or a parent that has ended by then."""
    if Unit.objects.filter(code=code).exists():
        raise ValidationError({"code": _("This code is taken: a code is given once, also after its unit has ended.")})
    if parent is not None and parent.valid_to is not None and (valid_from is None or valid_from > parent.valid_to):
        raise ValidationError({"parent": _("This unit has ended; choose one that exists.")})
    unit = Unit.objects.create(code=code, name=name, name_en=name_en, kind=kind, parent=parent, valid_from=valid_from)
    UnitName.objects.create(unit=unit, name=name, name_en=name_en)
    UnitPlace.objects.create(unit=unit, parent=parent)
    rebuild_paths([unit])
    data = {"name": name, "kind": kind, "parent": parent.code if parent else None, "from": _iso(valid_from)}
    record(by=by, action="unit_added", subject=f"unit:{code}", unit=code, at=at, data=data)
    return unit


@in_turn
def rename_unit(*, unit: Unit, name: str, name_en: str, day: date, by: Actor, at: datetime) -> Unit:
    """Give a unit another name from a day on. Raises ValidationError for a day to come, or before the present name."""
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    _not_to_come(day, at)
    last = UnitName.objects.filter(unit=locked, valid_to__isnull=True).get()
    _after(day, last.valid_from)
    old = {"name": locked.name, "name_en": locked.name_en}
    last.valid_to = day - ONE_DAY
    last.save(update_fields=["valid_to"])
    UnitName.objects.create(unit=locked, name=name, name_en=name_en, valid_from=day)
    locked.name, locked.name_en = name, name_en
    locked.save(update_fields=["name", "name_en"])
    data = {"old": old, "new": {"name": name, "name_en": name_en}, "from": day.isoformat()}
    record(by=by, action="unit_renamed", subject=f"unit:{locked.code}", unit=locked.code, at=at, data=data)
    return locked


@in_turn
def move_unit(*, unit: Unit, parent: Unit | None, day: date, by: Actor, at: datetime) -> Unit:
    """Put a unit, with all below it, below another from a day on. Raises ValidationError for a circle, a parent that
    has ended, a day to come, or one before the present place.
    """
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    _not_to_come(day, at)
    old = locked.parent.code if locked.parent is not None else None
    _place(locked, parent, day)
    rebuild_paths([locked])
    data = {"old": old, "new": parent.code if parent else None, "from": day.isoformat()}
    record(by=by, action="unit_moved", subject=f"unit:{locked.code}", unit=locked.code, at=at, data=data)
    return locked


@in_turn
def end_unit(*, unit: Unit, last_day: date, by: Actor, at: datetime) -> Unit:
    """End a unit after a day. Raises ValidationError while units below it go on, or for a day before it began."""
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    _end(locked, last_day)
    data = {"last_day": last_day.isoformat()}
    record(by=by, action="unit_ended", subject=f"unit:{locked.code}", unit=locked.code, at=at, data=data)
    return locked


@in_turn
def merge_units(
    *, shares: Mapping[str, str], into: NewUnit, day: date, by: Actor, at: datetime
) -> Unit:  # fmt: skip
    """End several units and begin one in their place on ``day``; what stood below them stands below it. Where ``into``
    has the code of one of them, that one goes on and takes the others in.

    ``shares``: for the code of each old unit, the part of the new one that comes from it (``0.6``, ``2/3``). Raises
    ValidationError for fewer than two units, ones that do not stand side by side, ended ones, shares that do not add up
    to 1, or a code that is taken.
    """
    old = list(Unit.objects.select_for_update().filter(code__in=list(shares)).order_by("code"))
    _not_to_come(day, at)
    if len(old) < 2:
        raise ValidationError({"units": _("Choose two units or more.")})
    if len({unit.parent_id for unit in old}) > 1:
        raise ValidationError({"units": _("The units stand below different ones; move them side by side first.")})
    _check_shares(list(shares.values()))
    staying = next((unit for unit in old if unit.code == into.code), None)
    if staying is not None and Successor.objects.filter(after=staying).exists():
        raise ValidationError(
            {"code": _("%s came of other units already, and a unit has one origin: give what comes of it a new code.")
             % staying.name}
        )  # fmt: skip
    new = staying or _begin(into, old[0].parent, day, by, at)
    moved: list[Unit] = []
    for unit in old:
        if unit != new:
            for child in unit.children.filter(valid_to__isnull=True):
                _place(child, new, day)
                moved.append(child)
            _end(unit, day - ONE_DAY)
        Successor.objects.create(before=unit, after=new, day=day, share=shares[unit.code].strip())
    rebuild_paths(moved)
    data = {"from": day.isoformat(), "before": dict(shares), "after": new.code}
    for code in sorted({*shares, new.code}):
        record(by=by, action="units_merged", subject=f"unit:{code}", unit=code, at=at, data=data)
    return new


@in_turn
def split_unit(*, unit: Unit, split: Split, day: date, by: Actor, at: datetime) -> list[Unit]:
    """End a unit and begin several in its place on ``day``. Raises ValidationError for fewer than two, for a child that
    goes nowhere, or a code that is taken.
    """
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    _not_to_come(day, at)
    if len(split.into) < 2:
        raise ValidationError({"into": _("Name two new units or more.")})
    made = {one.code: _begin(one, locked.parent, day, by, at) for one in split.into}
    children = list(locked.children.filter(valid_to__isnull=True))
    for child in children:
        if split.children.get(child.code) not in made:
            raise ValidationError({"children": _("Say for %s to which of the new units it goes.") % child.name})
        _place(child, made[split.children[child.code]], day)
    _end(locked, day - ONE_DAY)
    for one in split.into:
        Successor.objects.create(before=locked, after=made[one.code], day=day)
    rebuild_paths(children)
    data = {"from": day.isoformat(), "before": locked.code, "after": list(made)}
    for code in (locked.code, *made):
        record(by=by, action="unit_split", subject=f"unit:{code}", unit=code, at=at, data=data)
    return list(made.values())


@in_turn
def keep_successions(successions: Iterable[Succession], *, by: Actor, at: datetime) -> None:
    """Note what units were made of, as a folder says it: once for each successor, on its first day, and only where the
    site knows nothing of it yet. Units, days and shares were looked at by the library.
    """
    known = set(Successor.objects.values_list("after__code", flat=True))
    units = {unit.code: unit for unit in Unit.objects.all()}
    found: dict[str, list[Succession]] = {}
    for one in sorted(successions, key=lambda one: (one.day, one.after, one.before)):
        first = found.setdefault(one.after, [])
        if one.after not in known and (not first or first[0].day == one.day):
            first.append(one)
    for after, parts in sorted(found.items()):
        for one in parts:
            Successor.objects.create(before=units[one.before], after=units[after], day=one.day, share=one.share)
        if parts:
            data = {
                "from": parts[0].day.isoformat(), "before": {one.before: one.share for one in parts}, "after": after,
            }  # fmt: skip
            for code in sorted({after, *(one.before for one in parts)}):
                record(by=by, action="units_merged", subject=f"unit:{code}", unit=code, at=at, data=data)


def _batches(keys: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """Yield keys a few hundred at a time: SQLite takes no more variables than 32,766, older ones 999."""
    return (keys[at : at + size] for at in range(0, len(keys), size))


def _begin(new: NewUnit, parent: Unit | None, day: date, by: Actor, at: datetime) -> Unit:
    return add_unit(
        code=new.code, name=new.name, name_en=new.name_en, kind=new.kind, parent=parent, valid_from=day, by=by, at=at
    )


def _check_shares(given: Sequence[str]) -> None:
    shares = [exact(share) for share in given]
    known = [share for share in shares if share is not None and share > 0]
    if len(known) < len(shares):
        raise ValidationError({"shares": _("A share is a number above zero, such as 0.4 or 2/5.")})
    if sum(known, Fraction(0)) != 1:
        raise ValidationError({"shares": _("The shares must add up to 1.")})


def _place(unit: Unit, parent: Unit | None, day: date) -> None:
    """Put a unit below another from a day on, without making the paths anew."""
    if parent is not None and parent.valid_to is not None and day > parent.valid_to:
        raise ValidationError({"parent": _("This unit has ended; choose one that exists.")})
    if parent is not None and parent.valid_from is not None and day < parent.valid_from:
        raise ValidationError({"parent": _("This unit begins later than that day.")})
    last = UnitPlace.objects.filter(unit=unit, valid_to__isnull=True).get()
    _after(day, last.valid_from)
    last.valid_to = day - ONE_DAY
    last.save(update_fields=["valid_to"])
    UnitPlace.objects.create(unit=unit, parent=parent, valid_from=day)
    unit.parent = parent
    unit.save(update_fields=["parent"])


def _end(unit: Unit, last_day: date) -> None:
    if unit.valid_to is not None:
        raise ValidationError({"day": _("%s has ended already.") % unit.name})
    if unit.valid_from is not None and last_day < unit.valid_from:
        raise ValidationError({"day": _("The day lies before the unit began.")})
    going_on = unit.children.filter(valid_to__isnull=True).order_by("code").first()
    if going_on is not None:
        raise ValidationError({"day": _("%s still stands below it; move or end that first.") % going_on.name})
    unit.valid_to = last_day
    unit.save(update_fields=["valid_to"])


def _not_to_come(day: date, at: datetime) -> None:
    # the site shows names and places of today; a change planned ahead would show before its day
    if day > timezone.localtime(at).date():
        raise ValidationError({"day": _("The day is still to come; enter the change on that day or after.")})


def _after(day: date, start: date | None) -> None:
    if start is not None and day <= start:
        raise ValidationError({"day": _("There was a change on %s already; choose a later day.") % start.isoformat()})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
