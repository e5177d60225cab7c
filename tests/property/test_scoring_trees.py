"""What holds for every criteria tree: contributions and weights add up, order is nothing, floats publish the same."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.rulebook.rules import shares_of_total
from shuping.scoring.large import score_large
from shuping.scoring.scores import Scores, walk
from shuping.values.rounding import round_exact
from tests.core.scoring.trees import Given, Scored, grid_for, inputs_for, rulebook, score

LETTERS = "abcdef"
METHODS = [
    "{ratio_capped: {target: 5}}",
    "{ratio_uncapped: {target: 5, cap: 1.2}}",
    "{minmax: {floor: 0.6}}",
    "{goalposts: {low: 1, high: 7}}",
    "{band_table: {bands: [{from: 4, points: 3}, {from: 2, points: 1.5}, {points: 0}]}}",
    "{pass_fail: {target: 4}}",
    "{rank_step: {step: 15%}}",
    "{ratio_to_best: {}}",
    "{deduct_to_zero: {each: 0.7}}",
]
POLICIES = ["full", "zero", "group_mean", "group_median", "group_mean_points", "rescale_total"]
UNITS = ("uvw", "xyz")
Tree = tuple[str, list["Tree"]]


@st.composite
def trees(draw: st.DrawFn, *, means: bool = True) -> str:
    """Return the YAML of an additive tree: nodes of points or of weights, two levels deep, each leaf with a method."""
    letters = iter(draw(st.permutations(LETTERS)))
    number = 0

    def leaf(share: str) -> str:
        return f"{share}, measure: {next(letters)}, method: {draw(st.sampled_from(METHODS))}"

    def level(depth: int, budget: Fraction | None) -> list[str]:
        nonlocal number
        count = draw(st.integers(1, 3 - depth))
        parts = [Fraction(draw(st.integers(1, 5))) for _ in range(count)]
        weighted = means and draw(st.booleans())
        whole = sum(parts)
        lines: list[str] = []
        for part in parts:
            number += 1
            share = f"weight: {part / whole}" if weighted else f"points: {(budget or 100) * part / whole}"
            policy = draw(st.sampled_from(["", *(f", missing: {word}" for word in POLICIES)]))
            pad = "  " * (2 * depth + 1)
            if depth == 0 and draw(st.booleans()):
                lines += [f"{pad}- id: n{number}", f"{pad}  {share}", f"{pad}  criteria:"]
                if policy:
                    lines.insert(-1, f"{pad}  {policy.removeprefix(', ')}")
                lines += level(1, None if weighted else (budget or Fraction(100)) * part / whole)
            else:
                lines.append(f"{pad}- {{id: n{number}, {leaf(share)}{policy}}}")
        return lines

    return "\n".join(level(0, None))


figures = st.fixed_dictionaries(
    {
        letter: st.fixed_dictionaries(
            {unit: st.one_of(st.none(), st.integers(0, 16).map(lambda n: Fraction(n, 2))) for unit in "uvwxyz"}
        )
        for letter in LETTERS
    }
)
Figures = dict[str, dict[str, Given]]


def scored(tree: str, values: Figures, groups: dict[str, str] | None = None) -> Scored:
    members = groups or {"first": UNITS[0], "second": UNITS[1]}
    return score(rulebook(tree, groups=members, missing="rescale", letters=LETTERS), values)


@given(trees(), figures)
def test_the_contributions_of_the_leaves_add_up_to_the_unrounded_total(tree: str, values: Figures) -> None:
    found = scored(tree, values)

    def contributions(scores: Scores, worth: Fraction, index: int) -> Fraction:
        if not scores.children or scores.policy_applied[index]:
            return Fraction(scores.points[index]) * worth if scores.present[index] else Fraction(0)
        assert scores.shares is not None
        pairs = zip(scores.children, scores.shares, strict=True)
        return sum((contributions(child, worth * share[index], index) for child, share in pairs), Fraction(0))

    for index in np.flatnonzero(found.root.present):
        assert contributions(found.root, Fraction(1), int(index)) == found.root.points[index]


@given(trees())
def test_the_shares_of_the_leaves_add_up_to_one(tree: str) -> None:
    book = rulebook(tree, groups={"first": "u", "second": "x"}, letters=LETTERS)
    for group in book.groups:
        shares = shares_of_total(book, group)
        assert sum(shares[criterion.id] for criterion in book.walk() if not criterion.criteria) == 1


@given(trees(), figures, st.permutations("uvw"))
def test_which_unit_has_which_name_changes_nothing(tree: str, values: Figures, names: list[str]) -> None:
    rename = {**dict(zip("uvw", names, strict=True)), **{unit: unit for unit in "xyz"}}
    moved: Figures = {letter: {rename[unit]: value for unit, value in row.items()} for letter, row in values.items()}
    before, after = scored(tree, values).points(), scored(tree, moved).points()
    assert after == {rename[unit]: points for unit, points in before.items()}


@given(trees(), figures)
def test_groups_are_scored_apart(tree: str, values: Figures) -> None:
    together = scored(tree, values).points()
    for units in UNITS:
        alone = scored(tree, values, {"only": units}).points()
        assert alone == {unit: together[unit] for unit in units}


@given(trees(means=False), figures)
def test_a_total_lies_between_nothing_and_full_points(tree: str, values: Figures) -> None:
    plain = tree.replace("ratio_uncapped: {target: 5, cap: 1.2}", "ratio_capped: {target: 5}")
    plain = plain.replace(METHODS[4], METHODS[5])  # the points of a band table are its own
    assert all(points is None or 0 <= points <= 100 for points in scored(plain, values).points().values())


@given(trees(), figures)
def test_floats_publish_what_fractions_publish(tree: str, values: Figures) -> None:
    book = rulebook(tree, groups={"first": "uvw", "second": "xyz"}, missing="rescale", letters=LETTERS)
    grid = grid_for(book)
    large = score_large(book, grid, inputs_for(grid, values, FLOAT), lambda: inputs_for(grid, values, EXACT))
    exact = score(book, values)
    for index in range(len(grid)):
        assert exact.root.present[index] == ~np.isnan(large.totals[index])
        if exact.root.present[index]:
            assert large.totals[index] == float(round_exact(Fraction(exact.root.points[index]), 2))
    assert [scores.criterion.id for scores in walk(large.scores)] == [s.criterion.id for s in walk(exact.root)]
