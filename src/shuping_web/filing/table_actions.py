"""Filing many rows at once, keeping uploads until they are confirmed, and keeping drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import as_it_is, book_of, why_closed
from shuping_web.filing.adapters import Cells
from shuping_web.filing.claimed_actions import refuse_claimed
from shuping_web.filing.models import Batch, Draft, Record
from shuping_web.filing.queries import filer_of
from shuping_web.filing.repeats import Beside
from shuping_web.ledger.actions import in_turn, record_ready
from shuping_web.ledger.actions import record as write_event
from shuping_web.ledger.many_actions import ReadyEvent, ReadyRows, ready_event, ready_rows, write_rows
from shuping_web.people.models import Account, Unit


@dataclass(frozen=True)
class NewRow:
    """A row to be filed: it was found without fault."""

    unit: Unit
    period: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class ReadyFiling:
    """Rows to be filed, with all that can be worked out before their turn: nobody else waits for that."""

    cycle: Cycle
    dataset: str
    submission: UUID
    concerned: Sequence[Unit]
    """The units whose last day of filing counts."""
    beside: Beside
    rows: ReadyRows
    events: Sequence[ReadyEvent]


def file_rows(
    *, cycle: Cycle, dataset: str, rows: Sequence[NewRow], submission: UUID, by: Account, at: datetime, source: str = ""
) -> int:
    """File many records, all or none; return how many. The same submission sent twice is filed once. Each record has an
    event of its own, after one that says that they came together (``source``: the sha256 of the file, if any). Raises
    ValidationError for the units whose last day of filing has passed, once a cycle is frozen, and for rows that may
    stand only once and stand by now.
    """
    if not rows:
        return 0
    ready = ready_to_file(
        cycle=cycle, dataset=dataset, rows=rows, submission=submission, by=by, at=at, source=source
    )  # fmt: skip
    return _file_ready(ready=ready, by=by, at=at)


def ready_to_file(
    *, cycle: Cycle, dataset: str, rows: Sequence[NewRow], submission: UUID, by: Account, at: datetime, source: str
) -> ReadyFiling:
    """Make rows ready to be filed; nothing is decided here that could be otherwise when their turn comes."""
    book = book_of(cycle)
    filer = filer_of(book, dataset)
    records = [
        Record(
            dataset=dataset, unit=row.unit, period=row.period, values=dict(row.values), filed_by=by, filed_at=at,
            submission=uuid5(submission, str(number)), filer=filer, cycle=cycle,
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    whole = {"dataset": dataset, "rows": len(records), "sha256": source}
    events = [ready_event(actor=by.label, at=at, action="records_filed", unit="", data=whole)]
    for record in records:
        data = {"dataset": dataset, "period": record.period, "new": record.values, "batch": str(submission)}
        events.append(ready_event(actor=by.label, at=at, action="record_filed", unit=record.unit.code, data=data))
    units = [filer] if filer is not None else list({row.unit.pk: row.unit for row in rows}.values())
    beside = Beside(book, dataset, [(row.unit, row.period, row.values) for row in rows])
    return ReadyFiling(cycle, dataset, submission, units, beside, ready_rows(records), events)


@in_turn
def _file_ready(*, ready: ReadyFiling, by: Account, at: datetime) -> int:
    number = len(ready.rows.rows)
    if Record.objects.filter(submission=uuid5(ready.submission, "0")).exists():
        return number
    refuse_claimed(ready.cycle, ready.dataset)
    _refuse_closed(ready.cycle, ready.concerned, at)
    ready.beside.refuse_repeated()
    keys = write_rows(ready.rows)
    subjects = [f"batch:{ready.submission}", *(f"record:{key}" for key in keys)]
    record_ready(by=by, events=ready.events, subjects=subjects)
    Draft.objects.filter(account=by, submission=ready.submission).delete()
    return number


def _refuse_closed(cycle: Cycle, units: Sequence[Unit], at: datetime) -> None:
    closed: dict[str, list[str]] = {}
    now = as_it_is(cycle)
    for unit in units:
        reason = why_closed(now, unit, at)
        if reason:
            closed.setdefault(reason, []).append(unit.name)
    if closed:
        raise ValidationError([f"{reason} ({', '.join(names[:12])})" for reason, names in closed.items()])


@transaction.atomic
def keep_batch(*, cycle: Cycle, dataset: str, cells: Cells, by: Account, at: datetime) -> Batch:
    """Keep an upload until it is confirmed; earlier ones of the same person and dataset that were not are let go. An
    upload is no record, so this writes no event.
    """
    Batch.objects.filter(account=by, dataset=dataset, filed_at__isnull=True).delete()
    return Batch.objects.create(
        account=by, cycle=cycle, dataset=dataset, name=cells.name[:200], sha256=cells.sha256, content=cells.plain(),
        rows=len(cells.rows), submission=uuid4(), looked_at=at,
    )  # fmt: skip


def confirm_batch(*, batch: Batch, rows: Sequence[NewRow], by: Account, at: datetime) -> int:
    """File the rows of an upload, all or none; return how many. Confirmed twice, they are filed once. Raises as
    ``file_rows``.
    """
    ready = ready_to_file(
        cycle=batch.cycle, dataset=batch.dataset, rows=rows, submission=batch.submission, by=by, at=at,
        source=batch.sha256,
    )  # fmt: skip
    return _confirm_ready(batch=batch, ready=ready, by=by, at=at)


@in_turn
def _confirm_ready(*, batch: Batch, ready: ReadyFiling, by: Account, at: datetime) -> int:
    locked = Batch.objects.select_for_update(of=("self",)).defer("content").get(pk=batch.pk)
    if locked.filed_at is not None:
        return locked.rows
    number = _file_ready(ready=ready, by=by, at=at)
    locked.filed_at, locked.content = at, {}
    locked.save(update_fields=["filed_at", "content"])
    write_event(by=by, action="upload_confirmed", subject=f"upload:{locked.pk}", at=at, data={"sha256": locked.sha256})
    return number


@transaction.atomic
def keep_draft(
    *, dataset: str, unit: Unit | None, record: Record | None, grid: bool, content: Mapping[str, Any],
    submission: UUID, by: Account, at: datetime,
) -> Draft:  # fmt: skip
    """Keep what is typed and not filed yet, in the place of what was kept before. A draft is no record and nobody else
    sees it, so this writes no event. Raises ValidationError for a form of more than 500,000 characters.
    """
    if sum(len(str(text)) for text in content.values()) > MOST_TYPED:
        raise ValidationError(_("This is too much to keep as a draft; file it in parts, or as a spreadsheet."))
    about = f"record:{record.pk}" if record is not None else "grid" if grid else unit.code if unit is not None else ""
    place = f"{dataset}:{about}"
    Draft.objects.filter(account=by, submission=submission).exclude(place=place).delete()
    kept, _made = Draft.objects.update_or_create(
        account=by, place=place,
        defaults={
            "dataset": dataset, "unit": unit, "record": record, "grid": grid, "submission": submission,
            "content": dict(content), "kept_at": at,
        },
    )  # fmt: skip
    return kept


MOST_TYPED = 500_000


@transaction.atomic
def drop_draft(*, by: Account, submission: UUID | None = None, number: int | None = None) -> None:
    """Let a draft go: it was filed, or its writer does not want it any more."""
    found = Draft.objects.filter(account=by)
    chosen = Q(submission=submission) if submission is not None else Q(pk=number)
    found.filter(chosen).delete()
