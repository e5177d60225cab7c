"""The calculation sheets, worked out by LibreOffice from the inputs alone: every cell is the library's figure."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import shuping
from shuping.documents.workbook import workbook_bytes
from shuping.documents.workbook.formulas import GONE
from shuping.rulebook.rules import applies
from shuping.values.exact import UndecidableRounding
from tests.documents.random_books import Draw, result_of, units
from tests.documents.recalculation import Rows, Sheets, equal, forgotten, formulas, members, read, recalculated

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
KINDS, FIRST = 3, 6
"""The rows of what the columns hold, and of the first unit, from 0."""
BOOKS = 30
OFFICE = pytest.mark.needs("soffice")


def calculations(sheets: Sheets) -> dict[str, Rows]:
    return {name: rows for name, rows in sheets.items() if name.startswith("Calculation")}


def different(found: Sheets, wanted: Sheets) -> list[tuple[str, int, int, object, object]]:
    """Return every cell that differs: sheet, row, column, found, wanted."""
    assert list(found) == list(wanted)
    return [
        (name, row, column, one, other)
        for name, rows in wanted.items()
        for row, (mine, theirs) in enumerate(zip(_filled(found[name], rows), rows, strict=True))
        for column, (one, other) in enumerate(zip(mine, theirs, strict=True))
        if not equal(one, other)
    ]


def _filled(rows: Rows, like: Rows) -> Rows:
    """LibreOffice does not write empty cells at the edges."""
    width, missing = len(like[0]), len(like) - len(rows)
    return [[*row, *[""] * (width - len(row))] for row in rows] + [[""] * width] * missing


def figures_of(result: shuping.Result, group: str) -> Iterator[tuple[str, list[Fraction | None], Mapping[str, Any]]]:
    """Yield a group's units as printed: name, exact points of criteria from leaf to total, row of the standing."""
    order: list[str] = []

    def below(criterion: Any) -> None:
        if applies(criterion, group):
            for child in criterion.criteria:
                below(child)
            order.append(criterion.id)

    for criterion in result.rulebook.criteria:
        below(criterion)
    mine = result.standing.filter((pl.col("period") == result.period) & (pl.col("group") == group))
    for row in mine.rows(named=True):
        trace = result.trace.filter((pl.col("period") == result.period) & (pl.col("unit") == row["unit"]))
        exact = dict(trace.select("criterion", "points_exact").iter_rows())
        yield row["name_en"], [Fraction(exact[name]) if exact[name] else None for name in [*order, ""]], row


def check_figures(result: shuping.Result, sheets: Sheets) -> int:
    """Compare a workbook of one period with the result itself; return how many figures were compared."""
    compared = 0
    for rows, group in zip(calculations(sheets).values(), result.rulebook.groups, strict=True):
        points = [at for at, label in enumerate(rows[KINDS]) if label in ("Points", "Subtotal", "Unrounded total")]
        with_bonus = "After bonus and deductions"
        points += [rows[KINDS - 1].index(with_bonus)] if with_bonus in rows[KINDS - 1] else []
        last = {str(rows[KINDS - 1][at]): at for at in range(points[-1] + 1, len(rows[0]))}
        by_name = {row[0]: row for row in rows[FIRST:]}
        for name, exact, standing in figures_of(result, group):
            cells = [by_name[name][at] for at in points]
            for cell, number in zip(cells, exact, strict=True):
                assert cell in ("", GONE) if number is None else abs(Fraction(cell) - number) < Fraction(1, 10**9)
            total = standing["total"]
            assert by_name[name][last["Total"]] == ("" if total is None else float(total))
            assert by_name[name][last["Rank"]] == ("" if standing["rank"] is None else standing["rank"])
            if "Grade" in last:
                titles = {name: grade.title for name, grade in result.rulebook.grades.items()}
                grade = standing["grade"]
                title = titles[grade] if grade is not None else None
                assert by_name[name][last["Grade"]] == ((title.en if title else grade) if grade is not None else "")
            compared += len(cells) + 2
    return compared


def with_cases(name: str, *periods: str) -> shuping.Result:
    folder = shuping.read(EXAMPLES / name, settings={"SHUPING_CASES": os.environ["SHUPING_CASES"]})
    return shuping.score(folder, list(periods) or None)


def check(result: shuping.Result, folder: Path) -> int:
    content = workbook_bytes(result, "en")
    stored = read(content)
    found = recalculated({"book": forgotten(content)}, folder)["book"]
    assert different(found, stored) == []
    assert not any("Not live" in str(row[0]) for row in stored["Notes"])
    return check_figures(result, found)


@OFFICE
def test_every_cell_of_the_county(tmp_path: Path) -> None:
    result = shuping.score(shuping.read(EXAMPLES / "county"))
    assert check(result, tmp_path) > 28 * 20


