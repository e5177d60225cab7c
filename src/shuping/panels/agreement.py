"""Agreement of the reviewers of a panel: six intraclass correlations, Krippendorff's alpha, Kendall's W, and the spread
of the marks of each unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from shuping.panels.agreement_alpha import METRICS, Alpha, Metric, alpha
from shuping.panels.agreement_concordance import Concordance, concordance
from shuping.panels.agreement_intraclass import FORMS, Coefficient, Form, Intraclass, MeanSquares, intraclass
from shuping.panels.agreement_marks import Marks, Unmeasured, marks_of
from shuping.panels.agreement_spread import SPREAD_SCHEMA, spread


@dataclass(frozen=True)
class Agreement:
    """All figures of agreement of one set of marks."""

    units: int
    reviewers: int
    marks: int
    intraclass: Intraclass | Unmeasured
    alpha: Mapping[Metric, Alpha | Unmeasured]
    concordance: Concordance | Unmeasured
    spread: pl.DataFrame


def agree(
    marks: pl.DataFrame, *, confidence: float = 0.95, draws: int = 0, seed: int | None = None, fewest: int = 1
) -> Agreement:
    """Measure the agreement of marks with the columns ``unit``, ``reviewer`` and ``mark``, one row per mark.

    ``confidence``: coverage of the intervals; ``draws`` and ``seed``: a bootstrap for alpha (none by default);
    ``fewest``: units with fewer marks show no spread. Raises ValueError for two marks of one reviewer for one unit.
    """
    found = marks_of(marks)
    by_metric = {metric: alpha(found, metric, draws=draws, seed=seed, confidence=confidence) for metric in METRICS}
    return Agreement(
        len(found.by_unit),
        len(found.reviewers),
        len(found.rows),
        intraclass(found, confidence),
        by_metric,
        concordance(found),
        spread(found, fewest),
    )


__all__ = [
    "FORMS",
    "METRICS",
    "SPREAD_SCHEMA",
    "Agreement",
    "Alpha",
    "Coefficient",
    "Concordance",
    "Form",
    "Intraclass",
    "Marks",
    "MeanSquares",
    "Metric",
    "Unmeasured",
    "agree",
    "alpha",
    "concordance",
    "intraclass",
    "marks_of",
    "spread",
]
