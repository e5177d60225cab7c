"""Record sets to be read: their rows in words, whether the hash holds, and what one changed of another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook
from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import canonical
from shuping_web.filing.models import Record, RecordSet
from shuping_web.filing.reading import labelled
from shuping_web.people.language import page_lang


@dataclass(frozen=True)
class FrozenRow:
    """A row of a set: the record's number, the unit's name, the period, and the fields in words."""

    record: int | None
    unit: str
    period: str
    fields: list[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """A row that one set has and the other has not, or has otherwise."""

    dataset: str
    old: FrozenRow | None
    new: FrozenRow | None


def record_sets(cycle: Cycle) -> QuerySet[RecordSet]:
    """Return the record sets of a cycle, the last first; their content is read when it is asked for."""
    return RecordSet.objects.filter(cycle=cycle).select_related("supersedes").defer("content", "supersedes__content")


def verified(kept: RecordSet) -> bool:
    """Tell whether a set's hash is that of its content."""
    return hashlib.sha256(canonical(kept.content).encode()).hexdigest() == kept.sha256


def rows_of_set(kept: RecordSet, book: Rulebook, dataset: str) -> list[FrozenRow]:
    """Return the rows of one dataset of a set."""
    names = _names(kept)
    return [_row(row, book, dataset, names) for row in kept.content["records"].get(dataset, ())]


def changed_rows(old: RecordSet, new: RecordSet, book: Rulebook) -> list[Change]:
    """Return the rows in which two sets differ: those of the old one that are gone, those of the new one that came."""
    names = {**_names(old), **_names(new)}
    found = []
    for dataset in sorted({*old.content["records"], *new.content["records"]}):
        before, after = (_by_record(kept, dataset) for kept in (old, new))
        gone = [row for key, row in before.items() if after.get(key) != row]
        came = [row for key, row in after.items() if before.get(key) != row]
        found += [Change(dataset, _row(row, book, dataset, names), None) for row in gone]
        found += [Change(dataset, None, _row(row, book, dataset, names)) for row in came]
    return found


def _by_record(kept: RecordSet, dataset: str) -> dict[Any, Mapping[str, Any]]:
    rows = kept.content["records"].get(dataset, ())
    return {row.get("record") or f"row {place}": row for place, row in enumerate(rows)}


def _names(kept: RecordSet) -> dict[str, str]:
    english = page_lang() == "en"
    return {unit["code"]: (unit["name_en"] if english else "") or unit["name"] for unit in kept.content["units"]}


def _row(row: Mapping[str, Any], book: Rulebook, dataset: str, names: Mapping[str, str]) -> FrozenRow:
    record = Record(dataset=dataset, period=row["period"], values=row["values"])
    fields = labelled(book, record) if dataset in book.datasets else list(row["values"].items())
    files = [f"{one['title'] or one['name']} ({one['sha256'][:12]})" for one in row.get("evidence", ())]
    fields += [(_("Evidence"), "; ".join(files))] if files else []
    return FrozenRow(row.get("record"), names.get(row["unit"], row["unit"]), row["period"], fields)
