"""A unit's total while one first-level weight goes from nothing to the whole and its siblings keep their proportions.

It is ``full (n0 + n1 t) / (d0 + d1 t)`` plus a constant, so it only rises or only falls, and where it crosses a number
is a rational number again: every place where its published figure changes can be written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from shuping.rulebook.grading_model import Rounding
from shuping.scoring.first_level import GroupShares, UnitShares, settle
from shuping.values.rounding import round_exact

ZERO, HALF = Fraction(0), Fraction(1, 2)


@dataclass(frozen=True)
class Curve:
    """The total of a unit, ``shift`` being what bonuses and deductions add, over ``0 <= t <= whole``."""

    unit: UnitShares
    full: Fraction
    top: tuple[Fraction, Fraction]
    bottom: tuple[Fraction, Fraction]
    shift: Fraction
    deduction: Fraction
    rounding: Rounding

    def total(self, t: Fraction) -> Fraction:
        """Return the unrounded total."""
        return self.full * (self.top[0] + self.top[1] * t) / (self.bottom[0] + self.bottom[1] * t) + self.shift

    def published(self, t: Fraction) -> Fraction:
        """Return the published total. Of a figure that is known to 50 digits only, these digits are rounded."""
        return round_exact(self.total(t), self.rounding.places, self.rounding.mode)

    @property
    def straight(self) -> bool:
        """Whether the total is a straight line."""
        return not self.bottom[1]

    def where(self, total: Fraction) -> Fraction | None:
        """Return where the total is this number, None where it nowhere or everywhere is."""
        y = total - self.shift
        slope = self.full * self.top[1] - y * self.bottom[1]
        return (y * self.bottom[0] - self.full * self.top[0]) / slope if slope else None

    def turns(self, low: Fraction, high: Fraction) -> tuple[int, int]:
        """Return the first and last number of the rounding boundaries strictly between the totals at ``low`` and
        ``high``; see ``turn``. There are none where the first is above the last.
        """
        ends = sorted((self.total(low), self.total(high)))
        first, last = (end * 10**self.rounding.places - self._half for end in ends)
        return floor(first) + 1, ceil(last) - 1

    def turn(self, number: int) -> Fraction | None:
        """Return where the total is at boundary ``number`` of rounding."""
        return self.where((number + self._half) / 10**self.rounding.places)

    @property
    def _half(self) -> Fraction:
        return ZERO if self.rounding.mode == "down" else HALF


def curve(group: GroupShares, unit: UnitShares, place: int) -> Curve | None:
    """Return the curve of a unit while the criterion at ``place`` changes its weight; None where a limit on bonuses,
    deductions or totals bites on the way or the total is nowhere defined at an end.
    """
    unit = _plain(unit)
    own, whole = group.weights[place], group.whole
    others = 1 / (whole - own)
    top, bottom = (ZERO, ZERO), (ZERO, ZERO)
    for at, weight in enumerate(group.weights):
        if unit.takes[at]:
            line = (ZERO, Fraction(1)) if at == place else (weight * others * whole, -weight * others)
            share, counts = unit.shares[at], 1 - unit.lacks[at]
            top = (top[0] + line[0] * share, top[1] + line[1] * share)
            bottom = (bottom[0] + line[0] * counts, bottom[1] + line[1] * counts)
    top = (top[0] + unit.constant, top[1])
    if "round" in group.limits.order or any(bottom[0] + bottom[1] * end <= 0 for end in (ZERO, whole)):
        return None
    bare = Curve(unit, group.full, top, bottom, ZERO, ZERO, group.limits.rounding)
    ends = [bare.total(end) for end in (ZERO, whole)]
    settled = [settle(end, unit, group.limits) for end in ends]
    if settled[0].exact - ends[0] != settled[1].exact - ends[1] or settled[0].deduction != settled[1].deduction:
        return None
    return Curve(unit, group.full, top, bottom, settled[0].exact - ends[0], settled[0].deduction, group.limits.rounding)


def _plain(unit: UnitShares) -> UnitShares:
    """Return the unit with figures known to 50 digits only as these digits: where a curve meets a boundary of rounding,
    no more than these can be said.
    """
    return replace(
        unit,
        shares=tuple(map(Fraction, unit.shares)),
        lacks=tuple(map(Fraction, unit.lacks)),
        constant=Fraction(unit.constant),
        gain=Fraction(unit.gain),
        loss=Fraction(unit.loss),
    )


def apart(one: Curve, other: Curve, low: Fraction, high: Fraction) -> bool:
    """Tell whether two published totals stay apart between ``low`` and ``high``, ends included."""
    mine, theirs = ([line.published(at) for at in (low, high)] for line in (one, other))
    return max(mine) < min(theirs) or max(theirs) < min(mine)


def changes(one: Curve, other: Curve, low: Fraction, high: Fraction) -> Iterator[Fraction]:
    """Yield the places between ``low`` and ``high`` where the order of two published totals may change, and perhaps
    others; between two neighbours the order stays as it is.

    Totals only rise or only fall: where their ranges are apart nothing changes, elsewhere the stretch is cut where a
    published figure changes.
    """
    waiting = [(low, high)]
    while waiting:
        start, end = waiting.pop()
        if apart(one, other, start, end):
            continue
        cut = _middle(one, other, start, end)
        if cut is None:
            continue
        yield cut
        waiting += [(start, cut), (cut, end)]


def _middle(one: Curve, other: Curve, start: Fraction, end: Fraction) -> Fraction | None:
    """Return a place strictly inside where the published figure of the curve with more such places changes."""
    spans = [(line.turns(start, end), line) for line in (one, other)]
    for (first, last), line in sorted(spans, key=lambda span: span[0][0] - span[0][1]):
        if first <= last:
            return line.turn((first + last) // 2)
    return None


def crossing(one: Curve, other: Curve) -> Fraction | None:
    """Return where two straight lines cross, None where they are parallel."""
    slope = (one.full * one.top[1] / one.bottom[0]) - (other.full * other.top[1] / other.bottom[0])
    return (other.total(ZERO) - one.total(ZERO)) / slope if slope else None
