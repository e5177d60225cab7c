"""Treatment of outliers: drawing in the skewed tail point by point; a logarithm or Box-Cox where that is not enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shuping.preparation.moments import heavy_tail
from shuping.rulebook.preparing import Outliers
from shuping.values import exact


@dataclass(frozen=True, slots=True)
class Treated:
    """The values after treatment (n,); ``step``: what was done (``""``, ``winsorise``, ``log``, ``box_cox``);
    ``drawn_in``: how many points were drawn in; ``passed``: whether they meet the thresholds now.
    """

    values: tuple[Fraction, ...]
    step: str
    drawn_in: int
    passed: bool


def treat(values: Sequence[Fraction], rule: Outliers) -> Treated:
    """Return the values treated as the rule says; untouched where they meet the thresholds as they are."""
    drawn, points = _winsorise(list(values), rule)
    passed = not heavy_tail(drawn, rule.skew, rule.kurtosis)
    if passed or rule.then == "nothing":
        return Treated(tuple(drawn), "winsorise" if points else "", len(points), passed)
    bent = _log(values) if rule.then == "log" else _box_cox(values, rule.lambda_ or Fraction(0))
    return Treated(tuple(bent), rule.then, 0, not heavy_tail(bent, rule.skew, rule.kurtosis))


def _winsorise(values: list[Fraction], rule: Outliers) -> tuple[list[Fraction], set[int]]:
    """Draw the outermost value in to its neighbour until the tail is light, or the next step would touch too many.

    Values that stand together at the end (the drawn-in ones among them) move together.
    """
    touched: set[int] = set()
    while tail := heavy_tail(values, rule.skew, rule.kurtosis):
        outermost = max if tail > 0 else min
        end = outermost(values)
        here = {index for index, value in enumerate(values) if value == end}
        if len(touched | here) > rule.max_points:
            break
        touched |= here
        neighbour = outermost(value for value in values if value != end)
        values = [neighbour if value == end else value for value in values]
    return values, touched


def _log(values: Sequence[Fraction]) -> list[Fraction]:
    low, high = min(values), max(values)
    return [exact.ln(value - low + (high - low) / 100) for value in values]


def _box_cox(values: Sequence[Fraction], power: Fraction) -> list[Fraction]:
    low = min(values)
    if power == 0:
        return [exact.ln(value - low + 1) for value in values]
    raised = (exact.root((value - low + 1) ** power.numerator, power.denominator) for value in values)
    return [(value - 1) / power for value in raised]
