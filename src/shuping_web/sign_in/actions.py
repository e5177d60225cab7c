"""Signing in, passwords and sessions. Events say that it was done, never from where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.people.models import Account
from shuping_web.sign_in.models import Visit

REMEMBERED = timedelta(days=2)
"""How long a row of a session that has ended may lie about."""


@in_turn
def note_sign_in(*, account: Account, session_key: str, factor: str, by: Actor, at: datetime) -> Visit:
    """Write down that somebody signed in. ``factor``: what was shown beside the password: ``none``, ``code`` or
    ``recovery``.
    """
    Visit.objects.filter(began_at__lt=at - REMEMBERED).delete()
    visit = Visit.objects.create(account=account, session_key=session_key, began_at=at)
    record(by=by, action="signed_in", subject=account.label, at=at, data={"second_factor": factor})
    return visit


@in_turn
def note_lock(*, account: Account | None, by: Actor, at: datetime) -> None:
    """Write down that signing in was locked; for a user name that nobody has (None) too, without the name, which may
    be a password that somebody typed into the wrong field.
    """
    record(by=by, action="sign_in_locked", subject=account.label if account else "sign-in", at=at)


@transaction.atomic
def forget_visit(*, session_key: str) -> None:
    """Forget a session that its person has ended."""
    Visit.objects.filter(session_key=session_key).delete()


@in_turn
def change_password(*, account: Account, password: str, keep: str | None, by: Actor, at: datetime) -> Account:
    """Set a new password and end every session but ``keep`` (a session's key). Raises ValidationError for the password
    that the account has already.
    """
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if locked.check_password(password):
        raise ValidationError({"new": _("This is the password you have now.")})
    locked.set_password(password)
    locked.save(update_fields=["password"])
    end_visits(account=locked, keep=[keep] if keep else [])
    record(by=by, action="password_changed", subject=locked.label, at=at)
    return locked


@in_turn
def end_sessions(*, account: Account, keep: str | None, by: Actor, at: datetime) -> int:
    """End the sessions of an account but ``keep``; return how many there were."""
    ended = end_visits(account=account, keep=[keep] if keep else [])
    record(by=by, action="sessions_ended", subject=account.label, at=at, data={"sessions": ended})
    return ended


@transaction.atomic
def move_visit(*, old: str, new: str) -> None:
    """Follow a session to its new key."""
    Visit.objects.filter(session_key=old).update(session_key=new)


def end_visits(*, account: Account, keep: Iterable[str] = ()) -> int:
    """Remove the sessions of an account but some; part of an action. Return how many ran."""
    others = Visit.objects.filter(account=account).exclude(session_key__in=list(keep))
    ended, _rows = Session.objects.filter(session_key__in=list(others.values_list("session_key", flat=True))).delete()
    others.delete()
    return ended
