"""What a criterion comes to for every unit: its points, why there are none, and everything that explains them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from shuping.methods import Method
from shuping.methods.arithmetic import Array
from shuping.rulebook.model import Criterion
from shuping.scoring.adjust import Adjusted
from shuping.scoring.fill import Codes, Mask
from shuping.scoring.grid import Column, Reasons


@dataclass(frozen=True)
class Scores:
    """One criterion (or the total) of every unit. All arrays are (n,).

    ``reasons``: 0 where there are points, else why not; ``why``: why the value was missing, whatever the policy made
    of it;
    ``dropped``: the unit loses its total through this branch;
    ``policy_applied``: the points come from the missing policy, not from a value. For leaves: ``value``, ``operands``
    and ``facts`` of the method (facts are 0 where the method did not run). For nodes: ``shares``, one array per
    child, what a point of the child is worth in points of this node (None where the node is not additive).
    ``adjusted``: where floor, cap or rounding changed the points; ``near``: where a float lay too near a rounding
    boundary of this criterion to tell.
    ``filled_from``: of how many units the figure that was filled in is made (0: of none); ``deferred`` and ``lacking``:
    where the criterion is left out for the total, and the full points that are missing for it here or below.
    ``periods``: a criterion scored by periods, or one below it, period by period; ``gaps``: where one of them is
    missing; ``counted``: below such a criterion, what this one adds to it (its ``shares`` are empty then).
    """

    criterion: Criterion
    applies: Mask
    full: Array
    points: Array
    reasons: Reasons
    why: Reasons
    dropped: Mask
    policy_applied: Mask
    children: tuple[Scores, ...] = ()
    shares: tuple[Array, ...] | None = None
    adjusted: Mask | None = None
    near: Mask | None = None
    method: Method | None = None
    value: Column | None = None
    operands: Mapping[str, Column] = field(default_factory=dict)
    facts: Mapping[str, Array] = field(default_factory=dict)
    filled_from: Codes | None = None
    deferred: Mask | None = None
    lacking: Array | None = None
    periods: tuple[PeriodPart, ...] = ()
    gaps: Mask | None = None
    counted: Array | None = None
    adjustments: Adjusted | None = None

    @cached_property
    def present(self) -> Mask:
        """Mask of the units that have points here."""
        found: Mask = self.applies & (self.reasons == 0) & ~self.dropped
        return found


@dataclass(frozen=True)
class PeriodPart:
    """One period of a criterion: its name, its scores, its weight as declared and as it counts for each unit (n,)."""

    name: str
    scores: Scores
    declared: Fraction
    weight: Array


def walk(scores: Scores) -> Iterator[Scores]:
    """Yield a node's scores and those of everything below it, parents first."""
    yield scores
    for child in scores.children:
        yield from walk(child)
