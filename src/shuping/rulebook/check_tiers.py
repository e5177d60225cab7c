"""Points by tier and by place: the fields and options they name, and the condition on the row."""

from __future__ import annotations

from shuping.rulebook.check_report import Report
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
    return _condition_faulty(report, path, tiers.where, dataset) or len(report.problems) > before


def ranked_problems(report: Report, name: str, measure: Measure) -> bool:
    """Report what is wrong with a measure's points by place; tell whether anything is. Its dataset is known."""
    ranked, dataset = measure.rank_points, report.rulebook.datasets[measure.from_ or ""]
    assert ranked is not None
    before = len(report.problems)
    path: Path = ("measures", name, "rank_points")
    numbers = [field for field, found in dataset.fields.items() if found.type in ("integer", "number")]
    if not report.unknown("field", ranked.field, dataset.fields, (*path, "field")) and ranked.field not in numbers:
        report.add("rank-points-field", (*path, "field"), given=ranked.field, allowed=", ".join(numbers) or "∅")
    return _condition_faulty(report, path, ranked.where, dataset) or len(report.problems) > before


def _condition_faulty(report: Report, path: Path, where: str | None, dataset: Dataset) -> bool:
    return where is not None and checked(report, (*path, "where"), where, record_scope(dataset), "flag") is None


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
