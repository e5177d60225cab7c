"""What a scoring method gives at values chosen to show its ends: its parameters, their neighbours, and far away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from shuping.methods import Method, Operand, Setting
from shuping.methods.arithmetic import EXACT, Groups
from shuping.review.book import Book
from shuping.rulebook.model import Criterion
from shuping.rulebook.rules import method_of
from shuping.values.rounding import round_exact

FAR = Fraction(10**6)
STAND_IN = Fraction(100)
"""In place of a target that differs by unit."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The values tried, from the lowest up, with the points of units that had a value."""

    alone: Mapping[Fraction, Fraction]
    """Each value in a group of its own."""
    together: Mapping[Fraction, Fraction]
    """All values but nought in one group."""

    @property
    def best(self) -> Fraction | None:
        """The most points that any value gave; None where the method scored none of them."""
        return max((*self.alone.values(), *self.together.values()), default=None)

    @property
    def endless(self) -> bool:
        """Tell whether only the furthest value gave the most points: further ones would give more."""
        places = [value for value, points in self.alone.items() if points == self.best]
        return len(places) == 1 and places[0] == FAR

    @property
    def falls(self) -> bool:
        """Tell whether a higher value ever gave fewer points."""
        found = [points for _, points in sorted(self.together.items())]
        return any(later < earlier for earlier, later in pairwise(found))


def probe(method: Method, full: Fraction, *, lower: bool = False) -> Probe:
    """Score the values that show a method's ends, exactly, with ``full`` points."""
    tried = values_to_try(method)
    rivals = [value for value in tried if value]  # against a best value of nought nothing can be measured
    return Probe(_score(method, tried, full, lower, alone=True), _score(method, rivals, full, lower, alone=False))


def loses_by_more(book: Book, leaf: Criterion) -> bool:
    """Tell whether a higher value may earn a leaf fewer points."""
    groups = book.groups_of(leaf)
    if not groups:
        return False
    method = method_of(book.rulebook, leaf)
    return probe(method, book.full_of(leaf, groups[0]), lower=book.is_lower(leaf)).falls


def values_to_try(method: Method) -> list[Fraction]:
    """Return the values to try, ascending: not below zero unless a parameter is."""
    numbers = {*_numbers(method.model_dump()), Fraction(0), Fraction(1)}
    numbers |= {operand.number or STAND_IN for operand in method.operands().values()}
    near = {number * factor for number in numbers for factor in (Fraction(1, 2), Fraction(2))}
    near |= {number + step for number in numbers for step in (Fraction(-1, 1000), Fraction(1, 1000))}
    found = numbers | near | {FAR}
    lowest = min(numbers)
    return sorted(number for number in found if number >= min(lowest, Fraction(0)))


def _numbers(given: Any) -> Iterator[Fraction]:
    if isinstance(given, Fraction):
        yield given
    elif isinstance(given, Operand):
        yield given.number if given.number is not None else STAND_IN
    elif isinstance(given, Mapping):
        for item in given.values():
            yield from _numbers(item)
    elif isinstance(given, list | tuple):
        for item in given:
            yield from _numbers(item)


def _score(
    method: Method, tried: list[Fraction], full: Fraction, lower: bool, *, alone: bool
) -> dict[Fraction, Fraction]:
    count = len(tried)
    operands = {
        name: EXACT.full(count, STAND_IN if operand.number is None else operand.number)
        for name, operand in method.operands().items()
    }
    codes = np.arange(count) if alone else np.zeros(count, dtype=np.int64)
    setting = Setting(EXACT, EXACT.full(count, full), Groups(codes.astype(np.int64)), operands, lower)
    scored = method.score(EXACT.array(tried), setting)
    lost = np.zeros(count, dtype=bool)
    for mask in scored.missing.values():
        lost |= mask
    # twelve decimals: roots and logarithms are compared as what they come near to
    return {
        value: round_exact(Fraction(points), 12)
        for value, points, gone in zip(tried, scored.points, lost, strict=True)
        if not gone
    }
