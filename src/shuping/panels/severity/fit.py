"""Reviewers' severity and units' effects, estimated together: the fit of one set of marks, as frames.

    mark = fixed part + unit + reviewer + interactions + residual

Units are random. Reviewers are random, or fixed on request. An effect above 0 is lenient for a reviewer, good for a
unit. Source: restricted maximum likelihood with crossed random effects (Patterson and Thompson, Biometrika 58 (1971)
545-554), best linear unbiased prediction (Robinson, Statistical Science 6 (1991) 15-32).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from shuping.errors import InputError, Place, Problem
from shuping.panels.severity.equations import Equations, Solution
from shuping.panels.severity.precision import Precision, fixed_estimates, precision
from shuping.panels.severity.reml import Estimates, NotFound, estimate
from shuping.panels.severity.sample import Sample, require_sample, require_separable
from shuping.panels.severity.terms import JOINT, Codes, Factor, Floats, Terms, factor, fixed_columns, indicators

Reviewers = Literal["random", "fixed"]


@dataclass(frozen=True)
class SeverityModel:
    """Which columns of the marks play which part.

    ``fixed``: covariates (a column of floats or decimals) and categories (any other), ``interactions``: further random
    terms, each a tuple of columns (``("reviewer", "item")``). ``reviewers``: random, or fixed: then the fit says
    nothing of reviewers in general, and adding a constant to one reviewer's marks changes no unit's effect.
    """

    unit: str = "unit"
    reviewer: str = "reviewer"
    mark: str = "mark"
    fixed: tuple[str, ...] = ()
    interactions: tuple[tuple[str, ...], ...] = ()
    reviewers: Reviewers = "random"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the model reads, the mark last."""
        names = [self.unit, self.reviewer, *self.fixed, *(name for term in self.interactions for name in term)]
        return (*dict.fromkeys(names), self.mark)


def fit_severity(
    marks: pl.DataFrame,
    model: SeverityModel | None = None,
    *,
    sample: Sample | None = None,
    place: Place | None = None,
    most_steps: int = 100,
) -> SeverityFit:
    """Estimate the effects of reviewers and units together, by REML.

    ``marks``: a row for each mark, with the model's columns; rows whose mark is null (an absence declared) are left
    out. The order of the rows changes nothing. ``place`` is where the marks came from, for messages.

    Raises InputError: ``panels.severity-blank`` or ``-not-finite`` for rows that cannot count, ``-too-few`` below the
    least ``sample``, ``-islands`` (with each island) when reviewers and units do not hang together,
    ``-no-spread``, ``-one-level``, ``-like-residual``, ``-same-term``, ``-collinear`` for terms that no marks could
    tell apart, ``-no-convergence``. Raises ValueError for a column that the frame does not have.
    """
    asked, where = model or SeverityModel(), place or Place()
    frame = _readable(marks, asked, where)
    units, reviewers = factor(frame, [asked.unit]), factor(frame, [asked.reviewer])
    require_sample(units, reviewers, sample or Sample(), where)
    terms = _terms(frame, asked, units, reviewers)
    require_separable(terms, where)
    equations = Equations.of(terms)
    try:
        with _one_thread():
            found = estimate(equations, most_steps)
    except NotFound as lost:
        params = {"steps": lost.steps, "promise": f"{lost.promise:.3g}"}
        raise InputError(Problem("panels.severity-no-convergence", params, where)) from None
    return SeverityFit(asked, terms, units, reviewers, found)


