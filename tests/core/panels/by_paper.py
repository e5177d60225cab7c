"""Ballots counted the slow way: paper by paper, in plain Python, as tellers at a table would do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from shuping.rulebook.ballot_model import Ballot

SCHEMA = dict.fromkeys(("ballot", "group", "own_unit", "unit", "item", "mark", "period"), pl.String)
TURNOUT = {
    "group": pl.String, "unit": pl.String, "eligible": pl.Int64, "issued": pl.Int64, "present": pl.Int64,
    "returned": pl.Int64, "period": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """One ballot: the voter's group and own unit, and the text of each line by (unit, item); None is blank."""

    code: str
    group: str
    own: str | None
    lines: Mapping[tuple[str, str], str | None]


def frame(papers: list[Paper]) -> pl.DataFrame:
    """Return the papers as the accepted table of a ballot."""
    rows = [
        (paper.code, paper.group, paper.own, unit, item or None, mark, None)
        for paper in papers
        for (unit, item), mark in paper.lines.items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def turnout(**groups: tuple[int, int, int]) -> pl.DataFrame:
    """Return a turnout: eligible, issued and returned by group."""
    rows = [
        (group, None, eligible, issued, None, returned, None) for group, (eligible, issued, returned) in groups.items()
    ]
    return pl.DataFrame(rows, schema=TURNOUT, orient="row")


def is_void(ballot: Ballot, paper: Paper, form: set[str]) -> bool:
    """Tell whether a whole paper is void; ``form``: the units on it, the voter's own left out."""
    rules = ballot.void
    votes = {line: mark for line, mark in paper.lines.items() if line[0] in form}
    if rules.several_marks == "ballot" and any(mark and ";" in mark for mark in votes.values()):
        return True
    filled = [line for line, mark in votes.items() if mark is not None]
    if rules.blank == "ballot" and len(filled) < len(form) * len(ballot.item_ids):
        return True
    given = {
        (unit, item): mark
        for (unit, item), mark in votes.items()
        if mark in ballot.options and ballot.worth(item)[mark] != "abstain"
    }
    if rules.all_same == "ballot" and len({unit for unit, _ in given}) > 1 and len(set(given.values())) == 1:
        return True
    for quota in rules.quotas:
        for item in ballot.item_ids:
            hits = sum(mark in quota.options for (_, at), mark in given.items() if at == item)
            marked = sum(at == item for _, at in given)
            whole = len(form) if quota.of == "form" else marked
            if quota.at_most is not None and hits > quota.at_most:
                return True
            if quota.at_least is not None and hits < quota.at_least:
                return True
            if quota.max_share is not None and Fraction(hits) > quota.max_share * whole:
                return True
    return False


def group_points(ballot: Ballot, papers: list[Paper], group: str, unit: str) -> tuple[dict[str, int], Fraction | None]:
    """Return one voter group's votes of each grade about a unit (over all items), and its points; None: no votes."""
    mine = [paper for paper in papers if paper.group == group]
    seen = {at for paper in mine for at, _ in paper.lines if at != paper.own or ballot.own_unit == "counts"}
    grades = dict.fromkeys(ballot.options, 0)
    total, complete = Fraction(0), True
    for item in ballot.item_ids:
        earned, votes, abstained, returned = Fraction(0), 0, 0, 0
        for paper in mine:
            own = paper.own if ballot.own_unit == "excluded" else None
            if own == unit:
                continue
            returned += 1
            if is_void(ballot, paper, seen - {own}):
                continue
            mark = paper.lines.get((unit, item))
            worth = None if mark is None or ";" in mark else ballot.worth(item)[mark]
            if isinstance(worth, Fraction) and mark is not None:
                grades[mark] += 1
                votes, earned = votes + 1, earned + worth
            elif mark is None or ";" not in mark:
                abstained += 1
        whole = returned if ballot.denominator == "returned" else votes
        whole += abstained if ballot.abstain.how == "counted" and ballot.denominator == "valid" else 0
        complete = complete and votes > 0
        total += earned / whole if votes else 0
    return grades, total if complete else None
