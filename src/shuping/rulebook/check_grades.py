"""Grades and tie-breaks: in order, every place reachable, nothing said twice."""

from __future__ import annotations

from shuping.rulebook.check_report import Report, located
from shuping.rulebook.grading_model import MANUAL, SPECIAL_KEYS, Grade
from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import missing_rules

VOID_AS = ("rescale", "rescale_total", "zero", "full")
"""The missing policies that say something sensible of a criterion that is void for a whole group."""


def check_grades(report: Report) -> None:
    """Check grades from the best to the last, their quotas by group, and the keys that separate ties."""
    _order(report)
    for name, grade in report.rulebook.grades.items():
        _quota(report, name, grade)
        if grade.worst is not None:
            _worst(report, name, grade)
    _choices(report)
    _tie_keys(report)
    _spread(report)


def _order(report: Report) -> None:
    grades = list(report.rulebook.grades.items())
    above: Grade | None = None
    for index, (name, grade) in enumerate(grades):
        last = index == len(grades) - 1
        asks = grade.min is not None or grade.has_quota or grade.worst is not None
        if asks == last and ("grades", name) not in report.pruned.lost:
            report.add("grade-min", ("grades", name), key=True, given=name)
        if above is not None and grade.min is not None:
            if above.min is None:
                report.add("grade-above-open", ("grades", name, "min"), given=name, above=grades[index - 1][0])
            elif grade.min >= above.min:
                report.add("grade-order", ("grades", name, "min"), given=str(grade.min), allowed=str(above.min))
        above = grade


def _quota(report: Report, name: str, grade: Grade) -> None:
    for key in ("share", "count"):
        given = getattr(grade, key)
        if not isinstance(given, dict):
            continue
        for group in given:
            report.unknown(
                "group", group, report.rulebook.groups, ("grades", name, key, group), lost_as="groups", key=True
            )
        for group, found in report.rulebook.groups.items():
            if found.graded and group not in given:
                report.add("grade-group", ("grades", name, key), given=name, group=group)


def _worst(report: Report, name: str, grade: Grade) -> None:
    assert grade.worst is not None
    path = ("grades", name, "worst")
    criteria = [criterion.id for criterion in report.rulebook.walk()]
    for index, one in enumerate(grade.worst.of):
        report.unknown("criterion", one, criteria, (*path, "of", index), lost_as="criteria")
    looked = len(grade.worst.of or report.rulebook.criteria)
    if grade.worst.count > looked and not report.pruned.is_lost("criteria", "*"):
        report.add("worst-too-many", (*path, "count"), given=grade.worst.count, allowed=looked)


def _choices(report: Report) -> None:
    """A choice that can never matter is refused: whoever writes it down expects it to do something."""
    rulebook = report.rulebook
    if report.pruned.is_lost("grades", "*") or any(kind == "grades" for kind, _ in report.pruned.lost):
        return
    asks_total = any(grade.min is not None for grade in rulebook.grades.values())
    has_quota = any(grade.has_quota for grade in rulebook.grades.values())
    effects = {veto.effect for veto in rulebook.adjustments.veto}
    if "unqualified" in rulebook.grading.model_fields_set and "unqualified" not in effects:
        report.add("unqualified-idle", ("grading", "unqualified"), key=True)
    for key in rulebook.grading.model_fields_set - {"unqualified"}:
        if not (asks_total if key == "thresholds_on" else has_quota):
            needed = "min" if key == "thresholds_on" else "share, count"
            report.add("grading-idle", ("grading", key), key=True, given=key, allowed=needed)


def _idle(rulebook: Rulebook, key: str) -> bool:
    """Tell whether a special tie-breaking key can separate nothing in this rule book."""
    if key == "fewer_deductions":
        return not rulebook.adjustments.deductions
    return key == "unrounded_total" and rulebook.rounding.rank_on == "unrounded"


def _tie_keys(report: Report) -> None:
    rulebook = report.rulebook
    known = [*(criterion.id for criterion in rulebook.walk()), *rulebook.measures, *SPECIAL_KEYS]
    seen: set[str] = set()
    for index, key in enumerate(rulebook.tiebreak):
        path = ("tiebreak", index, "key")
        if report.pruned.is_lost("measures", key.key) or report.pruned.is_lost("measures", "*"):
            continue
        if report.unknown("tie-key", key.key, known, path, lost_as="criteria"):
            continue
        if key.key in SPECIAL_KEYS and key.key not in known[: -len(SPECIAL_KEYS)] and _idle(rulebook, key.key):
            report.add("tie-key-idle", path, given=key.key)
        manual = key.key == MANUAL and MANUAL not in known[: -len(SPECIAL_KEYS)]
        if manual and (key.direction is not None or index < len(rulebook.tiebreak) - 1):
            report.add("tie-key-manual", path)
        if key.key in seen:
            report.add("repeated-tie-key", path, given=key.key)
        seen.add(key.key)


def _spread(report: Report) -> None:
    """What is void because it tells nobody apart must not cost all units their totals by an oversight."""
    rules = missing_rules(report.rulebook)
    for path, criterion in located(report.rulebook):
        if criterion.must_differ is None:
            continue
        if criterion.criteria:
            report.add("must-differ-leaf", (*path, "must_differ"), given=criterion.id)
        elif rules[criterion.id].policy not in VOID_AS:
            allowed = ", ".join(VOID_AS)
            report.add("must-differ-missing", (*path, "must_differ"), given=criterion.id, allowed=allowed)
