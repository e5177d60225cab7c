"""Ranks in the three styles."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shuping.values.ranking import competition_ranks, ranks_of


def keys(**numbers: int) -> dict[str, list[Fraction]]:
    return {name: [Fraction(number)] for name, number in numbers.items()}


def test_equal_keys_share_the_better_rank() -> None:
    assert competition_ranks(keys(a=90, b=80, c=80, d=70)) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert competition_ranks(keys(a=5, b=5, c=5)) == {"a": 1, "b": 1, "c": 1}
    assert competition_ranks({}) == {}


def test_the_second_key_counts_only_where_the_first_is_equal() -> None:
    ranks = competition_ranks(
        {"a": [Fraction(80), Fraction(1)], "b": [Fraction(80), Fraction(9)], "c": [Fraction(90), Fraction(0)]}
    )
    assert ranks == {"c": 1, "b": 2, "a": 3}


@given(st.dictionaries(st.text(max_size=3), st.integers(-5, 5), max_size=12))
def test_a_rank_is_one_more_than_the_number_of_better_ones(numbers: dict[str, int]) -> None:
    ranks = competition_ranks({name: [Fraction(number)] for name, number in numbers.items()})
    assert ranks == {name: 1 + sum(other > number for other in numbers.values()) for name, number in numbers.items()}


@given(st.dictionaries(st.text(max_size=3), st.integers(-5, 5), max_size=12))
def test_a_dense_rank_is_one_more_than_the_number_of_different_better_figures(numbers: dict[str, int]) -> None:
    given_keys = {name: [Fraction(number)] for name, number in numbers.items()}
    different = set(numbers.values())
    wanted = {name: 1 + sum(other > number for other in different) for name, number in numbers.items()}
    assert ranks_of(given_keys, "dense") == wanted


@given(st.dictionaries(st.text(max_size=3), st.integers(-5, 5), max_size=12))
def test_ordinal_ranks_are_one_to_n_where_nothing_is_equal_and_shared_where_it_is(numbers: dict[str, int]) -> None:
    given_keys = {name: [Fraction(number)] for name, number in numbers.items()}
    ranks = ranks_of(given_keys, "ordinal")
    if len(set(numbers.values())) == len(numbers):
        assert sorted(ranks.values()) == list(range(1, len(numbers) + 1))
    assert ranks == competition_ranks(given_keys)
