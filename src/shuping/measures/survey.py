"""Estimates from a sample survey: shares of answers, mean scores, means and totals of numbers; exact values, with the
sample size, standard error and interval that the design gives them.

The value is exact: weighted sums of the valid answers (not empty, not in ``exclude``) with exact weights. Where the
survey declares its ``design``, the standard error is that of the design (``survey_design``); without one it is that of
a simple random sample, ``sqrt(p (1 - p) / n)``, with Kish's effective n where weights differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.measures import survey_interval
from shuping.measures.cells import read_integers
from shuping.measures.survey_design import Codes, Floats, LonelyError, kish, post_stratified, simple_variance
from shuping.measures.survey_interval import Interval
from shuping.measures.survey_sample import Sample, SampleError, Scope, exact_sums
from shuping.rulebook.model import Measure
from shuping.values.rational import Ints


@dataclass(frozen=True)
class Scores:
    """What each row of a sample counts for one measure: ``score`` over ``below`` where ``valid``."""

    valid: NDArray[np.bool_]
    score: Ints
    below: int
    answers: Mapping[str, NDArray[np.bool_]]
    """Rows by what they count as, for the explanation: ``share(know)``, or the options with points."""

    @classmethod
    def of(cls, sample: Sample, measure: Measure) -> Scores:
        """Return the scores of a sample's answers to the measure's question."""
        assert measure.question is not None
        answer = sample.rows[measure.question]
        if measure.question in sample.survey.questions:
            return cls._of_options(answer, measure)
        places = answer.dtype.scale or 0 if isinstance(answer.dtype, pl.Decimal) else 0
        return cls(answer.is_not_null().to_numpy(), read_integers(answer), 10**places, {})

    @classmethod
    def _of_options(cls, answer: pl.Series, measure: Measure) -> Scores:
        given = answer.is_not_null() & (answer != "") & ~answer.is_in(list(measure.exclude))
        valid = given.fill_null(False).to_numpy()
        if not measure.points:
            chosen = valid & answer.is_in(list(measure.share)).fill_null(False).to_numpy()
            return cls(valid, chosen.astype(np.int64), 1, {f"share({', '.join(measure.share)})": chosen})
        below = lcm(*(worth.denominator for worth in measure.points.values()))
        score = np.zeros(len(answer), dtype=np.int64)
        answers = {}
        for option, worth in measure.points.items():
            answers[option] = valid & (answer == option).fill_null(False).to_numpy()
            score[answers[option]] = int(worth * below)
        return cls(valid, score, below, answers)


@dataclass(frozen=True)
class Estimate:
    """One unit's estimate from ``n`` valid answers among ``records`` rows.

    ``value`` is None without a valid answer, or where a stratum has none (``unsampled``).
    ``weighted``: not every answer stands for itself alone. ``n_eff``: Kish's effective
    size under the weights; ``deff``: the variance over that of a simple random sample of n drawn with replacement;
    ``degrees``: of freedom of the variance. ``se``, ``deff`` are nan where there is no value.
    """

    value: Fraction | None
    n: int
    records: int
    weight: Fraction = Fraction(0)
    counts: Mapping[str, int] = field(default_factory=dict)
    counted_weight: Fraction = Fraction(0)
    se: float = math.nan
    n_eff: float = 0.0
    deff: float = math.nan
    degrees: int = 0
    unsampled: bool = False
    weighted: bool = False

    def sampled(self, measure: Measure) -> survey_interval.Sampled:
        """Return what an interval or a difference is made of."""
        assert self.value is not None
        share = bool(measure.share) and not measure.is_total
        return survey_interval.Sampled(float(self.value), self.se, self.n_eff, self.degrees, share)

    def interval(self, measure: Measure) -> Interval:
        """Return the interval of the measure's kind and level."""
        return survey_interval.interval(self.sampled(measure), interval_kind(measure), float(measure.level))


def interval_kind(measure: Measure) -> Literal["wilson", "logit", "normal", "t"]:
    """Return how a measure's interval is made: as written, else Wilson's for a share and Student's t for the others."""
    if measure.interval is not None:
        return measure.interval
    return "wilson" if measure.share and not measure.is_total else "t"


