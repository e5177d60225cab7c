"""XLSX forms: a workbook a table, with drop-downs, checks and notes in both languages; the readers read them back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from shuping.records.files_out import refuse_taken, write_files
from shuping.records.layout import STANDARD, Column, Form, Layout, Layouts
from shuping.records.register import Register
from shuping.records.spellings import both
from shuping.rulebook.model import Rulebook
from shuping.values.rounding import show_short
from shuping.values.scalars import Text

ROWS = 5_000
_CREATED = datetime(2000, 1, 1)  # a fixed day: the same form is the same bytes
_LISTS = "_lists"
_NOTES = "填写说明 Notes"
_WIDEST = Fraction(10**12)
_KINDS: dict[str, Text] = {
    "choice": Text(zh="从下拉列表选择", en="choose from the list"),
    "date": Text(zh="日期，如 2025-01-05", en="a date such as 2025-01-05"),
    "integer": Text(zh="整数", en="a whole number"),
    "number": Text(zh="数字", en="a number"),
    "text": Text(zh="文字", en="text"),
}


def write_template(
    rulebook: Rulebook, register: Register, folder: Path | str, *, force: bool = False
) -> tuple[Path, ...]:
    """Write ``records/<dataset>.xlsx``, ``surveys/<survey>.xlsx``, ``marks/<panel>.xlsx``, ``ballots/<ballot>.xlsx``
    and ``turnout/<ballot>.xlsx`` below ``folder``.

    Returns their paths. The forms bear the names under which ``read_folder`` looks for them. Raises OutputError when a
    form exists (unless ``force``; nothing is written then) or cannot be written.
    """
    layouts = Layouts(rulebook, register)
    forms = [layouts.dataset(name) for name in rulebook.datasets]
    forms += [layouts.survey(name) for name in rulebook.surveys]
    forms += [layouts.panel(name) for name in rulebook.panels]
    forms += [layouts.panel_items(name) for name, panel in rulebook.panels.items() if panel.lists_items]
    forms += [layout(name) for name in rulebook.ballots for layout in (layouts.ballot, layouts.turnout)]
    paths = {Path(folder) / form.room / f"{form.table}.xlsx": form for form in forms}
    refuse_taken(paths, force=force)
    return write_files({path: template_bytes(form, rulebook) for path, form in paths.items()})


def template_bytes(layout: Layout, rulebook: Rulebook) -> bytes:
    """Return one form as XLSX bytes."""
    import xlsxwriter

    layout = replace(layout, columns=tuple(column for column in layout.columns if column.on_form))
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": layout.table, "created": _CREATED})
    sheet = book.add_worksheet(sheet_name(layout.table))
    notes = book.add_worksheet(_NOTES)
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    ranges = _write_lists(lists, [column.form.choices for column in layout.columns])
    _write_form(book, sheet, layout, ranges)
    _write_notes(book, notes, layout, rulebook)
    sheet.activate()
    book.close()
    return stream.getvalue()


def sheet_name(table: str) -> str:
    """Return the name of a table's sheet: its id, cut to what spreadsheets allow."""
    return table[:31]


def heading(layout: Layout, column: Column) -> str:
    """Return a column's heading on the form: its title in both languages, or its id where the title is ambiguous."""
    title = column.title or STANDARD.get(column.name)
    text = both(title).strip() if title is not None else column.name
    return text if layout.aliases.get(text) == column.name else column.name


