"""From where on something is said of a correlation, an alpha or a criterion. The figures are conventions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Flag = Literal["few", "flat", "against", "negative", "weak", "high", "ok"]


@dataclass(frozen=True, slots=True)
class CoherenceLimits:
    """Thresholds. Those of correlations are the defaults of COINr's coloured tables (Becker et al. 2022, J. Open Source
    Softw. 7(78): 4567).
    """

    high: float = 0.9
    """A correlation from here on: the two say nearly the same."""
    weak: float = 0.3
    """A correlation of siblings, or of a criterion with what it counts towards, that is below this in size."""
    negative: float = -0.4
    """A correlation of siblings from here down: what one rewards the other takes away."""
    significance: float = 0.05
    """A p-value from here on: the sign of the correlation is not certain."""
    units: int = 8
    """With fewer units than this a correlation is shown, and nothing is said of it."""
    alpha: float = 0.7
    """Cronbach's alpha below this is called low (Nunnally 1978)."""
    moved: float = 0.05
    """A criterion that moves at most this share of the units when it is left out hardly moves any rank."""


def flag(r: float, n: int, limits: CoherenceLimits, *, upward: bool) -> Flag:
    """Return what is to be said of a correlation. ``upward``: of a criterion with one that it counts towards."""
    if r != r:  # NaN
        return "few" if n < 3 else "flat"
    if n < limits.units:
        return "few"
    if upward:
        return "against" if r < 0 else "weak" if r < limits.weak else "ok"
    if r >= limits.high:
        return "high"
    return "negative" if r <= limits.negative else "weak" if abs(r) < limits.weak else "ok"
