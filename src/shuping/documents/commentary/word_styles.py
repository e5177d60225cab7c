"""Styles, page and footers of the Word file, set on python-docx's blank document."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from shuping.documents.commentary import layout as page
from shuping.documents.commentary.layout import Face, Layout

TITLE, SUBTITLE, HEADING, SUBHEADING, BODY = "Title", "Subtitle", "Heading 1", "Heading 2", "Body Text"
LABEL, NOTE, CELL, HEADER_CELL, SIGNATURE = "Attachment Label", "Attachment Note", "Cell", "Header Cell", "Issuer"


def set_up(document: Document, layout: Layout) -> None:
    """Give the document its page, styles, language and page numbers."""
    _language(document, layout)
    _page(document, layout)
    _face(document.styles["Normal"], layout.body)
    styles = {
        TITLE: (layout.title, WD_ALIGN_PARAGRAPH.CENTER),
        SUBTITLE: (layout.subtitle, WD_ALIGN_PARAGRAPH.CENTER),
        HEADING: (layout.heading, None),
        SUBHEADING: (layout.subheading, None),
        BODY: (layout.body, WD_ALIGN_PARAGRAPH.JUSTIFY if layout.justified else None),
        LABEL: (layout.heading, None),
        NOTE: (layout.body, None),
        CELL: (layout.cell, None),
        HEADER_CELL: (layout.header_cell, WD_ALIGN_PARAGRAPH.CENTER),
        SIGNATURE: (layout.body, WD_ALIGN_PARAGRAPH.RIGHT),
    }
    for name, (face, align) in styles.items():
        _style(document, name, face, align)
    for name in (HEADING, SUBHEADING, BODY):
        indent(document.styles[name], layout.indent, getattr(layout, _OF[name]).size)
    _spacing(document, layout)
    _footers(document, layout)


_OF = {HEADING: "heading", SUBHEADING: "subheading", BODY: "body"}


def style_id(name: str) -> str:
    """Return the id that python-docx gives to a style of ours: setting it directly spares a search for each cell."""
    return name.replace(" ", "")


def indent(styled: Any, characters: int, size: float) -> None:
    """Indent the first line by whole characters: both in characters (Word) and in twips (others)."""
    if characters:
        found = styled.element.get_or_add_pPr().get_or_add_ind()
        found.set(qn("w:firstLineChars"), str(characters * 100))
        found.set(qn("w:firstLine"), str(round(characters * size * 20)))


def _style(document: Document, name: str, face: Face, align: Any) -> None:
    known = {style.name for style in document.styles}
    style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    properties = style.element.get_or_add_pPr()
    for child in list(properties):
        if child.tag not in (qn("w:outlineLvl"), qn("w:keepNext"), qn("w:keepLines")):
            properties.remove(child)
    style.base_style = document.styles["Normal"] if name != "Normal" else None
    _face(style, face)
    style.paragraph_format.alignment = align
    if name in (CELL, HEADER_CELL):
        _off_grid(properties)


def _face(style: Any, face: Face) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    fonts = OxmlElement("w:rFonts")
    for attribute, name in (
        ("ascii", face.latin),
        ("hAnsi", face.latin),
        ("cs", face.latin),
        ("eastAsia", face.chinese),
    ):
        fonts.set(qn(f"w:{attribute}"), name)
    properties.append(fonts)
    style.font.bold = face.bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.size = Pt(face.size)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = Pt(face.pitch)


def _spacing(document: Document, layout: Layout) -> None:
    document.styles[BODY].paragraph_format.space_after = Pt(layout.after)
    document.styles[SUBTITLE].paragraph_format.space_after = Pt(layout.body.pitch)
    for name in (HEADING, SUBHEADING):
        document.styles[name].paragraph_format.space_before = Pt(layout.after)
        document.styles[name].paragraph_format.space_after = Pt(layout.after / 2)
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles[LABEL].paragraph_format.page_break_before = True
    document.styles[LABEL].paragraph_format.space_after = Pt(layout.body.pitch)
    document.styles[LABEL].paragraph_format.keep_with_next = True


def _off_grid(properties: Any) -> None:
    """Let the small print of tables keep its own pitch instead of the page's grid."""
    element = OxmlElement("w:snapToGrid")
    element.set(qn("w:val"), "0")
    properties.insert_element_before(element, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def _language(document: Document, layout: Layout) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "zh-CN")
    theme = document.settings.element.find(qn("w:themeFontLang"))
    if theme is not None:
        theme.set(qn("w:eastAsia"), "zh-CN")
    document.core_properties.language = layout.language


def _page(document: Document, layout: Layout) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(page.PAGE_MM[0]), Mm(page.PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(page.TOP_MM), Mm(page.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(page.LEFT_MM), Mm(page.RIGHT_MM)
    section.header_distance, section.footer_distance = Mm(15), Mm(page.FOOTER_MM)
    properties = section._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(layout.body.pitch * 20)))
    properties.append(grid)


def _footers(document: Document, layout: Layout) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    odd, even = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
    _face(document.styles["Footer"], layout.page_number)
    for footer, align in ((section.footer, odd), (section.even_page_footer, even)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        paragraph.alignment = align
        one_character = Pt(layout.page_number.size)
        if align == odd:
            paragraph.paragraph_format.right_indent = one_character
        else:
            paragraph.paragraph_format.left_indent = one_character
        paragraph.add_run("— ")
        _field(paragraph.add_run(), "PAGE")
        paragraph.add_run(" —")


def _field(run: Any, code: str) -> None:
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
