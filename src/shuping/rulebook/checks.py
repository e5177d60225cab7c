"""Checks that need several places of a rule book at once: names, shares, formulas, cycles, grades, periods."""

from __future__ import annotations

from collections.abc import Callable

from shuping.errors import Problem
from shuping.rulebook.check_adjustments import check_adjustments
from shuping.rulebook.check_ballots import check_ballots
from shuping.rulebook.check_formulas import check_formulas
from shuping.rulebook.check_frames import check_frames
from shuping.rulebook.check_gaps import check_gaps
from shuping.rulebook.check_grades import check_grades
from shuping.rulebook.check_methods import check_methods
from shuping.rulebook.check_names import check_names
from shuping.rulebook.check_panels import check_panels
from shuping.rulebook.check_prepare import check_prepare
from shuping.rulebook.check_report import Report
from shuping.rulebook.check_surveys import check_surveys
from shuping.rulebook.check_tree import check_tree
from shuping.rulebook.check_uncertainty import check_uncertainty
from shuping.rulebook.model import Rulebook
from shuping.rulebook.prune import Pruned
from shuping.rulebook.yaml_source import Positions


def check(rulebook: Rulebook, positions: Positions, pruned: Pruned) -> list[Problem]:
    """Return every problem that the models alone cannot see."""
    report = Report(rulebook, positions, pruned)
    parts: tuple[Callable[[Report], None], ...] = (
        check_names,
        check_surveys,
        check_grades,
        check_tree,
        check_methods,
        check_gaps,
        check_frames,
        check_adjustments,
        check_formulas,
        check_prepare,
        check_panels,
        check_ballots,
        check_uncertainty,
    )
    for part in parts:
        part(report)
    return report.problems
