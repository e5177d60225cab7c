"""The page of the Word commentary: GB/T 9704-2012 without a red head.

Text area 156 x 225 mm on A4, 22 lines a page; body size 3 (16 pt) FangSong; level-1 headings SimHei, level-2 KaiTi,
title size 2 (22 pt) XiaoBiaoSong; page numbers "— 1 —" outside on each side. The English commentary has the same page
in a serif of 12 pt. No font is shipped: each is named with the fonts to fall back on (``ALTERNATIVES``).
"""

from __future__ import annotations

from dataclasses import dataclass

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
FOOTER_MM = 25.5
"""From the paper's edge to the lower edge of the footer's line, so that its dash lies 7 mm below the text area."""
TEXT_WIDTH_TWIPS = 8844
"""156 mm."""

ALTERNATIVES = {
    "仿宋_GB2312": "FangSong,仿宋,FangSong_GB2312,FZFangSong-Z02,Noto Serif CJK SC",
    "楷体_GB2312": "KaiTi,楷体,KaiTi_GB2312,FZKai-Z03,Noto Serif CJK SC",
    "黑体": "SimHei,FZHei-B01,Noto Sans CJK SC",
    "宋体": "SimSun,Noto Serif CJK SC",
    "方正小标宋简体": "FZXiaoBiaoSong-B05S,方正小标宋_GBK,SimSun,Noto Serif CJK SC",
}


@dataclass(frozen=True, slots=True)
class Face:
    """A style of text: fonts for Latin and Chinese, size and fixed line pitch in points."""

    latin: str
    chinese: str
    size: float
    pitch: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The faces of one language. ``indent``: first line, in characters; ``after``: space below, in points.

    The page's grid has the body's pitch: 28.95 pt puts 22 lines on 225 mm.
    """

    language: str
    title: Face
    subtitle: Face
    heading: Face
    subheading: Face
    body: Face
    cell: Face
    header_cell: Face
    page_number: Face
    indent: int
    after: float
    justified: bool


CHINESE = Layout(
    language="zh-CN",
    title=Face("Times New Roman", "方正小标宋简体", 22, 36),
    subtitle=Face("Times New Roman", "楷体_GB2312", 16, 28.95),
    heading=Face("Times New Roman", "黑体", 16, 28.95),
    subheading=Face("Times New Roman", "楷体_GB2312", 16, 28.95),
    body=Face("Times New Roman", "仿宋_GB2312", 16, 28.95),
    cell=Face("Times New Roman", "仿宋_GB2312", 10.5, 15),
    header_cell=Face("Times New Roman", "黑体", 10.5, 15),
    page_number=Face("宋体", "宋体", 14, 14),
    indent=2,
    after=0,
    justified=True,
)
ENGLISH = Layout(
    language="en-GB",
    title=Face("Times New Roman", "宋体", 20, 26, bold=True),
    subtitle=Face("Times New Roman", "宋体", 13, 20),
    heading=Face("Times New Roman", "宋体", 14, 22, bold=True),
    subheading=Face("Times New Roman", "宋体", 12, 19, bold=True),
    body=Face("Times New Roman", "宋体", 12, 18),
    cell=Face("Times New Roman", "宋体", 10, 13),
    header_cell=Face("Times New Roman", "宋体", 10, 13, bold=True),
    page_number=Face("Times New Roman", "宋体", 11, 14),
    indent=0,
    after=6,
    justified=False,
)


def layout_of(lang: str) -> Layout:
    """Return the layout of ``zh`` or ``en``."""
    return CHINESE if lang == "zh" else ENGLISH
