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
from shuping_web.filing.repeats import refuse_repeated
from shuping_web.ledger.actions import Entry, in_turn, record_all
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.models import Account, Unit


@dataclass(frozen=True)
class NewRow:
    """A row to be filed: it was found without fault."""

    unit: Unit
    period: str
    values: Mapping[str, str]


@in_turn
def file_rows(
    *, cycle: Cycle, dataset: str, rows: Sequence[NewRow], submission: UUID, by: Account, at: datetime, source: str = ""
) -> int:
    """File many records, all or none; return how many. The same submission sent twice is filed once. Each record has an
    event of its own, after one that says that they came together (``source``: the sha256 of the file, if any). Raises
    ValidationError for the units whose last day of filing has passed, once a cycle is frozen, and for rows that may
    stand only once and stand by now.
    """
    made = [uuid5(submission, str(number)) for number in range(len(rows))]
    if not rows or Record.objects.filter(submission=made[0]).exists():
        return len(rows)
    refuse_claimed(cycle, dataset)
    filer = filer_of(book_of(cycle), dataset)
    _refuse_closed(cycle, [filer] if filer is not None else [row.unit for row in rows], at)
    refuse_repeated(book_of(cycle), dataset, [(row.unit, row.period, row.values) for row in rows])
    records = Record.objects.bulk_create(
        [
            Record(
                dataset=dataset, unit=row.unit, period=row.period, values=dict(row.values), submission=key,
                filed_by=by, filed_at=at, filer=filer, cycle=cycle,
            )
            for row, key in zip(rows, made, strict=True)
        ],
        batch_size=1000,
    )  # fmt: skip
    whole = {"dataset": dataset, "rows": len(records), "sha256": source}
    entries = [Entry("records_filed", f"batch:{submission}", data=whole)]
    for record in records:
        data = {"dataset": dataset, "period": record.period, "new": record.values, "batch": str(submission)}
        entries.append(Entry("record_filed", f"record:{record.pk}", record.unit.code, data))
    record_all(by=by, at=at, entries=entries)
    Draft.objects.filter(account=by, submission=submission).delete()
    return len(records)


def _refuse_closed(cycle: Cycle, units: Sequence[Unit], at: datetime) -> None:
    closed: dict[str, list[str]] = {}
    now = as_it_is(cycle)
    for unit in {unit.pk: unit for unit in units}.values():
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


@in_turn
def confirm_batch(*, batch: Batch, rows: Sequence[NewRow], by: Account, at: datetime) -> int:
    """File the rows of an upload, all or none; return how many. Confirmed twice, they are filed once. Raises as
    ``file_rows``.
    """
    locked = Batch.objects.select_for_update(of=("self",)).select_related("cycle__rulebook").get(pk=batch.pk)
    if locked.filed_at is not None:
        return locked.rows
    number = file_rows(
        cycle=locked.cycle, dataset=locked.dataset, rows=rows, submission=locked.submission, by=by, at=at,
        source=locked.sha256,
    )  # fmt: skip
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
