"""Checks of records against a plain evaluator in Fractions, row by row, on generated tables."""

from __future__ import annotations

import operator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.errors import InputError
from shuping.formula import check, nodes
from shuping.records.checks import evaluate
from shuping.rulebook.model import Dataset
from shuping.rulebook.scopes import record_scope
from tests.core.records.small_folder import HEADER, activity, read, refusals

DATASET = Dataset.model_validate(
    {
        "fields": {
            "date": {"type": "date"},
            "due": {"type": "date", "required": "false"},
            "n": {"type": "integer"},
            "m": {"type": "integer"},
            "q": {"type": "number", "places": "2"},
            "p": {"type": "number", "places": "3"},
            "form": {"type": "category", "options": ["a", "b", "c"]},
            "ok": {"type": "flag"},
            "note": {"type": "text"},
        }
    }
)
SCHEMA: dict[str, Any] = {
    "date": pl.Date,
    "due": pl.Date,
    "n": pl.Int64,
    "m": pl.Int64,
    "q": pl.Decimal(38, 2),
    "p": pl.Decimal(38, 3),
    "form": pl.String,
    "ok": pl.Boolean,
    "note": pl.String,
}

# --- the slow, obvious evaluator: one row, Fractions, None for missing -----------------------------------------------

COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def plain(node: nodes.Node, row: dict[str, Any]) -> Any:
    match node:
        case nodes.Number() | nodes.Text() | nodes.Day() | nodes.Flag():
            return node.value
        case nodes.MissingValue():
            return None
        case nodes.Field():
            cell = row[node.name]
            return Fraction(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else cell
        case nodes.IsMissing():
            return (plain(node.item, row) is None) != node.negated
        case nodes.Membership():
            found = [equal(plain(node.item, row), plain(option, row)) for option in node.options]
            inside = True if True in found else None if None in found else False
            return inside if inside is None else inside != node.negated
        case nodes.Call():
            return call(node, [plain(argument, row) for argument in node.arguments])
        case nodes.Operation():
            return operation(node.operator, [plain(operand, row) for operand in node.operands])
    raise AssertionError(node)


def equal(left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else left == right


def operation(sign: str, values: list[Any]) -> Any:
    if sign == "and":
        return False if False in values else None if None in values else True
    if sign == "or":
        return True if True in values else None if None in values else False
    if None in values:
        return None
    if sign == "not":
        return not values[0]
    if sign == "negate":
        return -values[0]
    if sign == "/":
        return None if values[1] == 0 else values[0] / values[1]
    return (COMPARE.get(sign) or ARITHMETIC[sign])(*values)


def call(node: nodes.Call, values: list[Any]) -> Any:
    if node.function == "if":
        return None if values[0] is None else values[1] if values[0] else values[2]
    if None in values:
        return None
    if node.function == "days":
        return Fraction((values[1] - values[0]).days)
    return {"least": min, "greatest": max, "abs": lambda value: abs(value)}[node.function](
        *([values] if len(values) > 1 else values)
    )


# --- generated formulas and tables ---------------------------------------------------------------------------------

numbers = st.recursive(
    st.sampled_from(["n", "m", "q", "p", "2", "0", "0.1", "1/3", "85%", "-3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        inner.map(lambda part: f"abs({part})"),
        st.tuples(inner, inner).map(lambda parts: f"least({parts[0]}, {parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"greatest({parts[0]}, {parts[1]}, 1)"),
        st.tuples(st.sampled_from(["ok", "n > 0"]), inner, inner).map(
            lambda parts: f"if({parts[0]}, {parts[1]}, {parts[2]})"
        ),
        st.just("days(date, due)"),
    ),
    max_leaves=5,
)
signs = st.sampled_from(list(COMPARE))
flags = st.recursive(
    st.one_of(
        st.tuples(numbers, signs, numbers).map(" ".join),
        st.tuples(st.sampled_from(["date", "due"]), signs, st.sampled_from(["date", "due", "2025-01-15"])).map(
            " ".join
        ),
        st.sampled_from(["q is missing", "due is not missing", 'note == "x"', "p is missing and note is missing"]),
        st.sampled_from(
            [
                'form == "a"',
                'form != "b"',
                'form in ("a", "c")',
                'form not in ("b")',
                "ok",
                "n in (1, 2, 0.5)",
                "ok == true",
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        ),
        inner.map(lambda part: f"not ({part})"),
    ),
    max_leaves=3,
)
days = st.integers(0, 40).map(lambda step: date(2025, 1, 1) + timedelta(days=step))
decimals = st.integers(-2000, 2000)
rows = st.fixed_dictionaries(
    {
        "date": st.none() | days,
        "due": st.none() | days,
        "n": st.none() | st.integers(-3, 3),
        "m": st.none() | st.integers(-(10**6), 10**6),
        "q": st.none() | decimals.map(lambda cents: Decimal(cents).scaleb(-2)),
        "p": st.none() | decimals.map(lambda mills: Decimal(mills).scaleb(-3)),
        "form": st.none() | st.sampled_from("abc"),
        "ok": st.none() | st.booleans(),
        "note": st.none() | st.sampled_from(["x", "y"]),
    }
)


@given(text=flags, table=st.lists(rows, min_size=1, max_size=6))
def test_the_vectorised_evaluator_agrees_with_fractions(text: str, table: list[dict[str, Any]]) -> None:
    tree = check(text, record_scope(DATASET), want="flag")
    frame = pl.DataFrame(table, schema=SCHEMA, orient="row")
    assert evaluate(tree.root, frame).to_list() == [plain(tree.root, row) for row in table], text


SIGNS = [
    {**dict.fromkeys(SCHEMA), "n": n, "m": m, "q": Decimal(q), "p": Decimal("0.125")}
    for n in (-2, 0, 2)
    for m in (-3, 3)
    for q in ("-0.50", "0.00", "0.75")
]


@pytest.mark.parametrize(
    "text",
    [
        "n / m > 0",
        "q / n <= -0.25",
        "1 / (q / n) < m",
        "n / m == q / p",
        "abs(q / m) >= 1/4",
        "-(n / m) < q",
        "n - q / m > 2",
        "least(n / m, q) < 0",
        "if(n / m > 0, q, p / n) <= 0.5",
        "q / q == 1",
        "n / 0 is missing",
    ],
)
def test_quotients_keep_their_signs(text: str) -> None:
    tree = check(text, record_scope(DATASET), want="flag")
    found = evaluate(tree.root, pl.DataFrame(SIGNS, schema=SCHEMA, orient="row")).to_list()
    assert found == [plain(tree.root, row) for row in SIGNS]
    assert len(set(found)) > 1 or "is missing" in text or "q / q" in text


def test_a_failed_check_names_the_check_and_the_values(tmp_path: Path) -> None:
    book = activity(checks=["cost / people <= 0.1", "people <= 400"])
    content = (
        HEADER
        + "t1,2025-01-05,lecture,v1,15,1.50,,\nt1,2025-01-05,lecture,v1,14,1.50,,\nt2,2025-02-28,sport,v3,401,,,\n"
    )
    assert refusals(tmp_path, content, book) == [
        ("records.check-failed", 3, None),
        ("records.check-failed", 4, "people"),
    ]
    with pytest.raises(
        InputError, match=r"the check “cost / people <= 0.1” does not hold \(cost = 1.50, people = 14\)"
    ):
        read(tmp_path, content, book)


def test_numbers_too_large_for_exactness_are_refused_not_wrapped(tmp_path: Path) -> None:
    book = activity(checks=["cost * cost > 0"])
    content = HEADER + f"t1,2025-01-05,lecture,v1,15,{'9' * 30},,\n"
    with pytest.raises(InputError, match="too large to be computed exactly"):
        read(tmp_path, content, book)
