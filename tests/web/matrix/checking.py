"""Addresses of the room ``checking``."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from shuping_web.checking.actions import ask, draw_sample, propose_correction, state_plan
from shuping_web.checking.models import Correction, Draw, Kind, SamplingPlan
from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import check_record, freeze
from shuping_web.filing.models import Record
from tests.web.conftest import NOW, World
from tests.web.matrix import FILES, OF_EAST, READS_ALL
from tests.web.matrix.filing import filed, proven

OFFICE, CHECKER = frozenset({"office"}), frozenset({"checker"})
DRAWS = frozenset({"office", "checker", "auditor"})
PROPOSES = FILES | OFFICE
SEEN = {
    ("record", "get"): READS_ALL | OF_EAST,
    ("queue", "get"): CHECKER,
    ("check-record", "post"): CHECKER,
    ("ask-question", "post"): CHECKER,
    ("check-evidence", "post"): CHECKER,
    ("questions", "get"): FILES | CHECKER,
    ("answer-question", "post"): frozenset({"east"}),
    ("sampling", "get"): DRAWS,
    ("new-sampling-plan", "get"): OFFICE,
    ("new-sampling-plan", "post"): OFFICE,
    ("sampling-plan", "get"): DRAWS,
    ("draw-sample", "post"): OFFICE,
    ("accept-rest", "post"): OFFICE,
    ("completeness", "get"): READS_ALL | FILES | {"head"},
    ("missing", "get"): READS_ALL | FILES | {"head"},
    ("completeness-unit", "get"): READS_ALL | OF_EAST,
    ("freeze", "get"): OFFICE,
    ("freeze", "post"): OFFICE,
    ("record-set", "get"): READS_ALL,
    ("corrections", "get"): READS_ALL | FILES | {"head"},
    ("add-row", "get"): PROPOSES,
    ("add-row", "post"): PROPOSES,
    ("reopen", "get"): OFFICE,
    ("reopen", "post"): OFFICE,
    ("correction", "get"): READS_ALL | OF_EAST,
    ("decide-correction", "post"): READS_ALL,
    ("correct-record", "get"): frozenset({"east", "office"}),
    ("correct-record", "post"): frozenset({"east", "office"}),
    ("take-out", "get"): frozenset({"east", "office"}),
    ("take-out", "post"): frozenset({"east", "office"}),
}


def asked(world: World) -> int:
    """Ask about a record of East's."""
    record = Record.objects.get(pk=filed(world))
    return ask(record=record, text="Is 317 right?", by=world.people["checker"], at=NOW).pk


def stated(world: World) -> SamplingPlan:
    """State a plan, once."""
    return SamplingPlan.objects.first() or state_plan(
        cycle=world.cycle, dataset="activity", share=None, number=1, least_each=0, accept_rest=True,
        most_returned=Decimal(0), seed="dice: 4 2 6", reason="One a day.", by=world.people["office"], at=NOW,
    )  # fmt: skip


def drawn(world: World) -> int:
    """File a record of East's and draw it."""
    if not Draw.objects.exists():
        filed(world)
        draw_sample(plan=stated(world), by=world.people["office"], at=NOW)
    return Draw.objects.get().pk


def frozen(world: World) -> Record:
    """Freeze an accepted record of East's, once."""
    known = Record.objects.filter(state="accepted").first()
    if known is not None:
        return known
    record = Record.objects.get(pk=filed(world))
    for waiting in Record.objects.filter(state="filed"):
        check_record(
            cycle=world.cycle, record=waiting, accept=True, reason="", version=1, by=world.people["checker"], at=NOW
        )
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    return record


def proposed(world: World) -> int:
    """Propose to take the frozen record of East's out."""
    known = Correction.objects.first()
    if known is not None:
        return known.pk
    record = frozen(world)
    return propose_correction(
        cycle=Cycle.objects.get(pk=world.cycle.pk), kind=Kind.REMOVE, record=record, dataset="activity",
        unit=world.units["east"], period="", values={}, reason="317 was typed twice.", submission=uuid4(),
        by=world.people["office"], at=NOW,
    ).pk  # fmt: skip


def first_set(world: World) -> str:
    """Freeze, and return the address of the record set."""
    frozen(world)
    return "/frozen/1/"


PATHS = {
    "record": lambda world: f"/record/{filed(world)}/",
    "check-record": lambda world: f"/record/{filed(world)}/check/",
    "check-evidence": lambda world: f"/evidence/{proven(world)}/check/",
    "ask-question": lambda world: f"/record/{filed(world)}/ask/",
    "answer-question": lambda world: f"/question/{asked(world)}/answer/",
    "sampling-plan": lambda world: f"/sampling/{stated(world).pk}/",
    "draw-sample": lambda world: f"/sampling/{stated(world).pk}/draw/",
    "accept-rest": lambda world: f"/draw/{drawn(world)}/rest/",
    "completeness-unit": lambda world: "/completeness/east/",
    "record-set": first_set,
    "add-row": lambda world: "/corrections/new/activity/",
    "correction": lambda world: f"/correction/{proposed(world)}/",
    "decide-correction": lambda world: f"/correction/{proposed(world)}/decide/",
    "correct-record": lambda world: f"/record/{filed(world)}/correct/",
    "take-out": lambda world: f"/record/{filed(world)}/take-out/",
}
NOTHING = {
    "record": "/record/999999/",
    "check-record": "/record/999999/check/",
    "check-evidence": "/evidence/999999/check/",
    "ask-question": "/record/999999/ask/",
    "answer-question": "/question/999999/answer/",
    "sampling-plan": "/sampling/999999/",
    "draw-sample": "/sampling/999999/draw/",
    "accept-rest": "/draw/999999/rest/",
    "completeness-unit": "/completeness/nobody/",
    "record-set": "/frozen/999999/",
    "correction": "/correction/999999/",
    "decide-correction": "/correction/999999/decide/",
    "correct-record": "/record/999999/correct/",
    "take-out": "/record/999999/take-out/",
}
