"""The calculation sheets, one for each comparison group: live formulas from values to points, total, rank and grade.

A change of a value, a target, a full score or a weight in a spreadsheet program changes everything that follows from
it. What has no formula stands as a fixed value on grey ground and is named in the notes; never a formula that could be
wrong. Every formula carries the library's figure as its last result, for viewers that do not recalculate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.documents import wording
from shuping.documents.ordering import StandingRow
from shuping.documents.workbook.adjusting import Adjusting, Traced
from shuping.documents.workbook.figures import Figures
from shuping.documents.workbook.outcome import CERTAIN, OutcomeColumn, outcome_columns
from shuping.documents.workbook.pens import decimals, full_format, points_format, width
from shuping.documents.workbook.sheet import HEAD_ROW, Book, Column, Page
from shuping.documents.workbook.slots import Slot, slots_of
from shuping.values.rounding import to_decimal

KINDS, FULL, WEIGHT, FIRST = HEAD_ROW + 1, HEAD_ROW + 2, HEAD_ROW + 3, HEAD_ROW + 4
"""The rows of what a column holds, of full points, of weights, and of the first unit."""
MOST_CELLS = 200_000
"""Beyond this spreadsheet programs take minutes to recalculate; the notes say so."""
MOST_COLUMNS = 16_000
SHEET_NAME = 31
WHOLE = ("rank", "place", "grade", "grade_limit", "in_line", "given")
"""The last columns that hold whole numbers, or names."""
PRINT_SCALE = 65


def write_calculation(book: Book) -> None:
    """Write the sheet 计算 / Calculation of every comparison group of the result's last period."""
    rows = book.result.trace.filter(pl.col("period") == book.result.period)
    traced: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows.rows(named=True):
        traced.setdefault(row["unit"], {})[row["criterion"]] = row
    taken: set[str] = set()
    for group, members in book.groups.items():
        plan = _plan(book, group, members, traced)
        if plan is not None:
            _write(book, plan, _sheet_name(book, group, taken))
        else:
            book.fixed.append(book.words.say("calculation_left_out", group=book.group(group)))


@dataclass(frozen=True)
class _Plan:
    """A group's sheet: figures and formulas of the criteria, and the columns behind the total."""

    group: str
    figures: Figures
    outcome: Sequence[OutcomeColumn]

    @property
    def last(self) -> int:
        """The last column."""
        return self.outcome[-1].place


def _plan(book: Book, group: str, members: tuple[StandingRow, ...], traced: Traced) -> _Plan | None:
    """Return a group's columns and figures, None where there is nothing to calculate or too much of it."""
    units = [member["unit"] for member in members]
    if not any(unit in traced for unit in units):
        return None
    known = {name for unit in units for name, row in traced.get(unit, {}).items() if row["value_exact"] is not None}
    root = slots_of(book.rulebook, group, frozenset(known), 1)
    if root.points > MOST_COLUMNS or root.points * len(units) > MOST_CELLS:
        return None
    adjusting = Adjusting(book.rulebook, group, traced)
    figures = Figures(book.rulebook, root, adjusting, tuple(units), traced, FIRST, FULL, WEIGHT)

    def measured(name: str) -> tuple[str, dict[str, Fraction]]:
        return _measured(book, name)

    return _Plan(group, figures, outcome_columns(book.rulebook, figures, members, book.grade, measured))


def _measured(book: Book, name: str) -> tuple[str, dict[str, Fraction]]:
    """Return a measure's title, and its published values in the last period by unit."""
    title = book.rulebook.measures[name].title
    mine = (pl.col("period") == book.result.period) & (pl.col("measure") == name) & pl.col("value").is_not_null()
    rows = book.result.measures.filter(mine).select("unit", "value").iter_rows()
    return name if title is None else book.words.both(title.get), {unit: Fraction(value) for unit, value in rows}


def _opening(book: Book) -> str:
    return book.words.line("calculation")


def _sheet_name(book: Book, group: str, taken: set[str]) -> str:
    """Return a name that spreadsheet programs accept: at most 31 characters, some of them forbidden, never twice."""
    opening = _opening(book)
    if len(book.groups) > 1:
        title = wording.group_title(book.rulebook, group, "en" if book.words.lang == "en" else "zh")
        opening += " " + re.sub(r"[\[\]:*?/\\']", " ", wording.printable(title))
    name, number = opening[:SHEET_NAME].strip(), 1
    while name.casefold() in taken:
        number += 1
        name = f"{opening[: SHEET_NAME - len(str(number)) - 1].strip()} {number}"
    taken.add(name.casefold())
    return name


