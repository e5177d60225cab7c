"""Formulas of measures, findings and dataset checks: each against its scope, and measures against going in circles."""

from __future__ import annotations

from shuping.rulebook.check_report import Report
from shuping.rulebook.check_tiers import ranked_problems, tiers_problems
from shuping.rulebook.formula_place import checked
from shuping.rulebook.scopes import finding_scope, measure_scope, record_scope
from shuping.rulebook.yaml_source import Path


def check_formulas(report: Report) -> None:
    """Report every faulty formula where it stands in the file, and every circle of measures."""
    rulebook = report.rulebook
    uses: dict[str, tuple[str, ...]] = {}
    for name, measure in rulebook.measures.items():
        if measure.formula is None or (measure.from_ is not None and measure.from_ not in rulebook.datasets):
            continue
        if measure.tiers is not None and tiers_problems(report, name, measure):
            continue
        if measure.rank_points is not None and ranked_problems(report, name, measure):
            continue
        key = "tiers" if measure.tiers is not None else "rank_points" if measure.rank_points is not None else "value"
        path: Path = ("measures", name, key)
        tree = checked(report, path, measure.formula, measure_scope(rulebook, measure), "number")
        if tree is None:
            continue
        uses[name] = tree.measures
        if measure.from_ is not None and not tree.aggregates:
            report.add("from-without-aggregate", path)
        if measure.cumulative and any(node.function not in ("sum", "last") for node in tree.aggregates):
            report.add("cumulative-aggregate", path)
    _circles(report, uses)
    for index, finding in enumerate(rulebook.findings):
        checked(report, ("findings", index, "when"), finding.when, finding_scope(rulebook), "flag")
    for below, text, want in rulebook.adjustments.formulas():
        checked(report, ("adjustments", *below), text, finding_scope(rulebook), want)
    for name, dataset in rulebook.datasets.items():
        for index, text in enumerate(dataset.checks):
            checked(report, ("datasets", name, "checks", index), text, record_scope(dataset), "flag")


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
