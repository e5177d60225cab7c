"""Small criteria trees over given values, scored without files: each measure is named by its letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from shuping.methods.arithmetic import EXACT, FLOAT, Arithmetic
from shuping.rulebook.load import loads
from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Grid, Inputs, column_of
from shuping.scoring.scores import Scores, walk
from shuping.values import Missing, Value

Given = str | int | Fraction | None
Figures = Mapping[str, Mapping[str, Given]]
"""``{measure: {unit: value}}``; None is a missing value."""
Periods = Mapping[str, Mapping[str, Figures]]
"""``{kind: {period: figures}}`` of the periods inside."""
POINTS = "method: {ratio_uncapped: {target: 1}}"
"""The value is the share of full points."""


def rulebook(
    criteria: str, *, groups: Mapping[str, str] | None = None, letters: str = "abcdefgh", **others: str
) -> Rulebook:
    """Return a rule book with one measure per letter. ``groups``: the members of each group, one letter a unit."""
    members = groups or {"all": "xyz"}
    lines = ["format: 1", "rulebook: tree", 'version: "1"', "title: Tree", "groups:"]
    lines += [f"  {name}: {{members: [{', '.join(units)}]}}" for name, units in members.items()]
    lines += ["measures:", *(f"  {letter}: {{value: unit.{letter}, places: 9}}" for letter in letters)]
    lines += [f"{key}: {text}" for key, text in others.items()]
    return loads("\n".join([*lines, "criteria:", criteria]) + "\n")


@dataclass(frozen=True)
class Scored:
    """A scored tree, looked up by criterion and unit."""

    rulebook: Rulebook
    grid: Grid
    root: Scores

    def scores(self, criterion: str = "") -> Scores:
        """Return one criterion's scores; the total's for the empty name."""
        return next(scores for scores in walk(self.root) if scores.criterion.id == criterion)

    def points(self, criterion: str = "") -> dict[str, Fraction | None]:
        """Return the unrounded points by unit: None where there are none; units to which it does not apply left out."""
        scores = self.scores(criterion)
        return {
            unit: Fraction(scores.points[index]) if scores.present[index] else None
            for index, unit in enumerate(self.grid.units)
            if scores.applies[index]
        }


def grid_for(book: Rulebook) -> Grid:
    """Return the grid of all members."""
    units = [unit for group in book.groups.values() for unit in sorted(group.members)]
    codes = [code for code, group in enumerate(book.groups.values()) for _ in group.members]
    return Grid(tuple(units), tuple(book.groups), np.asarray(codes, dtype=np.int64))


def value_of(given: Given) -> Value:
    """Return a figure as a value."""
    return Missing("no_records") if given is None else Fraction(given)


def inputs_for(
    grid: Grid,
    figures: Figures,
    arithmetic: Arithmetic = EXACT,
    each: Periods | None = None,
    groupings: Mapping[str, str] | None = None,
) -> Inputs:
    """Return the columns of these figures; a unit that is not named has no value.

    ``each``: the figures of the periods inside; ``groupings``: one letter a unit of the grid, ``-`` for none.
    """
    return Inputs(
        each={
            kind: {name: inputs_for(grid, inside, arithmetic, None, groupings) for name, inside in periods.items()}
            for kind, periods in (each or {}).items()
        },
        groupings={
            column: np.asarray([-1 if letter == "-" else ord(letter) for letter in letters], dtype=np.int64)
            for column, letters in (groupings or {}).items()
        },
        measures={
            name: column_of([value_of(values.get(unit)) for unit in grid.units], arithmetic)
            for name, values in figures.items()
        },
    )


def score(
    book: Rulebook,
    figures: Figures,
    arithmetic: Arithmetic = EXACT,
    each: Periods | None = None,
    groupings: Mapping[str, str] | None = None,
) -> Scored:
    """Score the tree; the exact scores are compared with those of the float arithmetic on the way."""
    grid = grid_for(book)
    found = Scored(book, grid, evaluate(book, grid, inputs_for(grid, figures, arithmetic, each, groupings), arithmetic))
    if arithmetic is EXACT:
        rough = evaluate(book, grid, inputs_for(grid, figures, FLOAT, each, groupings), FLOAT)
        for mine, other in zip(walk(found.root), walk(rough), strict=True):
            assert (mine.present == other.present).all()
            there = mine.present
            np.testing.assert_allclose(
                other.points[there].astype(float), mine.points[there].astype(float), rtol=1e-9, atol=1e-9
            )
    return found
