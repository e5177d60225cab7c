"""Grades by threshold, by quota and by both: places given from the best grade down, in the order of ranks.

A grade is offered to the units in their order. Who fits it (its ``min`` and ``worst``) takes a place while there are
any; who is kept from it by a veto does not, and the rule book says what becomes of that place. Tied units of which
some would get the last place and some not are never separated by chance. Everyone who is left takes the last grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Literal

from shuping.rulebook.grading_model import Grade, Grading


@dataclass(frozen=True, slots=True)
class Effect:
    """What a veto that holds does to a unit's grade: ``bar_top`` keeps it from the first grade, ``cap_grade`` from all
    better than ``grade``, ``unqualified`` puts it into ``grade``, by default the last.
    """

    kind: Literal["bar_top", "cap_grade", "unqualified"]
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a comparison group: what ``min`` is compared with (None: no total), its place (equal: tied), the vetoes
    that hold for it, and the grades whose ``worst`` it fails.
    """

    unit: str
    total: Fraction | None
    place: int
    effects: tuple[Effect, ...] = ()
    fails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Graded:
    """A unit's grade; None where it has none or a person must decide. ``notes`` say what kept it from a better grade,
    or gave it this one, as ``<code>:<grade>`` with the codes of ``NOTES``.
    """

    grade: str | None = None
    notes: tuple[str, ...] = ()


NOTES = ("quota", "veto", "worst", "tied_in", "tied_out", "open")
"""No place left; kept from it by a veto; the worst criteria fall short; let in, or left out, with all that are tied;
tied across the edge, for a person to decide.
"""


def grade_units(
    grades: Mapping[str, Grade], grading: Grading, group: str, candidates: Sequence[Candidate]
) -> dict[str, Graded]:
    """Return the grade of every candidate of one comparison group. ``candidates`` are all of the group, in any order;
    those without a total get no grade, or the last one where a veto calls them unqualified.
    """
    if not grades:
        return {candidate.unit: Graded() for candidate in candidates}
    ranked = sorted((one for one in candidates if one.total is not None), key=lambda one: one.place)
    base = len(ranked) if grading.quota_base == "ranked" else len(candidates)
    giving = _Giving(list(grades), grading, ranked)
    for name, grade in grades.items():
        giving.offer(name, grade, grade.places(group, base))
    found = {unit: Graded(grade, tuple(giving.notes.get(unit, ()))) for unit, grade in giving.given.items()}
    for candidate in candidates:
        if candidate.total is None:
            found[candidate.unit] = _without_total(list(grades), candidate)
    return found


def _without_total(names: list[str], candidate: Candidate) -> Graded:
    """A unit without a total has no grade, unless a veto makes it unqualified whatever its total."""
    lowest = [effect.grade or names[-1] for effect in candidate.effects if effect.kind == "unqualified"]
    return Graded(max(lowest, key=names.index), (f"veto:{names[0]}",)) if lowest else Graded()


@dataclass
class _Giving:
    """Grades being given. ``spent``: units whose place was left empty because of a veto: they empty no second one;
    ``undecided``: tied units left open, with how many of them must still find a place further down.
    """

    names: list[str]
    grading: Grading
    waiting: list[Candidate]
    given: dict[str, str | None] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    undecided: list[tuple[list[Candidate], int]] = field(default_factory=list)
    over: int = 0

    def offer(self, name: str, grade: Grade, places: int | None) -> None:
        """Give one grade to those who get it."""
        if name == self.names[-1]:
            self._take(name, list(self.waiting))
            return
        fitting = [one for one in self.waiting if self._fits(one, name, grade)]
        if places is None:
            self._settle(name, grade, len(self.waiting) + sum(count for _, count in self.undecided))
            for one in fitting:
                self._take(name, [one]) if self._allowed(one, name) else self._note(one, "veto", name)
            return
        left = self._settle(name, grade, places + self.over)
        keeps = self.grading.freed_slot == "empty"
        line = [one for one in fitting if self._allowed(one, name) or (keeps and one.unit not in self.spent)]
        left = self._fill(name, line, left)
        self.over = left if self.grading.unreached_slot == "next_grade" else 0
        for one in fitting:
            if one.unit not in self.given:
                self._note(one, "quota" if self._allowed(one, name) else "veto", name)

    def _fits(self, one: Candidate, name: str, grade: Grade) -> bool:
        assert one.total is not None
        if grade.min is not None and one.total < grade.min:
            return False
        if name in one.fails:
            self._note(one, "worst", name)
            return False
        return True

    def _allowed(self, one: Candidate, name: str) -> bool:
        """Tell whether no veto keeps a unit from a grade."""
        return all(self.names.index(name) >= self._best(effect) for effect in one.effects)

    def _best(self, effect: Effect) -> int:
        if effect.kind == "bar_top":
            return 1
        return self.names.index(effect.grade) if effect.grade is not None else len(self.names) - 1

    def _settle(self, name: str, grade: Grade, places: int) -> int:
        """Keep places for those above whose grade is open; return how many are left for the others."""
        still: list[tuple[list[Candidate], int]] = []
        for tied, count in self.undecided:
            used = min(count, places, sum(self._fits(one, name, grade) for one in tied))
            places -= used
            still.append((tied, count - used))
        self.undecided = still
        return places

    def _fill(self, name: str, line: list[Candidate], left: int) -> int:
        """Fill places in the order of the line, tied units together; return how many nobody reached."""
        for _, group in groupby(line, key=lambda one: one.place):
            tied = list(group)
            if not left:
                break
            if len(tied) > left and not self._across(name, tied, left):
                break
            if len(tied) > left:
                return 0
            self._place(name, tied)
            left -= len(tied)
        return left

    def _across(self, name: str, tied: list[Candidate], left: int) -> bool:
        """Treat tied units across the edge; return False where their places stay free."""
        how = self.grading.tied_at_edge
        mine = [one for one in tied if self._allowed(one, name)]
        for one in mine:
            self._note(one, {"all_in": "tied_in", "all_out": "tied_out", "decide": "open"}[how], name)
        if how == "all_in":
            self._place(name, tied)
        elif how == "decide":
            for one in mine:
                self.given[one.unit] = None
            self.waiting = [one for one in self.waiting if one.unit not in self.given]
            self.undecided.append((mine, max(0, len(mine) - left)))
        return how != "all_out"

    def _place(self, name: str, units: list[Candidate]) -> None:
        """Give the grade to those who may have it; the others' places stay empty."""
        self._take(name, [one for one in units if self._allowed(one, name)])
        self.spent.update(one.unit for one in units if not self._allowed(one, name))

    def _take(self, name: str, units: list[Candidate]) -> None:
        self.given.update(dict.fromkeys((one.unit for one in units), name))
        self.waiting = [one for one in self.waiting if one.unit not in self.given]

    def _note(self, one: Candidate, code: str, name: str) -> None:
        noted = self.notes.setdefault(one.unit, [])
        if not any(note.endswith(f":{name}") for note in noted):
            noted.append(f"{code}:{name}")
