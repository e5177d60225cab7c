"""The evidence of a record as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from shuping_web.cycles.adapters import Rulebook
from shuping_web.filing.adapters import days_of
from shuping_web.filing.evidence_queries import elsewhere, of_record
from shuping_web.filing.models import Evidence, Record

SHOWN = 10


@dataclass(frozen=True)
class ShownEvidence:
    """A file that goes with a record: the row itself, with what other records it goes, and whether the record lies
    outside the days in which it is in force.
    """

    row: Evidence
    elsewhere: list[Evidence]
    outside: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def evidence_of(record: Record, book: Rulebook, seen: QuerySet[Record]) -> list[ShownEvidence]:
    """Return the evidence of a record; ``seen`` are the records that may be named beside it."""
    rows = of_record(record)
    others = elsewhere(rows, seen) if rows else {}
    days = _days(record, book)
    return [ShownEvidence(one, others.get(one.file_id, [])[:SHOWN], _outside(one, days)) for one in rows]


def _days(record: Record, book: Rulebook) -> tuple[date, date] | None:
    spec = book.datasets[record.dataset]
    day = record.values.get(spec.date_field or "", "")
    first, last = (day, day) if spec.date_field is not None else days_of(book, record.period) or ("", "")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def _outside(one: Evidence, days: tuple[date, date] | None) -> bool:
    if days is None:
        return False
    before = one.holds_from is not None and days[1] < one.holds_from
    return before or (one.holds_to is not None and days[0] > one.holds_to)
