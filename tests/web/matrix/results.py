"""Addresses of the room ``results``."""

from __future__ import annotations

from shuping_web.filing.models import Record
from tests.web.conftest import World
from tests.web.matrix.filing import filed

SEEN = {
    ("standing", "get"): frozenset({"office"}),
    ("standing-unit", "get"): frozenset({"office"}),
    ("standing-records", "get"): frozenset({"office"}),
}


def behind(world: World) -> str:
    if not Record.objects.exists():
        filed(world)
    return "/standing/east/events/"


PATHS = {"standing-unit": lambda world: "/standing/east/", "standing-records": behind}
NOTHING = {"standing-unit": "/standing/nobody/", "standing-records": "/standing/nobody/events/"}
