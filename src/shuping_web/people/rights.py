"""What the memberships of one account grant on one day. A page asks it a dozen times: for a request that only reads, it
is asked of the database once (``asked_once``), never longer and never for somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from shuping_web.people.models import Unit, UnitPath
from shuping_web.people.permissions import ROLES, Permission, Role

ALL, NONE = ~Q(pk__in=[]), Q(pk__in=[])
"""Conditions that all rows fulfil, and none: Django leaves both out of what it asks."""


def holds(today: date, before: str = "") -> Q:
    """Return the condition that a span of days covers a day; ``before`` is the way to it (``account__``)."""
    start = Q(**{f"{before}valid_from__isnull": True}) | Q(**{f"{before}valid_from__lte": today})
    return start & (Q(**{f"{before}valid_to__isnull": True}) | Q(**{f"{before}valid_to__gte": today}))


def paths_below(units: Any, today: date) -> QuerySet[UnitPath, Any]:
    """Return as a query the ids of units and of all that stood below them on a day. ``units``: ids, or a query of
    them.
    """
    return UnitPath.objects.filter(holds(today), above__in=units).values("below")


@dataclass(frozen=True)
class Reach:
    """The units that a right holds for: all of them, or those of the memberships (``tops``) and all below on a day."""

    whole: bool
    tops: frozenset[int]
    today: date

    def __bool__(self) -> bool:
        return self.whole or bool(self.tops)

    def q(self, *names: str) -> Q:
        """Return the condition that one of these foreign keys to a unit leads to one of the units."""
        if self.whole:
            return ALL
        found = NONE
        for name in names if self.tops else ():
            found |= Q(**{f"{name}__in": paths_below(sorted(self.tops), self.today)})
        return found

    def units(self) -> QuerySet[Unit]:
        """Return the units."""
        return Unit.objects.all() if self.whole else Unit.objects.filter(self.q("pk"))

    def has(self, *units: int | None) -> bool:
        """Tell whether one of these units is among them; None is no unit."""
        given = {unit for unit in units if unit is not None}
        return bool(given) and (self.whole or bool(self.tops and given & self._below))

    @cached_property
    def _below(self) -> frozenset[int]:
        return frozenset(paths_below(sorted(self.tops), self.today).values_list("below", flat=True))


@dataclass
class Rights:
    """The roles that an account has on a day, each with its unit (None: in the whole organisation)."""

    held: tuple[tuple[Role, int | None], ...]
    today: date
    _known: dict[frozenset[Role], Reach] = field(default_factory=dict)

    @property
    def roles(self) -> list[Role]:
        """The roles, each once."""
        return sorted({role for role, _unit in self.held})

    def may(self, permission: Permission) -> bool:
        """Tell whether something may be done, for some unit at least."""
        return any(permission in ROLES[role].permissions for role, _unit in self.held)

    def reach(self, permission: Permission) -> Reach:
        """Return the units for which something may be done."""
        return self._reach(role for role, described in ROLES.items() if permission in described.permissions)

    def own(self) -> Reach:
        """Return the units that the account belongs to as filer or head, and all below: nobody checks those."""
        found = self._reach((Role.FILER, Role.UNIT_HEAD))
        return Reach(False, found.tops, self.today) if found.whole else found

    def _reach(self, roles: Iterable[Role]) -> Reach:
        wanted = frozenset(roles)
        if wanted not in self._known:
            units = [unit for role, unit in self.held if role in wanted]
            tops = frozenset(unit for unit in units if unit is not None)
            self._known[wanted] = Reach(None in units, tops, self.today)
        return self._known[wanted]


asked: ContextVar[dict[tuple[int, date], Rights] | None] = ContextVar("rights_asked", default=None)
"""The rights that this request has asked for, by account and day; None where nothing is kept (a request may write)."""
