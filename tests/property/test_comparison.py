"""Whatever two rule books say: the causes of a unit's change add up to it, and a book moves nobody against itself."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings

import shuping
from shuping.records.folder import Folder
from shuping.records.register import Register, Unit
from shuping.review.compare import compare
from shuping.scoring.result import Result
from tests.core.scoring.trees import rulebook
from tests.property.test_scoring_trees import LETTERS, UNITS, Figures, figures, trees


def result(tree: str, values: Figures) -> Result:
    """Score a tree on figures that stand in the register."""
    book = rulebook(tree, groups={"first": UNITS[0], "second": UNITS[1]}, letters=LETTERS, missing="rescale")
    units = {
        name: Unit(name, name, name, "unit", attributes={letter: str(values[letter][name]) for letter in LETTERS
                                                         if values[letter][name] is not None})
        for group in UNITS for name in group
    }  # fmt: skip
    return shuping.score(Folder(None, book, Register(units, attributes=tuple(LETTERS))), "2025")


@settings(max_examples=40)
@given(trees(), trees(), figures)
def test_the_causes_add_up_to_the_change(first: str, second: str, values: Figures) -> None:
    found = compare(result(first, values), result(second, values))
    sums: dict[str, Fraction] = {}
    for unit, difference in found.causes.select("unit", "difference_exact").iter_rows():
        sums[unit] = sums.get(unit, Fraction(0)) + Fraction(difference)
    changes = {unit: change for unit, change in found.moves.select("unit", "change").iter_rows() if change is not None}
    assert sums == {unit: Fraction(change) for unit, change in changes.items()}
    assert "remainder" not in set(found.causes["kind"])  # everything in such trees can be laid to a criterion


@settings(max_examples=40)
@given(trees(), figures)
def test_a_book_moves_nobody_against_itself(tree: str, values: Figures) -> None:
    found = compare(result(tree, values), result(tree, values))
    assert found.moved.height == 0
    assert set(found.causes["difference_exact"]) <= {"0/1"}
