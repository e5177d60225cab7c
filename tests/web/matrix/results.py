"""Addresses of the room ``results``."""

from __future__ import annotations

from shuping_web.checking.actions import confirm_correction
from shuping_web.checking.models import Correction
from shuping_web.filing.models import Record, RecordSet
from tests.web.conftest import NOW, World
from tests.web.matrix.checking import proposed
from tests.web.matrix.filing import filed

SEEN = {
    ("standing", "get"): frozenset({"office"}),
    ("standing-unit", "get"): frozenset({"office"}),
    ("standing-records", "get"): frozenset({"office"}),
    ("set-change", "get"): frozenset({"office"}),
}


def behind(world: World) -> str:
    if not Record.objects.exists():
        filed(world)
    return "/standing/east/events/"


def superseded(world: World) -> str:
    if not RecordSet.objects.exists():
        confirm_correction(correction=Correction.objects.get(pk=proposed(world)), by=world.people["checker"], at=NOW)
    return "/standing/set/2/"


PATHS = {
    "standing-unit": lambda world: "/standing/east/",
    "standing-records": behind,
    "set-change": superseded,
}
NOTHING = {
    "set-change": "/standing/set/999999/",
    "standing-unit": "/standing/nobody/",
    "standing-records": "/standing/nobody/events/",
}
