"""The report's groups as plain texts: a text in both languages, a group's standing, its scale and its panels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


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
