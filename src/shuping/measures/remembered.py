"""Measures that need not be worked out again: those whose tables are still the very same objects."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from shuping.measures.statements import Book
from shuping.records.folder import Folder
from shuping.rulebook.model import Rulebook


class Remembered:
    """Rows of measures by measure and period, each with all that it was made of: register, targets and tables.

    Given to one run after another over folders of the same rule book object (another one starts anew), it saves the
    measures whose tables were taken over from the folder before. Tables are told apart as objects, not cell by cell:
    whoever changes a frame in place must not remember. What rests on surveys, ballots or panels is never remembered.
    One thread uses it at a time.
    """

    def __init__(self) -> None:
        self._rulebook: Rulebook | None = None
        self._rows: dict[tuple[str, str], tuple[tuple[object, ...], pl.DataFrame]] = {}

    def under(self, rulebook: Rulebook) -> Remembered:
        """Return this memory for runs under a rule book; what is remembered of another one is forgotten."""
        if self._rulebook is not rulebook:
            self._rulebook, self._rows = rulebook, {}
        return self

    def rows(
        self, name: str, period: str, made_of: tuple[object, ...] | None, make: Callable[[], pl.DataFrame]
    ) -> pl.DataFrame:
        """Return a measure's rows of a period as they were made of the same, else make them."""
        if made_of is None:
            return make()
        known = self._rows.get((name, period))
        if known is not None and _same(known[0], made_of):
            return known[1]
        rows = make()
        self._rows[name, period] = made_of, rows
        return rows


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(before is now for before, now in zip(one, other, strict=True))


def made_of(folder: Folder, book: Book, name: str) -> tuple[object, ...] | None:
    """Return all that a measure's values are made of; None where they rest on more than records and targets."""
    behind = [book.rulebook.measures[part] for part in sorted(book.needed({name}))]
    if any(part.survey is not None or part.judged is not None for part in behind):
        return None
    datasets = sorted({part.from_ for part in behind if part.from_ is not None})
    return (folder.register, folder.targets, *(folder.datasets.get(dataset) for dataset in datasets))
