"""The linter: every rule over one rule book, and, with data, over one scored period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from shuping.errors import Lang
from shuping.records.folder import Folder
from shuping.review.asking import minutes_unknown, much_evidence, unused, unused_measures, weekly
from shuping.review.book import Book
from shuping.review.burden import Burden, burden, heavy_burden, minutes_by_unit
from shuping.review.caps import idle_caps
from shuping.review.forbidden import complaints_counted, forbidden_counts, person_fields, persons_ranked
from shuping.review.limits import Limits
from shuping.review.outcome import grades_not_reached, places_too_few, quotas_too_small, targets_not_reached
from shuping.review.paper import proofs_of_paper
from shuping.review.possible import impossible_findings
from shuping.review.promises import promises_not_made
from shuping.review.reach import reach
from shuping.review.remark import COLUMNS, Remark, Severity
from shuping.review.secrecy import votes_guessed
from shuping.review.seen import Seen
from shuping.review.shares import leaves_twice, many_leaves, small_leaves
from shuping.review.spread import Weight, correlated, effective_weights, flat_leaves, weights_in_effect
from shuping.review.twins import measures_twice
from shuping.rulebook.model import Rulebook
from shuping.rulebook.yaml_source import Positions
from shuping.scoring.grid import grid_of
from shuping.scoring.result import Result

OF_THE_BOOK: tuple[Callable[[Book], Iterator[Remark]], ...] = (
    *(reach, small_leaves, many_leaves, leaves_twice, promises_not_made, impossible_findings, idle_caps),
    *(weekly, minutes_unknown, unused, unused_measures, measures_twice, proofs_of_paper, much_evidence, votes_guessed),
    *(forbidden_counts, complaints_counted, person_fields, persons_ranked),
)
"""What can be seen without data."""
OF_A_PERIOD: tuple[Callable[[Book, Seen], Iterator[Remark]], ...] = (
    *(flat_leaves, correlated, targets_not_reached, grades_not_reached, places_too_few),
)
"""What a scored period shows."""


@dataclass(frozen=True)
class Review:
    """What the linter found. ``weights`` is empty without a scored period, ``minutes`` (asked of each unit in the year)
    without records; ``period`` says which one was looked at.
    """

    rulebook: Rulebook
    remarks: tuple[Remark, ...]
    burden: tuple[Burden, ...] = ()
    weights: tuple[Weight, ...] = ()
    minutes: Mapping[str, Fraction] = field(default_factory=dict)
    period: str | None = None

    def of(self, *severities: Severity) -> tuple[Remark, ...]:
        """Return the remarks of these severities."""
        return tuple(remark for remark in self.remarks if remark.rule.severity in severities)

    def frame(self, lang: Lang = "en") -> pl.DataFrame:
        """Return the remarks as a frame: code, severity, message, reason, advice, page, file, line, column, field."""
        schema = {name: pl.Int64 if name in ("line", "column") else pl.String for name in COLUMNS}
        return pl.DataFrame([remark.as_dict(lang) for remark in self.remarks], schema=schema, orient="row")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the remarks, each once, sorted."""
        return tuple(sorted({remark.rule.code for remark in self.remarks}))


def lint(
    rulebook: Rulebook,
    positions: Positions,
    *,
    folder: Folder | None = None,
    result: Result | None = None,
    period: str | None = None,
    limits: Limits | None = None,
) -> Review:
    """Return every remark on a rule book, by code and then by place.

    ``folder`` adds the burden of asking and the groups' sizes, ``result`` (that folder, scored) what the figures of
    ``period`` show; by default its last one.
    """
    book = Book(rulebook, positions, (limits or Limits()).over(rulebook.lint))
    when = period or (result.period if result is not None else None)
    remarks = [remark for rule in OF_THE_BOOK for remark in rule(book)]
    remarks += quotas_too_small(book, group_sizes(rulebook, folder))
    weights: tuple[Weight, ...] = ()
    if result is not None and when is not None:
        seen = Seen(result, when)
        weights = effective_weights(book, seen)
        remarks += [remark for rule in OF_A_PERIOD for remark in rule(book, seen)]
        remarks += weights_in_effect(book, weights)
    minutes: Mapping[str, Fraction] = {}
    if folder is not None and when is not None:
        minutes = minutes_by_unit(book, folder, when)
        remarks += heavy_burden(book, folder, minutes)
    return Review(rulebook, tuple(sorted(remarks, key=_order)), burden(book, folder, when), weights, minutes, when)


def _order(remark: Remark) -> tuple[str, int, int, str]:
    return remark.rule.code, remark.place.line or 0, remark.place.column or 0, repr(sorted(remark.params.items()))


def group_sizes(rulebook: Rulebook, folder: Folder | None) -> Mapping[str, int]:
    """Return how many units stand in each comparison group; without a register only groups with listed members."""
    if folder is None:
        return {name: len(group.members) for name, group in rulebook.groups.items() if group.members}
    grid = grid_of(rulebook, folder.register)
    return {name: int((grid.codes == code).sum()) for code, name in enumerate(grid.group_names)}
