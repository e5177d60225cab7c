"""Last-minute bulk marks: many of one reviewer's sheets in the last part of the time a panel was open.

*Random* here means: the times at which sheets were handed in are dealt out again among all sheets. The number of late
ones among a reviewer's then follows the hypergeometric distribution, worked out in whole numbers.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb

import numpy as np

from shuping.screening.finding import Check, Finding
from shuping.screening.sheets import Sheets

WINDOW = Fraction(1, 10)
"""The last tenth of the time between the first and the last sheet."""
_SECOND = 1_000_000


def tail(total: int, late: int, own: int) -> tuple[float, ...]:
    """Return for x = 0 .. ``own`` the chance that at least x of ``own`` sheets drawn out of ``total`` are among the
    ``late`` ones (hypergeometric, exact before it becomes a float).
    """
    ways = [comb(late, x) * comb(total - late, own - x) for x in range(own + 1)]
    above, found = 0, [0.0] * (own + 1)
    for x in range(own, -1, -1):
        above += ways[x]
        found[x] = float(Fraction(above, comb(total, own)))
    return tuple(found)


def last_minute(sheets: Sheets, alarms: float, window: Fraction = WINDOW) -> Check:
    """Look for reviewers with more late sheets than a random share of the panel's would bring.

    Sheets without a time are left out. ``expected`` adds up, over the reviewers, the chance of the smallest number that
    would be a finding.
    """
    if sheets.moments is None:
        return Check("late", "no_times")
    timed = sheets.moments >= 0
    first, last = int(sheets.moments[timed].min()), int(sheets.moments[timed].max())
    if first == last:
        return Check("late", "too_small")
    edge = last - (last - first) * window
    late = timed & (sheets.moments > int(edge))
    total, all_late = int(timed.sum()), int(late.sum())
    chances = cache(lambda own: tail(total, all_late, own))
    those = np.flatnonzero(timed.any(axis=1))
    limit, looked, expected, findings = alarms / len(those), 0, 0.0, []
    for at in those:
        own, mine = int(timed[at].sum()), int(late[at].sum())
        reach = [chance for chance in chances(own) if 0 < chance <= limit]
        looked += bool(reach)
        expected += max(reach, default=0.0)
        if chances(own)[mine] <= limit:
            moments = sheets.moments[at][late[at]]
            others = (all_late - mine) / (total - own) if total > own else 0.0
            figures = {"late": mine, "of": own, "others": others, "seconds": int(np.ptp(moments)) // _SECOND}
            figures["window"] = (last - int(edge)) // _SECOND
            chance = min(1.0, chances(own)[mine] * len(those))
            findings.append(Finding((sheets.reviewers[at],), (), figures, chance))
    findings.sort(key=lambda finding: (finding.chance, finding.reviewers))
    return Check("late", "looked" if looked else "too_small", looked, expected, 0, tuple(findings))
