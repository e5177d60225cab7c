"""What scoring works on: the units in their comparison groups, and a column of values for everything a rule refers
to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Arithmetic, Array, Groups
from shuping.records.register import Register
from shuping.rulebook.model import Rulebook
from shuping.values import REASONS, Missing, Value
from shuping.values.periods import Period

REASON_NAMES: tuple[str, ...] = ("", *REASONS)
REASON_CODES: Mapping[str, int] = {name: code for code, name in enumerate(REASON_NAMES)}
"""Why a value is missing, as a small integer; 0 means that it is there."""

Reasons = NDArray[np.int8]


@dataclass(frozen=True)
class Grid:
    """The units that are appraised, groups side by side in the rule book's order, units by id within each."""

    units: tuple[str, ...]
    group_names: tuple[str, ...]
    codes: NDArray[np.int64]
    repeats: int = 1
    """How many times the same units and groups stand one after another (see ``repeated``)."""

    @cached_property
    def groups(self) -> Groups:
        """The comparison groups as array runs."""
        return Groups(self.codes)

    def __len__(self) -> int:
        return len(self.units)

    def repeated(self, times: int) -> Grid:
        """Return the units ``times`` over, each time in comparison groups of their own: replicates are scored side by
        side in one pass.
        """
        places = np.arange(times, dtype=np.int64) * len(self.group_names)
        codes = (places[:, None] + self.codes[None, :]).ravel()
        return Grid(self.units * times, self.group_names * times, codes, times)

    def group_of_unit(self) -> dict[str, str]:
        """Return the comparison group of every unit, in the grid's order."""
        return {unit: self.group_names[code] for unit, code in zip(self.units, self.codes, strict=True)}

    def by_group(self, numbers: Sequence[Fraction], arithmetic: Arithmetic) -> Array:
        """Return each unit's number, given one per group (in the order of ``group_names``)."""
        if not numbers:
            return arithmetic.array([])
        objects = {id(one): one for one in numbers}  # few: replicates share them
        if all(one == numbers[0] for one in objects.values()):
            return arithmetic.full(len(self.codes), numbers[0])
        place = {key: row for row, key in enumerate(objects)}
        rows = np.fromiter((place[id(one)] for one in numbers), dtype=np.int64, count=len(numbers))
        return arithmetic.array(list(objects.values()))[rows[self.codes]]

    def where(self, flags: Sequence[bool]) -> NDArray[np.bool_]:
        """Return a mask over units, given one flag per group."""
        chosen: NDArray[np.bool_] = np.asarray(flags, dtype=bool)[self.codes]
        return chosen


@dataclass(frozen=True)
class Column:
    """One figure per unit of a grid: ``values`` (n,) and ``reasons`` (n,), 0 where the value is there."""

    values: Array
    reasons: Reasons

    @property
    def present(self) -> NDArray[np.bool_]:
        """Mask of the units that have a value."""
        there: NDArray[np.bool_] = self.reasons == 0
        return there


@dataclass(frozen=True)
class Reference:
    """What a leaf is compared with beside, or instead of, the units of the period that is scored: the ``values`` (m,)
    of units in other periods, the comparison group of each, and their figures for the parameters (m,).

    ``own``: whether the units of the period itself count among those compared with.
    """

    values: Array
    groups: tuple[str, ...]
    operands: Mapping[str, Array]
    own: bool


@dataclass(frozen=True)
class Inputs:
    """The columns that a rule book needs for one period, by name."""

    measures: Mapping[str, Column] = field(default_factory=dict)
    panels: Mapping[str, Column] = field(default_factory=dict)
    attributes: Mapping[str, Column] = field(default_factory=dict)
    targets: Mapping[str, Column] = field(default_factory=dict)
    """Targets by measure."""
    groupings: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """A code per unit (-1: none) by the columns of units.csv that missing values are filled in by."""
    each: Mapping[str, Mapping[str, Inputs]] = field(default_factory=dict)
    """For criteria scored by periods: the kind, then the periods inside this one in order, each with its columns."""
    references: Mapping[str, Reference] = field(default_factory=dict)
    """By criterion, for those that are compared over several periods (``frame``)."""
    screened: NDArray[np.bool_] | None = None
    """Units with too little data: nothing applies to them, they have no total and count in no comparison."""


