"""The front of the room: a folder and periods in, exact values of every measure and unit out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

import polars as pl

from shuping.errors import InputError, Problem
from shuping.measures.evaluate import Ask, Evaluator, Outcome
from shuping.measures.figures import Sheet
from shuping.measures.gather import Gatherer
from shuping.measures.remembered import Remembered, made_of
from shuping.measures.sampling_error import standard_error
from shuping.measures.statements import Book
from shuping.measures.table import MeasureTable
from shuping.measures.tree import UnitTree
from shuping.records.folder import Folder
from shuping.records.register import Register
from shuping.values.periods import Period

SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "unit": pl.String,
    "measure": pl.String,
    "numerator": pl.String,
    "denominator": pl.String,
    "se": pl.Float64,
    "n": pl.Int64,
    "missing": pl.String,
    "records": pl.Int64,
    "parts": pl.String,
}


def compute(
    folder: Folder,
    periods: Sequence[str],
    measures: Collection[str] | None = None,
    *,
    memory_limit: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    remembered: Remembered | None = None,
) -> MeasureTable:
    """Return the exact value of every measure (or of those named), for every unit of the register and every period.

    A unit's value covers its own rows and those of all units below it: partials are merged and the formula is
    evaluated once (a ratio of sums), unless the measure's ``roll_up`` says otherwise. ``per_unit`` first reduces each
    summary of the formula within a unit over the days or periods it filed for. Rows come period by period, then
    measure by measure in the rule book's order, then unit by unit in the register's.

    ``memory_limit`` goes to DuckDB (``"2GB"``); ``progress`` is told ``("measures", done, total)``; ``remembered``:
    rows of an earlier run under the same rule book, used where they rest on the same tables.
    Raises RulebookError for formulas that do not check, InputError for periods, attributes or records that cannot be
    used.
    """
    from shuping.measures.duck import Duck

    book = Book.of(folder.rulebook, folder.register.attributes)
    asked = _named(book, measures)
    when = _periods(periods, folder.rulebook.year_starts)
    tree = UnitTree.of(folder.register)
    units = pl.Series(tree.ids, dtype=pl.String)
    frames: list[pl.DataFrame] = []
    with Duck(memory_limit) as duck:
        gatherer = Gatherer(folder, book, tree, duck, book.needed(asked))
        evaluator = Evaluator(folder, book, tree, gatherer)
        for done, period in enumerate(when):
            if progress is not None:
                progress("measures", done, len(when))
            for name in asked:
                make = partial(_made, evaluator, name, period, units)
                frames.append(
                    make() if remembered is None
                    else remembered.get((name, period.name), made_of(folder, book, name), make)
                )  # fmt: skip
            if not book.looks_back:
                evaluator.forget()
    if progress is not None:
        progress("measures", len(when), len(when))
    return MeasureTable(_existing(pl.concat(frames), folder.register, when) if frames else pl.DataFrame(schema=SCHEMA))


def _made(evaluator: Evaluator, name: str, period: Period, units: pl.Series) -> pl.DataFrame:
    return _rows(name, period, evaluator.outcome(Ask(name, period)), units)


def _existing(frame: pl.DataFrame, register: Register, periods: Sequence[Period]) -> pl.DataFrame:
    """A unit has no value, a count of nothing no more than any other, in a period in which it does not exist."""
    gone = [
        (period.name, unit)
        for period in periods
        for unit in register.limited
        if not register[unit].exists_in(period.start, period.end)
    ]
    if not gone:
        return frame
    pairs = pl.DataFrame(gone, schema=["period", "unit"], orient="row").with_columns(_gone=pl.lit(True))
    marked = frame.join(pairs, on=["period", "unit"], how="left", maintain_order="left")
    emptied = [name for name in ("numerator", "denominator", "se", "n", "parts") if name in frame.columns]
    there = pl.col("_gone").is_null()
    return marked.with_columns(
        *(pl.when(there).then(pl.col(name)).alias(name) for name in emptied),
        missing=pl.when(there).then(pl.col("missing")).otherwise(pl.lit("not_valid")),
    ).drop("_gone")


def _named(book: Book, measures: Collection[str] | None) -> list[str]:
    known = book.rulebook.measures
    strange = sorted(set(measures or ()) - set(known))
    if strange:
        listed = ", ".join(known)
        raise InputError([Problem("measures.unknown-measure", {"name": name, "known": listed}) for name in strange])
    return [name for name in known if measures is None or name in measures]


def _periods(names: Sequence[str], year_starts: str) -> list[Period]:
    found: list[Period] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        try:
            found.append(Period.parse(name, year_starts))
        except ValueError:
            problems.append(Problem("measures.not-a-period", {"given": name}))
    if problems:
        raise InputError(problems)
    return found


def _rows(name: str, period: Period, outcome: Outcome, units: pl.Series) -> pl.DataFrame:
    sheet, sampled, error = Sheet(), outcome.sampled, standard_error(outcome.errors)
    top, bottom, missing = sheet.exact(outcome.values)
    columns = {
        "period": pl.lit(period.name),
        "unit": sheet.add(units),
        "measure": pl.lit(name),
        "numerator": top,
        "denominator": bottom,
        "se": pl.lit(None) if error is None else sheet.add(error).fill_nan(None),
        "n": pl.lit(None) if sampled is None else sheet.add(sampled.n),
        "missing": missing,
        "records": pl.lit(None) if outcome.records is None else sheet.add(outcome.records),
        "parts": sheet.parts(outcome.pieces, outcome.note) if outcome.judged is None else sheet.texts(outcome.judged),
    }
    return sheet.select({key: column.cast(SCHEMA[key]) for key, column in columns.items()})
