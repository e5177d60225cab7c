"""From the library's register of units and its readers of spreadsheets to the site's."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import shuping
from shuping.errors import InputError, Lang, Problem
from shuping.records.csv_reader import read_csv
from shuping.records.sheet import ROW
from shuping.records.xlsx_reader import read_xlsx
from shuping.records.zip_guard import Limits
from shuping.values import parse_exact


@dataclass(frozen=True)
class Succession:
    """That ``before`` went into ``after`` on a day; ``share`` is the part of ``after`` that comes from it."""

    before: str
    after: str
    day: date
    share: str


@dataclass(frozen=True)
class RegisteredUnit:
    """A unit as units.csv has it."""

    code: str
    name: str
    name_en: str
    kind: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    attributes: Mapping[str, str | None]


def units_of(folder: Path) -> Iterator[RegisteredUnit]:
    """Yield the units of a folder. Raises the library's InputError or RulebookError."""
    for unit in shuping.read(folder).register:
        yield RegisteredUnit(
            unit.id, unit.name, unit.name_en or "", unit.kind, unit.parent, _day(unit.valid_from), _day(unit.valid_to),
            dict(unit.attributes),
        )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def exact(text: str) -> Fraction | None:
    """Return a number as the library reads it (``0.4``, ``2/5``, ``40%``), None where it is none."""
    try:
        return parse_exact(text)
    except ValueError:
        return None


MAX_UNPACKED = 50_000_000
"""Bytes that a spreadsheet may unpack to; a list of 1,000 accounts unpacks to less than one million."""
MAX_ROWS = 5_000
"""Rows that are read at all: a list of more is refused before it is taken apart, so that it costs no time."""
SHEETS = ("账号", "人员", "accounts", "people")
"""The sheet that is read of a workbook with several."""


class Unreadable(Exception):
    """A file that cannot be read as a table. ``messages``: one sentence for each thing that is wrong."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Grid:
    """A table as it stands in a file: headings, and each row's number with its texts."""

    headings: list[str]
    rows: list[tuple[int, Mapping[str, str]]]


def grid_of(raw: bytes, name: str, lang: Lang) -> Grid:
    """Return the table in an XLSX or CSV file; formulas come as the values that were saved with them, nothing is
    computed. Raises Unreadable, also for a file that would unpack to more than MAX_UNPACKED bytes.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    try:
        if raw[:4] == b"PK\x03\x04":
            _refuse_bomb(raw)
            sheet = read_xlsx(raw, name, sha256, wanted=SHEETS, limits=Limits(MAX_UNPACKED, MAX_ROWS, 50 * MAX_ROWS))
        else:
            _refuse_long(raw)
            sheet = read_csv(raw, name, sha256)
    except InputError as error:
        raise Unreadable([problem.show(lang) for problem in error.problems]) from error
    if sheet.broken:
        raise Unreadable([row.problem.show(lang) for row in sheet.broken[:20]])
    rows = [
        (int(row[ROW]), {heading: str(row[heading] or "").strip() for heading in sheet.headings})
        for row in sheet.frame.iter_rows(named=True)
    ]
    return Grid(sheet.headings, [(number, row) for number, row in rows if any(row.values())])


def _refuse_long(raw: bytes) -> None:
    if (lines := raw.count(b"\n")) > 2 * MAX_ROWS:
        raise InputError(Problem("records.too-many-rows", {"given": lines, "allowed": MAX_ROWS}))


def _refuse_bomb(raw: bytes) -> None:
    # what the directory claims; the library's reader counts again while it unpacks, because a directory can lie
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            claimed = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        claimed = 0
    if claimed > MAX_UNPACKED:
        raise InputError(Problem("records.zip-bomb", {"given": f"{claimed} > {MAX_UNPACKED}"}))
