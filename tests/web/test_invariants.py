"""What must always hold is broken behind the actions, one thing at a time, and found under its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F

from shuping_web.checking.actions import confirm_correction
from shuping_web.checking.models import Correction
from shuping_web.claims.models import Claim
from shuping_web.cycles.actions import move_cycle
from shuping_web.cycles.models import Cycle, RulebookVersion, StageDates, Step
from shuping_web.filing.actions import canonical, change_record, freeze
from shuping_web.filing.models import Draft, Record, RecordSet, State
from shuping_web.ledger.actions import in_turn, record
from shuping_web.ledger.protection import unprotect
from shuping_web.people.actions import System, give_role
from shuping_web.people.models import Account
from shuping_web.people.permissions import Role
from shuping_web.people.role_actions import end_role
from shuping_web.site.audit import WORDS, invariants
from tests.web.conftest import NOW, World, person
from tests.web.matrix.checking import proposed
from tests.web.matrix.claims import claimed
from tests.web.test_claims import approved, step
from tests.web.test_filing import check, filed

pytestmark = pytest.mark.broken_ledger


def wrong(name: str) -> tuple[str, ...]:
    """What one invariant finds."""
    return next(finding.wrong for finding in invariants() if finding.en == WORDS[name][1])


@in_turn
def forged(*, by: Account, action: str, subject: str, unit: str = "east", **data: object) -> None:
    """An event as somebody would write it who holds the site's code: the chain itself is whole."""
    record(by=by, action=action, subject=subject, unit=unit, at=NOW, data=data)


def accepted(world: World) -> Record:
    one = filed(world)
    check(world, one, accept=True)
    return Record.objects.get(pk=one.pk)


def frozen(world: World) -> RecordSet:
    accepted(world)
    return freeze(cycle=world.cycle, by=world.people["office"], at=NOW)


def test_all_hold_after_much_was_done(world: World) -> None:
    person(world, "checker2", Role.CHECKER, None)
    one = accepted(world)
    more = filed(world, people="78")
    change_record(cycle=world.cycle, record=one, period="", values=one.values, version=1, by=one.filed_by, at=NOW)
    check(world, Record.objects.get(pk=one.pk), accept=True)
    check(world, more, accept=False, reason="no")
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    confirm_correction(correction=Correction.objects.get(pk=proposed(world)), by=world.people["checker"], at=NOW)
    assert [(finding.en, finding.wrong) for finding in invariants() if finding.wrong] == []


# ---------------------------------------------------------------- cycles


def test_another_text_of_a_rule_book(world: World) -> None:
    unprotect(connection)
    RulebookVersion.objects.update(text=F("title"))
    assert wrong("rulebooks_as_pinned") == ("the text of rule book small 1 is not the one that was added",)


def test_another_text_under_its_own_hash(world: World) -> None:
    import hashlib

    unprotect(connection)
    RulebookVersion.objects.update(text="other", sha256=hashlib.sha256(b"other").hexdigest())
    assert len(wrong("rulebooks_as_pinned")) == 2  # the book is not the one added, the cycle's not the one opened


def test_a_cycle_moved_behind_the_ledger(world: World) -> None:
    Cycle.objects.update(step=Step.FINAL)
    assert wrong("cycles_as_told") == (
        f"cycle {world.cycle.pk} is in the stage final, but was moved to filing",
        f"cycle {world.cycle.pk} shows results (stage final) of records that are not frozen",
    )


def test_a_deadline_that_nobody_set(world: World) -> None:
    move_cycle(cycle=world.cycle, step=Step.CHECKING, reason="", by=world.people["office"], at=NOW)
    assert wrong("cycles_as_told") == ()
    StageDates.objects.filter(step=Step.FILING).update(last_day=F("last_day") - timedelta(days=1))
    assert wrong("cycles_as_told") == (
        f"cycle {world.cycle.pk} is filed until 2099-12-20, its stage of filing until {date(2099, 12, 19)}",
    )


# ---------------------------------------------------------------- filing


