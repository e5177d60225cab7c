"""Who may do what, and which units they may do it to: always as a question to the database, never a list of ids."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from shuping_web.people.models import Account, Membership, Unit
from shuping_web.people.permissions import ROLES, Permission, Role


def memberships(account: Account, today: date) -> QuerySet[Membership]:
    """Return the memberships that hold on a day."""
    return Membership.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        account=account,
        account__is_active=True,
    )


def roles_with(permission: Permission) -> list[str]:
    """Return the roles that grant a permission."""
    return [role.value for role, described in ROLES.items() if permission in described.permissions]


def may(account: Account, permission: Permission, today: date) -> bool:
    """Tell whether an account may do something, for some unit at least."""
    return memberships(account, today).filter(role__in=roles_with(permission)).exists()


def units_for(account: Account, permission: Permission, today: date) -> QuerySet[Unit]:
    """Return the units for which an account may do something: those of its memberships and all below; all units where
    a membership names none.
    """
    granting = memberships(account, today).filter(role__in=roles_with(permission))
    if granting.filter(unit__isnull=True).exists():
        return Unit.objects.all()
    return Unit.objects.filter(paths_above__above__in=granting.values("unit")).distinct()


def own_units(account: Account, today: date) -> QuerySet[Unit]:
    """Return the units that an account belongs to as filer or head, and all below: nobody checks those."""
    mine = memberships(account, today).filter(role__in=[Role.FILER.value, Role.UNIT_HEAD.value], unit__isnull=False)
    return Unit.objects.filter(paths_above__above__in=mine.values("unit")).distinct()


def roles_of(account: Account, today: date) -> list[Role]:
    """Return an account's roles on a day, each once."""
    found = memberships(account, today).values_list("role", flat=True).distinct()
    return sorted(Role(role) for role in found)
