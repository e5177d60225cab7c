"""What is frozen is corrected by a superseding row, a reason and a second person; old and new sets stay readable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

import shuping
from shuping_web.checking.actions import (
    confirm_correction,
    propose_correction,
    refuse_correction,
    take_back_correction,
)
from shuping_web.checking.models import Correction, Decision, Kind
from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import Stale, canonical, change_record, freeze
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.filing.queries import frozen
from shuping_web.ledger.models import Event
from shuping_web.people.actions import System, give_role
from shuping_web.people.permissions import Role
from shuping_web.results.queries import scoring_of
from tests.web.conftest import NOW, World, folder
from tests.web.test_filing import VALUES, check, filed

SignedIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def frozen_world(world: World) -> World:
    """East filed 42 people, West 84, and the office froze them."""
    check(world, filed(world, "east", people="42"))
    check(world, filed(world, "west", people="84"))
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    world.cycle = Cycle.objects.get(pk=world.cycle.pk)
    return world


def of(world: World, unit: str) -> Record:
    return Record.objects.get(unit__code=unit, state=State.ACCEPTED)


def proposed(
    world: World, *, by: str = "office", unit: str = "west", kind: Kind = Kind.CHANGE, **terms: Any
) -> Correction:
    given: dict[str, Any] = {
        "record": of(world, unit) if kind in (Kind.CHANGE, Kind.REMOVE) else None,
        "dataset": "activity", "unit": world.units[unit], "period": "", "values": {**VALUES, "people": "42"},
        "reason": "The register of attendance says 42.", "submission": uuid4(),
    }  # fmt: skip
    return propose_correction(cycle=world.cycle, kind=kind, by=world.people[by], at=NOW, **{**given, **terms})


def confirmed(world: World, correction: Correction, by: str = "checker") -> RecordSet | None:
    return confirm_correction(correction=correction, by=world.people[by], at=NOW)


def expected_totals(path: Path, rows: str) -> list[str]:
    scored = shuping.score(shuping.read(folder(path, f"unit,date,form,people\n{rows}")))
    return [f"{unit} {total} {rank}" for unit, total, rank in scored.standing.select("unit", "total", "rank").rows()]


def site_totals(world: World) -> list[str]:
    standing = scoring_of(Cycle.objects.get(pk=world.cycle.pk)).result.standing
    return [f"{unit} {total} {rank}" for unit, total, rank in standing.select("unit", "total", "rank").rows()]


def test_a_correction_supersedes_row_and_set_and_the_old_ones_stay(frozen_world: World, tmp_path: Path) -> None:
    world = frozen_world
    old, before = of(world, "west"), frozen(world.cycle.pk)
    assert before is not None
    rows = "east,2025-03-01,talk,42\nwest,2025-03-01,talk,{}\n"
    assert site_totals(world) == expected_totals(tmp_path / "before", rows.format(84))
    kept = confirmed(world, proposed(world))
    assert kept is not None
    old.refresh_from_db()
    assert (old.state, old.values["people"]) == (State.SUPERSEDED, "84")  # still there to be read
    new = of(world, "west")
    assert (new.values["people"], new.filed_by, new.checked_by) == (
        "42", world.people["office"], world.people["checker"]
    )  # fmt: skip
    assert site_totals(world) == expected_totals(tmp_path / "after", rows.format(42))
    assert kept.supersedes == before
    assert (kept.number, kept.reason) == (2, "The register of attendance says 42.")
    first = RecordSet.objects.get(number=1)
    assert first.content == before.content
    for one in (first, kept):
        assert hashlib.sha256(canonical(one.content).encode()).hexdigest() == one.sha256
    assert first.sha256 != kept.sha256
    done = set(Event.objects.filter(number__gt=0).values_list("action", flat=True))
    assert {"correction_proposed", "correction_confirmed", "record_superseded", "record_corrected"} <= done
    assert "set_superseded" in done


@pytest.mark.broken_ledger
def test_nothing_but_the_corrected_row_changes_in_the_set(frozen_world: World) -> None:
    """The register may have moved on since: the frozen one stands."""
    world = frozen_world
    unit = world.units["east"]
    unit.name = "Renamed meanwhile"
    unit.save()
    kept = confirmed(world, proposed(world))
    assert kept is not None
    assert kept.supersedes is not None
    old, new = (json.loads(canonical(one.content)) for one in (kept.supersedes, kept))
    assert old["units"] == new["units"]
    east = [row for row in new["records"]["activity"] if row["unit"] == "east"]
    assert east == [row for row in old["records"]["activity"] if row["unit"] == "east"]


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (Kind.REMOVE, "east,2025-03-01,talk,42\n"),
        (Kind.ADD, "east,2025-03-01,talk,42\nwest,2025-03-01,talk,84\nwest,2025-03-01,talk,42\n"),
    ],
)
def test_a_row_is_taken_out_or_added(frozen_world: World, tmp_path: Path, kind: Kind, rows: str) -> None:
    confirmed(frozen_world, proposed(frozen_world, kind=kind))
    assert site_totals(frozen_world) == expected_totals(tmp_path / "folder", rows)


def test_nobody_confirms_the_own_proposal_or_one_of_the_own_unit(frozen_world: World) -> None:
    world = frozen_world
    with pytest.raises(PermissionDenied):
        confirmed(world, proposed(world), by="office")
    give_role(account=world.people["checker"], role=Role.UNIT_HEAD, unit=world.units["west"], by=System(), at=NOW)
    with pytest.raises(PermissionDenied):
        confirmed(world, Correction.objects.get(), by="checker")
    assert of(world, "west").values["people"] == "84"


def test_the_database_itself_wants_a_second_person(frozen_world: World) -> None:
    correction = proposed(frozen_world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(
            decision=Decision.CONFIRMED, decided_by=correction.proposed_by
        )


def test_a_refusal_needs_a_reason_and_a_proposal_can_be_taken_back(frozen_world: World) -> None:
    world = frozen_world
    first = proposed(world, by="west")
    with pytest.raises(ValidationError):
        refuse_correction(correction=first, reason=" ", by=world.people["office"], at=NOW)
    refuse_correction(correction=first, reason="The list is not signed.", by=world.people["office"], at=NOW)
    with pytest.raises(ValidationError, match="decided already"):
        confirmed(world, first)
    second = proposed(world, by="west")
    with pytest.raises(PermissionDenied):
        take_back_correction(correction=second, by=world.people["office"], at=NOW)
    take_back_correction(correction=second, by=world.people["west"], at=NOW)
    assert RecordSet.objects.count() == 1


@pytest.mark.parametrize("terms", [{"reason": " "}, {"record": "other"}])
def test_what_cannot_be_proposed(frozen_world: World, terms: dict[str, Any]) -> None:
    world = frozen_world
    if terms.get("record") == "other":
        stray = of(world, "west")
        stray.values = {**VALUES, "people": "1"}
        terms = {"record": stray}
    with pytest.raises(ValidationError):
        proposed(world, **terms)


def test_one_proposal_a_row_and_one_a_submission(frozen_world: World) -> None:
    number = uuid4()
    assert proposed(frozen_world, submission=number) == proposed(frozen_world, submission=number)
    with pytest.raises(ValidationError, match="waits for a second person already"):
        proposed(frozen_world)


def test_before_freezing_the_record_itself_is_changed(world: World) -> None:
    check(world, filed(world, "west"))
    with pytest.raises(ValidationError, match="not frozen"):
        proposed(world)


def test_filing_is_opened_again_by_two_and_frozen_again(frozen_world: World) -> None:
    world = frozen_world
    correction = proposed(world, kind=Kind.REOPEN, unit="west", dataset="", values={}, reason="West's flood.")
    assert confirmed(world, correction) is None
    cycle = Cycle.objects.get(pk=world.cycle.pk)
    assert cycle.stage == "filing"
    world.cycle = cycle
    record = of(world, "west")
    changed = change_record(
        cycle=cycle, record=record, period="", values={**VALUES, "people": "21"}, version=1,
        by=world.people["west"], at=NOW,
    )  # fmt: skip
    check(world, changed)
    again = freeze(cycle=cycle, by=world.people["office"], at=NOW, reason="West filed after the flood.")
    assert (again.number, again.supersedes) == (2, RecordSet.objects.get(number=1))
    assert again.sha256 != RecordSet.objects.get(number=1).sha256


def test_a_superseded_row_is_changed_no_more(frozen_world: World) -> None:
    world = frozen_world
    old = of(world, "west")
    confirmed(world, proposed(world))
    confirmed(world, proposed(world, kind=Kind.REOPEN, dataset="", values={}, record=None))
    with pytest.raises(Stale):
        change_record(
            cycle=Cycle.objects.get(pk=world.cycle.pk), record=old, period="", values=VALUES, version=old.version + 1,
            by=world.people["west"], at=NOW,
        )  # fmt: skip


def test_records_are_kept_while_filing_goes_on(world: World) -> None:
    check(world, filed(world, "east"))
    filed(world, "west")
    kept = freeze(cycle=world.cycle, by=world.people["office"], at=NOW, name="First quarter", interim=True)
    assert (kept.interim, len(kept.content["records"]["activity"])) == (True, 1)
    assert Cycle.objects.get(pk=world.cycle.pk).stage == "filing"
    assert frozen(world.cycle.pk) is None
