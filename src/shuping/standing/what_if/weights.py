"""The first level's weights as the rule book writes them, and as somebody wants to see them for a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from shuping.errors import InputError, Problem
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import by_group, children_of, combine_of, points_of, root_of
from shuping.standing.what_if.ground import Factors
from shuping.values.rounding import parse_exact, show_short


@dataclass(frozen=True, slots=True)
class Wanted:
    """A weight asked for: a number on the rule book's own scale, or (``share``) a share of what siblings come to."""

    number: Fraction
    share: bool

    def of(self, whole: Fraction) -> Fraction:
        """Return the weight where siblings come to ``whole``."""
        return self.number * whole if self.share else self.number


def declared(rulebook: Rulebook, group: str) -> dict[str, Fraction]:
    """Return the weight of each first-level criterion of a group as the rule book writes it: points under a sum, else
    weights (equal ones where none is written). Criteria that only take points off have 0.
    """
    children = children_of(root_of(rulebook), group)
    if combine_of(rulebook.combine, list(rulebook.criteria)) == "sum":
        return {child.id: points_of(child, group) or Fraction(0) for child in children}
    written = {child.id: by_group(child.weight, group) for child in children}
    if all(weight is None for weight in written.values()):
        return {name: Fraction(1, len(children)) for name in written}
    return {name: weight or Fraction(0) for name, weight in written.items()}


def wanted_weights(rulebook: Rulebook, given: Mapping[str, str]) -> dict[str, Wanted]:
    """Read the weights asked for, by criterion: ``25``, ``0.25``, ``1/4`` on the rule book's scale, or ``25%`` of what
    siblings come to. Raises InputError with every name that is not one of the first level and every text that is no
    number.
    """
    problems: list[Problem] = []
    found: dict[str, Wanted] = {}
    first = {criterion.id: criterion for criterion in rulebook.criteria}
    for name, text in given.items():
        if name not in first:
            problems.append(_unknown(name, first))
            continue
        try:
            number = parse_exact(text)
        except ValueError:
            number = Fraction(-1)
        if number < 0:
            problems.append(Problem("scoring.what-if-number", {"criterion": name, "given": text}))
        found[name] = Wanted(number, text.strip().endswith("%"))
    if problems:
        raise InputError(problems)
    return found


def _unknown(name: str, first: Mapping[str, Criterion]) -> Problem:
    near = get_close_matches(name, first, 1) or [next(iter(first))]
    return Problem("scoring.what-if-criterion", {"given": name, "allowed": ", ".join(first), "near": near[0]})


def weights_under(rulebook: Rulebook, wanted: Mapping[str, Wanted]) -> dict[str, dict[str, Fraction]]:
    """Return the weights of every group with those asked for: siblings keep their sum, the others share what is left in
    the proportion that they have. Raises InputError where that cannot be, for every group and criterion.
    """
    problems: list[Problem] = []
    found: dict[str, dict[str, Fraction]] = {}
    for group in rulebook.groups:
        weights = declared(rulebook, group)
        mine = {name: one.of(sum(weights.values(), Fraction(0))) for name, one in wanted.items() if name in weights}
        wrong = list(_wrong(group, weights, mine))
        problems += wrong
        if not wrong:
            found[group] = shared_out(weights, mine)
    if problems:
        raise InputError(problems)
    return found


def _wrong(group: str, weights: Mapping[str, Fraction], mine: Mapping[str, Fraction]) -> Iterator[Problem]:
    whole, asked = sum(weights.values(), Fraction(0)), sum(mine.values(), Fraction(0))
    for name in mine:
        if not weights[name]:
            yield Problem("scoring.what-if-weightless", {"criterion": name, "group": group})
    others = any(weight for name, weight in weights.items() if name not in mine)
    params = {"group": group, "given": show_short(asked), "allowed": show_short(whole)}
    if mine and asked > whole:
        yield Problem("scoring.what-if-above", params)
    elif mine and not others and asked != whole:
        yield Problem("scoring.what-if-sum", params)


def shared_out(weights: Mapping[str, Fraction], mine: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return the weights with some of them set, the others scaled so that all keep their sum."""
    left = sum(weights.values(), Fraction(0)) - sum(mine.values(), Fraction(0))
    others = sum((weight for name, weight in weights.items() if name not in mine), Fraction(0))
    return {
        name: mine[name] if name in mine else weight * left / others if others else weight
        for name, weight in weights.items()
    }


def factors_of(rulebook: Rulebook, weights: Mapping[str, Mapping[str, Fraction]]) -> Factors:
    """Return what each weight of each group is multiplied by, 1 for criteria without one."""
    found: dict[str, dict[str, Fraction]] = {}
    for group, mine in weights.items():
        own = declared(rulebook, group)
        found[group] = {name: weight / own[name] if own[name] else Fraction(1) for name, weight in mine.items()}
    return found
