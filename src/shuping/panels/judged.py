"""What people judged of a unit, as criteria take it: a panel's score, or one output of a ballot."""

from __future__ import annotations

from shuping.panels.ballot_score import BallotScore
from shuping.panels.score import PanelScore

Judged = PanelScore | BallotScore
"""Both have ``value`` (exact or missing) and ``marks`` (how many rows it rests on)."""
