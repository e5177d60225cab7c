"""The documents of ballots and panels: both languages, the page's policy, the workbook's figures, the plots."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import string
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shuping import panelling, read
from shuping.documents.charts import chart_svg
from shuping.documents.panels.balloted import ballot_blocks
from shuping.documents.panels.book import panel_workbook
from shuping.documents.panels.charts import caterpillar_chart
from shuping.documents.panels.compose import compose
from shuping.documents.panels.console import CELLS, drawn, reach
from shuping.documents.panels.model import Caterpillar, PanelDocument, Paragraph, Table, Track
from shuping.documents.panels.page import render_page
from shuping.documents.panels.view import Judgement
from shuping.documents.panels.words import Words, _phrases

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "review_meeting"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def meeting() -> Judgement:
    return panelling.judge(read(EXAMPLE))


def tables(document: PanelDocument) -> list[Table]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Table)]


def texts(document: PanelDocument) -> list[str]:
    found = [document.title, document.subtitle]
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append(block.text)
            elif isinstance(block, Table):
                found += [block.caption, *(column.title for column in block.columns)]
                found += [cell.text for row in block.rows for cell in row if cell is not None]
            else:
                found += [block.caption, block.note, *(track.label for track in block.tracks)]
    return found


def test_the_english_document_has_no_chinese_and_the_same_figures() -> None:
    chinese, english = compose(meeting(), "zh"), compose(meeting(), "en")
    assert [text for text in texts(english) if CHINESE.search(text)] == []
    assert len(texts(chinese)) == len(texts(english))
    for one, other in zip(tables(chinese), tables(english), strict=True):
        assert [len(row) for row in one.rows] == [len(row) for row in other.rows]
        figures = [
            [re.findall(r"-?\d+(?:\.\d+)?", "" if cell is None else cell.text) for cell in row[1:]]
            for row in [*one.rows, *other.rows]
        ]
        assert figures[: len(one.rows)] == figures[len(one.rows) :]


def test_every_phrase_is_there_in_both_languages() -> None:
    slots = {}
    for key, words in _phrases().items():
        assert set(words) == {"zh", "en"}, key
        assert CHINESE.search(words["zh"]) or key in ("hidden", "w"), key
        assert not CHINESE.search(words["en"]), key
        slots[key] = [{name for _, name, _, _ in string.Formatter().parse(words[lang]) if name} for lang in words]
    assert all(one == other for one, other in slots.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_terminals_count_sheet_holds_what_the_wide_one_does(lang: str) -> None:
    (view,) = meeting().ballots
    words = Words(meeting(), lang)
    wide = next(block for block in ballot_blocks(view, words) if isinstance(block, Table))
    turnout, votes, *_ = (block for block in ballot_blocks(view, words, narrow=True) if isinstance(block, Table))
    joined = [(*one, *other[2:]) for one, other in zip(turnout.rows, votes.rows, strict=True)]
    assert joined == list(wide.rows)
    assert max(len(turnout.columns), len(votes.columns)) <= 9


def test_the_page_carries_both_languages_and_allows_nothing_from_outside() -> None:
    page = render_page(meeting(), "en")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    assert f"style-src &#39;sha256-{digest}&#39;" in page or f"style-src 'sha256-{digest}'" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert 'class="zh"' in page
    assert 'class="en"' in page
    assert "测评统计表" in page
    assert "Count sheet" in page
    pictures = re.findall(r'(?:src|srcset)="data:image/svg\+xml;base64,([^"]+)"', page)
    assert len(pictures) == 8  # two plots, two languages, light and dark
    assert all(base64.b64decode(picture).startswith(b"<svg") for picture in pictures)
    assert 'id="lang-en" checked' in page


def test_the_workbook_holds_the_count_sheet_as_numbers() -> None:
    content = panel_workbook(meeting(), "zh")
    assert content == panel_workbook(meeting(), "zh")
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == ["年度民主测评", "述职报告评分"]
    rows: list[list[Any]] = book.get_sheet_by_name("年度民主测评").to_python()
    head = next(place for place, row in enumerate(rows) if row[:3] == ["单位", "类别", "应到"])
    sheet = compose(meeting(), "zh").sections[0].blocks[1]
    assert isinstance(sheet, Table)
    first = [cell.text for cell in sheet.rows[0] if cell is not None]
    assert rows[head + 1][2:8] == [12, 11, 11, 10, 0, 1]
    assert [str(cell) for cell in rows[head + 1][:2]] == first[:2]
    assert rows[head + len(sheet.rows)][1] == "合计"
    assert any("监票人" in str(row[0]) for row in rows)


# --- plots -----------------------------------------------------------------------------------------------------------

PLOT = Caterpillar("a", "Plot", "note", (Track("x", 5, 0, 10, 7.5), Track("y", -5, -10, 0)), 0.0)


def test_a_line_of_the_plot_by_hand() -> None:
    assert reach(PLOT) == (-10, 10)
    line = drawn(PLOT.tracks[0], -10, 10, 0.0)
    at = {share: round(share * (CELLS - 1)) for share in (0.5, 0.75, 0.875, 1)}
    assert (line[at[0.5]], line[at[0.75]], line[at[0.875]], line[at[1]]) == ("─", "●", "○", "─")
    assert line[: at[0.5]].strip() == ""
    lower = drawn(PLOT.tracks[1], -10, 10, 0.0)
    assert lower.index("●") == round(0.25 * (CELLS - 1))
    assert "○" not in lower


def test_a_plot_of_one_point_has_a_width() -> None:
    single = Caterpillar("a", "Plot", "note", (Track("x", 3, 3, 3),))
    low, high = reach(single)
    assert drawn(single.tracks[0], low, high).strip() == "●"


def test_the_chart_holds_the_same_figures_in_the_same_order() -> None:
    (plot, *_) = [block for section in compose(meeting(), "en").sections for block in section.blocks
                  if isinstance(block, Caterpillar)]  # fmt: skip
    spec = caterpillar_chart(plot).to_dict()
    (part,) = spec["vconcat"]
    layers = part["layer"]
    (values,) = spec["datasets"].values()
    assert [(row["label"], row["value"], row["low"], row["high"], row["raw"]) for row in values] == [
        (track.label, track.value, track.low, track.high, track.raw) for track in plot.tracks
    ]
    assert layers[0]["encoding"]["y"]["sort"] == [track.label for track in plot.tracks]


def test_units_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "meeting"
    shutil.copytree(EXAMPLE, folder)
    text = (folder / "units.csv").read_text(encoding="utf-8")
    (folder / "units.csv").write_text(text.replace("Shiqiao", "Qinghe").replace("石桥乡", "清河镇"), encoding="utf-8")
    found = panelling.judge(read(folder))
    plots = [block for section in compose(found, "en").sections for block in section.blocks
             if isinstance(block, Caterpillar)]  # fmt: skip
    assert {"Qinghe (t01)", "Qinghe (t02)", "Liulin"} <= {track.label for track in plots[0].tracks}


def test_a_plot_of_three_thousand_reviewers_is_drawn() -> None:
    tracks = tuple(Track(f"r{i}", i / 100, i / 100 - 1, i / 100 + 1) for i in range(3000))
    svg = chart_svg(caterpillar_chart(Caterpillar("a", "Plot", "note", tracks, 0.0)))
    assert svg.count("<path") > 3000
    height = float(re.findall(r'height="([\d.]+)"', svg)[0])
    assert height < 3000
