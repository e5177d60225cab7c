"""The criteria tree over arrays: values -> points -> nodes -> total, for all units at once.

One set of rules serves both arithmetics: exact (Fractions in object arrays), which is what is published, and float64
for large scale and simulation. The order of operations: value, method, floor and cap of the leaf, rounding of the
leaf where the rule book asks for it, sum or mean of the node, missing policy, and so on up to the total. Rounding of
the total and ranks come later, in ``standing``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuping.methods import Setting
from shuping.methods.arithmetic import Arithmetic, Array, Groups
from shuping.rulebook.gaps import OF_VALUES, MissingRule
from shuping.rulebook.model import Combine, Criterion, Rulebook
from shuping.rulebook.rules import applies, combine_of, method_of, missing_rules, points_of, root_of, weights_of
from shuping.rulebook.stages import rounding_of
from shuping.scoring.adjust import adjust
from shuping.scoring.combine import combine_children
from shuping.scoring.enough import enough_data
from shuping.scoring.factors import reweighted
from shuping.scoring.fill import Codes, Mask, from_group
from shuping.scoring.frames import score_within
from shuping.scoring.grid import REASON_CODES, Column, Grid, Inputs
from shuping.scoring.leaf_columns import operand_columns, value_column
from shuping.scoring.periods import mean_over_periods, period_weights, unit_weights
from shuping.scoring.policy import nearest_of, nearest_points, settle_missing, settle_total
from shuping.scoring.rounding import UndecidableStage, near_boundary, round_array, undecided
from shuping.scoring.scores import PeriodPart, Scores, walk
from shuping.scoring.spread import not_spread
from shuping.values.exact import UndecidableRounding

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Run:
    rulebook: Rulebook
    grid: Grid
    inputs: Inputs
    arithmetic: Arithmetic
    rules: Mapping[str, MissingRule]

    alike: bool
    """Whether the tree is the same in every group: then one group stands for all, however many there are."""
    factors: Mapping[str, Array]
    """What the weight of a criterion is multiplied by, (n,), siblings keeping their sum; nothing for the others."""

    def number(self, value: Fraction | int) -> Any:
        return self.arithmetic.number(Fraction(value))

    def grouping(self, rule: MissingRule) -> Codes:
        """Return the codes of the groups whose figures stand in for missing ones."""
        return self.grid.codes if rule.column is None else self.inputs.groupings[rule.column]

    def per_group(self, function: Callable[[int, str], Answer]) -> list[Answer]:
        """Return ``function(place, group)`` for every group, asked once where the groups are alike."""
        names = self.grid.group_names
        if self.alike and names:
            return [function(0, names[0])] * len(names)
        once = names[: len(names) // self.grid.repeats]
        return [function(place, group) for place, group in enumerate(once)] * self.grid.repeats


def evaluate(
    rulebook: Rulebook,
    grid: Grid,
    inputs: Inputs,
    arithmetic: Arithmetic,
    factors: Mapping[str, Array] | None = None,
) -> Scores:
    """Return the scores of the whole tree; its root (empty id) holds the unrounded totals, bonuses and deductions
    included (see ``adjust``). ``factors`` multiply the weights of criteria, (n,) each; siblings keep their sum.

    Raises KeyError when ``inputs`` lacks a column that the rule book refers to.
    """
    alike = not any(map(_differs, rulebook.walk()))
    run = _Run(rulebook, grid, inputs, arithmetic, missing_rules(rulebook), alike, factors or {})
    return _adjusted(run, _tree(run))


def evaluate_again(
    rulebook: Rulebook,
    grid: Grid,
    inputs: Inputs,
    arithmetic: Arithmetic,
    root: Scores,
    factors: Mapping[str, Array],
) -> Scores:
    """Return the tree that ``evaluate`` gave as ``root`` with ``factors`` on the first level: as ``evaluate`` gives it
    with them, without scoring anew what lies below.
    """
    run = _Run(rulebook, grid, inputs, arithmetic, missing_rules(rulebook), False, factors)
    return _adjusted(run, _tree(run, root.children))


def _tree(run: _Run, scored: tuple[Scores, ...] = ()) -> Scores:
    rulebook, grid, inputs = run.rulebook, run.grid, run.inputs
    root = root_of(rulebook)
    full = run.per_group(lambda _, group: points_of(root, group) or rulebook.scale)
    everybody = np.ones(len(grid), dtype=bool)
    if inputs.screened is None:
        return _node(run, root, full, everybody, scored)
    scores = _node(run, root, full, ~inputs.screened, scored)
    reasons = np.where(inputs.screened, REASON_CODES["screened"], scores.reasons).astype(np.int8)
    return replace(scores, applies=everybody, reasons=reasons, why=reasons)


def _adjusted(run: _Run, root: Scores) -> Scores:
    """Put bonuses and deductions on the totals."""
    adjustments = run.rulebook.adjustments
    given = adjustments.bonus or adjustments.deductions or adjustments.prizes
    if not given and adjustments.total_cap is None:
        return root
    items = {scores.criterion.id: scores for scores in walk(root)}
    rounding = run.rulebook.rounding
    found = adjust(adjustments, run.grid, run.inputs, run.arithmetic, root.points, root.full, items, rounding)
    reasons, why = (np.where(given == 0, found.dropped, given).astype(np.int8) for given in (root.reasons, root.why))
    near = found.near if root.near is None else root.near | found.near
    return replace(root, points=found.total, reasons=reasons, why=why, near=near, adjustments=found)


def _score(run: _Run, criterion: Criterion, inherited: list[Fraction], within: Mask) -> Scores:
    flags = run.per_group(lambda _, group: applies(criterion, group))
    mask = within & run.grid.where(flags)
    own = run.per_group(lambda place, group: points_of(criterion, group) if flags[place] else None)
    full = [inherited[place] if points is None else points for place, points in enumerate(own)]
    scores = (_once if criterion.each is None else _over_periods)(run, criterion, full, mask)
    rule = run.rules[criterion.id]
    return settle_missing(scores, rule, run.grouping(rule), run.arithmetic)


def _once(run: _Run, criterion: Criterion, full: list[Fraction], mask: Mask) -> Scores:
    if criterion.criteria:
        return _node(run, criterion, full, mask)
    return _leaf(run, criterion, run.grid.by_group(full, run.arithmetic), mask)


def _over_periods(run: _Run, criterion: Criterion, full: list[Fraction], mask: Mask) -> Scores:
    """Score a criterion in each period inside the one being scored, and take the mean."""
    assert criterion.each is not None
    inside = run.inputs.each[criterion.each]
    how = criterion.missing_period or "reweight"
    found = [_once(replace(run, inputs=inputs), criterion, full, mask) for inputs in inside.values()]
    declared = period_weights(criterion.period_weights, len(found))
    counts = unit_weights([scores.present for scores in found], declared, how, run.arithmetic)
    parts = list(map(PeriodPart, inside, found, declared, counts))
    mean = mean_over_periods(parts, how, run.arithmetic)
    points, changed, near = _rounded(run, criterion, mean.points)
    adjusted = changed if mean.adjusted is None else mean.adjusted | changed
    return replace(mean, points=points, adjusted=adjusted, near=near if mean.near is None else mean.near)


def _node(run: _Run, criterion: Criterion, full: list[Fraction], mask: Mask, scored: tuple[Scores, ...] = ()) -> Scores:
    """Score a node; ``scored`` are its children where they have been scored before."""
    children = scored or _children(run, criterion, full, mask)
    how = combine_of(criterion.combine, list(criterion.criteria))
    weights = _weights(run, criterion, how)
    full_array = run.grid.by_group(full, run.arithmetic)
    varied, weights, times = reweighted(how, children, weights, run.factors)
    points, present, shares = combine_children(run.arithmetic, how, varied, weights, full_array)
    if times is not None and shares is not None:
        shares = tuple(share * by for share, by in zip(shares, times, strict=True))
    why = np.where(present, 0, REASON_CODES["children_missing"])
    if criterion.min_share is not None:
        enough = enough_data(criterion, criterion.min_share, children, run.grid)
        why = np.where(present & ~enough, REASON_CODES["too_little_data"], why)
    dropped, lacking = np.zeros(len(run.grid), dtype=bool), None
    for number, child in enumerate(children):
        dropped |= child.dropped
        if child.lacking is not None and shares is not None:
            left = child.lacking * shares[number]
            lacking = left if lacking is None else lacking + left
    reasons = np.where(mask, why, 0).astype(np.int8)
    points, adjusted, near = _bounded(run, criterion, points, None)
    nobody = np.zeros(len(run.grid), dtype=bool)
    scores = Scores(
        criterion, mask, full_array, points, reasons, reasons, dropped & mask, nobody, children, shares, adjusted, near,
        lacking=lacking,
    )  # fmt: skip
    return scores if criterion.id else settle_total(scores, run.arithmetic)


def _children(run: _Run, criterion: Criterion, full: list[Fraction], mask: Mask) -> tuple[Scores, ...]:
    found = tuple(_score(run, child, full, mask) for child in criterion.criteria)
    return tuple(_with_peers(run, found, number) for number in range(len(found)))


def _with_peers(run: _Run, children: tuple[Scores, ...], number: int) -> Scores:
    """Fill in what the rule ``peer`` asks for: the value of a leaf, the points of a branch."""
    child = children[number]
    rule = run.rules[child.criterion.id]
    missing = child.applies & ~child.present
    if rule.policy != "peer" or not missing.any():
        return child
    filled = nearest_of(children, number, rule, run.grouping(rule), missing)
    if child.value is None:
        found = nearest_points(child, filled, missing)
    else:
        values, counts = filled(child.value.values, child.applies & child.value.present)
        found = _leaf(run, child.criterion, child.full, child.applies, _put(child.value, values, counts), counts)
    return replace(found, dropped=found.dropped | (found.applies & (found.reasons != 0)))


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


def _leaf(
    run: _Run,
    criterion: Criterion,
    full_array: Array,
    mask: Mask,
    filled_in: Column | None = None,
    counts: Codes | None = None,
) -> Scores:
    """Score a leaf; ``filled_in`` are the values to score where some were put in place of missing ones by its peers."""
    method = method_of(run.rulebook, criterion)
    value = value_column(run.inputs, criterion)
    given = value.reasons
    operands = operand_columns(run.grid, run.inputs, run.arithmetic, criterion, method)
    if filled_in is not None:
        value = filled_in
    elif run.rules[criterion.id].policy in OF_VALUES:
        value, counts = _filled(run, run.rules[criterion.id], value, mask)
    reasons = value.reasons.copy()
    for operand in operands.values():
        reasons = np.where(reasons == 0, operand.reasons, reasons)
    reasons = np.where(mask, reasons, 0).astype(np.int8)
    index = np.flatnonzero(mask & (reasons == 0))
    points = run.arithmetic.full(len(run.grid), Fraction(0))
    facts: dict[str, Array] = {}
    if len(index):
        setting = Setting(
            run.arithmetic,
            full_array[index],
            run.grid.groups if len(index) == len(run.grid) else Groups(run.grid.codes[index]),
            {name: operand.values[index] for name, operand in operands.items()},
            _lower(run.rulebook, criterion),
        )
        reference = run.inputs.references.get(criterion.id)
        if reference is None:
            scored = method.score(value.values[index], setting)
        else:
            scored, lonely = score_within(method, value.values[index], setting, reference, run.grid)
            reasons[index[lonely]] = REASON_CODES["no_reference"]
        points = _spread(run, scored.points, index)
        for reason, lost in scored.missing.items():
            reasons[index[lost]] = REASON_CODES[reason]
        for name, fact in scored.facts.items():
            facts[name] = _spread(run, fact, index)
    points, adjusted, near = _bounded(run, criterion, points, method.lowest)
    if criterion.must_differ is not None:
        alike = not_spread(points, mask & (reasons == 0), run.grid.codes, criterion.must_differ)
        reasons = np.where(alike, REASON_CODES["not_spread"], reasons).astype(np.int8)
    nobody = np.zeros(len(run.grid), dtype=bool)
    why = np.where(mask & (given != 0), given, reasons).astype(np.int8)
    filled = mask & (given != 0) & (reasons == 0)
    return Scores(
        criterion, mask, full_array, points, reasons, why, nobody, filled, adjusted=adjusted, near=near,
        method=method, value=value, operands=operands, facts=facts, filled_from=counts,
    )  # fmt: skip


def _spread(run: _Run, part: Array, index: NDArray[np.intp]) -> Array:
    """Return the figures of some units over all units, 0 elsewhere."""
    count = len(run.grid)
    if len(index) == count:
        return part
    is_number = part.dtype == run.arithmetic.dtype
    found = run.arithmetic.full(count, Fraction(0)) if is_number else np.zeros(count, dtype=part.dtype)
    found[index] = part
    return found


def _lower(rulebook: Rulebook, criterion: Criterion) -> bool:
    return criterion.measure is not None and rulebook.measures[criterion.measure].direction == "lower"


def _filled(run: _Run, rule: MissingRule, value: Column, mask: Mask) -> tuple[Column, Codes]:
    """Put the group's mean or median of the raw values in place of missing ones; a group without any stays missing."""
    how: Literal["mean", "median"] = "median" if rule.policy == "group_median" else "mean"
    missing = mask & ~value.present
    values, counts = from_group(value.values, mask & value.present, missing, run.grouping(rule), how)
    return _put(value, values, counts), counts


