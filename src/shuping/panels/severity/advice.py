"""Before anybody marks: would adjusting for severity bring units closer to the truth, under a plan of who marks whom?

All errors are of a difference between two units, as the root of its mean square over all pairs of units. They hold for
variances that are assumed, and known: with few reviewers the estimated ones add an error of their own, which is why
``Sample`` refuses small plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from shuping.errors import Lang, sentence
from shuping.panels.severity.islands import islands_of
from shuping.panels.severity.sample import Sample, comparisons
from shuping.panels.severity.terms import Factor, Floats, factor

Verdict = Literal["helps", "little", "same_reviewers", "islands", "too_few"]
SENTENCES: Mapping[Verdict, str] = {
    "helps": "panels.severity-plan-helps",
    "little": "panels.severity-plan-little",
    "same_reviewers": "panels.severity-plan-same-reviewers",
    "islands": "panels.severity-plan-islands",
    "too_few": "panels.severity-plan-too-few",
}


@dataclass(frozen=True, slots=True)
class Assumed:
    """Variances assumed of a plan: of units (> 0), of reviewers (0: equally severe), of the residual (> 0)."""

    unit: float
    reviewer: float
    residual: float

    def __post_init__(self) -> None:
        if not (self.unit > 0 and self.reviewer >= 0 and self.residual > 0):
            raise ValueError("unit and residual must be above 0, reviewer not below")


@dataclass(frozen=True)
class SeverityPlan:
    """What to expect of a plan, by the ``verdict``.

    ``raw_error``: of plain means. ``corrected_error``: with severity taken out and nothing else (generalised least
    squares, units fixed); ``gain`` is how much less, as a share. ``adjusted_error``: of the adjusted means, which are
    also drawn towards the common mean. Without islands only are the last three known (else None).
    """

    verdict: Verdict
    raw_error: float
    corrected_error: float | None
    adjusted_error: float | None
    facts: Mapping[str, Any]

    @property
    def gain(self) -> float | None:
        """The share by which the correction makes the error smaller."""
        return None if self.corrected_error is None else 1 - self.corrected_error / self.raw_error

    def sentence(self, lang: Lang = "en") -> str:
        """Return the verdict in words."""
        errors = {"raw": f"{self.raw_error:.3g}", "corrected": f"{self.corrected_error or 0:.3g}"}
        return sentence(SENTENCES[self.verdict], lang).format(**errors, gain=f"{self.gain or 0:.1%}", **self.facts)


def plan_severity(
    design: pl.DataFrame,
    assumed: Assumed,
    *,
    unit: str = "unit",
    reviewer: str = "reviewer",
    sample: Sample | None = None,
    least_gain: float = 0.05,
) -> SeverityPlan:
    """Return what adjusting for severity would bring.

    ``design``: a row for each mark to be given. Adjusting ``helps`` when it takes at least ``least_gain`` off the
    error; it does not when every unit has the ``same_reviewers``, when reviewers and units fall into ``islands``, or
    when the sample is ``too_few``. Raises ValueError for an empty design or fewer than two units.
    """
    units, reviewers = factor(design, [unit]), factor(design, [reviewer])
    if len(units.levels) < 2:
        raise ValueError("a plan has at least two units")
    counts = _counts(units, reviewers)
    raw = _raw(counts, assumed)
    parts, least = len(islands_of(units, reviewers)), sample or Sample()
    if parts > 1:
        return SeverityPlan("islands", raw, None, None, {"count": parts})
    corrected = _corrected(counts, assumed) if assumed.reviewer else raw
    there = {
        "units": len(units.levels),
        "reviewers": len(reviewers.levels),
        "comparisons": comparisons(units, reviewers),
    }
    wanted = {"units": least.units, "reviewers": least.reviewers, "comparisons": least.comparisons}
    facts = {**there, **{f"least_{name}": number for name, number in wanted.items()}}
    verdict: Verdict = "helps" if 1 - corrected / raw >= least_gain else "little"
    if any(there[name] < wanted[name] for name in wanted):
        verdict = "too_few"
    elif _same_for_all(counts):
        verdict = "same_reviewers"
    return SeverityPlan(verdict, raw, corrected, _adjusted(counts, assumed), facts)


def _counts(units: Factor, reviewers: Factor) -> Any:
    """Marks by unit (rows) and reviewer (columns), sparse."""
    from scipy import sparse

    shape = (len(units.levels), len(reviewers.levels))
    return sparse.csr_matrix((np.ones(len(units.codes)), (units.codes, reviewers.codes)), shape)


def _by_row(counts: Any, weights: Floats) -> Any:
    from scipy import sparse

    return sparse.csr_matrix(sparse.diags(weights) @ counts)


def _sums(counts: Any, axis: int) -> Floats:
    return np.asarray(counts.sum(axis=axis), dtype=np.float64).ravel()


def _same_for_all(counts: Any) -> bool:
    shares = _by_row(counts, 1 / _sums(counts, 1))
    return bool(shares.nnz == np.prod(shares.shape) and np.ptp(shares.toarray(), axis=0).max() < 1e-12)


def _error(units: int, trace: float, total: float) -> float:
    """The root mean square of all differences, from the trace and the sum of a covariance matrix."""
    return float(np.sqrt(max(0.0, 2 / (units - 1) * (trace - total / units))))


def _raw(counts: Any, assumed: Assumed) -> float:
    shares, each = _by_row(counts, 1 / _sums(counts, 1)), assumed.residual / _sums(counts, 1)
    trace = assumed.reviewer * float((shares.data**2).sum()) + float(each.sum())
    total = assumed.reviewer * float((_sums(shares, 0) ** 2).sum()) + float(each.sum())
    return _error(counts.shape[0], trace, total)


def _corrected(counts: Any, assumed: Assumed) -> float:
    """Units fixed, reviewers random."""
    rest = np.diag(_sums(counts, 0) + assumed.residual / assumed.reviewer)
    return _unit_error(counts, _sums(counts, 1), rest, assumed.residual)


def _adjusted(counts: Any, assumed: Assumed) -> float:
    """Units and reviewers random, with an intercept."""
    from scipy import sparse

    by_unit, by_reviewer = _sums(counts, 1), _sums(counts, 0)
    pivots = by_unit + assumed.residual / assumed.unit
    if not assumed.reviewer:
        return _unit_error(sparse.csr_matrix(by_unit[:, None]), pivots, np.array([[by_unit.sum()]]), assumed.residual)
    rest = np.zeros((len(by_reviewer) + 1,) * 2)
    rest[:-1, :-1] = np.diag(by_reviewer + assumed.residual / assumed.reviewer)
    rest[-1, :-1] = rest[:-1, -1] = by_reviewer
    rest[-1, -1] = by_unit.sum()
    columns = sparse.hstack([counts, sparse.csr_matrix(by_unit[:, None])], format="csr")
    return _unit_error(columns, pivots, rest, assumed.residual)


def _unit_error(columns: Any, pivots: Floats, rest: Floats, residual: float) -> float:
    """The error from the mixed model equations [pivots, columns; columns', rest] with the units eliminated."""
    scaled = _by_row(columns, 1 / pivots)
    inverse = np.linalg.inv(rest - (columns.T @ scaled).toarray())
    ones = _sums(scaled, 0)
    trace = float((1 / pivots).sum()) + float((inverse * (scaled.T @ scaled).toarray()).sum())
    total = float((1 / pivots).sum()) + float(ones @ inverse @ ones)
    return _error(len(pivots), residual * trace, residual * total)
