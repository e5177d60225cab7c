"""Every message about the key ``ballots``, provoked by a small rule book: its code, and what it points at."""

# ruff: noqa: E501 - a case is one line, however long
from __future__ import annotations

import re
from fractions import Fraction

import pytest

from shuping.errors import RulebookError, catalogue
from shuping.rulebook.ballot_model import Ballot, BallotSource, MarkRange
from shuping.rulebook.load import loads

HEAD = """format: 1
rulebook: small
version: "1"
title: Small
groups: {units: {kind: unit}}
ballots:
  review: BALLOT
criteria:
  - {id: opinion, points: 100, ballot: SOURCE}
"""
GRADES = "options: {good: 100, poor: 0}"
ONE = "groups: {A: 1}"
PLAIN = f"{{{GRADES}, {ONE}}}"


def problems(ballot: str = PLAIN, source: str = "{id: review}") -> list[tuple[str, str]]:
    """Return code and the text at the place of every problem; both languages must have a sentence."""
    text = HEAD.replace("BALLOT", ballot).replace("SOURCE", source)
    try:
        loads(text)
    except RulebookError as error:
        lines = text.splitlines()
        for problem in error.problems:
            assert problem.message("zh") != problem.message("en")
        return [
            (
                problem.code.removeprefix("rulebook."),
                lines[(problem.place.line or 1) - 1][(problem.place.column or 1) - 1 :][:12],
            )
            for problem in error.problems
        ]
    return []


BALLOTS = [
    (f"{{{GRADES}, groups: {{A: 0.4, B: 0.5}}}}", "weights-sum", "{A: 0.4, B: "),
    (f"{{{GRADES}, groups: {{A: -0.4, B: 1.4}}}}", "out-of-range", "-0.4, B: 1.4"),
    (f"{{{GRADES}, groups: {{}}}}", "ballot-groups", "{options: {g"),
    (f"{{{ONE}}}", "ballot-options", "{groups: {A:"),
    (f"{{kind: marks, {GRADES}, {ONE}}}", "ballot-options", "{kind: marks"),
    (f"{{{GRADES}, range: {{max: 5}}, {ONE}}}", "ballot-kind", "{options: {g"),
    (f"{{kind: marks, range: {{min: 5, max: 5}}, {ONE}}}", "ballot-range", "{min: 5, max"),
    (f"{{options: {{good: well}}, {ONE}}}", "exact", "well}, group"),
    (f"{{options: {{good: 0}}, {ONE}}}", "ballot-worthless", "review: {opt"),
    (f"{{{GRADES}, {ONE}, void: {{quotas: [{{options: [good]}}]}}}}", "ballot-quota", "{options: [g"),
    (f"{{{GRADES}, {ONE}, void: {{quotas: [{{from: 3, options: [good], at_most: 1}}]}}}}", "ballot-quota", "{from: 3, op"),
    (f"{{{GRADES}, {ONE}, void: {{quotas: [{{options: [fine], at_most: 1}}]}}}}", "unknown-ballot-option", "fine], at_mo"),
    (f"{{{GRADES}, {ONE}, void: {{quotas: [{{options: [good], item: x, at_most: 1}}]}}}}", "unknown-ballot-item", "x, at_most: "),
    (f"{{{GRADES}, {ONE}, abstain: {{how: penalty}}}}", "ballot-penalty", "{how: penalt"),
    (f"{{{GRADES}, {ONE}, items: {{one: {{points: {{fine: 3}}}}}}}}", "unknown-ballot-option", "fine: 3}}}}"),
    (f"{{{GRADES}, {ONE}, items: {{all: {{}}}}, overall: {{item: all, scored: true}}}}", "ballot-overall-alone", "all, scored:"),
    (f"{{{GRADES}, {ONE}, items: {{a: {{}}, b: {{}}}}, overall: {{item: c, scored: true}}}}", "unknown-ballot-item", "c, scored: t"),
    (f"{{{GRADES}, {ONE}, items: {{a: {{}}, b: {{}}}}, overall: {{item: a, zero: [bad], scored: true}}}}", "unknown-ballot-option", "bad], scored"),
    (f"{{{GRADES}, {ONE}, items: {{a: {{}}, b: {{}}}}, overall: {{item: a, needs: {{best: 1/2}}}}}}", "unknown-ballot-option", "best: 1/2}}}"),
    (f"{{{GRADES}, {ONE}, items: {{a: {{}}, b: {{}}}}, overall: {{item: a, forces: {{poor: bad}}}}}}", "unknown-ballot-option", "bad}}}"),
    (f"{{{GRADES}, {ONE}, denominator: sent}}", "not-allowed", "sent}"),
    (f"{{{GRADES}, {ONE}, quorum: {{min: 0}}}}", "out-of-range", "0}}"),
    (f"{{{GRADES}, {ONE}, min_valid: 0}}", "out-of-range", "0}"),
    (f"{{{GRADES}, {ONE}, likes: true}}", "unknown-key", "likes: true}"),
    (f"{{options: {{1st: 100}}, {ONE}}}", "bad-name", "1st: 100}, g"),
]  # fmt: skip


