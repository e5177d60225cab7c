"""Files of a folder: which belong to which table, reading them once, hashing what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from shuping.errors import InputError, Place, Problem
from shuping.records.csv_reader import read_csv
from shuping.records.parquet_reader import read_parquet
from shuping.records.sheet import Sheet
from shuping.records.suggest import hint, listed
from shuping.records.xlsx_reader import read_xlsx

ENDINGS = (".csv", ".xlsx", ".parquet")
MAX_BYTES = 4_000_000_000
_LEFT_ALONE = ("thumbs.db", "desktop.ini")


def find_tables(folder: Path, room: str, tables: Iterable[str]) -> tuple[dict[str, list[Path]], list[Problem]]:
    """Return the files of each table in ``folder/room``, sorted by path, and a problem for each file of no table.

    A table's files are ``<table>.csv``, ``<table>.<anything>.csv`` and ``<table>/<anything>.csv`` (likewise .xlsx and
    .parquet). Hidden files, lock files of office programs and README files are left alone.
    """
    base = folder / room
    names = list(tables)
    found: dict[str, list[Path]] = {name: [] for name in names}
    problems: list[Problem] = []
    if not base.exists():
        return found, []
    if not base.is_dir():
        return found, [Problem("records.not-a-folder", {}, Place(room))]
    for path in sorted(base.iterdir()):
        if _skip(path):
            continue
        name = path.name.split(".")[0]
        if name not in found:
            problems.append(_stranger(path, room, name, names))
        elif path.is_dir() and path.suffix == "":
            found[name] += [inner for inner in sorted(path.iterdir()) if not _skip(inner)]
        else:
            found[name].append(path)
    for paths in found.values():
        paths.sort(key=lambda path: path.as_posix())
    for path in [path for paths in found.values() for path in paths]:
        if path.suffix.lower() not in ENDINGS:
            shown = path.relative_to(folder).as_posix()
            problems.append(Problem("records.unknown-ending", {"allowed": ", ".join(ENDINGS)}, Place(shown)))
    return found, problems


def _skip(path: Path) -> bool:
    name = path.name.lower()
    return name.startswith((".", "~$", "readme")) or name in _LEFT_ALONE


def _stranger(path: Path, room: str, name: str, names: Sequence[str]) -> Problem:
    params = {"given": name, "allowed": listed(names) or "—", **hint(name, names)}
    return Problem("records.unknown-table", params, Place(f"{room}/{path.name}"))


def open_sheet(path: Path, shown: str, *, wanted: Sequence[str] = (), kind: str | None = None, **options: Any) -> Sheet:
    """Read one file by its ending (or ``kind``). ``shown`` is the path for people; ``options`` go to the reader.

    Raises InputError for a file that is not there, is a directory, may not be read or cannot be understood.
    """
    ending = f".{kind}" if kind else path.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(Problem("records.unknown-ending", {"allowed": ", ".join(ENDINGS)}, Place(shown)))
    if ending == ".parquet":
        return read_parquet(path, shown, file_hash(path, shown), headings=options.get("headings"))
    raw = read_bytes(path, shown)
    sha256 = hashlib.sha256(raw).hexdigest()
    if ending == ".csv":
        options.pop("sheet", None)
        return read_csv(raw, shown, sha256, **options)
    chosen = {key: value for key, value in options.items() if key in ("sheet", "headings")}
    return read_xlsx(raw, shown, sha256, wanted=wanted, **chosen)


def read_bytes(path: Path, shown: str) -> bytes:
    """Return the whole file. Raises InputError when it is missing, a directory, too large or may not be read."""
    _check_file(path, shown)
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            Problem("records.unreadable", {"reason": error.strerror or str(error)}, Place(shown))
        ) from error


def file_hash(path: Path, shown: str) -> str:
    """Return the sha256 of a file, read in pieces. Raises InputError as ``read_bytes`` does."""
    _check_file(path, shown)
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            Problem("records.unreadable", {"reason": error.strerror or str(error)}, Place(shown))
        ) from error


def _check_file(path: Path, shown: str) -> None:
    try:
        if path.is_dir():
            raise InputError(Problem("records.directory", {}, Place(shown)))
        if not path.is_file():
            raise InputError(Problem("records.no-file", {}, Place(shown)))
        size = path.stat().st_size
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError(Problem("records.unreadable", {"reason": str(error)}, Place(shown))) from error
    if size > MAX_BYTES:
        raise InputError(Problem("records.file-too-large", {"given": size, "allowed": MAX_BYTES}, Place(shown)))
