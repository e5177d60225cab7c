"""Stating plans and drawing by them, asking and answering, correcting what is frozen. Each leaves its event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from shuping_web.checking.models import Correction, Decision, Draw, Kind, Question, SamplingPlan
from shuping_web.checking.plans import newly_waiting, why_not_rest
from shuping_web.checking.queries import corrected_content, in_set, may_check
from shuping_web.checking.sampling import draw, population_hash
from shuping_web.cycles.models import NEED_FROZEN, Cycle, Stage, Step
from shuping_web.cycles.queries import local_day
from shuping_web.filing.actions import check_record, keep_set, supersede_record
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.filing.queries import frozen
from shuping_web.ledger.actions import in_turn
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.models import Account, Unit
from shuping_web.people.queries import own_units


@in_turn
def state_plan(
    *, cycle: Cycle, dataset: str, share: Decimal | None, number: int | None, least_each: int, accept_rest: bool,
    most_returned: Decimal, seed: str, reason: str, by: Account, at: datetime,
) -> SamplingPlan:  # fmt: skip
    """State how records of a dataset are drawn, before anything is; an earlier plan for it ends. The event holds the
    seed's hash, not the seed: who files cannot work out what will be drawn, and nobody can change the seed unseen.
    Raises ValidationError without a reason, or without exactly one of share and number.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why so many are drawn: everybody may read it.")})
    if (share is None) == (number is None):
        raise ValidationError({"share": _("State either a share or a number.")})
    for old in SamplingPlan.objects.select_for_update().filter(cycle=cycle, dataset=dataset, ended_at__isnull=True):
        old.ended_at = at
        old.save(update_fields=["ended_at"])
    plan = SamplingPlan.objects.create(
        cycle=cycle, dataset=dataset, share=share, number=number, least_each=least_each, accept_rest=accept_rest,
        most_returned=most_returned, seed=seed, seed_sha256=hashlib.sha256(seed.encode()).hexdigest(),
        reason=reason.strip(), stated_by=by.label, stated_at=at,
    )  # fmt: skip
    data = {
        "dataset": dataset, "share": str(share) if share is not None else None, "number": number,
        "least_each": least_each, "accept_rest": accept_rest, "most_returned": str(most_returned),
        "seed_sha256": plan.seed_sha256, "reason": plan.reason,
    }  # fmt: skip
    write_event(by=by, action="sampling_stated", subject=f"sampling:{plan.pk}", at=at, data=data)
    return plan


@in_turn
def draw_sample(*, plan: SamplingPlan, by: Account, at: datetime) -> Draw:
    """Draw from the records that wait and were not drawn from before. Raises ValidationError when there are none, or
    the plan has ended.
    """
    locked = SamplingPlan.objects.select_for_update().select_related("cycle").get(pk=plan.pk)
    if locked.ended_at is not None:
        raise ValidationError(_("This plan was replaced by another."))
    members = newly_waiting(locked)
    if not members:
        raise ValidationError(_("No record waits that was not drawn from already."))
    number = locked.draws.count() + 1
    share = Fraction(locked.share) if locked.share is not None else None
    chosen = draw(
        members, seed=locked.seed, number=number, share=share, count=locked.number, least_each=locked.least_each
    )
    made = Draw.objects.create(
        plan=locked, number=number, population=[[one.record, one.version, one.unit] for one in members],
        population_sha256=population_hash(members), chosen=chosen, drawn_by=by.label, drawn_at=at,
    )  # fmt: skip
    data = {
        "draw": number, "seed": locked.seed, "population": len(members), "population_sha256": made.population_sha256,
        "chosen": chosen,
    }  # fmt: skip
    write_event(by=by, action="sample_drawn", subject=f"sampling:{locked.pk}", at=at, data=data)
    return made