@pytest.mark.parametrize(("ballot", "code", "at"), BALLOTS)
def test_a_ballot_that_cannot_be_held(ballot: str, code: str, at: str) -> None:
    assert (code, at) in problems(ballot)


OUTPUTS = [
    (PLAIN, "{id: reviw}", "unknown-ballot", "reviw}}"),
    (PLAIN, "{id: review, output: share}", "ballot-output", "{id: review,"),
    (PLAIN, "{id: review, options: [good]}", "ballot-output", "{id: review,"),
    (PLAIN, "{id: review, output: item}", "ballot-output", "{id: review,"),
    (PLAIN, "{id: review, output: item, item: x}", "unknown-ballot-item", "x}}"),
    (PLAIN, "{id: review, output: share, options: [best]}", "unknown-ballot-option", "best]}}"),
    (PLAIN, "{id: review, output: borda}", "ballot-no-such-output", "borda}}"),
    (f"{{kind: ranks, {ONE}}}", "{id: review}", "ballot-rank-points", "{id: review}"),
    (f"{{kind: ranks, {ONE}}}", "{id: review, output: share, options: [x]}", "ballot-no-such-output", "share, optio"),
]  # fmt: skip


@pytest.mark.parametrize(("ballot", "source", "code", "at"), OUTPUTS)
def test_a_criterion_that_asks_for_what_a_ballot_has_not(ballot: str, source: str, code: str, at: str) -> None:
    assert (code, at) in problems(ballot, source)


def test_every_message_about_ballots_has_its_case() -> None:
    codes = {code.removeprefix("rulebook.") for code in catalogue() if re.match(r"rulebook\.(unknown-)?ballot", code)}
    assert codes - {case[-2] for case in (*BALLOTS, *OUTPUTS)} == set()
    assert len(codes) > 10


def test_good_ballots_load() -> None:
    assert problems() == []
    assert problems(f"{{kind: ranks, {ONE}}}", "{id: review, output: borda}") == []
    assert problems(f"{{{GRADES}, groups: {{A: 1/3, B: 2/3}}}}", "{id: review, output: share, options: [good]}") == []


def test_the_defaults_are_those_of_the_design() -> None:
    ballot = Ballot.model_validate({"options": {"good": "100", "dont_know": "abstain"}, "groups": {"A": "1"}})
    assert (ballot.denominator, ballot.abstain.how, ballot.over_issued, ballot.too_few) == (
        "valid", "excluded", "group", "missing",
    )  # fmt: skip
    assert (ballot.void.several_marks, ballot.void.blank, ballot.min_valid) == ("line", "line", 8)
    assert ballot.worth("") == {"good": Fraction(100), "dont_know": "abstain"}
    assert ballot.full_mark == 100


def test_outputs_of_one_ballot_have_names_of_their_own() -> None:
    outputs = [
        {},
        {"output": "share", "options": ("good",)},
        {"output": "share", "options": ("good",), "over": "groups"},
    ]
    assert len({BallotSource.model_validate({"id": "x", **output}).key for output in outputs}) == 3


@pytest.mark.parametrize(
    ("mark", "printed"), [("50", True), ("50.5", True), ("50.55", False), ("49", False), ("x", False)]
)
def test_a_range_prints_its_marks(mark: str, printed: bool) -> None:
    assert MarkRange(min=Fraction(50), max=Fraction(60), places=1).prints(mark) is printed


@pytest.mark.parametrize(
    ("source", "code", "at"),
    [
        ("{id: opinion}", "unknown-ballot", "opinion}}"),
        ("{id: review, output: share, options: [fine]}", "unknown-ballot-option", "fine]}}"),
        ("{id: review, output: borda}", "ballot-no-such-output", "borda}}"),
        ("{id: review, output: share}", "ballot-output", "{id: review,"),
    ],
)
def test_a_measure_asks_a_ballot_for_what_it_has(source: str, code: str, at: str) -> None:
    text = (
        HEAD.replace("BALLOT", PLAIN).replace("SOURCE", "{id: review}") + f"measures: {{said: {{ballot: {source}}}}}\n"
    )
    with pytest.raises(RulebookError) as caught:
        loads(text)
    (problem,) = caught.value.problems
    line = text.splitlines()[(problem.place.line or 1) - 1]
    assert (problem.code, line[(problem.place.column or 1) - 1 :][:12].startswith(at[:9])) == (f"rulebook.{code}", True)
