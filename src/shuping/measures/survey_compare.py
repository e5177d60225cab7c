"""Two survey estimates beside each other, and the parts of one: changes between periods, differences between units,
breakdowns by stratum or by another question with small cells left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuping.measures.survey import Domain, Estimate, interval_kind, varied
from shuping.measures.survey_design import Floats
from shuping.measures.survey_interval import Difference, difference
from shuping.measures.survey_units import Asked


def change(before: Asked, now: Asked, unit: int) -> Difference | None:
    """Return what changed between two samples, drawn apart; None where either has no value with an error."""
    return between_estimates(before.estimate(unit), now.estimate(unit), now)


def between_estimates(first: Estimate, second: Estimate, asked: Asked) -> Difference | None:
    """Return the second less the first; None where either has no value or no standard error."""
    if first.value is None or second.value is None or math.isnan(first.se) or math.isnan(second.se):
        return None
    measure = asked.measure
    pair = first.sampled(measure), second.sampled(measure)
    return difference(*pair, interval_kind(measure), float(measure.level))


def between_units(asked: Asked, first: int, second: int) -> Difference | None:
    """Return the second unit's estimate less the first's.

    Where both are parts of one sample their errors are not independent (they may share clusters or post-strata), and
    the variance is that of the difference. Raises InputError where the sample does not fit its design.
    """
    estimates = asked.estimate(first), asked.estimate(second)
    plain = between_estimates(*estimates, asked)
    design = asked.sample.design
    if plain is None or design is None or design.sample != "whole":
        return plain
    domains = [asked.domain(unit)[0] for unit in (first, second)]
    error = asked.guarded(lambda: _joint_error(domains, estimates))
    measure = asked.measure
    pair = [found.sampled(measure) for found in estimates]
    return difference(pair[0], pair[1], interval_kind(measure), float(measure.level), error)


def _joint_error(domains: Sequence[Domain], estimates: Sequence[Estimate]) -> float:
    scope = domains[0].scope
    values: Floats = np.zeros(len(scope.at))
    for sign, domain, found in zip((-1, 1), domains, estimates, strict=True):
        linearised, rows = domain.linearised(float(found.value or 0))
        values[rows] += sign * linearised
    return math.sqrt(max(varied(scope, values, np.arange(len(scope.at), dtype=np.int64)), 0.0))


@dataclass(frozen=True)
class Cell:
    """One part of a breakdown. ``suppressed``: ``small`` (too few answers) or ``complement`` (it would give a small
    one away by subtraction); the estimate is then None, and so is what it was made of.
    """

    name: str
    estimate: Estimate | None
    suppressed: str = ""


def breakdown(asked: Asked, unit: int, by: str) -> tuple[Cell, ...]:
    """Return a unit's estimate by the entries of a column (``stratum``, another question) in the order of their names.

    Cells with fewer valid answers than the survey's ``min_cell`` are suppressed, and then the next smallest as long as
    a small one could be found by subtraction. Answers without an entry are in no cell.
    """
    column = asked.sample.rows[by]
    names = sorted(column.drop_nulls().unique().to_list())
    rows = asked.rows_of(unit)
    masks = {name: (column == name).fill_null(False).to_numpy() for name in names}
    counts = {name: int((mask & asked.scores.valid)[rows].sum()) for name, mask in masks.items()}
    counts = {name: count for name, count in counts.items() if count}
    hidden = suppressed(counts, asked.sample.survey.min_cell)
    return tuple(
        Cell(name, None, hidden[name]) if name in hidden else Cell(name, _cell(asked, unit, masks[name]))
        for name in counts
    )


def suppressed(counts: dict[str, int], least: int) -> dict[str, str]:
    """Return which cells are not shown, and why: ``small``, or ``complement``.

    What is hidden must be several cells with together at least ``least`` answers: their sum is no secret.
    """
    hidden = {name: "small" for name, count in counts.items() if count < least}
    shown = sorted((count, name) for name, count in counts.items() if name not in hidden)
    for _, name in shown:
        if not hidden or (len(hidden) > 1 and sum(counts[other] for other in hidden) >= least):
            break
        hidden[name] = "complement"
    return hidden


def _cell(asked: Asked, unit: int, mask: NDArray[np.bool_]) -> Estimate:
    domain, records = asked.domain(unit, only=mask)
    return asked.guarded(lambda: domain.estimate(records, fewest=1))
