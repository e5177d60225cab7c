"""The report's view as plain texts: groups, rows, panels and trees. ``report_arrange`` fills it from a ``Result``.

Texts of figures are the frames' own, printed by ``wording``. Shares (0 to 1) are lengths of bars, not figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from shuping.documents.certainty import level_text
from shuping.rulebook.model import Rulebook
from shuping.rulebook.stages import rounding_of

if TYPE_CHECKING:
    from shuping.documents.report_ranks import GroupRanksView


class Pair(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str


class Threshold(NamedTuple):
    """The lower end of a grade."""

    title: Pair
    value: Decimal
    shown: str


LONG = 40
NEAR = 0.12
"""Labels closer than this share of the axis would run into each other."""


class Dots(NamedTuple):
    """A unit's total now and before, None where missing."""

    total: Decimal | None
    previous: Decimal | None


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis of totals: from ``low`` to ``high`` (shared by all groups), with this group's grade thresholds."""

    low: Decimal
    high: Decimal
    thresholds: tuple[Threshold, ...]

    def place(self, value: Decimal) -> float:
        """Return where a total stands between ``low`` (0) and ``high`` (1), with a margin for the dot."""
        return 0.02 + 0.96 * float((value - self.low) / (self.high - self.low))

    @property
    def ends(self) -> tuple[Decimal, ...]:
        """The ends of the axis that no threshold's label stands close to."""
        marks = [self.place(line.value) for line in self.thresholds]
        return tuple(end for end in (self.low, self.high) if all(abs(self.place(end) - at) > NEAR for at in marks))


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of a group's standing. Texts are None where the frame holds null."""

    unit: str
    anchor: str
    name: Pair
    total: str | None
    rank: int | None
    grade: Pair | None
    grade_step: int
    note: Pair | None
    rank_open: bool
    missing: Pair | None
    previous_total: str | None
    previous_rank: int | None
    change: str | None
    rank_change: int | None
    dots: Dots
    interval: str | None = None
    """The interval of the rank for sampling error."""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """A unit's points on one criterion, ``share`` of the full points for the bar."""

    standing: Standing
    points: str | None
    share: float | None
    missing: Pair | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One first-level criterion: its units in order of their points."""

    title: Pair
    points_max: str
    decimals: int
    """The most decimals that any of the points has: shorter ones are padded so that the points stand in line."""
    rows: tuple[PanelRow, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A comparison group: its standing and its panels."""

    id: str
    anchor: str
    title: Pair
    graded: bool
    rows: tuple[Standing, ...]
    scale: Scale
    panels: tuple[Panel, ...]

    @property
    def ranked(self) -> int:
        """How many units have a rank."""
        return sum(row.rank is not None for row in self.rows)

    @property
    def is_long(self) -> bool:
        """Whether a panel of all units is too tall for a screen."""
        return len(self.rows) > LONG

    @property
    def has_previous(self) -> bool:
        """Whether any unit has a total of the earlier period."""
        return any(row.previous_total is not None for row in self.rows)

    @property
    def has_filled(self) -> bool:
        """Whether a missing figure in a panel was given points by its missing policy."""
        return any(row.missing and row.points is not None for panel in self.panels for row in panel.rows)


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
