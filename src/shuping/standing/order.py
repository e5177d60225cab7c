"""What units are ranked by: the total, then the keys of ``tiebreak`` in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from shuping.rulebook.grading_model import MANUAL, TieKey
from shuping.rulebook.model import Rulebook
from shuping.scoring.grid import Grid
from shuping.scoring.scores import Scores, walk
from shuping.values import Missing, Value, round_exact
from shuping.values.exact import decide

Key = tuple[Fraction, ...]


@dataclass(frozen=True)
class Evidence:
    """What separates equal totals beside the criteria: the values of a measure by unit, and each unit's deductions."""

    measure: Callable[[str], Mapping[str, Value]] = field(default=lambda name: {})
    deductions: Mapping[str, Fraction] = field(default_factory=dict)


def rank_keys(
    rulebook: Rulebook, grid: Grid, root: Scores, totals: Mapping[int, Fraction], evidence: Evidence
) -> dict[int, Key]:
    """Return what each unit with a total is ranked by, higher first, by its index in the grid.

    ``totals`` are the published ones; with ``rank_on: unrounded`` exact figures are compared throughout. A key that a
    unit has no figure for counts as the lowest, whatever its direction.
    """
    published = rulebook.rounding.rank_on == "published"
    found = {index: [total if published else Fraction(root.points[index])] for index, total in totals.items()}
    for key in rulebook.tiebreak:
        figures = _figures(rulebook, grid, root, key, evidence)
        sign = -1 if lower_first(rulebook, key) else 1
        for index in found:
            figure = figures.get(index)
            found[index] += [Fraction(0), Fraction(0)] if figure is None else [Fraction(1), sign * figure]
    return {index: tuple(key) for index, key in found.items()}


def lower_first(rulebook: Rulebook, key: TieKey) -> bool:
    """Tell whether the lower figure of a tie-breaking key comes first."""
    if key.direction is not None:
        return key.direction == "lower"
    if key.key in {criterion.id for criterion in rulebook.walk()}:
        return False
    measure = rulebook.measures.get(key.key)
    return key.key == "fewer_deductions" if measure is None else measure.direction == "lower"


def _figures(
    rulebook: Rulebook, grid: Grid, root: Scores, key: TieKey, evidence: Evidence
) -> dict[int, Fraction | None]:
    scores = next((one for one in walk(root) if one.criterion.id == key.key), None)
    if scores is not None:
        return _points(rulebook, scores)
    if key.key in rulebook.measures:
        return _values(rulebook, grid, key.key, evidence)
    if key.key == MANUAL:
        return {}  # put in order afterwards, see ``decided_order``
    if key.key == "unrounded_total":
        return {index: Fraction(root.points[index]) for index in range(len(grid)) if root.present[index]}
    return {index: evidence.deductions.get(unit, Fraction(0)) for index, unit in enumerate(grid.units)}


def _points(rulebook: Rulebook, scores: Scores) -> dict[int, Fraction | None]:
    """A criterion's points, as scores.csv shows them where ranks are taken on published figures."""
    rounding = rulebook.rounding
    places = rounding.detail_places if rounding.rank_on == "published" else None
    return {
        index: Fraction(points) if places is None else decide(points, places, rounding.mode)
        for index, points in enumerate(scores.points)
        if scores.present[index]
    }


def _values(rulebook: Rulebook, grid: Grid, name: str, evidence: Evidence) -> dict[int, Fraction | None]:
    """A measure's values, as measures.csv shows them where ranks are taken on published figures."""
    rounding, values = rulebook.rounding, evidence.measure(name)
    places = rulebook.measures[name].value_places if rounding.rank_on == "published" else None
    found: dict[int, Fraction | None] = {}
    for index, unit in enumerate(grid.units):
        value = values.get(unit)
        if value is not None and not isinstance(value, Missing):
            found[index] = value if places is None else round_exact(value, places, rounding.mode)
    return found
