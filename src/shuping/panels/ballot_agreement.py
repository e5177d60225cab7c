"""How far voters agree, from the counts of a ballot alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from shuping.panels.agreement_alpha import Alpha, alpha_of_counts
from shuping.panels.agreement_marks import Unmeasured
from shuping.panels.ballot_score import BallotCount, GroupResult


def voters_alpha(counted: BallotCount, units: Collection[str] | None = None) -> Alpha | Unmeasured | None:
    """Return Krippendorff's alpha (ordinal) of the grades or places that voters gave, over all scored items.

    The grades' order is the one in which the rule book lists them. Voter groups that do not count, or are hidden, are
    left out. None for a ballot of marks: its counts hold no single mark.
    """
    if counted.ballot.kind == "marks":
        return None
    voted = {unit for unit in counted.results if units is None or unit in units}
    if len(voted) < 2:
        return Unmeasured("one_unit")
    counts = {
        f"{unit}\n{item}": _votes(counted, results, item)
        for unit, results in counted.results.items()
        if unit in voted
        for item in counted.ballot.scored_items
    }
    return alpha_of_counts(counts, "ordinal")


def _votes(counted: BallotCount, results: tuple[GroupResult, ...], item: str) -> Counter[int]:
    found: Counter[int] = Counter()
    grades = len(counted.ballot.options) if counted.ballot.kind == "grades" else None
    for result in results:
        if result.reason is None and not result.hidden and result.count is not None:
            votes = result.count.cells[item].votes
            found.update({code: count for code, count in votes.items() if grades is None or code < grades})
    return found
