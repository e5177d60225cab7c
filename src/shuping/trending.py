"""The front of ``shuping trend``: totals, criteria and measures of a result, or of a folder, over its periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from shuping.appraisal import read, score
from shuping.archive.folder import MANIFEST, open_result
from shuping.errors import InputError, Problem
from shuping.records import write_csv
from shuping.records.files_out import refuse_taken
from shuping.standing.restated import Succession, successions_of
from shuping.standing.trends import Trend, trend_of
from shuping.values.periods import Period

TRENDS_SCHEMA: dict[str, type[pl.DataType]] = {
    "unit": pl.String,
    "name": pl.String,
    "name_en": pl.String,
    "kind": pl.String,  # total | criterion | measure
    "of": pl.String,  # the id of the criterion or measure; empty for the total
    "first_period": pl.String,
    "last_period": pl.String,
    "points": pl.Int64,
    "first": pl.Float64,
    "last": pl.Float64,
    "growth": pl.Float64,  # compound, for one period: 0.05 is five per cent
    "slope": pl.Float64,  # least squares, for one period
    "slope_low": pl.Float64,
    "slope_high": pl.Float64,
    "median_slope": pl.Float64,  # Theil and Sen
    "median_low": pl.Float64,
    "median_high": pl.Float64,
    "verdict": pl.String,  # up | down | none (no distinguishable trend) | too_few
    "sampled": pl.Boolean,  # the sampling errors of the points were taken in
    "restated": pl.Boolean,  # earlier points are put together from units that merged or split
}
PER_YEAR = {"quarter": 4, "month": 12}
Key = tuple[str, str, str]
"""Unit, kind and id."""


@dataclass(frozen=True)
class Series:
    """The points of one unit and figure, by period."""

    values: dict[Period, tuple[float, float | None]]
    restated: bool = False


def trends(
    path: str | Path,
    *,
    level: float = 0.95,
    settings: Mapping[str, str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pl.DataFrame:
    """Return the trend of every unit's total, criteria and measures (``TRENDS_SCHEMA``) over the periods of a result
    folder, or of a folder that is scored for it; periods of the kind of the last one.

    Raises InputError as reading and scoring do, for a level not between 0 and 1, and where there is one period only.
    """
    if not 0 < level < 1:
        raise InputError(Problem("scoring.trend-level", {"given": level}))
    place = Path(path)
    frames, successions = _of_result(place) if (place / MANIFEST).is_file() else _of_folder(place, settings, progress)
    standing, figures = frames
    periods = {name: Period.parse(name) for name in standing["period"].unique().to_list()}
    last = max(periods.values())
    alike = {name: period for name, period in periods.items() if period.kind == last.kind}
    if len(alike) < 2:
        raise InputError(Problem("scoring.trend-one-period", {"given": ", ".join(sorted(periods))}))
    series = _series(figures, alike)
    names = {row[0]: row[1:] for row in standing.select("unit", "name", "name_en").iter_rows()}
    there = set(standing.filter(pl.col("period") == last.name)["unit"])
    rows = [_row(key, _restated(series, key, successions), names, level) for key in _keys(series, there, successions)]
    return pl.DataFrame(rows, schema=TRENDS_SCHEMA, orient="row").sort(
        "unit", "kind", "of", descending=[False, True, False]
    )


Frames = tuple[pl.DataFrame, list[tuple[str, str, str, str, Any, Any]]]


def _of_result(path: Path) -> tuple[Frames, tuple[Succession, ...]]:
    standing = open_result(path).standing
    tables = {name: pl.read_csv(path / f"{name}.csv", infer_schema=False) for name in ("scores", "measures")}
    return (standing, list(_figures(standing, tables["scores"], tables["measures"]))), ()


def _of_folder(
    path: Path, settings: Mapping[str, str] | None, progress: Callable[[str, int, int], None] | None
) -> tuple[Frames, tuple[Succession, ...]]:
    folder = read(path, settings=settings, progress=progress)
    found = score(folder, progress=progress)
    return (found.standing, list(_figures(found.standing, found.scores, found.measures))), successions_of(folder)


def _figures(
    standing: pl.DataFrame, scores: pl.DataFrame, measures: pl.DataFrame
) -> Iterator[tuple[str, str, str, str, Any, Any]]:
    """Yield period, unit, kind, id, value and standard error of everything that has a figure."""
    for period, unit, total in standing.select("period", "unit", "total").iter_rows():
        yield period, unit, "total", "", total, None
    for period, unit, criterion, points in scores.select("period", "unit", "criterion", "points").iter_rows():
        yield period, unit, "criterion", criterion, points, None
    for period, unit, measure, value, error in measures.select("period", "unit", "measure", "value", "se").iter_rows():
        yield period, unit, "measure", measure, value, error


def _series(rows: Sequence[tuple[str, str, str, str, Any, Any]], periods: Mapping[str, Period]) -> dict[Key, Series]:
    found: dict[Key, Series] = {}
    for period, unit, kind, name, value, error in rows:
        if period in periods and value not in (None, ""):
            point = float(value), None if error in (None, "") else float(error)
            found.setdefault((unit, kind, name), Series({})).values[periods[period]] = point
    return found


def _keys(series: Mapping[Key, Series], there: set[str], successions: Sequence[Succession]) -> list[Key]:
    """Return what the units of the last period have figures of, by themselves or through those before them."""
    before = {one.to: {part for part, _ in one.parts} for one in successions}
    return sorted(
        {key for key in series if key[0] in there}
        | {(unit, *key[1:]) for unit, parts in before.items() if unit in there for key in series if key[0] in parts}
    )


def _restated(series: Mapping[Key, Series], key: Key, successions: Sequence[Succession]) -> Series:
    """Return a unit's series, its earlier points put together from the units that it was made of."""
    own = series.get(key, Series({}))
    values, changed = dict(own.values), own.restated
    for one in sorted((one for one in successions if one.to == key[0]), key=lambda one: one.period, reverse=True):
        earlier = [one_before for one_before in successions if one_before.period.start < one.period.start]
        parts = [(_restated(series, (unit, *key[1:]), earlier).values, float(share)) for unit, share in one.parts]
        values = {period: point for period, point in values.items() if period.start >= one.period.start}
        shared = set.intersection(*(set(part) for part, _ in parts))
        for period in (period for period in shared if period.start < one.period.start):
            errors = [part[period][1] for part, _ in parts]
            known = [error for error in errors if error is not None]
            error = None
            if len(known) == len(parts):
                error = sum((e * share) ** 2 for e, (_, share) in zip(known, parts, strict=True)) ** 0.5
            values[period] = sum(part[period][0] * share for part, share in parts), error
            changed = True
    return Series(values, changed)


