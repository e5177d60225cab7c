"""A node's sum with the figures of one unit: ``5.1 + 6 + 9.25 = 20.35``."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import combine_of
from shuping.scoring.scores import Scores
from shuping.values.rounding import show_short

WORTH_PLACES = 6


def node_in_figures(rulebook: Rulebook, scores: Scores, index: int, shown_points: str) -> str | None:
    """Return how a unit's points of a node come out of the criteria below it; None where it has no points from them.

    ``shown_points`` is the node's figure as it is printed. What floor, cap or rounding of the node changed stands
    behind an arrow, since it is not equal any more; a mean that does not add up is written with its exponents.
    """
    if not scores.present[index] or scores.policy_applied[index]:
        return None
    children = [number for number, child in enumerate(scores.children) if child.present[index]]
    if not children:
        return None
    how = combine_of(scores.criterion.combine, list(scores.criterion.criteria))
    if how == "sum":
        text = _sum(rulebook, scores, index, children)
    elif how == "arithmetic":
        text = _weighted(rulebook, scores, index, children)
    else:
        return None  # its rule says it in words; powers and reciprocals are no help to read
    left_out = _left_out(scores, index)
    if left_out:
        whole = Fraction(scores.full[index])
        text = f"({text})" if len(children) > 1 else text
        text = f"{text} × {show_short(whole)} ÷ {show_short(whole - left_out, WORTH_PLACES)}"
    changed = scores.adjusted is not None and bool(scores.adjusted[index])
    return f"{text} {'→' if changed else '='} {shown_points}"


def _sum(rulebook: Rulebook, scores: Scores, index: int, children: list[int]) -> str:
    text = " + ".join(_points(rulebook, scores.children[number], index) for number in children)
    worth = _worth(scores, index, children[0])
    if worth == 1:
        return text
    possible = sum((Fraction(child.full[index]) for child in scores.children if child.applies[index]), Fraction(0))
    taken = [child for child in scores.children if child.present[index] or _deferred(child, index)]
    available = sum((Fraction(child.full[index]) for child in taken), Fraction(0))
    text = f"({text})" if len(children) > 1 else text
    return f"{text} × {show_short(possible)} ÷ {show_short(available)}"


def _weighted(rulebook: Rulebook, scores: Scores, index: int, children: list[int]) -> str:
    parts = []
    for number in children:
        worth = _worth(scores, index, number)
        parts.append(f"{_share(worth)} × {_points(rulebook, scores.children[number], index)}")
    return " + ".join(parts)


def _worth(scores: Scores, index: int, number: int) -> Fraction:
    """What a point of a child is worth here, before what was left out for the total is made up for."""
    if scores.shares is None:
        return Fraction(1)
    left_out, share = _left_out(scores, index), Fraction(scores.shares[number][index])
    if not left_out:
        return share
    full = Fraction(scores.full[index])
    return share * (full - left_out) / full if full else share  # what only deducts has no full points


def _left_out(scores: Scores, index: int) -> Fraction:
    """The full points that are left out for the total; they are made up for at the total only."""
    if scores.lacking is None or scores.criterion.id:
        return Fraction(0)
    return Fraction(scores.lacking[index])


def _deferred(child: Scores, index: int) -> bool:
    return child.deferred is not None and bool(child.deferred[index])


def _points(rulebook: Rulebook, child: Scores, index: int) -> str:
    text = show_short(child.points[index], rulebook.rounding.detail_places)
    return f"({text})" if text.startswith("-") else text


def _share(worth: Fraction) -> str:
    """A weight such as 2/3 as it is written, others as decimals."""
    decimal = show_short(worth, WORTH_PLACES)
    return decimal if Fraction(decimal) == worth else f"{worth.numerator}/{worth.denominator}"
