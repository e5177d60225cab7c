"""What this room hears of: lock-outs, people who sign out, people who are erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from axes.helpers import get_failure_limit
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from shuping_web.people.actions import System
from shuping_web.people.models import Account
from shuping_web.people.signals import account_erased
from shuping_web.sign_in.actions import forget_visit, note_lock
from shuping_web.sign_in.forget_actions import forget_person


def connect() -> None:
    """Start to listen."""
    user_locked_out.connect(_locked, dispatch_uid="sign_in.locked")
    user_logged_out.connect(_signed_out, dispatch_uid="sign_in.signed_out")
    account_erased.connect(_erased, dispatch_uid="sign_in.erased")


def _locked(request: HttpRequest, username: str | None, **_more: Any) -> None:
    # django-axes tells of every try while the lock holds; the ledger hears of the one that closed it
    failures = getattr(request, "axes_failures_since_start", None)
    if failures == get_failure_limit(request, {"username": username}):
        account = Account.objects.filter(username=username).first() if username else None
        note_lock(account=account, by=System(), at=timezone.now())


def _signed_out(request: HttpRequest, **_more: Any) -> None:
    if request.session.session_key:
        forget_visit(session_key=request.session.session_key)


def _erased(account: Account, at: datetime, **_more: Any) -> None:
    forget_person(account=account)
