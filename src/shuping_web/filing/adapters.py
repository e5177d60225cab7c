"""Records of the site to a folder of the library, and the library's problems back to the fields they concern."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from shuping.errors import InputError, Lang, Place, Problem
from shuping.formula.nodes import Measure as MeasureNode
from shuping.measures.statements import Book
from shuping.records import folder_from_frames
from shuping.records.acceptance import accept, match_headings
from shuping.records.checks import check_rules
from shuping.records.conversion import as_text, read_date
from shuping.records.csv_reader import read_csv
from shuping.records.folder import Folder
from shuping.records.layout import Layouts
from shuping.records.parquet_reader import frame_sheet
from shuping.records.register import Register, Unit
from shuping.records.register_reader import register_of
from shuping.records.sheet import ROW, Sheet
from shuping.records.spellings import Calendar, unit_labels, unit_spellings
from shuping.records.template import template_bytes
from shuping.records.unique import Key, RowKeys, repeats
from shuping.records.validity import unit_exists
from shuping.records.xlsx_reader import read_xlsx
from shuping.records.zip_guard import Limits
from shuping.rulebook.model import Dataset, Field, Rulebook
from shuping.values.periods import Period
from shuping.values.rounding import show_short
from shuping_web.filing.spellings import plain

__all__ = [
    "Dataset",
    "Field",
    "Folder",
    "InputError",
    "Key",
    "Problem",
    "Rulebook",
    "Row",
    "folder_of",
    "look_at_row",
    "problems_of",
    "repeats",
]
ROWS = 20_000
"""Rows that one upload may hold."""
UPLOAD_BYTES = 10_000_000
LIMITS = Limits(bytes=150_000_000, rows=ROWS, cells=2_500_000)
"""What an uploaded workbook may unpack to, so that the server's memory is bounded."""
SHOWN = 50
STANDING = "已填报 filed"
"""How messages name the rows that stand already."""
OTHER_TIME = ("records.date-outside", "records.period-outside")


class Row(NamedTuple):
    """A record as the library takes it: unit's code, period (``""`` where the row is dated), values as typed;
    ``record`` is the number under which the site keeps it.
    """

    unit: str
    period: str
    values: Mapping[str, str]
    record: int | None = None


def columns_of(dataset: Dataset) -> list[str]:
    """Return the columns of a dataset's table, in the order of its form."""
    return ["unit", *(["period"] if dataset.period is not None else []), *dataset.fields]


