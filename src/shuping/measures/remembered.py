"""What need not be worked out again: measures and judgements whose tables are still the very same objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from shuping.measures.statements import Book
from shuping.records.folder import Folder
from shuping.rulebook.model import Rulebook

T = TypeVar("T")


class Remembered:
    """What was made, each with all that it was made of: rows of measures by measure and period, scores of judges.

    Given to one run after another over folders of the same rule book object (another one starts anew), it saves what
    rests on tables that were taken over from the folder before. Tables are told apart as objects, not cell by cell:
    whoever changes a frame in place must not remember. One thread uses it at a time.
    """

    def __init__(self) -> None:
        self._rulebook: Rulebook | None = None
        self._made: dict[object, tuple[tuple[object, ...], Any]] = {}

    def under(self, rulebook: Rulebook) -> Remembered:
        """Return this memory for runs under a rule book; what is remembered of another one is forgotten."""
        if self._rulebook is not rulebook:
            self._rulebook, self._made = rulebook, {}
        return self

    def get(self, key: object, made_of: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what was made under a key of the same objects, else make it."""
        known = self._made.get(key)
        if known is None or not _same(known[0], made_of):
            known = made_of, make()
            self._made[key] = known
        found: T = known[1]
        return found


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(before is now for before, now in zip(one, other, strict=True))


def made_of(folder: Folder, book: Book, name: str) -> tuple[object, ...]:
    """Return all that a measure's values are made of."""
    behind = [book.rulebook.measures[part] for part in sorted(book.needed({name}))]
    datasets = sorted({part.from_ for part in behind if part.from_ is not None})
    found: list[object] = [folder.register, folder.targets, *(folder.datasets.get(dataset) for dataset in datasets)]
    if any(part.survey is not None for part in behind):
        found.append(folder.surveys)
    if any(part.judged is not None for part in behind):
        found += judged_of(folder)
    return tuple(found)


def judged_of(folder: Folder) -> tuple[object, ...]:
    """Return all that the scores of ballots and panels are made of."""
    tables = (folder.ballots, folder.turnout, folder.panels, folder.panel_items, folder.reviewers, folder.conflicts)
    return (folder.register, *tables)
