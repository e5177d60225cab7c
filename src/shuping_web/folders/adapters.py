"""The library's folder: which tables a rule book has, reading an uploaded one, reading a folder, writing one."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

import shuping
from shuping.errors import InputError, Place, Problem, ShupingError
from shuping.records import csv_bytes, read_folder
from shuping.records.evidence_list import FIRST_ROW, LIST, ROOM, Listed, read_evidence
from shuping.records.files import open_sheet
from shuping.records.folder import Folder
from shuping.records.sheet import ROW
from shuping.records.zip_folder import ALONE, packed_folder
from shuping.records.zip_guard import Limits, inspect
from shuping.rulebook.model import Rulebook
from shuping.values.periods import Period
from shuping_web.cycles.adapters import decoded, parsed
from shuping_web.filing.adapters import Row, frame_of, units_frame
from shuping_web.people.adapters import Succession

__all__ = ["EVIDENCE", "FIRST_ROW", "LIST", "FolderRead", "InputError", "Listed", "ShupingError", "TableKind",
           "files_of", "packed", "read_path", "read_table", "tables_of", "unpacked"]  # fmt: skip
UPLOAD_BYTES = 30_000_000
UNPACKED = Limits(bytes=300_000_000)
"""What an uploaded archive may unpack to: a county's year takes one hundredth of it."""
SHEET = Limits(bytes=150_000_000, rows=200_000, cells=5_000_000)
"""What a workbook may unpack to, uploaded alone or in an archive."""
EVIDENCE = (
    *("no", "dataset", "unit", "period", "row", "criteria", "title", "number", "issuer", "dated", "holds_from"),
    *("holds_to", "pages", "kind", "bytes", "sha256", "file", "name", "reused_from", "confidentiality", "checked"),
    *("why", "received_at"),
)
"""The columns of the list of evidence."""
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class TableKind:
    """A table that comes as a file: its room of the folder, its name, and its title in both languages."""

    room: str
    name: str
    zh: str
    en: str
    secret: bool = False

    @property
    def path(self) -> str:
        """The file in the folder."""
        return f"{self.room}.csv" if self.room in ALONE else f"{self.room}/{self.name}.csv"


def tables_of(book: Rulebook) -> list[TableKind]:
    """Return the tables that come as files under a rule book."""
    panels, ballots = book.panels, book.ballots
    listed = {name: panel for name, panel in panels.items() if panel.lists_items}
    sources: Mapping[str, Mapping[str, Any]] = {
        "surveys": book.surveys, "marks": panels, "items": listed, "reviewers": panels, "conflicts": panels,
        "ballots": ballots, "turnout": ballots,
    }  # fmt: skip
    found = [
        TableKind(room, name, one.title.zh if one.title else name, one.title.en if one.title else name,
                  secret=room in ("ballots", "marks"))
        for room, tables in sources.items()
        for name, one in tables.items()
    ]  # fmt: skip
    return [*found, *(TableKind(room, room, room, room) for room in ALONE)]


def read_table(
    raw: bytes,
    file: str,
    kind: TableKind,
    book: Rulebook,
    units: Sequence[Mapping[str, Any]],
    others: Iterable[tuple[str, str, str]],
) -> tuple[str, int]:
    """Read an uploaded table against the rule book, the register and the cycle's other tables; return it as CSV text,
    and its rows. Raises InputError with every problem, each at its place in the uploaded file.
    """
    ending = Path(file).suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise InputError(Problem("records.unknown-ending", {"allowed": ".csv, .xlsx"}, Place(file)))
    if ending == ".xlsx":
        inspect(raw, file, SHEET)
    with tempfile.TemporaryDirectory() as made:
        base = Path(made)
        wanted = [kind.name, kind.zh, kind.en]
        uploaded = base / f"upload{ending}"
        uploaded.write_bytes(raw)
        frame = open_sheet(uploaded, file, wanted=wanted).frame
        uploaded.unlink()
        text = frame.drop(ROW).write_csv()
        alone = kind.room in ALONE
        here = base / (kind.path if alone or ending == ".csv" else f"{kind.room}/{kind.name}{ending}")
        _write(base, {"units.csv": csv_bytes(units_frame(units))})
        for room, name, other in others:
            if (room, name) != (kind.room, kind.name):
                _write(base, {f"{room}.csv" if room in ALONE else f"{room}/{name}.csv": other.encode()})
        here.parent.mkdir(exist_ok=True)
        here.write_bytes(text.encode() if alone and ending == ".xlsx" else raw)
        shown = here.relative_to(base).as_posix()
        try:
            read_folder(base, book)
        except InputError as error:
            raise InputError([_renamed(problem, shown, file) for problem in error.problems]) from error
    return text, frame.height


def _renamed(problem: Problem, old: str, new: str) -> Problem:
    place = problem.place
    if place.file != old:
        return problem
    named = Place(new, place.line, place.column, place.sheet, place.cell, place.field)
    return Problem(problem.code, problem.params, named, problem.excerpt)


@dataclass(frozen=True)
class RecordRead:
    """A record of a folder: dataset, unit, filing unit where another one filed it, period, values as texts."""

    dataset: str
    unit: str
    filer: str | None
    period: str
    values: Mapping[str, str]
    row: int = 0
    """The row of the dataset's table; the first below the heading is 2."""


@dataclass(frozen=True)
class FolderRead:
    """A folder as the site takes it in. ``units``: as ``units.csv`` has them, by code."""

    text: str
    periods: tuple[str, ...]
    units: Mapping[str, Mapping[str, Any]]
    records: tuple[RecordRead, ...]
    tables: tuple[tuple[str, str, str, int], ...]
    datasets: tuple[str, ...]
    sha256: str = ""
    evidence: tuple[Listed, ...] = ()
    successions: tuple[Succession, ...] = ()


