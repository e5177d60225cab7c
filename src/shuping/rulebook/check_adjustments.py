"""Bonuses, deductions and vetoes: what they name must exist, their ids be their own, their caps make sense."""

from __future__ import annotations

import re
from fractions import Fraction

from shuping.rulebook.adjusting_order import order_name
from shuping.rulebook.adjustments import Bonus, Deduction
from shuping.rulebook.check_report import Report
from shuping.rulebook.yaml_source import Path
from shuping.values.rounding import show_short
from shuping.values.scalars import ID_PATTERN

Cap = Fraction | dict[str, Fraction] | None


def check_adjustments(report: Report) -> None:
    """Check everything under ``adjustments`` but its formulas."""
    adjustments = report.rulebook.adjustments
    _identifiers(report)
    for name, category in adjustments.categories.items():
        if not re.match(ID_PATTERN, name):
            report.add("bad-name", ("adjustments", "categories", name), key=True, given=name)
        _cap(report, ("adjustments", "categories", name, "cap"), category.cap)
    for key in ("bonus_cap", "deductions_cap"):
        _cap(report, ("adjustments", key), getattr(adjustments, key))
    if adjustments.total_cap != "points":
        _cap(report, ("adjustments", "total_cap"), adjustments.total_cap)
    for key, place, entry in adjustments.entries():
        _entry(report, ("adjustments", key, place), entry)
    matters = adjustments.bonus and adjustments.deductions and adjustments.deduct_floor is not None
    if "order" in adjustments.model_fields_set:
        name = order_name(adjustments.order)
        if name != "own" and not matters:
            report.add("adjustment-order", ("adjustments", "order"), given=name)
        used = {step: bool(getattr(adjustments, step)) for step in ("bonus", "deductions", "prizes")}
        used["total_cap"] = adjustments.total_cap is not None
        left = [step for step, there in used.items() if there and step not in adjustments.order]
        if left:
            report.add("adjustment-order-lacks", ("adjustments", "order"), given=", ".join(left))
    for place, prize in enumerate(adjustments.prizes):
        _groups(report, ("adjustments", "prizes", place), prize.groups)
    _vetoes(report)


def _identifiers(report: Report) -> None:
    adjustments = report.rulebook.adjustments
    seen = {criterion.id for criterion in report.rulebook.walk()}
    named = [(key, place, entry.id) for key, place, entry in adjustments.entries()]
    named += [("prizes", place, prize.id) for place, prize in enumerate(adjustments.prizes)]
    named += [("veto", place, veto.id) for place, veto in enumerate(adjustments.veto)]
    for key, place, identifier in named:
        path: Path = ("adjustments", key, place, "id")
        if not re.match(ID_PATTERN, identifier):
            report.add("bad-name", path, given=identifier)
        if identifier in seen:
            report.add("repeated-adjustment", path, given=identifier)
        seen.add(identifier)


def _entry(report: Report, path: Path, entry: Bonus | Deduction) -> None:
    rulebook = report.rulebook
    report.unknown("measure", entry.measure, rulebook.measures, (*path, "measure"), lost_as="measures")
    _groups(report, path, entry.groups)
    _cap(report, (*path, "cap"), entry.cap)
    if not isinstance(entry, Bonus):
        return
    if entry.category is not None:
        categories = rulebook.adjustments.categories
        report.unknown("bonus-category", entry.category, categories, (*path, "category"), lost_as="categories")
    if entry.item is not None:
        criteria = [criterion.id for criterion in rulebook.walk()]
        report.unknown("criterion", entry.item.criterion, criteria, (*path, "item", "criterion"), lost_as="criteria")
    caps = entry.cap.values() if isinstance(entry.cap, dict) else [entry.cap]
    if any(cap is not None and cap < entry.floor for cap in caps):
        least = min(cap for cap in caps if cap is not None)
        report.add("min-above-max", (*path, "floor"), given=show_short(entry.floor), allowed=show_short(least))


def _cap(report: Report, path: Path, cap: Cap) -> None:
    if isinstance(cap, dict):
        for group in cap:
            report.unknown("group", group, report.rulebook.groups, (*path, group), lost_as="groups", key=True)
    found = list(cap.values()) if isinstance(cap, dict) else [cap]
    below = [number for number in found if number is not None and number < 0]
    if below:
        report.add("cap-negative", path, given=show_short(below[0]))


def _groups(report: Report, path: Path, groups: tuple[str, ...] | None) -> None:
    for index, group in enumerate(groups or ()):
        report.unknown("group", group, report.rulebook.groups, (*path, "groups", index), lost_as="groups")


def _vetoes(report: Report) -> None:
    rulebook = report.rulebook
    for place, veto in enumerate(rulebook.adjustments.veto):
        path: Path = ("adjustments", "veto", place)
        _groups(report, path, veto.groups)
        if not rulebook.grades and not report.pruned.is_lost("grades", "*"):
            report.add("veto-without-grades", path, given=veto.id)
        elif veto.grade is not None:
            report.unknown("grade", veto.grade, rulebook.grades, (*path, "grade"), lost_as="grades")
