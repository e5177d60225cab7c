"""Totals to a standing: published figures, ranks within comparison groups, ties, grades by threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import Scores, walk
from shuping.scoring.grid import REASON_NAMES, Grid
from shuping.values.exact import decide
from shuping.values.ranking import competition_ranks


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit's place. ``total`` is the published figure; None (with ``missing``) where the unit has none."""

    group: str
    unit: str
    total: Fraction | None
    rank: int | None
    grade: str | None
    missing: str | None


def stand(rulebook: Rulebook, grid: Grid, root: Scores) -> list[Standing]:
    """Return every unit's place: by group in the rule book's order, by rank, then by id; units without a total last.

    Ranks are taken on the published total unless the rule book says ``rank_on: unrounded``; equal totals are
    separated by the criteria of ``tiebreak`` in their order, and what they leave equal shares a rank. Raises
    UndecidableRounding when a total lies too near a half-way point for 50 digits to tell.
    """
    totals = [published(rulebook, root, index) for index in range(len(grid))]
    keys = {index: _key(rulebook, root, index, total) for index, total in enumerate(totals) if total is not None}
    found: list[Standing] = []
    for code, group in enumerate(grid.group_names):
        members = [index for index in range(len(grid)) if grid.codes[index] == code]
        ranks = competition_ranks({index: keys[index] for index in members if index in keys})
        graded = rulebook.groups[group].graded
        for index in sorted(members, key=lambda index: (ranks.get(index, len(grid) + 1), grid.units[index])):
            total = totals[index]
            grade = grade_of(rulebook, total) if graded and total is not None else None
            found.append(Standing(group, grid.units[index], total, ranks.get(index), grade, _why(root, index)))
    return found


def published(rulebook: Rulebook, root: Scores, index: int) -> Fraction | None:
    """Return a unit's total as it is published, None where it has none."""
    if not root.present[index]:
        return None
    return decide(root.points[index], rulebook.rounding.places, rulebook.rounding.mode)


def grade_of(rulebook: Rulebook, total: Fraction) -> str | None:
    """Return the first grade whose ``min`` the published total reaches; None for a rule book without grades."""
    for name, grade in rulebook.grades.items():
        if grade.min is None or total >= grade.min:
            return name
    return None


def _key(rulebook: Rulebook, root: Scores, index: int, total: Fraction) -> Sequence[Fraction]:
    """What a unit is ranked by: the total, then the tie-breaking criteria (a missing one counts as lowest)."""
    rounding = rulebook.rounding
    on_published = rounding.rank_on == "published"
    key = [total if on_published else Fraction(root.points[index])]
    for name in rulebook.tiebreak:
        scores = next((found for found in walk(root) if found.criterion.id == name), None)
        if scores is None or not scores.present[index]:
            key += [Fraction(0), Fraction(0)]
            continue
        points = scores.points[index]
        shown = decide(points, rounding.detail_places, rounding.mode) if on_published else Fraction(points)
        key += [Fraction(1), shown]
    return key


def _why(root: Scores, index: int) -> str | None:
    """Why a unit has no total: the first cause found down the tree, in the order of the rule book."""
    if root.present[index]:
        return None
    for scores in walk(root):
        if not scores.children and scores.applies[index] and (scores.dropped[index] or scores.reasons[index]):
            return REASON_NAMES[int(scores.reasons[index])] or "children_missing"
    return REASON_NAMES[int(root.reasons[index])] or "children_missing"
