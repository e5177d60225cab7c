"""Ranks, ties and grades by hand."""

from __future__ import annotations

import pytest

from shuping.standing.standing import Standing, stand
from tests.core.scoring.trees import POINTS, Figures, rulebook, score

LEAVES = f"""
  - {{id: main, points: 60, measure: a, {POINTS}}}
  - {{id: rest, points: 40, measure: b, {POINTS}}}
"""
GRADES = "{excellent: {min: 90}, good: {min: 80}, fair: {}}"


def standing(figures: Figures, **others: str) -> dict[str, Standing]:
    """Return the standing of the units u to z by id, in its order."""
    book = rulebook(LEAVES, **{"grades": GRADES, **others}, groups={"all": "uvwxyz"[: len(figures["a"])]})  # type: ignore[arg-type]
    found = score(book, figures)
    return {place.unit: place for place in stand(book, found.grid, found.root)}


def shares(*totals: str) -> Figures:
    """Figures that give the units u, v, w … these totals out of 100, both parts alike."""
    units = dict(zip("uvwxyz", (f"{total}/100" for total in totals), strict=False))
    return {"a": units, "b": units}  # type: ignore[dict-item]


def exact(figures: Figures) -> Figures:
    from shuping.values import parse_exact

    return {name: {unit: None if value is None else parse_exact(str(value)) for unit, value in row.items()} for name, row in figures.items()}  # fmt: skip  # noqa: E501


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    found = standing(exact(shares("70", "80", "90", "80")))
    assert [(unit, place.rank) for unit, place in found.items()] == [("w", 1), ("v", 2), ("x", 2), ("u", 4)]


def test_a_tie_break_separates_equal_totals_and_only_those() -> None:
    figures: Figures = {
        "a": {"u": "0.5", "v": "0.7", "w": "0.9", "x": "0.7"},
        "b": {"u": "0.9", "v": "0.6", "w": "0.1", "x": "0.6"},
    }
    # totals: u 30 + 36 = 66, v 42 + 24 = 66, w 54 + 4 = 58, x as v
    assert {unit: place.rank for unit, place in standing(figures).items()} == {"u": 1, "v": 1, "x": 1, "w": 4}
    ranks = {unit: place.rank for unit, place in standing(figures, tiebreak="[main]").items()}
    assert ranks == {"v": 1, "x": 1, "u": 3, "w": 4}
    ranks = {unit: place.rank for unit, place in standing(figures, tiebreak="[rest, main]").items()}
    assert ranks == {"u": 1, "v": 2, "x": 2, "w": 4}


def test_ranks_are_taken_on_what_is_published_unless_the_rule_book_says_otherwise() -> None:
    figures = exact(shares("80.001", "80.004", "80.006"))
    assert {unit: place.rank for unit, place in standing(figures).items()} == {"w": 1, "u": 2, "v": 2}
    unrounded = standing(figures, rounding="{rank_on: unrounded}")
    assert {unit: place.rank for unit, place in unrounded.items()} == {"w": 1, "v": 2, "u": 3}
    assert {str(place.total) for place in unrounded.values()} == {"80", "8001/100"}, "what is published stays rounded"


def test_a_unit_without_a_total_stands_last_without_rank_and_grade() -> None:
    figures: Figures = {"a": {"u": None, "v": "0.1", "w": "0.2"}, "b": {"u": "0.9", "v": "0.1", "w": "0.2"}}
    found = standing(figures)
    assert list(found) == ["w", "v", "u"]
    assert (found["u"].total, found["u"].rank, found["u"].grade, found["u"].missing) == (None, None, None, "no_records")
    assert found["v"].missing is None
    assert found["v"].rank == 2


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("90", "excellent"),
        ("89.995", "excellent"),
        ("89.994", "good"),
        ("80", "good"),
        ("79.99", "fair"),
        ("0", "fair"),
    ],
)
def test_a_grade_starts_exactly_at_its_threshold_on_the_published_total(total: str, grade: str) -> None:
    assert standing(exact(shares(total)))["u"].grade == grade


def test_a_rule_book_without_grades_gives_none() -> None:
    assert standing(exact(shares("95")), grades="{}")["u"].grade is None


def test_groups_rank_and_grade_apart_and_an_ungraded_group_has_ranks_only() -> None:
    text = rulebook(LEAVES, groups={"towns": "uvw", "zones": "xyz"}, grades=GRADES)
    group = text.groups["zones"].model_copy(update={"graded": False})
    book = text.model_copy(update={"groups": {**text.groups, "zones": group}})
    found = score(book, exact(shares("70", "80", "95", "99", "60", "50")))
    places = [(place.group, place.unit, place.rank, place.grade) for place in stand(book, found.grid, found.root)]
    assert places == [
        ("towns", "w", 1, "excellent"),
        ("towns", "v", 2, "good"),
        ("towns", "u", 3, "fair"),
        ("zones", "x", 1, None),
        ("zones", "y", 2, None),
        ("zones", "z", 3, None),
    ]


def test_a_total_half_way_is_published_upwards() -> None:
    assert str(standing(exact(shares("93.705")))["u"].total) == "9371/100"
    assert str(standing(exact(shares("93.705")), rounding="{mode: half_even}")["u"].total) == "937/10"
