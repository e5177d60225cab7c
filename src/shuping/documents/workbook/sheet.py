"""What the sheets share: the book at hand, a titled sheet set up for printing, tables of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shuping.documents import wording
from shuping.documents.ordering import StandingRow, standing_by_group, unit_order
from shuping.documents.workbook.pens import Pens, merge_text, put_text
from shuping.documents.workbook.words import Words
from shuping.scoring.result import Result

HEAD_ROW = 2
"""The row of the column headings, below title and subtitle."""


class Book:
    """A workbook being written: the result, its words and formats, and the standing in printing order."""

    def __init__(self, result: Result, file: Any, lang: str) -> None:
        self.result = result
        self.rulebook = result.rulebook
        self.file = file
        self.words = Words(lang)
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

    def group(self, group: str) -> str:
        """Return a group's title in the workbook's language, on one line."""
        return self.words.both(lambda lang: wording.group_title(self.rulebook, group, lang)).replace("\n", " ")

    def criterion(self, criterion: str) -> str:
        """Return a criterion's title in the workbook's language."""
        return self.words.both(lambda lang: wording.criterion_title(self.rulebook, criterion, lang))

    def measure(self, measure: str) -> str:
        """Return a measure's title in the workbook's language."""
        return self.words.both(lambda lang: wording.measure_title(self.rulebook, measure, lang))

    def sheet(self, key: str, columns: Sequence[Column]) -> Any:
        """Return a new sheet: title, subtitle and headings written, A4 landscape, headings repeated on every page."""
        sheet = self.file.add_worksheet(self.words.sheet(key))
        last = max(len(columns) - 1, 1)
        title = self.words.both(lambda lang: wording.title_of_document(self.rulebook, lang)).replace("\n", " / ")
        heading = f"{title} · {self.words.sheet(key)}"
        merge_text(sheet, (0, 0, 0, last), heading, self.pens.bare(bold=True, font_size=14, align="left"))
        label = self.words.both(lambda lang: wording.period_label(self.rulebook, self.result.period, lang))
        merge_text(sheet, (1, 0, 1, last), label.replace("\n", " / "), self.pens.bare(align="left"))
        sheet.set_row(0, 26)
        for index, column in enumerate(columns):
            put_text(sheet, HEAD_ROW, index, column.title, self.pens.head)
            sheet.set_column(index, index, column.width)
        sheet.set_row(HEAD_ROW, 15 * max(2, max(_lines(column) for column in columns)))
        sheet.freeze_panes(HEAD_ROW + 1, 0)
        sheet.repeat_rows(HEAD_ROW)
        _print_setup(sheet)
        return sheet


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading and width in characters."""

    title: str
    width: float


def _lines(column: Column) -> int:
    from shuping.documents.workbook.pens import width

    return sum(-(-int(width([line], 0, 400)) // max(1, int(column.width))) for line in column.title.split("\n"))


def _print_setup(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C&P / &N")
    sheet.hide_gridlines(2)
