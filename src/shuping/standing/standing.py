"""Totals to a standing: published figures, ranks within comparison groups, ties, grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from shuping.rulebook.model import Rulebook
from shuping.scoring.grid import REASON_NAMES, Grid
from shuping.scoring.scores import Scores, walk
from shuping.standing.decided_order import Decided, decided_order, leaves_to_people
from shuping.standing.grades import Candidate, Effect, Graded, grade_units
from shuping.standing.order import Evidence, rank_keys
from shuping.standing.worst import failing
from shuping.values.exact import decide
from shuping.values.ranking import competition_ranks, ranks_of

Tie = Literal["shared", "open", "decided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A grade that a person decided (None: only the place among level units), with the reason and the number of the
    document that says so.
    """

    grade: str | None
    reason: str
    document: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit's place. ``total`` is the published figure; None (with ``missing``) where the unit has none.

    ``tie``: other units share the rank, and that is the result (``shared``) or the rule book promised places of
    their own, or leaves the order to people, and a person must decide (``open``) or did (``decided``). ``notes``:
    what kept the unit from a better grade, see ``grades.NOTES``. ``bonus`` and ``deduction`` are what was added and
    taken after caps, ``veto`` the ids of the vetoes that hold. ``decision``: the grade that a person decided,
    beside the computed one.
    """

    group: str
    unit: str
    total: Fraction | None
    rank: int | None
    grade: str | None
    missing: str | None
    tie: Tie | None = None
    notes: tuple[str, ...] = ()
    bonus: Fraction | None = None
    deduction: Fraction | None = None
    veto: tuple[str, ...] = ()
    decision: Decision | None = None


def stand(
    rulebook: Rulebook,
    grid: Grid,
    root: Scores,
    evidence: Evidence | None = None,
    vetoes: Mapping[str, tuple[Effect, ...]] | None = None,
    decided: Decided | None = None,
) -> list[Standing]:
    """Return every unit's place: by group in the rule book's order, by rank, then by id; units without a total last.

    Ranks are taken on the published total unless the rule book says ``rank_on: unrounded``; equal totals are
    separated by the keys of ``tiebreak`` in their order, from the criteria and from ``evidence``, and what they leave
    equal shares a rank, unless a person ``decided`` the order. ``vetoes`` are what holds against units' grades. Raises
    UndecidableRounding when a total lies too near a half-way point for 50 digits to tell, InputError for decided ranks
    that are not those of level units.
    """
    totals = [published(rulebook, root, index) for index in range(len(grid))]
    known = {index: total for index, total in enumerate(totals) if total is not None}
    out = _unranked(rulebook, vetoes or {})
    known = {index: total for index, total in known.items() if grid.units[index] not in out}
    keys = rank_keys(rulebook, grid, root, known, evidence or Evidence())
    found: list[Standing] = []
    for code, group in enumerate(grid.group_names):
        members = [index for index in range(len(grid)) if grid.codes[index] == code]
        mine = {index: keys[index] for index in members if index in keys}
        settled = decided_order(grid.units, competition_ranks(mine), decided or {})
        mine = {index: (*key, settled.get(index, Fraction(0))) for index, key in mine.items()}
        places, ranks = competition_ranks(mine), ranks_of(mine, rulebook.rank_style)
        shared = Counter(places.values())
        grades = _grades(rulebook, grid, root, group, members, places, totals, vetoes or {})
        for index in sorted(members, key=lambda index: (places.get(index, len(grid) + 1), grid.units[index])):
            graded = grades.get(grid.units[index], Graded())
            tied = index in places and shared[places[index]] > 1
            tie: Tie = "decided" if index in settled else "open" if leaves_to_people(rulebook) else "shared"
            found.append(
                Standing(
                    group, grid.units[index], totals[index], ranks.get(index), graded.grade, _why(root, index),
                    tie if tied or index in settled else None, graded.notes,
                )
            )  # fmt: skip
    return found


def _grades(
    rulebook: Rulebook,
    grid: Grid,
    root: Scores,
    group: str,
    members: list[int],
    places: Mapping[int, int],
    totals: list[Fraction | None],
    vetoes: Mapping[str, tuple[Effect, ...]],
) -> dict[str, Graded]:
    if not rulebook.groups[group].graded:
        return {}
    unrounded = rulebook.grading.thresholds_on == "unrounded"
    fails = failing(rulebook, root, members)
    candidates = [
        Candidate(
            grid.units[index],
            (Fraction(root.points[index]) if unrounded else totals[index]) if index in places else None,
            places.get(index, 0),
            vetoes.get(grid.units[index], ()),
            fails.get(index, frozenset()),
        )
        for index in members
    ]
    return grade_units(rulebook.grades, rulebook.grading, group, candidates)


def _unranked(rulebook: Rulebook, vetoes: Mapping[str, tuple[Effect, ...]]) -> set[str]:
    """Return the units that have no rank because a veto calls them unqualified, where the rule book says so."""
    if rulebook.grading.unqualified == "ranked":
        return set()
    return {unit for unit, effects in vetoes.items() if any(effect.kind == "unqualified" for effect in effects)}


def published(rulebook: Rulebook, root: Scores, index: int) -> Fraction | None:
    """Return a unit's total as it is published, None where it has none."""
    if not root.present[index]:
        return None
    return decide(root.points[index], rulebook.rounding.places, rulebook.rounding.mode)


def _why(root: Scores, index: int) -> str | None:
    """Why a unit has no total: the first cause found down the tree, in the order of the rule book."""
    if root.present[index]:
        return None
    for scores in walk(root):
        if not scores.children and scores.applies[index] and (scores.dropped[index] or scores.reasons[index]):
            return REASON_NAMES[int(scores.reasons[index])] or "children_missing"
    return REASON_NAMES[int(root.reasons[index])] or "children_missing"
