"""What every page shows: who is signed in, and where they may go."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shuping_web.people.language import colon, comma, gap
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

BELOW = {
    "record": "records", "import": "records", "draft": "records", "evidence": "records", "claim": "claims",
    "draw": "sampling", "correction": "corrections", "missing": "completeness", "freeze": "standing",
    "frozen": "standing", "rulebooks": "cycles", "calendar": "cycles", "exceptions": "cycles", "reminders": "outbox",
    "unit": "units", "account": "accounts", "roles": "accounts", "role": "accounts",
}  # fmt: skip
"""Below which place of the menu an address lies, by its first part, where that is not the place's own."""


@dataclass(frozen=True)
class Place:
    """A place of the menu; ``current`` is what aria-current says of it: ``page``, ``true`` (it is below) or nothing."""

    address: str
    title: str
    current: str


def places(path: str, granted: Set[Permission]) -> list[Place]:
    """Return the menu of somebody who may do this, on the page of an address."""
    first = path.strip("/").partition("/")[0]
    found = []
    for name, permissions, title in PLACES:
        if granted & set(permissions):
            address = reverse(name)
            below = address.strip("/") == first or BELOW.get(first) == name
            found.append(Place(address, title(), "page" if path == address else "true" if below else ""))
    return found


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the menu of the person who is signed in, their roles, and what joins words and sentences here."""
    joints = {"gap": gap(), "colon": colon(), "comma": comma()}
    account = getattr(request, "user", None)
    if not isinstance(account, Account):
        return {"menu": [], "my_roles": [], **joints}
    today = timezone.localdate()
    roles = roles_of(account, today)  # the one question to the database: every page asks it
    granted = {permission for role in roles for permission in ROLES[role].permissions}
    return {"menu": places(request.path, granted), "my_roles": [ROLES[role] for role in roles], **joints}
