"""units.csv -> the register: ids once, parents known, no circles, dates that are dates; all problems at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.records.conversion import as_text, read_date
from shuping.records.files import open_sheet
from shuping.records.parquet_reader import frame_sheet
from shuping.records.register import COLUMNS, Register, Unit
from shuping.records.sheet import ROW, Sheet
from shuping.records.suggest import clip, hint, listed

REQUIRED = ("id", "name", "kind")
MAX_ID = 200
MAX_LEVELS = 50


def read_register(source: Path | str | pl.DataFrame, file: str = "units.csv") -> Register:
    """Read units.csv (or .xlsx, .parquet) or a frame. ``file`` is the name for messages.

    Raises InputError with every problem: missing columns, empty or doubled ids, unknown parents, circles, bad dates.
    """
    if isinstance(source, pl.DataFrame):
        return register_of([frame_sheet(source, file, "")])
    return register_of([open_sheet(Path(source), file, wanted=("units",))])


def register_of(sheets: Sequence[Sheet]) -> Register:
    """Make the register of one or more sheets. Raises InputError as ``read_register`` does."""
    problems = [problem for sheet in sheets for problem in _columns(sheet)]
    if problems:
        raise InputError(problems)
    attributes = list(dict.fromkeys(name for sheet in sheets for name in sheet.headings if name not in COLUMNS))
    units: dict[str, Unit] = {}
    rows: dict[str, tuple[Sheet, int]] = {}
    for sheet in sheets:
        problems += [row.problem for row in sheet.broken]
        for row, cells in _rows(sheet):
            unit = _unit(cells, attributes)
            wrong = _own_problems(unit, sheet, row)
            if unit.id and unit.id in units:
                params = {"given": clip(unit.id), "first": rows[unit.id][1]}
                wrong.append(Problem("records.duplicate-unit", params, sheet.place(row, "id")))
            problems += wrong
            if unit.id:
                units.setdefault(unit.id, unit)
                rows.setdefault(unit.id, (sheet, row))
    problems += _parents(units, rows) or _circles(units, rows)
    if not units and not problems:
        problems.append(Problem("records.no-units", {}, Place(sheets[0].file if sheets else "units.csv")))
    if problems:
        raise InputError(problems)
    return Register(units, tuple(attributes))


def _columns(sheet: Sheet) -> list[Problem]:
    names = sheet.headings
    return [
        Problem("records.missing-column", {"given": name, "allowed": listed(names)}, sheet.place())
        for name in REQUIRED
        if name not in names
    ]


def _rows(sheet: Sheet) -> list[tuple[int, Mapping[str, Any]]]:
    texts = pl.DataFrame([*(as_text(sheet.frame[name]) for name in sheet.headings), sheet.frame[ROW]])
    rows = texts.iter_rows(named=True)
    return [
        (int(row.pop(ROW)), row) for row in rows if any(value is not None for key, value in row.items() if key != ROW)
    ]


def _unit(cells: Mapping[str, Any], attributes: Sequence[str]) -> Unit:
    dates = {name: _canonical(cells.get(name)) for name in ("valid_from", "valid_to")}
    return Unit(
        id=cells["id"] or "",
        name=cells["name"] or "",
        name_en=cells.get("name_en") or "",
        kind=cells["kind"] or "",
        parent=cells.get("parent"),
        attributes={name: cells[name] for name in attributes if cells.get(name) is not None},
        **dates,
    )


def _canonical(text: str | None) -> str | None:
    day = read_date(text) if text is not None else None
    return day.isoformat() if day is not None else text


def _own_problems(unit: Unit, sheet: Sheet, row: int) -> list[Problem]:
    found: list[Problem] = []
    if not unit.id:
        found.append(Problem("records.empty-id", {}, sheet.place(row, "id")))
    elif len(unit.id) > MAX_ID or any(mark in unit.id for mark in "\r\n\t\0"):
        found.append(Problem("records.bad-id", {"given": clip(unit.id), "allowed": MAX_ID}, sheet.place(row, "id")))
    if not unit.name:
        found.append(Problem("records.empty-name", {"given": clip(unit.id)}, sheet.place(row, "name")))
    if not unit.kind:
        found.append(Problem("records.empty-kind", {"given": clip(unit.id)}, sheet.place(row, "kind")))
    days = {}
    for name, text in (("valid_from", unit.valid_from), ("valid_to", unit.valid_to)):
        days[name] = read_date(text) if text is not None else None
        if text is not None and days[name] is None:
            found.append(Problem("records.not-a-date", {"given": clip(text)}, sheet.place(row, name)))
    start, end = days["valid_from"], days["valid_to"]
    if start is not None and end is not None and start > end:
        params = {"start": start.isoformat(), "end": end.isoformat()}
        found.append(Problem("records.validity-order", params, sheet.place(row, "valid_from")))
    return found


def _parents(units: Mapping[str, Unit], rows: Mapping[str, tuple[Sheet, int]]) -> list[Problem]:
    found = []
    for unit in units.values():
        if unit.parent is not None and unit.parent not in units:
            sheet, row = rows[unit.id]
            params = {"given": clip(unit.parent), "unit": clip(unit.id), **hint(unit.parent, units)}
            found.append(Problem("records.unknown-parent", params, sheet.place(row, "parent")))
    return found


def _circles(units: Mapping[str, Unit], rows: Mapping[str, tuple[Sheet, int]]) -> list[Problem]:
    """Walk up from every unit once; a walk that meets itself is a circle, said from its unit that stands first."""
    found: list[Problem] = []
    depth: dict[str, int] = {}
    for start in units:
        trail: dict[str, None] = {}  # a dict keeps the order and finds at once
        above: str | None = start
        while above is not None and above not in depth and above not in trail:
            trail[above] = None
            above = units[above].parent
        if above is not None and above in trail:
            circle = list(trail)[list(trail).index(above) :]
            sheet, row = rows[circle[0]]
            cycle = " → ".join([*circle, circle[0]])
            found.append(Problem("records.parent-cycle", {"cycle": clip(cycle, 400)}, sheet.place(row, "parent")))
            depth.update(dict.fromkeys(trail, 0))
            continue
        level = depth[above] if above is not None else 0
        for identifier in reversed(trail):
            level += 1
            depth[identifier] = level
            if level == MAX_LEVELS + 1:
                sheet, row = rows[identifier]
                params = {"given": clip(identifier), "allowed": MAX_LEVELS}
                found.append(Problem("records.too-deep", params, sheet.place(row, "parent")))
    return found
