"""Making units, accounts and memberships. Every action is atomic and leaves its event."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, record
from shuping_web.people.adapters import RegisteredUnit
from shuping_web.people.models import Account, Membership, StartToken, Unit, UnitPath
from shuping_web.people.permissions import Role


@dataclass(frozen=True)
class System:
    """The actor of what nobody signed in does: the first start, the demonstration."""

    label: str = "system"
    shown: str = "system"


@transaction.atomic
def add_units(units: Iterable[RegisteredUnit], *, by: Actor, at: datetime) -> list[Unit]:
    """Add units, parents before children as given by their codes; the closure is made anew."""
    made: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
    waiting = {unit.code: unit for unit in units if unit.code not in made}
    new: list[Unit] = []
    while waiting:
        ready = [unit for unit in waiting.values() if unit.parent is None or unit.parent in made]
        if not ready:
            raise ValidationError(_("These units have no parent in the register: %s") % ", ".join(sorted(waiting)))
        for unit in ready:
            del waiting[unit.code]
            made[unit.code] = Unit.objects.create(
                code=unit.code, name=unit.name, name_en=unit.name_en, kind=unit.kind, attributes=dict(unit.attributes),
                parent=made[unit.parent] if unit.parent is not None else None,
                valid_from=unit.valid_from, valid_to=unit.valid_to,
            )  # fmt: skip
            new.append(made[unit.code])
    rebuild_paths()
    record(by=by, action="units_added", subject="units", at=at, data={"units": [unit.code for unit in new]})
    return new


def rebuild_paths() -> None:
    """Make the closure table of the whole tree anew."""
    parents = dict(Unit.objects.values_list("pk", "parent"))
    paths = []
    for unit in parents:
        above: int | None = unit
        depth = 0
        while above is not None:
            paths.append(UnitPath(above_id=above, below_id=unit, depth=depth))
            above, depth = parents[above], depth + 1
    UnitPath.objects.all().delete()
    UnitPath.objects.bulk_create(paths, batch_size=5000)


@transaction.atomic
def add_account(*, username: str, name: str, password: str | None, by: Actor, at: datetime) -> Account:
    """Make an account. Raises ValidationError for a user name that is taken."""
    if Account.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": _("This user name is taken.")})
    account = Account.objects.create_user(username, password, name=name)
    record(by=by, action="account_added", subject=account.label, at=at, data={"username": username})
    return account


@transaction.atomic
def give_role(
    *, account: Account, role: Role, unit: Unit | None, by: Actor, at: datetime, until: date | None = None
) -> Membership:
    """Give an account a role, at a unit or in the whole organisation."""
    membership, made = Membership.objects.get_or_create(
        account=account, role=role.value, unit=unit, defaults={"valid_to": until}
    )
    if made:
        data = {"role": role.value, "until": until.isoformat() if until else None}
        record(by=by, action="role_given", subject=account.label, unit=unit.code if unit else "", at=at, data=data)
    return membership


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_start_token() -> str | None:
    """Return a new one-time token for the first administrator, None where somebody has an account already."""
    if Account.objects.exists():
        return None
    token = secrets.token_urlsafe(18)
    StartToken.objects.filter(used=False).delete()
    StartToken.objects.create(digest=digest(token))
    return token


@transaction.atomic
def start(*, token: str, username: str, name: str, password: str, at: datetime) -> Account:
    """Make the first administrator. Raises ValidationError for a wrong or used token, or when there is an account."""
    used = StartToken.objects.filter(digest=digest(token), used=False).update(used=True)
    if not used or Account.objects.exists():
        raise ValidationError(_("This link was used already, or is not the one that the server printed."))
    account = add_account(username=username, name=name, password=password, by=System(), at=at)
    give_role(account=account, role=Role.ADMINISTRATOR, unit=None, by=System(), at=at)
    return account
