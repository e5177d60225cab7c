"""The score sheet: each unit's tree of criteria with merged cells, from value and rule to points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from shuping.documents import wording
from shuping.documents.workbook.pens import BAND, full_format, measure_format, points_format
from shuping.documents.workbook.sheet import HEAD_ROW, Book, Column, Page
from shuping.scoring.words import ADJUSTING, WORDS

MOST_ROWS = 100_000
"""Beyond this the sheet takes minutes to write and nobody reads it: the notes point to scores.csv instead."""
MOST_BREAKS = 1000
"""Excel knows at most 1023 page breaks in a page."""
FIELDS = ("source", "value", "rule", "substituted", "points", "points_max", "weight", "contribution", "records", "note")
_WIDTHS = {"source": 22, "rule": 48, "substituted": 30, "note": 12}

TraceRow = dict[str, Any]
Numbers = Mapping[tuple[str, str], Mapping[str, Decimal | None]]


def has_score_sheet(book: Book) -> bool:
    """Tell whether the trace of the period is short enough for a page."""
    return 0 < _trace(book).height <= MOST_ROWS


def write_scores(book: Book) -> None:
    """Write the sheet 评分表 / Score sheet for the result's last period, one unit after another, a page each."""
    frame = _trace(book)
    depth = max(1, int(frame["depth"].max() or 1))  # type: ignore[arg-type]
    columns = [Column(_level(book, number), 18) for number in range(1, depth + 1)]
    columns += [Column(book.words.say(name), _WIDTHS.get(name, 9)) for name in FIELDS]
    page = book.page("scores", columns)
    numbers = _numbers(book)
    rows: dict[str, list[TraceRow]] = {}
    for trace_row in frame.sort("order").rows(named=True):
        rows.setdefault(trace_row["unit"], []).append(trace_row)
    row, breaks = HEAD_ROW + 1, []
    for standing in book.rows():
        unit = rows.get(standing["unit"], [])
        if row > HEAD_ROW + 1 and unit:
            breaks.append(row)
        row = _unit(book, page, row, standing["unit"], unit, depth, numbers)
    if len(breaks) <= MOST_BREAKS:
        page.sheet.set_h_pagebreaks(breaks)
    page.finish()


def _trace(book: Book) -> pl.DataFrame:
    return book.result.trace.filter(pl.col("period") == book.result.period)


def _numbers(book: Book) -> Numbers:
    rows = book.result.scores.filter(pl.col("period") == book.result.period).rows(named=True)
    return {(row["unit"], row["criterion"]): row for row in rows}


def _level(book: Book, number: int) -> str:
    chinese = "一二三四五六七八九"[number - 1] if number < 10 else str(number)
    return book.words.both(lambda lang: f"{chinese}级指标" if lang == "zh" else f"Level {number}")


def _unit(book: Book, page: Page, row: int, unit: str, rows: Sequence[TraceRow], depth: int, numbers: Numbers) -> int:
    """Write one unit's band and tree; return the next row."""
    for index, trace_row in enumerate(rows):
        level = trace_row["depth"]
        if level == 0:
            _band(book, page, row + index, unit, trace_row, depth)
            continue
        below = index + 1
        while below < len(rows) and rows[below]["depth"] > level:
            below += 1
        title = book.words.both(lambda lang, found=trace_row: found[f"title_{lang}"] or "")  # type: ignore[misc]
        if trace_row["kind"] == "node":
            pen = book.pens.pen(bold=True, align="left", valign="top")
            page.merge((row + index, level - 1, row + below - 1, level - 1), title, pen)
            if level < depth:
                subtotal = book.words.line("subtotal")
                page.merge((row + index, level, row + index, depth - 1), subtotal, pen)
        else:
            page.merge((row + index, level - 1, row + index, depth - 1), title, book.pens.text)
        found = numbers.get((unit, trace_row["criterion"]), {})
        _line(book, page, row + index, depth, trace_row, found)
    return row + len(rows)


def _band(book: Book, page: Page, row: int, unit: str, total: TraceRow, depth: int) -> None:
    band, names = book.pens.band, [book.name(unit)]
    if book.both_names:
        names.append(book.name(unit, "en"))
    page.merge((row, 0, row, depth - 1), " ".join(dict.fromkeys(names)), band)
    for index, name in enumerate(FIELDS):
        text = total[name] if name in ("points", "points_max") else None
        if text is not None:
            places = len(text.partition(".")[2])
            pen = book.pens.number("0." + "0" * places if places else "0", bold=True, bg_color=BAND)
            page.number(row, depth + index, Decimal(text), pen)
        else:
            page.text(row, depth + index, _reason(book, total) if name == "note" else "", band)


def _line(book: Book, page: Page, row: int, start: int, trace_row: TraceRow, found: Mapping[str, Any]) -> None:
    node = trace_row["kind"] == "node"
    texts = {
        "source": book.words.both(lambda lang: trace_row[f"source_title_{lang}"] or ""),
        "rule": book.words.both(lambda lang: trace_row[f"rule_{lang}"] or ""),
        "substituted": trace_row["substituted"] or "",
        "note": _reason(book, trace_row),
    }
    for index, name in enumerate(FIELDS):
        if name in texts:
            page.text(row, start + index, texts[name], book.pens.text)
        elif name == "records":
            page.number(row, start + index, trace_row["records"], book.pens.number("0"))
        else:
            value = found.get(name)
            shape = _format(book, name, trace_row, value)
            page.number(row, start + index, value, book.pens.number(shape, bold=node))


def _format(book: Book, name: str, trace_row: TraceRow, value: Decimal | None) -> str:
    if name == "value":
        if trace_row["kind"] in ("measure", "bonus", "deduction") and trace_row["source"]:
            return measure_format(book.rulebook, trace_row["source"] or "", value)
        return points_format(book.rulebook)
    if name == "points_max":
        return full_format(value)
    return "0.0###%" if name == "weight" else points_format(book.rulebook)


def _reason(book: Book, trace_row: TraceRow) -> str:
    """What is to be said beside a row: that it is a bonus, deduction, limit or veto, and why a value is missing."""

    def said(lang: str) -> str:
        kind = WORDS[lang][trace_row["kind"]] if trace_row["kind"] in ADJUSTING else ""
        reason = wording.missing_words(trace_row["missing"], lang)
        return ("：" if lang == "zh" else ": ").join(text for text in (kind, reason) if text)

    return book.words.both(said)
