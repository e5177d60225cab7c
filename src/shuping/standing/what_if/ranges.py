"""How far the weight of each first-level criterion may go before a unit's rank, or its grade, changes.

One weight moves, its siblings share the rest in the proportion that they have. Where totals are a mean of shares the
edges are rational numbers, found without error; elsewhere they are searched for with the engine itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, floor
from typing import Literal

from shuping.scoring.first_level import GroupShares
from shuping.standing.standing import Standing
from shuping.standing.what_if.closed import group_shares
from shuping.standing.what_if.curves import ZERO, Curve, curve
from shuping.standing.what_if.ground import Ground
from shuping.standing.what_if.race import Race, unrounded_decides
from shuping.standing.what_if.weights import declared, factors_of, shared_out
from shuping.values.exact import UndecidableRounding

Way = Literal["exact", "searched"]
Answer = Callable[[Fraction], str]
STEPS = 32
"""A search looks at this many places on each side before it narrows the edge down."""
HALVINGS = 20
HAIR = Fraction(1, 10**20)
NOTHING = "-"
"""What is said of a unit that has no rank, or whose grade is open."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a range: the weight, whether it still belongs to it, and what follows beyond (None: nothing does)."""

    weight: Fraction
    included: bool
    beyond: str | None


@dataclass(frozen=True, slots=True)
class Range:
    """Between which weights of a criterion a unit keeps its rank, or its grade (``what``)."""

    group: str
    unit: str
    criterion: str
    what: Literal["rank", "grade"]
    kept: str | None
    weight: Fraction
    whole: Fraction
    low: Edge
    high: Edge
    way: Way


def ranges_of(ground: Ground, standing: Sequence[Standing], unit: str) -> list[Range]:
    """Return the ranges of every first-level criterion with a weight in the unit's group, rank first, then grade.

    ``standing``: the published one. Empty where the unit has no rank. Raises UndecidableRounding.
    """
    row = next(row for row in standing if row.unit == unit)
    weights = {name: weight for name, weight in declared(ground.rulebook, row.group).items() if weight}
    if row.rank is None or len(weights) < 2:
        return []
    found = group_shares(ground, standing)
    shares = None if isinstance(found, str) else next(one for one in found if one.group == row.group)
    ranges: list[Range] = []
    for place, name in enumerate(weights):
        moving = _Moving(ground, shares, row, name, place)
        ranges.append(moving.range("rank"))
        if row.grade is not None:
            ranges.append(moving.range("grade"))
    return ranges


