"""Times of day in a column: when a named reviewer gave a mark. Ballots have no such column, and must not get one."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from shuping.records.conversion import Conversion, Converted, Fault, by_distinct
from shuping.records.suggest import clip

_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


def read_moment(text: str) -> datetime | None:
    """Read ``2025-12-20 14:03``, with seconds or not, ``T`` for the space, slashes for dashes; else None. The time is
    the office's own: a text with a zone is none.
    """
    for form in _FORMS:
        try:
            return datetime.strptime(text.replace("T", " "), form)
        except ValueError:
            continue
    return None


def moment_column() -> Conversion:
    """A day with a time of day, as Datetime in microseconds without a zone."""

    def convert(column: pl.Series) -> Converted:
        values = by_distinct(column, read_moment, pl.Datetime("us"))
        refused = column.is_not_null() & values.is_null()
        fault = Fault("records.not-a-moment", column.name, refused, lambda cell: {"given": clip(cell)})
        return Converted(values, (fault,))

    return convert
