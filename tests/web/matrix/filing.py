"""Addresses of the room ``filing``."""

from __future__ import annotations

from uuid import uuid4

from shuping_web.filing.actions import file_record
from tests.web.conftest import NOW, World
from tests.web.matrix import FILES, READS_ALL

SEEN = {
    ("records", "get"): READS_ALL | FILES | {"head"},
    ("dataset", "get"): READS_ALL | FILES | {"head"},
    ("new-record", "get"): FILES,
    ("new-record", "post"): FILES,
    ("change-record", "get"): frozenset({"east"}),
    ("change-record", "post"): frozenset({"east"}),
    ("withdraw-record", "post"): frozenset({"east"}),
}


def filed(world: World) -> int:
    """File a record of East's; its 317 people must not show anywhere else."""
    values = {"date": "2025-03-01", "form": "talk", "people": "317"}
    return file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values=values, submission=uuid4(),
        by=world.people["east"], at=NOW,
    ).pk  # fmt: skip


PATHS = {
    "dataset": lambda world: "/records/activity/",
    "new-record": lambda world: "/records/activity/new/",
    "change-record": lambda world: f"/record/{filed(world)}/change/",
    "withdraw-record": lambda world: f"/record/{filed(world)}/withdraw/",
}
NOTHING = {
    "change-record": "/record/999999/change/",
    "withdraw-record": "/record/999999/withdraw/",
}
