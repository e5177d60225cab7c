"""How a measure is made ready: its own settings, else the rule book's."""

from __future__ import annotations

from shuping.rulebook.model import Measure, Rulebook
from shuping.rulebook.preparing import Impute, Outliers


def impute_of(rulebook: Rulebook, measure: Measure) -> Impute | None:
    """Return how a measure's missing values are filled: its own rule, else the rule book's, unless skipped."""
    own, shared = measure.prepare, rulebook.prepare
    if own is not None and (own.impute is not None or "impute" in own.skip):
        return own.impute
    return shared.impute if shared is not None else None


def outliers_of(rulebook: Rulebook, measure: Measure) -> Outliers | None:
    """Return how a measure's outliers are treated: its own rule, else the rule book's, unless skipped."""
    own, shared = measure.prepare, rulebook.prepare
    if own is not None and (own.outliers is not None or "outliers" in own.skip):
        return own.outliers
    return shared.outliers if shared is not None else None
