"""A table to type many rows into: one line of fields a row, what is wrong beside each; blank lines are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook, language
from shuping_web.filing.adapters import Row, columns_of, period_names, unit_names, written
from shuping_web.filing.fields import hint_of, offered_units, title_of_field
from shuping_web.filing.queries import register
from shuping_web.filing.tables import Judged, judge
from shuping_web.people.models import Unit

BLANK = 8
MOST = 200
"""Lines of a grid of few columns."""
FIELDS = 9_000
"""Fields of a grid; what a form may send at once is a little more (settings)."""
LISTED = 25
"""Units and periods up to this many are chosen from a list in each line; more are typed, with one list for all."""


@dataclass(frozen=True)
class GridColumn:
    """A column of the grid: ``choices`` (value, title) are offered in each cell, ``offered`` once for all cells.
    ``hint`` says what a cell takes.
    """

    name: str
    title: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass
class GridCell:
    """A field of the grid."""

    column: GridColumn
    name: str
    value: str = ""
    errors: Sequence[str] = ()


@dataclass
class GridRow:
    """A line of the grid."""

    number: int
    cells: list[GridCell]
    errors: Sequence[str] = ()

    def value(self, column: str) -> str:
        """Return what stands in a column."""
        return next((cell.value for cell in self.cells if cell.column.name == column), "")


@dataclass
class Grid:
    """The grid of a dataset for the units that somebody files for."""

    book: Rulebook
    dataset: str
    units: QuerySet[Unit]
    lang: str
    submission: UUID = field(default_factory=uuid4)
    columns: list[GridColumn] = field(default_factory=list)
    rows: list[GridRow] = field(default_factory=list)
    usual: dict[str, str] = field(default_factory=dict)
    left_out: int = 0

    def __post_init__(self) -> None:
        units = list(self.units.order_by("code"))
        self.columns = _columns(self.book, self.dataset, units, self.lang)
        known = {unit.pk for unit in units}
        top = [unit.code for unit in units if unit.parent_id not in known]
        # who files for one unit and those below it mostly files for that one
        self.usual = {"unit": top[0]} if len(top) == 1 else {}

    @property
    def most(self) -> int:
        """How many lines it takes."""
        return min(MOST, FIELDS // len(self.columns))

    def fill(self, typed: Sequence[Mapping[str, str]], blank: int = 0) -> None:
        """Take rows of texts by column, and add blank lines."""
        for number, texts in enumerate([*typed, *[self.usual] * blank][: self.most]):
            cells = [
                GridCell(column, f"r{number}_{column.name}", texts.get(column.name, "")) for column in self.columns
            ]
            self.rows.append(GridRow(number, cells))

    def read(self, posted: Mapping[str, str], blank: int = 0) -> None:
        """Take what was typed into the fields of a grid (a request, or a draft)."""
        numbers = sorted({number for name in posted if (number := _number(name)) is not None})
        self.left_out = max(0, len(numbers) - self.most)
        found = []
        for number in numbers[: self.most]:
            found.append({column.name: posted.get(f"r{number}_{column.name}", "").strip() for column in self.columns})
        self.fill(found, blank)

    def typed(self) -> list[GridRow]:
        """Return the lines in which something stands beside unit and period."""
        fields = [column.name for column in self.columns if column.name not in ("unit", "period")]
        return [row for row in self.rows if any(row.value(name) for name in fields)]

    def judge(self) -> Judged:
        """Judge what was typed, and put what is wrong beside the fields."""
        lines = self.typed()
        fields = self.book.datasets[self.dataset].fields
        rows = [
            Row(line.value("unit"), line.value("period"), {name: line.value(name) for name in fields}) for line in lines
        ]
        judged = judge(self.book, self.dataset, written(rows, self.book.datasets[self.dataset]), self.units, self.lang)
        for line, found in zip(lines, judged.rows, strict=True):
            line.errors = found.of_row
            for cell in line.cells:
                cell.errors = found.errors.get(cell.column.name, ())
        return judged


def _number(name: str) -> int | None:
    head, _separator, column = name.partition("_")
    return int(head[1:]) if column and head[:1] == "r" and head[1:].isdecimal() and len(head) < 6 else None


def _columns(book: Rulebook, dataset: str, units: Sequence[Unit], lang: str) -> list[GridColumn]:
    spec, given = book.datasets[dataset], language(lang)
    named = any(field_.type == "unit" for field_ in spec.fields.values())
    known = register() if named else []
    names, mine = (unit_names(known, given) if named else {}), frozenset(unit.code for unit in units)
    found = []
    for name in columns_of(spec):
        if name in ("unit", "period"):
            pairs = [(unit.code, (unit.name_en if lang == "en" else "") or unit.name) for unit in units]
            if name == "period":
                pairs = [(period, period) for period in period_names(book, dataset)]
            title = _("Unit") if name == "unit" else _("Period")
            short = tuple(pairs) if len(pairs) <= LISTED else ()
            found.append(GridColumn(name, title, "text", True, short, () if short else tuple(pairs)))
            continue
        field_ = spec.fields[name]
        choices = tuple((key, text.get(given)) for key, text in (field_.options or {}).items())
        if field_.type == "flag":
            choices = (("true", _("yes")), ("false", _("no")))
        units_here = offered_units(field_, names, known, mine) if field_.type == "unit" else []
        offered = tuple((text, "") for text in units_here)
        title = title_of_field(name, field_, given)
        found.append(GridColumn(name, title, field_.type, field_.required, choices, offered, hint_of(field_)))
    return found
