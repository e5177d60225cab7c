"""What comes on top of the total and what comes off it: bonuses and deductions over arrays, in both arithmetics.

The order, unless the rule book restates it: each bonus within its floor and cap, the cap of its category, the cap of
all bonuses; each deduction in its range, multiplied, within its cap, the cap of all deductions; the lowest total,
prizes for places, the highest total.
Whatever a cap or floor takes away stands as a line of its own, so that the lines add up to what was added in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Arithmetic, Array
from shuping.rulebook.adjustments import TIMES, Adjustments, Bonus, Deduction, Prize
from shuping.rulebook.grading_model import Rounding
from shuping.scoring.adjust_item import Item, limit_to_item
from shuping.scoring.grid import Column, Grid, Inputs, Reasons
from shuping.scoring.prizes import near_a_place, prize_points
from shuping.scoring.rounding import NEAR, UndecidableStage, near_boundary, round_array, undecided
from shuping.values.exact import UndecidableRounding

Mask = NDArray[np.bool_]
Kind = Literal["bonus", "deduction", "cap"]
Cap = Fraction | Mapping[str, Fraction] | None


@dataclass(frozen=True)
class Line:
    """One bonus, one deduction, or what a cap or floor takes back. All arrays are (n,).

    ``points`` are what the line adds to the total, below 0 for a deduction. ``claimed``: points before range, caps and
    floor; ``times``: the factor of a deduction; ``kept_out``: claims on a criterion that came to nothing there;
    ``prize`` with the ``places`` it was given for.
    """

    id: str
    kind: Kind
    applies: Mask
    points: Array
    reasons: Reasons
    entry: Bonus | Deduction | None = None
    value: Column | None = None
    claimed: Array | None = None
    times: Column | None = None
    kept_out: Mask | None = None
    prize: Prize | None = None
    places: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Adjusted:
    """All lines, what they come to, and the total with them.

    ``bonus`` and ``deduction`` (not below 0) are what was given and taken after their caps and the lowest total;
    ``before``: the total without them; ``dropped``: why a unit loses its total through a missing value, 0 for all
    others; ``near``: where a float lay too near a limit to tell.
    """

    lines: tuple[Line, ...]
    before: Array
    bonus: Array
    deduction: Array
    total: Array
    dropped: Reasons
    near: Mask


@dataclass(frozen=True)
class _Run:
    adjustments: Adjustments
    grid: Grid
    inputs: Inputs
    arithmetic: Arithmetic
    items: Mapping[str, Item]
    zero: Any

    def none(self) -> Array:
        return self.arithmetic.full(len(self.grid), Fraction(0))

    def at_most(self, points: Array, cap: Cap) -> Array:
        """Return the points within the cap of each unit's group."""
        if cap is None:
            return points
        if isinstance(cap, Fraction):
            return np.asarray(np.minimum(points, self.arithmetic.number(cap)))
        caps = [cap.get(group) for group in self.grid.group_names]
        numbers = self.grid.by_group([number or Fraction(0) for number in caps], self.arithmetic)
        capped = self.grid.where([number is not None for number in caps])
        return np.asarray(np.where(capped, np.minimum(points, numbers), points))


def adjust(
    adjustments: Adjustments,
    grid: Grid,
    inputs: Inputs,
    arithmetic: Arithmetic,
    before: Array,
    full: Array,
    items: Mapping[str, Item],
    rounding: Rounding | None = None,
) -> Adjusted:
    """Return bonuses and deductions on the totals ``before`` (n,); ``full``: the sum of points of each unit's group.

    ``items`` are the scores of the criteria by id, and of the whole tree by ""; ``rounding`` says what the places of
    prizes are taken on (by default as a rule book does that says nothing). Raises KeyError when ``inputs`` lacks a
    column.
    """
    run = _Run(adjustments, grid, inputs, arithmetic, items, arithmetic.number(Fraction(0)))
    going = _Going(run, rounding or Rounding(), before, full, np.zeros(len(grid), dtype=bool), run.none())
    for step in adjustments.order:
        getattr(going, step)()
    lines = (*going.gains, *going.losses, *going.limits)
    bonus, loss = _sum(run, going.gains), _sum(run, going.losses)
    return Adjusted(lines, before, bonus, -loss, going.total, _dropped(run, lines), going.near)


