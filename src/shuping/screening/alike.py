"""Identical mark vectors and marks that never vary, each with its exact chance.

*Random* here means: the sheets handed in for a unit are dealt out again among the reviewers who marked it, by unit.
What the panel as a whole thought of each unit stays as it was; who thought so does not. A pair agrees about a unit on
which ``k`` sheets say one thing, ``l`` another and so on, out of ``n``, with the chance ``(k(k-1) + l(l-1) + ...) /
(n(n-1))``; units are dealt apart, so the chances multiply. No simulation, no approximation.
"""

from __future__ import annotations

import math

import numpy as np

from shuping.screening.finding import Check, Finding
from shuping.screening.sheets import ABSENT, Floats, Ints, Sheets

NEVER = -1000.0
"""The logarithm that stands for a chance of zero."""
_AT_ONCE = 512


def agreement(codes: Ints) -> Floats:
    """Return for each unit the logarithm of the chance that two of those who marked it handed in the same."""
    found = np.zeros(codes.shape[1])
    for at, column in enumerate(codes.T):
        counts = np.unique(column[column != ABSENT], return_counts=True)[1]
        n = int(counts.sum())
        alike = int((counts * (counts - 1)).sum())
        found[at] = math.log(alike / (n * (n - 1))) if alike else NEVER
    return found


def identical(sheets: Sheets, alarms: float) -> Check:
    """Look for reviewers who handed in the same for every unit that both marked.

    Only pairs whose agreement would be a surprise are looked at: those with a chance of at most ``alarms`` divided by
    the number of pairs. ``expected`` is the sum of their chances. Reviewers linked by such pairs make one finding.
    """
    codes, count = sheets.codes, len(sheets.reviewers)
    pairs = count * (count - 1) // 2
    if not pairs:
        return Check("identical", "too_small")
    weights, limit = agreement(codes), math.log(alarms / pairs)
    marked = codes != ABSENT
    looked, expected, hits = 0, 0.0, []
    for at in range(count - 1):
        both = marked[at + 1 :] & marked[at]
        chance = both @ weights
        surprising = chance <= limit
        looked += int(surprising.sum())
        expected += float(np.exp(chance[surprising]).sum())
        same = ~((codes[at + 1 :] != codes[at]) & both).any(axis=1)
        for other in np.flatnonzero(surprising & same):
            hits.append((at, at + 1 + int(other), math.exp(chance[other]) * pairs, int(both[other].sum())))
    findings = []
    for members in linked([(first, second) for first, second, _, _ in hits]):
        inside = [(chance, common) for first, _, chance, common in hits if first in members]
        chance, common = max(one for one, _ in inside), min(one for _, one in inside)
        findings.append(Finding(_names(sheets, members), (), {"units": common}, min(1.0, chance)))
    return Check("identical", "looked" if looked else "too_small", looked, expected, 0, tuple(_sorted(findings)))


def constant(sheets: Sheets, alarms: float) -> Check:
    """Look for reviewers who handed in the same for every unit they marked (two at least)."""
    chances, several = constant_chances(sheets.codes), (sheets.codes != ABSENT).sum(axis=1) >= 2
    count = int(several.sum())
    if not count:
        return Check("constant", "too_small")
    surprising = several & (chances <= alarms / count)
    findings = []
    for at in np.flatnonzero(surprising & never_varies(sheets.codes)):
        units = int((sheets.codes[at] != ABSENT).sum())
        findings.append(Finding((sheets.reviewers[at],), (), {"units": units}, min(1.0, float(chances[at]) * count)))
    looked, expected = int(surprising.sum()), float(chances[surprising].sum())
    return Check("constant", "looked" if looked else "too_small", looked, expected, 0, tuple(_sorted(findings)))


def never_varies(codes: Ints) -> np.ndarray:
    """Return which rows say the same of every unit they mark."""
    highest = codes.max(axis=1, initial=ABSENT)
    lowest = np.where(codes == ABSENT, highest[:, None], codes).min(axis=1, initial=np.iinfo(np.int64).max)
    return np.asarray((highest != ABSENT) & (lowest == highest))


def constant_chances(codes: Ints) -> Floats:
    """Return for each row the chance that it says the same of all its units: the sum over what may be said of the
    products of its shares, unit by unit.
    """
    marked = codes != ABSENT
    sizes = np.maximum(marked.sum(axis=0), 1)
    needed = marked.sum(axis=1)
    fewest = int(needed[needed >= 2].min(initial=codes.shape[1] + 1))
    shares = np.array([np.bincount(column[column != ABSENT], minlength=codes.max(initial=0) + 1) for column in codes.T])
    shares = (shares / sizes[:, None]).T if codes.size else np.zeros((0, codes.shape[1]))
    able = shares[(shares > 0).sum(axis=1) >= fewest]
    found = np.zeros(len(codes))
    for start in range(0, len(able), _AT_ONCE):
        part = able[start : start + _AT_ONCE]
        logarithms = np.log(part, where=part > 0, out=np.full(part.shape, NEVER))
        found += np.exp(marked.astype(float) @ logarithms.T).sum(axis=1)
    return np.asarray(np.minimum(found, 1.0))


def linked(pairs: list[tuple[int, int]]) -> list[set[int]]:
    """Return the sets of numbers that pairs link together, the smallest member first."""
    home: dict[int, set[int]] = {}
    for first, second in pairs:
        one, other = home.get(first, {first}), home.get(second, {second})
        if one is other:
            continue
        small, large = sorted((one, other), key=len)
        large |= small
        for member in (*small, first, second):
            home[member] = large
    return [members for at, members in sorted(home.items()) if at == min(members)]


def _names(sheets: Sheets, members: set[int]) -> tuple[str, ...]:
    return tuple(sorted(sheets.reviewers[at] for at in members))


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.chance, finding.reviewers))
