"""Ballots: names that must be known, weights that add up to 1, and what criteria and measures ask of a ballot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from shuping.rulebook.ballot_model import Ballot, BallotSource
from shuping.rulebook.check_report import Report, located
from shuping.rulebook.yaml_source import Path
from shuping.values.scalars import ID_PATTERN

_ID = re.compile(ID_PATTERN)
_KINDS = {"score": ("grades", "marks", "ranks"), "item": ("grades", "marks"), "share": ("grades",),
          "borda": ("ranks",), "pairwise": ("ranks",)}  # fmt: skip


def check_ballots(report: Report) -> None:
    """Check every ballot, and every criterion and measure that looks at one."""
    for name, ballot in report.rulebook.ballots.items():
        path: Path = ("ballots", name)
        for where, given in _names(name, ballot):
            if not _ID.match(given):
                report.add("bad-name", (*path, *where), key=True, given=given)
        total = sum((group.weight for group in ballot.groups.values()), Fraction(0))
        if total != 1:
            report.add("weights-sum", (*path, "groups"), given=str(total), where=name, group="∗")
        _options(report, path, ballot)
        _items(report, path, ballot)
    for path, criterion in located(report.rulebook):
        if criterion.ballot is not None:
            _source(report, (*path, "ballot"), criterion.ballot)
    for name, measure in report.rulebook.measures.items():
        if measure.ballot is not None:
            _source(report, ("measures", name, "ballot"), measure.ballot)


def _names(name: str, ballot: Ballot) -> Iterator[tuple[Path, str]]:
    yield (), name
    for kind in ("options", "items", "groups"):
        for given in getattr(ballot, kind):
            yield (kind, given), given


def _options(report: Report, path: Path, ballot: Ballot) -> None:
    """Every grade that is named is one of the ballot's options."""
    for item, spec in ballot.items.items():
        for option in spec.points:
            report.unknown("ballot-option", option, ballot.options, (*path, "items", item, "points", option), key=True)
    for number, quota in enumerate(ballot.void.quotas):
        for index, option in enumerate(quota.options):
            here = (*path, "void", "quotas", number, "options", index)
            report.unknown("ballot-option", option, ballot.options, here)
    overall = ballot.overall
    if overall is None:
        return
    for index, option in enumerate(overall.zero):
        report.unknown("ballot-option", option, ballot.options, (*path, "overall", "zero", index))
    for given, to in overall.forces.items():
        report.unknown("ballot-option", given, ballot.options, (*path, "overall", "forces", given), key=True)
        report.unknown("ballot-option", to, ballot.options, (*path, "overall", "forces", given))
    for given in overall.needs:
        report.unknown("ballot-option", given, ballot.options, (*path, "overall", "needs", given), key=True)


def _items(report: Report, path: Path, ballot: Ballot) -> None:
    for number, quota in enumerate(ballot.void.quotas):
        if quota.item is not None:
            report.unknown("ballot-item", quota.item, ballot.items, (*path, "void", "quotas", number, "item"))
    overall = ballot.overall
    if overall is not None:
        here = (*path, "overall", "item")
        if not report.unknown("ballot-item", overall.item, ballot.items, here) and len(ballot.items) < 2:
            report.add("ballot-overall-alone", here, given=overall.item)
    if not ballot.full_mark > 0:
        report.add("ballot-worthless", path, key=True, given=path[1])


def _source(report: Report, path: Path, source: BallotSource) -> None:
    """A criterion or measure asks a ballot that is there, for an output that its kind has."""
    known = report.rulebook.ballots
    if report.unknown("ballot", source.id, known, (*path, "id"), lost_as="ballots"):
        return
    ballot = known[source.id]
    if ballot.kind not in _KINDS[source.output]:
        given, allowed = source.output, ", ".join(name for name, kinds in _KINDS.items() if ballot.kind in kinds)
        report.add("ballot-no-such-output", (*path, "output"), given=given, kind=ballot.kind, allowed=allowed)
    elif source.output == "score" and ballot.kind == "ranks" and ballot.rank_points is None:
        report.add("ballot-rank-points", path, given=source.id)
    for index, option in enumerate(source.options):
        report.unknown("ballot-option", option, ballot.options, (*path, "options", index))
    if source.item is not None:
        report.unknown("ballot-item", source.item, ballot.items, (*path, "item"))
