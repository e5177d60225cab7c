"""The front of ``shuping compare``: one folder's records scored under two rule books, and the two results compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from shuping import appraisal
from shuping.appraisal import Progress
from shuping.archive.folder import sha256_of, whole_folder, write_manifest
from shuping.records import read_folder, write_csv
from shuping.records.folder import Folder, SourceFile
from shuping.review.compare import Comparison, compare
from shuping.rulebook.load import load


def compare_rulebooks(
    a: str | Path,
    b: str | Path,
    folder: str | Path,
    *,
    period: str | None = None,
    accept: str = "all",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Score the records of a folder under the rule books ``a`` and ``b``, in one period, and compare.

    The period is by default the last of ``a``; ``b`` need not list it: the point is to try a coming rule book on past
    records. Raises RulebookError or InputError with every problem of either.
    """
    periods = load(a).periods
    first, second = (_read(Path(folder), Path(book), periods, accept, settings, progress) for book in (a, b))
    when = appraisal.periods_of(first.rulebook, period)[-1]
    one, other = (appraisal.score(read, when, progress=progress) for read in (first, second))
    return compare(one, other, when)


def _read(
    folder: Path,
    file: Path,
    periods: tuple[str, ...],
    accept: str,
    settings: Mapping[str, str] | None,
    progress: Progress | None,
) -> Folder:
    """Read the folder's records under a rule book whose periods are those given: records outside them are refused."""
    book = load(file).model_copy(update={"periods": periods})
    read = read_folder(
        folder, book, accept="valid" if accept == "valid" else "all", settings=settings or {}, progress=progress
    )
    return replace(read, inputs=(SourceFile(str(file), sha256_of(file), 0), *read.inputs))


def write_comparison(comparison: Comparison, out: str | Path, *, force: bool = False) -> None:
    """Write ``compare.csv`` (a row per unit), ``causes.csv`` (a row per unit and cause) and a manifest, whole or not at
    all. Raises OutputError when ``out`` exists (unless ``force``) or cannot be written.
    """
    with whole_folder(Path(out), force=force) as folder:
        write_csv(comparison.moves, folder / "compare.csv")
        write_csv(_split(comparison.causes), folder / "causes.csv")
        a, b = comparison.a, comparison.b
        book = {
            "id": b.rulebook.rulebook,
            "version": b.rulebook.version,
            "title_zh": b.rulebook.title.zh,
            "compared_with": f"{a.rulebook.rulebook} {a.rulebook.version}",
        }
        inputs = dict.fromkeys((*a.inputs, *b.inputs))
        write_manifest(folder, rulebook=book, periods=(comparison.period,), inputs=tuple(inputs))


def _split(causes: pl.DataFrame) -> pl.DataFrame:
    """Put numerator and denominator into columns of their own: a spreadsheet takes ``1/3`` for a day in March."""
    exact = [name for name in causes.columns if name.endswith("_exact")]
    parts = [
        pl.col(name).str.split("/").list.get(place).alias(f"{name.removesuffix('_exact')}_{part}")
        for name in exact
        for place, part in enumerate(("numerator", "denominator"))
    ]
    return causes.with_columns(parts).drop(exact)
