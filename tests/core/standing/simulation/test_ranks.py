"""Ranks of many replicates and what they add up to, against the slow and obvious way."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.standing.simulation.bands import bands, letter, runs
from shuping.standing.simulation.ranks import Tally, count_places, rank_groups, sorted_ranks
from shuping.values.ranking import competition_ranks

TABLES = st.integers(1, 7).flatmap(
    lambda units: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=units, max_size=units), min_size=1, max_size=6
    )
)


def obvious(totals: list[int | None], keys: list[int] | None = None) -> list[int]:
    """Rank one replicate by the rule of standing."""
    known = {
        unit: (Fraction(total), Fraction(keys[unit] if keys else 0))
        for unit, total in enumerate(totals)
        if total is not None
    }
    ranks = competition_ranks(known)
    return [ranks.get(unit, 0) for unit in range(len(totals))]


def columns(table: list[list[int | None]]) -> np.ndarray:
    return np.array([[np.nan if one is None else float(one) for one in row] for row in table]).T


@given(TABLES)
def test_both_ways_rank_as_standing_does(table: list[list[int | None]]) -> None:
    expected = np.array([obvious(row) for row in table]).T
    assert (sorted_ranks(columns(table)) == expected).all()
    found = rank_groups(columns(table)[None])
    assert (found.ranks[0] == expected).all()
    assert (count_places(found.ranks)[0].sum(axis=1) == len(table)).all()
    both = Tally(expected.shape[0]), Tally(expected.shape[0])
    both[0].add_ranks(expected.astype(np.int32))
    both[1].add(count_places(found.ranks)[0], found.ahead[0], len(table))
    assert (both[0].places == both[1].places).all()
    assert (both[0].ahead == both[1].ahead).all()


@given(TABLES, st.randoms(use_true_random=False))
def test_keys_separate_equal_totals(table: list[list[int | None]], random: object) -> None:
    keys = [[random.randint(0, 2) for _ in row] for row in table]  # type: ignore[attr-defined]
    expected = np.array([obvious(row, mine) for row, mine in zip(table, keys, strict=True)]).T
    assert (sorted_ranks(columns(table), [np.array(keys, dtype=float).T]) == expected).all()


def test_equal_totals_are_seen() -> None:
    assert rank_groups(np.array([[[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 2.0]]])).tied.tolist() == [False, True]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30), st.floats(0, 1))
def test_quantiles_are_those_of_the_ranks(ranks: list[int], share: float) -> None:
    tally = Tally(5)
    cells = np.zeros((5, len(ranks)), dtype=np.int32)
    cells[0] = ranks
    tally.add_ranks(cells)
    assert tally.quantile([share])[0, 0] == pytest.approx(np.quantile(ranks, share), abs=1e-6)
    assert tally.mean()[0] == pytest.approx(np.mean(ranks))
    assert np.isnan(tally.quantile([0.5])[1, 0])


def test_an_interval_leaves_no_more_than_its_tails() -> None:
    tally = Tally(4)
    ranks = np.zeros((4, 20), dtype=np.int32)
    ranks[0] = [1] + [2] * 10 + [3] * 8 + [4]  # 5 % on either side may be left out, by hand: 2 to 3
    ranks[1] = [1] * 2 + [2] * 18
    tally.add_ranks(ranks)
    low, high = tally.interval(0.9)
    assert (low[:3].tolist(), high[:3].tolist()) == ([2, 1, 0], [3, 2, 0])


def test_bands_are_longest_runs_of_units_not_told_apart() -> None:
    apart = np.array([[0, 0, 1, 1], [0, 0, 0, 1], [1, 0, 0, 0], [1, 1, 0, 0]], dtype=bool)
    assert runs(apart) == [(0, 2), (1, 3), (2, 4)]
    tally = Tally(4)
    tally.replicates = 10
    tally.ahead = np.where(apart, 10, 5)
    assert bands(tally, np.array([1, 2, 3, 4]), 0.9) == ["a", "ab", "bc", "c"]
    assert bands(tally, np.array([4, 3, 2, 0]), 0.9) == ["b", "ab", "a", None]
    assert [letter(number) for number in (0, 25, 26, 52)] == ["a", "z", "aa", "ba"]
