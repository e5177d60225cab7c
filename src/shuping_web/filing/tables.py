"""Many rows at once, judged for the person who files them: from a grid or from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook, language
from shuping_web.filing.adapters import Cells, Problem, Row, look
from shuping_web.filing.queries import register, rows_beside
from shuping_web.filing.spellings import why_no_text, why_serial
from shuping_web.filing.table_actions import NewRow
from shuping_web.people.language import colon
from shuping_web.people.models import Unit


@dataclass(frozen=True)
class JudgedRow:
    """A row with what is to be said of it in the language of the page: by column, and of the row as a whole."""

    number: int
    cells: Mapping[str, str]
    errors: Mapping[str, list[str]]
    of_row: list[str]
    row: Row | None

    @property
    def wrong(self) -> bool:
        """Whether something is to be put right."""
        return bool(self.errors or self.of_row)


@dataclass(frozen=True)
class Judged:
    """A table that was judged: ``headings`` by column in the order of the file."""

    headings: Mapping[str, str]
    moved: bool
    rows: Sequence[JudgedRow]
    problems: Sequence[str]
    units: Mapping[str, Unit]

    @property
    def wrong(self) -> int:
        """How many rows have something to be put right."""
        return sum(1 for row in self.rows if row.wrong)

    @property
    def sound(self) -> bool:
        """Whether the table can be filed as it is."""
        return bool(self.rows) and not self.problems and not self.wrong

    def new_rows(self) -> list[NewRow]:
        """Return the rows to file. Raises ValueError where something is wrong."""
        if not self.sound:
            raise ValueError("a table with faults is not filed")
        return [NewRow(self.units[row.row.unit], row.row.period, row.row.values) for row in self.rows if row.row]


def judge(book: Rulebook, dataset: str, cells: Cells, units: QuerySet[Unit], lang: str) -> Judged:
    """Judge a table for somebody who files for ``units``."""
    mine = {unit.code: unit for unit in units}
    beside = rows_beside(dataset, units.values("pk")) if book.datasets[dataset].unique else []
    looked = look(book, register(), dataset, cells, beside)
    kinds = {name: field.type for name, field in book.datasets[dataset].fields.items()}
    rows = []
    for one in looked.rows:
        errors = {name: _texts(problems, lang) for name, problems in one.problems.items() if name is not None}
        errors |= _of_texts(one.cells, errors, kinds)
        if one.row is not None and one.row.unit not in mine:
            errors["unit"] = [_("You do not file for this unit.")]
        of_row = _texts(one.problems.get(None, ()), lang)
        rows.append(JudgedRow(one.number, one.cells, errors, of_row, one.row))
    return Judged(looked.headings, looked.moved, rows, _texts(looked.problems, lang), mine)


def _of_texts(
    cells: Mapping[str, str], errors: Mapping[str, list[str]], kinds: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return what the library has no word for: texts that nobody can read, days that came as numbers."""
    found = {}
    for name, text in cells.items():
        kind = kinds.get(name)
        said = why_no_text(text) if kind == "text" else why_serial(text) if kind == "date" and name in errors else ""
        if said:
            found[name] = [said]
    return found


def _texts(problems: Sequence[Problem], lang: str) -> list[str]:
    return [problem.message(language(lang)) for problem in problems]


def located(problems: Sequence[Problem], lang: str) -> list[str]:
    """Return what is wrong with a file as a whole, each with its cell or line."""
    found = []
    for problem in problems:
        place: Any = problem.place
        where = place.cell or (_("line %d") % place.line if place.line is not None else "")
        said = problem.message(language(lang))
        found.append(f"{where}{colon(language(lang))}{said}" if where else said)
    return found
