"""Intraclass correlations in their six forms, with intervals.

Shrout & Fleiss, Psychological Bulletin 86, 1979, 420-428; other names in McGraw & Wong, Psychological Methods 1, 1996,
30-46.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from shuping.panels.agreement_marks import Marks, Unmeasured

Form = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
FORMS: tuple[Form, ...] = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
MCGRAW_WONG: dict[Form, str] = {
    "ICC(1,1)": "ICC(1)",
    "ICC(2,1)": "ICC(A,1)",
    "ICC(3,1)": "ICC(C,1)",
    "ICC(1,k)": "ICC(k)",
    "ICC(2,k)": "ICC(A,k)",
    "ICC(3,k)": "ICC(C,k)",
}
"""McGraw and Wong's names; (2,1) and (3,1) are Shrout and Fleiss's for two-way random and mixed models."""


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """The analysis of variance of a complete table: mean squares, exact, in squared marks; ``total`` degrees are
    ``units`` x ``reviewers`` - 1.
    """

    units: int
    reviewers: int
    between_units: Fraction
    within_units: Fraction
    between_reviewers: Fraction
    residual: Fraction


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One form: the estimate and its interval; None where the formula divides by nothing."""

    form: Form
    value: float | None
    low: float | None
    high: float | None

    @property
    def mcgraw_wong(self) -> str:
        """The name that McGraw and Wong give this form."""
        return MCGRAW_WONG[self.form]


@dataclass(frozen=True, slots=True)
class Intraclass:
    """The six coefficients of a complete table, the mean squares they come from, and how many units were left out
    because some reviewer did not mark them.
    """

    coefficients: tuple[Coefficient, ...]
    squares: MeanSquares
    confidence: float
    left_out: int

    def of(self, form: Form) -> Coefficient:
        """Return one form by Shrout and Fleiss's name."""
        return self.coefficients[FORMS.index(form)]


def intraclass(marks: Marks, confidence: float = 0.95) -> Intraclass | Unmeasured:
    """Return the six intraclass correlations over the units that every reviewer marked.

    ``confidence`` is the coverage of the two-sided intervals, between 0 and 1 (ValueError otherwise). Negative values
    are returned as they are: the reviewers then agree less than chance would have it.
    """
    if not 0 < confidence < 1:
        raise ValueError("confidence lies between 0 and 1")
    table = marks.table
    if len(marks.reviewers) < 2:
        return Unmeasured("one_reviewer")
    if len(table) < 2:
        return Unmeasured("few_units")
    squares = mean_squares(table, marks.scale)
    if not squares.between_units:
        flat = not squares.within_units
        return Unmeasured("no_variation" if flat else "no_spread")
    left_out = len(marks.by_unit) - len(table)
    return Intraclass(_coefficients(squares, 1 - (1 - confidence) / 2), squares, confidence, left_out)


def mean_squares(table: list[list[int]], scale: int = 1) -> MeanSquares:
    """Return the mean squares of a complete table (a row per unit, a column per reviewer, at least two of each)."""
    units, reviewers = len(table), len(table[0])
    correction = Fraction(sum(map(sum, table)) ** 2, units * reviewers)
    total = sum(mark * mark for row in table for mark in row) - correction
    between = Fraction(sum(sum(row) ** 2 for row in table), reviewers) - correction
    judges = Fraction(sum(sum(column) ** 2 for column in zip(*table, strict=True)), units) - correction
    square = scale * scale
    return MeanSquares(
        units,
        reviewers,
        between / (units - 1) / square,
        (total - between) / (units * (reviewers - 1)) / square,
        judges / (reviewers - 1) / square,
        (total - between - judges) / ((units - 1) * (reviewers - 1)) / square,
    )


def _coefficients(squares: MeanSquares, upper: float) -> tuple[Coefficient, ...]:
    n, k = squares.units, squares.reviewers
    between, within, error = squares.between_units, squares.within_units, squares.residual
    judges = squares.between_reviewers
    one = (between - within) / (between + (k - 1) * within)
    two = (between - error) / (between + (k - 1) * error + Fraction(k, n) * (judges - error))
    three = (between - error) / (between + (k - 1) * error)
    base = between + (judges - error) / n
    averages = (
        (between - within) / between,
        (between - error) / base if base > 0 else None,
        (between - error) / between,
    )
    singles = _one_way(squares, within, n * (k - 1), upper), _absolute(squares, float(two), upper)
    intervals = (*singles, _one_way(squares, error, (n - 1) * (k - 1), upper))
    wide = [tuple(_stepped_up(end, k) for end in interval) for interval in intervals]
    found = zip(FORMS, (one, two, three, *averages), (*intervals, *wide), strict=True)
    return tuple(
        Coefficient(form, None if value is None else float(value), *interval) for form, value, interval in found
    )


def _one_way(squares: MeanSquares, noise: Fraction, degrees: int, upper: float) -> tuple[float, float]:
    """Return the interval of one mark's reliability where the ratio of two mean squares follows F."""
    from scipy.special import fdtri

    between, other, k = float(squares.between_units), float(noise), squares.reviewers
    narrow = other * float(fdtri(squares.units - 1, degrees, upper))
    wide = between * float(fdtri(degrees, squares.units - 1, upper))
    return (between - narrow) / (between + (k - 1) * narrow), (wide - other) / (wide + (k - 1) * other)


def _absolute(squares: MeanSquares, value: float, upper: float) -> tuple[float, float]:
    """Return the interval of ICC(2,1) after Satterthwaite (Fleiss & Shrout, Psychometrika 43, 1978, 259-262)."""
    from scipy.special import fdtri

    n, k = squares.units, squares.reviewers
    between, judges, error = (float(x) for x in (squares.between_units, squares.between_reviewers, squares.residual))
    share, rest = k * value * judges, (n * (1 + (k - 1) * value) - k * value) * error
    below = (n - 1) * share**2 + rest**2
    if not below:  # every reviewer gave every unit the same mark
        return 1.0, 1.0
    degrees = (k - 1) * (n - 1) * (share + rest) ** 2 / below
    narrow, wide = float(fdtri(n - 1, degrees, upper)), float(fdtri(degrees, n - 1, upper))
    noise = k * judges + (k * n - k - n) * error
    low = n * (between - narrow * error) / (narrow * noise + n * between)
    high = n * (wide * between - error) / (noise + n * wide * between)
    return low, high


def _stepped_up(single: float, k: int) -> float | None:
    """Return the reliability of the mean of ``k`` marks from that of one (Spearman-Brown)."""
    below = 1 + single * (k - 1)
    return single * k / below if below > 0 else None
