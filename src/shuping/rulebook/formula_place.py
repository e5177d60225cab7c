"""A formula checked where it stands in the file: its problems are located there."""

from __future__ import annotations

from dataclasses import replace

from shuping.errors import Place
from shuping.formula import FormulaError, Scope, TypedTree, check
from shuping.rulebook.check_report import Report
from shuping.rulebook.yaml_source import Path


def checked(report: Report, path: Path, text: str, scope: Scope, want: str) -> TypedTree | None:
    """Return the typed formula at ``path``, None where it is faulty: then its problems are reported there."""
    try:
        return check(text, scope, want="flag" if want == "flag" else "number")
    except FormulaError as error:
        start = report.positions.place(report.pruned.original(path))
        for problem in error.problems:
            named = problem.params.get("name")
            if isinstance(named, str) and any(report.pruned.is_lost(kind, named) for kind in ("measures", "datasets")):
                continue  # the name is there, but was set aside for a mistake of its own
            report.problems.append(replace(problem, place=_shifted(start, problem.place)))
        return None


def _shifted(start: Place, inside: Place) -> Place:
    """Return the place of the formula in the file; inside a one-line formula the column moves along."""
    if start.column is None or inside.column is None or (inside.line or 1) > 1:
        return start
    return replace(start, column=start.column + inside.column - 1)
