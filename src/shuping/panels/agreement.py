"""Agreement of the reviewers of a panel: six intraclass correlations, Krippendorff's alpha, Kendall's W, and the spread
of the marks of each unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from shuping.panels.agreement_alpha import METRICS, Alpha, Metric, alpha, alpha_of_counts
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
    return agreement_of(marks_of(marks), confidence=confidence, draws=draws, seed=seed, fewest=fewest)


def agreement_of(
    marks: Marks, *, confidence: float = 0.95, draws: int = 0, seed: int | None = None, fewest: int = 1
) -> Agreement:
    """Measure the agreement of marks that were read already; see ``agree``."""
    by_metric = {metric: alpha(marks, metric, draws=draws, seed=seed, confidence=confidence) for metric in METRICS}
    return Agreement(
        len(marks.by_unit),
        len(marks.reviewers),
        len(marks.rows),
        intraclass(marks, confidence),
        by_metric,
        concordance(marks),
        spread(marks, fewest),
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
    "agreement_of",
    "alpha",
    "alpha_of_counts",
    "concordance",
    "intraclass",
    "marks_of",
    "spread",
]
