"""What must hold before a spreadsheet is unpacked: a zip bomb, or a sheet that claims billions of cells, is refused.

The central directory is checked first, and then every part is inflated here with a running count, because a directory
can lie.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from shuping.errors import InputError, Place, Problem

MAX_ENTRIES = 2_000
MAX_BYTES = 1_000_000_000
MAX_RATIO = 250
FREE_BYTES = 20_000_000  # below this size no ratio is asked: small repetitive sheets compress a thousandfold
MAX_CELLS = 60_000_000
_CHUNK = 1 << 20
_ERROR_CELL = re.compile(rb"<c\b(?=[^>]*?\bt\s*=\s*[\"']e[\"'])[^>]*?\br\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
_WIDE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{2,})[0-9]")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"']([0-9]+)")
# a row that is not empty at once: some programs write empty ones down to the last row that a sheet can have
_FILLED = re.compile(rb"<(?:\w+:)?row\b(?=[^>]*?\br\s*=\s*[\"']([0-9]+)|)[^>]*(?<!/)>(?!\s*</)")
_CELL_ROW = re.compile(rb"\br\s*=\s*[\"'][A-Z]+([0-9]{7,})")
_FAR_ROW = re.compile(rb"\br\s*=\s*[\"'][A-Z]+([0-9]{5,})")


@dataclass(frozen=True)
class Limits:
    """What a spreadsheet may unpack to: bytes in all, rows with cells on one sheet, cells up to the outermost one."""

    bytes: int = MAX_BYTES
    rows: int | None = None
    cells: int = MAX_CELLS


LIMITS = Limits()


@dataclass(frozen=True)
class Parts:
    """What was learnt while inflating: the table of sheets, and per sheet the cells that hold an Excel error."""

    book: bytes
    links: bytes
    error_cells: dict[str, tuple[str, ...]]


def inspect(raw: bytes, file: str, limits: Limits = LIMITS) -> Parts:
    """Check a spreadsheet's container. Raises InputError when it is no zip, or unpacks to more than is allowed."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            _check_directory(entries, len(raw), file, limits.bytes)
            found: dict[str, tuple[str, ...]] = {}
            kept = {"xl/workbook.xml": b"", "xl/_rels/workbook.xml.rels": b""}
            total = 0
            for entry in entries:
                body = _inflate(raw, entry, file, limits.bytes - total)
                total += len(body)
                if b"<!DOCTYPE" in body:  # no spreadsheet program writes one; entities could grow without end
                    raise ValueError("document type declaration")
                if entry.filename in kept:
                    kept[entry.filename] = body
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename):
                    found[entry.filename] = _check_sheet(body, file, limits)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError, IndexError) as error:
        raise InputError(Problem("records.broken-xlsx", {}, Place(file))) from error
    if not kept["xl/workbook.xml"]:
        raise InputError(Problem("records.broken-xlsx", {}, Place(file)))
    return Parts(kept["xl/workbook.xml"], kept["xl/_rels/workbook.xml.rels"], found)


def contents(raw: bytes, file: str, limits: Limits = LIMITS) -> dict[str, bytes]:
    """Unpack an archive in memory: the bytes of each file by its path with forward slashes; folders are left out.

    Raises InputError when it is no zip, is protected by a password, unpacks to more than is allowed, or holds links or
    paths that lead out of the folder.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            _check_directory(entries, len(raw), file, limits.bytes)
            bad = [entry.filename for entry in entries if _leads_out(entry)]
            if bad:
                raise InputError([Problem("records.zip-path", {"given": name}, Place(file)) for name in bad])
            found: dict[str, bytes] = {}
            total = 0
            for entry in entries:
                if not entry.is_dir():
                    found[entry.filename] = _inflate(raw, entry, file, limits.bytes - total)
                    total += len(found[entry.filename])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError, IndexError) as error:
        raise InputError(Problem("records.broken-zip", {}, Place(file))) from error
    return found


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a link, or its path is absolute, climbs up or holds what some system reads otherwise."""
    name = entry.orig_filename
    link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    strange = any(ord(sign) < 32 or sign in ":\\" for sign in name)
    return link or strange or name.startswith("/") or any(part in ("..", ".") for part in name.split("/"))


