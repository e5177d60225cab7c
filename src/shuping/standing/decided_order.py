"""The order of units that total and keys leave level, as a person decided it (decisions.csv)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from shuping.errors import InputError, Place, Problem
from shuping.rulebook.grading_model import MANUAL
from shuping.rulebook.model import Rulebook

Decided = Mapping[str, tuple[int, Place]]
"""The rank that was decided and where that is written, by unit."""


def leaves_to_people(rulebook: Rulebook) -> bool:
    """Tell whether the rule book lets a person order level units: by the key ``manual``, or by places of their own."""
    known = {*rulebook.measures, *(criterion.id for criterion in rulebook.walk())}
    manual = any(key.key == MANUAL for key in rulebook.tiebreak) and MANUAL not in known
    return manual or rulebook.rank_style == "ordinal"


def decided_order(units: Sequence[str], places: Mapping[int, int], decided: Decided) -> dict[int, Fraction]:
    """Return what is to be compared last, the higher first, of the units that were put in order, by index.

    ``places``: competition ranks of one group by index. Raises InputError, located, unless the ranks decided are
    those which level units hold together, one for each of them.
    """
    level: dict[int, list[int]] = defaultdict(list)
    for index, place in places.items():
        level[place].append(index)
    problems: list[Problem] = []
    found: dict[int, Fraction] = {}
    for first, tied in level.items():
        named = {index: decided[units[index]] for index in tied if units[index] in decided}
        last = first + len(tied) - 1
        if not named:
            continue
        if len(tied) > 1 and sorted(rank for rank, _ in named.values()) == list(range(first, last + 1)):
            found |= {index: Fraction(-rank) for index, (rank, _) in named.items()}
            continue
        for index, (rank, where) in named.items():
            params = {"unit": units[index], "given": rank, "first": first, "last": last}
            problems.append(Problem("scoring.decided-rank", params, where))
    if problems:
        raise InputError(problems)
    return found
