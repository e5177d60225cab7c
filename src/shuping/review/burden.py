"""What asking costs: minutes to fill a row in, times rows, for each unit that files and in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from shuping.records.folder import Folder, Table
from shuping.review.book import Book
from shuping.review.remark import Remark
from shuping.rulebook.model import Dataset
from shuping.values.periods import Period
from shuping.values.rounding import show_short

TIMES_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class Burden:
    """What one dataset costs in a year. Without records only ``minutes`` and ``at_least`` are known.

    ``minutes``: to fill one row in; ``at_least``: minutes of a unit that files one row each time it is asked, None
    where rows are filed when something happens; ``rows``: rows of the year; ``filers``: units that filed them;
    ``most``: minutes of the unit that filed most; ``total``: minutes in all.
    """

    dataset: str
    minutes: Fraction
    at_least: Fraction | None
    rows: int | None = None
    filers: int | None = None
    most: Fraction | None = None
    total: Fraction | None = None


def burden(book: Book, folder: Folder | None, period: str | None) -> tuple[Burden, ...]:
    """Return the burden of every dataset that takes minutes, in the year of ``period`` where there are records."""
    found = []
    for name, dataset in book.rulebook.datasets.items():
        if dataset.minutes > 0:
            least = dataset.minutes * TIMES_A_YEAR[dataset.period] if dataset.period is not None else None
            counts = rows_by_filer(book, folder, name, period)
            found.append(_with_counts(name, dataset, least, counts))
    return tuple(found)


def _with_counts(name: str, dataset: Dataset, least: Fraction | None, counts: dict[str, int] | None) -> Burden:
    if counts is None:
        return Burden(name, dataset.minutes, least)
    rows = sum(counts.values())
    most = max(counts.values(), default=0) * dataset.minutes
    return Burden(name, dataset.minutes, least, rows, len(counts), most, rows * dataset.minutes)


def rows_by_filer(book: Book, folder: Folder | None, name: str, period: str | None) -> dict[str, int] | None:
    """Return how many rows each unit filed of a dataset in the year of a period; None where nothing is known."""
    if folder is None or period is None:
        return None
    if name not in folder.datasets:
        return {}
    year = Period.parse(period, book.rulebook.year_starts).year()
    dated = book.rulebook.datasets[name].date_field
    column = "period" if dated is None else dated
    counts: dict[str, int] = {}
    for filer, when, count in _counted(folder.datasets[name], column).iter_rows():
        day = when if dated is not None else Period.parse(when, book.rulebook.year_starts).start
        if year.contains(day):
            counts[filer] = counts.get(filer, 0) + count
    return counts


def _counted(table: Table, column: str) -> pl.DataFrame:
    """Return ``filer``, date or period, and the number of rows."""
    rows = table.frame.lazy() if table.parquet is None else pl.scan_parquet(table.parquet)
    return rows.drop_nulls(column).group_by("filer", column).len().sort("filer", column).collect()


def minutes_by_unit(book: Book, folder: Folder, period: str) -> dict[str, Fraction]:
    """Return the minutes of the year for every unit that filed something that takes time."""
    found: dict[str, Fraction] = {}
    timed = {name: dataset for name, dataset in book.rulebook.datasets.items() if dataset.minutes > 0}
    for name, dataset in timed.items():
        for unit, rows in (rows_by_filer(book, folder, name, period) or {}).items():
            found[unit] = found.get(unit, Fraction(0)) + rows * dataset.minutes
    return found


def heavy_burden(book: Book, folder: Folder, spent: Mapping[str, Fraction]) -> Iterator[Remark]:
    """Yield a remark where the unit that files most spends more minutes a year than the limit."""
    unit = max(spent, key=lambda name: (spent[name], name), default=None)
    if unit is not None and spent[unit] > book.limits.minutes:
        over = sum(1 for minutes in spent.values() if minutes > book.limits.minutes)
        names = {"unit_zh": folder.register[unit].label("zh"), "unit_en": folder.register[unit].label("en")}
        shown = {"minutes": show_short(spent[unit]), "limit": show_short(book.limits.minutes)}
        yield book.at_key("heavy-burden", ("datasets",), count=over, **shown, **names)
