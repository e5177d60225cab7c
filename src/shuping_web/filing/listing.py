"""The list of a dataset's records: found by words, state, unit and period, ordered by a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, FloatField, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from shuping_web.cycles.adapters import Rulebook, language
from shuping_web.filing.adapters import days_of
from shuping_web.filing.models import Record, State
from shuping_web.people.models import Unit

FIXED = {"unit": ("unit__code",), "filed": ("filed_at",), "state": ("state",), "period": ("period",)}
NUMBER = r"^[+-]?[0-9]+([.][0-9]*)?$"
EVERY = "any"
"""The period that asks for records of every time, not those of the cycle alone."""
SHOWN = 5
"""Columns of a record that a list shows."""


@dataclass(frozen=True)
class Asked:
    """What a list is asked for."""

    words: str = ""
    state: str = ""
    unit: str = ""
    period: str = ""
    order: str = "-filed"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """Read a page's address."""
        names = {"q": "words", "state": "state", "unit": "unit", "period": "period", "order": "order"}
        return cls(**{ours: given[name].strip()[:100] for name, ours in names.items() if given.get(name)})

    def address(self, **other: str) -> str:
        """Return the query of the same list, some of it otherwise."""
        asked = {"q": self.words, "state": self.state, "unit": self.unit, "period": self.period, "order": self.order}
        return urlencode({name: text for name, text in {**asked, **other}.items() if text})

    @property
    def narrowed(self) -> bool:
        """Whether the list is not asked for whole."""
        return bool(self.words or self.state or self.unit or self.period)


def asked_for(records: QuerySet[Record], book: Rulebook, dataset: str, asked: Asked, lang: str) -> QuerySet[Record]:
    """Return a dataset's records as they were asked for."""
    kept = records.filter(dataset=dataset).select_related("cycle__rulebook").defer("cycle__rulebook__text")
    if asked.state in State.values:
        kept = kept.filter(state=asked.state)
    if asked.unit:
        kept = kept.filter(unit__code=asked.unit)
    if asked.period and asked.period != EVERY:
        kept = _in_period(kept, book, dataset, asked.period)
    for word in asked.words.split():
        kept = _with_word(kept, book, dataset, word, lang)
    return _ordered(kept, book, dataset, asked.order)


def _text(field: str) -> Cast:
    # a plain text: the lookups of JSON would take what is compared for JSON too
    return Cast(KeyTextTransform(field, "values"), TextField())


def _in_period(records: QuerySet[Record], book: Rulebook, dataset: str, period: str) -> QuerySet[Record]:
    day = book.datasets[dataset].date_field
    if day is None:
        return records.filter(period=period)
    span = days_of(book, period)
    if span is None:
        return records.none()
    return records.annotate(_day=_text(day)).filter(_day__gte=span[0], _day__lte=span[1])


def _with_word(records: QuerySet[Record], book: Rulebook, dataset: str, word: str, lang: str) -> QuerySet[Record]:
    wanted = Q(unit__name__icontains=word) | Q(unit__name_en__icontains=word) | Q(unit__code__iexact=word)
    texts: dict[str, Any] = {}
    for at, (name, field) in enumerate(book.datasets[dataset].fields.items()):
        texts[f"_text{at}"] = _text(name)
        if field.options is not None:
            titles = field.options.items()
            named = [key for key, text in titles if word.lower() in text.get(language(lang)).lower()]
            wanted |= Q(**{f"_text{at}__in": named})
        else:
            wanted |= Q(**{f"_text{at}__icontains": word})
    return records.annotate(**texts).filter(wanted)


def _ordered(records: QuerySet[Record], book: Rulebook, dataset: str, order: str) -> QuerySet[Record]:
    name, down = order.removeprefix("-"), order.startswith("-")
    fields = book.datasets[dataset].fields
    if name in FIXED:
        return records.order_by(*(f"-{key}" if down else key for key in FIXED[name]), "-pk")
    if name.removeprefix("f_") not in fields:
        return records.order_by("-filed_at", "-pk")
    field = fields[name.removeprefix("f_")]
    by: Any = F("_by")
    records = records.annotate(_by=_text(name.removeprefix("f_")))
    if field.type in ("integer", "number"):  # texts that are no numbers (filed under other rules) stand at the end
        number = When(_by__regex=NUMBER, then=Cast("_by", FloatField()))
        records = records.annotate(_figure=Case(number, default=Value(None), output_field=FloatField()))
        by = F("_figure")
    return records.order_by(by.desc(nulls_last=True) if down else by.asc(nulls_last=True), "-pk")


def units_of(records: QuerySet[Record]) -> list[Unit]:
    """Return the units that have records, to choose one of them."""
    return list(Unit.objects.filter(pk__in=records.order_by().values("unit")).order_by("code"))
