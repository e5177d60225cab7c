"""What is done where a criterion has no points: the missing policies that act on points, after floor and cap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from shuping.errors import InputError, Place, Problem
from shuping.methods.arithmetic import Arithmetic, Array
from shuping.rulebook.gaps import MissingRule
from shuping.scoring.fill import Codes, Filled, Mask, from_group, from_nearest
from shuping.scoring.grid import REASON_NAMES, Grid
from shuping.scoring.scores import Scores
from shuping.values.missing import REASONS


def settle_missing(scores: Scores, rule: MissingRule, codes: Codes, arithmetic: Arithmetic) -> Scores:
    """Do with missing points what the rule says.

    ``rescale`` leaves them to the node above, ``rescale_total`` to the total, ``peer`` to the node above, which knows
    the siblings. Where the figures of other units are asked for and nobody has any, the unit is dropped.
    """
    missing = scores.applies & (scores.reasons != 0) & ~scores.dropped
    if rule.policy in ("rescale", "peer") or not missing.any():
        return scores
    zero = arithmetic.number(Fraction(0))
    if rule.policy == "rescale_total":
        lacking = np.where(missing, scores.full, zero if scores.lacking is None else scores.lacking)
        return replace(scores, points=np.where(missing, zero, scores.points), lacking=lacking, deferred=missing)
    if rule.policy in ("full", "zero"):
        return _given(scores, missing, scores.full if rule.policy == "full" else zero, None)
    if rule.policy == "group_mean_points":
        known = own_points(scores)
        shares, counts = from_group(scores.points / scores.full, known, missing, codes)
        filled = _given(scores, missing & (counts > 0), shares * scores.full, counts)
        return replace(filled, dropped=scores.dropped | (missing & (counts == 0)))
    return replace(scores, dropped=scores.dropped | missing)


def own_points(scores: Scores) -> Mask:
    """Return where the points come from values of the unit itself."""
    mine: Mask = scores.present & ~scores.policy_applied
    return mine


def _given(scores: Scores, where: Mask, points: Array, counts: Codes | None) -> Scores:
    """Put points where there are none. What was left out for the total below is settled with them."""
    lacking = None if scores.lacking is None else np.where(where, scores.lacking * 0, scores.lacking)
    return replace(
        scores,
        points=np.where(where, points, scores.points),
        reasons=np.where(where, 0, scores.reasons).astype(np.int8),
        policy_applied=scores.policy_applied | where,
        filled_from=scores.filled_from if counts is None else np.where(where, counts, 0),
        lacking=lacking,
    )


def nearest_points(scores: Scores, filled: Callable[[Array, Mask], Filled], missing: Mask) -> Scores:
    """Give a branch, or a criterion with periods, the mean of its nearest units' share of the full points."""
    shares, counts = filled(scores.points / scores.full, own_points(scores))
    return _given(scores, missing & (counts > 0), shares * scores.full, counts)


def nearest_of(
    children: tuple[Scores, ...], number: int, rule: MissingRule, codes: Codes, missing: Mask
) -> Callable[[Array, Mask], Filled]:
    """Return the function that fills child ``number`` from the units nearest by the other children."""
    others = [child for place, child in enumerate(children) if place != number]
    seen = [(child.points / child.full, own_points(child)) for child in others]

    def filled(values: Array, given: Mask) -> Filled:
        return from_nearest(values, given, missing, codes, seen, rule.nearest or 1)

    return filled


def settle_total(root: Scores, arithmetic: Arithmetic) -> Scores:
    """Count what was left out for the total: points x full points / points that applied, contributions likewise."""
    if root.lacking is None:
        return root
    zero, one = arithmetic.number(Fraction(0)), arithmetic.number(Fraction(1))
    left = root.full - root.lacking
    some = np.asarray(left > zero, dtype=bool)
    factor = np.where(some, root.full / np.where(some, left, one), one)
    shares = None if root.shares is None else tuple(share * factor for share in root.shares)
    return replace(root, points=root.points * factor, shares=shares)


def refuse_blocked(
    root: Scores, rules: Mapping[str, MissingRule], grid: Grid, period: str, files: Callable[[str], str]
) -> None:
    """Stop the run where a criterion with ``missing: block`` has no points for a unit.

    ``files`` names the files behind a criterion. Raises InputError with every such unit and criterion.
    """
    problems = list(dict.fromkeys(_blocked(root, rules, grid, period, files)))
    if problems:
        raise InputError([_problem(*found) for found in problems])


Blocked = tuple[str, str, str, str, str]


def _blocked(
    scores: Scores, rules: Mapping[str, MissingRule], grid: Grid, period: str, files: Callable[[str], str]
) -> Iterator[Blocked]:
    name = scores.criterion.id
    if name and rules[name].policy == "block":
        missing = scores.applies & (scores.reasons != 0)
        for child in scores.children:
            missing &= ~child.dropped  # said of the child
        for index in np.flatnonzero(missing):
            reason = REASON_NAMES[int(scores.why[index])]
            yield grid.units[int(index)], name, period, reason, files(name)
    for part in scores.periods:
        for child in part.scores.children:
            yield from _blocked(child, rules, grid, part.name, files)
    for child in () if scores.periods else scores.children:
        yield from _blocked(child, rules, grid, period, files)


def _problem(unit: str, criterion: str, period: str, reason: str, files: str) -> Problem:
    words = {f"reason_{lang}": REASONS[reason][lang] for lang in ("zh", "en")}
    params = {"unit": unit, "criterion": criterion, "period": period, **words}
    return Problem("scoring.blocked", params, Place(files or None, field=f"criteria.{criterion}"))
