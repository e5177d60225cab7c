"""What must always hold of claims. Each returns what is wrong, in words for the person who looks after the site;
nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shuping_web.claims.models import Claim, Kind, State
from shuping_web.cycles.queries import local_day
from shuping_web.filing.models import Record
from shuping_web.filing.models import State as RecordState
from shuping_web.ledger.models import Event
from shuping_web.people.belonging import ROLE_EVENTS, Belonging

BEGIN = ("bonus_claimed", "deduction_proposed", "veto_proposed", "claim_changed")
STEPS = ("claim_checked", "claim_approved", "claim_returned", "claim_refused", "claim_revoked", "claim_withdrawn")
STANDS = (RecordState.ACCEPTED, RecordState.SUPERSEDED)


def claims_by_others() -> Iterator[str]:
    """Nobody approved or confirmed what they claimed, proposed or checked themselves; a bonus was checked before;
    nobody decided on their own unit. Read from the ledger: who did what, and who belonged where at that moment.
    """
    belonging = Belonging()
    proposer: dict[str, str] = {}
    checker: dict[str, str] = {}
    events = Event.objects.filter(action__in=[*ROLE_EVENTS, *BEGIN, *STEPS]).order_by("number")
    for subject, action, actor, unit, at, data in events.values_list(
        "subject", "action", "actor", "unit", "at", "data"
    ).iterator(2000):
        if action in ROLE_EVENTS:
            belonging.hear(action, subject, unit, data)
        elif action in BEGIN:
            proposer[subject] = actor
            checker.pop(subject, None)
        elif action in ("claim_checked", "claim_approved"):
            if actor in (proposer.get(subject), checker.get(subject)):
                yield f"{subject} was decided ({action}) by who claimed or checked it"
            if belonging.own(actor, unit, local_day(at)):
                yield f"{subject} was decided ({action}) by somebody of the unit itself"
            if action == "claim_checked":
                checker[subject] = actor
    bonuses = Claim.objects.filter(state=State.APPROVED, kind=Kind.BONUS).order_by("pk").values_list("pk", flat=True)
    yield from (f"claim:{pk} was approved and never checked" for pk in bonuses if f"claim:{pk}" not in checker)


def claims_as_told() -> Iterator[str]:
    """A claim stands where its last event left it; an approved one is an accepted record with the same content, and no
    other claim is one.
    """
    events = Event.objects.filter(action__in=[*BEGIN, *STEPS]).order_by("number").values_list("subject", "action")
    last = dict(events)
    for one in Claim.objects.select_related("record").order_by("pk").iterator(500):
        action = last.get(f"claim:{one.pk}", "")
        told = State.CLAIMED if action in BEGIN else action.removeprefix("claim_")
        if told != one.state:
            yield f"claim {one.pk} is {one.state}, but the last that was done to it is {action or 'nothing'}"
        yield from _record_of(one)


def _record_of(claim: Claim) -> Iterator[str]:
    record = claim.record
    if record is None:
        if claim.state in (State.APPROVED, State.REVOKED):
            yield f"claim {claim.pk} is {claim.state} and has no record"
        return
    same = (record.dataset, record.unit_id, record.period, record.values) == (
        claim.dataset, claim.unit_id, claim.period, claim.values,
    )  # fmt: skip
    if claim.state == State.APPROVED and not (record.state in STANDS and same):
        yield f"claim {claim.pk} is approved, and record {record.pk} does not say the same ({record.state})"
    if claim.state == State.REVOKED and record.state != RecordState.WITHDRAWN:
        yield f"claim {claim.pk} is revoked, and record {record.pk} still is {record.state}"
    if claim.state not in (State.APPROVED, State.REVOKED):
        yield f"claim {claim.pk} is {claim.state} and counts as record {record.pk}"


def claimed_alone() -> Iterator[str]:
    """A record that came of a claim names one that is there and that it belongs to."""
    told = Event.objects.filter(action="record_filed", data__claim__isnull=False)
    known = {f"record:{record}": f"claim:{pk}" for pk, record in Claim.objects.values_list("pk", "record")}
    there = {f"record:{pk}" for pk in Record.objects.values_list("pk", flat=True)}
    for subject, claim in told.values_list("subject", "data__claim"):
        if subject not in there or known.get(subject) != claim:
            yield f"{subject} came of {claim}, which is not there or has another record"


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (claims_by_others, claims_as_told, claimed_alone)
