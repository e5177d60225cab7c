"""Grades that ask something of a unit's worst criteria."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shuping.rulebook.grading_model import Worst
from shuping.rulebook.model import Rulebook
from shuping.scoring.scores import Scores, walk


def failing(rulebook: Rulebook, root: Scores, members: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the grades whose ``worst`` a unit fails, by its index; units that fail none are left out."""
    found: dict[int, frozenset[str]] = {}
    asking = {name: grade.worst for name, grade in rulebook.grades.items() if grade.worst is not None}
    for index in members if asking else ():
        failed = frozenset(name for name, worst in asking.items() if not _holds(root, worst, index))
        if failed:
            found[index] = failed
    return found


def _holds(root: Scores, worst: Worst, index: int) -> bool:
    shares = sorted(_shares(root, worst, index))[: worst.count]
    if not shares:
        return True
    if worst.by == "kth":
        return len(shares) < worst.count or shares[-1] >= worst.min
    return sum(shares, Fraction(0)) / len(shares) >= worst.min


def _shares(root: Scores, worst: Worst, index: int) -> list[Fraction]:
    """The points of the criteria looked at as shares of their full points, where the unit has any."""
    looked = [one for one in walk(root) if one.criterion.id in worst.of] if worst.of else root.children
    return [
        Fraction(one.points[index]) / Fraction(one.full[index])
        for one in looked
        if one.present[index] and one.full[index] > 0
    ]