def _row(key: Key, series: Series, names: Mapping[str, tuple[str, str]], level: float) -> dict[str, Any]:
    periods = sorted(series.values)
    points = [series.values[period] for period in periods]
    found = trend_of([_count(period) for period in periods], [v for v, _ in points], [e for _, e in points], level)
    name, name_en = names.get(key[0], (key[0], key[0]))
    row: dict[str, Any] = {"unit": key[0], "name": name, "name_en": name_en, "kind": key[1], "of": key[2]}
    row |= {"first_period": periods[0].name, "last_period": periods[-1].name, "restated": series.restated}
    return row | _rounded(found)


def _rounded(found: Trend) -> dict[str, Any]:
    """Return the figures with ten significant digits: what comes after is the noise of floats."""
    return {
        name: float(f"{value:.10g}") if isinstance(value, float) else value for name, value in asdict(found).items()
    }


def _count(period: Period) -> int:
    """Return the number of a period among its kind, so that gaps count."""
    year = int(period.name[:4])
    if period.kind == "year":
        return year
    if period.kind in PER_YEAR:
        return year * PER_YEAR[period.kind] + int(period.name[-2:].lstrip("Q"))
    return period.start.toordinal() // (7 if period.kind == "week" else 1)


def write_trends(frame: pl.DataFrame, out: str | Path, *, force: bool = False) -> None:
    """Write trends as CSV. Raises OutputError when ``out`` exists (unless ``force``) or cannot be written."""
    refuse_taken([Path(out)], force=force)
    write_csv(frame, out)


__all__ = ["TRENDS_SCHEMA", "trends", "write_trends"]