@dataclass(frozen=True)
class Domain:
    """The valid answers of a unit (``rows``, places in ``scope``) and their scores as floats."""

    scope: Scope
    rows: Codes
    scores: Scores
    measure: Measure

    @property
    def total(self) -> bool:
        """Tell whether a total is asked for."""
        return self.measure.is_total

    def linearised(self, value: float) -> tuple[Floats, Codes]:
        """Return the weighted linearised values, and the rows of the scope that they stand at."""
        scope, weights = self.scope, self.scope.weights
        score = self.scores.score[scope.at[self.rows]].astype(np.float64) / self.scores.below
        held = weights[self.rows].sum()
        influence = score if self.total else (score - value) / held
        after = scope.sample.post_stratum
        if after is None:
            return weights[self.rows] * influence, self.rows
        whole = np.zeros(len(scope.at))
        whole[self.rows] = influence
        return weights * post_stratified(whole, weights, after[scope.at]), np.arange(len(scope.at), dtype=np.int64)

    def variance(self, value: float) -> float:
        """Return the variance of the estimate. Raises SampleError where the design allows none."""
        scope, weights = self.scope, self.scope.weights[self.rows]
        if scope.sample.design is None and not self.total:
            score = self.scores.score[scope.at[self.rows]].astype(np.float64) / self.scores.below
            return float((weights * (score - value) ** 2).sum() / weights.sum() / kish(weights))
        return varied(scope, *self.linearised(value))

    def estimate(self, records: int, fewest: int | None = None) -> Estimate:
        """Return the estimate over these rows; ``records``: all rows of the unit. Its error is left out below
        ``fewest`` answers (by default the measure's ``min_n``).
        """
        n, scope = len(self.rows), self.scope
        counts = {name: int(chosen[scope.at[self.rows]].sum()) for name, chosen in self.scores.answers.items()}
        if n == 0 or scope.unsampled:
            return Estimate(None, n, records, counts=counts, unsampled=n > 0)
        whole, cells = scope.whole[self.rows], scope.cells[self.rows]
        score = self.scores.score[scope.at[self.rows]]
        weight = _weighted(scope.factors, exact_sums(whole, cells, len(scope.factors)))
        product = whole.astype(object) * score if _wide(whole, score) else whole * score
        summed = _weighted(scope.factors, exact_sums(product, cells, len(scope.factors))) / self.scores.below
        value = summed if self.total else summed / weight
        weighted = bool((scope.weights[self.rows] != 1).any())
        found = Estimate(value, n, records, weight, counts, summed, weighted=weighted)
        return found if n < (fewest or self.measure.min_n) else self._with_error(found)

    def _with_error(self, found: Estimate) -> Estimate:
        """Return the estimate with what is known of its error."""
        weights = self.scope.weights[self.rows]
        score = self.scores.score[self.scope.at[self.rows]].astype(np.float64) / self.scores.below
        variance = self.variance(float(found.value or 0))
        simple = simple_variance(score, weights) * (weights.sum() ** 2 if self.total else 1)
        deff = variance / simple if simple > 0 else math.nan
        degrees = found.n - 1
        if self.scope.sample.design is None:
            deff = found.n / kish(weights)
        else:
            degrees = self.scope.draw.degrees(self.rows)
        se = math.sqrt(max(variance, 0.0))
        return replace(found, se=se, n_eff=kish(weights), deff=deff, degrees=degrees)


def varied(scope: Scope, values: Floats, rows: Codes) -> float:
    """Return the variance under the scope's design. Raises SampleError naming the stratum with one drawn member."""
    try:
        return scope.draw.variance(values, rows)
    except LonelyError as error:
        stage = scope.draw.first if error.stage == 1 else scope.draw.second
        assert stage is not None
        row = int(np.flatnonzero(stage.parent == error.code)[0])
        what = "survey-lonely-stratum" if error.stage == 1 else "survey-lonely-cluster"
        raise SampleError(what, row=scope.row(row), **scope.where(row)) from error


def _weighted(factors: Sequence[Fraction], sums: Sequence[int]) -> Fraction:
    return sum((factor * total for factor, total in zip(factors, sums, strict=True) if total), Fraction(0))


def _wide(left: Ints, right: Ints) -> bool:
    if object in (left.dtype, right.dtype):
        return True
    return int(np.abs(left).max(initial=0)).bit_length() + int(np.abs(right).max(initial=0)).bit_length() > 62
