"""From the counts of a ballot to a unit's result: points by item, quorum and other conditions of a voter group's vote,
weights over the groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from shuping.panels.ballot_counts import Cell, Count, Counts, Turnout, count_papers
from shuping.panels.ballot_overall import points_of_code
from shuping.panels.ballot_ranks import Pairwise, borda, pairwise
from shuping.rulebook.ballot_model import Ballot, BallotSource
from shuping.values import Missing, Value


@dataclass(frozen=True)
class GroupResult:
    """One voter group's result about a unit: ``reason`` why its vote is void or missing (None: it counts), ``points``
    by item and together, and whether its figures are ``hidden``.
    """

    group: str
    weight: Fraction
    count: Count | None
    reason: str | None
    hidden: bool
    items: Mapping[str, Fraction]
    points: Fraction | None


@dataclass(frozen=True)
class BallotScore:
    """One unit's value for one output of a ballot, with what is needed to explain it down to counts, never to a ballot.

    ``groups``: every voter group's result; ``marks``: valid lines that the value rests on.
    """

    value: Value
    ballot: Ballot
    source: BallotSource
    groups: tuple[GroupResult, ...]
    marks: int


@dataclass(frozen=True)
class BallotCount:
    """One ballot counted in one period: the results of the voter groups by unit."""

    ballot: Ballot
    counts: Counts
    results: Mapping[str, tuple[GroupResult, ...]]

    def values(self, source: BallotSource, units: Sequence[str]) -> dict[str, BallotScore]:
        """Return one output for every unit asked for; a unit without any ballot is ``Missing("no_records")``."""
        compared = self.compared() if source.output == "pairwise" else None
        return {unit: self._value(source, unit, compared) for unit in units}

    def compared(self) -> Pairwise:
        """Compare all pairs of units over the voter groups that count."""
        seen = {result.group for results in self.results.values() for result in results if result.reason is None}
        counted = {name: group.weight for name, group in self.ballot.groups.items() if name in seen}
        return pairwise(self.counts.preferences, counted)

    def _value(self, source: BallotSource, unit: str, compared: Pairwise | None) -> BallotScore:
        groups = self.results.get(unit, ())
        counted = [result for result in groups if result.reason is None]
        marks = sum(cell.valid for result in counted if result.count for cell in result.count.cells.values())
        reason = _missing(self.ballot, groups, counted)
        value: Value = Missing(reason) if reason else self._of(source, unit, counted, compared)
        return BallotScore(value, self.ballot, source, groups, marks)

    def _of(self, source: BallotSource, unit: str, counted: Sequence[GroupResult], compared: Pairwise | None) -> Value:
        if source.output == "pairwise" and compared is not None:
            return compared.points.get(unit, Missing("too_few"))
        if source.output == "borda":
            found = borda(self.counts.preferences, {result.group: result.weight for result in counted}, unit)
            return Missing("too_few") if found is None else found
        if source.output == "share":
            return _share(self.ballot, source, counted)
        if source.output == "item":
            return _item(self.ballot, source.item or "", counted)
        return _weighted(counted, lambda result: result.points or Fraction(0))


def count_ballot(ballot: Ballot, votes: pl.DataFrame, turnout: pl.DataFrame | None, period: str) -> BallotCount:
    """Count a ballot in one period; see ``ballot_counts.count_papers`` for the columns.

    Raises nothing of its own: what is wrong with the papers is said when they are read.
    """
    counts = count_papers(ballot, votes, turnout, period)
    results = {unit: tuple(_result(ballot, group, found.get(group)) for group in ballot.groups)
               for unit, found in counts.by_unit.items()}  # fmt: skip
    if ballot.over_issued == "vote":
        results = {unit: _all_void(groups) for unit, groups in results.items()}
    return BallotCount(ballot, counts, {unit: _hide(ballot, groups) for unit, groups in results.items()})


def _all_void(groups: tuple[GroupResult, ...]) -> tuple[GroupResult, ...]:
    """With more ballots returned than issued in one group, no group's vote counts."""
    if all(result.reason != "over_issued" for result in groups):
        return groups
    return tuple(_with(result, "over_issued", result.hidden) for result in groups)


def _hide(ballot: Ballot, groups: tuple[GroupResult, ...]) -> tuple[GroupResult, ...]:
    """Where a group that counts is too small to be shown, its figures could be worked out from the total and the
    others': then none of the unit's groups is shown.
    """
    small = any(result.hidden and result.reason is None for result in groups)
    return tuple(_with(result, result.reason, True) for result in groups) if small else groups


def _with(result: GroupResult, reason: str | None, hidden: bool) -> GroupResult:
    return GroupResult(result.group, result.weight, result.count, reason, hidden, result.items, result.points)


def _result(ballot: Ballot, group: str, count: Count | None) -> GroupResult:
    weight = ballot.groups[group].weight
    if count is None or not count.returned:
        return GroupResult(group, weight, count, "no_records", False, {}, None)
    fewest = min(cell.valid for item, cell in count.cells.items() if cell.valid or item in ballot.scored_items)
    small = fewest < ballot.min_valid
    reason = _conditions(ballot, count) or ("too_few" if small and ballot.too_few == "missing" else None)
    items = {item: _mean(ballot, item, cell, count) for item, cell in count.cells.items()}
    found = {item: points for item, points in items.items() if points is not None}
    if any(item not in found for item in ballot.scored_items):
        return GroupResult(group, weight, count, reason or "too_few", True, {}, None)
    total = sum((found[item] for item in ballot.scored_items), Fraction(0))
    if ballot.items_combine == "mean":
        total /= len(ballot.scored_items)
    return GroupResult(group, weight, count, reason, small, found, total - _penalty(ballot, count))


