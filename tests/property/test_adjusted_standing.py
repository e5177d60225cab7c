"""What is published is the same by floats and by fractions, whatever stands between the criteria and the grade.

Drawn are the order of bonuses, caps, deductions, prizes and roundings, the way of rounding, which units exist in the
period, quotas, vetoes and the order in which a person put level units. Values lie in steps of 0.005 points, so that
half-way cases such as 93.705 come up all the time, and among thirds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.errors import Place
from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import evaluate
from shuping.scoring.large import LargeScores, score_large
from shuping.scoring.scores import Scores
from shuping.standing.grades import Effect
from shuping.standing.standing import Standing, stand
from shuping.values.exact import decide
from tests.core.scoring.trees import Figures, grid_for, inputs_for, rulebook

UNITS = {"first": "uvwx", "second": "yz"}
TREE = (
    "  - {id: work, points: 60, measure: a, method: {ratio_uncapped: {target: 60}}}\n"
    "  - {id: more, points: 40, measure: b, method: {ratio_uncapped: {target: 40}}}"
)
STEPS = ("bonus", "bonus_cap", "deductions", "prizes", "total_cap", "round")
orders = st.permutations(STEPS).map(
    lambda steps: (
        steps if steps.index("bonus") < steps.index("bonus_cap") else [step for step in steps if step != "bonus_cap"]
    )
)
steps_of_points = st.integers(0, 13000).map(lambda number: Fraction(number, 200))
thirds = st.integers(0, 180).map(lambda number: Fraction(number, 3))
LEVEL = [Fraction(text) for text in ("53.705", "40", "60", "38.005")]
points = st.one_of(st.none(), st.sampled_from(LEVEL), st.sampled_from(LEVEL), steps_of_points, thirds)
"""Points of a criterion: of a few that come up again and again, so that units tie, or of any step."""
small = st.one_of(st.none(), st.integers(0, 600).map(lambda number: Fraction(number, 200)))
caps = st.sampled_from(["", "3", "2.5", "0.005"])
ROUNDINGS = ("half_up", "half_up_positive", "half_even", "down")


@dataclass(frozen=True)
class Case:
    """A rule book over the units that exist, and their values."""

    book: Rulebook
    values: Figures


@st.composite
def adjustments(draw: st.DrawFn) -> str:
    parts = [f"order: [{', '.join(draw(orders))}]"]
    bonus = [f"{{id: up, measure: c, each: {draw(st.sampled_from(['1', '0.5', '1/3']))}, cap: 2, category: honours}}"]
    bonus += ["{id: more_up, measure: d, per: 0.1, each: 0.1}"] if draw(st.booleans()) else []
    parts += [
        f"categories: {{honours: {{cap: {draw(st.sampled_from(['1.5', '4']))}}}}}",
        f"bonus: [{', '.join(bonus)}]",
    ]
    parts += [f"bonus_cap: {cap}"] if (cap := draw(caps)) else []
    lost = (
        "{id: down, measure: e"
        + draw(st.sampled_from(["", ", range: {least: 0.5, most: 2}, times: '2'", ", per: 0.3"]))
        + "}"
    )
    parts += [f"deductions: [{lost}]", f"deduct_floor: {draw(st.sampled_from(['0', 'none', '60.005']))}"]
    parts += ["total_cap: points"] if draw(st.booleans()) else []
    parts += ["prizes: [{id: prize, points: [0.5, 0.3, 0.005]}]"] if draw(st.booleans()) else []
    return "{" + ", ".join(parts) + "}"


@st.composite
def cases(draw: st.DrawFn) -> Case:
    groups = {name: "".join(sorted(draw(st.sets(st.sampled_from(units), min_size=1)))) for name, units in UNITS.items()}
    share = draw(
        st.sampled_from(["share: 29%", "share: 1/3, round: half_up", "share: 0.4, round: ceiling", "count: 1"])
    )
    edge = draw(st.sampled_from(["all_in", "all_out", "decide"]))
    freed, unreached = draw(st.sampled_from(["pass_down", "empty"])), draw(st.sampled_from(["empty", "next_grade"]))
    book = rulebook(
        TREE,
        groups=groups,
        letters="abcde",
        missing=draw(st.sampled_from(["zero", "rescale", "drop_unit"])),
        rounding=f"{{places: {draw(st.sampled_from([1, 2]))}, mode: {draw(st.sampled_from(ROUNDINGS))}}}",
        adjustments=draw(adjustments()),
        grades=f"{{top: {{{share}, min: 90}}, good: {{share: 0.5, min: 80.005}}, fair: {{}}}}",
        grading=f"{{tied_at_edge: {edge}, freed_slot: {freed}, unreached_slot: {unreached}}}",
        tiebreak="[manual]",
    )
    there = [unit for units in groups.values() for unit in units]
    columns = {"a": points, "b": points, "c": small, "d": small, "e": small, "times:down": st.sampled_from([1, 2])}
    return Case(book, {name: {unit: draw(column) for unit in there} for name, column in columns.items()})


def both(case: Case) -> tuple[Scores, LargeScores]:
    """Return the exact scores, and the float ones with what they handed over."""
    grid = grid_for(case.book)
    exact = evaluate(case.book, grid, inputs_for(grid, case.values), EXACT)
    rough = inputs_for(grid, case.values, FLOAT)
    return exact, score_large(case.book, grid, rough, lambda: inputs_for(grid, case.values))


def as_published(case: Case, large: LargeScores) -> Scores:
    """Return scores whose totals are those that the float path publishes."""
    places = case.book.rounding.places
    totals = [Fraction(0) if np.isnan(total) else Fraction(f"{total:.{places}f}") for total in large.totals]
    return replace(large.scores, points=np.asarray(totals, dtype=object))


def standing(
    case: Case, scores: Scores, vetoes: Mapping[str, tuple[Effect, ...]], order: st.DataObject | None
) -> list[Standing]:
    grid = grid_for(case.book)
    found = stand(case.book, grid, scores, vetoes=vetoes)
    if order is None:
        return found
    decided: dict[str, tuple[int, Place]] = {}
    for group in case.book.groups:
        ranks = {row.unit: row.rank for row in found if row.group == group and row.rank is not None}
        for rank in sorted(set(ranks.values())):
            level = sorted(unit for unit in ranks if ranks[unit] == rank)
            if len(level) > 1 and order.draw(st.booleans()):
                places = order.draw(st.permutations(range(rank, rank + len(level))))
                decided |= {unit: (place, Place("decisions.csv")) for unit, place in zip(level, places, strict=True)}
    return stand(case.book, grid, scores, vetoes=vetoes, decided=decided)


@given(cases())
def test_floats_publish_the_totals_of_fractions_whatever_the_order(case: Case) -> None:
    exact, large = both(case)
    rounding = case.book.rounding
    for index in range(len(large.totals)):
        assert exact.present[index] == ~np.isnan(large.totals[index])
        if exact.present[index]:
            assert large.totals[index] == float(decide(exact.points[index], rounding.places, rounding.mode))


UP_AND_DOWN = "bonus: [{id: up, measure: c}], deductions: [{id: down, measure: e}]"
effects = st.sampled_from([(), (), Effect("bar_top"), Effect("cap_grade", "good"), Effect("unqualified")])


@given(cases(), st.data())
def test_ranks_and_grades_are_the_same_by_both_paths(case: Case, data: st.DataObject) -> None:
    exact, large = both(case)
    units = grid_for(case.book).units
    held = {unit: data.draw(effects) for unit in units}
    vetoes = {unit: (effect,) for unit, effect in held.items() if isinstance(effect, Effect)}
    assert standing(case, exact, vetoes, None) == standing(case, as_published(case, large), vetoes, None)


@given(cases(), st.data())
def test_an_order_that_people_decided_is_the_same_by_both_paths(case: Case, data: st.DataObject) -> None:
    exact, large = both(case)
    by_fractions = standing(case, exact, {}, data)
    decided = {
        row.unit: (row.rank, Place("decisions.csv")) for row in by_fractions if row.tie == "decided" and row.rank
    }
    by_floats = stand(case.book, grid_for(case.book), as_published(case, large), decided=decided)
    assert by_fractions == by_floats
    for group in case.book.groups:
        ranks = [row.rank for row in by_fractions if row.group == group and row.tie == "decided"]
        assert len(ranks) == len(set(ranks)), "a place each where people decided"


@pytest.mark.parametrize(
    "order", ["bonus, deductions", "deductions, bonus", "round, bonus, deductions", "bonus, round, deductions"]
)
@pytest.mark.parametrize("mode", ROUNDINGS)
def test_the_half_way_case_of_the_town(order: str, mode: str) -> None:
    """91.905 + 3 - 1.2 = 93.705: 93.71 half up, 93.70 half to even or cut off; rounded first 91.91 + 1.8 = 93.71 or
    91.90 + 1.8 = 93.70; rounded after the bonus 94.905: 94.91 - 1.2 = 93.71 or 94.90 - 1.2 = 93.70.
    """
    book = rulebook(
        TREE,
        groups={"all": "x"},
        letters="abcde",
        rounding=f"{{mode: {mode}}}",
        adjustments=f"{{order: [{order}], bonus_cap: 3, {UP_AND_DOWN}}}",
    )
    case = Case(book, {"a": {"x": "51.905"}, "b": {"x": 40}, "c": {"x": "3.5"}, "e": {"x": "1.2"}})
    exact, large = both(case)
    assert large.handed_over.all() == (mode != "down" or "round" in order)  # cut off, 93.705 is no edge; 93.70 is one
    assert large.totals.tolist() == [93.71 if mode.startswith("half_up") else 93.70]
    assert stand(book, grid_for(book), exact)[0].total == Fraction(str(large.totals[0]))