def test_a_state_that_no_event_made(world: World) -> None:
    one = accepted(world)
    Record.objects.filter(pk=one.pk).update(state=State.RETURNED, reason="x")
    assert wrong("states_as_told") == (
        f"record {one.pk} is returned, but the last that was done to it is record_accepted",
    )


def test_a_version_that_no_change_made(world: World) -> None:
    one = accepted(world)
    Record.objects.filter(pk=one.pk).update(version=3)
    assert wrong("states_as_told") == (f"record {one.pk} stands at version 3, but was changed 0 times",)


def test_a_record_that_nobody_filed(world: World) -> None:
    one = filed(world)
    Record.objects.create(
        dataset="activity", unit=one.unit, values=one.values, submission=uuid4(), filed_by=one.filed_by, filed_at=NOW,
        cycle=world.cycle,
    )  # fmt: skip
    assert wrong("states_as_told") == (f"1 records of cycle {world.cycle.pk} have no event, and 0 were imported",)


def test_two_rows_in_the_place_of_one(world: World) -> None:
    confirm_correction(correction=Correction.objects.get(pk=proposed(world)), by=world.people["checker"], at=NOW)
    old = Record.objects.get(state=State.SUPERSEDED)
    assert wrong("superseded_once") == ()
    for subject in ("record:8", "record:9"):
        forged(by=world.people["checker"], action="record_corrected", subject=subject, old=f"record:{old.pk}",
               new={}, period="")  # fmt: skip
    forged(by=world.people["checker"], action="record_superseded", subject=f"record:{old.pk}")
    assert wrong("superseded_once") == (
        f"record:{old.pk} was superseded 2 times", f"2 rows stand in the place of record:{old.pk}",
    )  # fmt: skip


def test_another_set_under_a_hash_that_fits(world: World) -> None:
    import hashlib

    kept = frozen(world)
    unprotect(connection)
    other = {**kept.content, "period": "2024"}
    sha256 = hashlib.sha256(canonical(other).encode()).hexdigest()
    RecordSet.objects.filter(pk=kept.pk).update(content=other, sha256=sha256)
    assert wrong("sets_in_order") == ()  # content and hash agree: only the ledger knows better
    assert wrong("sets_as_told") == (f"record set 1 of cycle {world.cycle.pk} is not the one that the ledger tells of",)


def test_a_set_that_is_gone(world: World) -> None:
    kept = frozen(world)
    unprotect(connection)
    RecordSet.objects.filter(pk=kept.pk).delete()
    assert wrong("sets_as_told") == (f"record set 1 of cycle:{world.cycle.pk} is gone",)


# ---------------------------------------------------------------- checking


@pytest.mark.parametrize("state", ["waits", "returned", "draft"])
def test_a_set_with_what_was_not_accepted(world: World, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    from shuping_web.filing import actions

    accepted(world)
    more = filed(world, people="77")
    if state == "returned":
        check(world, more, accept=False, reason="no")
    values = dict(more.values)
    if state == "draft":
        check(world, more, accept=True)
        values = {**more.values, "people": "78"}
        Draft.objects.create(
            account=more.filed_by, place="x", dataset="activity", record=more, submission=uuid4(), content=values,
            kept_at=NOW,
        )  # fmt: skip
    real = actions.content_of(world.cycle)
    rows = [row for row in real["records"]["activity"] if row["record"] != more.pk]
    rows.append({"record": more.pk, "unit": "east", "period": "", "values": values})
    monkeypatch.setattr(actions, "content_of", lambda _cycle: {**real, "records": {"activity": rows}})
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW, interim=True)
    assert wrong("sets_of_accepted") == (
        f"record set 1 of cycle:{world.cycle.pk} holds record {more.pk}, which was not accepted as it stands there",
    )


def test_who_accepts_for_the_own_unit(world: World) -> None:
    one = filed(world)
    forged(by=world.people["head"], action="record_accepted", subject=f"record:{one.pk}", version=1)
    assert wrong("nobody_checks_own") == (
        f"record:{one.pk} was decided (record_accepted) by somebody of the unit itself",
    )


