"""The fast path: floats near a rounding boundary go to the exact path, so both publish the same."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.scoring.large import LargeScores, score_large
from shuping.scoring.rounding import near_boundary, round_array
from shuping.values.rounding import Mode, round_exact
from tests.core.scoring.trees import Figures, grid_for, inputs_for, rulebook

HALF_WAY = ["93.705", "1.005", "2.675", "0.285", "70.125", "99.995", "8.115", "93.715"]


def large(total: str, places: str = "2", mode: str = "half_up") -> LargeScores:
    """Return the fast scores of one unit x with this total, summed of two parts that floats cannot hold."""
    book = rulebook(
        "  - {id: one, points: 85, measure: a, method: {ratio_uncapped: {target: 1}}}\n"
        "  - {id: two, points: 15, measure: b, method: {ratio_uncapped: {target: 1}}}",
        groups={"all": "x"},
        rounding=f"{{places: {places}, mode: {mode}}}",
    )
    grid = grid_for(book)
    third = Fraction(total) / 3
    values: Figures = {"a": {"x": third / 85}, "b": {"x": (Fraction(total) - third) / 15}}
    return score_large(book, grid, inputs_for(grid, values, FLOAT), lambda: inputs_for(grid, values, EXACT))


@pytest.mark.parametrize("mode", ["half_up", "half_even"])
@pytest.mark.parametrize("total", HALF_WAY)
def test_half_way_totals_are_handed_over_and_published_exactly(total: str, mode: Mode) -> None:
    found = large(total, mode=mode)
    assert found.handed_over.all()
    assert found.totals[0] == float(round_exact(Fraction(total), 2, mode))


def test_rounding_down_turns_at_whole_steps() -> None:
    assert large("93.71", mode="down").handed_over.all()
    assert large("93.71", mode="down").totals[0] == 93.71
    assert not large("93.705", mode="down").handed_over.any()


def test_totals_away_from_a_boundary_are_not_handed_over() -> None:
    found = large("93.7049")
    assert not found.handed_over.any()
    assert found.totals[0] == 93.70


def test_a_boundary_is_flagged_on_both_sides_and_nothing_else_is() -> None:
    values = np.array([93.705, np.nextafter(93.705, 0), np.nextafter(93.705, 100), 93.70, 93.7051, -0.305, 0.0])
    assert list(near_boundary(values, 2, "half_up")) == [True, True, True, False, False, True, False]
    assert list(near_boundary(values, 2, "down")) == [False, False, False, True, False, False, True]


def test_half_way_decimals_round_up_as_people_expect_even_as_floats() -> None:
    values = np.array([float(text) for text in HALF_WAY])
    expected = [float(round_exact(Fraction(text), 2)) for text in HALF_WAY]
    assert list(round_array(values, 2, "half_up")) == expected


def test_ranks_share_and_skip_within_groups_and_missing_ones_have_none() -> None:
    book = rulebook(
        "  - {id: one, points: 100, measure: a, method: {ratio_uncapped: {target: 1}}}",
        groups={"p": "uvw", "q": "xyz"},
    )
    grid = grid_for(book)
    values: Figures = {"a": {"u": "0.9", "v": "0.9", "w": "0.3", "x": "0.1", "y": None, "z": "0.4"}}
    found = score_large(book, grid, inputs_for(grid, values, FLOAT), lambda: inputs_for(grid, values, EXACT))
    assert list(found.ranks) == [1, 1, 3, 2, 0, 1]
    assert np.isnan(found.totals[4])
