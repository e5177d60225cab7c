"""Identical vectors and marks that never vary: chances equal enumeration, rates hold on random panels, plants show."""

from __future__ import annotations

import math
from itertools import combinations, permutations, product

import numpy as np
import pytest

from shuping.screening.alike import agreement, constant, constant_chances, identical, linked, never_varies
from shuping.screening.sheets import sheets_of
from tests.core.screening.made import check, frame, judged, screened

TINY = np.array([[1, 2, 1], [1, 2, 3], [1, 3, 1], [2, 2, 3]])


def dealings(codes: np.ndarray) -> list[np.ndarray]:
    """Return every way to deal the sheets of each unit out among those who marked it."""
    columns = []
    for column in codes.T:
        there = np.flatnonzero(column >= 0)
        ways = []
        for order in permutations(column[there]):
            dealt = column.copy()
            dealt[there] = order
            ways.append(dealt)
        columns.append(ways)
    return [np.array(way).T for way in product(*columns)]


def test_agreement_by_hand() -> None:
    # sheets 1, 1, 1, 2: 3 x 2 of 4 x 3 ordered pairs agree; 2, 2, 3, 2 likewise; 1, 3, 1, 3: 2 + 2 of 12
    assert np.exp(agreement(TINY)) == pytest.approx([1 / 2, 1 / 2, 1 / 3])


@pytest.mark.parametrize("gap", [False, True])
def test_chances_equal_all_dealings(gap: bool) -> None:
    """The chance of a pair, and of a row that never varies, are shares of all (4!)^3 dealings, counted one by one."""
    codes = TINY.copy()
    if gap:
        codes[3, 0] = -1
    every = dealings(codes)
    weights = agreement(codes)
    for one, two in combinations(range(4), 2):
        both = (codes[one] >= 0) & (codes[two] >= 0)
        share = np.mean([(way[one] == way[two])[both].all() for way in every])
        assert math.exp(both @ weights) == pytest.approx(share)
    shares = np.mean([never_varies(way) for way in every], axis=0)
    assert constant_chances(codes) == pytest.approx(shares)


def test_the_stated_number_of_false_alarms_is_the_measured_one() -> None:
    """Over 400 seeded panels of coarse random marks with a wide bound, findings come as often as stated."""
    random = np.random.default_rng(5)
    for look in (identical, constant):
        seen, stated = [], []
        for _ in range(400):
            sheets = sheets_of(frame(random.integers(1, 4, (9, 5)).astype(float)))
            found = look(sheets, 0.9)
            seen.append(sum(len(finding.reviewers) for finding in found.findings) / (2 if look is identical else 1))
            stated.append(found.expected)
        assert sum(seen) > 20
        error = np.std(seen) / math.sqrt(len(seen))
        assert abs(np.mean(seen) - np.mean(stated)) < 3.5 * error


def test_copied_marks_are_found_and_nobody_else() -> None:
    marks = judged(np.random.default_rng(2), 15, 8)
    marks[[9, 12]] = marks[4]
    found = check(screened(frame(marks)), "identical")
    assert [finding.reviewers for finding in found.findings] == [("r004", "r009", "r012")]
    assert found.findings[0].figures == {"units": 8}
    assert found.findings[0].chance < 1e-3
    assert found.expected <= 0.05
    assert found.looked_at == 15 * 14 // 2


def test_marks_that_never_vary_are_found() -> None:
    marks = judged(np.random.default_rng(3), 15, 8)
    marks[6] = 80
    found = check(screened(frame(marks)), "constant")
    assert [(finding.reviewers, dict(finding.figures)) for finding in found.findings] == [(("r006",), {"units": 8})]


def test_where_all_agree_nothing_can_be_said() -> None:
    """Full marks from everybody for everything are no surprise, nor is anything among two reviewers."""
    everybody = screened(frame(np.full((12, 10), 100.0)))
    assert {check(everybody, name).state for name in ("identical", "constant")} == {"too_small"}
    two = screened(frame(np.array([[90.0, 80, 70], [90, 80, 70]])))
    assert check(two, "identical").state == "too_small"
    assert [one.findings for one in two.checks] == [()] * 5
    alone = screened(frame(np.array([[90.0, 80, 70]])))
    assert [one.findings for one in alone.checks] == [()] * 5


def test_pairs_link_into_sets() -> None:
    assert linked([(0, 3), (5, 6), (3, 4)]) == [{0, 3, 4}, {5, 6}]