@dataclass(frozen=True)
class _Moving:
    """One criterion whose weight moves."""

    ground: Ground
    shares: GroupShares | None
    row: Standing
    criterion: str
    place: int

    @cached_property
    def weights(self) -> dict[str, Fraction]:
        return declared(self.ground.rulebook, self.row.group)

    @property
    def whole(self) -> Fraction:
        return sum(self.weights.values(), ZERO)

    def range(self, what: Literal["rank", "grade"]) -> Range:
        own, whole = self.weights[self.criterion], self.whole
        edges = self._ranks_by_curves() if what == "rank" else self._grades_by_curve()
        way: Way = "searched" if edges is None else "exact"
        if edges is None:
            edges = _searched(lambda t: self._by_engine(t, what), own, whole)
        kept = str(self.row.rank) if what == "rank" else self.row.grade
        return Range(self.row.group, self.row.unit, self.criterion, what, kept, own, whole, *edges, way)

    def _by_engine(self, t: Fraction, what: str) -> str:
        """Count the whole standing again with the criterion at this weight.

        Where a figure that is known to 50 digits only lies on a boundary of rounding there, a hair nearer to the rule
        book's weight.
        """
        try:
            rows = self._standing(t)
        except UndecidableRounding:
            rows = self._standing(t + (self.weights[self.criterion] - t) * HAIR)
        row = next(row for row in rows if row.unit == self.row.unit)
        found = row.rank if what == "rank" else row.grade
        return NOTHING if found is None else str(found)

    def _standing(self, t: Fraction) -> list[Standing]:
        weights = shared_out(self.weights, {self.criterion: t})
        return self.ground.standing(factors_of(self.ground.rulebook, {self.row.group: weights}))

    @cached_property
    def _curves(self) -> dict[str, Curve] | None:
        """The curves of all units with a rank; None where one of them has none."""
        if self.shares is None:
            return None
        found: dict[str, Curve] = {}
        for unit in self.shares.units:
            if unit.ranked and unit.present:
                line = curve(self.shares, unit, self.place)
                if line is None:
                    return None
                found[unit.unit] = line
        return found

    def _ranks_by_curves(self) -> tuple[Edge, Edge] | None:
        """Return where the unit's rank first changes; None where curves cannot tell."""
        lines, shares = self._curves, self.shares
        if lines is None or shares is None or shares.style == "dense" or self.row.tie == "decided":
            return None
        mine = lines[self.row.unit]
        rivals = tuple(line for unit, line in lines.items() if unit != self.row.unit)
        bent = [line for line in rivals if not (mine.straight and line.straight)]
        if any(unrounded_decides(shares, mine.unit, line.unit) for line in bent):
            return None  # two bends may cross twice, and not at a rational number
        race = Race(shares, mine, rivals)
        own = self.weights[self.criterion]
        return tuple(Edge(*race.first_change(own, end)) for end in (ZERO, self.whole))  # type: ignore[return-value]

    def _grade_points(self) -> set[Fraction] | None:
        """Where the unit's total crosses a threshold; None where grades have quotas, which others decide as well."""
        book = self.ground.rulebook
        if self._curves is None or any(grade.has_quota for grade in book.grades.values()):
            return None
        line, places = self._curves[self.row.unit], book.rounding.places
        found: set[Fraction] = set()
        for grade in book.grades.values():
            if grade.min is None:
                continue
            number = ceil(grade.min * 10**places)
            turns = [grade.min, *(Fraction(2 * number + by, 2 * 10**places) for by in (-1, 0, 1))]
            found.update(at for turn in turns if (at := line.where(turn)) is not None and 0 < at < self.whole)
        return found

    def _grades_by_curve(self) -> tuple[Edge, Edge] | None:
        points, own = self._grade_points(), self.weights[self.criterion]
        if points is None:
            return None
        return _exact(lambda t: self._by_engine(t, "grade"), own, sorted({ZERO, own, self.whole, *points}))


def _exact(answer: Answer, own: Fraction, points: Sequence[Fraction]) -> tuple[Edge, Edge]:
    """Go outwards from ``own``, from place to place and through the stretches between, until the answer differs."""
    here = answer(own)
    below = [point for point in reversed(points) if point <= own]
    above = [point for point in points if point >= own]
    low, high = (_outwards(answer, here, line) for line in (below, above))
    return low, high


def _outwards(answer: Answer, here: str, points: Sequence[Fraction]) -> Edge:
    for near, far in pairwise(points):
        between, there = answer((near + far) / 2), answer(far)
        if between != here:
            return Edge(near, True, between)
        if there != here:
            return Edge(far, False, there)
    return Edge(points[-1], True, None)


def _searched(answer: Answer, own: Fraction, whole: Fraction) -> tuple[Edge, Edge]:
    here = answer(own)
    low, high = (_narrowed(answer, here, own, end) for end in (ZERO, whole))
    return low, high


def _narrowed(answer: Answer, here: str, own: Fraction, end: Fraction) -> Edge:
    """Find the first of some places where the answer differs, then halve the stretch before it."""
    good = own
    for step in range(1, STEPS + 1):
        at = own + (end - own) * step / STEPS
        there = answer(at)
        if there != here:
            return _halved(answer, here, good, at, there)
        good = at
    return Edge(end, True, None)


def _halved(answer: Answer, here: str, good: Fraction, bad: Fraction, beyond: str) -> Edge:
    for _ in range(HALVINGS):
        middle = (good + bad) / 2
        there = answer(middle)
        if there == here:
            good = middle
        else:
            bad, beyond = middle, there
    return Edge(good, True, beyond)


def inwards(edge: Edge, places: int, *, up: bool) -> Fraction:
    """Return an edge rounded into its range (``up`` for the lower one), so that what is shown still belongs to it."""
    scaled = edge.weight * 10**places
    number = ceil(scaled) if up else floor(scaled)
    if not edge.included and number == scaled:
        number += 1 if up else -1
    return Fraction(number, 10**places)


def shown(found: Range, places: int = 4) -> Iterator[Fraction]:
    """Yield both edges as they are shown: with as many places as it takes that they do not pass each other."""
    for more in range(places, places + 9):
        low, high = inwards(found.low, more, up=True), inwards(found.high, more, up=False)
        if low <= high:
            break
    else:
        low, high = found.low.weight, found.high.weight
    yield from (low, high)