def _one_thread() -> threadpool_limits:  # type: ignore[name-defined] # noqa: F821
    """Linear algebra on one thread: the digits do not depend on the cores, and threads do not wait for each other."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")


def _readable(marks: pl.DataFrame, model: SeverityModel, place: Place) -> pl.DataFrame:
    """Return the rows that count, in an order of their own."""
    lacking = [name for name in model.columns if name not in marks.columns]
    if lacking:
        raise ValueError(f"the marks have no column {', '.join(lacking)}")
    frame = marks.select(model.columns).drop_nulls(model.mark)
    found = [
        Problem("panels.severity-blank", {"column": name, "count": count}, place)
        for name in model.columns[:-1]
        if (count := frame.get_column(name).null_count())
    ]
    frame = frame.with_columns(pl.col(model.mark).cast(pl.Float64))
    endless = int((~frame.get_column(model.mark).is_finite()).sum())
    if endless:
        found.append(Problem("panels.severity-not-finite", {"column": model.mark, "count": endless}, place))
    if found:
        raise InputError(found)
    return frame.sort(model.columns)


def _terms(frame: pl.DataFrame, model: SeverityModel, units: Factor, reviewers: Factor) -> Terms:
    fixed = fixed_columns(frame, model.fixed)
    random = [units]
    if model.reviewers == "random":
        random.append(reviewers)
    else:
        fixed += indicators(reviewers)
    random += [factor(frame, names) for names in model.interactions]
    return Terms(frame.get_column(model.mark).to_numpy(), tuple(random), tuple(fixed))


@dataclass(frozen=True)
class SeverityFit:
    """What the marks say of units and reviewers. Figures are floats: they are shown beside scores, never counted in.

    ``model`` as asked for; ``terms``: the coded marks; ``estimates``: the solved equations.
    """

    model: SeverityModel
    terms: Terms = field(repr=False)
    _units: Factor = field(repr=False)
    _reviewers: Factor = field(repr=False)
    estimates: Estimates = field(repr=False)

    @property
    def _solution(self) -> Solution:
        return self.estimates.solution

    @property
    def criterion(self) -> float:
        """The REML criterion at the optimum: minus twice the restricted log likelihood."""
        return self._solution.criterion

    @property
    def marks(self) -> int:
        """How many marks count."""
        return len(self.terms.marks)

    @cached_property
    def variances(self) -> pl.DataFrame:
        """``term``, ``levels``, ``variance``, ``share`` of their sum: a row for each random term, then ``residual``.

        A variance of 0 means that the marks show no such differences beyond chance.
        """
        residual = self._solution.residual
        found = [*(float(ratio) * residual for ratio in self.estimates.ratios), residual]
        names = [*(term.name for term in self.terms.random), "residual"]
        levels = [*(len(term.levels) for term in self.terms.random), self.marks]
        share = [variance / sum(found) for variance in found]
        return pl.DataFrame({"term": names, "levels": levels, "variance": found, "share": share})

    @cached_property
    def fixed(self) -> pl.DataFrame:
        """``column``, ``estimate``, ``se`` of the fixed part: intercept first, then each level against the first."""
        estimates, covariance = self._fixed
        names = [column.name for column in self.terms.fixed]
        return pl.DataFrame({"column": names, "estimate": estimates, "se": np.sqrt(np.diag(covariance))})

    @cached_property
    def units(self) -> pl.DataFrame:
        """A row for each unit, ascending: the raw and the adjusted mean with standard errors.

        ``unit``, ``marks``, ``reviewers`` (how many), ``raw`` (mean of its marks), ``raw_se`` (against the mean that
        all reviewers like these would give: it holds the chance of having met severe ones), ``effect`` (best linear
        unbiased prediction, drawn towards 0 the less the unit's marks say), ``adjusted`` (the mean that an average
        reviewer would give, at the fixed part's average over all marks), ``se`` (its prediction error),
        ``conditional_variance`` of the effect.
        """
        found, (estimates, covariance) = self._precision(0), self._fixed
        at = self._average
        raw, raw_se = self._raw(self._units), np.sqrt(self._raw_variances)
        return pl.DataFrame(
            {
                "unit": self._units.levels,
                "marks": self._units.counts,
                "reviewers": _partners(self._units, self._reviewers),
                "raw": raw,
                "raw_se": raw_se,
                "effect": found.effects,
                "adjusted": found.effects + at @ estimates,
                "se": np.sqrt(found.with_fixed(at, covariance)),
                "conditional_variance": found.conditional,
            }
        )

    @cached_property
    def reviewers(self) -> pl.DataFrame:
        """A row for each reviewer, ascending, as the caterpillar plot needs it.

        ``reviewer``, ``marks``, ``units`` (how many), ``raw`` (mean of the marks given), ``effect`` (points above the
        average reviewer: lenient above 0, severe below), ``se`` and, where reviewers are random,
        ``conditional_variance`` (else null).
        """
        effects, errors, conditional = self._reviewer_effects
        return pl.DataFrame(
            {
                "reviewer": self._reviewers.levels,
                "marks": self._reviewers.counts,
                "units": _partners(self._reviewers, self._units),
                "raw": self._raw(self._reviewers),
                "effect": effects,
                "se": np.sqrt(errors),
                "conditional_variance": pl.Series(conditional, dtype=pl.Float64),
            }
        )

    def effects(self, *columns: str) -> pl.DataFrame:
        """``level``, ``marks``, ``effect``, ``se``, ``conditional_variance`` of a random term (``"reviewer", "item"``).

        Raises KeyError when the model has no such random term.
        """
        name = JOINT.join(columns)
        names = [term.name for term in self.terms.random]
        if name not in names:
            raise KeyError(name)
        term, found = self.terms.random[names.index(name)], self._precision(names.index(name))
        return pl.DataFrame(
            {
                "level": term.levels,
                "marks": term.counts,
                "effect": found.effects,
                "se": np.sqrt(found.error),
                "conditional_variance": found.conditional,
            }
        )

    @cached_property
    def _fixed(self) -> tuple[Floats, Floats]:
        with _one_thread():
            return fixed_estimates(self._solution)

    def _precision(self, term: int) -> Precision:
        with _one_thread():
            return precision(self._solution, self._solution.equations.order[term])

    @property
    def _reviewer_columns(self) -> slice:
        """The fixed columns that are reviewers: the last ones, where reviewers are fixed."""
        count = len(self._reviewers.levels) - 1 if self.model.reviewers == "fixed" else 0
        return slice(len(self.terms.fixed) - count, len(self.terms.fixed))

    @cached_property
    def _average(self) -> Floats:
        """The fixed columns' values for an average mark by an average reviewer."""
        at = np.array([float(column.values.sum()) / self.marks for column in self.terms.fixed])
        if self.model.reviewers == "fixed":
            at[self._reviewer_columns] = 1 / len(self._reviewers.levels)
        return at

    @cached_property
    def _reviewer_effects(self) -> tuple[Floats, Floats, Sequence[float | None]]:
        """Effect, variance of its error, conditional variance by reviewer."""
        if self.model.reviewers == "random":
            found = self._precision(1)
            return found.effects, found.error, found.conditional.tolist()
        estimates, covariance = self._fixed
        count, columns = len(self._reviewers.levels), self._reviewer_columns
        contrast = (np.eye(count) - 1 / count)[:, 1:]  # each reviewer less the mean of all; the first stands at 0
        errors = ((contrast @ covariance[columns, columns]) * contrast).sum(axis=1)
        return contrast @ estimates[columns], errors, [None] * count

    def _raw(self, of: Factor) -> Floats:
        return np.bincount(of.codes, self.terms.marks, len(of.levels)) / of.counts

    @cached_property
    def _raw_variances(self) -> Floats:
        """The variance of a unit's mean mark less what all reviewers like these would give it."""
        residual, counts = self._solution.residual, self._units.counts
        found = np.full(len(counts), residual) / counts
        others = list(zip(self.terms.random[1:], self.estimates.ratios[1:] * residual, strict=True))
        if self.model.reviewers == "fixed":
            others.append((self._reviewers, self._spread_of_fixed_reviewers))
        for term, variance in others:
            found += variance * _concentration(self._units, term)
        return found

    @property
    def _spread_of_fixed_reviewers(self) -> float:
        """The variance among fixed reviewers: that of their estimates, less what their errors add to it."""
        effects, errors, _ = self._reviewer_effects
        return max(0.0, float(effects.var(ddof=1) - errors.mean()))


def _pairs(one: Factor, two: Factor) -> tuple[Codes, Codes]:
    """The pairs of levels that occur: the first factor's level of each, and how many marks it has."""
    pairs, counts = np.unique(one.codes * len(two.levels) + two.codes, return_counts=True)
    return pairs // len(two.levels), counts


def _partners(one: Factor, two: Factor) -> Codes:
    """How many levels of the second factor each level of the first meets."""
    return np.bincount(_pairs(one, two)[0], minlength=len(one.levels))


def _concentration(units: Factor, term: Factor) -> Floats:
    """The sum of squared shares that the term's levels have in each unit's marks: 1 when all come from one level."""
    firsts, counts = _pairs(units, term)
    squares = np.bincount(firsts, counts.astype(float) ** 2, len(units.levels))
    return np.asarray(squares / units.counts.astype(float) ** 2, dtype=np.float64)
