"""What must hold for every method whatever the figures: order of units, groups apart, and more is not worse."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.methods import METHODS, Method
from tests.core.methods.ways import method, points

RULES: dict[str, Method] = {
    "ratio_capped": method("ratio_capped", target="7/2"),
    "ratio_uncapped": method("ratio_uncapped", target="7/2", cap="1.2"),
    "minmax": method("minmax", floor="0.6"),
    "goalposts": method("goalposts", low="-3", high="8"),
    "band_table": method(
        "band_table", bands=[{"from": "5", "points": "9"}, {"from": "1", "points": "4"}, {"points": "0"}]
    ),
    "pass_fail": method("pass_fail", target="2"),
    "rank_step": method("rank_step", step="30%"),
    "ratio_to_best": method("ratio_to_best"),
    "deduct_to_zero": method("deduct_to_zero", each="3/2"),
}
MORE_IS_WORSE = {"deduct_to_zero"}  # its value is a number of events

values = st.lists(st.fractions(-10, 10, max_denominator=6), min_size=1, max_size=7)


def test_every_method_is_here() -> None:
    assert set(RULES) == set(METHODS)


@pytest.mark.parametrize("name", RULES)
@given(data=st.data(), numbers=values, lower=st.booleans())
def test_the_order_of_units_changes_nothing(
    name: str, lower: bool, data: st.DataObject, numbers: list[Fraction]
) -> None:
    order = data.draw(st.permutations(range(len(numbers))))
    before = points(RULES[name], numbers, lower=lower)
    after = points(RULES[name], [numbers[index] for index in order], lower=lower)
    assert after == [before[index] for index in order]


@pytest.mark.parametrize("name", RULES)
@given(groups=st.lists(values, min_size=1, max_size=3), lower=st.booleans())
def test_groups_do_not_see_each_other(name: str, lower: bool, groups: list[list[Fraction]]) -> None:
    codes = [code for code, group in enumerate(groups) for _ in group]
    together = points(RULES[name], [number for group in groups for number in group], codes=codes, lower=lower)
    assert together == [found for group in groups for found in points(RULES[name], group, lower=lower)]


def worth(found: Sequence[Fraction | str], index: int) -> Fraction | None:
    number = found[index]
    return None if isinstance(number, str) else max(number, Fraction(0))  # as the leaf floors it


@pytest.mark.parametrize("name", sorted(set(RULES) - MORE_IS_WORSE))
@given(data=st.data(), numbers=values, better=st.fractions(0, 8, max_denominator=6))
def test_a_better_value_never_costs_points(
    name: str, data: st.DataObject, numbers: list[Fraction], better: Fraction
) -> None:
    index = data.draw(st.integers(0, len(numbers) - 1))
    for lower in (False, True):
        if lower and name in ("goalposts", "band_table"):
            continue  # there the direction lies in the posts and bands themselves
        raised = list(numbers)
        raised[index] += -better if lower else better
        before = worth(points(RULES[name], numbers, lower=lower), index)
        after = worth(points(RULES[name], raised, lower=lower), index)
        if before is not None and after is not None:
            assert after >= before


@pytest.mark.parametrize("name", sorted(set(RULES) - {"ratio_uncapped"}))
@given(numbers=values)
def test_nothing_is_above_full_points_unless_the_method_says_so(name: str, numbers: list[Fraction]) -> None:
    for lower in (False, True):
        assert all(isinstance(found, str) or found <= 100 for found in points(RULES[name], numbers, lower=lower))


@given(numbers=st.lists(st.integers(0, 100), min_size=1, max_size=7))
def test_one_event_more_costs_points_until_nothing_is_left(numbers: list[int]) -> None:
    before = points(RULES["deduct_to_zero"], numbers)
    after = points(RULES["deduct_to_zero"], [number + 1 for number in numbers])
    for first, second in zip(before, after, strict=True):
        assert isinstance(first, Fraction)
        assert second == max(first - Fraction(3, 2), 0)
