"""All ballots of a folder counted: what scoring, the count sheet and the commands start from."""

from __future__ import annotations

from collections.abc import Collection

from shuping.panels.ballot_counts import no_papers
from shuping.panels.ballot_score import BallotCount, count_ballot
from shuping.records.folder import Folder


def count_ballots(folder: Folder, period: str, names: Collection[str] | None = None) -> dict[str, BallotCount]:
    """Count the ballots of a folder (all, or those named) in one period, by name.

    A ballot that nobody cast has no results. Raises KeyError for a name that the rule book does not declare.
    """
    found = {}
    for name in sorted(folder.rulebook.ballots if names is None else names):
        papers = folder.ballots[name].frame if name in folder.ballots else no_papers()
        turnout = folder.turnout[name].frame if name in folder.turnout else None
        found[name] = count_ballot(folder.rulebook.ballots[name], papers, turnout, period)
    return found
