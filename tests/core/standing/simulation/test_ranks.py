"""Ranks of many replicates and what they add up to, against the slow and obvious way."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.scoring.grid import Grid
from shuping.scoring.rounding import round_array
from shuping.standing.simulation.bands import bands, letter, runs
from shuping.standing.simulation.layout import Tallies
from shuping.standing.simulation.ranks import compared, count_places, rank_by_counting, rank_groups, sorted_ranks
from shuping.standing.simulation.tally import KeptRanks, Tally, tally_for, who_is_ahead
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


@given(TABLES, st.sampled_from([0, 2, 5, 12]), st.floats(0.001, 1e5))
def test_totals_are_compared_as_they_are_published(table: list[list[int | None]], places: int, scale: float) -> None:
    """Whole numbers of two bytes, of four, and floats where those do not do: always the ranks of the rounded totals."""
    totals = columns(table) * scale / 3
    expected = sorted_ranks(round_array(totals, places, "half_up"))
    figures = compared(totals, places, "half_up")
    assert (rank_groups(figures[None]).ranks[0] == expected).all()
    counted = rank_by_counting(figures)
    assert counted is None or (counted == expected).all()


def test_the_figures_compared_are_as_small_as_they_can_be() -> None:
    totals = np.array([[1.005, np.nan], [327.67, 5.0]])
    assert compared(totals, 2, "half_up").tolist() == [[101, -(2**15)], [32767, 500]]
    assert compared(totals, 2, "half_up").dtype == np.int16
    assert compared(totals + 0.01, 2, "half_up").dtype == np.int32
    assert compared(totals * 1e8, 2, "half_up").dtype == np.float64
    assert compared(totals, None, "half_up") is totals
    counted = rank_by_counting(compared(totals / 100, 2, "half_up"))
    assert counted is not None
    assert counted.tolist() == [[2, 0], [1, 1]]
    assert rank_by_counting(compared(totals, 2, "half_up")) is None  # too far apart for two units
    assert rank_by_counting(totals) is None


@given(st.integers(1, 40), st.integers(1, 5000), st.integers(0, 3))
def test_pairs_are_counted_in_blocks_of_any_length(units: int, draws: int, seed: int) -> None:
    totals = np.random.default_rng(seed).integers(0, 9, (1, min(units, 5), draws)).astype(float)
    found = rank_groups(totals)
    assert (found.ahead[0] == (totals[0][:, None] > totals[0][None]).sum(axis=2)).all()
    assert (found.ahead[0] == who_is_ahead(found.ranks[0])).all()


@given(st.lists(st.lists(st.integers(0, 6), min_size=6, max_size=6), max_size=30), st.floats(0, 1), st.integers(1, 3))
def test_ranks_that_are_kept_say_the_same_as_places_counted(rows: list[list[int]], share: float, blocks: int) -> None:
    ranks = np.array(rows, dtype=np.int32).reshape(-1, 6).T
    counted, kept = Tally(6), KeptRanks(6)
    for part in np.array_split(ranks, blocks, axis=1):
        counted.add_ranks(part)
        kept.add_ranks(part)
        assert (kept.top(2) == counted.top(2)).all()
    assert (kept.replicates, kept.ahead) == (len(rows), None)
    assert [one.tolist() for one in kept.counts()] == [one.tolist() for one in counted.counts()]
    assert [one.tolist() for one in kept.interval(share)] == [one.tolist() for one in counted.interval(share)]
    np.testing.assert_array_equal(kept.mean(), counted.mean())
    np.testing.assert_allclose(kept.quantile([share, 0.5]), counted.quantile([share, 0.5]), rtol=0, atol=1e-12)


def test_a_large_group_takes_no_room_for_the_square_of_its_units() -> None:
    assert isinstance(tally_for(40_000, 1000), KeptRanks)
    assert isinstance(tally_for(300, 10_000), Tally)  # there the counts are less than the ranks
    assert isinstance(tally_for(60, 10), Tally)  # who was ahead of whom is counted too


@given(st.lists(st.integers(1, 70), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_groups_of_one_size_are_tallied_together_and_found_again(sizes: list[int], random: object) -> None:
    codes = np.repeat(np.arange(len(sizes)), sizes)
    grid = Grid(tuple(f"u{row}" for row in range(len(codes))), tuple(map(str, range(len(sizes)))), codes)
    tallies = Tallies.of(grid, 1)
    cut = random.randint(0, len(sizes))  # type: ignore[attr-defined]
    for block in (np.flatnonzero(codes < cut), np.flatnonzero(codes >= cut)):
        layout = tallies.layout(block)
        for part in layout.small:
            for rows, at in zip(part.rows, part.at, strict=True):
                part.tally.places[at, :, 0] = codes[block[rows[0]]]  # the group leaves its number
                assert (codes[block[rows]] == codes[block[rows[0]]]).all()
        assert sum(part.rows.size for part in layout.small) + sum(len(rows) for rows, _ in layout.large) == len(block)
    by_group = tallies.by_group(None)
    assert [tally.units for tally in by_group.values()] == sizes
    for code, tally in by_group.items():
        assert tally.units > 60 or (tally.places[:, 0] == code).all()
    asked = {code for code in range(len(sizes)) if code % 2}
    assert sorted(code for codes_, _ in tallies.sizes(asked) for code in codes_.tolist()) == sorted(asked)
    for of_size, tally in tallies.sizes(asked):
        assert tally.units > 60 or (tally.places[:, 0, 0] == of_size).all()


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
