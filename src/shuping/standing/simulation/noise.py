"""Sampling error of what criteria rest on: draws of true values behind the observed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from shuping.measures.table import MeasureTable
from shuping.panels.ballot_score import BallotScore
from shuping.panels.judged import Judged
from shuping.panels.resampling import BallotSample, PanelSample
from shuping.rulebook.model import Rulebook
from shuping.scoring.grid import Column, Grid
from shuping.standing.simulation.posterior import draw_true_values

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
BOOTSTRAPS = 500
"""Draws that the variance of a panel's score is taken from."""
Errors = Callable[[int, Rows, np.random.Generator], Floats]
"""Draws of errors around 0, (draws, rows), of the units at some rows of a grid."""


@dataclass(frozen=True)
class Noise:
    """The error of one column of the inputs over the units of a grid.

    ``variance`` (n,), 0 where a value has no error; ``errors``: draws around 0 with that variance, (draws, rows), from
    a generator; without it they are normal. ``low`` and ``high`` bound true values (a share lies between 0 and 1).
    """

    kind: Literal["measure", "panel"]
    name: str
    variance: Floats
    errors: Errors | None = None
    low: float | None = None
    high: float | None = None

    def draw(self, column: Column, rows: Rows, codes: Sequence[int], draws: int, seed: int, shrink: bool) -> Floats:
        """Return values (draws, rows) for the units at ``rows``; ``codes`` are the comparison groups of all units.

        Missing values stay as they are. Each group draws from a stream of its own, named after the column and the
        group: what is drawn does not depend on what else is.
        """
        observed = np.asarray(column.values, dtype=np.float64)
        found = np.broadcast_to(observed[rows], (draws, len(rows))).copy()
        here = column.present[rows]
        of_rows = np.asarray(codes)[rows]
        for code in np.unique(of_rows[here]):
            mine = np.flatnonzero(here & (of_rows == code))
            random = stream(seed, f"{self.kind}:{self.name}", int(code))
            found[:, mine] = self._of_group(observed, rows[mine], draws, random, shrink)
        if self.low is not None or self.high is not None:
            found = np.clip(found, self.low, self.high)
        return found

    def _of_group(self, observed: Floats, rows: Rows, draws: int, random: np.random.Generator, shrink: bool) -> Floats:
        variance = self.variance[rows]
        if self.errors is None:
            errors = random.standard_normal((draws, len(rows))) * np.sqrt(variance)
        else:
            errors = self.errors(draws, rows, random)
        if not shrink:
            return np.asarray(observed[rows] + errors)
        return draw_true_values(observed[rows], variance, errors, random)


def stream(seed: int, name: str, number: int = 0) -> np.random.Generator:
    """Return a generator for one use of a seed; other names and numbers give independent ones."""
    return np.random.default_rng(np.random.SeedSequence([seed, crc32(name.encode()), number]))


def measure_noise(rulebook: Rulebook, grid: Grid, table: MeasureTable, period: str) -> list[Noise]:
    """Return the errors of the measures that criteria use: of surveys, and those that the rule book states."""
    used = sorted({criterion.measure for criterion in rulebook.walk() if criterion.measure is not None})
    vary = rulebook.uncertainty.vary
    found: list[Noise] = []
    for name in used:
        stated = vary.measures.get(name)
        if stated is None and vary.surveys != "sampling":
            continue
        if stated is None:
            error = _standard_errors(table, period, name, grid)
        elif stated.sd is not None:
            error = np.full(len(grid), float(stated.sd))
        else:
            assert stated.relative is not None
            error = float(stated.relative) * np.abs(_floats(table, period, name, grid))
        if (error > 0).any():
            share = bool(rulebook.measures[name].share)
            found.append(Noise("measure", name, error**2, None, 0.0 if share else None, 1.0 if share else None))
    return found


def _standard_errors(table: MeasureTable, period: str, name: str, grid: Grid) -> Floats:
    import polars as pl

    rows = table.frame.filter((pl.col("period") == period) & (pl.col("measure") == name)).select("unit", "se")
    given: Mapping[str, float | None] = dict(rows.iter_rows())
    return np.array([given.get(unit) or 0.0 for unit in grid.units], dtype=np.float64)


def _floats(table: MeasureTable, period: str, name: str, grid: Grid) -> Floats:
    from shuping.values import Missing

    values = table.values(period, name)
    return np.array(
        [0.0 if isinstance(value := values.get(unit, 0), Missing) else float(value) for unit in grid.units],
        dtype=np.float64,
    )


def judged_noise(
    rulebook: Rulebook,
    grid: Grid,
    judged: Mapping[tuple[str, str, str], Judged],
    panels: Mapping[str, PanelSample],
    period: str,
) -> list[Noise]:
    """Return the errors of panels and ballots that criteria use.

    ``judged``: scores by period, output and unit; ``panels``: the judges' totals by panel, over the units of the grid.
    Of panels only the score itself is drawn again, and only where whole forms are judged.
    """
    vary = rulebook.uncertainty.vary
    found: list[Noise] = []
    sources = {leaf.judged: leaf for leaf in rulebook.walk() if leaf.judged is not None}
    for key, leaf in sorted(sources.items()):
        if leaf.panel is not None and leaf.panel.output == "score" and vary.panels == "bootstrap":
            sample = panels.get(leaf.panel.id)
            if sample is not None:
                random = stream(rulebook.uncertainty.seed, f"variance:{key}")
                variance = sample.variance(grid.codes, BOOTSTRAPS, random)
                found.append(Noise("panel", key, variance, sample.errors))
        elif leaf.ballot is not None and vary.ballots == "bootstrap":
            scores = {unit: judged.get((period, key, unit)) for unit in grid.units}
            kept = {unit: score for unit, score in scores.items() if isinstance(score, BallotScore)}
            votes = BallotSample.of(kept, grid.units)
            if votes is not None:
                found.append(Noise("panel", key, votes.variance, votes.errors))
    return [noise for noise in found if (noise.variance > 0).any()]
