"""Sheets + layout -> the accepted table, and every row that is not accepted with all its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from shuping.errors import Problem
from shuping.records.conversion import Fault, as_text
from shuping.records.findings import Findings, Typed
from shuping.records.folder import Rejected, SourceFile, Table
from shuping.records.frame_rules import FrameRule
from shuping.records.layout import Layout
from shuping.records.sheet import ROW, Sheet
from shuping.records.suggest import hint, listed


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
    findings = Findings(layout, typed, frame, all_rows)
    for rule in (*layout.rules, *checks):
        findings.add_rows(rule(frame))
    if layout.repeats is not None:
        findings.add_rows(layout.repeats(frame if all_rows else _without(frame, findings.bad_rows())))
    rejected = tuple(findings.rejected())
    bad = findings.bad_rows()
    good = frame.filter(~bad) if bad is not None else frame
    counts = {int(index): int(rows) for index, rows in good.group_by("_file").len().iter_rows()}
    files = tuple(SourceFile(one.sheet.file, one.sheet.sha256, counts.get(at, 0)) for at, one in enumerate(typed))
    return Accepted(Table(good, files), rejected, ())


def _without(frame: pl.DataFrame, bad: pl.Series | None) -> pl.DataFrame:
    """Empty the rows that are refused anyway: under accept: valid a good row must not fall for repeating a bad one."""
    if bad is None:
        return frame
    kept = [name for name in frame.columns if name.startswith("_")]
    return frame.with_columns(pl.when(~bad).then(pl.all().exclude(kept)).name.keep())
