"""Points by tier: the fields and options they name, and the condition on the row."""

from __future__ import annotations

from shuping.rulebook.checks import Report
from shuping.rulebook.formula_place import checked
from shuping.rulebook.model import Dataset, Measure
from shuping.rulebook.scopes import record_scope
from shuping.rulebook.tiers import Tiers
from shuping.rulebook.yaml_source import Path


def tiers_problems(report: Report, name: str, measure: Measure) -> bool:
    """Report what is wrong with a measure's tiers; tell whether anything is. Its dataset is known."""
    tiers, dataset = measure.tiers, report.rulebook.datasets[measure.from_ or ""]
    assert tiers is not None
    before = len(report.problems)
    path: Path = ("measures", name, "tiers")
    _field(report, path, tiers, dataset)
    _matter(report, (*path, "same"), tiers.same, dataset)
    if tiers.where is not None:
        faulty = checked(report, (*path, "where"), tiers.where, record_scope(dataset), "flag") is None
        return faulty or len(report.problems) > before
    return len(report.problems) > before


def _matter(report: Report, path: Path, name: str | None, dataset: Dataset) -> None:
    if name is None or report.unknown("field", name, dataset.fields, path):
        return
    if not dataset.fields[name].required:
        report.add("tiers-same-optional", path, given=name)


def _field(report: Report, path: Path, tiers: Tiers, dataset: Dataset) -> None:
    if report.unknown("field", tiers.field, dataset.fields, (*path, "field")):
        return
    options = dataset.fields[tiers.field].options
    if options is None:
        categories = [name for name, field in dataset.fields.items() if field.options is not None]
        report.add("tiers-field", (*path, "field"), given=tiers.field, allowed=", ".join(categories) or "∅")
        return
    for option in tiers.points:
        report.unknown("option", option, options, (*path, "points", option), key=True)
