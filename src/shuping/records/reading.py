"""A folder, or frames, -> ``Folder``: everything read, judged against the rule book, and accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from shuping.errors import InputError, Place, Problem
from shuping.records.acceptance import accept
from shuping.records.ballot_rules import turnout_problems
from shuping.records.checks import check_rules
from shuping.records.files import file_hash, find_tables, open_sheet
from shuping.records.folder import Folder, Rejected, SourceFile, Table
from shuping.records.foreign import ForeignReader
from shuping.records.frame_rules import FrameRule
from shuping.records.frames import polars_frame
from shuping.records.layout import Layout, Layouts
from shuping.records.panel_rules import panel_checks
from shuping.records.parquet_reader import frame_sheet
from shuping.records.register import Register
from shuping.records.register_reader import register_of
from shuping.records.sheet import ROW, Sheet
from shuping.records.sources import load_sources
from shuping.records.suggest import hint, listed
from shuping.records.validity import unit_exists
from shuping.rulebook.model import Rulebook

Accept = Literal["all", "valid"]
Progress = Callable[[str, int, int], None]
ROOMS = ("records", "surveys", "marks", "items", "reviewers", "conflicts", "ballots", "turnout")


@dataclass
class Sheets:
    """The sheets of every table, by room (``ROOMS``) and name."""

    units: list[Sheet] = field(default_factory=list)
    tables: dict[tuple[str, str], list[Sheet]] = field(default_factory=dict)
    targets: list[Sheet] = field(default_factory=list)
    decisions: list[Sheet] = field(default_factory=list)
    successors: list[Sheet] = field(default_factory=list)
    extra: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def open(self, into: list[Sheet], path: Path, shown: str, wanted: Sequence[str]) -> None:
        """Read one file into a list; what is wrong with it is kept for later."""
        try:
            into.append(open_sheet(path, shown, wanted=wanted))
        except InputError as error:
            self.problems += error.problems


def read_folder(
    path: Path | str,
    rulebook: Rulebook,
    *,
    accept: Accept = "all",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Folder:
    """Read units.csv, records/, surveys/, marks/, ballots/, turnout/, targets.csv, decisions.csv, successors.csv, and
    what sources.yaml maps.

    ``accept="all"`` takes a folder whole or not at all; ``"valid"`` takes the good rows and returns the others in
    ``Folder.rejected``. ``settings`` fill ``${NAME}`` in sources.yaml. ``progress("read", done, total)`` is told.
    Raises InputError with every problem of every file (the first 200 rows a file, the others counted).
    """
    base = Path(path)
    sheets = _find(base, rulebook, settings or {})
    return _build(base, rulebook, sheets, accept, progress)


def read_units(path: Path | str, rulebook: Rulebook, *, settings: Mapping[str, str] | None = None) -> Register:
    """Read only the register of a folder: units.csv and the units that sources.yaml maps. Raises InputError."""
    sheets = Sheets()
    _find_units(Path(path), rulebook, settings or {}, sheets, alone=True)
    if sheets.problems:
        raise InputError(sheets.problems)
    return register_of(sheets.units)


def folder_from_frames(
    rulebook: Rulebook,
    units: Any,
    records: Mapping[str, Any] | None = None,
    surveys: Mapping[str, Any] | None = None,
    panels: Mapping[str, Any] | None = None,
    targets: Any = None,
    decisions: Any = None,
    *,
    ballots: Mapping[str, Any] | None = None,
    turnout: Mapping[str, Any] | None = None,
    panel_items: Mapping[str, Any] | None = None,
    reviewers: Mapping[str, Any] | None = None,
    conflicts: Mapping[str, Any] | None = None,
    successors: Any = None,
    accept: Accept = "all",
) -> Folder:
    """Make a folder of Polars or pandas frames; ``units`` may be a ``Register``. The same rules as for files hold.

    Raises InputError as ``read_folder`` does; rows are counted from 1.
    """
    sheets = Sheets()
    register = units if isinstance(units, Register) else None
    if register is None:
        sheets.units = [_sheet_of(units, "units")]
    given = {"records": records, "surveys": surveys, "marks": panels, "ballots": ballots, "turnout": turnout,
             "items": panel_items, "reviewers": reviewers, "conflicts": conflicts}  # fmt: skip
    for room, frames in given.items():
        known = list(_declared(rulebook, room))
        for name, frame in (frames or {}).items():
            if name not in known:
                sheets.problems.append(_unknown_table(room, name, known))
            else:
                sheets.tables[room, name] = [_sheet_of(frame, f"{room}/{name}")]
    if targets is not None:
        sheets.targets = [_sheet_of(targets, "targets")]
    if decisions is not None:
        sheets.decisions = [_sheet_of(decisions, "decisions")]
    if successors is not None:
        sheets.successors = [_sheet_of(successors, "successors")]
    return _build(None, rulebook, sheets, accept, None, register)


def _unknown_table(room: str, name: str, known: Sequence[str]) -> Problem:
    params = {"given": name, "allowed": listed(known) or "—", **hint(name, known)}
    return Problem("records.unknown-table", params, Place(room))


def _sheet_of(frame: Any, name: str) -> Sheet:
    """Take a frame as a sheet, hashed over its cells as CSV text."""
    sheet = frame_sheet(polars_frame(frame), name, "")
    digest = hashlib.sha256(sheet.frame.drop(ROW).write_csv().encode("utf-8")).hexdigest()
    return Sheet(sheet.file, digest, sheet.frame)


def _declared(rulebook: Rulebook, room: str) -> Mapping[str, Any]:
    """What the rule book declares for a room of the folder, by name."""
    tables: Mapping[str, Mapping[str, Any]] = {
        "records": rulebook.datasets,
        "surveys": rulebook.surveys,
        "marks": rulebook.panels,
        "ballots": rulebook.ballots,
        "turnout": rulebook.ballots,
        "items": {name: panel for name, panel in rulebook.panels.items() if panel.lists_items},
        "reviewers": rulebook.panels,
        "conflicts": rulebook.panels,
    }
    return tables[room]


def _find(base: Path, rulebook: Rulebook, settings: Mapping[str, str]) -> Sheets:
    sheets = Sheets()
    for room in ROOMS:
        tables = _declared(rulebook, room)
        found, problems = find_tables(base, room, tables)
        sheets.problems += problems
        for name, table in tables.items():
            title = table.title
            wanted = [name, name[:31], *([title.zh, title.en] if title else [])]  # sheet names end after 31 characters
            into = sheets.tables.setdefault((room, name), [])
            for path in found[name]:
                if not any(problem.place.file == path.relative_to(base).as_posix() for problem in problems):
                    sheets.open(into, path, path.relative_to(base).as_posix(), wanted)
    _find_units(base, rulebook, settings, sheets)
    alone = {"targets": sheets.targets, "decisions": sheets.decisions, "successors": sheets.successors}
    for name, into in alone.items():
        if (base / f"{name}.csv").exists():
            sheets.open(into, base / f"{name}.csv", f"{name}.csv", (name,))
    return sheets


def _find_units(
    base: Path, rulebook: Rulebook, settings: Mapping[str, str], sheets: Sheets, *, alone: bool = False
) -> None:
    units, mapped = base / "units.csv", base / "sources.yaml"
    if mapped.exists():
        _read_sources(base, mapped, rulebook, settings, sheets, ("units",) if alone else None)
    if units.exists() or not mapped.exists():
        sheets.open(sheets.units, units, "units.csv", ("units",))


def _read_sources(
    base: Path,
    mapped: Path,
    rulebook: Rulebook,
    settings: Mapping[str, str],
    sheets: Sheets,
    rooms: Sequence[str] | None = None,
) -> None:
    try:
        sources = load_sources(mapped, rulebook)
    except InputError as error:
        sheets.problems += error.problems
        return
    hashed = file_hash(mapped, "sources.yaml")
    sheets.extra.append(SourceFile("sources.yaml", hashed, 0))
    reader = ForeignReader(base, settings)
    for place, source in sources.walk():
        if rooms is not None and place.room not in rooms:
            continue
        try:
            sheet = reader.read(source, place)
        except InputError as error:
            sheets.problems += error.problems
            continue
        if place.room == "units":
            sheets.units.append(sheet)
        elif place.room == "targets":
            sheets.targets.append(sheet)
        else:
            sheets.tables.setdefault((place.room, place.table), []).append(sheet)
    sheets.extra += reader.joined.values()


def _build(
    base: Path | None,
    rulebook: Rulebook,
    sheets: Sheets,
    accept_rows: Accept,
    progress: Progress | None,
    register: Register | None = None,
) -> Folder:
    if register is None:
        try:
            register = register_of(sheets.units) if sheets.units else Register({})
        except InputError as error:
            raise InputError([*sheets.problems, *error.problems]) from error
    if sheets.problems and not register.units:
        raise InputError(sheets.problems)
    judge = _Judge(rulebook, register, sheets, accept_rows, progress)
    datasets = {name: judge.table("records", name) for name in rulebook.datasets}
    surveys = {name: judge.table("surveys", name) for name in rulebook.surveys}
    items, reviewers, conflicts = (
        {name: judge.table(room, name) for name in rulebook.panels} for room in ("items", "reviewers", "conflicts")
    )
    panels = {
        name: judge.table(
            "marks",
            name,
            panel_checks(panel, register, items[name].frame, reviewers[name].frame, conflicts[name].frame),
        )
        for name, panel in rulebook.panels.items()
    }
    ballots = {name: judge.table("ballots", name) for name in rulebook.ballots}
    turnout = {name: judge.table("turnout", name) for name in rulebook.ballots}
    judge.problems += turnout_problems(rulebook, ballots, turnout)
    targets = judge.targets() if sheets.targets else None
    decisions = judge.decisions() if sheets.decisions else None
    successors = judge.successors() if sheets.successors else None
    judge.finish()
    inputs = [SourceFile(sheet.file, sheet.sha256, sheet.frame.height) for sheet in sheets.units]
    tables = [*datasets.values(), *surveys.values(), *panels.values(), *ballots.values(), *turnout.values()]
    tables += [*items.values(), *reviewers.values(), *conflicts.values()]
    tables += filter(None, (targets, decisions, successors))
    inputs += [file for table in tables for file in table.files]
    inputs += sheets.extra
    return Folder(
        path=base,
        rulebook=rulebook,
        register=register,
        datasets=datasets,
        surveys=surveys,
        panels=panels,
        targets=targets,
        decisions=decisions,
        successors=successors,
        rejected=tuple(judge.rejected),
        inputs=_merged(inputs),
        ballots=ballots,
        turnout=turnout,
        panel_items=items,
        reviewers=reviewers,
        conflicts=conflicts,
    )


def _merged(files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """A file that feeds several tables is one input; its rows are added."""
    rows: dict[tuple[str, str], int] = {}
    for file in files:
        rows[file.path, file.sha256] = rows.get((file.path, file.sha256), 0) + file.rows
    return tuple(SourceFile(path, sha256, count) for (path, sha256), count in sorted(rows.items()))


class _Judge:
    """Judges table after table and keeps what was wrong."""

    def __init__(
        self, rulebook: Rulebook, register: Register, sheets: Sheets, accept_rows: Accept, progress: Progress | None
    ) -> None:
        self._rulebook = rulebook
        self._layouts = Layouts(rulebook, register)
        self._sheets = sheets
        self._all = accept_rows == "all"
        self._progress = progress
        self._total = sum(1 for found in sheets.tables.values() if found)
        self._total += bool(sheets.targets) + bool(sheets.decisions) + bool(sheets.successors)
        self._done = 0
        self.problems: list[Problem] = list(sheets.problems)
        self.rejected: list[Rejected] = []

    def table(self, room: str, name: str, checks: Sequence[FrameRule] = ()) -> Table:
        """Judge one table; without files it is an empty one. ``checks``: rules that look at other tables too."""
        layouts = self._layouts
        makers = {"records": layouts.dataset, "surveys": layouts.survey, "marks": layouts.panel,
                  "ballots": layouts.ballot, "turnout": layouts.turnout,
                  "items": layouts.panel_items, "reviewers": layouts.reviewers,
                  "conflicts": layouts.conflicts}  # fmt: skip
        layout = makers[room](name)
        found = self._sheets.tables.get((room, name), [])
        if not found:
            return Table(layout.empty())
        when = "period"
        if room == "records":
            dataset = self._rulebook.datasets[name]
            checks, when = check_rules(dataset, name), dataset.date_field or when
        return self._judge(layout, found, checks, when)

    def targets(self) -> Table:
        """Judge targets.csv."""
        return self._judge(self._layouts.targets(), self._sheets.targets, [])

    def decisions(self) -> Table:
        """Judge decisions.csv."""
        return self._judge(self._layouts.decisions(), self._sheets.decisions, [])

    def successors(self) -> Table:
        """Judge successors.csv."""
        return self._judge(self._layouts.successors(), self._sheets.successors, [])

    def _judge(
        self, layout: Layout, sheets: Sequence[Sheet], checks: Sequence[FrameRule], when: str = "period"
    ) -> Table:
        exists = unit_exists(self._layouts.register, when, self._layouts.calendar.year_starts)
        outcome = accept(layout, sheets, all_rows=self._all, checks=[*checks, exists])
        self.problems += outcome.problems
        self.rejected += outcome.rejected
        self._done += 1
        if self._progress is not None:
            self._progress("read", self._done, self._total)
        return outcome.table

    def finish(self) -> None:
        """Raise InputError for problems of whole files, and under accept: all for those of rows."""
        problems = list(self.problems)
        if self._all or problems:
            problems += [problem for row in self.rejected for problem in row.problems]
        if problems:
            raise InputError(problems)
