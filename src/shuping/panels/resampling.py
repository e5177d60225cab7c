"""What another jury, or other voters of the same kind, might have given: bootstrap of panels and ballots.

Reviewers are drawn again with replacement, within their group and for all units together, since a severe reviewer is
severe with everybody: what all units of a comparison group have in common does not change a rank and is taken out.
Votes are drawn again from the shares of the grades, each unit by itself: secret ballots tell no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, partial

import numpy as np
from numpy.typing import NDArray

from shuping.panels.aggregate import dropped
from shuping.panels.ballot_overall import points_of_code
from shuping.panels.ballot_score import BallotScore, denominator
from shuping.panels.sheets import UnitSheets
from shuping.rulebook.panel_model import Panel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
FEWEST = 2
"""From a group of one reviewer, or one vote, nothing can be learned of what another would have given."""


@dataclass(frozen=True)
class PanelSample:
    """Judges' totals for whole forms, one table (units, reviewers) per group, NaN where there is none."""

    panel: Panel
    tables: Mapping[str, Floats]

    @classmethod
    def of(cls, panel: Panel, sheets: Mapping[str, UnitSheets], units: Sequence[str]) -> PanelSample:
        """Take the totals from the sheets of the units, in this order. Incomplete forms do not count."""
        place = {unit: row for row, unit in enumerate(units)}
        tables, counted = {}, cache(partial(_counted, panel))  # marks are few, forms are many
        for group in panel.groups:
            here = {unit: sheets[unit].forms.get(group, {}) for unit in units if unit in sheets}
            reviewers = sorted({reviewer for forms in here.values() for reviewer in forms})
            table = np.full((len(units), len(reviewers)), np.nan)
            for unit, forms in here.items():
                for reviewer, form in forms.items():
                    if len(form) == len(panel.items):
                        total = sum(counted(item, mark) for item, mark in form.items())
                        table[place[unit], reviewers.index(reviewer)] = total
            tables[group] = table
        return cls(panel, tables)

    def errors(self, draws: int, rows: Rows, random: np.random.Generator) -> Floats:
        """Return what resampled groups of reviewers change of the units' scores, (draws, rows), around 0."""
        whole = sum(float(weight) for weight in self.panel.groups.values()) or 1.0
        found = np.zeros((draws, len(rows)))
        for group, weight in self.panel.groups.items():
            table = self.tables[group][rows]
            reviewers = table.shape[1]
            if reviewers >= FEWEST:
                chosen = random.integers(0, reviewers, (draws, reviewers))
                change = self._figure(table[:, chosen]) - self._figure(table[:, None, :])
                # the bootstrap's variance falls short by one part in n
                change = change.T * np.sqrt(reviewers / (reviewers - 1))
                found += float(weight) / whole * np.nan_to_num(change)
        return np.asarray(found - found.mean(axis=1, keepdims=True))

    def _figure(self, totals: Floats) -> Floats:
        """Return the figure of each row of totals (units, draws, reviewers), as the panel makes it, NaN without any."""
        ordered = np.sort(totals, axis=-1)  # NaN last
        scored = (~np.isnan(ordered)).sum(axis=-1)
        place = np.arange(ordered.shape[-1])
        if self.panel.aggregate == "median":
            low, high = (scored - 1) // 2, (scored - 1) // 2
        else:
            ends = np.array([dropped(count, self.panel.trim) for count in range(ordered.shape[-1] + 1)])
            low, high = ends[scored, 0], ends[scored, 1]
        kept = (place >= low[..., None]) & (place < (scored - high)[..., None])
        count = kept.sum(axis=-1)
        summed = np.where(kept, np.nan_to_num(ordered), 0.0).sum(axis=-1)
        return np.asarray(np.where(count > 0, summed / np.maximum(count, 1), np.nan))

    def variance(self, codes: Rows, draws: int, random: np.random.Generator) -> Floats:
        """Return the variance (units,) of the errors, each comparison group by itself."""
        found = np.zeros(len(codes))
        for code in np.unique(codes):
            rows = np.flatnonzero(codes == code)
            found[rows] = self.errors(draws, rows, random).var(axis=0)
        return found


def _counted(panel: Panel, item: str, mark: Fraction) -> float:
    spec = panel.items[item]
    share = Fraction(1) if spec.weight is None else spec.weight * panel.scale / spec.full
    return float(panel.counted(item, mark) * share)


@dataclass(frozen=True)
class _Votes:
    """The votes of one group about one unit at one item: shares of codes, what each is worth, how many, over what."""

    share: Floats
    worth: Floats
    count: int
    factor: float

    @cached_property
    def variance(self) -> float:
        mean = float(self.share @ self.worth)
        return self.factor**2 * self.count * max(0.0, float(self.share @ self.worth**2) - mean**2)

    def errors(self, draws: int, random: np.random.Generator) -> Floats:
        votes = random.multinomial(self.count, self.share, size=draws)
        return np.asarray(self.factor * (votes @ self.worth - self.count * float(self.share @ self.worth)))


@dataclass(frozen=True)
class BallotSample:
    """The counts of a ballot by grades, per unit; empty where a unit has no result."""

    votes: Sequence[Sequence[_Votes]]

    @classmethod
    def of(cls, scores: Mapping[str, BallotScore], units: Sequence[str]) -> BallotSample | None:
        """Take the counts behind the units' points; None for outputs and ballots that are not points of grades."""
        sample = next(iter(scores.values()), None)
        if sample is None or sample.ballot.kind != "grades" or sample.source.output not in ("score", "item"):
            return None
        return cls([_votes_of(scores[unit]) if unit in scores else [] for unit in units])

    def errors(self, draws: int, rows: Rows, random: np.random.Generator) -> Floats:
        """Return what votes drawn again change of the units' points, (draws, rows), around 0."""
        found = np.zeros((draws, len(rows)))
        for place, row in enumerate(rows):
            for votes in self.votes[int(row)]:
                found[:, place] += votes.errors(draws, random)
        return found

    @property
    def variance(self) -> Floats:
        """The variance (units,) of the errors."""
        return np.array([sum(one.variance for one in votes) for votes in self.votes])


def _votes_of(score: BallotScore) -> list[_Votes]:
    ballot = score.ballot
    groups = [group for group in score.groups if group.reason is None and group.count is not None]
    whole = float(sum(group.weight for group in groups)) or 1.0
    items = ballot.scored_items if score.source.item is None else (score.source.item,)
    scale = len(items) if ballot.items_combine == "mean" and score.source.item is None else 1
    found = []
    for group in groups:
        assert group.count is not None
        for item in items:
            cell = group.count.cells[item]
            over = denominator(ballot, cell, group.count)
            count = sum(cell.votes.values())
            if over and count >= FEWEST:
                share = np.array([votes / count for votes in cell.votes.values()])
                worth = np.array([float(points_of_code(ballot, item, code) or 0) for code in cell.votes])
                found.append(_Votes(share, worth, count, float(group.weight) / whole / scale / over))
    return found
