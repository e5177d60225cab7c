"""Several judges' figures to one: mean, trimmed mean, median, with the rounding that a panel asks for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shuping.rulebook.grading_model import Stage
from shuping.rulebook.panel_model import Panel, Trim
from shuping.values.rounding import Mode, round_exact


def trimmed_mean(totals: Sequence[Fraction], trim: Trim | None, named: int | None = None) -> Fraction:
    """Return the mean, without one (or more) totals at each end where the panel trims and enough judges scored.

    ``named``: the judges named, where ``trim.counts`` asks for them. Only ``trim.high`` and ``trim.low`` instances are
    dropped, also when several judges share the extreme; nothing is dropped where nothing would be left. Raises
    ValueError for no totals.
    """
    if not totals:
        raise ValueError("no totals to take the mean of")
    low, high = dropped(len(totals), trim, named)
    kept = sorted(totals)[low : len(totals) - high]
    return sum(kept, Fraction(0)) / len(kept)


def dropped(scored: int, trim: Trim | None, named: int | None = None) -> tuple[int, int]:
    """Return how many of so many judges' totals are dropped at the lower and at the upper end."""
    if trim is None:
        return 0, 0
    counted = named if trim.counts == "named" and named is not None else scored
    low, high = trim.ends(scored)
    return (low, high) if counted > trim.when_over and low + high < scored else (0, 0)


def median(totals: Sequence[Fraction]) -> Fraction:
    """Return the middle total, or the mean of the two in the middle. Raises ValueError for no totals."""
    if not totals:
        raise ValueError("no totals to take the median of")
    ordered, half = sorted(totals), len(totals) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def aggregate(panel: Panel, totals: Sequence[Fraction], named: int, mode: Mode) -> Fraction:
    """Return one reviewer group's figure, rounded as the panel says. Raises ValueError for no totals."""
    found = median(totals) if panel.aggregate == "median" else trimmed_mean(totals, panel.trim, named)
    return rounded(found, panel.rounding.mean, mode)


def rounded(value: Fraction, stage: Stage | None, mode: Mode) -> Fraction:
    """Round at a stage, if the panel rounds there; ``mode`` where the stage has none of its own."""
    return value if stage is None else round_exact(value, stage.places, stage.mode or mode)
