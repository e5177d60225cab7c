"""How often each grade would have come out: the rules of ``standing.grades`` over many replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.rulebook.grading_model import Grade, Grading
from shuping.standing.grades import Candidate, Effect, grade_units

Floats = NDArray[np.float64]
SLOW = 2_000_000
"""Units times replicates that the careful path is taken for; more are left out and said to be."""
NEAR = 1e-9


@dataclass
class GradeTally:
    """How often each unit of a comparison group had each grade; the last column: none, or left to a person."""

    grades: tuple[str, ...]
    units: int
    counts: NDArray[np.int64] = field(init=False)
    replicates: int = 0

    def __post_init__(self) -> None:
        self.counts = np.zeros((self.units, len(self.grades) + 1), dtype=np.int64)

    def add(self, given: NDArray[np.int64]) -> None:
        """Add the grades (units, replicates) of a block: places in ``grades``, the number after the last for none."""
        for column in range(len(self.grades) + 1):
            self.counts[:, column] += (given == column).sum(axis=1)
        self.replicates += given.shape[1]

    def holds(self, unit: int, grade: str | None) -> float | None:
        """Return the probability of a unit's published grade, None where it has none."""
        if grade is None or not self.replicates:
            return None
        return float(self.counts[unit, self.grades.index(grade)] / self.replicates)

    def columns(self, units: Sequence[str]) -> dict[str, Any]:
        """Return the probability of every grade that came out: ``unit``, ``grade``, ``probability``."""
        unit, grade = np.nonzero(self.counts[:, :-1])
        share = self.counts[unit, grade] / max(1, self.replicates)
        names, grades = np.asarray(units, dtype=object), np.asarray(self.grades, dtype=object)
        return {"unit": names[unit], "grade": grades[grade], "probability": share}


def grades_of_block(
    grades: Mapping[str, Grade],
    grading: Grading,
    group: str,
    totals: Floats,
    ranks: NDArray[np.int32],
    effects: Sequence[tuple[Effect, ...]],
) -> NDArray[np.int64] | None:
    """Return the grades (units, replicates) of one comparison group, as places in ``grades``; None where that would
    take too long.

    ``totals`` and ``ranks`` (units, replicates), NaN and 0 where there is none. Units' worst criteria are not looked
    at: rule books that ask for them are None too.
    """
    if any(grade.worst is not None for grade in grades.values()):
        return None
    simple = not any(effects) and grading.unreached_slot == "empty" and grading.tied_at_edge != "decide"
    if simple or (not any(effects) and not any(grade.has_quota for grade in grades.values())):
        return _at_once(grades, grading, group, totals, ranks)
    if totals.size > SLOW:
        return None
    return _one_by_one(grades, grading, group, totals, ranks, effects)


def _at_once(
    grades: Mapping[str, Grade], grading: Grading, group: str, totals: Floats, ranks: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Give the grades of all replicates together, from the best one down."""
    names = list(grades)
    ranked = ranks > 0
    base = ranked.sum(axis=0) if grading.quota_base == "ranked" else np.full(ranks.shape[1], len(ranks))
    given = np.where(ranked, len(names) - 1, len(names))
    waiting = ranked.copy()
    for number, name in enumerate(names[:-1]):
        grade = grades[name]
        low = -np.inf if grade.min is None else float(grade.min) - NEAR
        fits = waiting & (np.where(ranked, totals, -np.inf) >= low)
        if grade.quota(group) is not None:
            sizes, inverse = np.unique(base, return_inverse=True)
            slots = np.array([grade.places(group, int(size)) or 0 for size in sizes])[inverse]
            fits &= _within(fits, ranks, slots, grading.tied_at_edge == "all_in")
        given = np.where(fits, number, given)
        waiting &= ~fits
    return given


def _within(
    fits: NDArray[np.bool_], ranks: NDArray[np.int32], slots: NDArray[np.int64], tied_in: bool
) -> NDArray[np.bool_]:
    """Tell who of those that fit finds a place; those tied across the edge all do or all do not."""
    found = np.zeros_like(fits)
    for unit in range(len(ranks)):
        ahead = (fits & (ranks < ranks[unit])).sum(axis=0)
        if tied_in:
            found[unit] = ahead < slots
        else:
            found[unit] = ahead + (fits & (ranks == ranks[unit])).sum(axis=0) <= slots
    return found


def _one_by_one(
    grades: Mapping[str, Grade],
    grading: Grading,
    group: str,
    totals: Floats,
    ranks: NDArray[np.int32],
    effects: Sequence[tuple[Effect, ...]],
) -> NDArray[np.int64]:
    """Give the grades of each replicate by the rules themselves; the same pattern of totals is done once."""
    names = list(grades)
    limits = sorted({float(grade.min) for grade in grades.values() if grade.min is not None})
    reached = np.searchsorted(np.asarray(limits) - NEAR, np.where(ranks > 0, totals, -np.inf), side="right")
    patterns, inverse = np.unique(np.concatenate([ranks, reached]).T, axis=0, return_inverse=True)
    stand_in = [Fraction(-(10**9)), *map(Fraction, limits)]
    found = np.empty((len(patterns), len(ranks)), dtype=np.int64)
    for number, pattern in enumerate(patterns):
        places, steps = pattern[: len(ranks)], pattern[len(ranks) :]
        candidates = [
            Candidate(str(unit), stand_in[steps[unit]] if places[unit] else None, int(places[unit]), effects[unit])
            for unit in range(len(ranks))
        ]
        given = grade_units(grades, grading, group, candidates)
        found[number] = [
            names.index(grade) if (grade := given[str(unit)].grade) is not None else len(names)
            for unit in range(len(ranks))
        ]
    return np.asarray(found[inverse.ravel()].T)
