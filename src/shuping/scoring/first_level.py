"""Totals as a function of the first level's weights: exact shares of full points, and what comes after them.

Where the first level is a sum of points or an arithmetic mean, a unit's total is its full score times
``(w1 s1 + w2 s2 + ... + constant) / (w1 c1 + w2 c2 + ...)``: ``s`` the shares of full points, ``c`` 1 where a criterion
counts and 0 where it is missing (between, where part of it is left out for the total), then bonuses, deductions and
their limits. Documents hand this to a reader's browser; that it gives the engine's totals is checked where it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from shuping.rulebook.adjusting_order import Step
from shuping.rulebook.grading_model import Rounding
from shuping.values.exact import decide
from shuping.values.ranking import RankStyle

MOST_UNITS = 3000
Refusal = Literal["combine", "prizes", "alone", "differs", "many"]
"""Why there is no such function: the first level is a geometric or harmonic mean; prizes for places; no group has two
criteria with weights; the totals would not be the engine's; more than ``MOST_UNITS`` units.
"""
KeyKind = Literal["fixed", "unrounded", "deductions"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is done with the total after the first level, for the units of one group."""

    order: tuple[Step, ...]
    bonus_cap: Fraction | None
    floor: Fraction | None
    total_cap: Fraction | None
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class UnitShares:
    """One unit. By criterion: ``shares`` of full points, ``takes`` whether it counts for the whole, ``lacks`` the share
    of it that is left out for the total; ``constant``: points outside all weights (deductions in the tree); ``gain``
    and ``loss``: bonuses and deductions before the limits of all of them; ``keys``: a number for each fixed tie key,
    the higher first; ``present``: it has a total; ``ranked``: it has a rank. ``total`` and ``rank`` are as published.
    """

    unit: str
    shares: tuple[Fraction, ...]
    takes: tuple[bool, ...]
    lacks: tuple[Fraction, ...]
    constant: Fraction
    gain: Fraction
    loss: Fraction
    keys: tuple[int, ...]
    present: bool
    ranked: bool
    total: Fraction | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A total after the steps: unrounded, as published, and what deductions came to."""

    exact: Fraction
    published: Fraction
    deduction: Fraction


@dataclass(frozen=True)
class GroupShares:
    """One comparison group. ``criteria`` and their ``weights`` as the rule book writes them (points under a sum), which
    come to ``whole``; ``full``: the full score. ``keys``: the kinds of the tie keys in their order, with -1 where the
    lower figure comes first.
    """

    group: str
    how: Literal["sum", "arithmetic"]
    criteria: tuple[str, ...]
    weights: tuple[Fraction, ...]
    full: Fraction
    limits: Limits
    keys: tuple[tuple[KeyKind, int], ...]
    style: RankStyle
    rank_on: Literal["published", "unrounded"]
    units: tuple[UnitShares, ...]

    @property
    def whole(self) -> Fraction:
        """What the weights come to."""
        return sum(self.weights, Fraction(0))

    def parts(self, unit: UnitShares, weights: Sequence[Fraction]) -> tuple[Fraction, Fraction] | None:
        """Return numerator and denominator of a unit's share of the full score; None where nothing counts."""
        top = unit.constant
        whole = lacking = Fraction(0)
        for weight, share, takes, lacks in zip(weights, unit.shares, unit.takes, unit.lacks, strict=True):
            if takes:
                top, whole, lacking = top + weight * share, whole + weight, lacking + weight * lacks
        if not unit.present or not whole:
            return None
        return top, (whole - lacking if whole > lacking else whole)

    def settled(self, unit: UnitShares, weights: Sequence[Fraction]) -> Settled | None:
        """Return a unit's total under other weights; None where it has none. Raises UndecidableRounding."""
        parts = self.parts(unit, weights)
        return None if parts is None else settle(self.full * parts[0] / parts[1], unit, self.limits)


def settle(base: Fraction, unit: UnitShares, limits: Limits) -> Settled:
    """Put bonuses, deductions and their limits on a total, step by step. Raises UndecidableRounding."""
    total, counted, deduction = base, Fraction(0), Fraction(0)
    rounding = limits.rounding
    for step in limits.order:
        before = total
        if step == "bonus":
            total, counted = total + unit.gain, Fraction(0)
        elif step == "bonus_cap" and limits.bonus_cap is not None:
            total -= max(counted - limits.bonus_cap, Fraction(0))
        elif step == "deductions":
            lowest = total - unit.loss
            if limits.floor is not None:
                lowest = max(lowest, min(total, limits.floor))
            total, deduction = lowest, total - lowest
        elif step == "total_cap" and limits.total_cap is not None:
            total = min(total, limits.total_cap)
        elif step == "round":
            total = decide(total, rounding.places, rounding.mode)
        counted += total - before
    return Settled(total, decide(total, rounding.places, rounding.mode), deduction)


@dataclass(frozen=True)
class FirstLevel:
    """The comparison groups of one period, worked out when first asked for; ``make`` says why not where it cannot."""

    period: str
    make: Callable[[], tuple[GroupShares, ...] | Refusal]

    @cached_property
    def found(self) -> tuple[GroupShares, ...] | Refusal:
        """The groups with at least two criteria to weigh, or why there are none."""
        return self.make()