@OFFICE
@pytest.mark.case("hdi")
def test_every_cell_of_the_human_development_index_of_2021(tmp_path: Path) -> None:
    assert check(with_cases("hdi", "2021"), tmp_path) == 195 * (6 + 2)


@OFFICE
@pytest.mark.case("asem")
def test_every_cell_of_sustainable_connectivity(tmp_path: Path) -> None:
    assert check(with_cases("asem"), tmp_path) == 51 * (49 + 11 + 2)


def entries(given: bytes, other: bytes) -> dict[str, dict[str, float | str | None]]:
    """Return what is to be put into one workbook's calculation sheets to make it a calculation of the other's figures.

    Inputs are the cells before the total that hold no formula; units stand in other rows where their ranks differ.
    """
    found: dict[str, dict[str, float | str | None]] = {}
    names = list(read(given))
    sheets, others = calculations(read(given)), calculations(read(other))
    for file, name in zip(members(given), names, strict=True):
        if name not in sheets:
            continue
        rows, there, mine = sheets[name], {row[0]: row for row in others[name][FIRST:]}, formulas(members(given)[file])
        head = rows[KINDS - 1]
        end = next(at for at, title in enumerate(head) if title == "Total as scored")
        for number, row in enumerate(rows[FIRST:], FIRST + 1):
            for at in range(1, end):
                cell = f"{_letters(at)}{number}"
                figure = there[row[0]][at]
                if cell not in mine:
                    found.setdefault(file, {})[cell] = None if figure == "" else figure
    return found


def _letters(column: int) -> str:
    """Return the letters of a column by counting, not by the rule that the workbook uses."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return (["", *alphabet][column // 26] if column >= 26 else "") + alphabet[column % 26]


def by_unit(sheets: Sheets) -> dict[tuple[str, str], list[Any]]:
    """Return the units' rows up to the grade: what follows compares with the figures as they were scored."""
    found = {}
    for name, rows in calculations(sheets).items():
        end = rows[KINDS - 1].index("Total as scored")
        found |= {(name, str(row[0])): row[:end] for row in rows[FIRST:]}
    return found


@OFFICE
def test_other_figures_put_into_a_workbook_come_to_what_the_library_makes_of_them(tmp_path: Path) -> None:
    """Rule books drawn at random, each with two sets of figures: missing ones, ties, other targets."""
    books: dict[str, bytes] = {}
    wanted: dict[str, Sheets] = {}
    for seed in range(BOOKS):
        draw = Draw(seed)
        book = draw.book()
        contents = [workbook_of(tmp_path / f"{seed}{letter}", draw, book) for letter in "ab"]
        first, second = contents
        if first is None or second is None:
            continue
        wanted |= {f"{seed}a": read(first), f"{seed}b": read(second)}
        books |= {f"{seed}a": forgotten(first), f"{seed}b": forgotten(first, entries(first, second))}
    found = recalculated(books, tmp_path / "office")
    assert len(found) > 2 * BOOKS * 4 // 5
    assert {name: wrong for name, sheets in found.items() if (wrong := apart(sheets, wanted[name]))} == {}


@OFFICE
def test_what_has_no_formula_stands_as_it_was_scored(tmp_path: Path) -> None:
    """Rule books with keys that the sheets have no formula for: fixed values, named in the notes, and no cell wrong."""
    contents: dict[str, bytes] = {}
    for seed in range(110, 110 + BOOKS // 2):
        draw = Draw(seed, any_key=True)
        content = workbook_of(tmp_path / str(seed), draw, draw.book())
        if content is not None:
            contents[str(seed)] = content
    found = recalculated({name: forgotten(content) for name, content in contents.items()}, tmp_path / "office")
    stored = {name: read(content) for name, content in contents.items()}
    assert {name: wrong for name, sheets in found.items() if (wrong := apart(sheets, stored[name]))} == {}
    told = [any("Not live" in str(row[0]) for row in sheets["Notes"]) for sheets in stored.values()]
    assert sum(told) > BOOKS // 4


def workbook_of(folder: Path, draw: Draw, book: dict[str, Any]) -> bytes | None:
    """Return the workbook of one more set of figures; None where the library refuses to round a root on a half."""
    try:
        return workbook_bytes(result_of(folder, book, draw.records(draw.leaves), units(draw.random)), "en")
    except UndecidableRounding:
        return None
    except shuping.InputError as error:
        if not all(problem.code.startswith("scoring.undecidable") for problem in error.problems):
            raise
        return None


def apart(found: Sheets, wanted: Sheets) -> dict[tuple[str, str], list[tuple[int, object, object]]]:
    """Return the cells of the calculation that differ, by sheet and unit: column, found, wanted."""
    mine, theirs = by_unit(found), by_unit(wanted)
    assert set(mine) == set(theirs)
    cells = {
        key: [(at, one, two) for at, (one, two) in enumerate(zip(mine[key], row, strict=True)) if not equal(one, two)]
        for key, row in theirs.items()
    }
    return {key: wrong for key, wrong in cells.items() if wrong}
