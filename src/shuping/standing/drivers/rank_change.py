"""Mean absolute rank change over a design, and the share of every choice in its variance.

The figure is COINr's: the mean over a comparison group's units of how far each stands from the rank that the rule book
itself gives it. A unit's own figure is how far it stands from there. A unit that has no total in a replicate counts as
one place behind the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.errors import InputError, Problem
from shuping.scoring.grid import Grid
from shuping.standing.drivers.factors import Factor, Weights, factors_of
from shuping.standing.drivers.sobol import Indices, saltelli_points, sobol_indices
from shuping.standing.simulation.appraise import Case, setting_of
from shuping.standing.simulation.parameters import Parameters, parameters_from
from shuping.standing.simulation.run import Told, simulate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INDICES_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,  # null: the mean over the group's ranked units
    "factor": pl.String,  # weights, weights:<criterion>, or the alternative's id
    "kind": pl.String,  # weights | method | combine | missing | outliers
    "title_zh": pl.String,
    "title_en": pl.String,
    "first": pl.Float64,  # share of the variance that the factor accounts for alone; null: the rank does not change
    "first_low": pl.Float64,
    "first_high": pl.Float64,
    "total": pl.Float64,  # alone and with all its interactions
    "total_low": pl.Float64,
    "total_high": pl.Float64,
}
CHANGES_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,  # null: the mean over the group's ranked units
    "rank": pl.Int64,  # under the rule book's own choices
    "mean_change": pl.Float64,  # places, either way
    "sd": pl.Float64,  # of the change from replicate to replicate
    "points": pl.Int64,
    "evaluations": pl.Int64,
    "failed": pl.Int64,  # evaluations in which some unit of the run had a total that could not be worked out
}
UNITS = 500
"""With more units, those of a group are not taken one by one unless it is asked for."""


@dataclass(frozen=True)
class Design:
    """How the choices are tried: ``points`` of each half (a power of two), ``level`` and ``replicates`` of the
    bootstrap intervals; ``weights`` as one factor or by first-level criterion; ``each_unit``: indices of every unit
    besides those of its group (by default where there are at most 500 units).
    """

    points: int = 1024
    level: float = 0.9
    replicates: int = 500
    seed: int = 2025
    weights: Weights = "together"
    each_unit: bool | None = None


@dataclass
class _Blocks:
    """Watches a simulation and gathers the ranks of one block of units after the other."""

    evaluations: int
    done: Any  # called with the grid and the ranks (units, evaluations) of a block when it is complete
    grid: Grid | None = None
    first: int = -1
    ranks: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int32))

    def __call__(self, grid: Grid, block: Ints, draws: Ints, totals: Floats, ranks: Any) -> None:
        if self.first != int(block[0]):
            self.flush()
            self.grid, self.first = grid, int(block[0])
            self.ranks = np.zeros((len(grid), self.evaluations), dtype=np.int32)
        self.ranks[:, draws] = ranks

    def flush(self) -> None:
        if self.grid is not None:
            self.done(self.grid, self.ranks)
        self.grid = None


@dataclass(frozen=True)
class Sensitivity:
    """``indices`` (``INDICES_SCHEMA``) and ``changes`` (``CHANGES_SCHEMA``); both empty where no choice is declared."""

    factors: tuple[Factor, ...]
    indices: pl.DataFrame
    changes: pl.DataFrame


def sensitivity(case: Case, period: str, design: Design | None = None, told: Told | None = None) -> Sensitivity:
    """Estimate Sobol indices of mean absolute rank change over the choices that the rule book declares.

    Values stay as observed: sampling error is no choice. Raises InputError where ``points`` is no power of two.
    """
    asked = design or Design(seed=case.rulebook.uncertainty.seed, level=float(case.rulebook.uncertainty.interval))
    factors = factors_of(case.rulebook, asked.weights)
    parameters = design_parameters(case, asked, factors)
    rows = _Rows(case, period, asked, factors)
    if factors:
        blocks = _Blocks(parameters.draws, rows.add)
        simulated = simulate(setting_of(case, "choices"), parameters, "choices", told=told, watch=blocks)
        blocks.flush()
        rows.failed = int(simulated.failed[1:].sum())
    return Sensitivity(factors, *rows.frames())


def design_parameters(case: Case, design: Design, factors: Sequence[Factor]) -> Parameters:
    """Return the parameters of the design's evaluations; before them, as draw 0, those of the rule book itself.

    Raises InputError where ``points`` is no power of two.
    """
    vary = case.rulebook.uncertainty.vary
    columns = sum(len(factor.columns) for factor in factors)
    try:
        points = saltelli_points(design.points, max(1, columns), [factor.columns for factor in factors], design.seed)
    except ValueError as error:
        near = 2 ** max(1, round(np.log2(max(2, design.points))))
        raise InputError(Problem("scoring.points-not-power", {"given": design.points, "near": near})) from error
    drawn = parameters_from(case.rulebook, vary.weights, vary.alternatives, points.reshape(-1, points.shape[2]))
    own = {name: np.concatenate(([1.0], values)) for name, values in drawn.factors.items()}
    choices = {name: np.concatenate(([0], values)) for name, values in drawn.choices.items()}
    return Parameters(drawn.draws + 1, own, choices)


def changes_of(ranks: NDArray[np.int32]) -> Floats:
    """Return how far each unit stands from its rank in the first replicate (units, replicates - 1); a unit without a
    rank stands one place behind the last of the units given.
    """
    placed = np.where(ranks == 0, len(ranks) + 1, ranks).astype(np.float64)
    return np.asarray(np.abs(placed[:, 1:] - placed[:, :1]))


@dataclass
class _Rows:
    case: Case
    period: str
    design: Design
    factors: Sequence[Factor]
    indices: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0

    def add(self, grid: Grid, ranks: NDArray[np.int32]) -> None:
        """Add a block of whole comparison groups: ranks (units, 1 + evaluations)."""
        each = self.design.each_unit
        each = len(self.case.grid) <= UNITS if each is None else each
        for code in np.unique(grid.codes):
            rows = np.flatnonzero(grid.codes == code)
            ranked = rows[ranks[rows, 0] > 0]
            if not len(ranked):
                continue
            changed = changes_of(ranks[ranked])
            units: list[str | None] = [None, *(grid.units[row] for row in ranked)] if each else [None]
            figures = np.vstack([changed.mean(axis=0), changed]) if each else changed.mean(axis=0)[None]
            own = [None, *(int(rank) for rank in ranks[ranked, 0])]
            self._figures(grid.group_names[int(code)], units, own, figures)

    def _figures(self, group: str, units: list[str | None], ranks: list[int | None], figures: Floats) -> None:
        for start in range(0, len(units), UNITS):
            part = slice(start, start + UNITS)
            self._some(group, units[part], ranks[part], figures[part])

    def _some(self, group: str, units: list[str | None], ranks: list[int | None], figures: Floats) -> None:
        design, count = self.design, len(self.factors)
        by_points = figures.T.reshape(2 + count, design.points, len(units))
        found = sobol_indices(np.ascontiguousarray(by_points), design.level, design.replicates, design.seed)
        for place, unit in enumerate(units):
            head = {"period": self.period, "group": group, "unit": unit}
            self.indices += [{**head, **row} for row in _of_figure(self.factors, found, place)]
            self.changes.append({
                **head, "rank": ranks[place], "mean_change": float(found.mean[place]),
                "sd": float(np.sqrt(found.variance[place])), "points": design.points,
                "evaluations": figures.shape[1], "failed": 0,
            })  # fmt: skip

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return indices and changes, by groups in the order of the rule book, the group before its units."""
        changes = [{**row, "failed": self.failed} for row in self.changes]
        return (
            pl.DataFrame(self.indices, schema=INDICES_SCHEMA, orient="row"),
            pl.DataFrame(changes, schema=CHANGES_SCHEMA, orient="row"),
        )


def _of_figure(factors: Sequence[Factor], found: Indices, place: int) -> Iterator[dict[str, Any]]:
    for number, factor in enumerate(factors):
        yield {
            "factor": factor.id, "kind": factor.kind, "title_zh": factor.title.zh, "title_en": factor.title.en,
            **{name: _number(getattr(found, name)[number, place]) for name in _ESTIMATES},
        }  # fmt: skip


_ESTIMATES = ("first", "first_low", "first_high", "total", "total_low", "total_high")


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
