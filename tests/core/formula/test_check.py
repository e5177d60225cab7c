"""Formulas: what they mean, and what is said where they are wrong."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.errors import Problem
from shuping.formula import AGGREGATES, FUNCTIONS, FieldType, FormulaError, Scope, check, nodes, parse

FIELDS = {
    "participants": FieldType("integer"),
    "money": FieldType("number"),
    "date": FieldType("date"),
    "due": FieldType("date"),
    "form": FieldType("category", ("lecture", "sport")),
    "village": FieldType("unit"),
    "note": FieldType("text"),
    "ok": FieldType("flag"),
    "参加人数": FieldType("integer"),
}
UNIT = Scope("unit", FIELDS, ("population", "常住人口"), ("activities", "coverage", "on-time"))
RECORD = Scope("record", FIELDS, (), ("activities",))


def problems(text: str, scope: Scope = UNIT, want: str | None = "number") -> list[Problem]:
    """Return the problems of a formula that must have some."""
    with pytest.raises(FormulaError) as caught:
        check(text, scope, want=want)  # type: ignore[arg-type]
    return list(caught.value.problems)


# --- what a text means


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.85", "17/20"), ("85%", "17/20"), ("12.5 %", "1/8"), (".5", "1/2"), ("007", "7"), ("0.1", "1/10")],
)
def test_numbers_are_exact(text: str, value: str) -> None:
    root = parse(text).root
    assert isinstance(root, nodes.Number)
    assert root.value == Fraction(value)


def shape(node: nodes.Node) -> str:
    """Return the tree with all its brackets."""
    match node:
        case nodes.Number():
            return str(node.value)
        case nodes.Name():
            return node.name
        case nodes.Operation(operands=(operand,)):
            return f"({node.operator} {shape(operand)})"
        case nodes.Operation(operands=(left, right)):
            return f"({shape(left)} {node.operator} {shape(right)})"
        case nodes.IsMissing():
            return f"({shape(node.item)} is {'not ' if node.negated else ''}missing)"
        case nodes.Membership():
            return f"({shape(node.item)} {'not ' if node.negated else ''}in)"
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "brackets"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("-a - 1", "((negate a) - 1)"),
        ("-a * b", "((negate a) * b)"),
        ("(a + b) * c", "((a + b) * c)"),
        ("a or b and not c", "(a or (b and (not c)))"),
        ("not a == b", "(not (a == b))"),
        ("a + 1 < b * 2", "((a + 1) < (b * 2))"),
        ("a is not missing and b in (1, 2)", "((a is not missing) and (b in))"),
        ("a not in (1) or b is missing", "((a not in) or (b is missing))"),
        ("a = 1", "(a == 1)"),
        ("a <> 1", "(a != 1)"),
        ("`a b` + 常住人口", "(a b + 常住人口)"),
    ],
)
def test_binding(text: str, brackets: str) -> None:
    assert shape(parse(text).root) == brackets


def test_dates_are_days_not_subtractions() -> None:
    assert parse("2025-01-15").root == nodes.Day(span=nodes.Span(0, 10), value=date(2025, 1, 15), type="date")
    tree = check("count(where date >= date('2025-02-28'))", UNIT)
    assert [node.value for node in tree.root.walk() if isinstance(node, nodes.Day)] == [date(2025, 2, 28)]


def test_a_difference_of_dates_is_days_from_the_second_to_the_first() -> None:
    aggregate = check("sum(due - date)", UNIT).aggregates[0]
    assert isinstance(aggregate.argument, nodes.Call)
    assert [argument.name for argument in aggregate.argument.arguments] == ["date", "due"]  # type: ignore[attr-defined]


def test_what_a_formula_uses() -> None:
    text = "count(where form in ('sport')) / unit.常住人口 + activities - last_year(coverage) * target"
    tree = check(text, UNIT, want="number")
    assert tree.type == "number"
    assert tree.measures == ("activities", "coverage")
    assert tree.attributes == ("常住人口",)
    assert tree.uses_target
    assert [tree.source(piece) for piece in tree.pieces()] == [
        "count(where form in ('sport'))",
        "unit.常住人口",
        "activities",
        "last_year(coverage)",
        "target",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "participants <= 5000",
        "form != 'sport' or note is missing",
        "ok",
        "due - date <= 30",
        "if(ok, date, due) > date",
    ],
)
def test_record_level_conditions(text: str) -> None:
    assert check(text, RECORD, want="flag").type == "flag"


# --- what is said


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("sum(participant)", "unknown-field-near", 5),
        ("sum(xyz)", "unknown-field", 5),
        ("activitys * 2", "unknown-measure-near", 1),
        ("zzz", "unknown-measure", 1),
        ("popullation", "unknown-measure-near", 1),
        ("count() / unit.populaton", "unknown-attribute-near", 11),
        ("count() / unit.x", "unknown-attribute", 11),
        ("cuont()", "unknown-function-near", 1),
        ("frobnicate(1)", "unknown-function", 1),
        ("count(where form == 'sports')", "unknown-option-near", 21),
        ("count(where form in ('sport', 'x'))", "unknown-option", 31),
        ("on-time * 2", "hyphen", 1),
        ("participants / 2", "record-outside", 1),
        ("sum(activities)", "unit-inside", 5),
        ("sum(unit.population)", "unit-inside", 5),
        ("sum(previous(activities))", "unit-inside", 5),
        ("sum(count())", "nested-aggregate", 5),
        ("abs(1 where ok)", "where-not-allowed", 13),
        ("abs(1, 2)", "arguments", 1),
        ("least(1)", "arguments", 1),
        ("sum()", "arguments", 1),
        ("count(participants)", "arguments", 1),
        ("min(activities, coverage)", "min-of-values", 1),
        ("sum(due)", "wrong-type", 5),
        ("sum(participants where participants)", "wrong-type", 24),
        ("sum(if(ok, participants, due))", "different-types", 12),
        ("count(where form == participants)", "different-types", 13),
        ("count(where date > '2025-01-01')", "quoted-date", 20),
        ("count(where form < 'sport')", "not-ordered", 13),
        ("count(where note == missing)", "compare-missing", 21),
        ("previous(activities + 1)", "earlier-of-what", 10),
        ("date('2025-02-30') - 2025-01-01", "not-a-date", 1),
        ("activities > 3", "result-number", 1),
        ("if(activities > 3, 'a', 'b')", "wrong-type", 20),
    ],
)
def test_one_problem_with_its_place(text: str, code: str, column: int) -> None:
    found = problems(text)
    assert (found[0].code, found[0].place.line, found[0].place.column) == (f"formula.{code}", 1, column)
    assert found[0].message("zh")
    assert found[0].message("en")


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "empty", 1),
        ("   ", "empty", 1),
        ("count(", "unfinished", 7),
        ("count(where", "unfinished", 12),
        ("1 +", "unfinished", 4),
        ("1 2", "unexpected", 3),
        ("count())", "unexpected", 8),
        ("1 < activities < 3", "chained", 16),
        ("1 + < 3", "unexpected", 5),
        ("activities AND coverage", "word-case", 12),
        ("'abc", "unclosed-text", 1),
        ("12ab", "bad-number", 1),
        ("a; DROP TABLE b", "unknown-character", 2),
        ("a.b", "owner", 1),
        ("2025-02-30", "not-a-date", 1),
        ("1" * 31, "too-many-digits", 1),
    ],
)
def test_grammar(text: str, code: str, column: int) -> None:
    (found,) = problems(text)
    assert (found.code, found.place.column) == (f"formula.{code}", column)
    assert found.message("zh")
    assert found.message("en")


def test_full_width_signs_come_together_and_texts_may_hold_them() -> None:
    found = problems("sum（参加人数 where note == '（好），'）， 1")
    assert [(problem.place.column, problem.params["allowed"]) for problem in found] == [(4, "("), (30, ")"), (31, ",")]
    assert check("count(where note == '（好），')", UNIT).type == "number"


def test_carets_stand_under_wide_characters() -> None:
    (found,) = problems("sum(参加人数) / 人口数")
    line, carets = found.excerpt.split("\n")
    assert line == "sum(参加人数) / 人口数"
    assert carets == " " * (4 + 8 + 4) + "^" * 6  # four wide characters before, three marked


def test_the_line_of_a_formula_over_several_lines() -> None:
    (found,) = problems("count()\n  + nothing")
    assert (found.place.line, found.place.column) == (2, 5)
    assert found.excerpt == "  + nothing\n    ^^^^^^^"


def test_all_problems_of_a_formula_at_once() -> None:
    found = problems("sum(participant where form == 'sports') + sum(due) + unit.popultion")
    assert [problem.code.removeprefix("formula.") for problem in found] == [
        "unknown-field-near",
        "unknown-option-near",
        "wrong-type",
        "unknown-attribute-near",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("count() > 1", "aggregate-in-record"),
        ("activities > 1", "unit-in-record"),
        ("unit.population > 1", "unit-in-record"),
        ("previous(activities) > 1", "unit-in-record"),
        ("participants", "result-flag"),
        ("target > 1", "unknown-field"),
    ],
)
def test_record_level_knows_fields_only(text: str, code: str) -> None:
    assert problems(text, RECORD, "flag")[0].code == f"formula.{code}"


def test_summaries_need_a_dataset() -> None:
    assert problems("count() / activities", Scope(measures=("activities",)))[0].code == "formula.no-dataset"


def test_limits() -> None:
    assert problems("1 + " * 600 + "1")[0].code == "formula.too-long"
    assert problems("+".join(["1"] * 60))[0].code == "formula.too-deep"
    assert problems("abs(" * 51 + "1" + ")" * 51)[0].code == "formula.too-deep"
    assert check("abs(" * 40 + "1" + ")" * 40, UNIT).type == "number"
    assert check("(" * 900 + "1" + ")" * 900, UNIT).type == "number"


WORDS = [
    "sum",
    "(",
    ")",
    "count",
    "where",
    "form",
    "==",
    "'sport'",
    "and",
    "or",
    "not",
    "in",
    ",",
    "participants",
    "unit",
    ".",
]
WORDS += [
    "missing",
    "is",
    "if",
    "1",
    "2025-01-01",
    "85%",
    "-",
    "*",
    "/",
    "<",
    "`",
    '"',
    "，",
    "\n",
    "activities",
    "previous",
    "人",
]


@given(st.lists(st.sampled_from(WORDS), max_size=20), st.sampled_from(["", " "]))
def test_any_text_is_a_formula_or_a_located_problem(words: list[str], joint: str) -> None:
    text = joint.join(words)
    try:
        check(text, UNIT, want="number")
    except FormulaError as error:
        for problem in error.problems:
            assert problem.place.line is not None
            assert problem.place.column is not None
            assert problem.message("zh")
            assert problem.message("en")


@given(st.text(max_size=40))
def test_any_characters_at_all(text: str) -> None:
    found: list[Problem] = []
    try:
        check(text, UNIT, want="number")
    except FormulaError as error:
        found.extend(error.problems)
    assert all(problem.place.line and problem.message("en") for problem in found)


def test_the_reference_page_names_every_function() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "formulas.md").read_text(encoding="utf-8")
    for name in (*FUNCTIONS, *AGGREGATES):
        assert f"{name}(" in page
