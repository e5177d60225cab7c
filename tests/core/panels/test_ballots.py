"""Ballots counted by columns, against papers counted one by one; what must not change anything, and what must hide."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping.panels.ballot_score import BallotCount, count_ballot
from shuping.panels.ballot_sheet import EVERYBODY, count_sheet, grade_table
from shuping.panels.ballot_words import parts
from shuping.rulebook.ballot_model import Ballot, BallotSource
from shuping.values import Missing
from tests.core.panels.by_paper import Paper, frame, group_points, turnout

UNITS = ("u1", "u2", "u3")
SCORE = BallotSource(id="x")
POINTS = {"excellent": "100", "good": "80", "fair": "60", "unknown": "abstain"}


def ballot(**changes: Any) -> Ballot:
    """Return a ballot of two voter groups with some settings changed."""
    given = {"options": POINTS, "groups": {"A": "0.4", "B": "0.6"}, "min_valid": "1", "group_void": "reweight"}
    return Ballot.model_validate({**given, **changes})


RULES: list[dict[str, Any]] = [
    {},
    {"void": {"several_marks": "ballot", "all_same": "ballot"}},
    {"void": {"blank": "ballot"}},
    {"void": {"quotas": [{"options": ["excellent"], "max_share": "1/2"}]}},
    {"void": {"quotas": [{"options": ["excellent"], "at_most": "1"}, {"options": ["fair"], "at_least": "1"}]}},
    {"void": {"quotas": [{"options": ["excellent", "good"], "max_share": "2/3", "of": "marked"}]}},
    {"denominator": "returned"},
    {"abstain": "counted", "own_unit": "counts"},
    {"items": {"x": {}, "y": {"points": {"good": "33.3"}}}, "void": {"all_same": "ballot"}},
    {"items": {"x": {}, "y": {}}, "void": {"quotas": [{"options": ["fair"], "at_most": "1"}]}, "own_unit": "counts"},
]
marks = st.sampled_from(["excellent", "good", "fair", "unknown", "good;fair", None])


@st.composite
def papers(draw: Any, items: tuple[str, ...], least: int = 0) -> list[Paper]:
    found = []
    for number in range(draw(st.integers(least, 9))):
        group = draw(st.sampled_from(["A", "B"]))
        own = draw(st.sampled_from([None, None, *UNITS]))
        lines = {(unit, item): draw(marks) for unit in UNITS for item in items if draw(st.integers(0, 9)) < 8}
        if lines:
            found.append(Paper(f"k{number}", group, own, lines))
    return found


def count(settings_: Ballot, found: list[Paper], people: pl.DataFrame | None = None) -> BallotCount:
    return count_ballot(settings_, frame(found), people, "2025")


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(RULES))
def test_columns_count_as_tellers_do(data: st.DataObject, rules: dict[str, Any]) -> None:
    declared = ballot(**rules)
    found = data.draw(papers(declared.item_ids))
    counted = count(declared, found)
    for unit, groups in counted.results.items():
        for result in groups:
            wanted, points = group_points(declared, found, result.group, unit)
            if result.count is None:
                assert points is None
                continue
            votes = dict.fromkeys(declared.options, 0)
            for cell in result.count.cells.values():
                for code, number in cell.votes.items():
                    votes[list(declared.options)[code]] += number
            assert votes == wanted
            assert (result.points if result.reason is None else None) == points


@settings(max_examples=40, deadline=None)
@given(papers(("",), least=1), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(found: list[Paper], shuffle: random.Random) -> None:
    declared = ballot(void={"all_same": "ballot"})
    rows = frame(found)
    order = list(range(rows.height))
    shuffle.shuffle(order)
    first, second = (count_ballot(declared, table, None, "2025") for table in (rows, rows[order]))
    assert first.values(SCORE, UNITS) == second.values(SCORE, UNITS)
    assert count_sheet(first).equals(count_sheet(second))
    assert grade_table(first).equals(grade_table(second))


@settings(max_examples=40, deadline=None)
@given(papers(("",), least=1))
def test_a_void_ballot_changes_no_figure_but_the_void_count(found: list[Paper]) -> None:
    """All units stand on the form already; the returned ballots rise with the void ones."""
    declared = ballot(void={"all_same": "ballot"}, own_unit="counts")
    base = [Paper("form", "A", None, dict.fromkeys(((unit, "") for unit in UNITS), None)), *found]
    base += [Paper("form-b", "B", None, dict.fromkeys(((unit, "") for unit in UNITS), None))]
    void = Paper("void", "A", None, {(unit, ""): "excellent" for unit in UNITS})
    before, after = count(declared, base), count(declared, [*base, void])
    assert [score.value for score in before.values(SCORE, UNITS).values()] == [
        score.value for score in after.values(SCORE, UNITS).values()
    ]
    assert grade_table(before).equals(grade_table(after))
    kept = [name for name in count_sheet(before).columns if name not in ("void", "void_all_same", "returned")]
    assert count_sheet(before).select(kept).equals(count_sheet(after).select(kept))
    rows = pl.col("group") == "A"
    rise = count_sheet(after).filter(rows)["void_all_same"] - count_sheet(before).filter(rows)["void_all_same"]
    assert rise.to_list() == [1] * len(UNITS)


def test_every_row_of_the_sheet_adds_up() -> None:
    declared = ballot(void={"several_marks": "line", "all_same": "ballot"})
    found = [
        Paper("1", "A", "u1", {("u1", ""): "good", ("u2", ""): "good;fair", ("u3", ""): "fair"}),
        Paper("2", "A", None, {("u1", ""): "excellent", ("u2", ""): "excellent"}),
        Paper("3", "A", None, {("u1", ""): None, ("u2", ""): "good", ("u3", ""): "unknown"}),
    ]
    sheet = count_sheet(count(declared, found, turnout(A=(5, 5, 4))))
    rows = {row["unit"]: row for row in sheet.iter_rows(named=True)}
    assert all(row["returned"] == row["valid"] + row["abstained"] + row["void"] for row in rows.values())
    figures = ("returned", "valid", "abstained", "void", "void_several_marks", "void_all_same", "void_not_entered")
    assert [[row[name] for name in figures] for row in rows.values()] == [
        [3, 0, 1, 2, 0, 1, 1],  # u1: ballot 1 is of its own unit, 2 all the same, 3 blank, one not entered
        [4, 1, 0, 3, 1, 1, 1],
        [4, 1, 1, 2, 0, 1, 1],
    ]


def test_how_many_of_the_fair_votes_came_from_group_a() -> None:
    found = [Paper(f"a{n}", "A", None, {("u1", ""): "fair"}) for n in range(3)]
    found += [Paper(f"b{n}", "B", None, {("u1", ""): "fair" if n < 1 else "good"}) for n in range(4)]
    table = grade_table(count(ballot(), found))
    fair = {row["group"]: row for row in table.filter(pl.col("option") == "fair").iter_rows(named=True)}
    assert [(fair[g]["count"], fair[g]["share"], fair[g]["from_share"]) for g in ("A", "B", EVERYBODY)] == [
        (3, "1", "0.75"), (1, "0.25", "0.25"), (4, "0.5714", "1"),
    ]  # fmt: skip
    assert fair["A"]["points"] == "180"


def small_and_large(**changes: Any) -> BallotCount:
    found = [Paper(f"a{n}", "A", None, {("u1", ""): "fair"}) for n in range(2)]
    found += [Paper(f"b{n}", "B", None, {("u1", ""): "good"}) for n in range(5)]
    return count(ballot(min_valid="3", **changes), found)


def test_a_small_group_is_hidden_everywhere_and_missing() -> None:
    counted = small_and_large()
    score = counted.values(SCORE, ["u1"])["u1"]
    assert score.value == 80
    text = parts(score)
    assert text is not None
    assert "fair" not in text.partition(";")[0]
    assert "A × 0.4: ∅ (n < 3)" in text
    assert set(grade_table(counted)["group"]) == {"B"}
    assert count_sheet(counted).filter(pl.col("group") == "A")["points"].to_list() == [None]
    assert small_and_large(group_void="revote").values(SCORE, ["u1"])["u1"].value == Missing("too_few")


def test_a_group_hidden_only_cannot_be_worked_out_from_the_others() -> None:
    """The total and B's result would tell A's: so B's is not shown either."""
    counted = small_and_large(too_few="hidden")
    score = counted.values(SCORE, ["u1"])["u1"]
    assert score.value == Fraction(60 * 4 + 80 * 6, 10)
    assert parts(score) == "A × 0.4: ··· (n < 3); B × 0.6: ··· (n < 3)"
    assert grade_table(counted).height == 0
    assert set(count_sheet(counted)["points"]) == {None}


