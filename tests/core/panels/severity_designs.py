"""Drawn panels with known truth: who marks whom, true units, true severities, marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Drawn:
    """``marks`` (unit, reviewer, item, mark) and the true effects of the units, in their order."""

    marks: pl.DataFrame
    units: np.ndarray


def sparse_design(units: int, reviewers: int, each: int, seed: int) -> pl.DataFrame:
    """Every unit is marked by ``each`` reviewers: one that goes round, so that all hang together, others drawn."""
    random = np.random.default_rng(seed)
    rows = []
    for unit in range(units):
        chosen = {unit % reviewers, (unit + 1) % reviewers}
        while len(chosen) < each:
            chosen.add(int(random.integers(reviewers)))
        rows += [(f"u{unit:03d}", f"r{reviewer:03d}") for reviewer in sorted(chosen)]
    return pl.DataFrame(rows, schema=["unit", "reviewer"], orient="row")


def draw(design: pl.DataFrame, unit_sd: float, reviewer_sd: float, residual_sd: float, seed: int) -> Drawn:
    """Draw true effects and marks around 70."""
    random = np.random.default_rng(seed)
    units = design["unit"].rank("dense").cast(pl.Int64).to_numpy() - 1
    reviewers = design["reviewer"].rank("dense").cast(pl.Int64).to_numpy() - 1
    good = random.normal(0, unit_sd, units.max() + 1)
    lenient = random.normal(0, reviewer_sd, reviewers.max() + 1)
    marks = 70 + good[units] + lenient[reviewers] + random.normal(0, residual_sd, len(units))
    return Drawn(design.with_columns(mark=pl.Series(marks)), good)
