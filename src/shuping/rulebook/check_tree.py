"""Points and weights of the criteria tree: they must add up, in every comparison group."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.check_methods import deducts
from shuping.rulebook.check_report import Report, located
from shuping.rulebook.model import Combine, Criterion, Weights
from shuping.rulebook.rules import by_group, children_of, combine_of, points_of
from shuping.rulebook.yaml_source import Path
from shuping.values.rounding import show_short


def check_tree(report: Report) -> None:
    """Check that siblings carry points or weights alike and that these add up, group by group."""
    rulebook = report.rulebook
    _node(report, (), rulebook.criteria, rulebook.combine, rulebook.weights)
    _relative(report)
    for path, criterion in located(rulebook):
        if criterion.criteria:
            _node(report, path, criterion.criteria, criterion.combine, criterion.weights or rulebook.weights)
            _points_match(report, path, criterion)
    if rulebook.criteria and ("criteria",) not in report.pruned.shrunk:
        for group in rulebook.groups:
            if not any(child for child in rulebook.criteria if children_or_self(child, group)):
                report.add("group-without-criteria", ("groups", group), key=True, given=group)


def _relative(report: Report) -> None:
    """``weights`` says something only where criteria carry weights."""
    rulebook = report.rulebook
    if report.pruned.shrunk:
        return
    if rulebook.weights == "relative" and not any(criterion.weight is not None for criterion in rulebook.walk()):
        report.add("weights-nothing", ("weights",))
    for path, criterion in located(rulebook):
        if criterion.weights is not None and all(child.weight is None for child in criterion.criteria):
            report.add("weights-nothing", (*path, "weights"))


def children_or_self(criterion: Criterion, group: str) -> bool:
    """Tell whether a criterion or one below it counts in a group."""
    from shuping.rulebook.rules import applies

    return applies(criterion, group)


def _node(
    report: Report, path: Path, children: tuple[Criterion, ...], combine: Combine | None, weights: Weights
) -> None:
    if not children:
        return
    how = combine_of(combine, list(children))
    here = (*path, "criteria")
    if report.pruned.original(here) in report.pruned.shrunk:
        return  # a sibling was set aside for its own mistake: sums would only mislead
    weighted = [child for child in children if child.weight is not None]
    if how == "sum":
        _all_points(report, here, children)
    elif weighted and len(weighted) != len(children):
        index = next(index for index, child in enumerate(children) if child.weight is None)
        report.add("weight-missing", (*here, index), given=children[index].id)
    elif weighted:
        for index, child in enumerate(children):  # a mean needs something to be out of
            if child.criteria and any(points_of(child, group) == 0 for group in report.rulebook.groups):
                report.add("points-not-positive", (*here, index), given=child.id)
        _weights_sum(report, here, path, children, weights)
    elif any(child.points is not None for child in children):
        index = next(index for index, child in enumerate(children) if child.points is not None)
        report.add("points-under-mean", (*here, index, "points"), given=children[index].id, combine=how)


def _all_points(report: Report, here: Path, children: tuple[Criterion, ...]) -> None:
    for index, child in enumerate(children):
        if child.weight is not None:
            report.add("points-and-weights", (*here, index, "weight"), given=child.id)
            continue
        groups = [group for group in report.rulebook.groups if children_or_self(child, group)]
        if any(points_of(child, group) is None for group in groups):
            report.add("points-missing", (*here, index), given=child.id)
        shares = [by_group(child.points, group) for group in groups]
        if any(points is not None and (points < 0 or (points == 0 and not deducts(child))) for points in shares):
            report.add("points-not-positive", (*here, index, "points"), given=child.id)


def _weights_sum(report: Report, here: Path, path: Path, children: tuple[Criterion, ...], weights: Weights) -> None:
    where = "." if not path else str(path[-1])
    written = [by_group(child.weight, group) for child in children for group in report.rulebook.groups]
    if any(weight is not None and weight <= 0 for weight in written):
        report.add("weights-not-positive", here)
        return
    if weights == "relative":
        return
    seen: set[Fraction] = set()
    for group in report.rulebook.groups:
        counted = [child for child in children if children_or_self(child, group)]
        total = sum((by_group(child.weight, group) or Fraction(0) for child in counted), Fraction(0))
        if counted and total != 1 and total not in seen:
            seen.add(total)
            report.add("weights-sum", here, key=True, given=show_short(total), where=where, group=group)


def _points_match(report: Report, path: Path, criterion: Criterion) -> None:
    if combine_of(criterion.combine, list(criterion.criteria)) != "sum" or criterion.points is None:
        return
    if report.pruned.original((*path, "criteria")) in report.pruned.shrunk:
        return
    for group in report.rulebook.groups:
        written = by_group(criterion.points, group)
        below = [points_of(child, group) for child in children_of(criterion, group)]
        if written is None or not below or any(points is None for points in below):
            continue
        total = sum((points for points in below if points is not None), Fraction(0))
        if total != written:
            given, allowed = show_short(total), show_short(written)
            report.add("points-sum", (*path, "points"), given=given, allowed=allowed, where=criterion.id, group=group)
            return
