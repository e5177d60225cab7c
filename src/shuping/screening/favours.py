"""Reciprocal favour: the reviewers of two units each lean towards the other's unit."""

from __future__ import annotations

import numpy as np

from shuping.screening.finding import Check, Finding
from shuping.screening.leanings import Leanings
from shuping.screening.sheets import Floats, Sheets

TOP = 8
"""So many of the strongest favours of each random panel are kept, to count how many would be findings."""


class Favours:
    """The measure of a pair of units is the lesser of its two directions: the sum of the standardised leanings of the
    one's reviewers towards the other, over the root of their number.
    """

    def __init__(self, sheets: Sheets, leanings: Leanings) -> None:
        self._sheets, self._leanings = sheets, leanings
        self._members = np.argsort(sheets.own, kind="stable")
        self._members = self._members[sheets.own[self._members] >= 0]
        self._homes, self._starts = np.unique(sheets.own[self._members], return_index=True)
        counts = self._by_home(leanings.marked.astype(float))
        self._root = np.sqrt(np.maximum(counts, 1))
        self._both = np.triu((counts > 0) & (counts.T > 0), 1)
        self.possible = bool(self._both.any())

    def _by_home(self, cells: Floats) -> Floats:
        """Add the rows of each home's reviewers up, over the homes' columns."""
        if not len(self._homes):
            return np.zeros((0, 0))
        return np.asarray(np.add.reduceat(cells[self._members][:, self._homes], self._starts, axis=0))

    def measures(self, rest: Floats) -> Floats:
        """Return the measure of every pair, -inf where one direction is not marked."""
        leaning = self._by_home(rest) / self._root
        return np.where(self._both, np.minimum(leaning, leaning.T), -np.inf)

    def strongest(self, rest: Floats) -> Floats:
        """Return the strongest measures, the first ``TOP``."""
        found = self.measures(rest).ravel()
        top = np.sort(np.partition(found, -TOP)[-TOP:] if len(found) > TOP else found)[::-1]
        return np.pad(top, (0, TOP - len(top)), constant_values=-np.inf)

    def check(self, shown: Floats, edge: float) -> Check:
        """Compare the panel with the strongest favours ``shown`` by random ones; ``edge`` must be exceeded.

        ``expected`` is their mean number of pairs beyond the edge.
        """
        if not self.possible:
            return Check("reciprocal", "too_small" if len(self._homes) else "no_own_units")
        pairs, rest = int(self._both.sum()), self._leanings.standardised
        if edge >= self._most(rest):
            return Check("reciprocal", "too_small")
        measures = self.measures(rest)
        findings = []
        for one, two in np.argwhere(measures > edge):
            chance = (1 + int((shown[:, 0] >= measures[one, two]).sum())) / (len(shown) + 1)
            findings.append(self._finding(int(one), int(two), chance))
        findings.sort(key=lambda finding: (finding.chance, finding.units))
        expected = float((shown > edge).sum() / len(shown))
        return Check("reciprocal", "looked", pairs, expected, len(shown), tuple(findings))

    def _most(self, rest: Floats) -> float:
        """Return what the measure would be if the two most generous homes favoured each other as best they can."""
        best = np.where(self._leanings.marked, rest, -np.inf).max(axis=1)
        best = np.repeat(np.where(np.isfinite(best), best, 0.0)[:, None], rest.shape[1], axis=1)
        most = (self._by_home(best) / self._root).max(axis=1)
        return float(np.sort(most)[-2])

    def _finding(self, one: int, two: int, chance: float) -> Finding:
        names = self._sheets.units
        if names[self._homes[one]] > names[self._homes[two]]:
            one, two = two, one
        points = self._by_home(self._leanings.rest) / self._root**2
        figures = {"there": float(points[one, two]), "back": float(points[two, one])}
        concerned = sorted(self._marking(one, two) + self._marking(two, one))
        return Finding(tuple(concerned), (names[self._homes[one]], names[self._homes[two]]), figures, chance)

    def _marking(self, home: int, other: int) -> list[str]:
        those = (self._sheets.own == self._homes[home]) & self._leanings.marked[:, self._homes[other]]
        return [self._sheets.reviewers[at] for at in np.flatnonzero(those)]
