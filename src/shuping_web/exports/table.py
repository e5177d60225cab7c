"""Tables as CSV (RFC 4180, with a byte-order mark) and XLSX. No other file of the site writes either (a test).

A list adds one line to its view, before it cuts pages::

    if (file := export_of(request, name, columns, lambda: rows)) is not None:
        return file

and ``{% include "exports/links.html" %}`` to its page. A list of more than ``AT_ONCE`` rows is made by ``LATER``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

from shuping_web.exports.cells import as_text, csv_cell, is_number, local, risky

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHEET_ROWS = 1_048_576
"""Rows of a sheet (ECMA-376 in Excel); what is longer goes on in a second one."""
CELL = 32_767
"""Characters of a cell; a longer text is cut, and says so."""
WIDTHS = (8, 48)
MADE = datetime(2000, 1, 1)
"""A time that is not one's own would make two exports of the same rows differ."""
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
Row = Sequence[Any]
AT_ONCE = {"csv": 20_000, "xlsx": 10_000}
"""Rows up to which a file is made while one waits: about a second and a half of the server's time."""
STEP = 2_000
"""Rows after which the worker tells how far it is."""


@dataclass
class Later:
    """Who makes a long file: told the request, the file's name and its kind, it answers in place of the file. Where
    nobody does, every file is made at once.
    """

    make: Callable[[HttpRequest, str, str], HttpResponseBase] | None = None


LATER = Later()


class _Echo:
    """A file whose ``write`` hands back what was written."""

    def write(self, text: str) -> str:
        return text


def export_of(
    request: HttpRequest, name: str, columns: Sequence[object], rows: Callable[[], Iterable[Row]]
) -> HttpResponseBase | None:
    """Return the whole list as a file where the address asks for one (``?format=csv`` or ``xlsx``), else None. In place
    of a long one, what ``LATER`` answers.

    ``rows`` is called only then. It must be made of what the person may read, as the page is.
    """
    kind = request.GET.get("format", "")
    if kind not in KINDS:
        return None
    told: Callable[[int], None] | None = getattr(request, "rows_made", None)
    if told is not None:
        return write_table(name, columns, _told(rows(), told), kind)
    every = iter(rows())
    first = list(islice(every, AT_ONCE[kind] + 1)) if LATER.make is not None else []
    if LATER.make is not None and len(first) > AT_ONCE[kind]:
        return LATER.make(request, name, kind)
    return write_table(name, columns, chain(first, every), kind)


def _told(rows: Iterable[Row], told: Callable[[int], None]) -> Iterator[Row]:
    number = 0
    for number, row in enumerate(rows, 1):
        yield row
        if number % STEP == 0:
            told(number)
    told(number)


def write_table(name: str, columns: Sequence[object], rows: Iterable[Row], kind: str) -> HttpResponseBase:
    """Return a table as a download.

    ``name``: of the file, without ending, in any language. ``columns``: the headings. ``rows``: one value for each
    heading: text, numbers (int, float, Decimal, Fraction), dates, None for an empty cell. Raises ValueError for another
    kind than ``csv`` and ``xlsx``, and, while it writes, for a row with more or fewer values than there are headings:
    nothing is in a file that no heading names.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of file: {kind}")
    heads = [str(column) for column in columns]
    checked = _checked(rows, len(heads))
    response: HttpResponseBase
    if kind == "csv":
        lines = _in_language(_csv(heads, checked), get_language())
        response = StreamingHttpResponse(lines, content_type=KINDS[kind])
    else:
        response = FileResponse(_xlsx(heads, checked), content_type=KINDS[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{file_name(name)}.{kind}") or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(name: str) -> str:
    """Return a name that every file system takes: no separators, control or direction characters, no dots or blanks
    at the ends, at most 80 characters, no device of Windows.
    """
    kept = FORBIDDEN.sub("-", name)[:80].strip(" .-")
    return f"_{kept}" if not kept or RESERVED.match(kept) else kept


def _checked(rows: Iterable[Row], width: int) -> Iterator[Row]:
    for row in rows:
        if len(row) != width:
            raise ValueError(f"a row of {len(row)} values under {width} headings")
        yield row


def _in_language(lines: Iterator[bytes], language: str | None) -> Iterator[bytes]:
    """Yield what is streamed after the view has ended, made in the language in which it was asked for."""
    while True:
        with override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _csv(heads: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    writer: Any = csv.writer(_Echo())  # \r\n and quotation marks doubled: RFC 4180
    yield b"\xef\xbb\xbf" + writer.writerow([csv_cell(head) for head in heads]).encode()
    for row in rows:
        yield writer.writerow([csv_cell(value) for value in row]).encode()


def _xlsx(heads: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        _fill(file, heads, rows)
    except Exception:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(file: IO[bytes], heads: Sequence[str], rows: Iterable[Row]) -> None:
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": MADE})
    pens = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "quoted": book.add_format({"quote_prefix": True}),  # the text stays itself, also when it is edited
    }
    sheet, at = _sheet(book, heads, pens), 1
    for row in rows:
        if at == SHEET_ROWS:
            sheet, at = _sheet(book, heads, pens), 1
        for column, value in enumerate(row):
            _write(sheet, at, column, value, pens)
        at += 1
    book.close()


def _sheet(book: Any, heads: Sequence[str], pens: dict[str, Any]) -> Any:
    sheet = book.add_worksheet()
    for column, head in enumerate(heads):
        # a Chinese character is as wide as two others
        wide = sum(2 if ord(sign) > 0x2E80 else 1 for sign in head) + 4
        sheet.set_column(column, column, min(max(wide, WIDTHS[0]), WIDTHS[1]))
        sheet.write_string(0, column, head, pens["head"])
    sheet.freeze_panes(1, 0)
    return sheet


def _write(sheet: Any, row: int, column: int, value: Any, pens: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if is_number(value):
        sheet.write_number(row, column, float(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, local(value), pens["moment"])
    elif isinstance(value, date) and value.year >= 1900:
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), pens["day"])
    else:
        text = as_text(value)
        if len(text) > CELL:
            note = f" …[{len(text)}]"
            text = text[: CELL - len(note)] + note
        sheet.write_string(row, column, text, pens["quoted"] if risky(text) else None)
