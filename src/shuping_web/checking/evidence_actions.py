"""Saying of a file of evidence whether it proves what the record says. Its record is judged apart from it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from shuping_web.checking.queries import may_check
from shuping_web.cycles.models import Cycle, Stage
from shuping_web.cycles.queries import as_it_is
from shuping_web.filing.actions import Stale
from shuping_web.filing.models import Evidence, Proof, Record, State
from shuping_web.ledger.actions import in_turn
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.models import Account


@in_turn
def check_evidence(
    *, cycle: Cycle, evidence: Evidence, proves: bool, reason: str, version: int, by: Account, at: datetime
) -> Evidence:
    """Say whether a file proves what its record says. Raises PermissionDenied for records of the own unit or filed by
    oneself, Stale when the record is not at ``version`` any more or does not wait and is not accepted, and
    ValidationError for a doubt without a reason and once the cycle is frozen.
    """
    one = Evidence.objects.select_related("file").get(pk=evidence.pk)
    record = Record.objects.select_for_update().get(pk=one.record_id)
    if not may_check(by, record, at):
        raise PermissionDenied
    if as_it_is(cycle).stage == Stage.FROZEN:
        raise ValidationError(_("The records of this cycle are frozen; what is wrong is corrected by the office."))
    judged = record.state in (State.FILED, State.ACCEPTED)
    if record.version != version or one.removed_at is not None or not judged:
        raise Stale(record)
    if not proves and not reason.strip():
        raise ValidationError({"reason": _("Say why it does not prove it: the unit reads it.")})
    one.proof, one.reason = (Proof.PROVES, "") if proves else (Proof.DOUBTED, reason.strip())
    one.checked_by, one.checked_at = by, at
    one.save()
    data = {"sha256": one.file.sha256, "proof": str(one.proof), "reason": one.reason, "version": version}
    write_event(
        by=by, action="evidence_checked", subject=f"record:{record.pk}", unit=record.unit.code, at=at, data=data
    )
    return one