def _write(book: Book, plan: _Plan, name: str) -> None:
    figures, group = plan.figures, book.group(plan.group)
    names = width([book.name(unit) for unit in figures.units], least=12, most=32)
    columns = [Column("", names), *(Column("", 10) for _ in range(plan.last))]
    page = book.page("calculation", columns, name=name, remark=book.words.line("calculation_legend"))
    page.text(HEAD_ROW, 0, group, book.pens.head)
    for row, key in ((KINDS, "unit"), (FULL, "full"), (WEIGHT, "weight_row")):
        page.text(row, 0, book.words.line(key), book.pens.head)
    for row, unit in enumerate(figures.units, FIRST):
        page.text(row, 0, book.name(unit), book.pens.text)
    for slot in figures.root.walk():
        _heading(book, page, figures, slot)
        _column(book, page, figures, slot)
        if not slot.live:
            book.fixed.append(f"{group}: {_title(book, slot)}")
    for column in plan.outcome:
        _outcome(book, page, plan, column)
    page.sheet.freeze_panes(FIRST, 1)
    page.sheet.repeat_rows(HEAD_ROW, WEIGHT)
    page.sheet.repeat_columns(0)
    page.sheet.set_print_scale(PRINT_SCALE)  # as many pages side by side as it takes
    page.finish()


def _title(book: Book, slot: Slot) -> str:
    return book.criterion(slot.criterion.id) if slot.criterion.id else book.words.say("total")


def _heading(book: Book, page: Page, figures: Figures, slot: Slot) -> None:
    page.merge((HEAD_ROW, slot.first, HEAD_ROW, slot.points), _title(book, slot), book.pens.head)
    for column, label in _labels(book, figures, slot):
        page.text(KINDS, column, label, book.pens.head)
        for row in (FULL, WEIGHT):
            page.text(row, column, "", book.pens.head)
    entry = book.pens.entry
    page.number(FULL, slot.points, float(slot.full), entry(full_format(to_decimal(slot.full, 6))))
    if slot.weight is not None:
        page.number(WEIGHT, slot.points, float(slot.weight), entry("0.0###%"))


def _labels(book: Book, figures: Figures, slot: Slot) -> Iterator[tuple[int, str]]:
    say = book.words.say
    if slot.value is not None:
        yield slot.value, say("value")
    for name, column in slot.operands.items():
        yield column, _operand(book, slot, name)
    if slot.used is not None:
        yield slot.used, say("value_used")
    whole = "criteria_total" if figures.adjusting.active else "unrounded_total"
    yield slot.points, say("points" if not slot.children else "subtotal" if slot.criterion.id else whole)


def _operand(book: Book, slot: Slot, name: str) -> str:
    operand = slot.method.operands()[name] if slot.method is not None else None
    if operand is None or operand.attribute is None:
        return book.words.say("target")
    title = book.rulebook.attributes.get(operand.attribute)
    return operand.attribute if title is None else book.words.both(title.get)


def _column(book: Book, page: Page, figures: Figures, slot: Slot) -> None:
    pens, points = book.pens, points_format(book.rulebook)
    for row, unit in enumerate(figures.units, FIRST):
        if slot.value is not None:
            value = figures.value(slot, unit)
            shape = figures.value_format(slot, value)
            page.number(row, slot.value, value, pens.entry(shape) if slot.live else pens.fixed(shape))
        for name, column in slot.operands.items():
            operand, formula = figures.operand(slot, unit, name), figures.operand_formula(slot, name)
            if formula is None:
                page.number(row, column, operand, pens.entry("General"))
            else:
                page.formula(row, column, formula, operand, pens.number("General"))
        if slot.used is not None:
            shape = figures.value_format(slot, figures.used(slot, unit))
            page.formula(row, slot.used, figures.used_formula(slot, row), figures.used(slot, unit), pens.number(shape))
        shown = figures.points(slot, unit)
        if slot.live:
            bold = bool(slot.children)
            page.formula(row, slot.points, figures.formula(slot, row), shown, pens.number(points, bold=bold))
        else:
            page.fixed(row, slot.points, shown, pens.fixed(points))


def _outcome(book: Book, page: Page, plan: _Plan, column: OutcomeColumn) -> None:
    title = book.words.say(column.key)
    if column.subject:
        title += "\n" + book.criterion(column.subject)
    if column.detail:
        title += "\n" + column.detail
    page.merge((HEAD_ROW, column.place, WEIGHT, column.place), title, book.pens.head)
    if column.formula is None and column.kind == "formula":
        book.fixed.append(f"{book.group(plan.group)}: {title}")
    pen = _pen(book, column)
    for row, unit in enumerate(plan.figures.units, FIRST):
        shown = column.shown[unit]
        if column.formula is None:
            page.fixed(row, column.place, shown, pen)
        else:
            page.formula(row, column.place, column.formula(row), shown, pen)


def _pen(book: Book, column: OutcomeColumn) -> Any:
    key, pens = column.key, book.pens
    shape = _shape(book, key)
    if column.formula is None and column.kind == "entry":
        return pens.entry(shape)
    more = {"align": "center"} if key in WHOLE else {}
    return pens.fixed(shape, **more) if column.formula is None else pens.number(shape, **more)


def _shape(book: Book, key: str) -> str:
    rounding = book.rulebook.rounding
    if key in WHOLE:
        return "0"
    if key in ("bonus", "deduction", "adjusted_total", "unrounded_total", "tiebreak_on"):
        return points_format(book.rulebook)
    shape = decimals(CERTAIN if key == "ranked_on" else rounding.places)
    return f"+{shape};-{shape};{shape}" if key == "moved_by" else shape
