"""What a result folder holds on the uncertainty of ranks, read back into frames."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from shuping.scoring.result import RankUncertainty
from shuping.standing.simulation.outcome import GRADES_SCHEMA, PAIRS_SCHEMA, PLACES_SCHEMA, RANKS_SCHEMA

FILES = ("uncertainty.csv", "places.csv", "grade_chances.csv", "ahead.csv", "replicates.parquet")
"""Written where ranks were simulated; the last three only where there is something to put into them."""


def read_uncertainty(folder: Path, listed: Collection[str]) -> RankUncertainty:
    """Return the frames of a result folder that are among its ``listed`` files; empty ones where ranks were not
    simulated. Raises OSError and Polars' errors for files that cannot be read.
    """
    if "uncertainty.csv" not in listed:
        return RankUncertainty()
    replicates = "replicates.parquet"
    return RankUncertainty(
        _table(folder / "uncertainty.csv", RANKS_SCHEMA),
        _table(folder / "places.csv", PLACES_SCHEMA),
        _table(folder / "grade_chances.csv", GRADES_SCHEMA),
        _table(folder / "ahead.csv", PAIRS_SCHEMA),
        pl.read_parquet(folder / replicates) if replicates in listed else pl.DataFrame(),
    )


def _table(file: Path, schema: dict[str, Any]) -> pl.DataFrame:
    """Return a table with the columns' types; ``top_<k>`` and ``q_<share>`` are numbers."""
    if not file.is_file():
        return pl.DataFrame(schema=schema)
    found = pl.read_csv(file, infer_schema=False)
    return found.select(pl.col(name).cast(schema.get(name, pl.Float64)) for name in found.columns)
