"""The sheets of measures and findings: plain lists that can be filtered."""

from __future__ import annotations

from typing import Any

import polars as pl

from shuping.documents import wording
from shuping.documents.workbook.pens import measure_format, width
from shuping.documents.workbook.sheet import HEAD_ROW, Book, Column, Page


def write_measures(book: Book) -> None:
    """Write the sheet 指标值 / Measures: the appraised units' measures in the last period, beside the period before.

    Units below them (villages) are left to measures.csv: they would bury the rest.
    """
    before = wording.previous_period(book.result)
    rows = _measure_rows(book)
    earlier = _earlier(book, before)
    filled = {name for row in rows for name in ("se", "n", "missing") if row[name] is not None}
    fields = ["measure", "unit", "group", "value", *(["previous_value"] if earlier else []), "measure_unit"]
    fields += [name for name in ("n", "se") if name in filled]
    fields += ["records", *(["missing"] if "missing" in filled else [])]
    page = book.page("measures", [_column(book, name) for name in fields])
    for index, row in enumerate(rows, HEAD_ROW + 1):
        for column, name in enumerate(fields):
            _measure_cell(book, page, index, column, name, row, earlier)
    if rows:
        page.sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(fields) - 1)
    page.finish()


def _measure_rows(book: Book) -> list[dict[str, Any]]:
    places = {measure: index for index, measure in enumerate(book.rulebook.measures)}
    printed = {row["unit"]: index for index, row in enumerate(book.rows())}
    wanted = (pl.col("period") == book.result.period) & pl.col("unit").is_in(list(printed))
    rows = book.result.measures.filter(wanted).rows(named=True)
    return sorted(rows, key=lambda row: (places.get(row["measure"], len(places)), row["measure"], printed[row["unit"]]))


def _earlier(book: Book, before: str | None) -> dict[tuple[str, str], Any]:
    rows = book.result.measures.filter(pl.col("period") == before) if before else book.result.measures.clear()
    return {(unit, measure): value for unit, measure, value in rows.select("unit", "measure", "value").iter_rows()}


def _measure_cell(
    book: Book, page: Page, row: int, column: int, name: str, found: dict[str, Any], earlier: dict[tuple[str, str], Any]
) -> None:
    if name in ("value", "previous_value"):
        value = found["value"] if name == "value" else earlier.get((found["unit"], found["measure"]))
        page.number(row, column, value, book.pens.number(measure_format(book.rulebook, found["measure"], value)))
    elif name in ("n", "records"):
        page.number(row, column, found[name], book.pens.number("0"))
    elif name == "se":
        page.number(row, column, found[name], book.pens.number("0.0000"))
    else:
        page.text(row, column, _measure_text(book, name, found), book.pens.text)


def _measure_text(book: Book, name: str, found: dict[str, Any]) -> str:
    if name == "measure":
        return book.measure(found["measure"])
    if name == "unit":
        return book.name(found["unit"])
    if name == "group":
        return book.group(book.group_of[found["unit"]]) if found["unit"] in book.group_of else ""
    if name == "measure_unit":
        declared = book.rulebook.measures.get(found["measure"])
        unit = declared.unit if declared is not None else None
        return book.words.both(unit.get, " ") if unit is not None else ""
    return book.words.both(lambda lang: wording.missing_words(found["missing"], lang))


def write_findings(book: Book) -> None:
    """Write the sheet 问题清单 / Findings: what the rule book proposes for the problem list in the last period."""
    fields = ["number", "category", "problem", "unit", "group", "measure", "value", "records"]
    page = book.page("findings", [_column(book, name) for name in fields])
    rows = _finding_rows(book)
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(fields):
            _finding_cell(book, page, HEAD_ROW + number, column, name, row, number)
    if rows:
        page.sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(fields) - 1)
    else:
        area = (HEAD_ROW + 1, 0, HEAD_ROW + 1, len(fields) - 1)
        page.merge(area, book.words.line("no_findings"), book.pens.text)
    page.finish()


def _finding_rows(book: Book) -> list[dict[str, Any]]:
    values = book.result.measures.filter(pl.col("period") == book.result.period)
    known = {(unit, measure): value for unit, measure, value in values.select("unit", "measure", "value").iter_rows()}
    categories = {category: index for index, category in enumerate(book.rulebook.publish.categories)}
    matters = {finding.id: index for index, finding in enumerate(book.rulebook.findings)}
    rows = book.result.findings.filter(pl.col("period") == book.result.period).rows(named=True)
    for row in rows:
        row["amount"] = known.get((row["unit"], row["measure"]))
    return sorted(
        rows,
        key=lambda row: (
            categories.get(row["category"], len(categories)),
            row["category"],
            matters.get(row["finding"], len(matters)),
            book.order(row["unit"]),
        ),
    )


def _finding_cell(book: Book, page: Page, row: int, column: int, name: str, found: dict[str, Any], number: int) -> None:
    if name == "number":
        page.number(row, column, number, book.pens.centered)
    elif name == "records":
        page.number(row, column, found["records"], book.pens.number("0"))
    elif name == "value":
        shape = measure_format(book.rulebook, found["measure"] or "", found["amount"])
        page.number(row, column, found["amount"], book.pens.number(shape))
    else:
        page.text(row, column, _finding_text(book, name, found), book.pens.text)


def _finding_text(book: Book, name: str, found: dict[str, Any]) -> str:
    rulebook, words = book.rulebook, book.words
    if name == "category":
        return words.both(lambda lang: wording.category_title(rulebook, found["category"], lang))
    if name == "problem":
        return words.both(lambda lang: wording.finding_title(rulebook, found["finding"], lang))
    if name == "unit":
        return book.name(found["unit"])
    if name == "group":
        return book.group(book.group_of[found["unit"]]) if found["unit"] in book.group_of else ""
    return book.measure(found["measure"]) if found["measure"] else ""


def _column(book: Book, name: str) -> Column:
    title = book.words.say(name)
    if name == "unit":
        return Column(title, width([book.name(row["unit"]) for row in book.rows()], least=12, most=36))
    if name in ("group", "measure"):
        texts = [book.group(group) for group in book.groups] if name == "group" else _measures_named(book)
        return Column(title, width(texts, least=16, most=56))
    wide = {"problem": 42, "category": 32, "missing": 20, "number": 6, "measure_unit": 14}
    return Column(title, wide.get(name, 11))


def _measures_named(book: Book) -> list[str]:
    return [book.measure(measure) for measure in book.rulebook.measures]
