"""Secret ballots: counts with their rates, and nothing that leads to a ballot."""

from __future__ import annotations

import dataclasses
import math
from itertools import combinations

import numpy as np
import polars as pl

from shuping.screening import screen_ballot
from shuping.screening.alike import agreement
from shuping.screening.ballots import _expected_pairs, _pairs


def votes(grades: np.ndarray, group: str = "all", codes: list[str] | None = None) -> pl.DataFrame:
    rows = [
        (codes[ballot] if codes else f"secret-{ballot}", group, f"u{unit:02d}", "ABC"[grade])
        for ballot, line in enumerate(grades.tolist())
        for unit, grade in enumerate(line)
        if grade >= 0
    ]
    return pl.DataFrame(rows, schema=["ballot", "group", "unit", "mark"], orient="row")


def test_counts_by_hand() -> None:
    random = np.random.default_rng(1)
    grades = random.integers(0, 3, (30, 9))
    grades[:4] = grades[0]  # six pairs
    grades[10] = 1
    identical, constant = screen_ballot(votes(grades), "vote", seed=1)
    assert (identical.count, constant.count) == (6, 1)
    assert identical.notable
    assert identical.chance == 1 / 200
    assert identical.expected < 0.1


def test_pairs_and_their_expected_number_equal_the_long_way() -> None:
    random = np.random.default_rng(2)
    codes = random.integers(0, 2, (14, 4))
    codes[3:6, 2] = -1
    pairs = list(combinations(range(14), 2))
    alike = [(codes[one] == codes[two]).all() for one, two in pairs]
    assert _pairs(codes) == sum(alike) > 0
    weights = agreement(codes)
    same = [((codes[one] >= 0) == (codes[two] >= 0)).all() for one, two in pairs]
    chances = [math.exp((codes[one] >= 0) @ weights) for (one, _), there in zip(pairs, same, strict=True) if there]
    assert np.isclose(_expected_pairs(codes), sum(chances))


def test_the_stated_rate_is_the_measured_one() -> None:
    """On random ballots at most one vote in twenty is notable, and the mean count is the expected one."""
    random, runs = np.random.default_rng(3), 120
    notable, counts, expected = np.zeros(2), np.zeros((runs, 2)), np.zeros((runs, 2))
    for run in range(runs):
        found = screen_ballot(votes(random.choice(3, (20, 4), p=[0.6, 0.3, 0.1])), seed=run, draws=59)
        notable += [one.notable for one in found]
        counts[run], expected[run] = [one.count for one in found], [one.expected for one in found]
    assert (notable / runs < 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)).all()
    assert (counts.mean(axis=0) > 0.5).all()
    error = (counts - expected).std(axis=0) / math.sqrt(runs)
    assert (np.abs((counts - expected).mean(axis=0)) < 3.5 * error).all()


def test_few_ballots_are_not_counted() -> None:
    for count in screen_ballot(votes(np.ones((7, 5), dtype=int)), seed=1):
        assert (count.state, count.count, count.expected, count.chance) == ("too_few_ballots", 0, 0.0, 1.0)
    assert {count.state for count in screen_ballot(votes(np.ones((8, 5), dtype=int)), seed=1)} == {"looked"}


def test_ballots_about_one_unit_are_left_out() -> None:
    assert {count.state for count in screen_ballot(votes(np.ones((40, 1), dtype=int)), seed=1)} == {"too_few_ballots"}


def test_groups_are_counted_apart_and_no_code_or_mark_comes_out() -> None:
    random = np.random.default_rng(4)
    both = pl.concat([votes(random.integers(0, 3, (12, 6)), group, [f"{group}-{at}" for at in range(12)])
                      for group in ("leaders", "peers")])  # fmt: skip
    found = screen_ballot(both, "vote", seed=1)
    assert [(count.group, count.name) for count in found] == [
        (group, name) for group in ("leaders", "peers") for name in ("identical", "constant")
    ]
    said = {str(value) for count in found for value in dataclasses.astuple(count)}
    assert not said & (set(both["ballot"]) | set(both["mark"]))
    codes = both["ballot"].unique().sort()
    swapped = both.with_columns(pl.col("ballot").replace(dict(zip(codes, codes.reverse(), strict=True))), group="group")
    assert {count.ballots for count in screen_ballot(swapped, "vote", seed=1)} == {12}
