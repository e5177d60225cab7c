"""Of which time a record is, kept in two columns beside its values: the day, and by what that day was told. Counting a
year's records then reads an index and takes no JSON apart.

What a record's day is depends on the rule book that looks at it: two books may date one dataset by different fields. So
``timed`` says by what ``day`` was told, and a cycle relies on ``day`` only where that is what its own rule book goes by
(``of_cycle.belongs``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from django.db import models

from shuping_web.cycles.adapters import Rulebook, last_day
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PERIOD = "@"
"""Before the kind of a period and the first day of the year: no field has such a name."""
UNTOLD = ("", "")


class Timed(Protocol):
    """A record, as far as its time goes."""

    @property
    def dataset(self) -> str:
        """The dataset that it is a row of."""

    @property
    def cycle(self) -> Cycle | None:
        """The cycle that asked for it."""


def timing_of(book: Rulebook, dataset: str) -> str:
    """Return by what a rule book tells the time of a dataset's rows: the name of the field that dates them, or ``@``
    with the kind of period and the day on which the book's years start; nothing for a dataset that it does not know.
    """
    spec = book.datasets.get(dataset)
    if spec is None:
        return ""
    return spec.date_field or f"{PERIOD}{spec.period} {book.year_starts}"


def told(timed: str, period: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return ``timed`` with a row's day (of a period: its last one), as ISO 8601; nothing of both where the row names
    none as it should. A row whose date is empty has the day ``""``, which lies in no period.
    """
    if timed.startswith(PERIOD):
        kind, _, year_starts = timed.removeprefix(PERIOD).partition(" ")
        end = last_day(period, kind, year_starts)
        return UNTOLD if end is None else (timed, end)
    day = values.get(timed, "") if timed else None
    return (timed, day) if isinstance(day, str) and (not day or DAY.fullmatch(day)) else UNTOLD


def timed_by(record: Timed) -> str:
    """Return by what a record's time is told: as the rule book of its cycle does it; of one that belongs to no cycle,
    as the cycle opened last does it that asks for its dataset.
    """
    if record.cycle is not None:
        return timing_of(book_of(record.cycle), record.dataset)
    found = (timing_of(book_of(cycle), record.dataset) for cycle in Cycle.objects.select_related("rulebook"))
    return next((timing for timing in found if timing), "")


class ToldField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs alone
    """``timed`` or ``day`` of a record: worked out whenever the record is saved, whichever way it is. What it was told
    by stays once it was told, so that saving a record does not read its rule book.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return what is written."""
        record: Any = model_instance
        record.timed, record.day = told("" if add else record.timed, record.period, record.values)
        if not record.timed:
            record.timed, record.day = told(timed_by(record), record.period, record.values)
        return getattr(record, self.attname)

    def deconstruct(self) -> Any:
        """Return it as a plain text: that is what the database holds."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
