"""Claiming, checking, approving, confirming, revoking, answering. Nothing counts before it is approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from shuping_web.claims.models import Claim, Kind, State
from shuping_web.claims.queries import decisions_for, key_of, kinds_of, units_to_claim_for
from shuping_web.cycles.adapters import language, matter_field
from shuping_web.cycles.models import Cycle, Stage
from shuping_web.cycles.queries import as_it_is, book_of, local_day, why_closed
from shuping_web.filing.adapters import Row, problems_of
from shuping_web.filing.claimed_actions import keep_claimed, withdraw_claimed
from shuping_web.filing.queries import register, rows_beside
from shuping_web.ledger.actions import in_turn
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.language import page_lang
from shuping_web.people.models import Account, Unit

AFTER = {
    "check": State.CHECKED, "approve": State.APPROVED, "confirm": State.APPROVED, "return": State.RETURNED,
    "refuse": State.REFUSED, "revoke": State.REVOKED, "withdraw": State.WITHDRAWN,
}  # fmt: skip
"""What a decision makes of a claim."""
WITH_REASON = ("return", "refuse", "revoke")


class Moved(Exception):
    """Somebody else changed or decided the claim in the meantime."""


@in_turn
def claim(
    *, cycle: Cycle, dataset: str, unit: Unit, period: str, values: Mapping[str, str], document: str, issuer: str,
    reason: str, submission: UUID, by: Account, at: datetime,
) -> Claim:  # fmt: skip
    """Claim a bonus for a unit, or propose a deduction or veto against one; sent twice it is one. Raises
    PermissionDenied for a unit that is not the account's to claim for (or is its own, against which it would propose),
    ValidationError for a dataset that is not claimed, once filing has closed, or without document and reason.
    """
    known = Claim.objects.filter(submission=submission).first()
    if known is not None:
        return known
    kind = kinds_of(cycle).get(dataset)
    if kind is None:
        raise ValidationError(_("This is filed like any other record, not claimed."))
    if not units_to_claim_for(by, local_day(at), kind).filter(pk=unit.pk).exists():
        raise PermissionDenied
    _refuse_closed(cycle, kind, unit, at)
    made = Claim(cycle=cycle, kind=kind, dataset=dataset, unit=unit, submission=submission, proposed_by=by)
    _fill(made, period, values, document, issuer, reason)
    made.proposed_at = at
    made.save()
    action = "bonus_claimed" if kind == Kind.BONUS else f"{kind}_proposed"
    _event(made, action, by, at, {"new": _content(made)})
    return made


@in_turn
def change_claim(
    *, claim: Claim, period: str, values: Mapping[str, str], document: str, issuer: str, reason: str, version: int,
    by: Account, at: datetime,
) -> Claim:  # fmt: skip
    """Change a claim that is not decided; it is checked anew. Raises Moved where it is not at ``version`` any more,
    PermissionDenied where it may not be changed, ValidationError as ``claim``.
    """
    locked = _locked(claim, version)
    if "change" not in decisions_for(by, locked, local_day(at)):
        raise PermissionDenied
    _refuse_closed(locked.cycle, locked.kind, locked.unit, at, returned=locked.state == State.RETURNED)
    before = _content(locked)
    _fill(locked, period, values, document, issuer, reason)
    locked.state, locked.answer, locked.version = State.CLAIMED, "", version + 1
    locked.checked_by = locked.checked_at = locked.decided_by = locked.decided_at = None
    locked.proposed_by, locked.proposed_at = by, at
    locked.save()
    _event(locked, "claim_changed", by, at, {"old": before, "new": _content(locked)})
    return locked


@in_turn
def decide(*, claim: Claim, decision: str, reason: str, version: int, by: Account, at: datetime) -> Claim:
    """Take a claim a step further: one of ``AFTER``. Approved or confirmed it becomes an accepted record; revoked, that
    record is withdrawn. Raises Moved, PermissionDenied for what the account may not decide, ValidationError without a
    reason where one is due, once the records are frozen, or where the row repeats one that stands.
    """
    locked = _locked(claim, version)
    if decision not in AFTER or decision not in decisions_for(by, locked, local_day(at)):
        raise PermissionDenied
    if decision in WITH_REASON and not reason.strip():
        raise ValidationError({"answer": _("Say why: the unit and whoever proposed it read it.")})
    _refuse_frozen(locked.cycle)
    locked.state, locked.version = AFTER[decision], version + 1
    if decision != "withdraw":
        locked.answer = reason.strip()
    if decision == "check":
        locked.checked_by, locked.checked_at = by, at
    else:
        locked.decided_by, locked.decided_at = by, at
    if locked.state == State.APPROVED:
        _refuse_unsound(locked)
        locked.record = keep_claimed(
            cycle=locked.cycle, dataset=locked.dataset, unit=locked.unit, period=locked.period, values=locked.values,
            claim=f"claim:{locked.pk}", proposer=locked.proposed_by, by=by, at=at,
        )  # fmt: skip
    elif locked.state == State.REVOKED and locked.record is not None:
        withdraw_claimed(record=locked.record, claim=f"claim:{locked.pk}", reason=locked.answer, by=by, at=at)
    locked.save()
    _event(locked, f"claim_{locked.state}", by, at, {"reason": reason.strip(), "version": version})
    return locked


@in_turn
def reply(*, claim: Claim, text: str, by: Account, at: datetime) -> Claim:
    """Answer a deduction or veto in words, once. Raises PermissionDenied for others than the unit, ValidationError for
    an empty answer.
    """
    locked = Claim.objects.select_for_update(of=("self",)).select_related("unit", "cycle__rulebook").get(pk=claim.pk)
    if "reply" not in decisions_for(by, locked, local_day(at)):
        raise PermissionDenied
    if not text.strip():
        raise ValidationError({"reply": _("Write the answer.")})
    locked.reply, locked.replied_by, locked.replied_at = text.strip(), by, at
    locked.save(update_fields=["reply", "replied_by", "replied_at"])
    _event(locked, "claim_answered", by, at, {"text": locked.reply})
    return locked


def _locked(claim: Claim, version: int) -> Claim:
    found = Claim.objects.select_for_update(of=("self",)).select_related("unit", "cycle__rulebook", "record")
    locked = found.get(pk=claim.pk)
    if locked.version != version:
        raise Moved
    return locked


def _fill(claim: Claim, period: str, values: Mapping[str, str], document: str, issuer: str, reason: str) -> None:
    claim.period, claim.values = period, dict(values)
    claim.document, claim.issuer, claim.reason = document.strip(), issuer.strip(), reason.strip()
    if claim.kind != Kind.DEDUCTION and not (claim.document and claim.issuer):
        missing = "document" if not claim.document else "issuer"
        raise ValidationError({missing: _("Without a document and who issued it nothing is counted here.")})
    if claim.kind != Kind.BONUS and not claim.reason:
        raise ValidationError({"reason": _("Say why: the unit reads it.")})
    matter = matter_field(claim.cycle.rulebook.text, claim.dataset)
    claim.document_key = key_of(claim.document)
    claim.matter_key = key_of(claim.values.get(matter, "")) if matter is not None else ""


def _refuse_closed(cycle: Cycle, kind: str, unit: Unit, at: datetime, *, returned: bool = False) -> None:
    closed = why_closed(as_it_is(cycle), unit, at, returned=returned) if kind == Kind.BONUS else ""
    if closed:
        raise ValidationError(closed)
    _refuse_frozen(cycle)


def _refuse_frozen(cycle: Cycle) -> None:
    if Cycle.objects.filter(pk=cycle.pk, stage=Stage.FROZEN).exists():
        raise ValidationError(_("The records of this cycle are frozen; what is wrong is corrected by the office."))


def _refuse_unsound(claim: Claim) -> None:
    # asked again at the end: another claim, approved since, may stand with the same row
    book = book_of(claim.cycle)
    row = Row(claim.unit.code, claim.period, claim.values)
    beside = rows_beside(claim.dataset, [claim.unit_id]) if book.datasets[claim.dataset].unique else []
    found = problems_of(book, register(), claim.dataset, row, beside)
    lang = language(page_lang())
    if found:
        raise ValidationError([problem.message(lang) for problems in found.values() for problem in problems])


def _content(claim: Claim) -> dict[str, Any]:
    return {
        "dataset": claim.dataset, "period": claim.period, "values": claim.values, "document": claim.document,
        "issuer": claim.issuer, "reason": claim.reason,
    }  # fmt: skip


def _event(claim: Claim, action: str, by: Account, at: datetime, data: Mapping[str, Any]) -> None:
    write_event(by=by, action=action, subject=f"claim:{claim.pk}", unit=claim.unit.code, at=at, data=data)