def _write_lists(sheet: Any, lists: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Write each distinct list into a column of the hidden sheet; return the ranges."""
    ranges: dict[tuple[str, ...], str] = {}
    for choices in lists:
        if not choices or choices in ranges:
            continue
        at = len(ranges)
        for row, choice in enumerate(choices):
            sheet.write_string(row, at, choice)
        letter = _letter(at)
        ranges[choices] = f"='{_LISTS}'!${letter}$1:${letter}${len(choices)}"
    return ranges


def _letter(at: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(at))


def _write_form(book: Any, sheet: Any, layout: Layout, ranges: Mapping[tuple[str, ...], str]) -> None:
    formats = {
        "needed": book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True}),
        "free": book.add_format({"bold": True, "bg_color": "#D9E2EC", "font_color": "#1F2933", "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "number": book.add_format({"num_format": "General"}),
    }
    for at, column in enumerate(layout.columns):
        text = heading(layout, column)
        kind = column.form.kind
        cells = formats["date"] if kind == "date" else formats["number" if kind in ("integer", "number") else "text"]
        sheet.set_column(at, at, _width(text, column.form), cells)
        sheet.write_string(0, at, text, formats["needed" if _needed(column) else "free"])
        sheet.data_validation(1, at, ROWS, at, _validation(column, text, ranges))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 0)


def _needed(column: Column) -> bool:
    return column.required and not column.may_lack


def _width(text: str, form: Form) -> int:
    longest = max([text, *form.choices[:200]], key=lambda word: _columns(word))
    return min(40, max(12, _columns(longest) + 2))


def _columns(text: str) -> int:
    return sum(2 if ord(mark) > 0x2E80 else 1 for mark in text)


def _validation(column: Column, title: str, ranges: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    rule = _rule(column.form, ranges)
    wanted = _wanted(column)
    return {
        **rule,
        "ignore_blank": True,
        "input_title": title[:32],
        "input_message": f"{wanted.zh}\n{wanted.en}"[:255],
        "error_title": "不能接受 Not accepted",
        "error_message": f"{wanted.zh}\n{wanted.en}"[:255],
        "error_type": "warning" if column.form.others else "stop",
    }


def _rule(form: Form, ranges: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    if form.choices:
        return {"validate": "list", "source": ranges[form.choices]}
    if form.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": form.low, "maximum": form.high}
    if form.kind in ("integer", "number"):
        low, high = (_bound(form.low, -_WIDEST), _bound(form.high, _WIDEST))
        kind = "integer" if form.kind == "integer" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    return {"validate": "any"}


def _bound(given: Fraction | date | None, otherwise: Fraction) -> str:
    """Return a limit as a formula's text, so that it passes through no float."""
    value = given if isinstance(given, Fraction) else otherwise
    return f"={value.numerator}" if value.denominator == 1 else f"={value.numerator}/{value.denominator}"


def _wanted(column: Column) -> Text:
    """Return what a cell takes, as people read it."""
    form = column.form
    kind = _KINDS[form.kind]
    zh, en = [kind.zh], [kind.en]
    if form.kind == "number":
        zh.append(f"最多 {form.places} 位小数")
        en.append(f"at most {form.places} decimals")
    if form.low is not None:
        zh.append(f"不小于 {_shown(form.low)}")
        en.append(f"at least {_shown(form.low)}")
    if form.high is not None:
        zh.append(f"不大于 {_shown(form.high)}")
        en.append(f"at most {_shown(form.high)}")
    zh.append("必填" if _needed(column) else "可不填")
    en.append("required" if _needed(column) else "may stay empty")
    return Text(zh="；".join(zh), en="; ".join(en))


def _shown(value: Fraction | date) -> str:
    return value.isoformat() if isinstance(value, date) else show_short(value, 12)


def _write_notes(book: Any, sheet: Any, layout: Layout, rulebook: Rulebook) -> None:
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    title = layout.title or Text(zh=layout.table, en=layout.table)
    version = f"{rulebook.rulebook} {rulebook.version}"
    lines = [
        f"{rulebook.title.zh} · {title.zh} · {version}",
        f"{rulebook.title.en} · {title.en} · {version}",
        "每行一条记录，从第二行起填写；不要改动表头。深色表头的列必填。",
        "One record a row, from the second row on; leave the headings as they are. A dark heading: required.",
    ]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, bold if row < 2 else None)
    heads = ("列 Column", "编号 Id", "填写 Zh", "Fill in En")
    start = len(lines) + 1
    for at, text in enumerate(heads):
        sheet.write_string(start, at, text, bold)
        sheet.set_column(at, at, 28 if at < 2 else 48)
    for row, column in enumerate(layout.columns, start + 1):
        wanted = _wanted(column)
        for at, text in enumerate((heading(layout, column), column.name, wanted.zh, wanted.en)):
            sheet.write_string(row, at, text, wrap)
