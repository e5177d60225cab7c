"""Filing, changing, checking, freezing. A change after acceptance drops it: whichever way it comes, it is made here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from shuping_web.cycles.models import Cycle, Stage
from shuping_web.cycles.queries import as_it_is, book_of, local_day, tables_beside, why_closed
from shuping_web.evidence.actions import let_go
from shuping_web.filing.attached_actions import Chosen, copy_evidence, most_files, put_evidence
from shuping_web.filing.claimed_actions import refuse_claimed, refuse_held
from shuping_web.filing.evidence_queries import said_of
from shuping_web.filing.models import Draft, Record, RecordSet, State
from shuping_web.filing.of_cycle import in_cycle
from shuping_web.filing.queries import filer_of, register, rows_of
from shuping_web.filing.repeats import refuse_repeated
from shuping_web.ledger.actions import in_turn
from shuping_web.ledger.actions import record as write_event
from shuping_web.ledger.quiet import Quiet, read_quietly
from shuping_web.people.models import Account, Unit
from shuping_web.people.queries import own_units


class Stale(Exception):
    """Somebody else changed the record in the meantime; ``now`` is how it stands."""

    def __init__(self, now: Record) -> None:
        super().__init__(f"version {now.version}")
        self.now = now


def _subject(record: Record) -> str:
    return f"record:{record.pk}"


@in_turn
def file_record(
    *, cycle: Cycle, dataset: str, unit: Unit, period: str, values: Mapping[str, str], submission: UUID, by: Account,
    at: datetime, evidence: Sequence[Chosen] = (),
) -> Record:  # fmt: skip
    """File a record with its evidence. The same submission sent twice is one record. Raises ValidationError once a
    cycle is frozen, after the unit's last day of filing, for a row that may stand only once and stands by now, or for
    more files than the rule book lets go with it.
    """
    known = Record.objects.filter(submission=submission).first()
    if known is not None:
        return known
    refuse_claimed(cycle, dataset)
    filer = filer_of(book_of(cycle), dataset)
    _refuse_closed(cycle, filer or unit, at)
    refuse_repeated(book_of(cycle), dataset, [(unit, period, values)])
    record = Record.objects.create(
        dataset=dataset, unit=unit, period=period, values=dict(values), submission=submission, filed_by=by,
        filed_at=at, filer=filer, cycle=cycle,
    )  # fmt: skip
    files = put_evidence(record=record, chosen=evidence, most=most_files(book_of(cycle), dataset), by=by, at=at)
    data = {"dataset": dataset, "period": period, "new": dict(values), **files}
    write_event(by=by, action="record_filed", subject=_subject(record), unit=unit.code, at=at, data=data)
    Draft.objects.filter(account=by, submission=submission).delete()
    let_go(by=by, submission=submission)
    return record


def _involved(record: Record) -> list[int]:
    """The unit a record is about, and the one that filed it for that unit."""
    return [pk for pk in (record.unit_id, record.filer_id) if pk is not None]


@in_turn
def change_record(
    *, cycle: Cycle, record: Record, period: str, values: Mapping[str, str], version: int, by: Account, at: datetime,
    evidence: Sequence[Chosen] | None = None,
) -> Record:  # fmt: skip
    """Change a record; it waits to be checked again. ``evidence`` None leaves its files as they are. Raises Stale when
    it is not at ``version`` any more, and ValidationError once a cycle is frozen, after the last day of filing (of
    checking, for a returned record), where it would repeat a row that may stand only once, or for too many files.
    """
    locked = Record.objects.select_for_update().get(pk=record.pk)
    if locked.version != version or locked.state == State.SUPERSEDED:
        raise Stale(locked)
    refuse_change(cycle, locked, at)
    refuse_repeated(book_of(cycle), locked.dataset, [(locked.unit, period, values)], without=locked.pk)
    before = {"period": locked.period, "values": locked.values, "state": locked.state}
    locked.period, locked.values, locked.state = period, dict(values), State.FILED
    locked.version, locked.reason, locked.checked_by, locked.checked_at = version + 1, "", None, None
    locked.save()
    data: dict[str, Any] = {"old": before, "new": {"period": period, "values": dict(values)}}
    if evidence is not None:
        most = most_files(book_of(cycle), locked.dataset)
        data |= put_evidence(record=locked, chosen=evidence, most=most, by=by, at=at)
    write_event(by=by, action="record_changed", subject=_subject(locked), unit=locked.unit.code, at=at, data=data)
    Draft.objects.filter(account=by, record=locked).delete()
    let_go(by=by, submission=locked.submission)
    return locked


@in_turn
def check_record(
    *, cycle: Cycle, record: Record, accept: bool, reason: str, version: int, by: Account, at: datetime
) -> Record:
    """Accept a record, or return it with a reason. Raises PermissionDenied for records of the own unit or filed by
    oneself, Stale, and ValidationError for a return without a reason.
    """
    _refuse_frozen(cycle)
    locked = Record.objects.select_for_update().get(pk=record.pk)
    if locked.version != version or locked.state != State.FILED:
        raise Stale(locked)
    if locked.filed_by_id == by.pk or own_units(by, local_day(at)).filter(pk__in=_involved(locked)).exists():
        raise PermissionDenied
    if not accept and not reason.strip():
        raise ValidationError({"reason": _("Say what is to be put right: the filer reads it.")})
    locked.state = State.ACCEPTED if accept else State.RETURNED
    locked.reason, locked.checked_by, locked.checked_at = reason.strip(), by, at
    locked.save()
    action = "record_accepted" if accept else "record_returned"
    data = {"reason": reason.strip(), "version": version}
    write_event(by=by, action=action, subject=_subject(locked), unit=locked.unit.code, at=at, data=data)
    return locked


@in_turn
def withdraw_record(*, cycle: Cycle, record: Record, version: int, by: Account, at: datetime) -> Record:
    """Take a record back, in the time in which it may be changed. It stays readable in the history."""
    locked = Record.objects.select_for_update().get(pk=record.pk)
    if locked.version != version or locked.state == State.SUPERSEDED:
        raise Stale(locked)
    refuse_change(cycle, locked, at)
    before = locked.state
    locked.state, locked.version, locked.checked_by, locked.checked_at = State.WITHDRAWN, version + 1, None, None
    locked.reason = ""
    locked.save()
    write_event(
        by=by, action="record_withdrawn", subject=_subject(locked), unit=locked.unit.code, at=at, data={"old": before}
    )
    return locked


def freeze(
    *, cycle: Cycle, by: Account, at: datetime, name: str = "", reason: str = "", interim: bool = False,
    with_it: Callable[[RecordSet], None] | None = None,
) -> RecordSet:  # fmt: skip
    """Freeze the accepted records of a cycle: filing ends, and the standing rests on them. Raises ValidationError while
    records wait to be checked. ``interim``: keep them as they stand and let filing go on; what waits is not in the set.
    ``with_it``: done in the same transaction.
    """
    quiet = read_quietly(lambda: content_of(cycle))
    return _freeze(
        cycle=cycle, quiet=quiet, name=name, reason=reason, interim=interim, with_it=with_it, by=by, at=at
    )  # fmt: skip


@in_turn
def _freeze(
    *, cycle: Cycle, quiet: Quiet[dict[str, Any]] | None, name: str, reason: str, interim: bool,
    with_it: Callable[[RecordSet], None] | None, by: Account, at: datetime,
) -> RecordSet:  # fmt: skip
    locked = Cycle.objects.select_for_update(of=("self",)).select_related("rulebook").get(pk=cycle.pk)
    refuse_freezing(locked, interim=interim)
    if not interim:
        locked.stage = Stage.FROZEN
        locked.save(update_fields=["stage"])
    content = quiet.read if quiet is not None and quiet.holds else content_of(locked)
    kept = keep_set(cycle=locked, content=content, name=name, reason=reason, interim=interim, by=by, at=at)
    if with_it is not None:
        with_it(kept)
    return kept


def refuse_freezing(cycle: Cycle, *, interim: bool) -> None:
    """Raise ValidationError where a cycle cannot be frozen: it is already, or (but for ``interim``) something waits."""
    _refuse_frozen(cycle)
    if interim:
        return
    waiting = in_cycle(cycle).filter(state=State.FILED).count()
    refuse_held(cycle)
    if waiting:
        raise ValidationError(_("%d records wait to be checked; accept or return them first.") % waiting)


@in_turn
def keep_set(
    *, cycle: Cycle, content: dict[str, Any], name: str, reason: str, interim: bool, by: Account, at: datetime
) -> RecordSet:
    """Keep a set of records under its hash; it supersedes the one before, which stays readable."""
    last = RecordSet.objects.filter(cycle=cycle).order_by("-number").first()
    sha256 = hashlib.sha256(canonical(content).encode()).hexdigest()
    kept = RecordSet.objects.create(
        cycle=cycle, number=1 if last is None else last.number + 1, supersedes=last, name=name.strip(),
        reason=reason.strip(), interim=interim, content=content, sha256=sha256, frozen_by=by.label, frozen_at=at,
    )  # fmt: skip
    data = {
        "number": kept.number, "sha256": sha256, "supersedes": last.sha256 if last is not None else None,
        "rows": sum(len(rows) for rows in content["records"].values()), "reason": reason.strip(),
    }  # fmt: skip
    action = "records_kept" if interim else "cycle_frozen" if last is None or not reason else "set_superseded"
    write_event(by=by, action=action, subject=f"cycle:{cycle.pk}", at=at, data=data)
    return kept


@in_turn
def supersede_record(
    *, record: Record | None, unit: Unit, dataset: str, period: str, values: Mapping[str, str] | None,
    proposer: Account, by: Account, reason: str, at: datetime,
) -> Record | None:  # fmt: skip
    """Put a new accepted row in the place of a frozen one, for a reason, by two persons: who proposed it stands as its
    filer, who confirmed it as its checker. The old row stays readable. ``record`` None adds a row, ``values`` None
    takes the old one out. Raises Stale when the old row is not an accepted one any more.
    """
    new = None
    if values is not None:
        new = Record.objects.create(
            dataset=dataset, unit=unit, period=period, values=dict(values), state=State.ACCEPTED, submission=uuid4(),
            filed_by=proposer, filed_at=at, checked_by=by, checked_at=at,
            filer=record.filer if record is not None else None, cycle=record.cycle if record is not None else None,
        )  # fmt: skip
    if record is not None:
        old = Record.objects.select_for_update().get(pk=record.pk)
        if old.state != State.ACCEPTED:
            raise Stale(old)
        old.state, old.version, old.reason = State.SUPERSEDED, old.version + 1, reason
        old.save(update_fields=["state", "version", "reason"])
        if new is not None:
            copy_evidence(old=old, new=new)
        data = {"reason": reason, "by": _subject(new) if new is not None else None}
        write_event(by=by, action="record_superseded", subject=_subject(old), unit=unit.code, at=at, data=data)
    if new is not None:
        told: dict[str, Any] = {
            "dataset": dataset, "period": period, "new": dict(values or {}), "reason": reason,
            "proposed_by": proposer.label, "old": _subject(record) if record is not None else None,
        }  # fmt: skip
        write_event(by=by, action="record_corrected", subject=_subject(new), unit=unit.code, at=at, data=told)
    return new


def content_of(cycle: Cycle) -> dict[str, Any]:
    """Return rule book, register, accepted rows and the tables that came as files, as plain data in one order: all that
    the library scores.
    """
    rows = rows_of(book_of(cycle), accepted_only=True, until=cycle.period)
    files = said_of(row.record for found in rows.values() for row in found if row.record is not None)
    records = {
        name: [
            {"record": row.record, "unit": row.unit, "period": row.period, "values": dict(row.values)}
            | ({"evidence": files[row.record]} if row.record is not None and row.record in files else {})
            for row in found
        ]
        for name, found in sorted(rows.items())
    }
    units = [
        {**unit, "valid_from": str(unit["valid_from"] or ""), "valid_to": str(unit["valid_to"] or "")}
        for unit in register()
    ]
    tables = [list(table) for table in tables_beside(cycle)]
    return {
        "rulebook": cycle.rulebook.sha256, "period": cycle.period, "units": units, "records": records, "tables": tables,
    }  # fmt: skip


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one text of a record set that its hash is made of."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def refuse_change(cycle: Cycle, record: Record, at: datetime) -> None:
    """Raise ValidationError where a record may not be changed any more, was withdrawn, or was claimed and not filed."""
    if record.state == State.WITHDRAWN:
        raise ValidationError(_("This record was withdrawn and stays as it was. File a new one."))
    for asking in {cycle, record.cycle or cycle}:  # what another cycle holds for a claim stays one
        refuse_claimed(asking, record.dataset)
    _refuse_closed(cycle, record.filer or record.unit, at, returned=record.state == State.RETURNED)


def _refuse_frozen(cycle: Cycle) -> None:
    if Cycle.objects.filter(pk=cycle.pk, stage=Stage.FROZEN).exists():  # as it is now, not as whoever asks read it
        raise ValidationError(_("The records of this cycle are frozen; what is wrong is corrected by the office."))


def _refuse_closed(cycle: Cycle, unit: Unit, at: datetime, *, returned: bool = False) -> None:
    # asked in turn, of the cycle as it is now: the deadline may have passed, or the office moved the cycle, while the
    # form was open
    reason = why_closed(as_it_is(cycle), unit, at, returned=returned)
    if reason:
        raise ValidationError(reason)
