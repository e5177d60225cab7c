"""Figures from a sample: whether two of them differ by more than chance may do."""

from __future__ import annotations

import math
from statistics import NormalDist

from shuping.documents.commentary.view import View


def told_apart(view: View, unit: str, measure: str) -> bool:
    """Tell whether a measure's change since the period before lies outside what sampling alone may bring.

    True for figures without a standard error. It chooses what is told and enters no figure.
    """
    assert view.before is not None
    new, old = (
        [view.refs.cell("measures", period, unit, measure, column) for column in ("value", "se")]
        for period in (view.period, view.before)
    )
    if None in (*new, *old) or measure not in view.rulebook.measures:
        return True
    level = float(view.rulebook.measures[measure].level)
    width = NormalDist().inv_cdf((1 + level) / 2) * math.hypot(new[1], old[1])
    return abs(float(new[0] - old[0])) > width
