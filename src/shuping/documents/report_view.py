"""The report's view as plain texts: groups, units and their trees. ``report_arrange`` fills it from a ``Result``.

Texts of figures are the frames' own, printed by ``wording``. Shares (0 to 1) are lengths of bars, not figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from shuping.documents.certainty import level_text
from shuping.documents.report_groups import GroupView, Pair, Standing
from shuping.documents.report_ranks import GroupRanksView
from shuping.rulebook.model import Rulebook
from shuping.rulebook.stages import rounding_of


@dataclass(frozen=True, slots=True)
class Node:
    """One criterion of one unit with everything that explains it; the total is the root."""

    anchor: str
    title: Pair
    kind: str
    source: Pair | None
    formula: str | None
    parts: str | None
    value: str | None
    rule: Pair | None
    substituted: str | None
    points: str | None
    points_max: str | None
    share: float | None
    others: tuple[float, ...]
    previous_points: str | None
    previous_max: str | None
    previous_share: float | None
    weight: str | None
    contribution: str | None
    missing: Pair | None
    missing_policy: str | None
    records: int | None
    files: tuple[str, ...]
    children: tuple[Node, ...]
    criterion: str = ""
    """Its id in the rule book, ``""`` for the total."""

    @property
    def has_previous(self) -> bool:
        """Whether this criterion or one below it has points in the period before."""
        return self.previous_points is not None or any(child.has_previous for child in self.children)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding: the matter, its category, the figure and the number of records behind it."""

    standing: Standing
    title: Pair
    category: Pair
    value: str
    records: int | None


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit's page, with its neighbours in the group's standing."""

    standing: Standing
    group: GroupView
    root: Node | None
    findings: tuple[FindingView, ...]
    before: Standing | None
    after: Standing | None
    certainty: tuple[Pair, ...] = ()
    """What is said of how certain its rank is, one sentence a kind."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report for the result's last period."""

    title: Pair
    issuer: Pair | None
    period: Pair
    groups: tuple[GroupView, ...]
    units: tuple[UnitView, ...]
    matters: tuple[tuple[FindingView, ...], ...]
    """The findings, those of one matter together."""
    rulebook: Rulebook
    certainty: tuple[GroupRanksView, ...] = ()

    @property
    def has_intervals(self) -> bool:
        """Whether any rank has an interval for sampling error."""
        return any(row.interval for group in self.groups for row in group.rows)

    @property
    def interval_level(self) -> str:
        """The level of those intervals."""
        return level_text(self.rulebook.uncertainty.interval)

    @property
    def rounded_on_the_way(self) -> bool:
        """Whether any points are rounded before they are counted on."""
        return any(rounding_of(self.rulebook, criterion) is not None for criterion in self.rulebook.walk())
