"""Rows that may stand only once, stated in one place: which columns make the key, and when two rows have the same.

Tables are judged whole (``frame_rules.unique_rows``). What keeps rows one by one asks ``RowKeys`` for their keys and
compares those: it judges as if all rows stood in one table.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from shuping.records.conversion import (
    Conversion,
    as_text,
    date_column,
    flag_column,
    integer_column,
    number_column,
    text_column,
)
from shuping.rulebook.model import Dataset, Field

Key = tuple[Hashable, ...]
MAY_BE_EMPTY = frozenset({"period"})
"""Columns whose emptiness is a value: a row without a period is of no period. A row that lacks another column of its
key repeats none, since nobody knows what stands there.
"""


def key_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that together may stand in one row only; none where rows may repeat."""
    if not dataset.unique:
        return ()
    timed = ["period"] if dataset.period is not None else []
    return tuple(dict.fromkeys(["unit", *timed, *dataset.unique]))


@dataclass(frozen=True)
class UniqueKey:
    """A key over the columns of a typed table: null is what is missing."""

    columns: tuple[str, ...]

    def of(self, frame: pl.DataFrame) -> list[str]:
        """Return the columns of the key that a table has."""
        return [name for name in self.columns if name in frame.columns]

    def whole(self, frame: pl.DataFrame) -> pl.Expr:
        """Return whether a row has all that its key needs."""
        return pl.all_horizontal(pl.col(name).is_not_null() for name in self.of(frame) if name not in MAY_BE_EMPTY)

    def again(self, frame: pl.DataFrame) -> pl.Series:
        """Return which rows repeat an earlier one."""
        return frame.select((self.whole(frame) & ~pl.struct(self.of(frame)).is_first_distinct()).alias("a"))["a"]

    def keys(self, frame: pl.DataFrame) -> list[Key | None]:
        """Return a key for each row, None for a row that repeats none."""
        whole = frame.select(self.whole(frame).alias("whole"))["whole"]
        rows = frame.select(self.of(frame)).iter_rows()
        return [row if one else None for row, one in zip(rows, whole, strict=True)]


class RowKeys:
    """The keys of a dataset's rows that were accepted and are kept as texts: units and options by their ids, days as
    ISO 8601, figures as written (``1``, ``1.0`` and ``1.00`` are one figure).
    """

    def __init__(self, dataset: Dataset) -> None:
        self.columns = key_columns(dataset)
        self._key = UniqueKey(self.columns)
        self._typed = {name: _typed(dataset.fields.get(name)) for name in self.columns}

    def keys(self, rows: Sequence[Mapping[str, str]]) -> list[Key | None]:
        """Return a key for each row (texts by column, ``unit`` and ``period`` among them), None for a row that repeats
        none: no two rows do where the dataset has no key. Texts that the type of their field refuses count as empty.
        """
        if not self.columns:
            return [None] * len(rows)
        texts = {name: pl.Series(name, [row.get(name) for row in rows], dtype=pl.String) for name in self.columns}
        return self._key.keys(
            pl.DataFrame([self._typed[name](as_text(column)).values for name, column in texts.items()])
        )


def repeats(keys: Iterable[Key | None], standing: Collection[Key] = ()) -> list[int]:
    """Return the positions of the keys that stand already or stood earlier in the list; None repeats nothing."""
    there, found = set(standing), []
    for at, key in enumerate(keys):
        if key is None:
            continue
        if key in there:
            found.append(at)
        there.add(key)
    return found


def _typed(field: Field | None) -> Conversion:
    """Return how a text is read where only equality counts: without the limits that an accepted row has kept."""
    kind = field.type if field is not None else "text"
    if kind == "number" and field is not None:
        return number_column(field.places)
    if kind == "integer":
        return integer_column()
    if kind == "date":
        return date_column()
    return flag_column() if kind == "flag" else text_column()
