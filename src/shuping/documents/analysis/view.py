"""What the page of an analysis shows: frames, worked out before they come here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from shuping.records.register import Register
from shuping.review.coherence import Coherence
from shuping.rulebook.model import Rulebook

NEIGHBOURS_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "rank": pl.Int64,
    "behind": pl.String,  # the unit that comes next
    "behind_rank": pl.Int64,
    "criterion": pl.String,  # null for what no criterion is the cause of
    "kind": pl.String,  # criterion | bonus | deduction | cap | rescale | remainder | rounding
    "title_zh": pl.String,
    "title_en": pl.String,
    "difference": pl.Decimal(38, 10),  # positive: it puts ``unit`` ahead
    "difference_exact": pl.String,  # "numerator/denominator": these add up to the difference of the published totals
}


@dataclass(frozen=True)
class Analysis:
    """One period of a scored folder.

    ``redundant`` (``review.coherence_redundancy``), ``indices``, ``changes``, ``removed``, ``moves`` and ``profile``
    (``standing.drivers``), ``neighbours`` (``NEIGHBOURS_SCHEMA``); ``assumed``: the rule book declares no choices, and
    its weights were varied by this share instead.
    """

    rulebook: Rulebook
    register: Register
    coherence: Coherence
    redundant: pl.DataFrame
    indices: pl.DataFrame
    changes: pl.DataFrame
    removed: pl.DataFrame
    moves: pl.DataFrame
    profile: pl.DataFrame
    neighbours: pl.DataFrame
    points: int
    level: float
    seed: int
    assumed: float | None = None

    @property
    def period(self) -> str:
        """The period looked at."""
        return self.coherence.period

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return every figure of the page by the name of its file."""
        found = self.coherence
        return {
            "weights": found.weights, "correlations": found.correlations, "nodes": found.nodes,
            "components": found.components, "redundancy": self.redundant, "sobol": self.indices,
            "rank_change": self.changes, "removal": self.removed, "removal_moves": self.moves,
            "profile": self.profile, "neighbours": self.neighbours,
        }  # fmt: skip
