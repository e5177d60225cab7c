"""What every page shows: who is signed in, and where they may go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shuping_web.people.language import colon, gap
from shuping_web.people.models import Account
from shuping_web.people.permissions import ROLES, Permission
from shuping_web.people.queries import roles_of

PLACES: tuple[tuple[str, tuple[Permission, ...], Callable[[], str]], ...] = (
    ("records", (Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS), lambda: _("Records")),
    ("claims", (Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS), lambda: _("Claims")),
    ("queue", (Permission.CHECK_RECORDS,), lambda: _("To check")),
    ("completeness", (Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS), lambda: _("Completeness")),
    ("sampling", (Permission.STATE_SAMPLING, Permission.CHECK_RECORDS), lambda: _("Sampling plans")),
    ("corrections", (Permission.CONFIRM_CORRECTION, Permission.SEE_OWN_RECORDS), lambda: _("Corrections")),
    ("standing", (Permission.SEE_STANDING,), lambda: _("Standing")),
    ("cycles", (Permission.OPEN_CYCLE,), lambda: _("Cycles")),
    ("outbox", (Permission.SEND_NOTICES,), lambda: _("Outbox")),
    ("units", (Permission.MANAGE_UNITS, Permission.SEE_UNITS), lambda: _("Units")),
    ("accounts", (Permission.MANAGE_ACCOUNTS, Permission.GIVE_ROLES), lambda: _("Accounts")),
    ("ledger", (Permission.READ_LEDGER,), lambda: _("What was done")),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the menu of the person who is signed in, their roles, and what joins words and sentences here."""
    joints = {"gap": gap(), "colon": colon()}
    account = getattr(request, "user", None)
    if not isinstance(account, Account):
        return {"menu": [], "my_roles": [], **joints}
    today = timezone.localdate()
    roles = roles_of(account, today)  # the one question to the database: every page asks it
    granted = {permission for role in roles for permission in ROLES[role].permissions}
    menu = [(reverse(name), title()) for name, permissions, title in PLACES if granted & set(permissions)]
    return {"menu": menu, "my_roles": [ROLES[role] for role in roles], **joints}
