"""Records as rows for a file: what their page shows, each field in a column of its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook
from shuping_web.filing.models import Record
from shuping_web.filing.reading import labelled
from shuping_web.people.adapters import exact
from shuping_web.people.language import page_lang
from shuping_web.people.lists import name_of

NUMBERS = frozenset({"integer", "number"})


def record_columns(book: Rulebook, dataset: str) -> list[str]:
    """Return the headings of ``record_rows``."""
    fields = book.datasets[dataset].fields.items()
    titles = [field.title.get(page_lang()) if field.title else name for name, field in fields]
    return [_("No."), _("Code"), _("Unit"), _("Period"), *titles, _("State"), _("Filed")]


def record_rows(book: Rulebook, dataset: str, records: QuerySet[Record]) -> Iterator[tuple[object, ...]]:
    """Yield the records of a dataset; numbers as numbers, categories in words."""
    types = [field.type for field in book.datasets[dataset].fields.values()]
    for one in records.iterator(chunk_size=2000):
        values = [value for _title, value in labelled(book, one)]
        cells = [_cell(value, kind) for value, kind in zip(values, types, strict=True)]
        filed = one.filed_at
        yield (one.pk, one.unit.code, name_of(one.unit), one.period, *cells, one.get_state_display(), filed)


def _cell(value: str, kind: str) -> object:
    number = exact(value) if kind in NUMBERS and "%" not in value else None
    return value if number is None else number
