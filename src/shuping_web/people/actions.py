"""The first start; and actions on units, accounts and roles in one place. Each is atomic, with its event."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import in_turn
from shuping_web.people.account_actions import add_account
from shuping_web.people.models import Account, StartToken
from shuping_web.people.permissions import Role
from shuping_web.people.role_actions import give_role
from shuping_web.people.unit_actions import add_units, rebuild_paths

__all__ = ["System", "add_account", "add_units", "digest", "give_role", "make_start_token", "rebuild_paths", "start"]


@dataclass(frozen=True)
class System:
    """The actor of what nobody signed in does: the first start, the demonstration."""

    label: str = "system"
    shown: str = "system"


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


@in_turn
def start(*, token: str, username: str, name: str, password: str, at: datetime) -> Account:
    """Make the first administrator, who gives roles too until somebody else does. Raises ValidationError for a wrong or
    used token, or when there is an account.
    """
    used = StartToken.objects.filter(digest=digest(token), used=False).update(used=True)
    if not used or Account.objects.exists():
        raise ValidationError(_("This link was used already, or is not the one that the server printed."))
    account = add_account(username=username, name=name, password=password, by=System(), at=at)
    for role in (Role.ADMINISTRATOR, Role.SECURITY):
        give_role(account=account, role=role, unit=None, by=System(), at=at)
    return account
