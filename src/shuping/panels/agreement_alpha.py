"""Krippendorff's alpha: observed over expected disagreement, with missing marks (Krippendorff, Computing Krippendorff's
Alpha-Reliability, 2011; Content Analysis, 4th ed. 2019, chapter 12).

The estimate is exact: marks are counted by unit and value, and disagreements are sums of whole numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from shuping.panels.agreement_marks import Marks, Unmeasured

Metric = Literal["nominal", "ordinal", "interval"]
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval")
_BLOCK = 2_000_000
"""Cells of the largest array that the bootstrap holds at once."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Alpha under one metric: the exact ``value``, over how many ``units`` and ``marks`` that can be paired.

    ``low`` and ``high``: the percentile interval of a bootstrap over units, where one was asked for, from ``draws``
    draws (those that drew no variation are left out of them).
    """

    metric: Metric
    value: Fraction
    units: int
    marks: int
    low: float | None = None
    high: float | None = None
    draws: int = 0


def alpha(
    marks: Marks, metric: Metric = "interval", *, draws: int = 0, seed: int | None = None, confidence: float = 0.95
) -> Alpha | Unmeasured:
    """Return alpha of reviewers' marks; a unit with one mark says nothing and is left out.

    ``draws`` > 0 adds the interval of a bootstrap over units and needs a ``seed``. Raises ValueError for an unknown
    metric, draws without a seed, or a confidence outside 0 to 1.
    """
    counts = {unit: Counter(given.values()) for unit, given in marks.by_unit.items() if len(given) > 1}
    return alpha_of_counts(counts, metric, draws=draws, seed=seed, confidence=confidence)


def alpha_of_counts(
    counts: Mapping[str, Mapping[int, int]],
    metric: Metric,
    *,
    draws: int = 0,
    seed: int | None = None,
    confidence: float = 0.95,
) -> Alpha | Unmeasured:
    """Return alpha from how often each unit got each mark: who gave which is not needed, so secret ballots have one.

    Units with fewer than two marks are left out. Raises as ``alpha`` does.
    """
    if metric not in METRICS or not 0 < confidence < 1 or (draws > 0 and seed is None):
        raise ValueError("metric is nominal, ordinal or interval; draws need a seed; confidence lies between 0 and 1")
    paired = {unit: given for unit, given in counts.items() if sum(given.values()) > 1}
    if not paired:
        return Unmeasured("no_pairs")
    if len(paired) == 1:  # alpha is then 0 whatever the marks are
        return Unmeasured("one_unit")
    totals: Counter[int] = Counter()
    for unit in paired.values():
        totals.update(unit)
    expected = _expected(totals, metric)
    if not expected:
        return Unmeasured("no_variation")
    whole = totals.total()
    value = 1 - (whole - 1) * _observed(paired, totals, metric) / expected
    found = Alpha(metric, value, len(paired), whole)
    return found if not draws else _with_interval(found, paired, sorted(totals), (draws, seed, confidence))


def _places(totals: Mapping[int, int], metric: Metric) -> dict[int, int]:
    """Return each mark's place on the scale whose squared differences are the metric's: the mark itself, or for
    ordinal twice its mid-rank among all marks.
    """
    if metric != "ordinal":
        return {mark: mark for mark in totals}
    below, found = 0, {}
    for mark in sorted(totals):
        found[mark] = 2 * below + totals[mark]
        below += totals[mark]
    return found


def _disagreement(counts: Mapping[int, int], places: Mapping[int, int], metric: Metric) -> int:
    """Return half the sum of squared differences over all ordered pairs of marks (nominal: the number of unlike)."""
    size = sum(counts.values())
    if metric == "nominal":
        return size * size - sum(count * count for count in counts.values())
    total = sum(count * places[mark] for mark, count in counts.items())
    return size * sum(count * places[mark] ** 2 for mark, count in counts.items()) - total * total


def _expected(totals: Mapping[int, int], metric: Metric) -> int:
    return _disagreement(totals, _places(totals, metric), metric)


def _observed(counts: Mapping[str, Mapping[int, int]], totals: Mapping[int, int], metric: Metric) -> Fraction:
    places = _places(totals, metric)
    by_size: Counter[int] = Counter()
    for unit in counts.values():
        by_size[sum(unit.values())] += _disagreement(unit, places, metric)
    return sum((Fraction(total, size - 1) for size, total in by_size.items()), Fraction(0))


def _with_interval(
    found: Alpha, counts: Mapping[str, Mapping[int, int]], values: list[int], how: tuple[int, int | None, float]
) -> Alpha:
    draws, seed, confidence = how
    place = {mark: column for column, mark in enumerate(values)}
    table = np.zeros((len(counts), len(values)))
    for row, unit in enumerate(sorted(counts)):  # sorted: the draws must not depend on the order of rows
        for mark, count in counts[unit].items():
            table[row, place[mark]] = count
    rng, got = default_rng(seed), []
    step = max(1, _BLOCK // max(table.shape))
    for first in range(0, draws, step):
        size = min(step, draws - first)
        drawn = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=size).astype(float)
        got.append(_drawn(table, np.array(values, dtype=float), drawn, found.metric))
    alphas = np.concatenate(got)
    alphas = alphas[~np.isnan(alphas)]
    if not alphas.size:
        return found
    low, high = np.quantile(alphas, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Alpha(found.metric, found.value, found.units, found.marks, float(low), float(high), int(alphas.size))


def _drawn(
    table: NDArray[np.float64], values: NDArray[np.float64], drawn: NDArray[np.float64], metric: Metric
) -> NDArray[np.float64]:
    """Return alpha of each draw: ``table`` unit x value, ``drawn`` how often each draw takes each unit; nan where a
    draw has no variation.
    """
    counts, sizes = drawn @ table, table.sum(axis=1)
    whole = counts.sum(axis=1)
    if metric == "nominal":
        within = drawn @ ((sizes**2 - (table**2).sum(axis=1)) / (sizes - 1))
        expected = whole**2 - (counts**2).sum(axis=1)
    else:
        centred = values - values.mean()
        places = np.cumsum(counts, axis=1) - counts / 2 if metric == "ordinal" else np.tile(centred, (len(drawn), 1))
        sums, squares = table @ places.T, table @ (places**2).T
        apart = (sizes[:, None] * squares - sums**2) / (sizes - 1)[:, None]
        within = (drawn.T * apart).sum(axis=0)
        expected = whole * (counts * places**2).sum(axis=1) - (counts * places).sum(axis=1) ** 2
    flat = (counts > 0).sum(axis=1) < 2
    return np.where(flat, np.nan, 1 - (whole - 1) * within / np.where(flat, 1, expected))
