"""The criteria tree over arrays: values -> points -> nodes -> total, for all units at once.

One set of rules serves both arithmetics: exact (Fractions in object arrays), which is what is published, and float64
for large scale and simulation. The order of operations: value, method, floor and cap of the leaf, rounding of the
leaf where the rule book asks for it, sum or mean of the node, missing policy, and so on up to the total. Rounding of
the total and ranks come later, in ``standing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuping.methods import Method, Operand, Setting
from shuping.methods.arithmetic import Arithmetic, Array, Groups
from shuping.rulebook.model import Combine, Criterion, MissingPolicy, Rulebook
from shuping.rulebook.rules import applies, combine_of, method_of, points_of, policies, root_of, weights_of
from shuping.scoring.combine import combine_children
from shuping.scoring.grid import REASON_CODES, Column, Grid, Inputs, Reasons
from shuping.scoring.rounding import near_boundary, round_array

Mask = NDArray[np.bool_]
Answer = TypeVar("Answer")


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

    @cached_property
    def present(self) -> Mask:
        """Mask of the units that have points here."""
        found: Mask = self.applies & (self.reasons == 0) & ~self.dropped
        return found


@dataclass(frozen=True)
class _Run:
    rulebook: Rulebook
    grid: Grid
    inputs: Inputs
    arithmetic: Arithmetic
    policies: Mapping[str, MissingPolicy]

    alike: bool
    """Whether the tree is the same in every group: then one group stands for all, however many there are."""

    def number(self, value: Fraction | int) -> Any:
        return self.arithmetic.number(Fraction(value))

    def per_group(self, function: Callable[[int, str], Answer]) -> list[Answer]:
        """Return ``function(place, group)`` for every group, asked once where the groups are alike."""
        names = self.grid.group_names
        if self.alike and names:
            return [function(0, names[0])] * len(names)
        return [function(place, group) for place, group in enumerate(names)]


def evaluate(rulebook: Rulebook, grid: Grid, inputs: Inputs, arithmetic: Arithmetic) -> Scores:
    """Return the scores of the whole tree; its root (empty id) holds the unrounded totals.

    Raises KeyError when ``inputs`` lacks a column that the rule book refers to.
    """
    run = _Run(rulebook, grid, inputs, arithmetic, policies(rulebook), not any(map(_differs, rulebook.walk())))
    root = root_of(rulebook)
    full = run.per_group(lambda _, group: points_of(root, group) or rulebook.scale)
    return _node(run, root, full, np.ones(len(grid), dtype=bool))


def _score(run: _Run, criterion: Criterion, inherited: list[Fraction], within: Mask) -> Scores:
    flags = run.per_group(lambda _, group: applies(criterion, group))
    mask = within & run.grid.where(flags)
    full = run.per_group(
        lambda place, group: (points_of(criterion, group) if flags[place] else None) or inherited[place]
    )
    return _node(run, criterion, full, mask) if criterion.criteria else _leaf(run, criterion, full, mask)


def _node(run: _Run, criterion: Criterion, full: list[Fraction], mask: Mask) -> Scores:
    children = tuple(_score(run, child, full, mask) for child in criterion.criteria)
    how = combine_of(criterion.combine, list(criterion.criteria))
    weights = _weights(run, criterion, how)
    full_array = run.grid.by_group(full, run.arithmetic)
    points, present, shares = combine_children(run.arithmetic, how, children, weights, full_array)
    dropped = np.zeros(len(run.grid), dtype=bool)
    for child in children:
        dropped |= child.dropped
    reasons = np.where(present | ~mask, 0, REASON_CODES["children_missing"]).astype(np.int8)
    points, adjusted, near = _bounded(run, criterion, points, None)
    nobody = np.zeros(len(run.grid), dtype=bool)
    scores = Scores(
        criterion, mask, full_array, points, reasons, reasons, dropped & mask, nobody, children, shares, adjusted, near
    )
    return _with_policy(run, scores) if criterion.id else scores


def _weights(run: _Run, criterion: Criterion, how: Combine) -> list[Array]:
    """One array of weights per child; under a sum the children's points are their own weights."""
    if how == "sum":
        return []

    def of_group(_: int, group: str) -> dict[str, Fraction]:
        counted = [child for child in criterion.criteria if applies(child, group)]
        return dict(zip((child.id for child in counted), weights_of(counted, group) if counted else [], strict=True))

    table = run.per_group(of_group)
    zero = Fraction(0)
    return [
        run.grid.by_group([row.get(child.id, zero) for row in table], run.arithmetic) for child in criterion.criteria
    ]


def _differs(criterion: Criterion) -> bool:
    """Tell whether a criterion is not the same in every group."""
    return criterion.applies_to is not None or isinstance(criterion.points, dict) or isinstance(criterion.weight, dict)


