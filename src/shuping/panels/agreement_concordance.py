"""Kendall's W, the concordance of reviewers' rankings, with ties (Kendall & Babington Smith, Annals of Mathematical
Statistics 10, 1939, 275-287; Kendall, Rank Correlation Methods, 4th ed. 1970, chapter 6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shuping.panels.agreement_marks import Marks, Unmeasured


@dataclass(frozen=True, slots=True)
class Concordance:
    """``value`` of W between 0 and 1, exact; ``chi_square`` = k (n - 1) W with ``degrees`` n - 1, and its ``p``: how
    often rankings made at random agree at least as well. An approximation that is poor below 8 units.
    """

    value: Fraction
    units: int
    reviewers: int
    chi_square: float
    degrees: int
    p: float
    left_out: int


def concordance(marks: Marks) -> Concordance | Unmeasured:
    """Return W over the units that every reviewer marked; equal marks share the mean of their ranks."""
    from scipy.special import chdtrc

    table, reviewers = marks.table, len(marks.reviewers)
    if reviewers < 2:
        return Unmeasured("one_reviewer")
    units = len(table)
    if units < 2:
        return Unmeasured("few_units")
    columns = [_doubled_ranks(column) for column in zip(*table, strict=True)]
    sums = [sum(ranks) for ranks in zip(*columns, strict=True)]
    ties = sum(count**3 - count for column in columns for count in Counter(column).values())
    below = reviewers * reviewers * (units**3 - units) - reviewers * ties
    if not below:
        return Unmeasured("no_variation")
    apart = sum(total * total for total in sums) - Fraction(sum(sums) ** 2, units)
    value = 12 * apart / 4 / below  # ranks were doubled
    chi_square = float(reviewers * (units - 1) * value)
    p = float(chdtrc(units - 1, chi_square))
    return Concordance(value, units, reviewers, chi_square, units - 1, p, len(marks.by_unit) - units)


def _doubled_ranks(marks: Sequence[int]) -> list[int]:
    """Return twice the mid-rank of each mark."""
    counts, below, place = Counter(marks), 0, {}
    for mark in sorted(counts):
        place[mark] = 2 * below + counts[mark] + 1
        below += counts[mark]
    return [place[mark] for mark in marks]
