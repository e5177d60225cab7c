"""Whether reviewers and units hang together: severity can be compared only along common units.

Reviewers and units form a graph, a mark being an edge. Reviewers of different islands of it have no unit in common, not
even by way of others: whether one island's marks are high because of its units or of its reviewers cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from shuping.panels.severity.terms import Factor, factor


@dataclass(frozen=True, slots=True)
class Island:
    """Units and reviewers that hang together, both in ascending order."""

    units: tuple[Any, ...]
    reviewers: tuple[Any, ...]


def islands(marks: pl.DataFrame, unit: str = "unit", reviewer: str = "reviewer") -> list[Island]:
    """Return the islands of a design, those with most units first; one island when everything hangs together.

    ``marks`` has a row for each mark (given or planned), without blanks in the two columns.
    """
    return islands_of(factor(marks, [unit]), factor(marks, [reviewer]))


def islands_of(units: Factor, reviewers: Factor) -> list[Island]:
    """Return the islands of two factors over the same marks."""
    from scipy import sparse
    from scipy.sparse import csgraph

    size = len(units.levels) + len(reviewers.levels)
    edges = (np.ones(len(units.codes)), (units.codes, len(units.levels) + reviewers.codes))
    count, labels = csgraph.connected_components(sparse.coo_matrix(edges, (size, size)), directed=False)
    parts: list[tuple[list[Any], list[Any]]] = [([], []) for _ in range(count)]
    for place, label in enumerate(labels.tolist()):
        if place < len(units.levels):
            parts[label][0].append(units.levels[place])
        else:
            parts[label][1].append(reviewers.levels[place - len(units.levels)])
    found = [Island(tuple(one), tuple(two)) for one, two in parts]
    return sorted(found, key=lambda island: -len(island.units))  # stable: then by their first unit
