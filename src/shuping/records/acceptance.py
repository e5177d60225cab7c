"""Sheets + layout -> the accepted table, and every row that is not accepted with all its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from shuping.errors import Place, Problem
from shuping.records.conversion import Fault, as_text
from shuping.records.folder import Rejected, SourceFile, Table
from shuping.records.frame_rules import FrameRule, RowFault
from shuping.records.layout import Layout
from shuping.records.sheet import ROW, Sheet
from shuping.records.suggest import hint, listed

SHOWN_PER_FILE = 200


@dataclass(frozen=True)
class Typed:
    """One sheet after conversion: ``texts`` as they stood, ``values`` typed, ``faults`` of single cells."""

    sheet: Sheet
    texts: pl.DataFrame
    values: pl.DataFrame
    faults: tuple[Fault, ...]
    headings: Mapping[str, str]


@dataclass(frozen=True)
class Accepted:
    """The outcome for one table: ``problems`` are those of whole files; those of rows stand in ``rejected``."""

    table: Table
    rejected: tuple[Rejected, ...]
    problems: tuple[Problem, ...]


def match_headings(layout: Layout, sheet: Sheet) -> tuple[dict[str, str], list[Problem]]:
    """Return column name -> heading, and the problems: unknown, missing and doubled columns."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    names = set(layout.names)
    for heading in sheet.headings:
        name = heading if heading in names else layout.aliases.get(heading)
        if name is None:
            allowed = [*layout.names, *layout.aliases]
            params = {"given": heading, "allowed": listed(layout.names), **hint(heading, allowed)}
            problems.append(Problem("records.unknown-column", params, sheet.place(heading=heading)))
        elif name in found:
            params = {"given": heading, "positions": f"{found[name]}, {heading}"}
            problems.append(Problem("records.duplicate-column", params, sheet.place(heading=heading)))
        else:
            found[name] = heading
    for column in layout.columns:
        if column.name not in found and not column.may_lack:
            params = {"given": " / ".join(layout.headings(column.name)), "allowed": listed(sheet.headings)}
            problems.append(Problem("records.missing-column", params, sheet.place()))
    return found, problems


def convert(layout: Layout, sheet: Sheet, headings: Mapping[str, str], index: int) -> Typed:
    """Convert the columns of one sheet; rows without any cell are left out."""
    columns = {name: as_text(sheet.frame[heading]).alias(name) for name, heading in headings.items()}
    texts = pl.DataFrame([*columns.values(), sheet.frame[ROW]])
    if columns:
        empty = pl.all_horizontal(pl.col(list(columns)).is_null())
        texts = texts.filter(~empty)
    values: list[pl.Series] = []
    faults: list[Fault] = []
    for column in layout.columns:
        if column.name not in columns:
            values.append(pl.Series(column.name, [None], dtype=column.dtype).new_from_index(0, texts.height))
            continue
        text = texts[column.name]
        converted = column.convert(text)
        values.append(converted.values.alias(column.name))
        faults += [fault for fault in converted.faults if fault.mask.any()]
        if column.required and text.null_count():
            faults.append(Fault("records.required", column.name, text.is_null(), lambda _: {}))
    frame = pl.DataFrame(values).with_columns(_file=pl.lit(index, pl.UInt32), _row=texts[ROW])
    fills = [
        pl.col(column.name).fill_null(column.default.cast(column.dtype))
        for column in layout.columns
        if column.default is not None
    ]
    return Typed(sheet, texts, frame.with_columns(fills) if fills else frame, tuple(faults), headings)


def accept(layout: Layout, sheets: Sequence[Sheet], *, all_rows: bool, checks: Sequence[FrameRule] = ()) -> Accepted:
    """Put the sheets of one table together and judge every row.

    ``all_rows`` (accept: all) keeps only the first problems of each file; otherwise every rejected row keeps its own.
    """
    typed: list[Typed] = []
    problems: list[Problem] = []
    for index, sheet in enumerate(sheets):
        headings, wrong = match_headings(layout, sheet)
        problems += wrong
        if not wrong:
            typed.append(convert(layout, sheet, headings, index))
    if problems:
        return Accepted(Table(layout.empty(), ()), (), tuple(problems))
    frame = pl.concat([layout.empty(), *(one.values for one in typed)])
    findings = _Findings(layout, typed, frame, all_rows)
    for rule in (*layout.rules, *checks):
        findings.add_rows(rule(frame))
    rejected = findings.rejected()
    bad = findings.bad_rows()
    good = frame.filter(~bad) if bad is not None else frame
    counts = {int(index): int(rows) for index, rows in good.group_by("_file").len().iter_rows()}
    files = tuple(SourceFile(one.sheet.file, one.sheet.sha256, counts.get(at, 0)) for at, one in enumerate(typed))
    return Accepted(Table(good, files), rejected, ())