def _check_directory(entries: list[zipfile.ZipInfo], size: int, file: str, most: int) -> None:
    total = sum(entry.file_size for entry in entries)
    ratio = total // max(1, size)
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError(Problem("records.encrypted-xlsx", {}, Place(file)))
    if len(entries) > MAX_ENTRIES:
        raise _bomb(file, f"{len(entries)} > {MAX_ENTRIES}")
    if total > most:
        raise _bomb(file, f"{total} > {most}")
    if total > FREE_BYTES and ratio > MAX_RATIO:
        raise _bomb(file, f"{ratio}:1 > {MAX_RATIO}:1")
    if len(set(names)) < len(names) or sum(entry.compress_size for entry in entries) > size:
        raise _bomb(file, "overlapping entries")


def _inflate(raw: bytes, entry: zipfile.ZipInfo, file: str, allowed: int) -> bytes:
    start = entry.header_offset
    if raw[start : start + 4] != b"PK\x03\x04":
        raise ValueError("no local header")
    name_length = int.from_bytes(raw[start + 26 : start + 28], "little")
    extra_length = int.from_bytes(raw[start + 28 : start + 30], "little")
    begin = start + 30 + name_length + extra_length
    packed = memoryview(raw)[begin : begin + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        body = bytes(packed)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        body = _count_out(packed, min(allowed, entry.file_size), file)
    else:
        raise NotImplementedError(entry.compress_type)
    if len(body) != entry.file_size:
        raise _bomb(file, f"{entry.filename}: {len(body)} / {entry.file_size}")
    return body


def _count_out(packed: memoryview, allowed: int, file: str) -> bytes:
    """Inflate, stopping as soon as more comes out than the directory promised."""
    engine = zlib.decompressobj(-15)
    pieces: list[bytes] = []
    total = 0
    pending: bytes | memoryview = packed
    while not engine.eof:
        piece = engine.decompress(pending, _CHUNK)
        if not piece and not engine.unconsumed_tail:
            break
        total += len(piece)
        if total > allowed:
            raise _bomb(file, f"> {allowed}")
        pieces.append(piece)
        pending = engine.unconsumed_tail
    return b"".join(pieces)


def _check_sheet(body: bytes, file: str, limits: Limits) -> tuple[str, ...]:
    """Refuse a sheet with too many rows, or one whose corner lies so far out that a reader would allot billions of
    cells; return error cells.
    """
    width = max((_column(found) for found in set(_WIDE.findall(body))), default=26)
    if limits.rows is None:
        rows = max((int(found) for found in _ROW.findall(body)), default=0)
        rows = max([rows, *(int(found) for found in _CELL_ROW.findall(body))])
    else:
        rows = _rows_within(body, file, limits.rows)
    if width * rows > limits.cells:
        raise _bomb(file, f"{width} x {rows} cells > {limits.cells}")
    return tuple(found.decode("ascii") for found in _ERROR_CELL.findall(body))


def _rows_within(body: bytes, file: str, allowed: int) -> int:
    """Return the last row with cells; refuse more rows with cells than are allowed."""
    count, last = 0, 0
    for found in _FILLED.finditer(body):
        count, last = count + 1, max(last, int(found[1] or 0))
    if count > allowed + 1:  # the headings stand in one
        raise InputError(Problem("records.too-many-rows", {"given": count - 1, "allowed": allowed}, Place(file)))
    return max([count, last, *(int(found) for found in _FAR_ROW.findall(body))])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:6]:
        number = number * 26 + letter - 64
    return number


def _bomb(file: str, given: str) -> InputError:
    return InputError(Problem("records.zip-bomb", {"given": given}, Place(file)))
