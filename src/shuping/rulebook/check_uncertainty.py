"""Uncertainty: what is varied must be there, and be able to differ."""

from __future__ import annotations

import re

from shuping.methods import METHODS
from shuping.rulebook.check_names import check_parameters
from shuping.rulebook.check_report import Report
from shuping.rulebook.model import Criterion
from shuping.rulebook.uncertainty import Alternative, WeightVariation
from shuping.rulebook.yaml_source import Path
from shuping.values.scalars import ID_PATTERN

TOTAL = "total"
VARY: Path = ("uncertainty", "vary")
_ID = re.compile(ID_PATTERN)


def check_uncertainty(report: Report) -> None:
    """Check ``uncertainty``."""
    vary = report.rulebook.uncertainty.vary
    for name in vary.measures:
        report.unknown(
            "measure", name, report.rulebook.measures, (*VARY, "measures", name), lost_as="measures", key=True
        )
    if vary.weights is not None:
        _levels(report, vary.weights)
    seen: set[str] = set()
    for index, alternative in enumerate(vary.alternatives):
        path = (*VARY, "alternatives", index)
        if not _ID.match(alternative.id):
            report.add("bad-name", (*path, "id"), given=alternative.id)
        if alternative.id in seen:
            report.add("repeated-alternative", (*path, "id"), given=alternative.id)
        seen.add(alternative.id)
        _methods(report, path, alternative)
        _of(report, path, alternative)


def _levels(report: Report, weights: WeightVariation) -> None:
    """Levels that the tree does not have vary nothing."""
    depth = max((_depth(criterion) for criterion in report.rulebook.criteria), default=0)
    asked: list[tuple[Path, int]] = [(("levels", place), level) for place, level in enumerate(weights.levels)]
    for name in weights.by_level:
        level = int(name) if name.isascii() and name.isdigit() else 0
        asked.append((("by_level", name), level))
    for path, level in asked:
        if not 1 <= level <= depth and not report.pruned.shrunk:
            report.add(
                "unknown-level", (*VARY, "weights", *path), given=path[-1] if level == 0 else level, allowed=depth
            )


def _depth(criterion: Criterion) -> int:
    return 1 + max((_depth(child) for child in criterion.criteria), default=0)


def _methods(report: Report, path: Path, alternative: Alternative) -> None:
    for place, method in enumerate(alternative.method):
        for name, given in method.items():
            here = (*path, "method", place)
            if not report.unknown("method", name, METHODS, here):
                check_parameters(report, (*here, name), name, given)


def _of(report: Report, path: Path, alternative: Alternative) -> None:
    known = {criterion.id: criterion for criterion in report.rulebook.walk()}
    whole = () if alternative.kind == "method" else (TOTAL,)
    for place, name in enumerate(alternative.of):
        here = (*path, "of", place)
        if name in whole or report.unknown("criterion", name, [*known, *whole], here, lost_as="criteria"):
            continue
        leaf = not known[name].criteria
        if (alternative.kind == "method" and not leaf) or (alternative.kind == "combine" and leaf):
            report.add("alternative-of-kind", here, given=name, kind=alternative.kind)
