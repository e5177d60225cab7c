"""Saying what a file of evidence is. That changes its record: whoever accepted it accepted another description."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import Stale, refuse_change
from shuping_web.filing.attached_actions import COPIED
from shuping_web.filing.models import Evidence, Proof, Record, State
from shuping_web.ledger.actions import in_turn
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.models import Account


@in_turn
def describe_evidence(
    *, cycle: Cycle, evidence: Evidence, what: Mapping[str, Any], version: int, by: Account, at: datetime
) -> Evidence:
    """Say what a file is (``what``: the names in ``attached_actions.COPIED``): its record waits to be checked again,
    and the file to be looked at. Raises Stale when the record is not at ``version`` any more or the file was taken off
    it, ValidationError as a change of the record does.
    """
    record = Record.objects.select_for_update().get(pk=evidence.record_id)
    one = Evidence.objects.select_related("file").get(pk=evidence.pk)
    if record.version != version or record.state in (State.SUPERSEDED, State.WITHDRAWN) or one.removed_at is not None:
        raise Stale(record)
    refuse_change(cycle, record, at)
    before = {name: _plain(getattr(one, name)) for name in COPIED}
    for name in COPIED:
        setattr(one, name, what[name])
    after = {name: _plain(getattr(one, name)) for name in COPIED}
    if before == after:
        return one
    one.proof, one.reason, one.checked_by, one.checked_at = Proof.OPEN, "", None, None
    one.save()
    old_state = record.state
    record.state, record.version, record.reason = State.FILED, version + 1, ""
    record.checked_by = record.checked_at = None
    record.save()
    data = {"sha256": one.file.sha256, "old": before, "new": after, "state": old_state}
    write_event(
        by=by, action="evidence_described", subject=f"record:{record.pk}", unit=record.unit.code, at=at, data=data
    )
    return one


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool) or value is None else str(value)
