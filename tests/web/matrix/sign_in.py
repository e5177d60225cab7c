"""Addresses of the room ``sign_in``."""

from __future__ import annotations

from tests.web.matrix import ALL
from tests.web.matrix.people import ADMIN, NOBODY, SECURITY, person

SEEN = {
    ("sign-in", "get"): ALL,
    ("sign-in", "post"): ALL,
    ("sign-in-code", "get"): ALL,
    ("sign-in-code", "post"): ALL,
    ("sign-out", "post"): ALL,
    ("slip", "get"): ALL,
    ("slip", "post"): ALL,
    ("invitation", "get"): ALL,
    ("accept-invitation", "post"): ALL,
    **{(name, method): ALL for name in ("change-password", "second-factor", "sessions") for method in ("get", "post")},
    ("passes", "get"): ADMIN,
    ("passes", "post"): ADMIN,
    ("second-factor-off", "post"): SECURITY,
}
OPEN_TO_ALL = ("sign-in", "sign-in-code", "slip", "invitation", "accept-invitation")
PATHS = {
    "invitation": lambda world: "/invitation/nothing-of-the-kind/",
    "second-factor-off": lambda world: person(world, "second-factor/off"),
}
NOTHING = {"second-factor-off": f"/account/{NOBODY}/second-factor/off/"}
