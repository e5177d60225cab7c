"""The tables of a result as files: CSV for people and programs, Parquet for the trace."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import polars as pl

from shuping.preparation.prepare import prepares
from shuping.records.export import write_csv
from shuping.rulebook.model import Rulebook
from shuping.scoring.result import RankUncertainty, Result

STANDING_FIRST = ("period", "group", "unit", "name", "total", "rank", "grade")


def write_tables(result: Result, folder: Path) -> None:
    """Write standing, scores, measures, findings, prepared (CSV) and trace.parquet. Raises OutputError, OSError."""
    standing = result.standing
    rest = [name for name in standing.columns if name not in STANDING_FIRST]
    write_csv(standing.select(*STANDING_FIRST, *rest), folder / "standing.csv")
    write_csv(_scores_text(result), folder / "scores.csv")
    write_csv(measures_text(result.rulebook, result.measures), folder / "measures.csv")
    if result.rulebook.findings:
        write_csv(result.findings, folder / "findings.csv")
    if prepares(result.rulebook):
        write_csv(_plain(result.prepared), folder / "prepared.csv")
    if result.uncertainty:
        write_uncertainty(result.uncertainty, folder)
    trace = BytesIO()  # in memory first: what goes wrong on the disk is then an OSError, not one of Polars
    result.trace.write_parquet(trace, compression="zstd", statistics=False)
    (folder / "trace.parquet").write_bytes(trace.getbuffer())


def write_uncertainty(uncertainty: RankUncertainty, folder: Path) -> None:
    """Write ``uncertainty.csv`` (one row a unit), ``places.csv``, ``grade_chances.csv``, ``ahead.csv`` and, where
    choices were varied, ``replicates.parquet``. Raises OutputError, OSError.
    """
    write_csv(_six_digits(uncertainty.ranks), folder / "uncertainty.csv")
    write_csv(_six_digits(uncertainty.places), folder / "places.csv")
    if uncertainty.grades.height:
        write_csv(_six_digits(uncertainty.grades), folder / "grade_chances.csv")
    if uncertainty.pairs.height:
        write_csv(_six_digits(uncertainty.pairs), folder / "ahead.csv")
    if uncertainty.replicates.height:
        kept = BytesIO()
        uncertainty.replicates.write_parquet(kept, compression="zstd", statistics=False)
        (folder / "replicates.parquet").write_bytes(kept.getbuffer())


def _six_digits(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with its floats as texts of six decimals, without trailing zeros."""
    floats = [name for name, kind in frame.schema.items() if kind == pl.Float64]

    def text(value: float | None) -> str | None:
        return None if value is None else f"{value:.6f}".rstrip("0").rstrip(".")

    columns = [pl.Series(name, [text(value) for value in frame[name]], dtype=pl.String) for name in floats]
    return frame.with_columns(*columns)


def _plain(prepared: pl.DataFrame) -> pl.DataFrame:
    """Return the record of preparation with its figures as texts without trailing zeros."""

    def text(value: Decimal | None) -> str | None:
        whole, point, decimals = format(value, "f").partition(".") if value is not None else ("", "", "")
        return f"{whole}{point}{decimals}".rstrip("0").rstrip(".") if point else whole or None

    columns = (pl.Series(name, [text(value) for value in prepared[name]], dtype=pl.String) for name in ("raw", "value"))
    return prepared.with_columns(*columns)


def _scores_text(result: Result) -> pl.DataFrame:
    """Values with the places of their measure; the frame holds them with a common scale."""
    places = {
        criterion.id: _places(result.rulebook, criterion.measure)
        for criterion in result.rulebook.walk()
        if not criterion.criteria
    }
    adjusted = result.rulebook.adjustments.entries()
    places |= {entry.id: _places(result.rulebook, entry.measure) for _, _, entry in adjusted}
    return _with_places(result.scores, "criterion", places)


def measures_text(rulebook: Rulebook, measures: pl.DataFrame) -> pl.DataFrame:
    """Return the measures with each value as text, with the places of its measure."""
    return _with_places(
        measures, "measure", {name: measure.value_places for name, measure in rulebook.measures.items()}
    )


def _places(rulebook: Rulebook, measure: str | None) -> int:
    return rulebook.measures[measure].value_places if measure is not None else rulebook.rounding.detail_places


def _with_places(frame: pl.DataFrame, key: str, places: dict[str, int]) -> pl.DataFrame:
    texts = [
        None if value is None else format(value.quantize(Decimal(1).scaleb(-places[name])), "f")
        for name, value in frame.select(key, "value").iter_rows()
    ]
    return frame.with_columns(pl.Series("value", texts, dtype=pl.String))
