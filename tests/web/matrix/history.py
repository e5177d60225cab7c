"""Addresses of the room ``history``; every kind of object by itself in ``test_history.py``."""

from __future__ import annotations

from tests.web.conftest import NOW, World
from tests.web.matrix import OF_EAST, READS_ALL
from tests.web.matrix.filing import filed

DAY = f"/ledger/heads/{NOW:%Y-%m-%d}/"
LOOKS = frozenset({"auditor", "office"})
SEEN = {
    ("history", "get"): READS_ALL | OF_EAST | {"auditor"},
    ("ledger", "get"): frozenset({"auditor"}),
    ("chain", "get"): LOOKS,
    ("heads", "get"): LOOKS,
    ("head", "get"): LOOKS,
    ("head-text", "get"): LOOKS,
    ("mail-head", "post"): frozenset({"office"}),
}


def record_of_east(world: World) -> str:
    """File a record of East's; its 317 people must not show anywhere else."""
    return f"/history/record/{filed(world)}/"


PATHS = {
    "history": record_of_east,
    "head": lambda world: DAY,
    "head-text": lambda world: f"{DAY}text/",
    "mail-head": lambda world: f"{DAY}mail/",
}
NOTHING = {"history": "/history/record/999999/"}