def rows_of_inputs(inputs: Inputs, rows: NDArray[np.int64]) -> Inputs:
    """Return the columns of some of the units."""
    return _changed(
        inputs,
        lambda column: Column(column.values[rows], column.reasons[rows]),
        lambda codes: codes[rows],
        lambda mask: mask[rows],
    )


def repeated_inputs(
    inputs: Inputs, times: int, drawn: Mapping[tuple[str, str], NDArray[np.float64]] | None = None
) -> Inputs:
    """Return the columns of a grid that is repeated (see ``Grid.repeated``); ``drawn``: values (times, n) in place of
    the same ones each time, by ``measure`` or ``panel`` and name.
    """
    found = _changed(
        inputs,
        lambda column: Column(np.tile(column.values, times), np.tile(column.reasons, times)),
        lambda codes: _repeated_codes(codes, times),
        lambda mask: np.tile(mask, times),
    )
    measures, panels = dict(found.measures), dict(found.panels)
    for (kind, name), values in (drawn or {}).items():
        columns = measures if kind == "measure" else panels
        if name in columns:
            columns[name] = Column(values.ravel(), columns[name].reasons)
    return replace(found, measures=measures, panels=panels)


def _repeated_codes(codes: NDArray[np.int64], times: int) -> NDArray[np.int64]:
    size = int(codes.max(initial=-1)) + 1
    places = np.repeat(np.arange(times, dtype=np.int64) * size, len(codes))
    again = np.tile(codes, times)
    return np.where(again < 0, again, again + places)


def _changed(
    inputs: Inputs,
    column: Callable[[Column], Column],
    codes: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    mask: Callable[[NDArray[np.bool_]], NDArray[np.bool_]],
) -> Inputs:
    def each(columns: Mapping[str, Column]) -> dict[str, Column]:
        return {name: column(one) for name, one in columns.items()}

    screened = inputs.screened
    return replace(
        inputs,
        measures=each(inputs.measures),
        panels=each(inputs.panels),
        attributes=each(inputs.attributes),
        targets=each(inputs.targets),
        screened=None if screened is None else mask(screened),
        groupings={name: codes(grouping) for name, grouping in inputs.groupings.items()},
        each={
            kind: {name: _changed(inside, column, codes, mask) for name, inside in periods.items()}
            for kind, periods in inputs.each.items()
        },
    )


def value_of_one(column: Column, position: int, repeats: int = 1) -> Column:
    """Return the column in which every unit has the value of the one at ``position``, or none where it has none;
    ``repeats``: of the one at ``position`` of the same repetition.
    """
    count = len(column.reasons)
    if repeats > 1:
        at = np.repeat(np.arange(repeats) * (count // repeats) + position, count // repeats)
        lost = column.reasons[at] != 0
        reasons = np.where(lost, REASON_CODES["no_reference"], 0).astype(np.int8)
        return Column(column.values[at], reasons)
    if column.reasons[position]:
        missing = np.full(count, REASON_CODES["no_reference"], dtype=np.int8)
        return Column(np.full(count, column.values[position], dtype=column.values.dtype), missing)
    return Column(np.full(count, column.values[position], dtype=column.values.dtype), np.zeros(count, dtype=np.int8))


def grid_of(rulebook: Rulebook, register: Register, period: str | None = None) -> Grid:
    """Return the grid of a register: the members or the kind of each group; units of no group are not appraised, and
    with a ``period`` those that do not exist on any day of it.
    """
    units: list[str] = []
    codes: list[int] = []
    when = None if period is None else Period.parse(period, rulebook.year_starts)
    for code, group in enumerate(rulebook.groups.values()):
        if group.members:
            found = sorted(member for member in group.members if member in register)
        else:
            found = sorted(unit.id for unit in register if unit.kind == group.kind)
        if when is not None:
            found = [unit for unit in found if register[unit].exists_in(when.start, when.end)]
        units += found
        codes += [code] * len(found)
    return Grid(tuple(units), tuple(rulebook.groups), np.asarray(codes, dtype=np.int64))


def column_of(values: Sequence[Value], arithmetic: Arithmetic) -> Column:
    """Return a column from exact values; a missing one is held as 0 and marked."""
    reasons = np.fromiter(
        (REASON_CODES[value.reason] if isinstance(value, Missing) else 0 for value in values),
        dtype=np.int8,
        count=len(values),
    )
    numbers = [Fraction(0) if isinstance(value, Missing) else value for value in values]
    return Column(arithmetic.array(numbers), reasons)
