"""Weights that differ from unit to unit: what simulation varies, put on the children of one node.

Under a sum a criterion's points and full points are multiplied, so that every method keeps its own points; siblings
keep the sum of their full points. Under a mean the weights are multiplied, and the mean divides by their sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Array
from shuping.rulebook.model import Combine
from shuping.scoring.combine import Child

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reweighted:
    """A child whose points count more or less than they are; see ``combine.Child``."""

    points: Array
    full: Array
    applies: Mask
    present: Mask
    deferred: Mask | None


def reweighted(
    how: Combine, children: Sequence[Any], weights: list[Array], factors: Mapping[str, Array]
) -> tuple[Sequence[Child], list[Array], list[Array] | None]:
    """Return children and weights with the factors of their criteria (by id, (n,)) on them, and what a point of each
    child counts under a sum (None: as much as it does without).

    ``children`` are ``Scores``. Where the factors of a sum leave nothing, they are not applied.
    """
    given = [factors.get(child.criterion.id) for child in children]
    if all(factor is None for factor in given):
        return children, weights, None
    if how != "sum":
        varied = [weight if factor is None else weight * factor for weight, factor in zip(weights, given, strict=True)]
        return children, varied, None
    factored = [1 if factor is None else factor for factor in given]
    before = sum(np.where(child.applies, child.full, 0) for child in children)
    after = sum(
        np.where(child.applies, child.full, 0) * factor for child, factor in zip(children, factored, strict=True)
    )
    keep = np.where(after != 0, before / np.where(after != 0, after, 1), 1)
    times = [factor * keep for factor in factored]
    counted = [
        Reweighted(child.points * by, child.full * by, child.applies, child.present, child.deferred)
        for child, by in zip(children, times, strict=True)
    ]
    return counted, weights, times
