"""The commentary as a Word file: the same commentary, the same bytes."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from shuping.documents import wording
from shuping.documents.commentary.compose import compose
from shuping.documents.commentary.layout import ALTERNATIVES, TEXT_WIDTH_TWIPS, Layout, layout_of
from shuping.documents.commentary.model import Attachment, Commentary, Row, Runs, Section, plain
from shuping.documents.commentary.phrases import Phrases
from shuping.documents.packing import fixed_zip, need
from shuping.scoring.result import Result

_FIXED = datetime(2000, 1, 1)
"""The date in the file's properties: none is given by the data, and the clock would change the bytes."""


CROWDED = 8
"""Tables of more columns have narrow margins in their cells."""


def write_commentary(result: Result, path: str | Path, lang: str = "zh") -> None:
    """Write the commentary on the result's last period to ``path``.

    Raises MissingExtraError where python-docx is not installed, OSError where the path cannot be written.
    """
    Path(path).write_bytes(commentary_bytes(compose(result, lang)))


def commentary_bytes(commentary: Commentary) -> bytes:
    """Return the Word file of a commentary. Raises MissingExtraError where python-docx is not installed."""
    need("docx", "python-docx")
    import docx

    from shuping.documents.commentary import word_styles as styles

    layout = layout_of(commentary.lang)
    document = docx.Document()
    styles.set_up(document, layout)
    _properties(document, commentary)
    _text(document, commentary, styles)
    _end(document, commentary, styles, layout)
    for attachment in commentary.attachments:
        _attachment(document, attachment, styles, layout)
    stream = BytesIO()
    document.save(stream)
    return fixed_zip(stream.getvalue(), {"word/fontTable.xml": font_table()})


def _properties(document: Any, commentary: Commentary) -> None:
    properties = document.core_properties
    properties.title = plain(commentary.title)
    properties.author = plain(commentary.signature)
    properties.last_modified_by = ""
    properties.comments = ""
    properties.revision = 1
    properties.created = properties.modified = _FIXED


def _text(document: Any, commentary: Commentary, styles: Any) -> None:
    _paragraph(document, commentary.title, styles.TITLE)
    _paragraph(document, commentary.subtitle, styles.SUBTITLE)
    for runs in commentary.opening:
        _paragraph(document, runs, styles.BODY)
    for section in commentary.sections:
        _section(document, section, styles, 0)
    for runs in commentary.closing:
        _paragraph(document, runs, styles.BODY)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.paragraphs[-1].paragraph_format.keep_together = True


def _section(document: Any, section: Section, styles: Any, depth: int) -> None:
    heading = document.add_paragraph(style=styles.HEADING if depth == 0 else styles.SUBHEADING)
    heading.add_run(section.number + plain(section.title))
    for runs in section.paragraphs:
        _paragraph(document, runs, styles.BODY)
    for below in section.sections:
        _section(document, below, styles, depth + 1)


def _end(document: Any, commentary: Commentary, styles: Any, layout: Layout) -> None:
    """Add the note on attachments and the signature, one line below the text (GB/T 9704 7.3.4 and 7.3.5).

    They are kept on a page with the last paragraph: no page holds a signature alone.
    """
    say = Phrases(commentary.lang)
    note = say.words("attachment.note")
    titles = [plain(attachment.title) for attachment in commentary.attachments]
    hanging = layout.body.size * (len(note) if commentary.lang == "zh" else len(note) * 0.48)
    for index, title in enumerate(titles):
        paragraph = document.add_paragraph(style=styles.NOTE)
        number = f"{index + 1}. " if len(titles) > 1 else ""
        left = layout.indent * layout.body.size + hanging
        paragraph.paragraph_format.left_indent = _points(left)
        paragraph.paragraph_format.first_line_indent = _points(-hanging if index == 0 else 0)
        paragraph.paragraph_format.space_before = _points(layout.body.pitch if index == 0 else 0)
        paragraph.paragraph_format.keep_with_next = bool(commentary.signature) or index + 1 < len(titles)
        paragraph.add_run((note if index == 0 else "") + number + title)
    if commentary.signature:
        signature = _paragraph(document, commentary.signature, styles.SIGNATURE)
        signature.paragraph_format.space_before = _points(layout.body.pitch)
        signature.paragraph_format.right_indent = _points(2 * layout.body.size)


def _attachment(document: Any, attachment: Attachment, styles: Any, layout: Layout) -> None:
    document.add_paragraph(attachment.label, style=styles.LABEL)
    title = _paragraph(document, attachment.title, styles.TITLE)
    title.paragraph_format.space_after = _points(layout.body.pitch / 2)
    title.paragraph_format.keep_with_next = True
    _table(document, attachment, styles)


def _table(document: Any, attachment: Attachment, styles: Any) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement

    columns = attachment.columns
    table = document.add_table(rows=1 + len(attachment.rows), cols=len(columns), style="Table Grid")
    table.autofit = False
    if len(columns) > CROWDED:
        _narrow_margins(table)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    whole = sum(column.width for column in columns)
    widths = [TEXT_WIDTH_TWIPS * column.width // whole for column in columns]
    for grid, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        grid.w = _twips(width)
    for index, row in enumerate(table._tbl.tr_lst):
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if index == 0:
            properties.append(OxmlElement("w:tblHeader"))
    header = Row(tuple(_as_runs(column.title) for column in columns))
    for row, tr in zip((header, *attachment.rows), table._tbl.tr_lst, strict=True):
        _fill_row(table, tr, row, widths, attachment, styles, row is header)


def _narrow_margins(table: Any) -> None:
    """Leave little room beside the texts of cells, so that figures of a crowded table stay on one line."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "28")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def _fill_row(
    table: Any, tr: Any, row: Row, widths: list[int], attachment: Attachment, styles: Any, head: bool
) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.table import _Cell

    cells = [_Cell(tc, table) for tc in tr.tc_lst]
    for cell, width in zip(cells, widths, strict=True):
        cell.width = _twips(width)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    if row.band:
        cells = [cells[0].merge(cells[-1])]
    for index, (cell, runs) in enumerate(zip(cells, row.cells, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph._p.style = styles.style_id(styles.HEADER_CELL if head or row.band else styles.CELL)
        if row.band:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            paragraph.paragraph_format.keep_with_next = True
        elif not head:
            paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, attachment.columns[index].align.upper())
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = _points(2)
        paragraph.add_run(wording.printable(plain(runs)))


def _paragraph(document: Any, runs: Runs, style: str) -> Any:
    paragraph = document.add_paragraph(style=style)
    paragraph.add_run(plain(runs))
    return paragraph


def _as_runs(text: str) -> Runs:
    from shuping.documents.commentary.model import Words

    return (Words(text),)


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _twips(width: int) -> Any:
    from docx.shared import Twips

    return Twips(width)


def font_table() -> bytes:
    """Return the font table: the fonts that the styles name, each with those to use where it is not installed."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        f'<w:pitch w:val="variable"/></w:font>'
        for name, others in ALTERNATIVES.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()
