"""Formulas of measures, findings and dataset checks: each against its scope, and measures against going in circles."""

from __future__ import annotations

from dataclasses import replace

from shuping.errors import Place
from shuping.formula import FormulaError, Scope, TypedTree, check
from shuping.rulebook.checks import Report
from shuping.rulebook.scopes import finding_scope, measure_scope, record_scope
from shuping.rulebook.yaml_source import Path


def check_formulas(report: Report) -> None:
    """Report every faulty formula where it stands in the file, and every circle of measures."""
    rulebook = report.rulebook
    uses: dict[str, tuple[str, ...]] = {}
    for name, measure in rulebook.measures.items():
        if measure.value is None or (measure.from_ is not None and measure.from_ not in rulebook.datasets):
            continue
        path: Path = ("measures", name, "value")
        tree = _checked(report, path, measure.value, measure_scope(rulebook, measure), "number")
        if tree is None:
            continue
        uses[name] = tree.measures
        if measure.from_ is not None and not tree.aggregates:
            report.add("from-without-aggregate", path)
    _circles(report, uses)
    for index, finding in enumerate(rulebook.findings):
        _checked(report, ("findings", index, "when"), finding.when, finding_scope(rulebook), "flag")
    for name, dataset in rulebook.datasets.items():
        for index, text in enumerate(dataset.checks):
            _checked(report, ("datasets", name, "checks", index), text, record_scope(dataset), "flag")


def _checked(report: Report, path: Path, text: str, scope: Scope, want: str) -> TypedTree | None:
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


def _circles(report: Report, uses: dict[str, tuple[str, ...]]) -> None:
    done: set[str] = set()

    def follow(name: str, trail: list[str]) -> None:
        if name in trail:
            circle = trail[trail.index(name) :]
            if not done.intersection(circle):
                report.add("measure-cycle", ("measures", circle[0], "value"), given=" → ".join([*circle, circle[0]]))
            done.update(circle)
            return
        if name in done:
            return
        for used in uses.get(name, ()):
            follow(used, [*trail, name])
        done.add(name)

    for name in uses:
        follow(name, [])
