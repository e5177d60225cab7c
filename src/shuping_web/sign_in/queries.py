"""Reading what is kept of sign-ins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from shuping_web.people.models import Account
from shuping_web.people.queries import memberships
from shuping_web.sign_in.codes import kept, read
from shuping_web.sign_in.models import Factor, Pass, RecoveryCode, Visit


def factor_of(account: Account) -> Factor | None:
    """Return an account's second factor, None where it has none."""
    return Factor.objects.filter(account=account).first()


def codes_left(account: Account) -> int:
    """Return how many recovery codes an account has not used."""
    return RecoveryCode.objects.filter(account=account, used_at__isnull=True).count()


def factor_required(account: Account, today: date) -> bool:
    """Tell whether a role of the account asks for a second factor (the setting SECOND_FACTOR_ROLES)."""
    return memberships(account, today).filter(role__in=settings.SECOND_FACTOR_ROLES).exists()


def usable(kind: Pass.Kind, code: str, at: datetime) -> Pass | None:
    """Return the slip or invitation that a code or token opens, None where it opens none or none any more."""
    found = Pass.objects.select_related("account").filter(kind=kind, digest=kept(kind, code)).first()
    return found if found is not None and found.open_at(at) and found.account.is_active else None


def usable_slip(username: str, code: str, at: datetime) -> Pass | None:
    """Return the slip of a user name that a typed code opens, None where it opens none or none any more."""
    found = usable(Pass.Kind.SLIP, read(code), at)
    return found if found is not None and found.account.username == username.strip() else None


def reachable(words: str, only_new: bool, at: datetime) -> QuerySet[Account]:
    """Return the open accounts with some words in their name or user name, with ``waits``: whether a slip or an
    invitation that was not used yet is out. ``only_new``: those alone that never set a password.
    """
    out = Pass.objects.filter(
        account=OuterRef("pk"), used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )
    found = Account.objects.filter(is_active=True).annotate(waits=Exists(out)).order_by("username")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(username__icontains=words))
    return found.filter(password__startswith="!") if only_new else found  # nosec B106 - the mark of an unusable one


def running(account: Account, at: datetime) -> QuerySet[Visit]:
    """Return the sessions of an account that can still be open, the latest first."""
    return Visit.objects.filter(account=account, began_at__gt=at - timedelta(seconds=settings.SESSION_COOKIE_AGE))
