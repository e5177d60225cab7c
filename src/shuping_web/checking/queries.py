"""Who may check what, questions and corrections that wait, and the content of a corrected record set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from shuping_web.checking.models import Correction, Decision, Question
from shuping_web.cycles.queries import local_day
from shuping_web.filing.evidence_queries import said_of
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.filing.queries import editable, may_read, visible
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import own_reach, reach


def may_check(account: Account, record: Record, at: datetime) -> bool:
    """Tell whether an account may judge a record: of a unit it checks, not of its own, and not filed by itself."""
    today = local_day(at)
    if record.filed_by_id == account.pk or own_reach(account, today).has(record.unit_id, record.filer_id):
        return False
    return any(
        reach(account, permission, today).has(record.unit_id)
        for permission in (Permission.CHECK_RECORDS, Permission.STATE_SAMPLING)
    )


def questions_for(account: Account, today: date) -> QuerySet[Question]:
    """Return the unanswered questions that an account may answer, the oldest first."""
    mine = editable(account, today).order_by().values("pk")
    return Question.objects.filter(answered_at__isnull=True, record__in=mine).select_related("record__unit")


def questions_of(account: Account) -> QuerySet[Question]:
    """Return the answered questions that an account asked, of records that still wait, the latest answer first."""
    asked = Question.objects.filter(asked_by=account, answered_at__isnull=False, record__state=State.FILED)
    return asked.select_related("record__unit").order_by("-answered_at", "-pk")


def corrections_for(account: Account, today: date) -> QuerySet[Correction]:
    """Return the corrections that an account may read: its own, those of its units, all where it may confirm."""
    found = Correction.objects.select_related("unit", "proposed_by", "decided_by", "record")
    every = reach(account, Permission.CONFIRM_CORRECTION, today)
    own = reach(account, Permission.SEE_OWN_RECORDS, today)
    seen = every.q("unit") | own.q("unit") | Q(proposed_by=account)
    if every:
        seen |= Q(unit__isnull=True)
    return found.filter(seen)


def to_confirm(account: Account, today: date) -> QuerySet[Correction]:
    """Return the proposed corrections that an account may decide: not its own, not of its own units."""
    if not reach(account, Permission.CONFIRM_CORRECTION, today):
        return Correction.objects.none()
    waiting = corrections_for(account, today).filter(decision=Decision.PROPOSED).exclude(proposed_by=account)
    return waiting.exclude(own_reach(account, today).q("unit"))


def proposable(account: Account, today: date) -> QuerySet[Record]:
    """Return the records that an account may propose to correct."""
    return visible(account, today).filter(reach(account, Permission.PROPOSE_CORRECTION, today).q("unit", "filer"))


def may_propose(account: Account, record: Record, today: date) -> bool:
    """Tell whether a record is among the ``proposable`` ones."""
    mine = reach(account, Permission.PROPOSE_CORRECTION, today)
    return mine.has(record.unit_id, record.filer_id) and may_read(account, record, today)


def waiting_for(account: Account, today: date) -> dict[str, int]:
    """Return what waits for an account, for its first page: questions to answer, own questions that were answered,
    corrections to decide.
    """
    return {
        "questions": questions_for(account, today).count(),
        "answers": questions_of(account).count(),
        "corrections": to_confirm(account, today).count(),
    }


def in_set(kept: RecordSet, record: Record) -> bool:
    """Tell whether a record stands in a set as it stands today."""
    for row in kept.content["records"].get(record.dataset, ()):
        if row.get("record") == record.pk:
            return bool(row["values"] == record.values and row["period"] == record.period)
    return False


def corrected_content(content: Mapping[str, Any], dataset: str, old: int | None, new: Record | None) -> dict[str, Any]:
    """Return the content of a record set with one row replaced, added or taken out, in the order of all sets; the
    register and every other row stay as they were frozen.
    """
    rows = [row for row in content["records"].get(dataset, ()) if old is None or row.get("record") != old]
    if new is not None:
        row = {"record": new.pk, "unit": new.unit.code, "period": new.period, "values": dict(new.values)}
        files = said_of([new.pk])
        rows.append(row | ({"evidence": files[new.pk]} if files else {}))
    rows.sort(key=lambda row: (row["unit"], row.get("record") or 0))
    records = {**content["records"], dataset: rows}
    return {**content, "records": {name: found for name, found in sorted(records.items()) if found}}
