"""Records as rows for a file: what their page shows, each field in a column of its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook
from shuping_web.filing.models import Record, State
from shuping_web.people.adapters import exact
from shuping_web.people.language import page_lang

NUMBERS = frozenset({"integer", "number"})


def record_columns(book: Rulebook, dataset: str) -> list[str]:
    """Return the headings of ``record_rows``."""
    fields = book.datasets[dataset].fields.items()
    titles = [field.title.get(page_lang()) if field.title else name for name, field in fields]
    return [_("No."), _("Code"), _("Unit"), _("Period"), *titles, _("State"), _("Filed")]


def record_rows(book: Rulebook, dataset: str, records: QuerySet[Record]) -> Iterator[tuple[object, ...]]:
    """Yield the records of a dataset; numbers as numbers, categories in words. Plain rows, no objects: a list may have
    20,000 of them.
    """
    lang, fields = page_lang(), list(book.datasets[dataset].fields.items())
    words = {
        name: {key: text.get(lang) for key, text in field.options.items()}
        for name, field in fields
        if field.options is not None
    }
    states = {state.value: str(state.label) for state in State}
    columns = ("pk", "unit__code", "unit__name", "unit__name_en", "period", "values", "state", "filed_at")
    for key, code, name, name_en, period, values, state, filed in records.values_list(*columns).iterator(2000):
        shown = (name_en if lang == "en" else "") or name
        cells = [
            words[column].get(values.get(column, ""), values.get(column, "")) if column in words
            else _cell(values.get(column, ""), field.type)
            for column, field in fields
        ]  # fmt: skip
        yield (key, code, shown, period, *cells, states[state], filed)


def _cell(value: str, kind: str) -> object:
    number = exact(value) if kind in NUMBERS and "%" not in value else None
    return value if number is None else number
