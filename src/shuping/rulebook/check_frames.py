"""Frames: the base is a period of the kind that is scored, and every frame acts on something."""

from __future__ import annotations

from shuping.rulebook.check_report import Report
from shuping.rulebook.frame_model import Frame
from shuping.rulebook.frame_rules import compares, frames_of, listed_periods, treats_together
from shuping.rulebook.model import Criterion
from shuping.rulebook.preparing import Outliers
from shuping.rulebook.yaml_source import Path
from shuping.values.periods import Period


def check_frames(report: Report) -> None:
    """Check ``frame`` of the rule book, of its criteria and of its treatment of outliers."""
    rulebook = report.rulebook
    _base(report, ("frame",), rulebook.frame)
    frames = frames_of(rulebook)
    if rulebook.frame.frozen and not report.pruned.shrunk and not frames and not _treats(report):
        report.add("frame-nothing", ("frame",), key=True, given="rulebook")
    for index, criterion in enumerate(rulebook.criteria):
        _criterion(report, ("criteria", index), criterion, rulebook.frame, within=False)
    if rulebook.prepare is not None:
        _outliers(report, ("prepare", "outliers"), rulebook.prepare.outliers)
    for name, measure in rulebook.measures.items():
        if measure.prepare is not None:
            _outliers(report, ("measures", name, "prepare", "outliers"), measure.prepare.outliers)


def _treats(report: Report) -> bool:
    book = report.rulebook
    parts = [book.prepare, *(measure.prepare for measure in book.measures.values())]
    return any(part is not None and part.outliers is not None for part in parts)


def _criterion(report: Report, path: Path, criterion: Criterion, inherited: Frame, *, within: bool) -> None:
    frame = criterion.frame or inherited
    within = within or criterion.each is not None
    where = (*path, "frame") if criterion.frame is not None else path
    if criterion.frame is not None:
        _base(report, where, criterion.frame)
        if criterion.frame.frozen and within:
            report.add("frame-within", where, given=criterion.id)
        elif all(compares(leaf) == "nothing" for leaf in criterion.walk() if not leaf.criteria):
            report.add("frame-nothing", where, key=True, given=criterion.id)
    if not criterion.criteria and frame.base is not None and not within and compares(criterion) == "places":
        report.add("frame-places", where, given=criterion.id, method=next(iter(criterion.method or {}), ""))
    for index, child in enumerate(criterion.criteria):
        _criterion(report, (*path, "criteria", index), child, frame, within=within)


def _base(report: Report, path: Path, frame: Frame) -> None:
    if frame.base is None:
        return
    listed = sorted({period.kind for period in listed_periods(report.rulebook)})
    try:
        kind = Period.parse(frame.base, report.rulebook.year_starts).kind
    except ValueError:
        report.add("frame-period", (*path, "base"), given=frame.base)
        return
    if listed and listed != [kind]:
        report.add("frame-kind", (*path, "base"), given=frame.base, allowed=", ".join(report.rulebook.periods))


def _outliers(report: Report, path: Path, rule: Outliers | None) -> None:
    if rule is None:
        return
    if rule.frame is not None:
        _base(report, (*path, "frame"), rule.frame)
    if treats_together(report.rulebook, rule).base is not None and rule.then != "nothing":
        report.add("frame-then", (*path, "then"), given=rule.then)
