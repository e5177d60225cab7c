"""What is worked out once for the same records: a folder's tables, dataset by dataset, and the whole score. Records are
compared as they are, never by a date or a number: what stands here is never older than the records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Generic, TypeVar

from shuping_web.filing.adapters import Folder, Row, Rulebook, folder_of, others_of

T = TypeVar("T")
BESIDE = (
    *("surveys", "panels", "ballots", "turnout", "panel_items", "reviewers", "conflicts"),
    *("targets", "decisions", "successors"),
)
"""What a folder holds beside register and records: the tables that came as files."""
MOST = 4
"""Cycles and sets whose last tables and score are kept in a process."""


@dataclass(frozen=True)
class Given:
    """All that a score rests on. ``tables``: room, name and text of CSV files."""

    rulebook: Rulebook
    units: Sequence[Mapping[str, Any]]
    records: Mapping[str, Sequence[Row]]
    tables: Sequence[tuple[str, str, str]]
    period: str
    frozen: bool = False

    @property
    def key(self) -> object:
        """Return under what the last of its like is kept: the rule book, the period, whether it is a record set's."""
        return self.rulebook.rulebook, self.period, self.frozen


class LastOf(Generic[T]):
    """The last thing that was made for each key, with what it was made of; one thread makes it, others wait for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[object, tuple[Given, T]] = {}

    def get(self, key: object, given: Given, make: Callable[[tuple[Given, T] | None], T]) -> T:
        """Return what was made of the same, else make it; ``make`` gets the last one for the key, of something else."""
        with self._lock:
            last = self._found.pop(key, None)
            if last is None or last[0] != given:
                last = (given, make(last))
            self._found[key] = last
            while len(self._found) > MOST:
                self._found.pop(next(iter(self._found)))
        return last[1]


_folders: LastOf[Folder] = LastOf()


def folder_reusing(given: Given) -> Folder:
    """Return the folder of what is given; a dataset whose rows are those of the last time is not judged again. Raises
    InputError with every problem, as ``folder_of`` does: what is reused was without fault under the same rule book and
    register.
    """
    return _folders.get(given.key, given, lambda last: _made(given, last))


def _made(given: Given, last: tuple[Given, Folder] | None) -> Folder:
    if last is None or last[0].rulebook is not given.rulebook or last[0].units != given.units:
        return folder_of(given.rulebook, given.units, given.records, others_of(given.tables))
    before, folder = last
    same = [name for name, rows in given.records.items() if rows and before.records.get(name) == rows]
    changed = {name: rows for name, rows in given.records.items() if name not in same}
    beside = before.tables == given.tables
    made = folder_of(given.rulebook, given.units, changed, {} if beside else others_of(given.tables))
    again = {name: folder.datasets[name] for name in same}
    files = [*made.inputs, *(file for table in again.values() for file in table.files)]
    if beside:  # neither read nor judged again, and the same objects: what rests on them need not be worked out again
        made = replace(made, **{name: getattr(folder, name) for name in BESIDE})
        recorded = {file.path for table in folder.datasets.values() for file in table.files}
        files += [file for file in folder.inputs if file.path not in recorded and file not in made.inputs]
    return replace(
        made,
        register=folder.register,
        datasets={**made.datasets, **again},
        inputs=tuple(sorted(files, key=lambda file: (file.path, file.sha256))),
    )