def read_path(path: Path, sha256: str = "") -> FolderRead:
    """Read a folder whole. Raises the library's errors with every problem."""
    file = path / "rulebook.yaml"
    text = decoded(file.read_bytes(), file.name) if file.is_file() else ""
    folder = read_folder(path, parsed(text)) if text else shuping.read(path)  # which says that the rule book is missing
    units = {
        unit.id: {
            "name": unit.name, "name_en": unit.name_en or "", "kind": unit.kind, "parent": unit.parent,
            "valid_from": unit.valid_from, "valid_to": unit.valid_to,
            "attributes": {name: value for name, value in unit.attributes.items() if value not in (None, "")},
        }
        for unit in folder.register
    }  # fmt: skip
    datasets = tuple(folder.rulebook.datasets)
    evidence = read_evidence(path, {name: table.frame.height for name, table in folder.datasets.items()})
    return FolderRead(
        text, folder.rulebook.periods, units, tuple(_records(folder)), tuple(_tables(path, folder)), datasets, sha256,
        evidence, tuple(_successions(folder)),
    )  # fmt: skip


def _records(folder: Folder) -> Iterator[RecordRead]:
    for name, table in folder.datasets.items():
        spec = folder.rulebook.datasets[name]
        for place, row in enumerate(table.frame.drop("_file", "_row", strict=False).to_dicts(), FIRST_ROW):
            filer = row.get("filer") or (row["unit"] if spec.filed_by == "self" else spec.filed_by)
            period = row.get("period") if spec.period is not None else ""
            values = {field: _text(row[field]) for field in spec.fields if row.get(field) is not None}
            other = filer if filer != row["unit"] else None
            yield RecordRead(name, row["unit"], other, period or "", values, place)


def _successions(folder: Folder) -> Iterator[Succession]:
    """Yield what units were made of, as successors.csv says."""
    table = folder.successors
    for row in table.frame.rows(named=True) if table is not None else ():
        day = Period.parse(row["period"], folder.rulebook.year_starts).start
        yield Succession(row["from"], row["to"], day, row["share"] or "1")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _tables(path: Path, folder: Folder) -> Iterator[tuple[str, str, str, int]]:
    """Yield the tables that are no records: room, name, CSV text, rows. Several files of one table become one."""
    for kind in tables_of(folder.rulebook):
        if kind.room in ALONE:
            files = [path / kind.path]
        else:
            here = path / kind.room
            files = [*here.glob(f"{kind.name}.*"), *(here / kind.name).glob("*.*")]
        frames = [
            open_sheet(file, file.name, wanted=[kind.name, kind.zh, kind.en]).frame.drop(ROW)
            for file in sorted(files)
            if file.is_file()
        ]
        if frames:
            frame = pl.concat(frames, how="diagonal")
            yield kind.room, kind.name, frame.write_csv(), frame.height


def unpacked(raw: bytes, file: str) -> FolderRead:
    """Read an uploaded archive of a folder. Raises InputError for an archive that is damaged, unpacks to too much,
    leads out of its folder or holds what does not belong there, and the library's errors for what the folder says.
    """
    kept = packed_folder(raw, file, UNPACKED)
    for name, body in kept.items():
        if name.endswith(".xlsx"):
            inspect(body, name, SHEET)
    with tempfile.TemporaryDirectory() as made:
        _write(Path(made), kept)
        return read_path(Path(made), hashlib.sha256(raw).hexdigest())


def _write(base: Path, files: Mapping[str, bytes]) -> None:
    for name, body in files.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_bytes(body)


def files_of(
    text: str,
    book: Rulebook,
    units: Sequence[Mapping[str, Any]],
    records: Mapping[str, Sequence[Row]],
    tables: Iterable[tuple[str, str, str]],
    filers: Mapping[int, str],
) -> dict[str, bytes]:
    """Return the files of a folder that the library scores as the site does. No cell is one that a spreadsheet runs.
    ``filers``: the unit that filed a record for another, by the record's number.
    """
    found = {"rulebook.yaml": text.encode(), "units.csv": csv_bytes(units_frame(units))}
    for name, rows in records.items():
        if rows:
            found[f"records/{name}.csv"] = csv_bytes(_with_filers(frame_of(book.datasets[name], rows), rows, filers))
    for room, name, table in tables:
        frame = pl.read_csv(io.StringIO(table), infer_schema=False)
        found[f"{room}.csv" if room in ALONE else f"{room}/{name}.csv"] = csv_bytes(frame)
    return found


def _with_filers(frame: pl.DataFrame, rows: Sequence[Row], filers: Mapping[int, str]) -> pl.DataFrame:
    """Return the table of a dataset with who filed each row, where that was not the unit itself for all of them."""
    filed = [filers.get(row.record or 0) for row in rows]
    return frame.insert_column(1, pl.Series("filer", filed, dtype=pl.String)) if any(filed) else frame


def evidence_file(one: Mapping[str, Any]) -> str:
    """Return where a file of evidence lies in a folder."""
    return f"{ROOM}/{one['sha256']}.{one['kind']}"


def evidence_list(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return ``evidence.csv``: one row for each file that goes with a row of a dataset, in the columns of
    ``EVIDENCE``.
    """
    table = {name: [str(row[name]) if row[name] not in (None, "") else None for row in rows] for name in EVIDENCE}
    return csv_bytes(pl.DataFrame(table, schema=dict.fromkeys(EVIDENCE, pl.String)))


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of files: the same files, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()
