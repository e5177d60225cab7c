"""A cycle's tables, and its files as a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shuping_web.cycles.adapters import Rulebook
from shuping_web.cycles.models import Cycle, Stage, Table
from shuping_web.cycles.queries import book_of, tables_beside
from shuping_web.filing.adapters import Row
from shuping_web.filing.evidence_queries import said_of
from shuping_web.filing.models import Record
from shuping_web.filing.queries import frozen, register, rows_of
from shuping_web.folders.adapters import TableKind, files_of, tables_of
from shuping_web.folders.evidence import evidence_files


def tables_with_state(cycle: Cycle) -> list[tuple[TableKind, Table | None]]:
    """Return the tables that come as files under the cycle's rule book, each with what is there."""
    there = {(table.room, table.name): table for table in cycle.tables.defer("text")}
    return [(kind, there.get((kind.room, kind.name))) for kind in tables_of(book_of(cycle))]


def kind_of(cycle: Cycle, room: str, name: str) -> TableKind | None:
    """Return a table of the cycle's rule book, None where it has no such."""
    return next((kind for kind in tables_of(book_of(cycle)) if (kind.room, kind.name) == (room, name)), None)


def table_texts(cycle: Cycle) -> list[tuple[str, str, str]]:
    """Return the tables of a cycle: room, name and CSV text."""
    return list(cycle.tables.order_by("room", "name").values_list("room", "name", "text"))


def files_of_cycle(cycle: Cycle, *, evidence: bool = True) -> dict[str, bytes]:
    """Return the files of the folder that a cycle is: of its frozen records, else of what is filed and not returned;
    with the files of evidence that go with them, unless told otherwise. Raises ValidationError as ``evidence_files``.
    """
    book, kept = book_of(cycle), frozen(cycle.pk)
    if cycle.stage != Stage.FROZEN or kept is None:
        rows = rows_of(book, accepted_only=False, until=cycle.period)
        found = files_of(cycle.rulebook.text, book, register(), rows, tables_beside(cycle), _filers(book))
        return {**found, **(evidence_files(book, _with_evidence(rows)) if evidence else {})}
    content = kept.content
    frozen_rows = {
        name: [Row(row["unit"], row["period"], row["values"], row.get("record")) for row in found]
        for name, found in content["records"].items()
    }
    tables = [(room, name, text) for room, name, text in content.get("tables", ())]
    found = files_of(cycle.rulebook.text, book, content["units"], frozen_rows, tables, _filers(book))
    return {**found, **(evidence_files(book, content["records"]) if evidence else {})}


def _filers(book: Rulebook) -> dict[int, str]:
    """Return which unit filed a record for another one, by the record's number."""
    filed = Record.objects.filter(dataset__in=list(book.datasets), filer__isnull=False)
    return dict(filed.order_by("pk").values_list("pk", "filer__code"))


def _with_evidence(rows: Mapping[str, Sequence[Row]]) -> dict[str, list[dict[str, Any]]]:
    said = said_of(row.record for found in rows.values() for row in found if row.record is not None)
    return {
        name: [{"unit": row.unit, "period": row.period, "evidence": said.get(row.record or 0, ())} for row in found]
        for name, found in rows.items()
    }
