"""Records that come of an approved claim, deduction or veto; and the guard that nothing else makes such records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import claimed_as
from shuping_web.cycles.models import Cycle
from shuping_web.filing.models import Record, State
from shuping_web.ledger.actions import in_turn
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.models import Account, Unit

HOLDS: list[Callable[[Cycle], str]] = []
"""What keeps a cycle from being frozen: each returns a sentence, or nothing. Rooms above this one add theirs."""


def refuse_claimed(cycle: Cycle, dataset: str) -> None:
    """Raise ValidationError for a dataset that counts only when it was claimed (or proposed) and approved."""
    if dataset in claimed_as(cycle.rulebook.text):
        raise ValidationError(
            _("This counts only when it is claimed with its document and approved: use the page of claims.")
        )


def refuse_held(cycle: Cycle) -> None:
    """Raise ValidationError for what keeps a cycle from being frozen."""
    reasons = [reason for reason in (hold(cycle) for hold in HOLDS) if reason]
    if reasons:
        raise ValidationError(reasons)


@in_turn
def keep_claimed(
    *, cycle: Cycle, dataset: str, unit: Unit, period: str, values: Mapping[str, str], claim: str, proposer: Account,
    by: Account, at: datetime,
) -> Record:  # fmt: skip
    """Keep what was claimed by one person and approved by another as an accepted record. ``claim``: its subject in the
    ledger.
    """
    record = Record.objects.create(
        dataset=dataset, unit=unit, period=period, values=dict(values), state=State.ACCEPTED, submission=uuid4(),
        filed_by=proposer, filed_at=at, checked_by=by, checked_at=at, cycle=cycle,
    )  # fmt: skip
    subject = f"record:{record.pk}"
    data = {"dataset": dataset, "period": period, "new": dict(values), "claim": claim}
    write_event(by=by, action="record_filed", subject=subject, unit=unit.code, at=at, data=data)
    accepted = {"reason": "", "version": 1, "claim": claim}
    write_event(by=by, action="record_accepted", subject=subject, unit=unit.code, at=at, data=accepted)
    return record


@in_turn
def withdraw_claimed(*, record: Record, claim: str, reason: str, by: Account, at: datetime) -> None:
    """Withdraw the record of a claim that was revoked. It stays readable."""
    locked = Record.objects.select_for_update().select_related("unit").get(pk=record.pk)
    before = locked.state
    locked.state, locked.version, locked.checked_by, locked.checked_at = State.WITHDRAWN, locked.version + 1, None, None
    locked.reason = ""
    locked.save()
    data = {"old": before, "claim": claim, "reason": reason}
    write_event(
        by=by, action="record_withdrawn", subject=f"record:{locked.pk}", unit=locked.unit.code, at=at, data=data
    )
