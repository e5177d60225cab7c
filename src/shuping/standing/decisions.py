"""Grades that a person decided: they stand beside the computed ones, with the reason, and change nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shuping.errors import InputError, Place, Problem
from shuping.records.folder import Folder
from shuping.standing.standing import Decision, Standing


def with_decisions(folder: Folder, standing: Sequence[Standing], period: str) -> list[Standing]:
    """Return the standing of a period with what decisions.csv says of its units.

    Raises InputError, located, for a decision on a unit that is in no comparison group with grades.
    """
    if folder.decisions is None:
        return list(standing)
    rows = {row["unit"]: row for row in folder.decisions.frame.rows(named=True) if row["period"] == period}
    graded = {place.unit for place in standing if folder.rulebook.groups[place.group].graded}
    files = [file.path for file in folder.decisions.files]
    problems = [
        Problem("scoring.decision-without-grade", {"unit": unit}, Place(files[row["_file"]], row["_row"], field="unit"))
        for unit, row in rows.items()
        if unit not in graded
    ]
    if problems:
        raise InputError(problems)
    return [replace(place, decision=_decision(rows.get(place.unit))) for place in standing]


def _decision(row: dict[str, Any] | None) -> Decision | None:
    return None if row is None else Decision(row["grade"], row["reason"], row["document"])