@in_turn
def accept_rest(*, drawn: Draw, by: Account, at: datetime) -> list[Record]:
    """Accept the records that were not drawn and stand as they stood then, each by an event of its own; those of the
    own unit or filed by oneself are left waiting. Raises ValidationError where the plan does not allow it, drawn ones
    wait still, too many were returned, or it was done before.
    """
    locked = Draw.objects.select_for_update().select_related("plan__cycle").get(pk=drawn.pk)
    plan = locked.plan
    refused = why_not_rest(locked)
    if refused:
        raise ValidationError(refused)
    versions = {record: version for record, version, _unit in locked.population}
    rest = sorted(set(versions) - set(locked.chosen))
    accepted = []
    for record in Record.objects.filter(pk__in=rest, state=State.FILED).select_related("unit").order_by("pk"):
        if record.version == versions[record.pk] and may_check(by, record, at):
            accepted.append(
                check_record(
                    cycle=plan.cycle, record=record, accept=True, reason="", version=record.version, by=by, at=at
                )
            )
    locked.rest_by, locked.rest_at = by.label, at
    locked.save(update_fields=["rest_by", "rest_at"])
    data = {"draw": locked.number, "accepted": [record.pk for record in accepted]}
    write_event(by=by, action="rest_accepted", subject=f"sampling:{plan.pk}", at=at, data=data)
    return accepted


@in_turn
def ask(*, record: Record, text: str, by: Account, at: datetime) -> Question:
    """Put a question to the unit without returning its record. Raises PermissionDenied for records of the own unit or
    filed by oneself, ValidationError for an empty question.
    """
    if not may_check(by, record, at):
        raise PermissionDenied
    if not text.strip():
        raise ValidationError({"text": _("Write the question.")})
    question = Question.objects.create(record=record, text=text.strip(), asked_by=by, asked_at=at)
    data = {"question": question.pk, "text": question.text}
    write_event(by=by, action="question_asked", subject=f"record:{record.pk}", unit=record.unit.code, at=at, data=data)
    return question


@in_turn
def answer(*, question: Question, text: str, by: Account, at: datetime) -> Question:
    """Answer a question. Raises ValidationError for an empty answer, or when somebody answered already."""
    locked = Question.objects.select_for_update().select_related("record__unit").get(pk=question.pk)
    if locked.answered_at is not None:
        raise ValidationError(_("Somebody answered this question already."))
    if not text.strip():
        raise ValidationError({"answer": _("Write the answer.")})
    locked.answer, locked.answered_by, locked.answered_at = text.strip(), by, at
    locked.save()
    data = {"question": locked.pk, "text": locked.answer}
    write_event(
        by=by, action="question_answered", subject=f"record:{locked.record_id}", unit=locked.record.unit.code, at=at,
        data=data,
    )  # fmt: skip
    return locked


