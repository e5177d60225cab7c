"""One sheet or file as it stands: every cell its source text, every row its number as people see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.records.suggest import clip

ROW = "_row"


@dataclass(frozen=True)
class BrokenRow:
    """A row whose cells cannot be told apart or read, with the reason."""

    row: int
    values: Mapping[str, str]
    problem: Problem


@dataclass(frozen=True)
class Sheet:
    """The cells of one file.

    ``frame`` has one column a heading (String, or the column's own type for Parquet and given frames) and ``_row``
    (UInt32). ``file`` is the path people know; ``letters`` gives the spreadsheet letter of a heading (XLSX only);
    ``labels`` the foreign heading behind a column (sources.yaml only).
    """

    file: str
    sha256: str
    frame: pl.DataFrame
    sheet: str | None = None
    broken: tuple[BrokenRow, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def headings(self) -> list[str]:
        """The headings in their order."""
        return [name for name in self.frame.columns if name != ROW]

    def place(self, row: int | None = None, heading: str | None = None) -> Place:
        """Return where a cell, a row or a column stands."""
        letter = self.letters.get(heading) if heading is not None else None
        cell = f"{letter}{row}" if letter and row is not None else letter
        shown = self.labels.get(heading, heading) if heading is not None else None
        return Place(self.file, row, None, self.sheet, cell, shown)


def check_headings(cells: Sequence[str], file: str, row: int, sheet: str | None = None) -> list[str]:
    """Return the headings, stripped, without the empty ones at the end.

    Raises InputError for no heading at all, an empty one between others, a duplicate and a name kept for the program.
    """
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    place = Place(file, row, None, sheet)
    if not names:
        raise InputError(Problem("records.no-header", {}, place))
    problems = [
        Problem("records.empty-heading", {"position": at}, place) for at, name in enumerate(names, 1) if not name
    ]
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        where = ", ".join(str(at) for at, other in enumerate(names, 1) if other == name)
        problems.append(Problem("records.duplicate-column", {"given": clip(name), "positions": where}, place))
    problems += [
        Problem("records.reserved-heading", {"given": clip(name)}, place) for name in names if name.startswith("_")
    ]
    if problems:
        raise InputError(problems)
    return names


def number_repeats(names: Sequence[str]) -> list[str]:
    """Return headings made distinct: the second ``Total`` becomes ``Total (2)``. Only for foreign files."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for at, raw in enumerate(names, 1):
        name = raw.strip() or f"column {at}"
        name = f"column {name}" if name.startswith("_") else name
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    while len(set(found)) < len(found):  # "A", "A", "A (2)": extremely rare, still distinct
        found = [name if found.index(name) == at else f"{name} ({at + 1})" for at, name in enumerate(found)]
    return found
