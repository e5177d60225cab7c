"""The count sheets and tables as a workbook, a sheet for every ballot and panel: the same figures, the same bytes.

The sheets are made with the pages and formats of the result's workbook (``documents.workbook``).
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from shuping.documents.packing import fixed_zip, need
from shuping.documents.panels.compose import compose
from shuping.documents.panels.model import Caterpillar, PanelDocument, Paragraph, Section, Table
from shuping.documents.panels.view import Judgement
from shuping.documents.workbook.pens import Pens, cleaned, width
from shuping.documents.workbook.sheet import Page
from shuping.values.rounding import parse_exact

_FIXED = datetime(2000, 1, 1)
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LEAST, _MOST = 8, 34


def panel_workbook(judgement: Judgement, lang: str) -> bytes:
    """Return the workbook in ``zh`` or ``en``. Raises MissingExtraError where xlsxwriter is not installed."""
    need("xlsxwriter", "xlsxwriter")
    import xlsxwriter

    document = compose(judgement, lang)
    stream = BytesIO()
    file = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    file.set_properties({"title": cleaned(document.title), "created": _FIXED})
    pens, taken = Pens(file), set[str]()
    for section in document.sections:
        _sheet(file, pens, document, section, _name(section.title, taken))
    file.close()
    return fixed_zip(stream.getvalue())


def _name(title: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and none has yet."""
    plain = cleaned(title).translate(_FORBIDDEN).strip()[:28] or "-"
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain} {number}", number + 1
    taken.add(name.lower())
    return name


def _sheet(file: Any, pens: Pens, document: PanelDocument, section: Section, name: str) -> None:
    tables = [block for block in section.blocks if isinstance(block, Table)]
    page = Page(file.add_worksheet(name), _widths(tables))
    last = max(len(page.widths) - 1, 1)
    page.merge((0, 0, 0, last), f"{document.title} · {section.title}", pens.bare(bold=True, font_size=14))
    page.merge((1, 0, 1, last), document.subtitle, pens.bare())
    row = 3
    for block in section.blocks:
        if isinstance(block, Paragraph):
            page.merge((row, 0, row, last), block.text, pens.bare(text_wrap=True))
            row += 2
        elif not isinstance(block, Caterpillar):
            row = _table(page, pens, block, row) + 1
    page.finish()
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)
    page.sheet.hide_gridlines(2)


def _widths(tables: list[Table]) -> tuple[float, ...]:
    """The first column fits every table, the others the widest: other texts take more lines where they must."""
    if not tables:
        return _MOST, _MOST
    widest = max(tables, key=lambda one: len(one.columns))
    first = width([text for table in tables for text in _texts(table, 0)], _LEAST, _MOST)
    return first, *(width(_texts(widest, place), _LEAST, _MOST) for place in range(1, len(widest.columns)))


def _texts(table: Table, place: int) -> list[str]:
    return [table.columns[place].title, *(cell.text for row in table.rows if (cell := row[place]) is not None)]


def _table(page: Page, pens: Pens, table: Table, row: int) -> int:
    page.text(row, 0, table.caption, pens.bare(bold=True))
    row += 1
    for place, column in enumerate(table.columns):
        page.text(row, place, column.title, pens.head)
    for line in table.rows:
        row += 1
        for place, (cell, column) in enumerate(zip(line, table.columns, strict=True)):
            _cell(page, pens, row, place, "" if cell is None else cell.text, column.align == "right")
    return row + 1


def _cell(page: Page, pens: Pens, row: int, column: int, text: str, right: bool) -> None:
    """Write whole numbers and figures as numbers with their own decimals, everything else as text."""
    plain = text.removeprefix("-")
    if right and plain.replace(".", "", 1).isdecimal() and plain.isascii():
        places = len(plain.partition(".")[2])
        page.number(row, column, float(parse_exact(text)), pens.number("0." + "0" * places if places else "0"))
    else:
        page.text(row, column, text, pens.pen(align="right") if right else pens.text)
