"""CSV read strictly: cells stay text, lines keep their numbers, and a broken line is said, not repaired.

The structure (quotation marks, line ends, cells a line) is checked over the bytes with numpy before Polars parses the
body, because a parser's own recovery from a lost quotation mark moves cells silently.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.records.encoding import utf8_bytes
from shuping.records.sheet import ROW, BrokenRow, Sheet, check_headings

DELIMITERS = {",": b",", ";": b";", "\t": b"\t", "|": b"|"}
_SNIFFED = (",", ";", "\t")
MAX_COLUMNS = 5_000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lines:
    """Where every record of the bytes starts and ends, its line number and its count of cells."""

    starts: Ints
    ends: Ints
    numbers: Ints
    cells: Ints


def read_csv(
    raw: bytes,
    file: str,
    sha256: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    headings: Callable[[list[str]], list[str]] | None = None,
) -> Sheet:
    """Return the cells of a CSV file. ``headings`` replaces the check of the headings (foreign files).

    Raises InputError for what makes the whole file unreadable; a line with too many or too few cells is a broken row.
    """
    data = utf8_bytes(raw, file, encoding)
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    if not data.strip():
        raise InputError(Problem("records.empty-file", {}, Place(file)))
    quotes = _positions(data, ord('"'))
    header_end = _first_end(data, quotes)
    separator = delimiter or _sniff(data[:header_end])
    _check_quotes(data, quotes, separator, file)
    lines = _lines(data, quotes, separator)
    first = int(np.flatnonzero(lines.cells > 0)[0])
    given = _split(data[lines.starts[first] : lines.ends[first]], separator)
    if len(given) > MAX_COLUMNS:
        raise InputError(
            Problem("records.too-many-columns", {"given": len(given), "allowed": MAX_COLUMNS}, Place(file))
        )
    names = headings(given) if headings else check_headings(given, file, int(lines.numbers[first]))
    return _body(data, lines, first, len(given), names, separator, file, sha256, bool(quotes.size))


def _body(
    data: bytes,
    lines: Lines,
    first: int,
    width: int,
    names: list[str],
    separator: str,
    file: str,
    sha256: str,
    quoted: bool,
) -> Sheet:
    after = np.arange(lines.starts.size) > first
    full = lines.cells > 0
    wrong = after & full & (lines.cells != width)
    broken: list[BrokenRow] = []
    padded: dict[int, list[str]] = {}
    for at in np.flatnonzero(wrong):
        cells = _split(data[lines.starts[at] : lines.ends[at]], separator)
        if len(cells) >= len(names) and not any(cell.strip() for cell in cells[len(names) :]):
            padded[int(at)] = cells[: len(names)]  # empty cells behind the last heading, as spreadsheets leave them
        elif any(cell.strip() for cell in cells):
            broken.append(_broken(cells, names, int(lines.numbers[at]), file))
    kept = np.flatnonzero(after & full & ~wrong)
    frame = _parse(data, lines, kept, width, separator, quoted)
    frame = frame.with_columns(pl.Series(ROW, lines.numbers[kept], dtype=pl.UInt32))
    frame, homeless = _cut(frame, names, file)
    if padded:
        rows = [[*cells, int(lines.numbers[at])] for at, cells in padded.items()]
        extra = pl.DataFrame(rows, schema={**dict.fromkeys(names, pl.String), ROW: pl.UInt32}, orient="row")
        frame = pl.concat([frame, extra]).sort(ROW)
    return Sheet(file, sha256, frame, broken=tuple(sorted(broken + homeless, key=lambda row: row.row)))


def _cut(frame: pl.DataFrame, names: list[str], file: str) -> tuple[pl.DataFrame, list[BrokenRow]]:
    """Give the columns their headings; cells to the right of the last heading make their row a broken one."""
    columns = [name for name in frame.columns if name != ROW]
    beyond = columns[len(names) :]
    homeless: list[BrokenRow] = []
    if beyond:
        filled = pl.any_horizontal(pl.col(beyond).str.strip_chars().str.len_bytes().fill_null(0) > 0)
        for *cells, row in frame.filter(filled).select(*columns, ROW).iter_rows():
            homeless.append(_broken([cell or "" for cell in cells], names, row, file))
        frame = frame.filter(~filled)
    named = dict(zip(columns, names, strict=False))
    return frame.select(*(pl.col(column).alias(name) for column, name in named.items()), ROW), homeless


def _broken(cells: list[str], names: list[str], number: int, file: str) -> BrokenRow:
    code = "records.too-many-cells" if len(cells) > len(names) else "records.too-few-cells"
    values = dict(zip(names, cells, strict=False))
    if len(cells) > len(names):
        values["…"] = " | ".join(cells[len(names) :])
    return BrokenRow(number, values, Problem(code, {"given": len(cells), "allowed": len(names)}, Place(file, number)))


def _parse(data: bytes, lines: Lines, kept: Ints, width: int, separator: str, quoted: bool) -> pl.DataFrame:
    columns = [f"c{at}" for at in range(width)]
    schema = dict.fromkeys(columns, pl.String)
    if not kept.size:
        return pl.DataFrame(schema=schema)
    if kept.size == kept[-1] - kept[0] + 1:
        body: bytes | memoryview = data[lines.starts[kept[0]] : lines.ends[kept[-1]]]
    else:
        body = b"\n".join(data[lines.starts[at] : lines.ends[at]].rstrip(b"\r") for at in kept)
    try:
        frame = pl.read_csv(
            io.BytesIO(body),
            has_header=False,
            separator=separator,
            quote_char='"' if quoted else None,
            schema=schema,
            infer_schema=False,
        )
        if frame.height == kept.size:
            return frame
    except pl.exceptions.PolarsError:
        pass
    return _parse_slowly(data, lines, kept, schema, separator)


def _parse_slowly(data: bytes, lines: Lines, kept: Ints, schema: dict[str, Any], separator: str) -> pl.DataFrame:
    # the structure is known to be sound, so Python's reader agrees with it where Polars counts lines otherwise
    rows = [_split(data[lines.starts[at] : lines.ends[at]], separator) for at in kept]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _split(record: bytes, separator: str) -> list[str]:
    csv.field_size_limit(max(csv.field_size_limit(), len(record) + 1))
    text = record.decode("utf-8").rstrip("\r\n")
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])


def _positions(data: bytes, byte: int) -> Ints:
    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == byte).astype(np.int64)


def _outside(positions: Ints, quotes: Ints) -> Ints:
    return positions if not quotes.size else positions[np.searchsorted(quotes, positions) % 2 == 0]


def _first_end(data: bytes, quotes: Ints) -> int:
    start = len(data) - len(data.lstrip(b"\r\n"))
    ends = _outside(_positions(data[: start + 1_000_000], ord("\n")), quotes)
    ends = ends[ends >= start]
    return int(ends[0]) if ends.size else len(data)


def _sniff(header: bytes) -> str:
    """Take the delimiter that stands most often in the header, outside quotation marks; the comma when none does."""
    quotes = _positions(header, ord('"'))
    counts = [int(_outside(_positions(header, ord(mark)), quotes).size) for mark in _SNIFFED]
    return _SNIFFED[counts.index(max(counts))]


def _lines(data: bytes, quotes: Ints, separator: str) -> Lines:
    breaks = _positions(data, ord("\n"))
    cuts = _outside(breaks, quotes)
    starts = np.concatenate([np.zeros(1, np.int64), cuts + 1])
    ends = np.concatenate([cuts, np.full(1, len(data), np.int64)])
    numbers = np.searchsorted(breaks, starts) + 1
    marks = _outside(_positions(data, ord(separator)), quotes)
    cells = np.searchsorted(marks, ends) - np.searchsorted(marks, starts) + 1
    body = np.frombuffer(data, dtype=np.uint8)
    last = body[np.minimum(starts, len(data) - 1)]
    empty = (ends == starts) | ((ends == starts + 1) & (last == ord("\r")))
    return Lines(starts, ends, numbers.astype(np.int64), np.where(empty, 0, cells).astype(np.int64))


def _check_quotes(data: bytes, quotes: Ints, separator: str, file: str) -> None:
    if not quotes.size:
        return
    body = np.frombuffer(data, dtype=np.uint8)
    allowed = np.array([ord(separator), ord("\n"), ord("\r"), ord('"')], dtype=np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, body[np.maximum(opening - 1, 0)], ord("\n"))
    after = np.where(closing + 1 < len(data), body[np.minimum(closing + 1, len(data) - 1)], ord("\n"))
    bad_open = opening[~np.isin(before, allowed)]
    bad_close = opening[: closing.size][~np.isin(after, allowed)]
    suspects = [int(found[0]) for found in (bad_open, bad_close) if found.size]
    if not suspects and quotes.size % 2:
        suspects = [int(quotes[-1])]
    if suspects:
        line = data[: min(suspects)].count(b"\n") + 1
        raise InputError(Problem("records.broken-quotes", {}, Place(file, line)))