def _penalty(ballot: Ballot, count: Count) -> Fraction:
    abstain = ballot.abstain
    if abstain.how != "penalty":
        return Fraction(0)
    lines = sum(count.cells[item].abstained for item in ballot.scored_items)
    return abstain.penalty * (count.abstaining if abstain.per == "ballot" else lines)


def _conditions(ballot: Ballot, count: Count) -> str | None:
    """Return why a group's vote is void as a whole: more returned than issued, or no quorum."""
    stated = count.turnout
    returned = _returned(count)
    if stated.issued is not None and returned > stated.issued:
        return "over_issued"
    quorum = ballot.quorum
    if quorum is None:
        return None
    bases = {"present": stated.present, "returned": returned, "valid": returned - count.void_in_group}
    base, whole = bases[quorum.base], stated.issued if quorum.of == "issued" else stated.eligible
    if base is None or whole is None:
        return "no_quorum"
    met = base * quorum.min.denominator - whole * quorum.min.numerator
    return None if met > 0 or (met == 0 and quorum.over == ">=") else "no_quorum"


def _returned(count: Count) -> int:
    """The ballots that a group handed in, those of a unit's own voters included."""
    return count.turnout.returned if count.turnout.returned is not None else count.in_file


def denominator(ballot: Ballot, cell: Cell, count: Count) -> int:
    """Return what a group's points about a unit at an item are divided by."""
    if ballot.denominator == "returned":
        return count.returned
    if ballot.denominator == "eligible":
        return count.turnout.eligible or 0
    return cell.valid + (cell.abstained if ballot.abstain.how == "counted" else 0)


def _mean(ballot: Ballot, item: str, cell: Cell, count: Count) -> Fraction | None:
    whole = denominator(ballot, cell, count)
    if not whole or not cell.valid:
        return None
    if ballot.kind == "marks":
        return cell.marks / whole
    if ballot.kind == "ranks":
        return _rank_points(ballot, cell, whole)
    points = ((points_of_code(ballot, item, code) or Fraction(0)) * votes for code, votes in cell.votes.items())
    return sum(points, Fraction(0)) / whole


def _rank_points(ballot: Ballot, cell: Cell, whole: int) -> Fraction:
    rule = ballot.rank_points
    if rule is None:
        return Fraction(0)

    def points(place: Fraction) -> Fraction:
        return max(rule.floor, rule.full * (1 - rule.step * (place - 1)))

    if rule.several == "ranks":
        return points(Fraction(sum(place * votes for place, votes in cell.votes.items()), cell.valid))
    return sum((points(Fraction(place)) * votes for place, votes in cell.votes.items()), Fraction(0)) / whole


def _missing(ballot: Ballot, groups: Sequence[GroupResult], counted: Sequence[GroupResult]) -> str | None:
    """Return why a unit has no result: no group's vote counts, or one does not and the vote is to be repeated."""
    if not groups or all(result.reason == "no_records" for result in groups):
        return "no_records"
    reasons = [result.reason for result in groups if result.reason is not None]
    if not counted or (reasons and ballot.group_void == "revote"):
        return min(reasons, key=("over_issued", "no_quorum", "too_few", "no_records").index)
    return None


def _weighted(counted: Sequence[GroupResult], of: Callable[[GroupResult], Fraction]) -> Fraction:
    """Return the mean over the voter groups that count, weighted; the weights of the others are scaled up."""
    whole = sum((result.weight for result in counted), Fraction(0))
    return sum((result.weight * of(result) for result in counted), Fraction(0)) / whole


def _item(ballot: Ballot, item: str, counted: Sequence[GroupResult]) -> Value:
    """Return the points of one item; a group without a vote on it is as one whose vote is void."""
    answered = [result for result in counted if item in result.items]
    if not answered or (len(answered) < len(counted) and ballot.group_void == "revote"):
        return Missing("too_few")
    return _weighted(answered, lambda result: result.items[item])


def _share(ballot: Ballot, source: BallotSource, counted: Sequence[GroupResult]) -> Value:
    """Return the share of votes with the grades asked for, over all votes or by voter group."""
    names = list(ballot.options)
    wanted = [names.index(option) for option in source.options]
    items = ballot.scored_items if source.item is None else (source.item,)
    pairs = {}
    for result in counted:
        assert result.count is not None
        cells = [result.count.cells[item] for item in items]
        given = sum(cell.votes.get(code, 0) for cell in cells for code in wanted)
        pairs[result.group] = given, sum(denominator(ballot, cell, result.count) for cell in cells)
    if any(not whole for _, whole in pairs.values()):
        return Missing("too_few")
    if source.over == "votes":
        return Fraction(sum(given for given, _ in pairs.values()), sum(whole for _, whole in pairs.values()))
    return _weighted(counted, lambda result: Fraction(*pairs[result.group]))


__all__ = ["BallotCount", "BallotScore", "GroupResult", "Turnout", "count_ballot", "denominator"]
