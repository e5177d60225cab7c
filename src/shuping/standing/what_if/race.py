"""One unit against all others of its group while a weight moves: where its place first changes, and to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from shuping.scoring.first_level import GroupShares, UnitShares
from shuping.standing.what_if.curves import Curve, apart, changes, crossing

PARTS = 32
"""The first stretch looked at is this part of the whole; each one after it is twice as long."""


def unrounded_decides(shares: GroupShares, one: UnitShares, other: UnitShares) -> bool:
    """Tell whether unrounded totals may settle the order of two units."""
    if shares.rank_on == "unrounded":
        return True
    kinds = [kind for kind, _ in shares.keys]
    if "unrounded" not in kinds:
        return False
    before = kinds[: kinds.index("unrounded")].count("fixed")
    return one.keys[:before] == other.keys[:before]


@dataclass(frozen=True)
class Race:
    """A unit's curve and those of its ``rivals``; ``shares`` says what they are compared by."""

    shares: GroupShares
    mine: Curve
    rivals: tuple[Curve, ...]

    def first_change(self, start: Fraction, end: Fraction) -> tuple[Fraction, bool, str | None]:
        """Go from ``start`` to ``end`` until the unit's place differs from the one at ``start``.

        Return the last weight reached, whether the place there is still the same, and the place beyond; None where
        there is none.
        """
        near, size = start, self.shares.whole / PARTS
        while near != end:
            far = min(near + size, end) if end > start else max(near - size, end)
            found = self._change_in(near, far)
            if found is not None:
                return found
            near, size = far, 2 * size
        return end, True, None

    def _change_in(self, near: Fraction, far: Fraction) -> tuple[Fraction, bool, str] | None:
        """Return the first change in a stretch: rivals that pass are counted at each weight and behind it."""
        events: dict[tuple[Fraction, int], int] = defaultdict(int)
        for line in self.rivals:
            for weight, behind, step in self._passing(line, near, far):
                events[abs(weight - near), behind] += step
        passed = 0
        for distance, behind in sorted(events):
            passed += events[distance, behind]
            if passed:
                place = 1 + sum(self._ahead(line, near) for line in self.rivals) + passed
                return near + (distance if far > near else -distance), bool(behind), str(place)
        return None

    def _passing(self, line: Curve, near: Fraction, far: Fraction) -> Iterator[tuple[Fraction, int, int]]:
        """Yield where a rival gets ahead (1) or falls behind (-1): at a weight (0), or right behind it (1)."""
        low, high = min(near, far), max(near, far)
        decides = unrounded_decides(self.shares, self.mine.unit, line.unit)
        if not decides and apart(self.mine, line, low, high):
            return
        cuts = set(changes(self.mine, line, low, high)) if self.shares.rank_on == "published" else set()
        at = crossing(self.mine, line) if decides else None
        if at is not None and low < at < high:
            cuts.add(at)
        before = self._ahead(line, near)
        for here, there in pairwise((near, *sorted(cuts, reverse=far < near), far)):
            for weight, asked, behind in ((here, (here + there) / 2, 1), (there, there, 0)):
                now = self._ahead(line, asked)
                if now != before:
                    yield weight, behind, now - before
                before = now

    def _ahead(self, line: Curve, weight: Fraction) -> bool:
        """Tell whether a rival comes before the unit: by the totals compared, then key by key."""
        for theirs, mine in zip(self._keys(line, weight), self._keys(self.mine, weight), strict=True):
            if theirs != mine:
                return theirs > mine
        return False

    def _keys(self, line: Curve, weight: Fraction) -> Iterator[Fraction | int]:
        yield line.published(weight) if self.shares.rank_on == "published" else line.total(weight)
        fixed = iter(line.unit.keys)
        for kind, sign in self.shares.keys:
            if kind == "fixed":
                yield next(fixed)
            else:
                yield sign * (line.total(weight) if kind == "unrounded" else line.deduction)
