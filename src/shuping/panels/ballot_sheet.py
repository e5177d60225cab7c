"""The count sheet of a ballot (测评统计表) as frames: turnout and void ballots, and the votes of each grade.

Counts per grade below ``min_valid`` are left out, so that nobody's vote can be told from them; no row stands for a
ballot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.panels.ballot_counts import void_of
from shuping.panels.ballot_lines import REASONS
from shuping.panels.ballot_score import BallotCount, GroupResult, denominator
from shuping.rulebook.ballot_model import Ballot
from shuping.values.rounding import show_short

EVERYBODY = "*"
"""Stands for all voter groups that count, in the column ``group``."""
PLACES = 4
SHEET_SCHEMA: dict[str, Any] = {
    "unit": pl.String,
    "item": pl.String,
    "group": pl.String,
    "eligible": pl.Int64,
    "issued": pl.Int64,
    "returned": pl.Int64,
    "valid": pl.Int64,
    "abstained": pl.Int64,
    "void": pl.Int64,
    **{f"void_{reason}": pl.Int64 for reason in REASONS},
    "points": pl.String,  # of the item, to four places
    "state": pl.String,  # counts | over_issued | no_quorum | too_few | no_records
    "hidden": pl.Boolean,
}
GRADES_SCHEMA: dict[str, Any] = {
    "unit": pl.String,
    "item": pl.String,
    "group": pl.String,
    "option": pl.String,
    "count": pl.Int64,
    "share": pl.String,  # of the group's denominator
    "from_share": pl.String,  # of all votes of this grade: "how many of the fair votes came from group A"
    "points": pl.String,  # what these votes earn together, before the division
}


def count_sheet(counted: BallotCount, units: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one row per unit, item and voter group, and one over the groups that count (``group`` is ``*``).

    Columns: ``SHEET_SCHEMA``. ``returned`` = ``valid`` + ``abstained`` + ``void``; own unit's voters are left out of it
    where the rule book leaves them out.
    """
    chosen = sorted(counted.results) if units is None else units
    rows = [row for unit in chosen for row in _rows(counted, unit)]
    return pl.DataFrame(rows, schema=SHEET_SCHEMA, orient="row")


def _rows(counted: BallotCount, unit: str) -> Iterator[dict[str, Any]]:
    for item in counted.ballot.item_ids:
        rows = [_row(unit, item, result) for result in counted.results.get(unit, ()) if result.count is not None]
        yield from rows
        sums = [row for row in rows if row["state"] == "counts"]
        if len(rows) > 1 and sums:
            names = [name for name, kind in SHEET_SCHEMA.items() if kind == pl.Int64]
            total = {name: _sum([row[name] for row in sums]) for name in names}
            yield {**dict.fromkeys(SHEET_SCHEMA), "unit": unit, "item": item, "group": EVERYBODY, **total,
                   "state": "counts", "hidden": False}  # fmt: skip


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _row(unit: str, item: str, result: GroupResult) -> dict[str, Any]:
    count = result.count
    assert count is not None
    cell = count.cells[item]
    void = dict(void_of(count, cell))
    points = None if result.hidden else result.items.get(item)
    return {
        "unit": unit, "item": item, "group": result.group,
        "eligible": count.turnout.eligible, "issued": count.turnout.issued, "returned": count.returned,
        "valid": cell.valid, "abstained": cell.abstained, "void": sum(void.values()),
        **{f"void_{reason}": void.get(reason, 0) for reason in REASONS},
        "points": None if points is None else show_short(points, PLACES),
        "state": result.reason or "counts", "hidden": result.hidden,
    }  # fmt: skip


def grade_table(counted: BallotCount, units: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the votes of each grade (or place) by unit, item and voter group, with those over all groups that count.

    Columns: ``GRADES_SCHEMA``. Groups that are hidden have no rows; a ballot of marks has none at all.
    """
    chosen = sorted(counted.results) if units is None else units
    rows = [row for unit in chosen for item in counted.ballot.item_ids for row in _grades(counted, unit, item)]
    return pl.DataFrame(rows, schema=GRADES_SCHEMA, orient="row")


def grades_of(ballot: Ballot, result: GroupResult, item: str) -> dict[str, int]:
    """Return how many votes of a group each grade (or place) got; empty where that is hidden."""
    if result.count is None or result.hidden or ballot.kind == "marks":
        return {}
    votes = result.count.cells[item].votes
    if ballot.kind == "ranks":
        return {str(place): votes[place] for place in sorted(votes)}
    worth = ballot.worth(item)
    found = {name: votes.get(code, 0) for code, (name, points) in enumerate(worth.items()) if points != "abstain"}
    against = votes.get(len(worth), 0)
    return {**found, "overall": against} if against else found


def _grades(counted: BallotCount, unit: str, item: str) -> Iterator[dict[str, Any]]:
    ballot = counted.ballot
    shown = [result for result in counted.results.get(unit, ()) if grades_of(ballot, result, item)]
    by_group = {result.group: grades_of(ballot, result, item) for result in shown}
    options = dict.fromkeys(option for votes in by_group.values() for option in votes)
    counting = [result for result in shown if result.reason is None]
    whole = {option: sum(by_group[result.group].get(option, 0) for result in counting) for option in options}
    below = 0
    for result in shown:
        assert result.count is not None
        base = denominator(ballot, result.count.cells[item], result.count)
        below += base if result in counting else 0
        for option, votes in by_group[result.group].items():
            of_all = whole[option] if result in counting else 0
            yield _grade_row(ballot, unit, item, result.group, option, votes, base, of_all)
    if len(counting) > 1:
        for option, votes in whole.items():
            yield _grade_row(ballot, unit, item, EVERYBODY, option, votes, below, votes)


def _grade_row(
    ballot: Ballot, unit: str, item: str, group: str, option: str, votes: int, base: int, of_all: int
) -> dict[str, Any]:
    worth = ballot.worth(item).get(option)
    points = worth * votes if isinstance(worth, Fraction) else None
    return {
        "unit": unit, "item": item, "group": group, "option": option, "count": votes,
        "share": show_short(Fraction(votes, base), PLACES) if base else None,
        "from_share": show_short(Fraction(votes, of_all), PLACES) if of_all else None,
        "points": None if points is None else show_short(points, PLACES),
    }  # fmt: skip
