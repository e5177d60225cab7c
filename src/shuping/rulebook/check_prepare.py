"""Preparation: every name it refers to is known, and every step acts on something."""

from __future__ import annotations

from shuping.rulebook.check_report import Report
from shuping.rulebook.model import Measure
from shuping.rulebook.preparing import Impute
from shuping.rulebook.yaml_source import Path


def check_prepare(report: Report) -> None:
    """Check ``prepare`` of the rule book and of its measures."""
    rulebook = report.rulebook
    shared = rulebook.prepare
    if shared is not None:
        _grouping(report, ("prepare", "impute"), shared.impute)
        criteria = [criterion.id for criterion in rulebook.walk()]
        for index, name in enumerate(shared.screen.branches if shared.screen is not None else ()):
            path: Path = ("prepare", "screen", "branches", index)
            report.unknown("criterion", name, criteria, path, lost_as="criteria")
    used = {criterion.measure for criterion in rulebook.walk()}
    whole = not report.pruned.lost.intersection({("criteria", "*")}) and not report.pruned.shrunk
    for name, measure in rulebook.measures.items():
        if measure.prepare is None:
            continue
        if name not in used and whole:
            report.add("prepare-unused", ("measures", name, "prepare"), given=name)
        _measure(report, name, measure)


def _measure(report: Report, name: str, measure: Measure) -> None:
    rule, shared = measure.prepare, report.rulebook.prepare
    assert rule is not None
    path: Path = ("measures", name, "prepare")
    _grouping(report, (*path, "impute"), rule.impute)
    by = rule.denominator
    if by is not None and not by.startswith("unit."):
        others = [other for other in report.rulebook.measures if other != name]
        report.unknown("measure", by, others, (*path, "denominator"), lost_as="measures")
    for index, step in enumerate(rule.skip):
        if shared is None or getattr(shared, step) is None:
            report.add("skip-nothing", (*path, "skip", index), given=step)


def _grouping(report: Report, path: Path, rule: Impute | None) -> None:
    if rule is not None and rule.by is not None and not (rule.by.startswith("unit.") and len(rule.by) > 5):
        report.add("not-an-attribute", (*path, "by"), given=rule.by)
