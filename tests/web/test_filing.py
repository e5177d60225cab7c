"""From an empty form to a frozen set of records that the library scores like the same folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

import shuping
from shuping_web.cycles.models import Cycle
from shuping_web.filing import actions
from shuping_web.filing.actions import Stale, change_record, check_record, file_record, freeze, withdraw_record
from shuping_web.filing.models import Record, State
from shuping_web.ledger.models import Event
from shuping_web.results.queries import scoring_of
from tests.web.conftest import NOW, World, folder

SignedIn = Callable[[str], Client]
VALUES = {"date": "2025-03-01", "form": "talk", "people": "40"}


def filed(world: World, who: str = "east", **values: str) -> Record:
    return file_record(
        cycle=world.cycle, dataset="activity", unit=world.units[who], period="", values={**VALUES, **values},
        submission=uuid4(), by=world.people[who], at=NOW,
    )  # fmt: skip


def check(world: World, record: Record, *, accept: bool = True, reason: str = "", by: str = "checker") -> Record:
    return check_record(
        cycle=world.cycle, record=record, accept=accept, reason=reason, version=record.version, by=world.people[by],
        at=NOW,
    )  # fmt: skip


def test_a_record_goes_from_the_form_to_the_frozen_set(world: World, client_of: SignedIn, tmp_path: Path) -> None:
    east, checker, office = client_of("east"), client_of("checker"), client_of("office")
    form = east.get("/records/activity/new/")
    assert form.status_code == 200
    sent = {
        "submission": str(uuid4()), "unit": world.units["east"].pk, "f_date": "2025-03-01", "f_form": "talk",
        "f_people": "40",
    }  # fmt: skip
    record = Record.objects.get(pk=int(east.post("/records/activity/new/", sent).url.split("/")[2]))
    assert (record.values, record.state) == (VALUES, State.FILED)
    returned = {"decision": "return", "reason": "The sheet says 42.", "version": 1}
    assert checker.post(f"/record/{record.pk}/check/", returned).status_code == 302
    record.refresh_from_db()
    assert (record.state, record.reason) == (State.RETURNED, "The sheet says 42.")
    again = {**sent, "f_people": "42", "version": 1}
    assert east.post(f"/record/{record.pk}/change/", again).status_code == 302
    assert checker.post(f"/record/{record.pk}/check/", {"decision": "accept", "version": 2}).status_code == 302
    check(world, filed(world, "west", people="84"))
    assert office.post("/freeze/").status_code == 302
    world.cycle.refresh_from_db()
    assert world.cycle.stage == "frozen"
    rows = "unit,date,form,people\neast,2025-03-01,talk,42\nwest,2025-03-01,talk,84\n"
    expected = shuping.score(shuping.read(folder(tmp_path / "small", rows)))
    on_site = scoring_of(world.cycle).result
    assert on_site.standing.equals(expected.standing)
    assert on_site.scores.equals(expected.scores)
    assert [float(total) for total in expected.standing["total"]] == [100.0, 70.0]  # by hand: 40 + 60; 40 + 60 x 42/84
    shown = office.get("/standing/").content.decode()
    assert "West" in shown
    assert "70.00" in shown
    actions_done = list(Event.objects.filter(subject=f"record:{record.pk}").values_list("action", flat=True))
    assert actions_done == ["record_filed", "record_returned", "record_changed", "record_accepted"]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(world: World, client_of: SignedIn) -> None:
    sent = {
        "submission": str(uuid4()), "unit": world.units["east"].pk, "f_date": "2025-03-01", "f_form": "talk",
        "f_people": "many",
    }  # fmt: skip
    page = client_of("east").post("/records/activity/new/", sent)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["f_people"]
    assert 'value="many"' in page.content.decode()
    too_many = client_of("east").post("/records/activity/new/", {**sent, "f_people": "501"})
    assert list(too_many.context["form"].errors) == ["f_people"]
    assert "500" in too_many.content.decode()
    assert Record.objects.count() == 0


def test_a_form_sent_twice_is_one_record(world: World, client_of: SignedIn) -> None:
    sent = {
        "submission": str(uuid4()), "unit": world.units["east"].pk, "f_date": "2025-03-01", "f_form": "talk",
        "f_people": "40",
    }  # fmt: skip
    east = client_of("east")
    assert {east.post("/records/activity/new/", sent).url for _ in range(2)} == {f"/record/{Record.objects.get().pk}/"}


def test_nobody_checks_the_own_unit_or_the_own_record(world: World) -> None:
    from shuping_web.people.actions import System, give_role
    from shuping_web.people.permissions import Role

    give_role(account=world.people["head"], role=Role.CHECKER, unit=None, by=System(), at=NOW)
    with pytest.raises(PermissionDenied):
        check(world, filed(world), by="head")
    give_role(account=world.people["checker"], role=Role.FILER, unit=world.units["west"], by=System(), at=NOW)
    with pytest.raises(PermissionDenied):
        check(world, filed(world, "west"), by="checker")


@pytest.mark.parametrize("path", ["change", "withdraw"])
def test_any_change_drops_an_acceptance(world: World, path: str) -> None:
    record = check(world, filed(world))
    assert record.state == State.ACCEPTED
    if path == "change":
        new = change_record(
            cycle=world.cycle, record=record, period="", values=VALUES, version=record.version, by=world.people["east"],
            at=NOW,
        )  # fmt: skip
        assert new.state == State.FILED
    else:
        new = withdraw_record(cycle=world.cycle, record=record, version=record.version, by=world.people["east"], at=NOW)
        assert new.state == State.WITHDRAWN
    assert new.checked_by is None


def test_who_saves_an_older_version_is_told_and_nothing_is_overwritten(world: World, client_of: SignedIn) -> None:
    record = filed(world)
    sent = {
        "submission": str(record.submission),
        "unit": world.units["east"].pk,
        "f_date": "2025-03-01",
        "f_form": "talk",
    }
    first, second = client_of("east"), client_of("east")
    assert first.post(f"/record/{record.pk}/change/", {**sent, "f_people": "41", "version": 1}).status_code == 302
    page = second.post(f"/record/{record.pk}/change/", {**sent, "f_people": "99", "version": 1})
    assert "changed this record while you were writing" in page.content.decode()
    assert 'value="99"' in page.content.decode()
    record.refresh_from_db()
    assert record.values["people"] == "41"
    with pytest.raises(Stale):
        check_record(
            cycle=world.cycle, record=record, accept=True, reason="", version=1, by=world.people["checker"], at=NOW
        )


def test_a_return_needs_a_reason(world: World) -> None:
    with pytest.raises(ValidationError):
        check(world, filed(world), accept=False, reason="  ")


def test_freezing_waits_for_the_checks_and_ends_filing(world: World) -> None:
    record = filed(world)
    with pytest.raises(ValidationError, match="1"):
        freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    check(world, record)
    kept = freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    assert len(kept.sha256) == 64
    cycle = Cycle.objects.get(pk=world.cycle.pk)
    with pytest.raises(ValidationError):
        file_record(
            cycle=cycle, dataset="activity", unit=world.units["east"], period="", values=VALUES, submission=uuid4(),
            by=world.people["east"], at=NOW,
        )  # fmt: skip


def test_an_action_whose_event_fails_leaves_nothing(world: World) -> None:
    with patch.object(actions, "write_event", side_effect=RuntimeError), pytest.raises(RuntimeError):
        filed(world)
    assert Record.objects.count() == 0