@in_turn
def propose_correction(
    *, cycle: Cycle, kind: Kind, record: Record | None, dataset: str, unit: Unit | None, period: str,
    values: Mapping[str, str], reason: str, submission: UUID, by: Account, at: datetime,
) -> Correction:  # fmt: skip
    """Propose a correction of the frozen records; sent twice it is one. Raises ValidationError without a reason, while
    the cycle is not frozen, or for a row that another proposal concerns already or that is not in the frozen records.
    """
    known = Correction.objects.filter(submission=submission).first()
    if known is not None:
        return known
    kept = frozen(cycle.pk)
    if cycle.stage != Stage.FROZEN or kept is None:
        raise ValidationError(_("The records of this cycle are not frozen: change the record itself."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: who confirms it reads it, and who reads the results later.")})
    if record is not None and not in_set(kept, record):
        raise ValidationError(_("This row is not in the frozen records."))
    if record is not None and Correction.objects.filter(record=record, decision=Decision.PROPOSED).exists():
        raise ValidationError(_("A correction of this row waits for a second person already."))
    made = Correction.objects.create(
        cycle=cycle, kind=kind, record=record, dataset=dataset, unit=unit, period=period, values=dict(values),
        reason=reason.strip(), submission=submission, proposed_by=by, proposed_at=at, old_set=kept,
    )  # fmt: skip
    data = {
        "kind": str(kind), "record": f"record:{record.pk}" if record is not None else None, "dataset": dataset,
        "period": period, "old": dict(record.values) if record is not None else None, "new": dict(values),
        "reason": made.reason,
    }  # fmt: skip
    _event(made, "correction_proposed", by, at, data)
    return made


@in_turn
def confirm_correction(*, correction: Correction, by: Account, at: datetime) -> RecordSet | None:
    """Confirm what another person proposed: the new row stands in place of the old one, and a new record set in place
    of the last; nothing else changes in it. Returns None where filing is opened again: the next freeze makes the set.
    Raises PermissionDenied for what one proposed oneself or what concerns the own unit, ValidationError when it was
    decided already, Stale when the old row is not accepted any more.
    """
    locked = _open(correction)
    unit = locked.unit
    concerned = [unit.pk] if unit is not None else []
    concerned += [locked.record.filer_id] if locked.record is not None and locked.record.filer_id is not None else []
    if locked.proposed_by_id == by.pk or own_units(by, local_day(at)).filter(pk__in=concerned).exists():
        raise PermissionDenied
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("rulebook").get(pk=locked.cycle_id)
    kept = frozen(cycle.pk)
    if cycle.stage != Stage.FROZEN or kept is None:
        raise ValidationError(_("The records of this cycle are not frozen: change the record itself."))
    locked.decision, locked.decided_by, locked.decided_at, locked.old_set = Decision.CONFIRMED, by, at, kept
    if locked.kind == Kind.REOPEN:
        cycle.stage = Stage.FILING
        cycle.step = Step.CHECKING if cycle.step in NEED_FROZEN else cycle.step
        cycle.save(update_fields=["stage", "step"])
    else:
        assert unit is not None
        locked.new_record = supersede_record(
            record=locked.record, unit=unit, dataset=locked.dataset, period=locked.period,
            values=None if locked.kind == Kind.REMOVE else locked.values, proposer=locked.proposed_by, by=by,
            reason=locked.reason, at=at,
        )  # fmt: skip
        content = corrected_content(kept.content, locked.dataset, locked.record_id, locked.new_record)
        locked.new_set = keep_set(
            cycle=cycle, content=content, name=kept.name, reason=locked.reason, interim=False, by=by, at=at
        )
    locked.save()
    data = {"proposed_by": locked.proposed_by.label, "old_sha256": kept.sha256, "reason": locked.reason}
    if locked.new_set is not None:
        data["sha256"] = locked.new_set.sha256
    _event(locked, "correction_confirmed", by, at, data)
    return locked.new_set


@in_turn
def refuse_correction(*, correction: Correction, reason: str, by: Account, at: datetime) -> Correction:
    """Refuse a correction with a reason. Raises PermissionDenied for one's own, ValidationError without a reason or
    when it was decided already.
    """
    locked = _open(correction)
    if locked.proposed_by_id == by.pk:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"answer": _("Say why: who proposed it reads it.")})
    return _settle(locked, Decision.REFUSED, "correction_refused", reason.strip(), by, at)


@in_turn
def take_back_correction(*, correction: Correction, by: Account, at: datetime) -> Correction:
    """Take back what one proposed oneself. Raises PermissionDenied for another's, ValidationError when decided."""
    locked = _open(correction)
    if locked.proposed_by_id != by.pk:
        raise PermissionDenied
    return _settle(locked, Decision.TAKEN_BACK, "correction_taken_back", "", by, at)


def _open(correction: Correction) -> Correction:
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    if locked.decision != Decision.PROPOSED:
        raise ValidationError(_("This correction was decided already."))
    return locked


def _settle(
    correction: Correction, decision: Decision, action: str, text: str, by: Account, at: datetime
) -> Correction:
    correction.decision, correction.decided_by, correction.decided_at = decision, by, at
    correction.answer = text
    correction.save()
    _event(correction, action, by, at, {"reason": text})
    return correction


def _event(correction: Correction, action: str, by: Account, at: datetime, data: Mapping[str, Any]) -> None:
    code = correction.unit.code if correction.unit is not None else ""
    write_event(by=by, action=action, subject=f"correction:{correction.pk}", unit=code, at=at, data=data)