@dataclass
class _Going:
    """The total on its way through the steps of ``order``, each a method of that name; ``counted``: what was added
    since bonuses were, to be held within their cap.
    """

    run: _Run
    rounding: Rounding
    total: Array
    full: Array
    near: Mask
    counted: Array
    gains: list[Line] = field(default_factory=list)
    losses: list[Line] = field(default_factory=list)
    limits: list[Line] = field(default_factory=list)

    def _put(self, kept: list[Line], lines: Sequence[Line]) -> None:
        kept += lines
        points = _sum(self.run, lines)
        self.total, self.counted = self.total + points, self.counted + points

    def bonus(self) -> None:
        """Add bonuses, each within its cap, each category within its cap."""
        self.counted = self.run.none()
        given = [_bonus(self.run, entry, self.near) for entry in self.run.adjustments.bonus]
        self._put(self.gains, given + _category_cuts(self.run, given))

    def bonus_cap(self) -> None:
        """Hold what was added since within the cap of all bonuses."""
        self._put(self.gains, _cut(self.run, "cap:bonus", self.counted, self.run.adjustments.bonus_cap, -1))

    def deductions(self) -> None:
        """Take deductions off, within their caps, not below the lowest total."""
        run, before = self.run, self.total
        losses = [_deduction(run, entry, self.near) for entry in run.adjustments.deductions]
        losses += _cut(run, "cap:deductions", -_sum(run, losses), run.adjustments.deductions_cap, 1)
        lowest = _lowest(run, before, _sum(run, losses))
        self._put(self.losses, losses if lowest is None else [*losses, lowest])

    def prizes(self) -> None:
        """Give prizes for places by the total so far."""
        dropped = _dropped(self.run, (*self.gains, *self.losses))
        self._put(self.gains, _prizes(self.run, self.rounding, self.total, dropped, self.near))

    def total_cap(self) -> None:
        """Hold the total so far within its highest."""
        self._put(self.limits, _highest(self.run, self.total, self.full))

    def round(self) -> None:
        """Round the total so far as the published one is."""
        places, mode = self.rounding.places, self.rounding.mode
        if self.run.arithmetic.name == "float":
            self.near |= near_boundary(self.total, places, mode)
        try:
            rounded = round_array(self.total, places, mode)
        except UndecidableRounding as error:
            raise UndecidableStage("round", undecided(self.total, places, mode)) from error
        self._put(self.limits, _balance(self.run, "cap:rounding", rounded - self.total))


def _sum(run: _Run, lines: Sequence[Line]) -> Array:
    total = run.none()
    for line in lines:
        total = total + line.points
    return total


def _figures(run: _Run, entry: Bonus | Deduction, near: Mask) -> tuple[Mask, Column, Array]:
    """Return where an entry applies, its measure, and the measure in points (0 where it is missing). Adds to ``near``
    where floats cannot tell how many whole ``per`` there are.
    """
    names = run.grid.group_names
    applies = run.grid.where([entry.groups is None or group in entry.groups for group in names])
    value = run.inputs.measures[entry.measure]
    there = applies & value.present
    counted = value.values
    if entry.per is not None:
        per = run.arithmetic.number(entry.per)
        counted = value.values // per
        if run.arithmetic.name == "float":
            parts = value.values / per
            near |= there & np.asarray((np.abs(parts - np.round(parts)) <= NEAR) & (parts != counted), dtype=bool)
    return applies, value, np.where(there, counted * run.arithmetic.number(entry.each), run.zero)


def _bonus(run: _Run, entry: Bonus, near: Mask) -> Line:
    applies, value, claimed = _figures(run, entry, near)
    points, kept_out = claimed, None
    if entry.item is not None:
        item = run.items[entry.item.criterion]
        applies = applies & item.applies
        limited = limit_to_item(entry.item, item, np.where(applies, claimed, run.zero), run.grid, run.arithmetic)
        near |= limited.near
        points, kept_out = limited.claims, limited.kept_out
    there = applies & value.present
    points = run.at_most(np.maximum(points, run.arithmetic.number(entry.floor)), entry.cap)
    counted = there if kept_out is None else there & ~kept_out
    points = np.where(counted, points, run.zero)
    reasons = np.where(applies, value.reasons, 0).astype(np.int8)
    return Line(entry.id, "bonus", applies, points, reasons, entry, value, claimed, None, kept_out)


