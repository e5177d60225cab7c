"""A leaf scored against the units of other periods too: all years pooled, or those of a base period.

The figures of the other periods stand beside those of the period that is scored, in the same comparison groups, and
the method runs over all of them; only the points of the period itself are kept. Against a base period the units of
the period itself do not count in what they are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.methods import Method, Scored, Setting
from shuping.methods.arithmetic import Arithmetic, Array, Groups
from shuping.records.register import Register
from shuping.rulebook.frame_rules import frames_of, periods_of_frame
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import applies, method_of
from shuping.scoring.grid import Grid, Inputs, Reference, grid_of
from shuping.scoring.leaf_columns import operand_columns, value_column

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Counted(Groups):
    """Comparison groups of which some rows only are compared with; every group has at least one of them."""

    counted: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def _over(self, values: Array, reduce: Any) -> Array:
        there = Groups(self.codes[self.counted])
        return self.spread(reduce(values[self.counted], there.starts)) if len(values) else values

    def highest(self, values: Array) -> Array:
        """Return the maximum of the rows that count in each unit's group, shape (n,)."""
        return self._over(values, np.maximum.reduceat)

    def lowest(self, values: Array) -> Array:
        """Return their minimum, shape (n,)."""
        return self._over(values, np.minimum.reduceat)

    def total(self, values: Array) -> Array:
        """Return their sum, shape (n,)."""
        return self._over(values, np.add.reduceat)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Return how many rows count in each unit's group, shape (n,)."""
        return self._over(self.counted.astype(np.int64), np.add.reduceat).astype(np.int64)

    def mean(self, values: Array) -> Array:
        """Return the mean of the rows that count, shape (n,)."""
        return self.total(values) / self.sizes.astype(values.dtype) if len(values) else values

    def ranks(self, values: Array, *, ascending: bool) -> NDArray[np.int64]:
        """Places need a list of their own: rule books that ask for them are refused (``rulebook.frame-places``)."""
        raise NotImplementedError


def score_within(
    method: Method, values: Array, setting: Setting, reference: Reference, grid: Grid
) -> tuple[Scored, Mask]:
    """Return what the method gives the units of the setting, and the mask of those whose group has nobody to compare
    with (their points are 0, to be marked missing). All arrays are (n,), n the units of the setting.
    """
    own = setting.groups.codes
    theirs, rows = _codes(reference, grid)
    lonely = ~np.isin(own, theirs) if not reference.own else np.zeros(len(own), dtype=bool)
    kept, near = np.flatnonzero(~lonely), np.isin(theirs, own[~lonely])
    theirs, rows = theirs[near], rows[near]
    codes = np.concatenate([own[kept], theirs])
    order = np.argsort(codes, kind="stable")
    counted = np.concatenate([np.full(len(kept), reference.own), np.ones(len(theirs), dtype=bool)])

    def joined(mine: Array, others: Array) -> Array:
        both: Array = np.concatenate([mine[kept], others[rows]])[order]
        return both

    ones = setting.arithmetic.full(len(reference.values), Fraction(1))
    groups = Groups(codes[order]) if counted.all() else Counted(codes[order], counted[order])
    operands = {name: joined(mine, reference.operands[name]) for name, mine in setting.operands.items()}
    wide = replace(setting, full=joined(setting.full, ones), groups=groups, operands=operands)
    scored = method.score(joined(values, reference.values), wide)
    back = np.argsort(order, kind="stable")[: len(kept)]

    def mine(array: Array) -> Array:
        if array.dtype == bool or array.dtype.kind in "iu":
            found: Array = np.zeros(len(own), dtype=array.dtype)
        else:
            found = setting.arithmetic.full(len(own), Fraction(0))
        found[kept] = array[back]
        return found

    missing = {reason: mine(mask) for reason, mask in scored.missing.items()}
    facts = {name: mine(fact) for name, fact in scored.facts.items()}
    return Scored(mine(scored.points), missing, facts), lonely


def _codes(reference: Reference, grid: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the codes that the reference's rows have in a grid, which may hold some of the groups only, or all of them
    several times; and which row each stands for.
    """
    once = grid.group_names[: len(grid.group_names) // grid.repeats]
    place = {name: code for code, name in enumerate(once)}
    codes = np.asarray([place.get(name, -1) for name in reference.groups], dtype=np.int64)
    rows = np.flatnonzero(codes >= 0)
    shifts = np.arange(grid.repeats, dtype=np.int64) * len(once)
    return (shifts[:, None] + codes[rows][None, :]).ravel(), np.tile(rows, grid.repeats)


def references_of(
    rulebook: Rulebook,
    register: Register,
    period: str,
    arithmetic: Arithmetic,
    inputs_of: Callable[[Grid, str], Inputs],
    screened: Mapping[str, Collection[str]],
) -> dict[str, Reference]:
    """Return what each leaf with a frame over other periods is compared with when ``period`` is scored.

    ``screened``: the units with too little data, by period.
    """
    wanted: dict[str, tuple[Criterion, tuple[str, ...]]] = {}
    for name, frame in frames_of(rulebook).items():
        periods = periods_of_frame(rulebook, frame, period)
        if frame.frozen and periods != (period,):
            wanted[name] = rulebook.criterion(name), periods
    others = {name for _, periods in wanted.values() for name in periods if name != period}
    grids = {name: grid_of(rulebook, register, name) for name in sorted(others)}
    inputs = {name: inputs_of(grid, name) for name, grid in grids.items()}
    return {
        name: _reference(
            rulebook, criterion, arithmetic,
            [(grids[other], inputs[other], frozenset(screened.get(other, ()))) for other in periods if other != period],
            own=period in periods,
        )
        for name, (criterion, periods) in wanted.items()
    }  # fmt: skip


def _reference(
    rulebook: Rulebook,
    criterion: Criterion,
    arithmetic: Arithmetic,
    parts: Sequence[tuple[Grid, Inputs, frozenset[str]]],
    *,
    own: bool,
) -> Reference:
    """Put the values of some periods one after another, of the units that the criterion applies to."""
    method = method_of(rulebook, criterion)
    values: list[Array] = [arithmetic.full(0, Fraction(0))]
    operands: dict[str, list[Array]] = {name: list(values) for name in method.operands()}
    groups: list[str] = []
    for grid, inputs, out in parts:
        value = value_column(inputs, criterion)
        columns = operand_columns(grid, inputs, arithmetic, criterion, method)
        there = value.present & grid.where([applies(criterion, group) for group in grid.group_names])
        there &= ~np.isin(grid.units, list(out))
        for column in columns.values():
            there &= column.present
        rows = np.flatnonzero(there)
        values.append(value.values[rows])
        for name, column in columns.items():
            operands[name].append(column.values[rows])
        groups += [grid.group_names[code] for code in grid.codes[rows]]
    return Reference(
        np.concatenate(values), tuple(groups), {name: np.concatenate(part) for name, part in operands.items()}, own
    )
