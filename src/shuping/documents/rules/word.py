"""The rules as a Word file: the page of official documents, wide tables on pages turned on their side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from shuping.documents.commentary.layout import TEXT_WIDTH_TWIPS, layout_of
from shuping.documents.packing import fixed_zip, need
from shuping.documents.rules.model import Column, Paragraph, RulesDocument, Section, Table

_FIXED = datetime(2000, 1, 1)
_WIDE_TWIPS = 13000
"""Width of the text on a page turned on its side."""
_CODE = "DejaVu Sans Mono"


def word_bytes(rules: RulesDocument) -> bytes:
    """Return the Word file. Raises MissingExtraError where python-docx is not installed."""
    need("docx", "python-docx")
    import docx

    from shuping.documents.commentary import word_styles as styles
    from shuping.documents.commentary.word import font_table

    document = docx.Document()
    styles.set_up(document, layout_of(rules.lang))
    _properties(document, rules)
    document.add_paragraph(rules.title, style=styles.TITLE)
    document.add_paragraph(rules.subtitle, style=styles.SUBTITLE)
    for section in rules.sections:
        _section(document, section, styles)
    if rules.signature:
        last = document.add_paragraph(rules.signature, style=styles.SIGNATURE)
        last.paragraph_format.space_before = _points(layout_of(rules.lang).body.pitch)
    stream = BytesIO()
    document.save(stream)
    return fixed_zip(stream.getvalue(), {"word/fontTable.xml": font_table()})


def _properties(document: Any, rules: RulesDocument) -> None:
    properties = document.core_properties
    properties.title, properties.author = rules.title, rules.signature
    properties.last_modified_by = properties.comments = ""
    properties.revision = 1
    properties.created = properties.modified = _FIXED


def _section(document: Any, section: Section, styles: Any) -> None:
    """Add a section. One with a wide table stands on pages turned on their side, from its heading on."""
    wide = any(isinstance(block, Table) and block.wide for block in section.blocks)
    _turn(document, wide)
    document.add_paragraph(section.number + section.title, style=styles.HEADING)
    for block in section.blocks:
        if isinstance(block, Paragraph):
            document.add_paragraph(block.number + block.text, style=styles.BODY)
        else:
            _table(document, block, styles, _WIDE_TWIPS if wide else TEXT_WIDTH_TWIPS)


def _turn(document: Any, wide: bool) -> None:
    """Begin a new page of the other orientation, where the page is not yet so; page numbers go on."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    section = document.sections[-1]
    if (section.orientation == WD_ORIENT.LANDSCAPE) == wide:
        return
    turned = document.add_section(WD_SECTION.NEW_PAGE)
    turned.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    turned.page_width, turned.page_height = section.page_height, section.page_width
    sides = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    moved = (*sides[1:], sides[0]) if wide else (sides[3], *sides[:3])
    turned.top_margin, turned.right_margin, turned.bottom_margin, turned.left_margin = moved


def _table(document: Any, found: Table, styles: Any, width: int) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement

    if found.caption:
        caption = document.add_paragraph(found.caption, style=styles.SUBHEADING)
        caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1 + len(found.rows), cols=len(found.columns), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = _widths(found.columns, width)
    for grid, own in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        grid.w = _twips(own)
    for index, row in enumerate(table._tbl.tr_lst):
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if index == 0:
            properties.append(OxmlElement("w:tblHeader"))
    cells = _cells(table)
    for place, column in enumerate(found.columns):
        _fill(cells[0][place], column.title, widths[place], column, styles, head=True)
    _body(cells[1:], found, widths, styles)
    document.add_paragraph(style=styles.CELL)


KEPT_TOGETHER_UP_TO = 6
"""Rows under one merged cell that are kept on a page; more of them may be parted."""


def _kept(found: Table) -> set[int]:
    """Return the rows that must not be the last of a page: those whose merged cell goes on below them."""
    kept: set[int] = set()
    for line, row in enumerate(found.rows):
        spans = [cell.rows for cell in row if cell is not None and 1 < cell.rows <= KEPT_TOGETHER_UP_TO]
        kept |= set(range(line, line + max(spans, default=1) - 1))
    return kept


def _body(cells: Sequence[Sequence[Any]], found: Table, widths: Sequence[int], styles: Any) -> None:
    kept = _kept(found)
    for line, row in enumerate(found.rows):
        for place, cell in enumerate(row):
            if cell is None:
                continue
            held = cells[line][place]
            if cell.rows > 1 or cell.columns > 1:
                held = held.merge(cells[line + cell.rows - 1][place + cell.columns - 1])
            across = sum(widths[place : place + cell.columns])
            _fill(held, cell.text, across, found.columns[place], styles, head=False)
            if line in kept:
                for paragraph in held.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True


def _cells(table: Any) -> list[list[Any]]:
    """Return the cells once: asking the table for each would search it every time."""
    from docx.table import _Cell

    return [[_Cell(tc, table) for tc in tr.tc_lst] for tr in table._tbl.tr_lst]


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    whole = sum(column.width for column in columns)
    return [width * column.width // whole for column in columns]


def _fill(cell: Any, text: str, width: int, column: Column, styles: Any, *, head: bool) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    cell.width = _twips(width)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for place, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph._p.style = styles.style_id(styles.HEADER_CELL if head else styles.CELL)
        if not head:
            paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, column.align.upper())
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = _points(1)
        run = paragraph.add_run(line)
        if column.code and not head:
            run.font.name, run.font.size = _CODE, _points(8)


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _twips(width: int) -> Any:
    from docx.shared import Twips

    return Twips(width)