def test_an_item_that_nobody_of_a_group_answered() -> None:
    """The overall item earns nothing, so A counts without it; asked for alone, it has B's votes or none."""
    more = {"items": {"x": {}, "all": {}}, "overall": {"item": "all"}, "options": {"good": "80", "fair": "60"}}
    found = [Paper(f"a{n}", "A", None, {("u1", "x"): "good"}) for n in range(3)]
    found += [Paper(f"b{n}", "B", None, {("u1", "x"): "fair", ("u1", "all"): "fair"}) for n in range(3)]
    source = BallotSource(id="x", output="item", item="all")
    reweighted, again = (count(ballot(group_void=void, **more), found) for void in ("reweight", "revote"))
    assert [one.values(SCORE, ["u1"])["u1"].value for one in (reweighted, again)] == [68, 68]
    assert reweighted.values(source, ["u1"])["u1"].value == 60
    assert again.values(source, ["u1"])["u1"].value == Missing("too_few")


def test_a_unit_nobody_voted_on_has_no_records() -> None:
    score = count(ballot(), []).values(SCORE, ["u1"])["u1"]
    assert (score.value, parts(score), score.marks) == (Missing("no_records"), None, 0)


def test_votes_of_another_period_do_not_count() -> None:
    rows = frame([Paper("1", "A", None, {("u1", ""): "good"})]).with_columns(period=pl.lit("2024"))
    assert count_ballot(ballot(), rows, None, "2025").values(SCORE, ["u1"])["u1"].value == Missing("no_records")
    assert count_ballot(ballot(), rows, None, "2024").values(SCORE, ["u1"])["u1"].value == 80


@pytest.mark.parametrize(("returned", "value"), [(20, Fraction(80)), (19, None)])
def test_two_thirds_are_compared_as_fractions_of_counts(returned: int, value: Fraction | None) -> None:
    declared = ballot(quorum={"min": "2/3"}, groups={"A": "1"})
    found = [Paper(str(n), "A", None, {("u1", ""): "good"}) for n in range(returned)]
    score = count(declared, found, turnout(A=(30, 30, returned))).values(SCORE, ["u1"])["u1"]
    assert score.value == (Missing("no_quorum") if value is None else value)
    assert value is not None or parts(score) == "A × 1: ∅ (19 / 30 < 2/3)"


def test_nothing_that_is_handed_on_holds_a_ballot_code() -> None:
    found = [Paper(f"secret-{n}", "A", None, {("u1", ""): "good", ("u2", ""): "fair"}) for n in range(3)]
    counted = count(ballot(), found)
    for table in (count_sheet(counted), grade_table(counted)):
        assert "secret" not in table.write_csv()
    assert "secret" not in repr(counted)
