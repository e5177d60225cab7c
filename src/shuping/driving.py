"""The front of what drives the ranks: a folder scored once, and its choices, criteria and units looked at."""

from __future__ import annotations

from functools import partial

from shuping import appraisal
from shuping.appraisal import Progress
from shuping.records.folder import Folder
from shuping.standing.drivers.factors import Weights
from shuping.standing.drivers.gather import Drivers, drivers_of
from shuping.standing.drivers.rank_change import Design


def drivers(
    folder: Folder,
    period: str | None = None,
    *,
    points: int = 1024,
    weights: Weights = "together",
    each_unit: bool | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Drivers:
    """Score a folder in one period (by default the last of the rule book) and return what drives its ranks.

    ``points`` (a power of two), ``weights``, ``each_unit`` and ``seed`` (by default the rule book's) are those of
    ``Design``. Raises InputError as ``score`` does, and where ``points`` is no power of two.
    """
    when = appraisal.periods_of(folder.rulebook, period)[-1]
    result, case_of = appraisal.score_with_cases(folder, when, progress=progress)
    asked = folder.rulebook.uncertainty
    own = asked.seed if seed is None else seed
    design = Design(points, float(asked.interval), seed=own, weights=weights, each_unit=each_unit)
    told = None if progress is None else partial(progress, "simulate")
    return drivers_of(result.trace, case_of(when), when, design, told)
