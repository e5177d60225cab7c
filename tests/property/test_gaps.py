"""What holds for every missing policy and every way of taking the mean over periods."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.scoring.large import score_large
from shuping.scoring.scores import Scores
from shuping.values.rounding import round_exact
from tests.core.scoring.trees import Figures, Given, Periods, grid_for, inputs_for, rulebook, score

LETTERS = "abcd"
METHODS = [
    "{ratio_capped: {target: 5}}",
    "{minmax: {floor: 0.6}}",
    "{goalposts: {low: 1, high: 7}}",
    "{band_table: {bands: [{from: 4, points: 3}, {from: 2, points: 1.5}, {points: 0}]}}",
    "{pass_fail: {target: 4}}",
    "{ratio_to_best: {}}",
    "{deduct_to_zero: {each: 0.7}}",
]
"""Not those that give ranks: a value that is filled in takes its place among them."""
POLICIES = [
    "full",
    "zero",
    "rescale",
    "rescale_total",
    "group_mean",
    "group_median",
    "group_mean_points",
    "{policy: peer, nearest: 1}",
    "{policy: peer, nearest: 2}",
    "{policy: group_mean, by: unit.area}",
    "{policy: group_mean_points, by: unit.area}",
    "drop_unit",
    "block",
]
AREAS = {"area": "aabbab"}
GROUPS = {"first": "uvw", "second": "xyz"}
PERIODS = ("2025-Q1", "2025-Q2", "2025-Q3")

numbers = st.integers(1, 16).map(lambda n: Fraction(n, 2))
values = st.one_of(st.none(), numbers)


def table(figure: st.SearchStrategy[Given]) -> st.SearchStrategy[dict[str, dict[str, Given]]]:
    return st.fixed_dictionaries({letter: st.fixed_dictionaries(dict.fromkeys("uvwxyz", figure)) for letter in LETTERS})


def tree(methods: list[str], extra: str = "") -> str:
    first, second, third, fourth = methods
    return f"""
  - id: n1
    points: 60{extra}
    criteria:
      - {{id: one, points: 40, measure: a, method: {first}}}
      - {{id: two, points: 20, measure: b, method: {second}}}
  - id: n2
    points: 40
    criteria:
      - {{id: three, weight: 0.3, measure: c, method: {third}}}
      - {{id: four, weight: 0.7, measure: d, method: {fourth}}}
"""


chosen = st.lists(st.sampled_from(METHODS), min_size=4, max_size=4)


@given(chosen, table(values), st.sampled_from(POLICIES), st.sampled_from(POLICIES))
def test_who_lacks_nothing_has_the_same_points_under_every_policy(
    methods: list[str], figures: Figures, one: str, other: str
) -> None:
    complete = {unit for unit in "uvwxyz" if all(figures[letter][unit] is not None for letter in LETTERS)}
    found = [
        score(
            rulebook(tree(methods), groups=GROUPS, missing=policy, letters=LETTERS), figures, groupings=AREAS
        ).points()
        for policy in (one, other)
    ]
    assert {unit: found[0][unit] for unit in complete} == {unit: found[1][unit] for unit in complete}
    assert all(found[0][unit] is not None for unit in complete)


@given(chosen, table(values), st.sampled_from(POLICIES))
def test_who_lacks_everything_has_points_only_where_the_policy_gives_them(
    methods: list[str], figures: Figures, policy: str
) -> None:
    empty = {letter: {**dict(row), "u": None} for letter, row in figures.items()}
    book = rulebook(tree(methods), groups=GROUPS, missing=policy, letters=LETTERS)
    total = score(book, empty, groupings=AREAS).points()["u"]
    if policy in ("rescale", "rescale_total", "drop_unit", "block", *POLICIES[7:9]):
        assert total is None
    elif policy in ("full", "zero"):
        assert total == (100 if policy == "full" else 0)


@given(chosen, table(values), st.sampled_from(["reweight", "reweight_all", "zero", "carry", "carry_or_zero"]))
def test_the_same_figures_in_every_period_are_as_one(methods: list[str], figures: Figures, how: str) -> None:
    once = rulebook(tree(methods), groups=GROUPS, missing="rescale", letters=LETTERS)
    book = rulebook(
        tree(methods, f"\n    each: quarter\n    missing_period: {how}"),
        groups=GROUPS,
        missing="rescale",
        letters=LETTERS,
    )
    each: Periods = {"quarter": dict.fromkeys(PERIODS, figures)}
    several, single = score(book, figures, each=each), score(once, figures)
    complete = {unit for unit, points in single.points("n1").items() if points is not None}
    for unit in complete:
        assert several.points()[unit] == single.points()[unit]
        for leaf in ("one", "two"):
            assert several.points(leaf)[unit] == single.points(leaf)[unit]


periods = st.fixed_dictionaries({name: table(values) for name in PERIODS})
ways = st.sampled_from(["reweight", "reweight_all", "zero", "carry", "carry_or_zero", "block"])
policies = st.sampled_from(["rescale", "rescale_total", "zero", "full", "group_mean_points", "group_mean"])


def _contributions(scores: Scores, worth: Fraction, index: int) -> Fraction:
    if not scores.children or scores.policy_applied[index]:
        return Fraction(scores.points[index]) * worth if scores.present[index] else Fraction(0)
    if scores.periods:
        return sum((_counted(child, index) for child in scores.children), Fraction(0)) * worth
    assert scores.shares is not None
    pairs = zip(scores.children, scores.shares, strict=True)
    return sum((_contributions(child, worth * share[index], index) for child, share in pairs), Fraction(0))


def _counted(scores: Scores, index: int) -> Fraction:
    """Add up what the leaves below a mean over periods add to it."""
    if not scores.children:
        assert scores.counted is not None
        return Fraction(scores.counted[index])
    return sum((_counted(child, index) for child in scores.children), Fraction(0))


@given(chosen, table(values), periods, ways, policies)
def test_contributions_of_leaves_by_periods_add_up_to_the_unrounded_total(
    methods: list[str], figures: Figures, inside: dict[str, Figures], how: str, policy: str
) -> None:
    book = rulebook(
        tree(
            methods, f"\n    each: quarter\n    missing_period: {how}\n    period_weights: {{1: 0.2, 2: 0.3, 3: 0.5}}"
        ),
        groups=GROUPS,
        missing=policy,
        letters=LETTERS,
    )
    found = score(book, figures, each={"quarter": inside})
    for index in np.flatnonzero(found.root.present):
        assert _contributions(found.root, Fraction(1), int(index)) == found.root.points[index]


@given(chosen, table(values), periods, ways, st.sampled_from(POLICIES))
def test_floats_publish_what_fractions_publish_by_periods_too(
    methods: list[str], figures: Figures, inside: dict[str, Figures], how: str, policy: str
) -> None:
    text = tree(methods, f"\n    each: quarter\n    missing_period: {how}")
    book = rulebook(text, groups=GROUPS, missing=policy, letters=LETTERS)
    grid = grid_for(book)
    each: Periods = {"quarter": inside}
    large = score_large(
        book,
        grid,
        inputs_for(grid, figures, FLOAT, each, AREAS),
        lambda: inputs_for(grid, figures, EXACT, each, AREAS),
    )
    exact = score(book, figures, each=each, groupings=AREAS)
    for index in range(len(grid)):
        assert exact.root.present[index] == ~np.isnan(large.totals[index])
        if exact.root.present[index]:
            assert large.totals[index] == float(round_exact(Fraction(exact.root.points[index]), 2))
