"""Scoring at large scale: float64 arrays, with every figure near a rounding boundary handed to the exact path.

The exact path (``evaluate`` with ``EXACT``) is the reference; what comes out here is the same published figures,
faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import missing_rules
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Grid, Inputs, rows_of_inputs
from shuping.scoring.references import reference_units
from shuping.scoring.rounding import near_boundary, round_array
from shuping.scoring.scores import Scores, walk
from shuping.values.exact import decide


@dataclass(frozen=True)
class LargeScores:
    """Published totals of all units of a grid. All arrays are (n,).

    ``totals``: rounded totals as float64, NaN where missing; ``ranks``: competition ranks within the groups, 0 where
    missing (without tie-breaking); ``handed_over``: units whose group was scored again by the exact path because a
    total lay near a rounding boundary; ``scores``: the float scores of the whole tree.
    """

    totals: NDArray[np.float64]
    ranks: NDArray[np.int64]
    handed_over: NDArray[np.bool_]
    scores: Scores


def score_large(
    rulebook: Rulebook, grid: Grid, inputs: Inputs, exact_inputs: Callable[[], Inputs], *, near_is_exact: bool = True
) -> LargeScores:
    """Score float inputs; ask for ``exact_inputs`` (the same columns, exact) only where rounding could go either way.

    Raises KeyError as ``evaluate`` does, and UndecidableRounding from the exact path. ``near_is_exact=False`` leaves
    the flagged figures as floats round them; ``handed_over`` then marks them.
    """
    root = evaluate(rulebook, grid, inputs, FLOAT)
    rounding = rulebook.rounding
    present = root.present
    totals = np.where(present, round_array(root.points, rounding.places, rounding.mode), np.nan)
    near = near_boundary(root.points, rounding.places, rounding.mode) & present
    for scores in walk(root):
        near |= False if scores.near is None else scores.near & scores.applies
    again = np.isin(grid.codes, np.unique(grid.codes[near | np.isin(grid.units, list(reference_units(rulebook)))]))
    if near.any() and any(rule.column is not None for rule in missing_rules(rulebook).values()):
        again[:] = True  # figures of other groups stand in for missing ones
    if near_is_exact and near.any():
        totals[again] = _exactly(rulebook, grid, exact_inputs(), np.flatnonzero(again))
    return LargeScores(totals, _ranks(grid, totals), again, root)


def _exactly(rulebook: Rulebook, grid: Grid, inputs: Inputs, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the published totals of whole groups by the exact path: methods may compare units of a group."""
    part = Grid(tuple(grid.units[row] for row in rows), grid.group_names, grid.codes[rows])
    root = evaluate(rulebook, part, rows_of_inputs(inputs, rows), EXACT)
    rounding = rulebook.rounding
    found = np.full(len(rows), np.nan)
    for index in np.flatnonzero(root.present):
        found[index] = float(decide(root.points[index], rounding.places, rounding.mode))
    return found


def _ranks(grid: Grid, totals: NDArray[np.float64]) -> NDArray[np.int64]:
    rows = np.flatnonzero(~np.isnan(totals))
    ranks = np.zeros(len(totals), dtype=np.int64)
    ranks[rows] = replace(grid.groups, codes=grid.codes[rows]).ranks(totals[rows], ascending=False)
    return ranks
