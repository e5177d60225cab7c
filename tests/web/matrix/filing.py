"""Addresses of the room ``filing``."""

from __future__ import annotations

from uuid import uuid4

from shuping_web.evidence.actions import receive
from shuping_web.filing.actions import file_record
from shuping_web.filing.adapters import Cells
from shuping_web.filing.attached_actions import Chosen
from shuping_web.filing.models import Evidence
from shuping_web.filing.table_actions import keep_batch, keep_draft
from tests.web.conftest import NOW, World
from tests.web.evidence_samples import pdf
from tests.web.matrix import FILES, OF_EAST, READS_ALL

SEEN = {
    ("records", "get"): READS_ALL | FILES | {"head"},
    ("dataset", "get"): READS_ALL | FILES | {"head"},
    ("new-record", "get"): FILES,
    ("new-record", "post"): FILES,
    ("grid", "get"): FILES,
    ("grid", "post"): FILES,
    ("again", "get"): frozenset[str](),
    ("form-file", "get"): FILES,
    ("import-records", "get"): FILES,
    ("import-records", "post"): FILES,
    ("keep-draft", "post"): frozenset[str](),
    ("drop-draft", "post"): frozenset({"east"}),
    ("import", "get"): frozenset({"east"}),
    ("marked-import", "get"): frozenset({"east"}),
    ("file-import", "post"): frozenset({"east"}),
    ("evidence", "get"): READS_ALL | OF_EAST,
    ("describe-evidence", "get"): frozenset({"east"}),
    ("describe-evidence", "post"): frozenset({"east"}),
    ("evidence-list", "get"): READS_ALL | OF_EAST,
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


def proven(world: World) -> int:
    """File a record of East's with a file."""
    values = {"date": "2025-03-01", "form": "talk", "people": "317"}
    file = receive(raw=pdf(title="317"), name="317.pdf", submission=uuid4(), by=world.people["east"], at=NOW)
    record = file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values=values, submission=uuid4(),
        by=world.people["east"], at=NOW, evidence=[Chosen(file.file, file.name, NOW)],
    )  # fmt: skip
    return Evidence.objects.get(record=record).pk


def listed(world: World) -> str:
    """File a record of East's with a file, and return the address of East's list."""
    proven(world)
    return "/evidence/of/east/"


def begun(world: World) -> int:
    """Begin a record of East's without filing it."""
    return keep_draft(
        dataset="activity", unit=world.units["east"], record=None, grid=False, content={"f_people": "317"},
        submission=uuid4(), by=world.people["east"], at=NOW,
    ).pk  # fmt: skip


def uploaded(world: World) -> int:
    """Upload a list of East's without filing it."""
    rows = [(2, ["east", "2025-03-01", "talk", "317"])]
    cells = Cells("317.csv", "0" * 64, ["unit", "date", "form", "people"], {}, rows)
    return keep_batch(cycle=world.cycle, dataset="activity", cells=cells, by=world.people["east"], at=NOW).pk


PATHS = {
    "evidence": lambda world: f"/evidence/{proven(world)}/",
    "describe-evidence": lambda world: f"/evidence/{proven(world)}/describe/",
    "evidence-list": listed,
    "grid": lambda world: "/records/activity/grid/",
    "again": lambda world: "/records/activity/again/",  # its rows are dated: there is no period before
    "form-file": lambda world: "/records/activity/form.xlsx",
    "import-records": lambda world: "/records/activity/import/",
    "keep-draft": lambda world: "/records/activity/draft/",  # nothing is kept without a submission
    "drop-draft": lambda world: f"/draft/{begun(world)}/drop/",
    "import": lambda world: f"/import/{uploaded(world)}/",
    "marked-import": lambda world: f"/import/{uploaded(world)}/marked.xlsx",
    "file-import": lambda world: f"/import/{uploaded(world)}/file/",
    "dataset": lambda world: "/records/activity/",
    "new-record": lambda world: "/records/activity/new/",
    "change-record": lambda world: f"/record/{filed(world)}/change/",
    "withdraw-record": lambda world: f"/record/{filed(world)}/withdraw/",
}
NOTHING = {
    "evidence": "/evidence/999999/",
    "describe-evidence": "/evidence/999999/describe/",
    "evidence-list": "/evidence/of/nobody/",
    "drop-draft": "/draft/999999/drop/",
    "import": "/import/999999/",
    "marked-import": "/import/999999/marked.xlsx",
    "file-import": "/import/999999/file/",
    "change-record": "/record/999999/change/",
    "withdraw-record": "/record/999999/withdraw/",
}
