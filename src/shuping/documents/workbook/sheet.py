"""What the sheets share: the book at hand, and a titled page set up for printing that grows its rows to fit.

Text is always written as a string: ``=1+1`` as a unit's name stays those four characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shuping.documents import wording
from shuping.documents.ordering import StandingRow, standing_by_group, unit_order
from shuping.documents.workbook.formulas import LONGEST
from shuping.documents.workbook.pens import Pens, cleaned, lines
from shuping.documents.workbook.words import Words
from shuping.scoring.result import Result

HEAD_ROW = 2
"""The row of the column headings, below title and subtitle."""
LINE_POINTS = 13
"""The height of a line of the workbook's font."""


class Book:
    """A workbook being written: the result, its words and formats, and the standing in printing order."""

    def __init__(self, result: Result, file: Any, lang: str) -> None:
        self.result = result
        self.rulebook = result.rulebook
        self.file = file
        self.words = Words(lang)
        self.fixed: list[str] = []
        """What stands in the calculation sheets as a fixed value, or is left out of them: told in the notes."""
        self.pens = Pens(file)
        self.order = unit_order(result)
        self.groups = standing_by_group(result, result.period)
        self.group_of = {row["unit"]: group for group, rows in self.groups.items() for row in rows}
        names = [(unit.name, unit.name_en) for unit in result.register if unit.id in self.group_of]
        self.both_names = lang == "both" and any(english and english != name for name, english in names)

    def rows(self) -> Iterator[StandingRow]:
        """Yield the period's rows of the standing in printing order."""
        for rows in self.groups.values():
            yield from rows

    def name(self, unit: str, lang: str | None = None) -> str:
        """Return a unit's name; in a workbook of both languages the Chinese one unless ``lang`` says otherwise."""
        chosen = lang or ("en" if self.words.lang == "en" else "zh")
        return wording.unit_name(self.result, unit, chosen)

    def grade(self, grade: str) -> str:
        """Return a grade's title in the workbook's language, on one line."""
        return self.words.both(lambda lang: wording.grade_title(self.rulebook, grade, lang), " ")

    def group(self, group: str) -> str:
        """Return a group's title in the workbook's language, on one line."""
        return self.words.both(lambda lang: wording.group_title(self.rulebook, group, lang), " ")

    def criterion(self, criterion: str) -> str:
        """Return a criterion's title in the workbook's language."""
        return self.words.both(lambda lang: wording.criterion_title(self.rulebook, criterion, lang))

    def measure(self, measure: str) -> str:
        """Return a measure's title in the workbook's language, on one line."""
        return self.words.both(lambda lang: wording.measure_title(self.rulebook, measure, lang), " ")

    def page(self, key: str, columns: Sequence[Column], name: str = "", remark: str = "") -> Page:
        """Return a new sheet: title, subtitle and headings written, A4 landscape, headings repeated on every page.

        ``name``: the sheet's own name where there are several of its kind; ``remark`` follows the period.
        """
        page = Page(self.file.add_worksheet(name or self.words.sheet(key)), tuple(column.width for column in columns))
        last = max(len(columns) - 1, 1)
        title = self.words.both(self.rulebook.title.get, " / ")
        page.merge((0, 0, 0, last), f"{title} · {self.words.sheet(key)}", self.pens.bare(bold=True, font_size=14))
        label = self.words.both(lambda lang: wording.period_label(self.rulebook, self.result.period, lang), " / ")
        page.merge((1, 0, 1, last), f"{label} · {remark}" if remark else label, self.pens.bare())
        for index, column in enumerate(columns):
            page.text(HEAD_ROW, index, column.title, self.pens.head)
        _print_setup(page.sheet)
        return page


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading and width in characters."""

    title: str
    width: float


class Page:
    """A sheet with its column widths: writes cells, and ``finish`` makes every row high enough for its texts."""

    def __init__(self, sheet: Any, widths: tuple[float, ...]) -> None:
        self.sheet = sheet
        self.widths = widths
        self._lines: dict[int, int] = {}
        for index, wide in enumerate(widths):
            sheet.set_column(index, index, wide)

    def text(self, row: int, column: int, text: str, pen: Any) -> None:
        """Write a text cell, never a formula."""
        self._write(row, column, text, pen)
        self._grow(row, text, self.widths[column])

    def number(self, row: int, column: int, value: Decimal | int | float | None, pen: Any) -> None:
        """Write a number, or an empty cell for None. A Decimal reaches the file with its own digits."""
        if value is None:
            self.sheet.write_blank(row, column, None, pen)
        else:
            self.sheet.write_number(row, column, value, pen)

    def formula(self, row: int, column: int, formula: str, shown: float | str | None, pen: Any) -> None:
        """Write a formula (without ``=``) and what it comes to; the value alone where the formula is too long."""
        if len(formula) > LONGEST:
            self.fixed(row, column, shown, pen)
        else:
            self.sheet.write_formula(row, column, f"={formula}", pen, "" if shown is None else shown)

    def fixed(self, row: int, column: int, shown: float | str | None, pen: Any) -> None:
        """Write a number or a text that no formula stands behind."""
        if isinstance(shown, str):
            self._write(row, column, shown, pen)
        else:
            self.number(row, column, shown, pen)

    def merge(self, area: tuple[int, int, int, int], text: str, pen: Any) -> None:
        """Write a text over the cells (first row, first column, last row, last column), also where that is one cell."""
        first_row, first_column, last_row, last_column = area
        if (first_row, first_column) != (last_row, last_column):
            self.sheet.merge_range(first_row, first_column, last_row, last_column, "", pen)
        self._write(first_row, first_column, text, pen)
        room = sum(self.widths[first_column : last_column + 1])
        rows = last_row - first_row + 1
        for row in range(first_row, last_row + 1):
            self._lines[row] = max(self._lines.get(row, 1), -(-lines(text, room) // rows))

    def finish(self) -> None:
        """Set the height of every row with a text of more than one line."""
        for row, count in sorted(self._lines.items()):
            if row == 0:
                self.sheet.set_row(row, 26)
            elif count > 1:
                self.sheet.set_row(row, LINE_POINTS * count + 3)

    def _write(self, row: int, column: int, text: str, pen: Any) -> None:
        if text:
            self.sheet.write_string(row, column, cleaned(text), pen)
        else:
            self.sheet.write_blank(row, column, None, pen)

    def _grow(self, row: int, text: str, room: float) -> None:
        self._lines[row] = max(self._lines.get(row, 1), lines(text, room))


def _print_setup(sheet: Any) -> None:
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C&P / &N")
    sheet.hide_gridlines(2)
