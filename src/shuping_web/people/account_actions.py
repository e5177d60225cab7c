"""Accounts: made, changed, closed, erased. Names and user names stay out of the chained events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, in_turn, record, remember_name
from shuping_web.people.models import Account, Membership, Unit
from shuping_web.people.permissions import Role
from shuping_web.people.personal_data import ELSEWHERE, sessions_of
from shuping_web.people.role_actions import give_role, refuse_last
from shuping_web.people.signals import account_erased


@dataclass(frozen=True)
class NewAccount:
    """A row of an import: an account, and the role it is to have (None: none)."""

    username: str
    name: str
    email: str = ""
    language: str = ""
    role: Role | None = None
    unit: Unit | None = None
    valid_from: date | None = None
    until: date | None = None


@in_turn
def add_account(
    *, username: str, name: str, password: str | None, by: Actor, at: datetime, email: str = "", language: str = ""
) -> Account:
    """Make an account; without a password nobody can sign in with it yet. Raises ValidationError for a user name that
    is taken.
    """
    if Account.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": _("This user name is taken.")})
    account = Account.objects.create_user(username, password, name=name)
    account.email, account.language = email, language
    account.save(update_fields=["email", "language"])
    remember_name(account)
    record(by=by, action="account_added", subject=account.label, at=at)
    return account


@in_turn
def change_account(*, account: Account, name: str, email: str, language: str, by: Actor, at: datetime) -> Account:
    """Change name, e-mail and language. Raises ValidationError for an erased account."""
    locked = _living(account)
    new = {"name": name, "email": email, "language": language}
    changed = [column for column, value in new.items() if getattr(locked, column) != value]
    for column in changed:
        setattr(locked, column, new[column])
    if changed:
        locked.save(update_fields=changed)
        remember_name(locked)
        record(by=by, action="account_changed", subject=locked.label, at=at, data={"changed": changed})
    return locked


@in_turn
def set_active(*, account: Account, active: bool, by: Actor, at: datetime) -> Account:
    """Close an account, so that nobody signs in with it, or open it again. Raises ValidationError for the own account,
    and for the last one that manages accounts or gives roles.
    """
    locked = _living(account)
    if locked.is_active == active:
        return locked
    if not active:
        _refuse_own(locked, by)
        refuse_last(Membership.objects.filter(account=locked), at)
    locked.is_active = active
    locked.save(update_fields=["is_active"])
    record(by=by, action="account_opened" if active else "account_closed", subject=locked.label, at=at)
    return locked


@in_turn
def import_accounts(*, rows: Sequence[NewAccount], gives_roles: bool, by: Actor, at: datetime) -> list[Account]:
    """Make many accounts, all or none. Raises ValidationError for a user name that is taken by now, or for roles where
    ``gives_roles`` is not granted.
    """
    made = []
    for row in rows:
        account = add_account(
            username=row.username, name=row.name, password=None, email=row.email, language=row.language, by=by, at=at
        )
        if row.role is not None:
            if not gives_roles:
                raise ValidationError(_("Roles are given by the security administrator."))
            give_role(
                account=account, role=row.role, unit=row.unit, by=by, at=at, valid_from=row.valid_from, until=row.until
            )
        made.append(account)
    record(by=by, action="accounts_imported", subject="accounts", at=at, data={"accounts": len(made)})
    return made


@in_turn
def erase_account(*, account: Account, by: Actor, at: datetime) -> Account:
    """Replace what names the person by a pseudonym, close the account, end its roles. What the person did stays, under
    the pseudonym: every event still verifies. Raises ValidationError for the own account and for the last one that
    manages accounts or gives roles.
    """
    locked = _living(account)
    _refuse_own(locked, by)
    refuse_last(Membership.objects.filter(account=locked), at)
    username, pseudonym = locked.username, f"erased-{locked.key.hex[:12]}"
    locked.username, locked.name, locked.email, locked.language = pseudonym, pseudonym, "", ""
    locked.last_login, locked.is_active, locked.erased_at = None, False, at
    locked.set_unusable_password()
    locked.save()
    remember_name(locked)
    Membership.objects.filter(account=locked, ended_at__isnull=True).update(ended_at=at)
    Membership.objects.filter(stands_for__account=locked, ended_at__isnull=True).update(ended_at=at)
    forget_elsewhere(locked, username)
    account_erased.send(sender=Account, account=locked, at=at)
    record(by=by, action="account_erased", subject=locked.label, at=at)
    return locked


def forget_elsewhere(account: Account, username: str) -> None:
    """Remove sessions of an account, and rows of tables that are not the site's own with its user name."""
    Session.objects.filter(pk__in=[session.pk for session in sessions_of(account)]).delete()
    for model in apps.get_models():
        if "username" in ELSEWHERE.get(model._meta.label, ()):
            model._default_manager.filter(username=username).delete()


def _living(account: Account) -> Account:
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if locked.erased_at is not None:
        raise ValidationError(_("This account was erased."))
    return locked


def _refuse_own(account: Account, by: Actor) -> None:
    if account.label == by.label:
        raise ValidationError(_("Nobody does this to the own account; another administrator can."))
