"""The mean over periods: a criterion scored for every week, month or quarter becomes one figure, and so does its tree.

A period that is missing for a unit hands its weight on, as the rule book says: every policy comes down to one weight
per unit and period, and one sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from shuping.methods.arithmetic import Arithmetic, Array
from shuping.rulebook.gaps import MissingPeriod
from shuping.scoring.fill import Mask
from shuping.scoring.grid import REASON_CODES
from shuping.scoring.scores import PeriodPart, Scores


def period_weights(written: Mapping[str, Fraction], count: int) -> list[Fraction]:
    """Return the weight of each of ``count`` periods: as written by place, else equal ones.

    Raises ValueError when the places written are not 1 to ``count``.
    """
    if not written:
        return [Fraction(1, count)] * count
    if sorted(written, key=int) != [str(place) for place in range(1, count + 1)]:
        raise ValueError(f"weights for {', '.join(written)}; there are {count} periods")
    return [written[str(place)] for place in range(1, count + 1)]


def unit_weights(
    present: Sequence[Mask], weights: Sequence[Fraction], how: MissingPeriod, arithmetic: Arithmetic
) -> list[Array]:
    """Return what each period counts for each unit, one array (n,) a period.

    The weights of a unit add up to 1, or to less where a missing period counts as zero (or for the whole tree:
    ``reweight_all``).
    """
    zero, one = arithmetic.number(Fraction(0)), arithmetic.number(Fraction(1))
    pairs = list(zip(present, weights, strict=True))
    counted: list[Any] = [np.where(there, arithmetic.number(weight), zero) for there, weight in pairs]
    if how in ("carry", "carry_or_zero"):
        counted = _carried(present, weights, arithmetic)
    if how in ("zero", "reweight_all", "carry_or_zero"):
        return counted
    total = sum(counted[1:], counted[0])
    complete = np.logical_and.reduce(list(present))
    some = np.asarray(total != zero, dtype=bool) & ~complete
    return [np.where(some, part / np.where(some, total, one), part) for part in counted]


def _carried(present: Sequence[Mask], weights: Sequence[Fraction], arithmetic: Arithmetic) -> list[Array]:
    """Give the weight of a missing period to the last earlier one that is there."""
    count = len(present[0])
    counted = np.full((len(present), count), arithmetic.number(Fraction(0)), dtype=arithmetic.dtype)
    last = np.full(count, -1, dtype=np.int64)
    for place, (there, weight) in enumerate(zip(present, weights, strict=True)):
        last = np.where(there, place, last)
        rows = np.flatnonzero(last >= 0)
        counted[last[rows], rows] += arithmetic.number(weight)
    return list(counted)


def mean_over_periods(parts: Sequence[PeriodPart], how: MissingPeriod, arithmetic: Arithmetic) -> Scores:
    """Return one criterion's scores over its periods; ``PeriodPart.weight`` is what the period counts for each unit."""
    zero = arithmetic.number(Fraction(0))
    first = parts[0].scores
    present = [part.scores.present for part in parts]
    some = np.logical_or.reduce(present)
    every = np.logical_and.reduce(present)
    gaps = first.applies & ~every
    points = _sum(np.where(part.scores.present, part.scores.points, zero) * part.weight for part in parts)
    zeros = how in ("zero", "carry_or_zero")
    has = first.applies if zeros else first.applies & some
    blocked = gaps & (how == "block")
    lacking = _lacking(parts, zero)
    if how == "reweight_all" and gaps.any():
        left_out = first.full * _sum(
            np.where(part.scores.present, zero, arithmetic.number(part.declared)) for part in parts
        )
        lacking = left_out if lacking is None else lacking + left_out
    return replace(
        _summary(parts),
        points=points,
        reasons=np.where(has | ~first.applies, 0, _reason(parts)).astype(np.int8),
        dropped=blocked,
        policy_applied=np.zeros(len(points), dtype=bool) | (gaps & has & ~some),
        gaps=gaps,
        lacking=None if lacking is None else np.where(has, lacking, zero),
        shares=None if first.shares is None else (),
        children=_children(parts, [part.weight for part in parts], zero),
        periods=tuple(parts),
    )


