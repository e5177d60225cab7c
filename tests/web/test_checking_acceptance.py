"""Any change after acceptance drops it, whichever way it comes; what went another way is found."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from shuping_web.checking import invariants
from shuping_web.checking.actions import answer, ask, confirm_correction, draw_sample
from shuping_web.checking.models import Correction, Draw
from shuping_web.filing import actions
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.ledger.protection import unprotect
from tests.web.conftest import NOW, World
from tests.web.matrix.checking import drawn, proposed
from tests.web.test_checking_sampling import plan_of
from tests.web.test_filing import VALUES, check, filed

SignedIn = Callable[[str], Client]
SITE = Path("src/shuping_web")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def wrong() -> list[str]:
    return [text for invariant in invariants.INVARIANTS for text in invariant()]


def by_action(world: World, record: Record, client_of: SignedIn) -> None:
    actions.change_record(
        cycle=world.cycle, record=record, period="", values={**VALUES, "people": "43"}, version=record.version,
        by=world.people["east"], at=NOW,
    )  # fmt: skip


def by_form(world: World, record: Record, client_of: SignedIn) -> None:
    sent = {
        "submission": str(record.submission), "unit": record.unit_id, "f_date": "2025-03-01", "f_form": "talk",
        "f_people": "43", "version": record.version,
    }  # fmt: skip
    assert client_of("east").post(f"/record/{record.pk}/change/", sent).status_code == 302


def by_withdrawing(world: World, record: Record, client_of: SignedIn) -> None:
    client_of("east").post(f"/record/{record.pk}/withdraw/", {"version": record.version})


@pytest.mark.parametrize("path", [by_action, by_form, by_withdrawing])
def test_every_way_to_change_a_record_drops_its_acceptance(
    path: Callable[[World, Record, SignedIn], None], world: World, client_of: SignedIn
) -> None:
    record = check(world, filed(world))
    assert record.state == State.ACCEPTED
    path(world, record, client_of)
    record.refresh_from_db()
    assert record.state in (State.FILED, State.WITHDRAWN)
    assert (record.checked_by, record.checked_at) == (None, None)
    assert wrong() == []


def test_a_question_and_its_answer_leave_an_acceptance_alone(world: World) -> None:
    record = check(world, filed(world))
    question = ask(record=record, text="42?", by=world.people["checker"], at=NOW)
    answer(question=question, text="Yes, see the sheet.", by=world.people["east"], at=NOW)
    record.refresh_from_db()
    assert record.state == State.ACCEPTED
    assert wrong() == []


def assigned(function: ast.FunctionDef) -> set[str]:
    """Return the attributes that a function sets, by any form of assignment."""
    targets: list[ast.expr] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets.append(node.target)
    flat = [part for target in targets for part in ([*target.elts] if isinstance(target, ast.Tuple) else [target])]
    return {target.attr for target in flat if isinstance(target, ast.Attribute)}


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


def test_records_are_changed_in_one_place_and_there_every_change_drops_the_acceptance() -> None:
    """The grid, the import, claims and whatever comes later have no other way than ``filing.actions``."""
    changing = [one for one in functions(SITE / "filing/actions.py") if "values" in assigned(one)]
    assert changing
    for one in changing:
        assert assigned(one) >= {"state", "checked_by", "checked_at", "version"}, one.name
    for path in sorted(SITE.rglob("*.py")):
        if "migrations" in path.parts or path == SITE / "filing/actions.py":
            continue
        text = path.read_text("utf-8")
        assert not any("values" in assigned(one) for one in functions(path) if "Record" in text), path
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "update":
                assert "values" not in {keyword.arg for keyword in call.keywords}, path


@pytest.mark.broken_ledger
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"values": {**VALUES, "people": "999"}}, "does not hold what the ledger says"),
        ({"version": 7}, "accepted at version 1 and stands at 7"),
        ({"checked_by": None}, "accepted by nobody"),
    ],
)
def test_what_was_changed_another_way_is_found(world: World, change: dict[str, Any], found: str) -> None:
    record = check(world, filed(world))
    assert wrong() == []
    Record.objects.filter(pk=record.pk).update(**change)
    assert any(found in text for text in wrong())


@pytest.mark.broken_ledger
def test_an_acceptance_that_nobody_gave_is_found(world: World) -> None:
    record = filed(world)
    Record.objects.filter(pk=record.pk).update(state=State.ACCEPTED, checked_by=world.people["checker"])
    assert any("the last that was done to it is record_filed" in text for text in wrong())


@pytest.mark.broken_ledger
def test_a_changed_set_draw_or_correction_is_found(world: World) -> None:
    confirm_correction(correction=Correction.objects.get(pk=proposed(world)), by=world.people["checker"], at=NOW)
    assert wrong() == []
    kept = RecordSet.objects.get(number=1)
    unprotect(connection)
    RecordSet.objects.filter(pk=kept.pk).update(content={**kept.content, "period": "2024"})
    assert [text for text in wrong() if "hash" in text] == [
        f"record set 1 of cycle {world.cycle.pk} does not have the hash of its content"
    ]


@pytest.mark.broken_ledger
def test_a_changed_draw_is_found(world: World) -> None:
    drawn(world)
    for _ in range(3):
        filed(world)
    made = draw_sample(plan=plan_of(world, number=1), by=world.people["office"], at=NOW)
    assert wrong() == []
    other = next(row[0] for row in made.population if row[0] not in made.chosen)
    Draw.objects.filter(pk=made.pk).update(chosen=[other])
    assert any("cannot be made again" in text for text in wrong())
