"""XLSX: the sheet of a table, its cells as source texts (a number as the shortest text that gives the same number)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.records.sheet import ROW, Sheet, check_headings
from shuping.records.suggest import listed
from shuping.records.zip_guard import LIMITS, Limits, Parts, inspect


def read_xlsx(
    raw: bytes,
    file: str,
    sha256: str,
    *,
    wanted: Sequence[str] = (),
    sheet: str | None = None,
    headings: Callable[[list[str]], list[str]] | None = None,
    limits: Limits = LIMITS,
) -> Sheet:
    """Return the cells of one sheet: the named one, else the one called as in ``wanted``, else the only one with cells.

    The headings are the first row with cells. Raises InputError for a container that is broken or unpacks to too much,
    for a sheet that is not there, and for cells that hold an Excel error such as ``#N/A``.
    """
    if raw[:4] != b"PK\x03\x04":
        raise InputError(Problem("records.not-xlsx", {}, Place(file)))
    parts = inspect(raw, file, limits)
    title, rows = _choose(raw, file, wanted, sheet)
    texts = [[cell_text(cell) for cell in row] for row in rows]
    first = next((at for at, row in enumerate(texts) if any(row)), None)
    if first is None:
        raise InputError(Problem("records.empty-file", {}, Place(file, sheet=title)))
    _refuse_errors(parts, file, title)
    start = next(at for at, text in enumerate(texts[first]) if text)
    given = texts[first][start:]
    names = headings(given) if headings else check_headings(given, file, first + 1, title)
    return _sheet(texts[first + 1 :], names, start, first + 2, file, sha256, title)


def _sheet(
    body: list[list[str]], names: list[str], start: int, number: int, file: str, sha256: str, title: str
) -> Sheet:
    stop = start + len(names)
    for at, row in enumerate(body):
        if any(row[:start]) or any(row[stop:]):
            column = next(place for place, text in enumerate(row) if text and not start <= place < stop)
            cell = f"{column_letter(column)}{number + at}"
            raise InputError(Problem("records.cell-outside", {}, Place(file, number + at, None, title, cell)))
    columns = {
        name: pl.Series(name, [row[start + at] for row in body], dtype=pl.String) for at, name in enumerate(names)
    }
    frame = pl.DataFrame({**columns, ROW: pl.Series(ROW, range(number, number + len(body)), dtype=pl.UInt32)})
    letters = {name: column_letter(start + at) for at, name in enumerate(names)}
    return Sheet(file, sha256, frame, sheet=title, letters=letters)


def _choose(raw: bytes, file: str, wanted: Sequence[str], sheet: str | None) -> tuple[str, list[list[Any]]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(raw))
        titles = [
            entry.name
            for entry in book.sheets_metadata
            if str(entry.typ).endswith("WorkSheet") and str(entry.visible).endswith(".Visible")
        ]
        named = [sheet] if sheet is not None else [title for title in titles if title in wanted]
        if sheet is not None and sheet not in titles:
            raise InputError(Problem("records.unknown-sheet", {"given": sheet, "allowed": listed(titles)}, Place(file)))
        if named:
            return named[0], book.get_sheet_by_name(named[0]).to_python(skip_empty_area=False)
        filled = [(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in titles]
    except (InputError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine's own errors, and the panics of its bindings: the file is broken
        raise InputError(Problem("records.broken-xlsx", {}, Place(file))) from error
    filled = [(title, rows) for title, rows in filled if any(cell != "" for row in rows for cell in row)]
    if not filled:
        raise InputError(Problem("records.empty-file", {}, Place(file)))
    if len(filled) > 1:
        params = {"given": listed(title for title, _ in filled), "allowed": listed(wanted)}
        raise InputError(Problem("records.which-sheet", params, Place(file)))
    return filled[0]


def _refuse_errors(parts: Parts, file: str, title: str) -> None:
    """Excel errors would arrive as empty cells; they are said instead."""
    cells = parts.error_cells.get(_part_of(parts, title), ())
    if cells:
        raise InputError(
            [Problem("records.error-cell", {}, Place(file, None, None, title, cell)) for cell in cells[:50]]
        )


def _part_of(parts: Parts, title: str) -> str:
    """Return the name of the part that holds a sheet, "" when the workbook does not tell."""
    import re
    from xml.etree import ElementTree  # nosec B405

    try:  # inspected before: no document type, bounded size
        book = ElementTree.fromstring(parts.book)  # nosec B314
        links = ElementTree.fromstring(parts.links)  # nosec B314
    except (ElementTree.ParseError, ValueError, LookupError):
        return ""
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in book.iter():
        if entry.tag.endswith("}sheet") and entry.get("name") == title:
            identifier = next((value for key, value in entry.attrib.items() if key.endswith("}id")), None)
            return re.sub(r"^/?(xl/)?", "xl/", targets.get(identifier, ""))
    return ""


def cell_text(cell: Any) -> str:
    """Return a cell's source text: ``12.0`` as ``12``, ``0.1`` as ``0.1``, a date as ``2025-01-05``."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def column_letter(index: int) -> str:
    """Return the spreadsheet letter of a column (0 is A)."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