def _put(value: Column, values: Array, counts: Codes) -> Column:
    """Return the column with ``values`` where they are made of any unit's."""
    there = counts > 0
    reasons = np.where(there, 0, value.reasons).astype(np.int8)
    return Column(np.where(there, values, value.values), reasons)


def _bounded(
    run: _Run, criterion: Criterion, points: Array, lowest: Fraction | None
) -> tuple[Array, Mask, Mask | None]:
    """Apply floor, cap and rounding of a criterion; return the points, where that changed them, and where floats
    cannot tell.
    """
    before = points
    low = criterion.min if criterion.min is not None else lowest
    if low is not None:
        points = np.maximum(points, run.number(low))
    if criterion.max is not None:
        points = np.minimum(points, run.number(criterion.max))
    points, _, near = _rounded(run, criterion, points)
    return points, np.asarray(points != before, dtype=bool), near


def _rounded(run: _Run, criterion: Criterion, points: Array) -> tuple[Array, Mask, Mask | None]:
    """Round a criterion's points where the rule book says so."""
    stage = rounding_of(run.rulebook, criterion)
    if stage is None:
        return points, np.zeros(len(points), dtype=bool), None
    places, mode = stage
    near = near_boundary(points, places, mode) if run.arithmetic.name == "float" else None
    try:
        rounded = round_array(points, places, mode)
    except UndecidableRounding as error:
        raise UndecidableStage(criterion.id, undecided(points, places, mode)) from error
    return rounded, np.asarray(rounded != points, dtype=bool), near


def score_leaf_again(
    rulebook: Rulebook, grid: Grid, inputs: Inputs, arithmetic: Arithmetic, scores: Scores, times: int
) -> Scores:
    """Score a leaf on a grid that was repeated ``times``, as ``scores`` did on the grid itself, with other inputs."""
    run = _Run(rulebook, grid, inputs, arithmetic, missing_rules(rulebook), False, {})
    again = _leaf(run, scores.criterion, np.tile(scores.full, times), np.tile(scores.applies, times))
    rule = run.rules[scores.criterion.id]
    return settle_missing(again, rule, run.grouping(rule), arithmetic)
