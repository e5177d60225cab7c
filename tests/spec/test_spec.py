"""Worked cases as an office files them: a rule book, tables, and the figures worked out by hand.

A case is a folder with ``rulebook.yaml``, ``units.csv``, its tables and ``expected.csv`` (unit, figure, value; a column
``period`` where there are several). Another reading of the same case is ``rulebook.<reading>.yaml`` with
``expected.<reading>.csv`` beside them. A figure is a column of standing.csv (``total``, ``rank``, ``grade``), the id of
a criterion (its points), or ``measure:<id>``; an empty value means that there is none.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import shuping

HERE = Path(__file__).resolve().parent
BOOKS = sorted(HERE.rglob("rulebook*.yaml"))


def name_of(book: Path) -> str:
    """Return ``<folders>`` or ``<folders>:<reading>`` of a rule book."""
    reading = book.name.removeprefix("rulebook").removesuffix(".yaml").removeprefix(".")
    return ":".join(part for part in (book.parent.relative_to(HERE).as_posix(), reading) if part)


def expected_of(book: Path) -> list[dict[str, str]]:
    """Return the rows of the expected.csv that belongs to a rule book."""
    file = book.with_name(book.name.replace("rulebook", "expected", 1).removesuffix(".yaml") + ".csv")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def figure_of(result: Any, period: str, unit: str, figure: str) -> object:
    """Return a figure of a result; raises LookupError for one that it does not have."""
    if figure in result.standing.columns:
        frame, key = result.standing, pl.lit(True)
    elif figure.startswith("measure:"):
        frame, key = result.measures, pl.col("measure") == figure.removeprefix("measure:")
    else:
        frame, key = result.scores, pl.col("criterion") == figure
    rows = frame.filter((pl.col("period") == period) & (pl.col("unit") == unit) & key)
    if rows.height != 1:
        raise LookupError(f"{figure} of {unit} in {period}: {rows.height} rows")
    return rows[figure if figure in rows.columns else "value" if figure.startswith("measure:") else "points"][0]


def same(found: object, wanted: str, figure: str) -> bool:
    """Compare to the last digit: a total in its very digits, other figures as exact decimals, words as words."""
    if found is None or wanted == "":
        return found is None and wanted == ""
    if figure != "total" and isinstance(found, Decimal):
        return found == Decimal(wanted)
    return str(found) == wanted


@pytest.mark.parametrize("book", BOOKS, ids=name_of)
def test_case(book: Path) -> None:
    rows = expected_of(book)
    assert rows, "a case without a figure proves nothing"
    result = shuping.score(shuping.read(book.parent, rulebook=book))
    wrong = []
    for row in rows:
        period = row.get("period") or result.period
        found = figure_of(result, period, row["unit"], row["figure"])
        if not same(found, row["value"], row["figure"]):
            wrong.append(f"{period} {row['unit']} {row['figure']}: {found}, by hand {row['value']}")
    assert wrong == []


def test_there_are_cases_and_each_has_its_figures() -> None:
    assert BOOKS, "no case found: the walk looks in the wrong place"
    without = [name_of(book) for book in BOOKS if not expected_of(book)]
    lost = [
        file.relative_to(HERE).as_posix()
        for file in HERE.rglob("expected*.csv")
        if not file.with_name(file.name.replace("expected", "rulebook", 1).removesuffix(".csv") + ".yaml").is_file()
    ]
    assert (without, lost) == ([], [])


def test_a_wrong_digit_is_seen() -> None:
    assert same(Decimal("93.71"), "93.71", "total")
    assert not same(Decimal("93.70"), "93.7", "total")
    assert same(Decimal("93.70"), "93.7", "outreach")
    assert not same(Decimal("93.71"), "93.70", "outreach")
    assert not same(None, "0", "total")
    assert not same(3, "", "rank")
