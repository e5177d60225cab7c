"""What a point of each criterion is worth in points of the total, as the rule book alone has it."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import children_of, points_of, root_of, shares_of_total


def worth_of_points(rulebook: Rulebook, group: str) -> dict[str, Fraction]:
    """Return what a point of each criterion that counts in a group adds to the total where nothing is missing."""
    root = root_of(rulebook)
    whole = points_of(root, group) or rulebook.scale
    shares, found = shares_of_total(rulebook, group), dict[str, Fraction]()

    def below(node: Criterion, full: Fraction) -> None:
        for child in children_of(node, group):
            own = points_of(child, group) or full
            found[child.id] = shares[child.id] * whole / own
            below(child, own)

    below(root, whole)
    return found
