"""Order and names: rows in any order, other names for units and reviewers, the same seed."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from shuping.screening import PanelScreen, screen_ballot, screen_panel
from tests.core.screening.made import frame, homes, judged, screened


def planted(seed: int) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return a panel with gaps, times, a copy, a constant, a mutual favour and a late one."""
    random = np.random.default_rng(seed)
    marks, minutes = judged(random, 20, 10), random.uniform(0, 90, (20, 10))
    marks[3] = marks[8]
    marks[5] = 75
    marks[[1, 11], 6] += 25
    marks[[6, 16], 1] += 25
    minutes[9] = 89.5
    marks[random.random(marks.shape) < 0.05] = np.nan
    return frame(marks, minutes), homes(20, 10)


def renamed(screen: PanelScreen, units: dict[str, str], reviewers: dict[str, str]) -> list[object]:
    """Return what a screen says with names put in place of the old ones."""
    return [
        (one.name, one.state, one.looked_at, one.expected, {
            (frozenset(reviewers.get(name, name) for name in finding.reviewers),
             frozenset(units.get(name, name) for name in finding.units), finding.chance,
             tuple(sorted(finding.figures.values())))
            for finding in one.findings
        })
        for one in screen.checks
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_rows_in_any_order_say_the_same(seed: int) -> None:
    marks, own = planted(seed)
    first = screened(marks, own)
    assert sum(len(one.findings) for one in first.checks) >= 3
    assert screened(marks, own) == first
    assert screened(marks.sample(fraction=1, shuffle=True, seed=seed), dict(reversed(own.items()))) == first


@pytest.mark.parametrize("seed", range(4))
def test_other_names_change_nothing_but_names(seed: int) -> None:
    marks, own = planted(seed)
    random = np.random.default_rng(seed)
    units = dict(zip(sorted(set(own.values())), (f"x{at}" for at in random.permutation(10)), strict=True))
    reviewers = dict(zip(sorted(own), (f"y{at}" for at in random.permutation(20)), strict=True))
    other = marks.with_columns(pl.col("unit").replace(units), pl.col("reviewer").replace(reviewers))
    there = screened(other, {reviewers[name]: units[unit] for name, unit in own.items()})
    assert renamed(there, {}, {}) == renamed(screened(marks, own), units, reviewers)


def test_another_seed_is_another_simulation() -> None:
    marks, own = planted(0)
    blocks = [screened(marks, own, seed=seed).checks[2].findings for seed in range(1, 6)]
    assert all(blocks)
    assert len({tuple(finding.chance for finding in found) for found in blocks}) >= 1


def test_periods_are_screened_apart() -> None:
    marks, own = planted(1)
    years = [marks.with_columns(period=pl.lit(year)) for year in ("2025", "2024")]
    both = screen_panel(pl.concat(years), "jury", seed=1, own_units=own)
    assert [one.period for one in both] == ["2024", "2025"]
    assert [screen_panel(year, "jury", seed=1, own_units=own)[0] for year in reversed(years)] == list(both)


def test_an_empty_panel_has_nothing() -> None:
    assert screen_panel(planted(0)[0].clear(), "jury", seed=1) == ()


@pytest.mark.parametrize(("alarms", "draws"), [(0.0, 99), (1.0, 99), (0.05, 0)])
def test_bounds_that_mean_nothing_are_refused(alarms: float, draws: int) -> None:
    with pytest.raises(ValueError, match="alarms between 0 and 1"):
        screen_panel(planted(0)[0], seed=1, alarms=alarms, draws=draws)
    votes = planted(0)[0].rename({"reviewer": "ballot"}).with_columns(group=pl.lit("all"))
    with pytest.raises(ValueError, match="alarms between 0 and 1"):
        screen_ballot(votes, seed=1, alarms=alarms, draws=draws)
