"""What deserves a second look among marks and ballots, for the organiser alone; nothing of it changes a score."""

from shuping.screening.ballots import screen_ballot
from shuping.screening.finding import BallotCount, Check, Finding, PanelScreen, Screening
from shuping.screening.panel import screen_panel

__all__ = ["BallotCount", "Check", "Finding", "PanelScreen", "Screening", "screen_ballot", "screen_panel"]