def _leaf(run: _Run, criterion: Criterion, full: list[Fraction], mask: Mask) -> Scores:
    method = method_of(run.rulebook, criterion)
    value = _value(run, criterion)
    given = value.reasons
    operands = {name: _operand(run, criterion, operand) for name, operand in method.operands().items()}
    if run.policies[criterion.id] == "group_mean":
        value = _filled(run, value, mask)
    reasons = value.reasons.copy()
    for operand in operands.values():
        reasons = np.where(reasons == 0, operand.reasons, reasons)
    reasons = np.where(mask, reasons, 0).astype(np.int8)
    full_array = run.grid.by_group(full, run.arithmetic)
    index = np.flatnonzero(mask & (reasons == 0))
    points = run.arithmetic.full(len(run.grid), Fraction(0))
    facts: dict[str, Array] = {}
    if len(index):
        setting = Setting(
            run.arithmetic,
            full_array[index],
            Groups(run.grid.codes[index]),
            {name: operand.values[index] for name, operand in operands.items()},
            _lower(run.rulebook, criterion),
        )
        scored = method.score(value.values[index], setting)
        points[index] = scored.points
        for reason, lost in scored.missing.items():
            reasons[index[lost]] = REASON_CODES[reason]
        for name, fact in scored.facts.items():
            facts[name] = np.zeros(len(run.grid), dtype=fact.dtype)
            facts[name][index] = fact
    points, adjusted, near = _bounded(run, criterion, points, Fraction(0))
    nobody = np.zeros(len(run.grid), dtype=bool)
    why = np.where(mask & (given != 0), given, reasons).astype(np.int8)
    filled = mask & (given != 0) & (reasons == 0)
    scores = Scores(
        criterion, mask, full_array, points, reasons, why, nobody, filled, adjusted=adjusted, near=near,
        method=method, value=value, operands=operands, facts=facts,
    )  # fmt: skip
    return _with_policy(run, scores)


def _lower(rulebook: Rulebook, criterion: Criterion) -> bool:
    return criterion.measure is not None and rulebook.measures[criterion.measure].direction == "lower"


def _value(run: _Run, criterion: Criterion) -> Column:
    if criterion.panel is not None:
        return run.inputs.panels[criterion.panel.id]
    assert criterion.measure is not None
    return run.inputs.measures[criterion.measure]


def _operand(run: _Run, criterion: Criterion, operand: Operand) -> Column:
    if operand.number is not None:
        count = len(run.grid)
        return Column(run.arithmetic.full(count, operand.number), np.zeros(count, dtype=np.int8))
    if operand.attribute is not None:
        return run.inputs.attributes[operand.attribute]
    assert criterion.measure is not None
    return run.inputs.targets[criterion.measure]


def _filled(run: _Run, value: Column, mask: Mask) -> Column:
    """Put the group's mean of the raw values in place of missing ones; a group without any value stays missing."""
    index = np.flatnonzero(mask & value.present)
    if not len(index) or len(index) == int(mask.sum()):
        return value
    groups = Groups(run.grid.codes[index])
    means = groups.mean(value.values[index])
    by_code = {int(code): mean for code, mean in zip(run.grid.codes[index], means, strict=True)}
    values, reasons = value.values.copy(), value.reasons.copy()
    for position in np.flatnonzero(mask & ~value.present):
        mean = by_code.get(int(run.grid.codes[position]))
        if mean is not None:
            values[position], reasons[position] = mean, 0
    return Column(values, reasons)


def _bounded(
    run: _Run, criterion: Criterion, points: Array, lowest: Fraction | None
) -> tuple[Array, Mask, Mask | None]:
    """Apply floor, cap and rounding of a criterion; return the points, where that changed them, and where floats
    cannot tell.
    """
    before, near = points, None
    low = criterion.min if criterion.min is not None else lowest
    if low is not None:
        points = np.maximum(points, run.number(low))
    if criterion.max is not None:
        points = np.minimum(points, run.number(criterion.max))
    if criterion.places is not None:
        mode = run.rulebook.rounding.mode
        near = near_boundary(points, criterion.places, mode) if run.arithmetic.name == "float" else None
        points = round_array(points, criterion.places, mode)
    return points, np.asarray(points != before, dtype=bool), near


def _with_policy(run: _Run, scores: Scores) -> Scores:
    """Do with missing points what the policy says: full, zero, drop the unit, or leave it to the parent (rescale)."""
    policy = run.policies[scores.criterion.id]
    missing = scores.applies & (scores.reasons != 0) & ~scores.dropped
    if policy == "rescale" or not missing.any():
        return scores
    if policy in ("full", "zero"):
        points = np.where(missing, scores.full if policy == "full" else run.number(0), scores.points)
        reasons = np.where(missing, 0, scores.reasons).astype(np.int8)
        return replace(scores, points=points, reasons=reasons, policy_applied=missing)
    # drop_unit; and group_mean where the group has no mean to give
    return replace(scores, dropped=scores.dropped | missing)


def walk(scores: Scores) -> Iterator[Scores]:
    """Yield a node's scores and those of everything below it, parents first."""
    yield scores
    for child in scores.children:
        yield from walk(child)
