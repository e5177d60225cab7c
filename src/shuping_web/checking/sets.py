"""Record sets to be read: their rows in words, whether the hash holds, and what one changed of another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook
from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import canonical
from shuping_web.filing.models import Record, RecordSet
from shuping_web.filing.reading import labelled
from shuping_web.people.language import page_lang, semicolon


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


@dataclass(frozen=True)
class Content:
    """What a record set holds, and whether its hash is that of it."""

    data: Mapping[str, Any]
    same: bool

    def rows(self, dataset: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows of one dataset, as they were frozen."""
        found: Sequence[Mapping[str, Any]] = self.data["records"].get(dataset, ())
        return found

    def names(self) -> dict[str, str]:
        """Return the names that units had when the set was frozen, in the language of the page."""
        english = page_lang() == "en"
        return {unit["code"]: (unit["name_en"] if english else "") or unit["name"] for unit in self.data["units"]}


@dataclass(frozen=True)
class _Stored:
    """The text in which the database keeps a content; told apart by its own hash, not letter by letter."""

    digest: bytes
    text: str = field(compare=False, repr=False)


def contents_of(*sets: RecordSet) -> list[Content]:
    """Return what sets hold now. Their texts are read from the database and hashed each time; one is taken apart, and
    its canonical hash made again, when it is not the one of the last time.
    """
    found = RecordSet.objects.filter(pk__in=[one.pk for one in sets]).annotate(text=Cast("content", TextField()))
    texts = dict(found.values_list("pk", "text"))
    return [
        _content(_Stored(hashlib.sha256(texts[one.pk].encode()).digest(), texts[one.pk]), one.sha256) for one in sets
    ]


@lru_cache(maxsize=4)
def _content(stored: _Stored, sha256: str) -> Content:
    data = json.loads(stored.text)
    return Content(data, hashlib.sha256(canonical(data).encode()).hexdigest() == sha256)


def verified(kept: RecordSet) -> bool:
    """Tell whether a set's hash is that of its content."""
    return contents_of(kept)[0].same


def in_words(
    rows: Iterable[Mapping[str, Any]], book: Rulebook, dataset: str, names: Mapping[str, str]
) -> list[FrozenRow]:
    """Return rows of one dataset of a set in words. ``names``: of units by code."""
    return [_row(row, book, dataset, names) for row in rows]


def changed_rows(old: Content, new: Content, book: Rulebook) -> list[Change]:
    """Return the rows in which two sets differ: those of the old one that are gone, those of the new one that came."""
    names = {**old.names(), **new.names()}
    found = []
    for dataset in sorted({*old.data["records"], *new.data["records"]}):
        if old.rows(dataset) == new.rows(dataset):
            continue
        before, after = (_by_record(content, dataset) for content in (old, new))
        gone = [row for key, row in before.items() if after.get(key) != row]
        came = [row for key, row in after.items() if before.get(key) != row]
        found += [Change(dataset, row, None) for row in in_words(gone, book, dataset, names)]
        found += [Change(dataset, None, row) for row in in_words(came, book, dataset, names)]
    return found


def _by_record(content: Content, dataset: str) -> dict[Any, Mapping[str, Any]]:
    return {row.get("record") or f"row {place}": row for place, row in enumerate(content.rows(dataset))}


def _row(row: Mapping[str, Any], book: Rulebook, dataset: str, names: Mapping[str, str]) -> FrozenRow:
    record = Record(dataset=dataset, period=row["period"], values=row["values"])
    fields = labelled(book, record, names=names) if dataset in book.datasets else list(row["values"].items())
    files = [f"{one['title'] or one['name']} ({one['sha256'][:12]})" for one in row.get("evidence", ())]
    fields += [(_("Evidence"), semicolon().join(files))] if files else []
    return FrozenRow(row.get("record"), names.get(row["unit"], row["unit"]), row["period"], fields)
