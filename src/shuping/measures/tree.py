"""The unit tree as arrays, and merging along it.

``Segments`` are runs of cells that belong together: the units below a unit, or the filed periods of a unit. Merging is
exact: integers are added as they are, fractions over a common denominator or one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.records.register import Register
from shuping.rulebook.model import Reduction
from shuping.values import Missing, Value
from shuping.values.rational import Ints, Rationals

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segments:
    """``cells[starts[i]:starts[i + 1]]`` are the cells of the i-th group; every group has at least one."""

    cells: Places
    starts: Places

    @classmethod
    def by(cls, group: Places) -> Segments:
        """Return the segments of cells 0, 1, … by their group number; groups without cells are not among them."""
        cells = np.argsort(group, kind="stable")
        ordered = group[cells]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(group) else cells
        return cls(cells, starts.astype(np.int64))

    def __len__(self) -> int:
        return len(self.starts)

    def merge(self, values: Ints, how: str) -> Ints:
        """Merge integers within each group; ``how`` is sum, min, max or or (bits)."""
        if not len(self.starts):
            return values[:0]
        if how == "sum" and values.dtype != object and _may_overflow(values, len(self.cells)):
            values = values.astype(object)
        ufuncs: dict[str, Any] = {"sum": np.add, "min": np.minimum, "max": np.maximum, "or": np.bitwise_or}
        merged: Ints = ufuncs[how].reduceat(values[self.cells], self.starts)
        return merged

    def ends(self) -> Places:
        """Return where each group ends in ``cells``."""
        return np.append(self.starts[1:], len(self.cells))

    def reduce(self, values: Rationals, how: Reduction, order: Ints | None = None) -> Rationals:
        """Reduce the known values of each group; a group without any keeps the reason of its first cell.

        ``order`` says which cell is ``last`` (the greatest; of equals the later cell).
        """
        if how == "last":
            return self._last(values, np.arange(len(values)) if order is None else order)
        known = values.known
        count = self.merge(known.astype(np.int64), "sum")
        shared = values.shared()
        if shared is None:
            return self._slowly(values, how)
        tops, below = shared
        if how in ("min", "max"):
            limit = int(tops.max(initial=0)) + 1 if how == "min" else int(tops.min(initial=0)) - 1
            tops = np.where(known, tops, limit)
        merged = self.merge(tops, "sum" if how == "mean" else how)
        why = np.where(count == 0, values.why[self.cells[self.starts]], np.int8(0))
        whole = Rationals.make(merged, np.full(len(self), below), why)
        if how != "mean":
            return whole
        return whole / Rationals.make(np.where(count == 0, 1, count))

    def _last(self, values: Rationals, order: Ints) -> Rationals:
        known = values.known[self.cells]
        group = np.repeat(np.arange(len(self)), self.ends() - self.starts)
        keys = (np.arange(len(self.cells)), order[self.cells], known, group)
        ranked = np.lexsort(keys)  # within each group: missing cells first, then by order, then by place
        return values.take(self.cells[ranked[self.ends() - 1]])

    def _slowly(self, values: Rationals, how: Reduction) -> Rationals:
        cells = values.values()
        found: list[Value] = []
        for start, end in zip(self.starts.tolist(), self.ends().tolist(), strict=True):
            given = [cells[place] for place in self.cells[start:end].tolist()]
            numbers = [value for value in given if not isinstance(value, Missing)]
            found.append(_reduced(numbers, how) if numbers else given[0])
        return Rationals.of(found)


def _reduced(numbers: list[Fraction], how: Reduction) -> Fraction:
    if how == "min":
        return min(numbers)
    if how == "max":
        return max(numbers)
    total = _total(numbers)
    return total / len(numbers) if how == "mean" else total


def _total(numbers: list[Fraction]) -> Fraction:
    """Add pairwise, so that the big denominators meet as late as possible."""
    while len(numbers) > 1:
        pairs = zip(numbers[::2], numbers[1::2], strict=False)
        numbers = [left + right for left, right in pairs] + numbers[len(numbers) // 2 * 2 :]
    return numbers[0]


def _may_overflow(values: Ints, size: int) -> bool:
    if not values.size:
        return False
    largest = max(int(values.max()).bit_length(), int(values.min()).bit_length())
    return largest + size.bit_length() > 62


@dataclass(frozen=True, slots=True)
class UnitTree:
    """The register's units by number (their place in the register), and who stands below whom."""

    ids: tuple[str, ...]
    below: Segments
    """For each unit, itself first and then all units below it, the nearest first."""

    @classmethod
    def of(cls, register: Register) -> UnitTree:
        """Return the tree of a register (parents known and free of cycles, as the reader made sure)."""
        ids = tuple(register.units)
        number = {identifier: place for place, identifier in enumerate(ids)}
        parent = np.array([number.get(unit.parent or "", -1) for unit in register], dtype=np.int64)
        units = np.arange(len(ids), dtype=np.int64)
        ancestors, members, above = [units], [units], parent
        while (standing := above >= 0).any():
            ancestors.append(above[standing])
            members.append(units[standing])
            above = np.where(standing, parent[above], -1)
        ancestor, member = np.concatenate(ancestors), np.concatenate(members)
        distance = np.repeat(np.arange(len(members)), [len(level) for level in members])
        order = np.lexsort((member, distance, ancestor))
        return cls(ids, Segments(member[order], np.searchsorted(ancestor[order], units).astype(np.int64)))

    def __len__(self) -> int:
        return len(self.ids)
