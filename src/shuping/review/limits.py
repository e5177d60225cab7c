"""From where on the linter speaks. The figures are conventions; a place that has its own passes them in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of the linter. Shares are exact fractions."""

    leaves: int = 40
    """Criteria without children in one comparison group."""
    leaf_points: Fraction = Fraction(1)
    """Points of a single criterion, where the total is 100 or more (a smaller total is taken as 100)."""
    minutes: Fraction = Fraction(2400)
    """Minutes asked of one unit in a year: 40 hours, one working week."""
    evidence_files: int = 2
    """Files of evidence per row."""
    spread: Fraction = Fraction(1, 50)
    """Best less worst points of a criterion, as a share of its full points."""
    correlation: Fraction = Fraction(19, 20)
    """Size of the correlation between two criteria's values."""
    correlated_units: int = 8
    """Fewer units than this say nothing about a correlation."""
    weight_gap: Fraction = Fraction(1, 20)
    """Effective less declared weight, in shares of the total."""
