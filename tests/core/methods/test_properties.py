"""What must hold for every method whatever the figures, and what each one promises: every promise is tried, and for
every promise that is not made a case is found that would break it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping.methods import METHODS, PROMISES, Method
from tests.core.methods.rules import HIGHER_ONLY, RULES
from tests.core.methods.ways import points, scored, told

values = st.lists(st.fractions(-10, 10, max_denominator=6), min_size=1, max_size=7)
steps = st.fractions(0, 8, max_denominator=6)
Found = list[Fraction | str]


def run(name: str, numbers: Sequence[Fraction], *, lower: bool, codes: Sequence[int] | None = None) -> Found:
    """Return the points of a rule out of 100; a reference unit has the value of the first one."""
    operands = {"unit": [numbers[0]] * len(numbers)} if "unit" in RULES[name].operands() else None
    return told(scored(RULES[name], list(numbers), lower=lower, codes=codes, operands=operands))


def same(one: Found, other: Found) -> bool:
    """Tell whether points are equal; those that come of a root are known to 60 digits."""
    pairs = list(zip(one, other, strict=True))
    return all(
        first == second
        if isinstance(first, str) or isinstance(second, str)
        else abs(first - second) < Fraction(1, 10**40)
        for first, second in pairs
    )


def directions(name: str) -> tuple[bool, ...]:
    """Return the directions of a measure that a rule makes sense with: lower values better or not."""
    return (False,) if name in HIGHER_ONLY else (False, True)


@pytest.mark.parametrize("name", RULES)
@given(numbers=values, lower=st.booleans())
def test_floats_come_to_the_same_points(name: str, numbers: list[Fraction], lower: bool) -> None:
    operands = {"unit": [numbers[0]] * len(numbers)} if "unit" in RULES[name].operands() else None
    points(RULES[name], numbers, lower=lower, operands=operands)


def test_every_method_is_here() -> None:
    assert {rule.name for rule in RULES.values()} == set(METHODS)


@pytest.mark.parametrize("name", RULES)
@given(data=st.data(), numbers=values, lower=st.booleans())
def test_the_order_of_units_changes_nothing(
    name: str, lower: bool, data: st.DataObject, numbers: list[Fraction]
) -> None:
    order = [0, *data.draw(st.permutations(range(1, len(numbers))))]  # the first may be the others' reference
    before = run(name, numbers, lower=lower)
    assert same(run(name, [numbers[index] for index in order], lower=lower), [before[index] for index in order])


@pytest.mark.parametrize("name", [name for name in RULES if not name.startswith("distance_to_reference")])
@given(groups=st.lists(values, min_size=1, max_size=3), lower=st.booleans())
def test_groups_do_not_see_each_other(name: str, lower: bool, groups: list[list[Fraction]]) -> None:
    codes = [code for code, group in enumerate(groups) for _ in group]
    together = run(name, [number for group in groups for number in group], codes=codes, lower=lower)
    assert together == [found for group in groups for found in run(name, group, lower=lower)]


def improved(name: str, numbers: Sequence[Fraction], index: int, step: Fraction, lower: bool) -> list[Fraction]:
    """Return the values with one unit's made better, as the method and the measure's direction see it."""
    better = list(numbers)
    better[index] += step if RULES[name].more_is_better(lower=lower) else -step
    return better


def worth(rule: Method, found: Fraction | str) -> Fraction | None:
    if isinstance(found, str):
        return None
    return found if rule.lowest is None else max(found, rule.lowest)  # as the leaf floors it


def is_monotone(name: str, numbers: Sequence[Fraction], step: Fraction, lower: bool) -> bool:
    for index in range(len(numbers)):
        better = improved(name, numbers, index, step, lower)
        before = worth(RULES[name], run(name, numbers, lower=lower)[index])
        after = worth(RULES[name], run(name, better, lower=lower)[index])
        if before is not None and after is not None and after < before - Fraction(1, 10**40):
            return False
    return True


def is_bounded(name: str, numbers: Sequence[Fraction], step: Fraction, lower: bool) -> bool:
    found = (worth(RULES[name], points) for points in run(name, numbers, lower=lower))
    return all(points is None or 0 <= points <= 100 for points in found)


def is_group_free(name: str, numbers: Sequence[Fraction], step: Fraction, lower: bool) -> bool:
    alone = [run(name, [number], lower=lower)[0] for number in numbers]
    return same(run(name, numbers, lower=lower), alone)


def is_scale_free(name: str, numbers: Sequence[Fraction], step: Fraction, lower: bool) -> bool:
    return same(run(name, numbers, lower=lower), run(name, [number * (1 + step) for number in numbers], lower=lower))


def is_shift_free(name: str, numbers: Sequence[Fraction], step: Fraction, lower: bool) -> bool:
    return same(run(name, numbers, lower=lower), run(name, [number + step for number in numbers], lower=lower))


HOLDS: dict[str, Callable[[str, Sequence[Fraction], Fraction, bool], bool]] = {
    "monotone": is_monotone,
    "bounded": is_bounded,
    "group_free": is_group_free,
    "scale_free": is_scale_free,
    "shift_free": is_shift_free,
}


def test_every_promise_can_be_tried() -> None:
    assert set(HOLDS) == set(PROMISES)
    for name, found in METHODS.items():
        assert found.promises <= set(PROMISES), name


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=max(25, settings().max_examples // 2))  # each example tries up to five promises, both ways
@given(numbers=values, step=steps)
def test_what_is_promised_is_kept(name: str, numbers: list[Fraction], step: Fraction) -> None:
    for lower in directions(name):
        kept = RULES[name].kept(lower=lower)
        assert RULES[name].promises <= kept
        for promise in sorted(kept):
            assert HOLDS[promise](name, numbers, step, lower), (promise, lower)


def small_cases() -> Iterator[tuple[list[Fraction], Fraction]]:
    """Yield small groups and steps: enough to break what can be broken."""
    for count in (1, 2, 3):
        for numbers in product([-2, 0, 1, 2, 3, 6], repeat=count):
            for step in (1, 2, 4):
                yield [Fraction(number) for number in numbers], Fraction(step)
    yield [Fraction(200), Fraction(1)], Fraction(1)
    yield [Fraction(6), Fraction(9)], Fraction(1)


@pytest.mark.parametrize("name", RULES)
def test_what_is_not_promised_can_break(name: str) -> None:
    for lower in directions(name):
        for promise in sorted(set(PROMISES) - RULES[name].kept(lower=lower)):
            broken = any(not HOLDS[promise](name, numbers, step, lower) for numbers, step in small_cases())
            assert broken, f"{name} keeps {promise} (lower: {lower}) and could promise it"


@given(numbers=st.lists(st.integers(0, 100), min_size=1, max_size=7))
def test_one_event_more_costs_points_until_nothing_is_left(numbers: list[int]) -> None:
    before = points(RULES["deduct_to_zero"], numbers)
    after = points(RULES["deduct_to_zero"], [number + 1 for number in numbers])
    for first, second in zip(before, after, strict=True):
        assert isinstance(first, Fraction)
        assert second == max(first - Fraction(3, 2), 0)


@given(numbers=values)
def test_a_standard_score_has_the_mean_and_spread_asked_for(numbers: list[Fraction]) -> None:
    found = points(RULES["zscore"], numbers)
    if "no_spread" in found:
        assert len(set(numbers)) == 1
        return
    scores = [Fraction(point) for point in found]
    mean = sum(scores) / len(scores)
    variance = sum((score - mean) ** 2 for score in scores) / (len(scores) - 1)
    assert abs(mean - 90) < Fraction(1, 10**30)
    assert abs(variance - 900) < Fraction(1, 10**30)


@given(numbers=values, lower=st.booleans())
def test_borda_points_are_the_wins_in_all_pairs(numbers: list[Fraction], lower: bool) -> None:
    if len(numbers) == 1:
        return
    signs = [-number if lower else number for number in numbers]
    for mine, found in zip(signs, points(RULES["borda"], numbers, lower=lower), strict=True):
        wins = sum(1 for other in signs if other < mine)
        draws = sum(1 for other in signs if other == mine) - 1
        assert found == 100 * (wins + Fraction(draws, 2)) / (len(numbers) - 1)
