"""A foreign file -> a sheet in our columns, as sources.yaml says. Nothing is dropped but what ``keep`` leaves out.

Repeated headings are told apart by number: the second ``Total`` is ``Total (2)``.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.records.conversion import as_text, by_distinct
from shuping.records.files import open_sheet
from shuping.records.folder import SourceFile
from shuping.records.joins import ForeignFile, joined
from shuping.records.sheet import ROW, BrokenRow, Sheet, number_repeats
from shuping.records.sources import Constant, Source, Together, Use, canonical, format_pattern
from shuping.records.suggest import clip, hint, listed
from shuping.rulebook.yaml_source import Path

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass
class ForeignReader:
    """Reads foreign files, each once. ``settings`` fill ``${NAME}``; messages keep the path as written."""

    base: pathlib.Path
    settings: Mapping[str, str]

    def __post_init__(self) -> None:
        self._opened: dict[tuple[Any, ...], Sheet] = {}
        self.joined: dict[str, SourceFile] = {}

    def read(self, source: Source, use: Use) -> Sheet:
        """Return the source as a sheet in our columns. Raises InputError for paths and columns that do not fit."""
        foreign = self._open(source, use, ())
        for at, join in enumerate(source.joins):
            where = ("joins", at)
            foreign = joined(foreign, self._open(join, use, where), join, use.positions, (*use.path, *where))
        problems = list(_unknown_columns(source, foreign, use))
        if problems:
            raise InputError(problems)
        frame = _kept(foreign.frame, source)
        labels = {ours: theirs for ours, theirs in source.columns.items() if isinstance(theirs, str)}
        if source.wide:
            frame = _long(frame, source, use)
            labels |= source.wide
        elif source.pivot is not None:
            frame = _pivoted(frame, source, foreign)
            labels |= dict.fromkeys(source.pivot.fields, source.pivot.value)
        else:
            frame = _mapped(frame, source)
        frame = _renamed(frame, source)
        if use.room == "units":
            frame = _distinct_units(frame, foreign)
        broken = _kept_broken(foreign, source)
        return Sheet(foreign.file, foreign.sha256, frame, foreign.sheet, broken, {}, labels)

    def _open(self, source: ForeignFile, use: Use, where: Path) -> Sheet:
        path = _NAME.sub(lambda found: self._fill(found, use, where), source.path)
        options = {"encoding": source.encoding, "delimiter": source.delimiter, "sheet": source.sheet}
        key = (path, source.format, *options.values())
        if key not in self._opened:
            given = {name: option for name, option in options.items() if option is not None}
            sheet = open_sheet(
                self.base / path, source.path, wanted=(use.table,), kind=source.format, headings=number_repeats, **given
            )
            self._opened[key] = sheet
            if where:
                self.joined[sheet.file] = SourceFile(sheet.file, sheet.sha256, 0)
        return _texts(self._opened[key], source)

    def _fill(self, found: re.Match[str], use: Use, where: Path) -> str:
        name = found.group(1)
        if name not in self.settings:
            place = use.positions.place((*use.path, *where, "path"))
            raise InputError(Problem("records.setting-unknown", {"given": name}, place))
        return self.settings[name]


def _texts(sheet: Sheet, source: ForeignFile) -> Sheet:
    """Strip the cells, empty the missing marks, drop the thousands separators."""
    marks = [mark for mark in source.missing if mark]
    columns = []
    for name in sheet.headings:
        column = as_text(sheet.frame[name])
        if marks:
            column = column.to_frame(name).select(pl.when(~pl.col(name).is_in(marks)).then(pl.col(name))).to_series()
        columns.append(column.alias(name))
    if source.thousands is not None:
        mark = re.escape(source.thousands)
        grouped = rf"^[+-]?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:\D[0-9]+)?$"
        columns = [_ungrouped(column, grouped, source.thousands) for column in columns]
    return Sheet(sheet.file, sheet.sha256, pl.DataFrame([*columns, sheet.frame[ROW]]), sheet.sheet, sheet.broken)


def _ungrouped(column: pl.Series, grouped: str, mark: str) -> pl.Series:
    cell = pl.col(column.name)
    plain = pl.when(cell.str.contains(grouped)).then(cell.str.replace_all(mark, "", literal=True)).otherwise(cell)
    return column.to_frame().select(plain.alias(column.name)).to_series()


def _unknown_columns(source: Source, foreign: Sheet, use: Use) -> Iterator[Problem]:
    known = foreign.headings
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("columns", ours), theirs) for ours, theirs in source.columns.items() if isinstance(theirs, str)
    ]
    named += [
        (("columns", ours, "of", at), name)
        for ours, theirs in source.columns.items()
        if isinstance(theirs, Together)
        for at, name in enumerate(theirs.of)
    ]
    groups = _groups(source)
    named += [(("keep", at, "column"), keep.column) for at, keep in enumerate(source.keep)]
    if source.pivot is not None:
        named += [(("pivot", "name"), source.pivot.name), (("pivot", "value"), source.pivot.value)]
    for path, name in named:
        if name not in known and name not in groups:
            params = {"given": clip(name), "file": foreign.file, "allowed": listed(known), **hint(name, known)}
            yield Problem("records.unknown-foreign-column", params, use.positions.place((*use.path, *path)))
    for ours, pattern in source.wide.items():
        if not any(re.fullmatch(pattern, name) for name in known):
            params = {"given": pattern, "file": foreign.file}
            yield Problem("records.wide-matches-nothing", params, use.positions.place((*use.path, "wide", ours)))
    produced = {*source.columns, *source.wide, *groups, *(source.pivot.fields if source.pivot else ())}
    for key in ("values", "formats"):
        for ours in getattr(source, key):
            if ours not in produced:
                params = {"given": ours, "allowed": listed(sorted(produced)), **hint(ours, produced)}
                yield Problem("records.unknown-column", params, use.positions.place((*use.path, key, ours), key=True))


def _groups(source: Source) -> list[str]:
    """The columns that the named groups of ``wide`` make, such as ``period``."""
    return sorted({name for pattern in source.wide.values() for name in re.compile(pattern).groupindex})


def _kept(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    for keep in source.keep:
        column = frame[keep.column].fill_null("")
        frame = frame.filter(by_distinct(column, keep.test, pl.Boolean))
    return frame


def _kept_broken(foreign: Sheet, source: Source) -> tuple[BrokenRow, ...]:
    """A broken row is a problem unless the cells that can be told apart show that ``keep`` leaves it out."""
    return tuple(
        row
        for row in foreign.broken
        if all(keep.column not in row.values or keep.test(row.values[keep.column].strip()) for keep in source.keep)
    )


def _mapped(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    columns = [_column(ours, theirs) for ours, theirs in source.columns.items()]
    return frame.select(*columns, ROW)


def _column(ours: str, theirs: str | Constant | Together) -> pl.Expr:
    if isinstance(theirs, Together):
        return pl.concat_str(list(theirs.of), separator=theirs.by).alias(ours)
    return pl.lit(theirs.value).alias(ours) if isinstance(theirs, Constant) else pl.col(theirs).alias(ours)


def _long(frame: pl.DataFrame, source: Source, use: Use) -> pl.DataFrame:
    """Wide to long: a row per source row and value of the named groups; rows without any value are left out."""
    groups = _groups(source)
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for ours, pattern in source.wide.items():
        for name in frame.columns:
            match = re.fullmatch(pattern, name)
            if match is None:
                continue
            key = tuple(match.group(group) or "" for group in groups)
            if ours in found.setdefault(key, {}):
                params = {"given": pattern, "columns": f"{found[key][ours]}, {name}"}
                place = use.positions.place((*use.path, "wide", ours))
                raise InputError(Problem("records.wide-matches-twice", params, place))
            found[key][ours] = name
    parts = []
    for key, columns in sorted(found.items()):
        made = {group: pl.lit(text).alias(group) for group, text in zip(groups, key, strict=True)}
        fixed = [
            made[theirs].alias(ours) if isinstance(theirs, str) and theirs in made else _column(ours, theirs)
            for ours, theirs in source.columns.items()
        ]
        fixed += [expression for group, expression in made.items() if group not in source.columns]
        values = [
            pl.col(columns[ours]).alias(ours) if ours in columns else pl.lit(None, pl.String).alias(ours)
            for ours in source.wide
        ]
        parts.append(frame.select(*fixed, *values, ROW))
    whole = pl.concat(parts)
    return whole.filter(pl.any_horizontal(pl.col(list(source.wide)).is_not_null())).sort(ROW, maintain_order=True)


def _pivoted(frame: pl.DataFrame, source: Source, foreign: Sheet) -> pl.DataFrame:
    """Long to wide: rows with equal other columns become one; the row number is that of the first."""
    pivot = source.pivot
    assert pivot is not None
    fields = {theirs: ours for ours, theirs in pivot.fields.items()}
    keys = list(source.columns)
    own = (_column(ours, theirs) for ours, theirs in source.columns.items())
    tall = frame.select(*own, pl.col(pivot.name).alias("_name"), pl.col(pivot.value).alias("_value"), ROW)
    problems = _pivot_problems(tall, keys, fields, foreign)
    if problems:
        raise InputError(problems)
    cells = [
        pl.col("_value").filter(pl.col("_name") == theirs).first().alias(ours) for ours, theirs in pivot.fields.items()
    ]
    wide = tall.group_by(keys, maintain_order=True).agg(*cells, pl.col(ROW).first())
    return wide.select(*keys, *pivot.fields, ROW)


def _pivot_problems(tall: pl.DataFrame, keys: list[str], fields: Mapping[str, str], foreign: Sheet) -> list[Problem]:
    problems: list[Problem] = []
    strange = tall.filter(~pl.col("_name").is_in(list(fields)).fill_null(False))
    for name, row in strange.group_by("_name", maintain_order=True).agg(pl.col(ROW).first()).iter_rows():
        params = {"given": clip(name or ""), "allowed": listed(fields), **hint(name or "", fields)}
        problems.append(Problem("records.pivot-unknown", params, foreign.place(row)))
    again = tall.filter(~pl.struct([*keys, "_name"]).is_first_distinct())
    first = tall.group_by([*keys, "_name"], maintain_order=True).agg(pl.col(ROW).first().alias("_first"))
    joined = again.join(first, on=[*keys, "_name"], how="left", maintain_order="left", nulls_equal=True)
    for row in joined.head(200).iter_rows(named=True):
        given = ", ".join(str(row[key]) for key in [*keys, "_name"] if row[key] is not None)
        params = {"given": given, "columns": ", ".join([*keys, "…"]), "first": row["_first"]}
        problems.append(Problem("records.duplicate-row", params, foreign.place(row[ROW])))
    return problems


def _renamed(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Apply ``formats`` and ``values``; a cell that does not fit its format stays and is refused later as it stands."""
    for ours, text in source.formats.items():
        pattern = format_pattern(text)

        def read(cell: str, pattern: re.Pattern[str] = pattern) -> str:
            match = pattern.fullmatch(cell)
            return canonical(match) if match else cell

        frame = frame.with_columns(by_distinct(frame[ours], read, pl.String).alias(ours))
    for ours, renames in source.values.items():
        frame = frame.with_columns(pl.col(ours).replace(renames))
    return frame


def _distinct_units(frame: pl.DataFrame, foreign: Sheet) -> pl.DataFrame:
    """One row a unit; rows of one id that say different things are a problem, not a choice."""
    columns = [name for name in frame.columns if name != ROW]
    if "id" not in columns:
        return frame
    distinct = frame.unique(columns, keep="first", maintain_order=True)
    again = distinct.filter(~pl.col("id").is_first_distinct())
    problems = [
        Problem("records.unit-differs", {"given": clip(str(row["id"]))}, Place(foreign.file, row[ROW]))
        for row in again.head(200).iter_rows(named=True)
        if row["id"] is not None
    ]
    if problems:
        raise InputError(problems)
    return distinct