def _deduction(run: _Run, entry: Deduction, near: Mask) -> Line:
    """The judged loss is first brought into its range, then multiplied, then cut at the cap."""
    applies, value, claimed = _figures(run, entry, near)
    loss = np.maximum(claimed, run.zero)
    if entry.range is not None:
        least, most = (run.arithmetic.number(edge) for edge in (entry.range.least, entry.range.most))
        loss = np.where(loss > run.zero, np.minimum(np.maximum(loss, least), most), loss)
    reasons = np.where(applies, value.reasons, 0).astype(np.int8)
    times = run.inputs.measures[TIMES + entry.id] if entry.times is not None else None
    if times is not None:
        reasons = np.where(applies & (reasons == 0), times.reasons, reasons).astype(np.int8)
        loss = np.maximum(loss * times.values, run.zero)
    loss = np.where(applies & (reasons == 0), run.at_most(loss, entry.cap), run.zero)
    return Line(entry.id, "deduction", applies, -loss, reasons, entry, value, claimed, times)


def _prizes(run: _Run, rounding: Rounding, total: Array, dropped: Reasons, near: Mask) -> list[Line]:
    """Return the prizes for places by the total so far; adds to ``near`` where floats cannot tell a place."""
    found: list[Line] = []
    for prize in run.adjustments.prizes:
        ranked = run.items[""].present & (dropped == 0)
        near |= near_a_place(rounding, total) & ranked
        try:
            given, points, places = prize_points(prize, rounding, run.grid, run.inputs, run.arithmetic, total, ranked)
        except UndecidableRounding as error:
            raise UndecidableStage(prize.id, undecided(total, rounding.places, rounding.mode)) from error
        none = np.zeros(len(run.grid), dtype=np.int8)
        found.append(Line(prize.id, "bonus", given, points, none, prize=prize, places=places))
    return found


def _category_cuts(run: _Run, bonuses: Sequence[Line]) -> list[Line]:
    """Return what the cap of each category takes back."""
    found: list[Line] = []
    for name, category in run.adjustments.categories.items():
        mine = [line for line in bonuses if isinstance(line.entry, Bonus) and line.entry.category == name]
        found += _cut(run, f"cap:{name}", _sum(run, mine), category.cap, -1)
    return found


def _cut(run: _Run, name: str, points: Array, cap: Cap, sign: int) -> list[Line]:
    """Return the line that takes back (``sign`` -1) or gives back (1) what ``points`` are above a cap, if there is
    any.
    """
    if cap is None:
        return []
    return _balance(run, name, (run.at_most(points, cap) - points) * run.arithmetic.number(Fraction(-sign)))


def _balance(run: _Run, name: str, points: Array) -> list[Line]:
    cut = np.asarray(points != run.zero, dtype=bool)
    return [Line(name, "cap", cut, points, np.zeros(len(run.grid), dtype=np.int8))]


def _lowest(run: _Run, before: Array, loss: Array) -> Line | None:
    """Return what is given back so that deductions do not bring a total below the lowest one; one that is below it
    already stays where it is.
    """
    floor = run.adjustments.deduct_floor
    if floor is None:
        return None
    lowest = np.minimum(before, run.arithmetic.number(floor))
    back = np.maximum(lowest - (before + loss), run.zero)
    return _balance(run, "cap:floor", back)[0]


def _highest(run: _Run, total: Array, full: Array) -> list[Line]:
    cap = run.adjustments.total_cap
    if cap == "points":
        return _balance(run, "cap:total", np.minimum(full - total, run.zero))
    return _cut(run, "cap:total", total, cap, -1)


def _dropped(run: _Run, lines: Sequence[Line]) -> Reasons:
    """Return why a unit loses its total: the first line that must not be missing."""
    found = np.zeros(len(run.grid), dtype=np.int8)
    for line in lines:
        if line.entry is not None and line.entry.missing == "drop_unit":
            found = np.where(found == 0, line.reasons, found).astype(np.int8)
    return found
