"""The words of this room: a check, what it found, how often it finds something where nothing is.

A finding is a pattern in marks that random marks would seldom show. It is no accusation and no evidence of one: people
who judge alike mark alike. ``worth a second look`` is all that is ever said of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Name = Literal["identical", "constant", "reciprocal", "block", "late"]
State = Literal["looked", "too_small", "no_times", "no_own_units", "too_few_ballots"]

BallotName = Literal["identical", "constant"]
BALLOT_NAMES: tuple[BallotName, ...] = ("identical", "constant")
NAMES: tuple[Name, ...] = ("identical", "constant", "reciprocal", "block", "late")
ALARMS = 0.05
"""Expected number of false alarms that a check may have on a panel of random marks."""
DRAWS = 199
"""Draws of the simulated checks."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One pattern worth a second look.

    ``reviewers`` and ``units`` are those concerned; ``figures`` the plain statistics of the sentence (counts, points, a
    mean correlation); ``chance`` how often random marks would show something at least as striking anywhere in the
    panel, at most 1: exact times the number looked at, or the share of the simulated panels.
    """

    reviewers: tuple[str, ...]
    units: tuple[str, ...]
    figures: Mapping[str, float]
    chance: float


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one panel.

    ``state`` is ``looked``, or why nothing can be said: too few or too uniform marks (``too_small``), no column ``at``,
    no reviewer with a unit of its own. ``looked_at`` counts the pairs or reviewers compared; ``expected`` is the
    expected number of false alarms on random marks (see each check for what random means): exact where ``draws`` is 0,
    else the mean over that many simulated panels.
    """

    name: Name
    state: State
    looked_at: int = 0
    expected: float = 0.0
    draws: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PanelScreen:
    """The checks of one panel in one period (``""``: marks without a period), in the order of ``NAMES``."""

    panel: str
    period: str
    reviewers: int
    units: int
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class BallotCount:
    """What anonymous ballots of one voter group show, as counts; never a ballot's code and never a mark.

    ``name``: ``identical`` counts pairs of ballots alike in everything, ``constant`` ballots that say the same of every
    unit. ``expected`` is the number on random ballots (exact), ``chance`` the share of simulated votes with at least as
    many; ``notable`` whether that is worth a second look. ``too_few_ballots``: nothing is counted.
    """

    ballot: str
    period: str
    group: str
    name: BallotName
    state: State
    ballots: int
    count: int = 0
    expected: float = 0.0
    chance: float = 1.0
    notable: bool = False


@dataclass(frozen=True)
class Screening:
    """Everything looked at, with the seed, draws and bound on false alarms that it was looked at with."""

    seed: int
    draws: int
    alarms: float
    panels: tuple[PanelScreen, ...] = ()
    ballots: tuple[BallotCount, ...] = ()

    @property
    def found(self) -> int:
        """The number of findings, a notable count of ballots being one."""
        checks = (check for panel in self.panels for check in panel.checks)
        return sum(len(check.findings) for check in checks) + sum(count.notable for count in self.ballots)
