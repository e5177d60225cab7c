"""Scores as the trace reads them: one figure at a time, so that every exact figure is made once and then only read."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.scoring.grid import Column
from shuping.scoring.scores import Scores
from shuping.values.vector import ExactVector


def readable(scores: Scores) -> Scores:
    """Return the same tree with every column of figures as an object array of Fractions (n,); marked numbers stay
    marked. Columns of whole numbers (ranks) and what lies in ``adjustments`` are left as they are.
    """
    return replace(
        scores,
        full=cells(scores.full),
        points=cells(scores.points),
        children=tuple(readable(child) for child in scores.children),
        shares=None if scores.shares is None else tuple(cells(share) for share in scores.shares),
        value=None if scores.value is None else _column(scores.value),
        operands={name: _column(operand) for name, operand in scores.operands.items()},
        facts={name: cells(fact) for name, fact in scores.facts.items()},
        lacking=None if scores.lacking is None else cells(scores.lacking),
        periods=tuple(
            replace(part, scores=readable(part.scores), weight=cells(part.weight)) for part in scores.periods
        ),
        counted=None if scores.counted is None else cells(scores.counted),
    )


def cells(figures: Array) -> Array:
    """Return exact figures (n,) as an object array of Fractions; any other array as it is."""
    if figures.dtype != object:
        return figures
    given: object = figures  # an array to numpy and to the type checker; exact numbers know their two parts
    pair = given.pair if isinstance(given, ExactVector) else None
    found = np.empty(len(figures), dtype=object)
    if pair is None:
        found[:] = [figure if isinstance(figure, Fraction) else Fraction(figure) for figure in figures]
        return found
    top, bottom = pair
    tops: list[int] = top.tolist() if isinstance(top, np.ndarray) else [top] * len(figures)
    bottoms: list[int] = bottom.tolist() if isinstance(bottom, np.ndarray) else [bottom] * len(figures)
    made: dict[tuple[int, int], Fraction] = {}  # full points and parameters are the same for whole groups
    for place, key in enumerate(zip(tops, bottoms, strict=True)):
        figure = made.get(key)
        if figure is None:
            figure = made[key] = Fraction(*key)
        found[place] = figure
    return found


def _column(column: Column) -> Column:
    return Column(cells(column.values), column.reasons)
