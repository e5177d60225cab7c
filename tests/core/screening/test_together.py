"""Reciprocal favour and blocks: rates on random panels within binomial error, power over planted ones, small panels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shuping.screening.sheets import Sheets
from shuping.screening.together import together
from tests.core.screening.made import check, frame, homes, judged, screened


def sheets(marks: np.ndarray, own: bool = True) -> Sheets:
    """Return sheets whose totals are the marks, without the detour over a frame."""
    reviewers, units = marks.shape
    at_home = np.array([at % units if own else -1 for at in range(reviewers)])
    names = tuple(f"{at:03d}" for at in range(max(reviewers, units)))
    codes = np.zeros(marks.shape, dtype=np.int64)
    return Sheets(names[:reviewers], names[:units], codes, marks, None, at_home)


@pytest.mark.parametrize(("reviewers", "units"), [(9, 9), (24, 12)])
def test_the_stated_rate_is_the_measured_one(reviewers: int, units: int) -> None:
    """Reviewers of different severity who err each for himself: one panel in twenty shows a finding, as stated."""
    random, runs, alarms = np.random.default_rng(7), 300, 0.05
    found = np.zeros(2)
    for run in range(runs):
        checks = together(sheets(judged(random, reviewers, units)), alarms, 59, (run,))
        found += [bool(one.findings) for one in checks]
    error = math.sqrt(alarms * (1 - alarms) / runs)
    assert np.abs(found / runs - alarms).max() < 3 * error


def test_two_units_that_favour_each_other_are_found() -> None:
    random = np.random.default_rng(11)
    seen = 0
    for run in range(20):
        marks = judged(random, 24, 12)
        for one, other in ((2, 7), (7, 2)):
            marks[[one, one + 12], other] += 24
        found = check(screened(frame(marks), homes(24, 12), seed=run), "reciprocal")
        hits = [finding for finding in found.findings if finding.units == ("u002", "u007")]
        seen += bool(hits)
        for finding in hits:
            assert finding.reviewers == ("r002", "r007", "r014", "r019")
            assert min(finding.figures.values()) > 5
    assert seen >= 16  # measured 20


def test_one_sided_favour_is_not_reciprocal() -> None:
    marks = judged(np.random.default_rng(12), 24, 12)
    marks[[2, 14], 7] += 20
    assert check(screened(frame(marks), homes(24, 12)), "reciprocal").findings == ()


def test_a_block_is_found() -> None:
    """Five of twenty reviewers share three quarters of their leanings' variance."""
    random, seen = np.random.default_rng(13), 0
    for run in range(20):
        marks = judged(random, 20, 15)
        shared = random.normal(0, 6, 15)
        marks[:5] = np.round(80 + marks[:5].mean(axis=1)[:, None] - 80 + shared + random.normal(0, 3.5, (5, 15)))
        found = check(screened(frame(marks), seed=run), "block")
        names = {name for finding in found.findings for name in finding.reviewers}
        seen += names >= {"r000", "r001", "r002"} or len(names & {f"r00{at}" for at in range(5)}) >= 3
    assert seen >= 15  # measured 20


def test_who_uses_the_scale_narrowly_is_no_block() -> None:
    """Half of the panel squeezes its marks towards the middle: their raw residuals correlate, their leanings do not."""
    random, found = np.random.default_rng(14), 0
    for run in range(30):
        worth, stretch = random.normal(0, 8, 15), np.where(np.arange(16) % 2, 0.4, 1.0)[:, None]
        marks = 80 + stretch * (worth + random.normal(0, 4, (16, 15)))
        found += bool(together(sheets(marks, own=False), 0.05, 59, (run,))[1].findings)
    assert found <= 5  # 1.5 are expected; 30 x 0.05 + 3 binomial errors


def test_small_panels_say_nothing() -> None:
    random = np.random.default_rng(15)
    for reviewers, units in ((3, 20), (20, 4), (4, 2)):
        found = screened(frame(judged(random, reviewers, units)), homes(reviewers, units))
        assert check(found, "block").state == "too_small"
    assert check(screened(frame(judged(random, 2, 2)), homes(2, 2)), "reciprocal").state == "too_small"
    assert check(screened(frame(judged(random, 9, 9))), "reciprocal").state == "no_own_units"


def test_too_few_draws_say_nothing() -> None:
    marks = frame(judged(np.random.default_rng(16), 12, 12))
    assert check(screened(marks, homes(12, 12), draws=18), "block").state == "too_small"
    assert check(screened(marks, homes(12, 12), draws=19), "block").state == "looked"
