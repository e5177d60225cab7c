"""What people decided: the order of level units, which ranks and grades follow, and grades beside the computed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shuping.errors import InputError, Place, Problem
from shuping.records.folder import Folder
from shuping.standing.decided_order import Decided, leaves_to_people
from shuping.standing.standing import Decision, Standing


def decided_ranks(folder: Folder, period: str) -> Decided:
    """Return the ranks that decisions.csv gives to units in a period.

    Raises InputError, located, where the rule book leaves no order to people.
    """
    rows = _rows(folder, period)
    found = {unit: (int(row["rank"]), _place(folder, row, "rank")) for unit, row in rows.items() if row["rank"]}
    if found and not leaves_to_people(folder.rulebook):
        raise InputError([Problem("scoring.decided-rank-not-asked", {}, where) for _, where in found.values()])
    return found


def with_decisions(folder: Folder, standing: Sequence[Standing], period: str) -> list[Standing]:
    """Return the standing of a period with what decisions.csv says of its units.

    Raises InputError, located, for a decision on a unit that is in no comparison group with grades, or has no rank to
    be put in order.
    """
    rows = _rows(folder, period)
    if not rows:
        return list(standing)
    graded = {place.unit for place in standing if folder.rulebook.groups[place.group].graded}
    ordered = {place.unit for place in standing if place.tie == "decided"}
    problems = [
        Problem("scoring.decision-without-grade", {"unit": unit}, _place(folder, row, "unit"))
        for unit, row in rows.items()
        if row["grade"] is not None and unit not in graded
    ]
    problems += [
        Problem("scoring.decided-rank-unranked", {"unit": unit}, _place(folder, row, "rank"))
        for unit, row in rows.items()
        if row["rank"] is not None and unit not in ordered
    ]
    if problems:
        raise InputError(problems)
    return [replace(place, decision=_decision(rows.get(place.unit))) for place in standing]


def _rows(folder: Folder, period: str) -> dict[str, dict[str, Any]]:
    if folder.decisions is None:
        return {}
    return {row["unit"]: row for row in folder.decisions.frame.rows(named=True) if row["period"] == period}


def _place(folder: Folder, row: dict[str, Any], field: str) -> Place:
    assert folder.decisions is not None
    return Place(folder.decisions.files[row["_file"]].path, row["_row"], field=field)


def _decision(row: dict[str, Any] | None) -> Decision | None:
    return None if row is None else Decision(row["grade"], row["reason"], row["document"])
