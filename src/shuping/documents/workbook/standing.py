"""The sheet of results: a band for each comparison group, units by rank, first-level points as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from shuping.documents import wording
from shuping.documents.ordering import StandingRow
from shuping.documents.workbook.pens import SHADE, decimals, full_format, points_format, width
from shuping.documents.workbook.sheet import HEAD_ROW, Book, Column, Page

Cells = dict[tuple[str, str], tuple[Decimal | None, Decimal | None]]
"""(unit, first-level criterion): points, full points."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The sheet being written: columns before and behind those of the first-level criteria."""

    book: Book
    page: Page
    before: Sequence[str]
    criteria: Sequence[str]
    behind: Sequence[str]
    cells: Cells

    @property
    def columns(self) -> int:
        """How many columns the sheet has."""
        return len(self.before) + len(self.criteria) + len(self.behind)


def write_standing(book: Book) -> None:
    """Write the sheet 考核结果一览表 / Standing for the result's last period."""
    cells = _first_level(book)
    applied = {criterion for _, criterion in cells}
    criteria = [criterion.id for criterion in book.rulebook.criteria if criterion.id in applied]
    before, behind = _fields(book)
    columns = [_column(book, name) for name in before]
    columns += [Column(book.criterion(criterion), 11) for criterion in criteria]
    columns += [_column(book, name) for name in behind]
    plan = _Plan(book, book.page("standing", columns), before, criteria, behind, cells)
    row = HEAD_ROW + 1
    for group, members in book.groups.items():
        if len(book.groups) > 1:
            plan.page.merge((row, 0, row, plan.columns - 1), book.group(group), book.pens.band)
            row += 1
        row = _full_scores(plan, row, members)
        for member in members:
            _unit(plan, row, member)
            row += 1
    plan.page.finish()


def _fields(book: Book) -> tuple[list[str], list[str]]:
    """Return the columns before and behind the criteria; those that no unit fills are left out."""
    filled = {name for row in book.rows() for name in row if row[name] is not None}
    if any(wording.grade_text(book.rulebook, row, "zh") for row in book.rows()):
        filled.add("grade")
    given = book.rulebook.adjustments
    behind = [*(["bonus"] if given.bonus or given.prizes else []), *(["deduction"] if given.deductions else [])]
    behind += ["total", *(name for name in ("grade", "previous_total", "change", "rank_change") if name in filled)]
    behind += [name for name in ("rank_low", "rank_high", "band") if name in filled]
    behind += ["note"] if any(wording.note_text(book.rulebook, row, "zh") for row in book.rows()) else []
    return ["rank", "unit", *(["unit_en"] if book.both_names else [])], behind


def _column(book: Book, name: str) -> Column:
    title = book.words.say(name)
    if name in ("unit", "unit_en"):
        names = [book.name(row["unit"], "en" if name == "unit_en" else None) for row in book.rows()]
        return Column(title, width([*names, title], least=12, most=32))
    return Column(title, {"note": 18, "grade": 15, "rank": 6}.get(name, 9))


def _first_level(book: Book) -> Cells:
    first = [criterion.id for criterion in book.rulebook.criteria]
    rows = book.result.scores.filter((pl.col("period") == book.result.period) & pl.col("criterion").is_in(first))
    names = ("unit", "criterion", "points", "points_max")
    return {(unit, criterion): (points, full) for unit, criterion, points, full in rows.select(names).iter_rows()}


def _full_scores(plan: _Plan, row: int, members: tuple[StandingRow, ...]) -> int:
    """Write the full score of each criterion, where it is the same for the whole group; return the next row."""
    pens = plan.book.pens
    for column in range(plan.columns):
        plan.page.text(row, column, "", pens.pen(bg_color=SHADE))
    plan.page.text(row, 1, plan.book.words.line("full"), pens.pen(italic=True, bg_color=SHADE))
    for column, criterion in enumerate(plan.criteria, len(plan.before)):
        found = {
            plan.cells[member["unit"], criterion][1] for member in members if (member["unit"], criterion) in plan.cells
        }
        if len(found) == 1:
            value = found.pop()
            plan.page.number(row, column, value, pens.number(full_format(value), italic=True, bg_color=SHADE))
    return row + 1


def _unit(plan: _Plan, row: int, member: StandingRow) -> None:
    pen = plan.book.pens.number(points_format(plan.book.rulebook))
    for column, name in enumerate(plan.before):
        _field(plan.book, plan.page, row, column, member, name)
    for column, criterion in enumerate(plan.criteria, len(plan.before)):
        points = plan.cells.get((member["unit"], criterion), (None, None))[0]
        plan.page.number(row, column, points, pen)
    for column, name in enumerate(plan.behind, len(plan.before) + len(plan.criteria)):
        _field(plan.book, plan.page, row, column, member, name)


def _field(book: Book, page: Page, row: int, column: int, member: StandingRow, name: str) -> None:
    pens, places = book.pens, book.rulebook.rounding.places
    if name in ("rank", "rank_low", "rank_high"):
        page.number(row, column, member[name], pens.centered)
    elif name == "band":
        page.text(row, column, member["band"] or "", pens.centered)
    elif name in ("unit", "unit_en"):
        page.text(row, column, book.name(member["unit"], "en" if name == "unit_en" else None), pens.text)
    elif name == "grade":
        title = book.words.both(lambda lang: wording.grade_text(book.rulebook, member, lang), " ")
        page.text(row, column, title, pens.centered)
    elif name == "note":
        reason = book.words.both(lambda lang: wording.note_text(book.rulebook, member, lang))
        page.text(row, column, reason, pens.text)
    elif name in ("bonus", "deduction"):
        page.number(row, column, member[name], pens.number(points_format(book.rulebook)))
    elif name == "rank_change":
        page.number(row, column, member[name], pens.number("+0;-0;0"))
    elif name == "change":
        shape = decimals(places)
        page.number(row, column, member[name], pens.number(f"+{shape};-{shape};{shape}"))
    else:
        page.number(row, column, member[name], pens.number(decimals(places), bold=name == "total"))