def frame_of(dataset: Dataset, rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows as a table of texts; an empty field is empty there."""
    table: dict[str, list[Any]] = {name: [] for name in columns_of(dataset)}
    for row in rows:
        for name in table:
            given = row.unit if name == "unit" else row.period if name == "period" else row.values.get(name, "")
            table[name].append(given or None)
    return pl.DataFrame(table, schema=dict.fromkeys(table, pl.String))


def units_frame(units: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return the register: dicts with ``code``, ``name``, ``name_en``, ``kind``, ``parent`` and attributes."""
    names = sorted({name for unit in units for name in unit["attributes"]})
    fixed = {"id": "code", "name": "name", "name_en": "name_en", "kind": "kind", "parent": "parent"}
    table: dict[str, list[Any]] = {column: [unit[key] or None for unit in units] for column, key in fixed.items()}
    for column in ("valid_from", "valid_to"):
        table[column] = [str(unit[column]) if unit[column] else None for unit in units]
    for name in names:
        table[name] = [unit["attributes"].get(name) or None for unit in units]
    return pl.DataFrame(table, schema=dict.fromkeys(table, pl.String))


def folder_of(
    rulebook: Rulebook,
    units: Sequence[Mapping[str, Any]],
    records: Mapping[str, Sequence[Row]],
    others: Mapping[str, Any] | None = None,
) -> Folder:
    """Return a folder of the site's records; ``others`` are the tables that come as files, as ``others_of`` returns
    them. Raises InputError with every problem.
    """
    given = others or {}
    frames = {name: frame_of(rulebook.datasets[name], rows) for name, rows in records.items() if rows}
    return folder_from_frames(
        rulebook, units_frame(units), frames, given.get("surveys"), given.get("marks"), given.get("targets"),
        given.get("decisions"), ballots=given.get("ballots"), turnout=given.get("turnout"),
        panel_items=given.get("items"), reviewers=given.get("reviewers"), conflicts=given.get("conflicts"),
        successors=given.get("successors"),
    )  # fmt: skip


def others_of(tables: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Return the tables that come as files, for ``folder_of``. ``tables``: room of the folder, name and CSV text."""
    found: dict[str, Any] = {}
    for room, name, text in tables:
        frame = pl.read_csv(io.StringIO(text), infer_schema=False)
        if room in ("targets", "decisions", "successors"):
            found[room] = frame
        else:
            found.setdefault(room, {})[name] = frame
    return found


def look_at_row(
    rulebook: Rulebook, units: Sequence[Mapping[str, Any]], dataset: str, row: Row, beside: Sequence[Row] = ()
) -> LookedRow:
    """Judge one row. ``beside``: rows that stand already, one of which it may repeat."""
    return look(rulebook, units, dataset, written([row], rulebook.datasets[dataset]), beside).rows[0]


def problems_of(
    rulebook: Rulebook, units: Sequence[Mapping[str, Any]], dataset: str, row: Row, beside: Sequence[Row] = ()
) -> dict[str | None, list[Problem]]:
    """Return what is wrong with one row, by field (None: the row as a whole), as ``look_at_row``."""
    return look_at_row(rulebook, units, dataset, row, beside).problems


@dataclass(frozen=True)
class Cells:
    """A table as it was written: the file's name, headings, the spreadsheet letters of columns (none for CSV), and the
    rows: the number that people see, and a text a heading. ``encoding``: of a CSV file that is not UTF-8.
    """

    name: str
    sha256: str
    headings: list[str]
    letters: dict[str, str]
    rows: list[tuple[int, list[str]]]
    encoding: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as plain data; ``Cells(**data)`` takes it back."""
        return {
            "name": self.name, "sha256": self.sha256, "headings": self.headings, "letters": self.letters,
            "rows": [[number, texts] for number, texts in self.rows], "encoding": self.encoding,
        }  # fmt: skip


@dataclass(frozen=True)
class LookedRow:
    """A row that was judged: ``cells`` as written, by column; ``problems`` by column (None: the row as a whole); where
    there are none, ``row`` as it is filed, options and units by their ids.
    """

    number: int
    cells: Mapping[str, str]
    problems: dict[str | None, list[Problem]]
    row: Row | None


@dataclass(frozen=True)
class Looked:
    """A table that was judged. ``headings``: column to its heading, in the order of the file; ``moved``: that is not
    the order of the form. ``problems`` of the table as a whole leave no rows.
    """

    headings: Mapping[str, str]
    moved: bool
    rows: tuple[LookedRow, ...]
    problems: tuple[Problem, ...] = ()


def written(rows: Sequence[Row], dataset: Dataset, name: str = "") -> Cells:
    """Return rows as a table under the columns' own names."""
    columns = columns_of(dataset)
    texts = [(at, [_cell(row, column) for column in columns]) for at, row in enumerate(rows, 1)]
    return Cells(name, "", columns, {}, texts)


def _cell(row: Row, column: str) -> str:
    return row.unit if column == "unit" else row.period if column == "period" else row.values.get(column, "")


def read_cells(raw: bytes, name: str, rulebook: Rulebook, dataset: str) -> Cells:
    """Read an uploaded XLSX or CSV file of one dataset. Formulas are not run: what the file keeps as their last result
    is read. Raises InputError for what cannot be read, and for more than ``ROWS`` rows, before it is unpacked further.
    """
    if len(raw) > UPLOAD_BYTES:
        params = {"given": len(raw), "allowed": UPLOAD_BYTES}
        raise InputError(Problem("records.file-too-large", params, Place(name)))
    digest, encoding = hashlib.sha256(raw).hexdigest(), ""
    if raw[:2] == b"PK" or name.lower().endswith((".xlsx", ".xlsm")):
        title = rulebook.datasets[dataset].title
        wanted = [dataset, dataset[:31], *([title.zh, title.en] if title else [])]
        sheet = read_xlsx(raw, name, digest, wanted=wanted, limits=LIMITS)
    elif name.lower().endswith((".csv", ".txt", ".tsv")):
        if raw.count(b"\n") > 2 * ROWS + 100:  # told before anything is parsed; line breaks inside cells may be as many
            params = {"given": raw.count(b"\n"), "allowed": ROWS}
            raise InputError(Problem("records.too-many-rows", params, Place(name)))
        sheet, encoding = read_csv(raw, name, digest), _encoding_of(raw)
    else:
        raise InputError(Problem("records.unknown-ending", {"allowed": ".xlsx, .csv"}, Place(name)))
    if sheet.broken:
        raise InputError([row.problem for row in sheet.broken[:SHOWN]])
    if sheet.frame.height > ROWS:
        params = {"given": sheet.frame.height, "allowed": ROWS}
        raise InputError(Problem("records.too-many-rows", params, Place(name)))
    texts = sheet.frame.select(as_text(sheet.frame[heading]).fill_null("") for heading in sheet.headings)
    numbers = sheet.frame[ROW].to_list()
    rows = [(number, list(row)) for number, row in zip(numbers, texts.iter_rows(), strict=True) if any(row)]
    return Cells(name, digest, sheet.headings, dict(sheet.letters), rows, encoding)


def _encoding_of(raw: bytes) -> str:
    """Return how a CSV file that was read is written, nothing for UTF-8."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return ""


def look(
    rulebook: Rulebook, units: Sequence[Mapping[str, Any]], dataset: str, cells: Cells, beside: Sequence[Row] = ()
) -> Looked:
    """Judge a table against the rule book: every row, every cell, and whether a row repeats another one or one of those
    that stand already.
    """
    spec = rulebook.datasets[dataset]
    register = register_of([frame_sheet(units_frame(units), "units", "")])
    layouts = Layouts(rulebook, register)
    layout = layouts.dataset(dataset)
    headings, wrong = match_headings(layout, _sheet(cells))
    if wrong:
        return Looked(headings, False, (), tuple(wrong))
    names = {heading: name for name, heading in headings.items()}
    read = _as_read(spec, cells, names)
    sheet = _sheet(read)
    checks = [*check_rules(spec, dataset), unit_exists(register, spec.date_field or "period", rulebook.year_starts)]
    accepted = accept(layout, [_sheet_of_rows(spec, beside), sheet], all_rows=False, checks=checks)
    good = {row["_row"]: row for row in accepted.table.frame.filter(pl.col("_file") == 1).to_dicts()}
    bad = {row.row: row.problems for row in accepted.rejected if row.file == cells.name}
    in_file = [names[heading] for heading in cells.headings if heading in names]
    found = []
    for (number, texts), (_number, plain_texts) in zip(cells.rows, read.rows, strict=True):
        by_name = {names[heading]: text for heading, text in zip(cells.headings, texts, strict=True)}
        as_read = {names[heading]: text for heading, text in zip(cells.headings, plain_texts, strict=True)}
        problems: dict[str | None, list[Problem]] = {}
        for problem in bad.get(number, ()):
            column = names.get(problem.place.field or "", problem.place.field)
            problems.setdefault(column if column in by_name else None, []).append(problem)
        filed = _canonical(spec, good[number], as_read) if number in good and not problems else None
        found.append(LookedRow(number, by_name, problems, filed))
    form = [name for name in layout.names if name in in_file]
    return Looked({name: headings[name] for name in in_file}, form != in_file, tuple(found))


def _as_read(spec: Dataset, cells: Cells, names: Mapping[str, str]) -> Cells:
    """Return a table with its figures and days in the library's spelling."""
    kinds = [kind_of(spec, names.get(heading, "")) for heading in cells.headings]
    rows = [(at, [plain(kind, text) for kind, text in zip(kinds, texts, strict=True)]) for at, texts in cells.rows]
    return replace(cells, rows=rows)


def kind_of(dataset: Dataset, column: str) -> str:
    """Return the type of a column of a dataset's table, ``period`` for that of its periods, else ``unit``."""
    field = dataset.fields.get(column)
    return field.type if field is not None else "period" if column == "period" else "unit"


def day_of(text: str) -> date | None:
    """Return the day that a cell names as the library reads it, None where it names none."""
    return read_date(plain("date", text))


def _sheet(cells: Cells) -> Sheet:
    columns = {heading: [texts[at] for _, texts in cells.rows] for at, heading in enumerate(cells.headings)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    numbers = pl.Series(ROW, [number for number, _ in cells.rows], dtype=pl.UInt32)
    return Sheet(cells.name, cells.sha256, frame.with_columns(numbers), letters=cells.letters)


def _sheet_of_rows(dataset: Dataset, rows: Sequence[Row]) -> Sheet:
    numbers = pl.Series(ROW, [row.record or 0 for row in rows], dtype=pl.UInt32)
    return Sheet(STANDING, "", frame_of(dataset, rows).with_columns(numbers))


def _canonical(dataset: Dataset, typed: Mapping[str, Any], texts: Mapping[str, str]) -> Row:
    """Return a row as it is filed: figures and texts as written, all else as the library read it."""
    values = {}
    for name, field in dataset.fields.items():
        value = typed[name]
        if value is None or (isinstance(value, str) and not value):
            continue
        written_as = field.type in ("integer", "number", "text")
        text = texts.get(name, "") if written_as else value.isoformat() if isinstance(value, date) else str(value)
        values[name] = text.lower() if field.type == "flag" else text
    return Row(typed["unit"], typed.get("period") or "", values)


def keys_of(dataset: Dataset, rows: Sequence[Row]) -> list[Key | None]:
    """Return the key of each row by which it may stand only once, None for a row that repeats none: the library's."""
    return RowKeys(dataset).keys([{**row.values, "unit": row.unit, "period": row.period} for row in rows])


def fitting_rows(
    rulebook: Rulebook, units: Sequence[Mapping[str, Any]], dataset: str, rows: Sequence[Row]
) -> tuple[list[Row], dict[int, list[Problem]]]:
    """Return the rows, filed under other rules, that fit the dataset as this rule book declares it, with the fields
    that it has; and by record what keeps others out. Rows of other periods are neither.
    """
    if not rows:
        return [], {}
    looked = look(rulebook, units, dataset, written(rows, rulebook.datasets[dataset], dataset))
    fitting: list[Row] = []
    wrong: dict[int, list[Problem]] = {}
    for row, judged in zip(rows, looked.rows, strict=True):
        problems = [problem for found in judged.problems.values() for problem in found]
        if not problems:
            fitting.append(row)
        elif not any(problem.code in OTHER_TIME for problem in problems):
            wrong[row.record or 0] = problems
    return fitting, wrong


def form_of(rulebook: Rulebook, units: Sequence[Mapping[str, Any]], dataset: str, may_file: Collection[str]) -> bytes:
    """Return a dataset's form as an XLSX workbook; its list of units has those for which one files (codes)."""
    register = register_of([frame_sheet(units_frame(units), "units", "")])
    layout = Layouts(rulebook, register).dataset(dataset)
    labels = tuple(label for unit, label in zip(register, unit_labels(register), strict=True) if unit.id in may_file)
    columns = [
        replace(column, form=replace(column.form, choices=labels)) if column.name == "unit"
        else replace(column, on_form=column.on_form and column.name != "filer")
        for column in layout.columns
    ]  # fmt: skip
    return template_bytes(replace(layout, columns=tuple(columns)), rulebook)


def unit_names(units: Sequence[Mapping[str, Any]], lang: Lang) -> dict[str, str]:
    """Return a name for each unit, by code, that the library takes for that unit alone: in the language of the page
    where only one unit bears it, with the code behind it where several do.
    """
    register = _named(units)
    known, _shared = unit_spellings(register)
    labels = dict(zip((unit.id for unit in register), unit_labels(register), strict=True))
    if lang == "en":
        english = {unit.id: unit.name_en for unit in register if unit.name_en}
        labels |= {code: name for code, name in english.items() if known.get(name) == code}
    return labels


def _named(units: Sequence[Mapping[str, Any]]) -> Register:
    """Return the register as far as names go: the site's units are sound, and a form has no time to read them anew."""
    found = (Unit(unit["code"], unit["name"], unit["name_en"] or "", unit["kind"], unit["parent"]) for unit in units)
    return Register({unit.id: unit for unit in found})


def limits_of(field: Field) -> tuple[str, str]:
    """Return the least and the greatest number that a field takes, as texts; empty where there is no limit."""
    low, high = field.min, field.max
    return ("" if low is None else show_short(low)), ("" if high is None else show_short(high))


def period_names(rulebook: Rulebook, dataset: str) -> list[str]:
    """Return the periods that a dataset is filed for, in order; none where its rows are dated."""
    kind = rulebook.datasets[dataset].period
    return list(Calendar.of(rulebook).names(kind)) if kind is not None else []


def filed_periods(rulebook: Rulebook, dataset: str, period: str) -> list[str]:
    """Return the periods for which rows of a dataset are filed in a cycle's period."""
    kind = rulebook.datasets[dataset].period
    if kind is None:
        return []
    return [str(one) for one in Period.parse(period, rulebook.year_starts).inside(kind)]


def period_before(rulebook: Rulebook, period: str) -> str:
    """Return the period before a period. Raises ValueError for what is none."""
    return Period.parse(period, rulebook.year_starts).previous().name


def days_of(rulebook: Rulebook, period: str) -> tuple[str, str] | None:
    """Return the first and the last day of a period, None for what is none."""
    return _span(period, rulebook.year_starts)


def starts_after(rulebook: Rulebook, dataset: str, period: str, values: Mapping[str, str], last: str) -> bool:
    """Tell whether a row is of a time after a day (as ISO 8601); what is no day and no period is not."""
    dated = rulebook.datasets[dataset].date_field
    if dated is not None:
        return str(values.get(dated) or "") > last
    span = _span(period, rulebook.year_starts)
    return span is not None and span[0] > last


@lru_cache(maxsize=1024)
def _span(period: str, year_starts: str) -> tuple[str, str] | None:
    try:
        found = Period.parse(period, year_starts)
    except ValueError:
        return None
    return found.start.isoformat(), found.end.isoformat()


def criteria_of(rulebook: Rulebook, lang: Lang) -> dict[str, list[str]]:
    """Return, by dataset, the titles of the criteria, bonuses and deductions that its rows count in, in the order of
    the rule book: of those whose measure looks at the dataset, or is made of measures that do.
    """
    trees = Book.of(rulebook).trees
    inside = {name: _datasets_behind(rulebook, trees, name) for name in rulebook.measures}
    found: dict[str, list[str]] = {}
    adjusted = [one for _key, _place, one in rulebook.adjustments.entries()]
    for one in (*rulebook.walk(), *adjusted):
        title = one.title.get(lang) if one.title is not None else one.measure or one.id
        for dataset in sorted(inside.get(one.measure or "", ())):
            found.setdefault(dataset, []).append(title)
    return found


def _datasets_behind(rulebook: Rulebook, trees: Mapping[str, Any], measure: str) -> set[str]:
    found: set[str] = set()
    seen, waiting = {measure}, [measure]
    while waiting:
        name = waiting.pop()
        spec = rulebook.measures.get(name)
        if spec is not None and spec.from_ is not None:
            found.add(spec.from_)
        nodes = trees[name].root.walk() if name in trees else ()
        new = {node.name for node in nodes if isinstance(node, MeasureNode)} - seen
        seen |= new
        waiting += sorted(new)
    return found