class _Findings:
    """Collects the faults of a table's rows and turns them into problems, row by row."""

    def __init__(self, layout: Layout, typed: Sequence[Typed], frame: pl.DataFrame, all_rows: bool) -> None:
        self._layout = layout
        self._typed = typed
        self._frame = frame
        self._limit = SHOWN_PER_FILE if all_rows else None
        self._starts = [0]
        for one in typed:
            self._starts.append(self._starts[-1] + one.values.height)
        self._bad: pl.Series | None = None
        self._found: list[tuple[int, int, int, Callable[[], Problem]]] = []  # sheet, row number, column order, maker
        self._places: list[dict[int, int]] = [{} for _ in typed]  # row number -> position in the sheet
        self._counts = [len(one.sheet.broken) for one in typed]
        self._order = {name: at for at, name in enumerate(layout.names)}
        for index, one in enumerate(typed):
            self._add_cells(index, one)

    def _mark(self, mask: pl.Series) -> None:
        self._bad = mask if self._bad is None else self._bad | mask

    def _add_cells(self, index: int, one: Typed) -> None:
        bad = pl.Series([False], dtype=pl.Boolean).new_from_index(0, one.values.height)
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
            place = one.sheet.place(int(one.texts[ROW][at]), one.headings[fault.column])
            return Problem(fault.code, fault.params(one.texts[fault.column][at] or ""), place)

        return make

    def add_rows(self, faults: Sequence[RowFault]) -> None:
        """Take the faults of a rule over several columns; rows that are already bad keep this reason too."""
        for fault in faults:
            mask = fault.mask.fill_null(False)
            if not mask.any():
                continue
            self._mark(mask)
            seen = [0] * len(self._typed)
            for position in mask.arg_true().to_list():
                index = int(self._frame["_file"][position])
                self._counts[index] += 1
                seen[index] += 1
                if self._limit is None or seen[index] <= self._limit:
                    at = position - self._starts[index]
                    self._note(index, at, fault.column, self._row_problem(index, at, position, fault))

    def _row_problem(self, index: int, at: int, position: int, fault: RowFault) -> Callable[[], Problem]:
        def make() -> Problem:
            one = self._typed[index]
            heading = one.headings.get(fault.column, fault.column) if fault.column else None
            place = one.sheet.place(int(one.texts[ROW][at]), heading)
            params = fault.params(position, self._frame.row(position, named=True))
            if fault.twin is not None:
                params["first"] = self._name_row(fault.twin(position), index)
            return Problem(fault.code, params, place)

        return make

    def _name_row(self, position: int, index: int) -> str:
        """Return a row's number, with its file where that is another one."""
        other, row = self._frame["_file"][position], self._frame["_row"][position]
        return str(row) if other == index else f"{row} ({self._typed[other].sheet.file})"

    def _note(self, index: int, at: int, column: str | None, make: Callable[[], Problem]) -> None:
        number = int(self._typed[index].texts[ROW][at])
        self._places[index][number] = at
        self._found.append((index, number, self._order.get(column or "", len(self._order)), make))

    def bad_rows(self) -> pl.Series | None:
        """Return the mask of rows that are not accepted, None when all are."""
        return self._bad

    def rejected(self) -> tuple[Rejected, ...]:
        """Return the rejected rows in the order of files and rows, each with all its (kept) problems."""
        makers: dict[tuple[int, int], list[Callable[[], Problem]]] = {}
        for index, number, _, make in sorted(self._found, key=lambda entry: entry[:3]):
            makers.setdefault((index, number), []).append(make)
        broken = {(index, row.row): row for index, one in enumerate(self._typed) for row in one.sheet.broken}
        rows = sorted({*makers, *broken})
        return tuple(self._limited(rows, makers, broken))

    def _limited(
        self, rows: list[tuple[int, int]], makers: Mapping[Any, Any], broken: Mapping[Any, Any]
    ) -> Iterator[Rejected]:
        shown = [0] * len(self._typed)
        for index, number in rows:
            if self._limit is not None and shown[index] >= self._limit:
                continue
            sheet = self._typed[index].sheet
            if (index, number) in broken:
                row = broken[index, number]
                problems = [row.problem]
                values = dict(row.values)
            else:
                problems = [make() for make in makers[index, number]]
                values = self._cells(index, self._places[index][number])
            shown[index] += len(problems)
            yield Rejected(self._layout.table, sheet.file, number, values, tuple(problems))
            if self._limit is not None and shown[index] >= self._limit:
                left = self._counts[index] - shown[index]
                if left > 0:
                    more = Problem("records.more-problems", {"count": left}, Place(sheet.file))
                    yield Rejected(self._layout.table, sheet.file, number + 1, {}, (more,))

    def _cells(self, index: int, at: int) -> dict[str, str]:
        one = self._typed[index]
        row = one.texts.row(at, named=True)
        return {one.headings[name]: text or "" for name, text in row.items() if name != ROW}
