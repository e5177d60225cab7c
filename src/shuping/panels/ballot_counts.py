"""Ballot papers counted: for each unit, item and voter group how many were eligible, issued, returned, valid, void and
abstained, and how many votes each grade got. From here on nothing is known of a single ballot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from shuping.panels.ballot_lines import LINE_REASONS, Papers, judge_papers
from shuping.panels.ballot_overall import settle_overall
from shuping.panels.ballot_ranks import Preferences, preferences
from shuping.rulebook.ballot_model import Ballot


@dataclass(frozen=True)
class Turnout:
    """How many were ``eligible``, ``issued`` a ballot, ``present``, and how many ballots were ``returned``; None where
    nobody wrote it down.
    """

    eligible: int | None = None
    issued: int | None = None
    present: int | None = None
    returned: int | None = None


@dataclass
class Cell:
    """One unit, item and voter group: ``votes`` by code, the sum of marks, abstentions, void lines by reason."""

    votes: dict[int, int] = field(default_factory=dict)
    marks: Fraction = Fraction(0)
    valid: int = 0
    abstained: int = 0
    void: dict[str, int] = field(default_factory=dict)


@dataclass
class Count:
    """One unit and voter group: the turnout, the ballots ``returned`` that could speak of the unit and the ``papers``
    among them that were entered, all ballots of the group ``in_file``, those that are ``void`` as a whole, by reason
    (and ``void_in_group``, those of the unit's own voters included), the cells by item, and how many ballots abstain
    at some item.
    """

    turnout: Turnout
    returned: int
    papers: int
    in_file: int
    void: dict[str, int]
    void_in_group: int
    cells: dict[str, Cell]
    abstaining: int = 0


@dataclass(frozen=True)
class Counts:
    """All counts of one ballot and period, by unit and voter group; ``preferences`` of ranking ballots by group."""

    by_unit: Mapping[str, Mapping[str, Count]]
    preferences: Mapping[str, Preferences]


def no_papers() -> pl.DataFrame:
    """Return the papers of a ballot that nobody cast."""
    return pl.DataFrame(
        schema=dict.fromkeys(("ballot", "group", "unit", "item", "mark", "own_unit", "period"), pl.String)
    )


def count_papers(ballot: Ballot, votes: pl.DataFrame, turnout: pl.DataFrame | None, period: str) -> Counts:
    """Count the ballots of one period.

    ``votes``: ``ballot``, ``group``, ``unit``, ``item``, ``mark``, ``own_unit``, ``period``; ``turnout``: ``group``,
    ``eligible``, ``issued``, ``present``, ``returned``, ``unit``, ``period`` (see ``records.folder.Table``).
    """
    papers = judge_papers(ballot, votes, period)
    good = papers.ballots.filter(pl.col("void").is_null()).select("ballot")
    lines = settle_overall(ballot, papers.lines.join(good, on="ballot", how="semi"))
    tallies = _tallies(ballot, lines)
    whole = _whole(ballot, lines)
    stated = _stated(turnout, period)
    found: dict[str, dict[str, Count]] = {}
    for group in ballot.groups:
        totals = _ballots_of(ballot, papers, group)
        for unit in totals.units:
            count = _count(totals, stated, group, unit, whole.get((group, unit), 0))
            count.cells = {item: _cell(tallies.get((group, unit, item)), count) for item in ballot.item_ids}
            found.setdefault(unit, {})[group] = count
    return Counts(found, preferences(ballot, lines) if ballot.kind == "ranks" else {})


def _tallies(ballot: Ballot, lines: pl.DataFrame) -> dict[tuple[str, str, str], list[tuple[int, bool, int, Fraction]]]:
    """Return, by group, unit and item, the lines of each code: code, whether they are votes, how many, sum of marks."""
    keys = ["group", "unit", "item", "code", "counts"]
    marks = pl.col("number").sum() if ballot.kind == "marks" else pl.lit(0)
    table = lines.group_by(keys).agg(count=pl.len(), marks=marks).sort(keys)
    found: dict[tuple[str, str, str], list[tuple[int, bool, int, Fraction]]] = {}
    for group, unit, item, code, counts, count, total in table.iter_rows():
        found.setdefault((group, unit, item), []).append((code, counts, count, Fraction(total or 0)))
    return found


def _whole(ballot: Ballot, lines: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Return, by group and unit, how many good ballots abstain at no item."""
    if ballot.abstain.how != "penalty" or ballot.abstain.per != "ballot":
        return {}
    settled = pl.col("counts") | pl.col("code").is_in(list(LINE_REASONS))
    spoken = lines.group_by("group", "unit", "ballot").agg(said=settled.sum())
    whole = spoken.group_by("group", "unit").agg(whole=(pl.col("said") == len(ballot.item_ids)).sum())
    return {(group, unit): count for group, unit, count in whole.iter_rows()}


@dataclass(frozen=True)
class _Totals:
    """The ballots of one voter group, and those to be left out for a unit (its own voters'), by reason for void."""

    units: tuple[str, ...]
    every: Mapping[str | None, int]
    own: Mapping[str, Mapping[str | None, int]]
    by_unit: Mapping[str, Mapping[str | None, int]] | None

    def of(self, unit: str) -> dict[str | None, int]:
        """Return the ballots that could speak of a unit, by reason for void (None: not void)."""
        if self.by_unit is not None:
            return dict(self.by_unit.get(unit, {}))
        own = self.own.get(unit, {})
        return {reason: count - own.get(reason, 0) for reason, count in self.every.items()}


def _ballots_of(ballot: Ballot, papers: Papers, group: str) -> _Totals:
    units = tuple(sorted(papers.form.filter(pl.col("group") == group)["unit"].to_list()))
    mine = papers.ballots.filter(pl.col("group") == group)
    own = _by_reason(mine.filter(pl.col("own").is_not_null()), "own") if ballot.own_unit == "excluded" else {}
    by_unit = _by_reason(mine, "unit") if ballot.form == "one" else None
    every = dict(mine.group_by("void").len().iter_rows())
    return _Totals(units, every, own, by_unit)


def _by_reason(ballots: pl.DataFrame, column: str) -> dict[str, dict[str | None, int]]:
    found: dict[str, dict[str | None, int]] = {}
    for name, reason, count in ballots.group_by(column, "void").len().iter_rows():
        found.setdefault(name, {})[reason] = count
    return found


def _stated(turnout: pl.DataFrame | None, period: str) -> dict[tuple[str, str | None], Turnout]:
    if turnout is None:
        return {}
    rows = turnout.filter(pl.col("period").is_null() | (pl.col("period") == period))
    columns = rows.select("group", "unit", "eligible", "issued", "present", "returned").iter_rows()
    return {(group, unit): Turnout(*numbers) for group, unit, *numbers in columns}


def _count(
    totals: _Totals,
    stated: Mapping[tuple[str, str | None], Turnout],
    group: str,
    unit: str,
    whole: int,
) -> Count:
    known = stated.get((group, unit), stated.get((group, None), Turnout()))
    reasons = totals.of(unit)
    papers = sum(reasons.values())
    in_file = papers if totals.by_unit is not None else sum(totals.every.values())
    not_entered = max((known.returned or 0) - in_file, 0)
    void = {reason: count for reason, count in reasons.items() if reason is not None and count}
    if not_entered:
        void["not_entered"] = not_entered
    count = Count(known, papers + not_entered, papers, in_file, void, 0, {})
    every = reasons if totals.by_unit is not None else totals.every
    count.void_in_group = not_entered + sum(number for reason, number in every.items() if reason is not None)
    count.abstaining = papers - _sum(void, "not_entered") - whole
    return count


def _sum(void: Mapping[str, int], but: str) -> int:
    return sum(count for reason, count in void.items() if reason != but)


def _cell(tally: Iterable[tuple[int, bool, int, Fraction]] | None, count: Count) -> Cell:
    cell = Cell()
    for code, counts, number, marks in tally or ():
        if counts:
            cell.votes[code] = number
            cell.marks += marks
            cell.valid += number
        elif code in LINE_REASONS:
            cell.void[LINE_REASONS[code]] = number
    good = count.papers - _sum(count.void, "not_entered")
    cell.abstained = good - cell.valid - sum(cell.void.values())
    return cell


def void_of(count: Count, cell: Cell) -> Iterator[tuple[str, int]]:
    """Yield how many lines of a cell are void, by reason, whole ballots included."""
    for reason in dict.fromkeys((*count.void, *cell.void)):
        yield reason, count.void.get(reason, 0) + cell.void.get(reason, 0)
