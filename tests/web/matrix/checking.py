"""Addresses of the room ``checking``."""

from __future__ import annotations

from tests.web.matrix import OF_EAST, READS_ALL
from tests.web.matrix.filing import filed

SEEN = {
    ("record", "get"): READS_ALL | OF_EAST,
    ("queue", "get"): frozenset({"checker"}),
    ("check-record", "post"): frozenset({"checker"}),
    ("freeze", "get"): frozenset({"office"}),
    ("freeze", "post"): frozenset({"office"}),
}
PATHS = {
    "record": lambda world: f"/record/{filed(world)}/",
    "check-record": lambda world: f"/record/{filed(world)}/check/",
}
NOTHING = {"record": "/record/999999/", "check-record": "/record/999999/check/"}
