"""Methods against the points of their criteria: a rule that hands out more than there is would turn on itself."""

from __future__ import annotations

from fractions import Fraction

from pydantic import ValidationError

from shuping.methods import METHODS, Method
from shuping.rulebook.check_report import Report
from shuping.rulebook.model import Criterion
from shuping.rulebook.rules import applies, points_of, root_of
from shuping.rulebook.yaml_source import Path
from shuping.values.rounding import show_short


def check_methods(report: Report) -> None:
    """Report every method that needs more full points than its criterion has in some comparison group."""
    if report.pruned.shrunk:
        return  # sums would only mislead
    root = root_of(report.rulebook)
    seen: set[Path] = set()

    def below(node: Criterion, full: Fraction, group: str, path: Path) -> None:
        for index, child in enumerate(node.criteria):
            here = (*path, "criteria", index)
            if not applies(child, group):
                continue
            own = points_of(child, group)
            available = full if own is None else own
            method = _method(child)
            if method is not None and method.least_full > available and here not in seen:
                seen.add(here)
                given, allowed = show_short(method.least_full), show_short(available)
                report.add("method-above-points", (*here, "method"), given=given, allowed=allowed, where=child.id)
            below(child, available, group, here)

    for group in report.rulebook.groups:
        below(root, points_of(root, group) or report.rulebook.scale, group, ())


def deducts(criterion: Criterion) -> bool:
    """Tell whether a criterion can only take points away, so that its own full points may be 0."""
    if criterion.criteria:
        return all(deducts(child) for child in criterion.criteria)
    name = next(iter(criterion.method or {}), "")
    return name in METHODS and METHODS[name].lowest is None


def _method(criterion: Criterion) -> Method | None:
    """Return a leaf's method; None where there is none, or where it is reported as faulty elsewhere."""
    for name, parameters in (criterion.method or {}).items():
        try:
            return METHODS[name].model_validate(parameters or {}) if name in METHODS else None
        except ValidationError:
            return None
    return None
