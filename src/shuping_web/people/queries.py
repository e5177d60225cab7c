"""Who may do what, and which units they may do it to. Units are asked for as a query, not as a list of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from shuping_web.people.models import Account, Membership, Successor, Unit, UnitPath
from shuping_web.people.permissions import DUTIES, ROLES, Permission, Role
from shuping_web.people.rights import Reach, Rights, asked, holds, paths_below


def in_force(today: date) -> QuerySet[Membership]:
    """Return the memberships of everybody that hold on a day."""
    return Membership.objects.filter(holds(today), ended_at__isnull=True, account__is_active=True)


def memberships(account: Account, today: date) -> QuerySet[Membership]:
    """Return the memberships of an account that hold on a day."""
    return in_force(today).filter(account=account)


def roles_with(permission: Permission) -> list[str]:
    """Return the roles that grant a permission."""
    return [role.value for role, described in ROLES.items() if permission in described.permissions]


def rights_of(account: Account, today: date) -> Rights:
    """Return what an account may do on a day; within a request that only reads, asked once."""
    kept, key = asked.get(), (account.pk, today)
    if kept is not None and key in kept:
        return kept[key]
    held = memberships(account, today).order_by("pk").values_list("role", "unit")
    found = Rights(tuple((Role(role), unit) for role, unit in held), today)
    if kept is not None:
        kept[key] = found
    return found


def may(account: Account, permission: Permission, today: date) -> bool:
    """Tell whether an account may do something, for some unit at least."""
    return rights_of(account, today).may(permission)


def reach(account: Account, permission: Permission, today: date) -> Reach:
    """Return the units for which an account may do something: those of its memberships and all below; all units where
    the membership is for the whole organisation.
    """
    return rights_of(account, today).reach(permission)


def own_reach(account: Account, today: date) -> Reach:
    """Return the units that an account belongs to as filer or head, and all below: nobody checks those."""
    return rights_of(account, today).own()


def units_for(account: Account, permission: Permission, today: date) -> QuerySet[Unit]:
    """Return the units of ``reach``."""
    return reach(account, permission, today).units()


def own_units(account: Account, today: date) -> QuerySet[Unit]:
    """Return the units of ``own_reach``."""
    return own_reach(account, today).units()


def roles_of(account: Account, today: date) -> list[Role]:
    """Return an account's roles on a day, each once."""
    return rights_of(account, today).roles


def below(units: Any, today: date) -> QuerySet[Unit]:
    """Return units and all that stood below them on a day. ``units``: a unit, a list, or a query of their ids."""
    wanted = [units] if isinstance(units, Unit) else units
    return Unit.objects.filter(pk__in=paths_below(wanted, today))


UNIT_ORDERS = {"code": ("code",), "name": ("name", "code"), "kind": ("kind", "code")}


def units_found(*, words: str, kind: str, day: date | None, order: str) -> QuerySet[Unit]:
    """Return the units whose code or name holds some words, of a kind, that exist on a day (None: at any time)."""
    found = Unit.objects.select_related("parent")
    if words:
        named = Q(name__icontains=words) | Q(name_en__icontains=words) | Q(code__icontains=words)
        found = found.filter(named | Q(pk__in=Unit.objects.filter(names__name__icontains=words).values("pk")))
    if kind:
        found = found.filter(kind=kind)
    if day is not None:
        found = found.filter(holds(day))
    return found.order_by(*UNIT_ORDERS.get(order, UNIT_ORDERS["code"]))


def kinds() -> list[tuple[str, int]]:
    """Return the kinds of units with how many there are of each."""
    return list(Unit.objects.order_by("kind").values_list("kind").annotate(number=Count("pk")))


def above(unit: Unit, today: date) -> list[Unit]:
    """Return the units above a unit on a day, the highest first."""
    paths = UnitPath.objects.filter(holds(today), below=unit, depth__gt=0).select_related("above").order_by("-depth")
    return [path.above for path in paths]


ACCOUNT_ORDERS = {
    "username": ("username",),
    "name": ("name", "username"),
    "last": (F("last_login").desc(nulls_last=True), "username"),
}


def accounts_found(*, words: str, role: str, state: str, unit: str, order: str, today: date) -> QuerySet[Account]:
    """Return the accounts with some words in their name or user name, with a role in force, active or not, with a role
    at a unit.
    """
    found = Account.objects.prefetch_related("memberships__unit")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(username__icontains=words))
    if role in ROLES:
        found = found.filter(pk__in=in_force(today).filter(role=role).values("account"))
    if unit:
        found = found.filter(pk__in=in_force(today).filter(unit__code=unit).values("account"))
    if state in ("active", "inactive"):
        found = found.filter(is_active=state == "active")
    return found.order_by(*ACCOUNT_ORDERS.get(order, ACCOUNT_ORDERS["username"]))


def several_duties(today: date) -> list[tuple[Account, list[Role]]]:
    """Return the people who have more than one of the three duties (administrator, security, audit)."""
    found: dict[Account, list[Role]] = {}
    held = in_force(today).filter(role__in=[role.value for role in DUTIES]).select_related("account")
    for one in held.order_by("account__username", "role"):
        found.setdefault(one.account, []).append(Role(one.role))
    return [(account, sorted(set(roles))) for account, roles in found.items() if len(set(roles)) > 1]


def holders(today: date) -> Mapping[str, int]:
    """Return how many accounts have each role on a day."""
    rows = in_force(today).order_by().values("role").annotate(number=Count("account", distinct=True))
    return {row["role"]: row["number"] for row in rows}


def deputy_candidates(membership: Membership, today: date) -> QuerySet[Account]:
    """Return who can stand in for somebody: people of the unit, of the one right above and of those below; for a role
    in the whole organisation, people with the same role.
    """
    there: QuerySet[Membership] = in_force(today)
    if membership.unit is None:
        there = there.filter(unit__isnull=True, role=membership.role)
    else:
        near: Iterable[int] = [pk for pk in (membership.unit_id, membership.unit.parent_id) if pk is not None]
        there = there.filter(Q(unit__in=near) | Q(unit__in=below(membership.unit, today).values("pk")))
    return (
        Account.objects.filter(is_active=True, pk__in=there.values("account"))
        .exclude(pk=membership.account_id)
        .order_by("name", "username")
    )


def successor_rows() -> list[tuple[str, str, date, str]]:
    """Return what came of which unit: code before, code after, the first day, the share of the former."""
    rows = Successor.objects.select_related("before", "after").order_by("day", "before__code", "after__code")
    return [(row.before.code, row.after.code, row.day, row.share) for row in rows]


def filers_of(units: Iterable[int], today: date) -> Mapping[int, list[Account]]:
    """Return the filers of each unit, or of the nearest one above that has any."""
    paths = UnitPath.objects.filter(holds(today), below__in=list(units)).order_by("depth")
    ways = list(paths.values_list("below", "above"))
    roles = roles_with(Permission.FILE_OWN_RECORDS)
    filing = in_force(today).filter(role__in=roles, unit__in={above for _below, above in ways})
    filers: dict[int, dict[int, Account]] = {}
    for held in filing.select_related("account"):
        filers.setdefault(held.unit_id or 0, {})[held.account_id] = held.account
    found: dict[int, list[Account]] = {}
    for below, above in ways:
        if below not in found and above in filers:
            found[below] = list(filers[above].values())
    return found
