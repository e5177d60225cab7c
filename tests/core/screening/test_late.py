"""Last-minute bulk marks: the hypergeometric tail, its rate on random times, a planted case."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from shuping.screening.late import last_minute, tail
from shuping.screening.sheets import sheets_of
from tests.core.screening.made import check, frame, judged, screened


@pytest.mark.parametrize(("total", "late", "own"), [(120, 12, 8), (50, 50, 5), (30, 1, 4), (1000, 90, 40)])
def test_the_tail_is_scipys(total: int, late: int, own: int) -> None:
    theirs = hypergeom.sf(np.arange(own + 1) - 1, total, late, own)
    assert tail(total, late, own) == pytest.approx(theirs.tolist(), rel=1e-9, abs=1e-300)


def test_the_stated_rate_is_the_measured_one() -> None:
    random = np.random.default_rng(8)
    seen = stated = 0.0
    runs = 400
    for _ in range(runs):
        sheets = sheets_of(frame(judged(random, 10, 12), random.uniform(0, 240, (10, 12)) ** 1.5))
        found = last_minute(sheets, 0.5)
        seen += len(found.findings)
        stated += found.expected
    assert stated / runs > 0.1
    assert abs(seen - stated) < 3.5 * np.sqrt(stated)


def test_a_reviewer_who_marks_all_at_the_end_is_found() -> None:
    random = np.random.default_rng(9)
    minutes = random.uniform(0, 240, (10, 12))
    minutes[4] = 239 + np.arange(12) / 20
    (finding,) = check(screened(frame(judged(random, 10, 12), minutes)), "late").findings
    assert finding.reviewers == ("r004",)
    assert (finding.figures["late"], finding.figures["of"], finding.figures["seconds"]) == (12, 12, 33)
    assert finding.figures["others"] < 0.2


def test_where_all_mark_at_the_end_nobody_is_found_and_without_times_nothing_is_looked_at() -> None:
    random = np.random.default_rng(10)
    minutes = np.full((10, 12), 239.0)
    minutes[0, 0] = 0
    assert check(screened(frame(judged(random, 10, 12), minutes)), "late").state == "too_small"
    assert check(screened(frame(judged(random, 10, 12))), "late").state == "no_times"