def test_who_accepts_what_they_filed(world: World) -> None:
    one = filed(world)
    forged(by=world.people["east"], action="record_returned", subject=f"record:{one.pk}", version=1)
    assert f"record:{one.pk} was decided (record_returned) by who filed it" in wrong("nobody_checks_own")


def test_a_role_given_later_or_ended_before_is_no_fault(world: World) -> None:
    """A checker who files for East from tomorrow on did not check the own unit; nor did one who has left it."""
    first, second = filed(world), filed(world, people="78")
    check(world, first, accept=True)
    give_role(account=world.people["checker"], role=Role.FILER, unit=world.units["east"], by=System(), at=NOW)
    assert wrong("nobody_checks_own") == ()
    end_role(membership=world.people["head"].memberships.get(), by=System(), at=NOW)
    forged(by=world.people["head"], action="record_accepted", subject=f"record:{second.pk}", version=1)
    assert wrong("nobody_checks_own") == ()
    forged(by=world.people["checker"], action="record_returned", subject=f"record:{second.pk}", version=1)
    assert len(wrong("nobody_checks_own")) == 1


# ---------------------------------------------------------------- claims


def award(world: World) -> Claim:
    return claimed(world)


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda world, one: {"by": one.proposed_by}, "by who claimed or checked it"),
        (lambda world, one: {"by": world.people["checker"]}, "by who claimed or checked it"),
        (lambda world, one: {"by": world.people["head"]}, "by somebody of the unit itself"),
    ],
)
def test_a_claim_approved_by_the_wrong_person(
    world: World, break_it: Callable[[World, Claim], dict[str, Account]], said: str
) -> None:
    one = step(world, award(world), "check", "checker")
    assert wrong("claims_by_others") == ()
    forged(action="claim_approved", subject=f"claim:{one.pk}", **break_it(world, one))
    found = wrong("claims_by_others")
    assert found != ()
    assert all(text.startswith(f"claim:{one.pk} was decided (claim_approved)") for text in found)
    assert any(text.endswith(said) for text in found)


def test_a_claim_approved_and_never_checked(world: World) -> None:
    one = approved(world, award(world))
    other = Claim.objects.get(pk=one.pk)
    assert wrong("claims_by_others") == ()
    other.pk, other.record, other.submission, other.state = None, None, uuid4(), "checked"
    other.save()
    new = Record.objects.create(
        dataset="award", unit=one.unit, values=one.values, submission=uuid4(), filed_by=one.proposed_by, filed_at=NOW,
        state=State.ACCEPTED,
    )  # fmt: skip
    Claim.objects.filter(pk=other.pk).update(state="approved", record=new)
    assert wrong("claims_by_others") == (f"claim:{other.pk} was approved and never checked",)


def test_a_claim_whose_state_no_event_made(world: World) -> None:
    one = award(world)
    Claim.objects.filter(pk=one.pk).update(state="refused", answer="x")
    assert wrong("claims_as_told") == (f"claim {one.pk} is refused, but the last that was done to it is bonus_claimed",)


def test_a_record_that_does_not_say_what_was_claimed(world: World) -> None:
    one = approved(world, award(world))
    assert one.record is not None
    assert (wrong("claims_as_told"), wrong("claimed_alone")) == ((), ())
    Claim.objects.filter(pk=one.pk).update(values={**one.values, "tier": "county"})
    assert wrong("claims_as_told") == (
        f"claim {one.pk} is approved, and record {one.record.pk} does not say the same (accepted)",
    )


def test_a_revoked_claim_that_still_counts(world: World) -> None:
    one = step(world, approved(world, award(world)), "revoke", "office", "a mistake")
    assert one.record is not None
    assert wrong("claims_as_told") == ()
    Record.objects.filter(pk=one.record.pk).update(state=State.ACCEPTED)
    assert wrong("claims_as_told") == (f"claim {one.pk} is revoked, and record {one.record.pk} still is accepted",)


def test_a_record_without_its_claim(world: World) -> None:
    one = approved(world, award(world))
    assert one.record is not None
    Claim.objects.filter(pk=one.pk).update(state="checked", record=None)
    assert wrong("claimed_alone") == (
        f"record:{one.record.pk} came of claim:{one.pk}, which is not there or has another record",
    )
