"""The private address of a calendar feed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from shuping_web.ledger.actions import in_turn, record
from shuping_web.notices.models import CalendarLink
from shuping_web.people.models import Account


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256. It is 256 random bits, so that no slower hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@in_turn
def make_link(*, account: Account, at: datetime) -> str:
    """Make a new private address for an account; the one before ends. Return its token, which is shown this once."""
    token = secrets.token_urlsafe(32)
    CalendarLink.objects.filter(account=account).delete()
    CalendarLink.objects.create(account=account, digest=digest_of(token), made_at=at)
    record(by=account, action="calendar_link_made", subject=account.label, at=at)
    return token


@in_turn
def end_link(*, account: Account, at: datetime) -> None:
    """End the private address."""
    if CalendarLink.objects.filter(account=account).delete()[0]:
        record(by=account, action="calendar_link_ended", subject=account.label, at=at)
