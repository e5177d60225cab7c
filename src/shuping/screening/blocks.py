"""Block voting: three or more reviewers whose leanings move together, each linked to others of the block."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from shuping.screening.alike import linked
from shuping.screening.finding import Check, Finding
from shuping.screening.leanings import Leanings
from shuping.screening.sheets import Floats, Sheets

FEWEST_REVIEWERS, FEWEST_UNITS = 4, 6
_TAKEN_OUT = 4  # a mean, a slope, and the two of Fisher's approximation
_CLOSEST = np.float32(1 - 1e-6)
_AT_ONCE = 128
_ALL = slice(None)
Singles = NDArray[np.float32]


class Blocks:
    """The measure of a pair is the likelihood ratio of its positive correlation r over the n units that both marked,
    ``-(n - 4) log(1 - r^2)``. A block needs a reviewer close to two others, so the strongest block of a panel is the
    largest second-closest measure.
    """

    def __init__(self, sheets: Sheets, leanings: Leanings) -> None:
        self._sheets, self._leanings = sheets, leanings
        self._marked = leanings.marked.astype(np.float32)
        common = self._marked @ self._marked.T
        np.fill_diagonal(common, 0)
        enough = common >= FEWEST_UNITS
        self._common = common
        self._weights = np.where(enough, _TAKEN_OUT - common, np.float32(0))
        self._pairs = int(enough.sum()) // 2
        self.possible = len(common) >= FEWEST_REVIEWERS and int(enough.sum(axis=1).max(initial=0)) >= 2

    def _products(self, rest: Floats) -> tuple[Singles, Singles]:
        """Return every pair's sum of products, and the power of the first of the pair, over the units both marked."""
        single = rest.astype(np.float32)
        product, power = single @ single.T, (single * single) @ self._marked.T
        return np.asarray(product, dtype=np.float32), np.asarray(power, dtype=np.float32)

    def _squares(self, product: Singles, power: Singles, rows: slice) -> Singles:
        """Return the square of the correlation of some rows' pairs, 0 for a negative one."""
        below = np.maximum(power[rows] * power[:, rows].T, np.float32(1e-12))
        above = np.maximum(product[rows], 0)
        above *= above
        above /= below
        return np.asarray(np.minimum(above, _CLOSEST, out=above), dtype=np.float32)

    def strongest(self, rest: Floats) -> float:
        """Return the largest second-closest measure; some rows at a time, which stay within a processor's cache."""
        product, power = self._products(rest)
        strongest = 0.0
        for start in range(0, len(rest), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            strongest = max(strongest, _second(self._measures(self._squares(product, power, rows), rows)))
        return strongest

    def _measures(self, squares: Singles, rows: slice) -> Singles:
        """Return the measure of some rows' pairs; 0 for a negative correlation or too few units in common."""
        return np.asarray(np.log1p(-squares) * self._weights[rows], dtype=np.float32)

    def check(self, shown: Floats, edge: float) -> Check:
        """Compare the panel with the strongest blocks ``shown`` by random ones; ``edge`` must be exceeded.

        ``expected`` is the share of the random panels that show a block.
        """
        if not self.possible or edge >= -np.log1p(-_CLOSEST) * -self._weights.min(initial=0) * (1 - 1e-6):
            return Check("block", "too_small")
        rest = self._leanings.standardised
        squares = self._squares(*self._products(rest), _ALL)
        measures = self._measures(squares, _ALL)
        links = [(int(one), int(two)) for one, two in np.argwhere(measures > edge) if one < two]
        findings = []
        for members in linked(links):
            if len(members) >= 3:
                inside = sorted(members)
                pairs = list(combinations(inside, 2))
                mean = float(np.mean([np.sqrt(squares[pair]) for pair in pairs], dtype=np.float64))
                figures = {"correlation": mean, "units": int(min(self._common[pair] for pair in pairs))}
                beaten = int((shown >= _second(measures[np.ix_(inside, inside)])).sum())
                names = tuple(sorted(self._sheets.reviewers[at] for at in inside))
                findings.append(Finding(names, (), figures, (1 + beaten) / (len(shown) + 1)))
        findings.sort(key=lambda finding: (finding.chance, finding.reviewers))
        return Check("block", "looked", self._pairs, float((shown > edge).mean()), len(shown), tuple(findings))


def _second(measures: Singles) -> float:
    """Return the largest second-largest of the rows."""
    return float(np.partition(measures, -2, axis=1)[:, -2].max())
