"""What is wrong with the rows of a table, gathered rule by rule, told row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from shuping.errors import Place, Problem
from shuping.records.conversion import Fault
from shuping.records.folder import Rejected
from shuping.records.frame_rules import RowFault
from shuping.records.layout import Layout
from shuping.records.sheet import ROW, Sheet

SHOWN_PER_FILE = 200


@dataclass(frozen=True)
class Typed:
    """One sheet after conversion: ``texts`` as they stood, ``values`` typed, ``faults`` of single cells."""

    sheet: Sheet
    texts: pl.DataFrame
    values: pl.DataFrame
    faults: tuple[Fault, ...]
    headings: Mapping[str, str]

    @cached_property
    def rows(self) -> list[int]:
        """The row numbers as people see them."""
        return self.texts[ROW].to_list()

    @cached_property
    def cells(self) -> dict[str, list[str | None]]:
        """The texts as lists, for looking at single rows."""
        return {name: self.texts[name].to_list() for name in self.headings}


class Finding(NamedTuple):
    """One problem of one row, made when it is shown. Sorted by file, row and column; ``at`` is the row's position."""

    file: int
    row: int
    at: int
    order: int
    make: Callable[[], Problem]


class Findings:
    """Collects the faults of a table's rows and turns them into problems."""

    def __init__(self, layout: Layout, typed: Sequence[Typed], frame: pl.DataFrame, all_rows: bool) -> None:
        self._layout = layout
        self._typed = typed
        self._frame = frame
        self._limit = SHOWN_PER_FILE if all_rows else None
        self._starts = [0]
        for one in typed:
            self._starts.append(self._starts[-1] + one.values.height)
        self._bad: pl.Series | None = None
        self._found: list[Finding] = []
        self._counts = [len(one.sheet.broken) for one in typed]
        self._order = {name: at for at, name in enumerate(layout.names)}
        for index, one in enumerate(typed):
            self._add_cells(index, one)

    def _mark(self, mask: pl.Series) -> None:
        self._bad = mask if self._bad is None else self._bad | mask

    def _add_cells(self, index: int, one: Typed) -> None:
        bad = pl.repeat(False, one.values.height, dtype=pl.Boolean, eager=True)
        for fault in one.faults:
            mask = fault.mask.fill_null(False)
            bad = bad | mask
            self._counts[index] += int(mask.sum())
            for at in mask.arg_true().head(self._limit or mask.len()).to_list():
                self._note(index, at, fault.column, self._cell_problem(one, at, fault))
        if bad.any():
            before = pl.repeat(False, self._starts[index], dtype=pl.Boolean, eager=True)
            after = pl.repeat(False, self._frame.height - before.len() - bad.len(), dtype=pl.Boolean, eager=True)
            self._mark(pl.concat([before, bad, after]))

    def _cell_problem(self, one: Typed, at: int, fault: Fault) -> Callable[[], Problem]:
        def make() -> Problem:
            place = one.sheet.place(one.rows[at], one.headings[fault.column])
            return Problem(fault.code, fault.params(one.cells[fault.column][at] or ""), place)

        return make

    def add_rows(self, faults: Sequence[RowFault]) -> None:
        """Take the faults of a rule over several columns; rows that are already bad get this reason too."""
        for fault in faults:
            mask = fault.mask.fill_null(False)
            if not mask.any():
                continue
            self._mark(mask)
            for index in range(len(self._typed)):
                start, end = self._starts[index], self._starts[index + 1]
                hits = mask.slice(start, end - start).arg_true()
                self._counts[index] += hits.len()
                for at in hits.head(self._limit or hits.len()).to_list():
                    self._note(index, at, fault.column, self._row_problem(index, at, fault))

    def _row_problem(self, index: int, at: int, fault: RowFault) -> Callable[[], Problem]:
        position = self._starts[index] + at

        def make() -> Problem:
            one = self._typed[index]
            heading = one.headings.get(fault.column, fault.column) if fault.column else None
            params = fault.params(position, self._frame.row(position, named=True))
            if fault.twin is not None:
                params["first"] = self._name_row(fault.twin(position), index)
            return Problem(fault.code, params, one.sheet.place(one.rows[at], heading))

        return make

    def _name_row(self, position: int, index: int) -> str:
        """Return a row's number, with its file where that is another one."""
        other, row = self._frame["_file"][position], self._frame["_row"][position]
        return str(row) if other == index else f"{row} ({self._typed[other].sheet.file})"

    def _note(self, index: int, at: int, column: str | None, make: Callable[[], Problem]) -> None:
        order = self._order.get(column or "", len(self._order))
        self._found.append(Finding(index, self._typed[index].rows[at], at, order, make))

    def bad_rows(self) -> pl.Series | None:
        """Return the mask of rows that are not accepted, None when all are."""
        return self._bad

    def rejected(self) -> Iterator[Rejected]:
        """Yield the rejected rows in the order of files and rows, each with all its problems.

        Where only the first problems of a file are kept, a last entry without cells counts the others.
        """
        for index, one in enumerate(self._typed):
            shown = 0
            for row in self._rows_of(index, one):
                if self._limit is not None and shown >= self._limit:
                    break
                shown += len(row.problems)
                yield row
            if self._limit is not None and self._counts[index] > shown:
                more = Problem("records.more-problems", {"count": self._counts[index] - shown}, Place(one.sheet.file))
                yield Rejected(self._layout.table, one.sheet.file, 0, {}, (more,))

    def _rows_of(self, index: int, one: Typed) -> Iterator[Rejected]:
        """Yield the rejected rows of one file; rows that could not be told apart stand among the others."""
        table, file = self._layout.table, one.sheet.file
        entries: dict[tuple[int, int], list[Finding]] = {}
        for finding in sorted((found for found in self._found if found.file == index), key=lambda found: found[:4]):
            entries.setdefault((finding.row, finding.at), []).append(finding)
        broken = {(row.row, -1): row for row in one.sheet.broken}
        for key in sorted({*entries, *broken}):
            if key in broken:
                yield Rejected(table, file, key[0], broken[key].values, (broken[key].problem,))
            else:
                problems = tuple(finding.make() for finding in entries[key])
                yield Rejected(table, file, key[0], self._cells(one, key[1]), problems)

    def _cells(self, one: Typed, at: int) -> Mapping[str, str]:
        return {one.headings[name]: texts[at] or "" for name, texts in one.cells.items()}
