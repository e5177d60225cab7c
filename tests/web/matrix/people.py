"""Addresses of the room ``people``."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shuping_web.people.models import Account, Membership
from shuping_web.people.role_actions import appoint_deputy
from tests.web.conftest import World
from tests.web.matrix import ALL

ADMIN = frozenset({"admin"})
SECURITY = frozenset({"security"})
SEES_UNITS = frozenset({"admin", "security", "office"})
EAST = frozenset({"east"})
NOBODY = "00000000-0000-4000-8000-000000000000"
SEEN = {
    ("units", "get"): SEES_UNITS,
    ("unit", "get"): SEES_UNITS,
    **{
        (name, method): ADMIN
        for name in ("new-unit", "rename-unit", "move-unit", "end-unit")
        for method in ("get", "post")
    },
    **{(name, method): ADMIN for name in ("merge-units", "split-unit") for method in ("get", "post")},
    ("carry-roles", "post"): SECURITY,
    ("accounts", "get"): ADMIN | SECURITY,
    ("account", "get"): ADMIN | SECURITY,
    **{
        (name, method): ADMIN
        for name in ("new-account", "edit-account", "import-accounts")
        for method in ("get", "post")
    },
    ("confirm-import", "post"): ADMIN,
    ("import-template", "get"): ADMIN,
    ("switch-account", "post"): ADMIN,
    ("account-data", "get"): ADMIN,
    **{("erase-account", method): ADMIN for method in ("get", "post")},
    **{("give-role", method): SECURITY for method in ("get", "post")},
    ("take-role", "post"): SECURITY,
    ("roles", "get"): ALL,
    ("me", "get"): ALL,
    ("me", "post"): ALL,
    ("my-data", "get"): ALL,
    **{(name, method): EAST | SECURITY for name in ("deputy", "hand-over") for method in ("get", "post")},
    ("end-deputy", "post"): EAST | {"head"},
}


def of_east(name: str) -> str:
    return f"/unit/east/{name}/"


def person(world: World, name: str = "") -> str:
    """Return a page of an account that none of the roles here belongs to: it is closed on the way."""
    made = Account.objects.filter(username="someone").first() or Account.objects.create_user("someone", None)
    return f"/account/{made.key}/{name}/" if name else f"/account/{made.key}/"


def own(world: World) -> int:
    return Membership.objects.get(account=world.people["east"], stands_for__isnull=True).pk


def lent(world: World) -> int:
    """Make East's head its filer's deputy, once."""
    found = Membership.objects.filter(stands_for__isnull=False, ended_at__isnull=True).first()
    if found is None:
        today = timezone.localdate()
        found = appoint_deputy(
            membership=Membership.objects.get(pk=own(world)), deputy=world.people["head"], valid_from=today,
            until=today + timedelta(days=7), by=world.people["east"], at=timezone.now(),
        )  # fmt: skip
    return found.pk


PATHS = {
    "unit": lambda world: "/unit/east/",
    **{f"{name}-unit": (lambda world, name=name: of_east(name)) for name in ("rename", "move", "end", "split")},
    "merge-units": lambda world: of_east("merge"),
    "carry-roles": lambda world: of_east("carry"),
    "account": lambda world: person(world),
    "edit-account": lambda world: person(world, "change"),
    "switch-account": lambda world: person(world, "switch"),
    "account-data": lambda world: person(world, "data"),
    "erase-account": lambda world: person(world, "erase"),
    "give-role": lambda world: person(world, "give"),
    "take-role": lambda world: f"/role/{own(world)}/end/",
    "deputy": lambda world: f"/me/deputy/{own(world)}/",
    "end-deputy": lambda world: f"/me/deputy/{lent(world)}/end/",
    "hand-over": lambda world: f"/me/hand-over/{own(world)}/",
}
NOTHING = {
    "unit": "/unit/nowhere/",
    **{f"{name}-unit": f"/unit/nowhere/{name}/" for name in ("rename", "move", "end", "split")},
    "merge-units": "/unit/nowhere/merge/",
    "carry-roles": "/unit/nowhere/carry/",
    "account": f"/account/{NOBODY}/",
    **{
        f"{name}-account": f"/account/{NOBODY}/{path}/"
        for name, path in (("edit", "change"), ("switch", "switch"), ("erase", "erase"))
    },
    "account-data": f"/account/{NOBODY}/data/",
    "give-role": f"/account/{NOBODY}/give/",
    "take-role": "/role/999999/end/",
    "deputy": "/me/deputy/999999/",
    "end-deputy": "/me/deputy/999999/end/",
    "hand-over": "/me/hand-over/999999/",
}
