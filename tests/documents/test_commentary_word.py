"""The Word file: opens, has the page of GB/T 9704, equal bytes twice, and all of the commentary's text."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from shuping.documents.commentary import compose, plain, write_commentary
from shuping.documents.commentary.word import commentary_bytes
from shuping.scoring.result import Result
from tests.documents.small_case import small_result

MILLIMETRE = Mm(1)


@pytest.fixture(scope="module")
def chinese(result: Result, tmp_path_factory: pytest.TempPathFactory) -> docx.document.Document:
    path = tmp_path_factory.mktemp("word") / "commentary.zh.docx"
    write_commentary(result, path, "zh")
    return docx.Document(str(path))


def test_the_page_has_the_margins_of_the_standard(chinese: docx.document.Document) -> None:
    section = chinese.sections[0]
    asked = {
        "page_width": 210,
        "page_height": 297,
        "top_margin": 37,
        "bottom_margin": 35,
        "left_margin": 28,
        "right_margin": 26,
    }
    for name, size in asked.items():
        assert abs(getattr(section, name) - Mm(size)) < MILLIMETRE / 10, name
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    assert 22 * int(grid.get(qn("w:linePitch"))) <= round(225 / 25.4 * 1440)


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Body Text", "仿宋_GB2312", 16),
    ],
)
def test_faces_are_those_of_the_standard(chinese: docx.document.Document, style: str, font: str, size: int) -> None:
    found = chinese.styles[style]
    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert found.font.size == Pt(size)
    assert not found.font.bold
    assert str(found.font.color.rgb) == "000000"


def test_body_paragraphs_are_indented_by_two_characters(chinese: docx.document.Document) -> None:
    indent = chinese.styles["Body Text"].element.pPr.ind
    assert indent.get(qn("w:firstLineChars")) == "200"
    assert indent.get(qn("w:firstLine")) == "640"


def test_page_numbers_stand_outside_on_odd_and_even_pages(chinese: docx.document.Document) -> None:
    assert chinese.settings.odd_and_even_pages_header_footer
    section = chinese.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.text, even.text) == ("— 1 —", "— 1 —")
    assert (str(odd.alignment), str(even.alignment)) == ("RIGHT (2)", "LEFT (0)")
    assert "PAGE" in odd._p.xml
    assert odd.style.font.size == Pt(14)


def test_the_file_says_that_it_is_chinese(chinese: docx.document.Document) -> None:
    language = chinese.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    assert language.get(qn("w:eastAsia")) == "zh-CN"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_of_the_text_is_in_the_file(result: Result, lang: str) -> None:
    commentary = compose(result, lang)
    document = docx.Document(BytesIO(commentary_bytes(commentary)))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    for line in commentary.text().splitlines():
        assert line in paragraphs
    for attachment, table in zip(commentary.attachments, document.tables, strict=True):
        assert attachment.label in paragraphs
        head, *rows = ([cell.text for cell in row.cells] for row in table.rows)
        assert head == [column.title for column in attachment.columns]
        for row, cells in zip(attachment.rows, rows, strict=True):
            assert cells == ([plain(row.cells[0])] * len(head) if row.band else [plain(cell) for cell in row.cells])


def test_the_heading_row_of_a_table_repeats(chinese: docx.document.Document) -> None:
    for table in chinese.tables:
        first = table._tbl.tr_lst[0].trPr
        assert first.find(qn("w:tblHeader")) is not None
        assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.gridCol_lst) <= 8844


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_runs_give_equal_bytes(lang: str) -> None:
    assert commentary_bytes(compose(small_result(), lang)) == commentary_bytes(compose(small_result(), lang))


def test_the_members_carry_no_clock(result: Result, tmp_path: Path) -> None:
    write_commentary(result, tmp_path / "c.docx", "en")
    with zipfile.ZipFile(tmp_path / "c.docx") as members:
        assert members.testzip() is None
        assert {info.date_time for info in members.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert members.namelist() == sorted(members.namelist())
        assert b"python-docx" not in members.read("docProps/core.xml")


def test_named_fonts_have_fonts_to_fall_back_on(result: Result) -> None:
    with zipfile.ZipFile(BytesIO(commentary_bytes(compose(result, "zh")))) as members:
        table = members.read("word/fontTable.xml").decode()
    for font in ("仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"):
        assert f'w:name="{font}"><w:altName' in table
