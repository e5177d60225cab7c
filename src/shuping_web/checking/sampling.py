"""Drawing records by a stated plan, so that anybody who has the plan's seed and the list can draw them again.

Every record gets a ticket, the SHA-256 of seed, draw and record; the lowest tickets are drawn. This is consistent
sampling (R. L. Rivest, Consistent sampling with replacement, 2018, arXiv:1808.10016; here without replacement), as
audits of elections use it: no generator whose version matters, ``sha256sum`` is enough to check it, and the order in
which the records are listed changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True, order=True)
class Member:
    """A record as it stood when drawn from: its number, its version, its unit's code."""

    record: int
    version: int
    unit: str


def ticket(seed: str, draw: int, record: int) -> str:
    """Return a record's ticket: 64 hexadecimal digits, the SHA-256 of the three texts, a line each, no last newline."""
    return hashlib.sha256(f"{seed}\n{draw}\n{record}".encode()).hexdigest()


def population_hash(members: Iterable[Member]) -> str:
    """Return the SHA-256 of the list that is drawn from: a line ``record,version,unit`` each, in order of the numbers,
    each ended by a newline.
    """
    lines = [f"{member.record},{member.version},{member.unit}\n" for member in sorted(members)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def wanted(size: int, share: Fraction | None, number: int | None) -> int:
    """Return how many of ``size`` records a plan draws: a share rounded up, a number not beyond what there is."""
    return min(size, ceil(share * size) if share is not None else number or 0)


def draw(
    members: Iterable[Member],
    *,
    seed: str,
    number: int,
    share: Fraction | None = None,
    count: int | None = None,
    least_each: int = 0,
) -> list[int]:
    """Return the numbers of the records drawn, sorted: those with the lowest tickets, then of every unit with fewer
    than ``least_each`` among them its next ones by ticket. ``number`` is the draw's. Raises ValueError without exactly
    one of ``share`` and ``count``.
    """
    if (share is None) == (count is None):
        raise ValueError("a plan draws a share or a number")
    ordered = sorted(members, key=lambda member: (ticket(seed, number, member.record), member.record))
    size = wanted(len(ordered), share, count)
    chosen = {member.record for member in ordered[:size]}
    of_unit: dict[str, int] = {}
    for member in ordered[:size]:
        of_unit[member.unit] = of_unit.get(member.unit, 0) + 1
    for member in ordered[size:]:
        if of_unit.get(member.unit, 0) < least_each:
            chosen.add(member.record)
            of_unit[member.unit] = of_unit.get(member.unit, 0) + 1
    return sorted(chosen)
