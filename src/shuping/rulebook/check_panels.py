"""Panels: names that must be known, weights that add up to 1, trims that leave a mark, outputs a panel can give."""

from __future__ import annotations

import re
from fractions import Fraction

from shuping.rulebook.check_report import Report, located
from shuping.rulebook.model import Criterion
from shuping.rulebook.panel_model import FIGURES, Panel, PanelSource, Trim
from shuping.rulebook.severity_model import Severity
from shuping.rulebook.yaml_source import Path
from shuping.values.rounding import show_short
from shuping.values.scalars import ID_PATTERN

_ID = re.compile(ID_PATTERN)


def check_panels(report: Report) -> None:
    """Check every panel, and every criterion and measure that looks at one."""
    for name, panel in report.rulebook.panels.items():
        path: Path = ("panels", name)
        if not panel.items:
            report.add("panel-empty", path, key=True, given=name)
        for kind in ("items", "groups"):
            for given in getattr(panel, kind):
                if not _ID.match(given):
                    report.add("bad-name", (*path, kind, given), key=True, given=given)
        total = sum(panel.groups.values(), Fraction(0))
        if total != 1:
            report.add("weights-sum", (*path, "groups"), given=str(total), where=name, group="∗")
        for group in panel.group_titles:
            report.unknown("reviewer-group", group, panel.groups, (*path, "group_titles", group), key=True)
        if panel.trim is not None:
            _trim(report, (*path, "trim"), panel.trim)
        _items(report, path, panel)
        if panel.severity is not None:
            _severity(report, (*path, "severity"), panel, panel.severity)
    for where, criterion in located(report.rulebook):
        if criterion.panel is not None and criterion.panel.id in report.rulebook.panels:
            _source(report, (*where, "panel"), criterion.panel)
            _full_mark(report, where, criterion, report.rulebook.panels[criterion.panel.id])
    for name, measure in report.rulebook.measures.items():
        here = ("measures", name, "panel")
        if measure.panel is None or report.unknown(
            "panel", measure.panel.id, report.rulebook.panels, (*here, "id"), lost_as="panels"
        ):
            continue
        _source(report, here, measure.panel)


def _trim(report: Report, path: Path, trim: Trim) -> None:
    if trim.share is None and trim.high + trim.low > trim.when_over:
        report.add("trim-too-much", path, given=trim.high + trim.low, allowed=trim.when_over)


def _severity(report: Report, path: Path, panel: Panel, severity: Severity) -> None:
    if severity.of == "form" and panel.lists_items:
        report.add("severity-listed", path)
    for number, name in enumerate(severity.with_):
        if len(panel.items if name == "reviewer_item" else panel.groups) < 2:
            report.add("severity-single", (*path, "with", number), given=name)


def _items(report: Report, path: Path, panel: Panel) -> None:
    owners = [((), panel), *((("items", name), item) for name, item in panel.items.items())]
    written = [((*where, key), getattr(owner, key)) for where, owner in owners for key in FIGURES]
    for where, figure in written:
        for group in figure.by_group if figure is not None else ():
            here = (*path, *where, group)
            report.unknown("group", group, report.rulebook.groups, here, lost_as="groups", key=True)
    for name, item in panel.items.items():
        for key in ("reason_below", "reason_above"):
            bound = getattr(item, key)
            if bound is not None and not item.min <= bound <= item.highest:
                allowed = f"{show_short(item.min)}..{show_short(item.highest)}"
                report.add("panel-bound", (*path, "items", name, key), given=show_short(bound), allowed=allowed)


def _source(report: Report, path: Path, source: PanelSource) -> None:
    panel = report.rulebook.panels[source.id]
    if source.item is not None:
        report.unknown("panel-item", source.item, panel.items, (*path, "item"))
        if panel.by == "form":
            report.add("panel-item-by-form", (*path, "item"), given=source.item, panel=source.id)
    if source.group is not None:
        report.unknown("reviewer-group", source.group, panel.groups, (*path, "group"))


def _full_mark(report: Report, where: Path, criterion: Criterion, panel: Panel) -> None:
    assert criterion.panel is not None
    if criterion.method is None and not (criterion.panel.output != "rank" and panel.has_full_mark):
        report.add("panel-open-full-mark", (*where, "id"), given=criterion.id, panel=criterion.panel.id)