def _children(parts: Sequence[PeriodPart], worth: Sequence[Array] | None, zero: Any) -> tuple[Scores, ...]:
    """Return the criteria below, each with its mean over the periods in which it has points and they count.

    ``worth``: what a point of the node counts, period by period; None below a mean that is not additive.
    """
    found = []
    for number in range(len(parts[0].scores.children)):
        below = [replace(part, scores=part.scores.children[number]) for part in parts]
        counts = None if worth is None else _worth_of(parts, number, worth)
        weight = [np.where(part.scores.present, part.weight, zero) for part in below]
        total = _sum(weight)
        some = np.asarray(total != zero, dtype=bool)
        shares = [np.where(some, part / np.where(some, total, total + 1), part) for part in weight]
        mine = [replace(part, weight=share) for part, share in zip(below, shares, strict=True)]
        points = [np.where(part.scores.present, part.scores.points, zero) for part in mine]
        applies = mine[0].scores.applies
        found.append(
            replace(
                _summary(mine),
                points=_sum(part * share for part, share in zip(points, shares, strict=True)),
                reasons=np.where(some | ~applies, 0, _reason(mine)).astype(np.int8),
                dropped=np.zeros(len(some), dtype=bool),
                gaps=applies & ~np.logical_and.reduce([part.scores.present for part in mine]),
                counted=None if counts is None else _sum(_counted(mine, points, counts)),
                lacking=None,
                shares=None if mine[0].scores.shares is None else (),
                children=_children(mine, counts, zero),
                periods=tuple(mine),
            )
        )
    return tuple(found)


def _worth_of(parts: Sequence[PeriodPart], number: int, worth: Sequence[Array]) -> list[Array] | None:
    """Return what a point of child ``number`` counts in each period; None where that does not add up."""
    found = []
    for part, mine in zip(parts, worth, strict=True):
        scores = part.scores
        if scores.children[number].counted is not None:  # a mean over shorter periods: its parts count as the whole
            found.append(mine)
        elif scores.shares is None or scores.shares == ():
            return None
        else:
            found.append(mine * scores.shares[number])
    return found


def _counted(parts: Sequence[PeriodPart], points: Sequence[Array], counts: Sequence[Array]) -> Iterator[Array]:
    for part, own, worth in zip(parts, points, counts, strict=True):
        inner = part.scores.counted
        yield (own if inner is None else inner) * worth


def _summary(parts: Sequence[PeriodPart]) -> Scores:
    """Return what holds of a criterion in any of the periods; the figures of a single one are left out."""
    scores = [part.scores for part in parts]
    why = np.zeros(len(scores[0].why), dtype=np.int8)
    for one in scores:
        lost = np.where(one.present, 0, np.where(one.reasons == 0, REASON_CODES["children_missing"], one.reasons))
        why = np.where(why == 0, np.where(one.why != 0, one.why, lost), why).astype(np.int8)
    near = [one.near for one in scores if one.near is not None]
    adjusted = [one.adjusted for one in scores if one.adjusted is not None]
    return replace(
        scores[0],
        why=np.where(scores[0].applies, why, 0).astype(np.int8),
        policy_applied=np.logical_or.reduce([one.policy_applied for one in scores]),
        near=np.logical_or.reduce(near) if near else None,
        adjusted=np.logical_or.reduce(adjusted) if adjusted else None,
        value=None,
        operands={},
        facts={},
        filled_from=None,
    )


def _reason(parts: Sequence[PeriodPart]) -> Any:
    code = parts[0].scores.reasons
    for part in parts[1:]:
        code = np.where(code == 0, part.scores.reasons, code)
    return np.where(code == 0, REASON_CODES["children_missing"], code)


def _lacking(parts: Sequence[PeriodPart], zero: Any) -> Array | None:
    if all(part.scores.lacking is None for part in parts):
        return None
    found: Array = _sum(part.weight * (zero if part.scores.lacking is None else part.scores.lacking) for part in parts)
    return found


def _sum(arrays: Any) -> Any:
    found: Any = None
    for array in arrays:
        found = array if found is None else found + array
    return found
