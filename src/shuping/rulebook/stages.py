"""Rounding on the way: which criteria are rounded before they are counted on, to how many places and how."""

from __future__ import annotations

from shuping.rulebook.grading_model import Stage
from shuping.rulebook.model import Criterion, Rulebook
from shuping.values.rounding import Mode


def rounding_of(rulebook: Rulebook, criterion: Criterion) -> tuple[int, Mode] | None:
    """Return places and mode of a criterion's own stage, None where its points go on unrounded.

    Its own ``places`` come first, then ``component`` for the first level, then ``leaf`` or ``node``. No figure is
    rounded twice. The total (empty id) is rounded in standing, not here.
    """
    rounding = rulebook.rounding
    if not criterion.id:
        return None
    if criterion.places is not None:
        return criterion.places, rounding.mode
    stage: Stage | None = rounding.node if criterion.criteria else rounding.leaf
    if rounding.component is not None and any(first.id == criterion.id for first in rulebook.criteria):
        stage = rounding.component
    return None if stage is None else (stage.places, stage.mode or rounding.mode)
