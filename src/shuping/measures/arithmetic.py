"""Unit-level formulas over vectors of exact numbers: one cell per unit."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol

import numpy as np

from shuping.formula import nodes
from shuping.formula.nodes import Node
from shuping.values import Missing
from shuping.values.rational import CODE_OF_REASON, Flags, Rationals, choose

TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Inputs(Protocol):
    """Where a formula's pieces come from. ``size`` is the number of units."""

    size: int

    def aggregate(self, node: nodes.Aggregate) -> Rationals:
        """Return a summary of records."""

    def other(self, name: str, when: str) -> Rationals:
        """Return another measure; ``when`` is now, previous or last_year."""

    def attribute(self, name: str) -> Rationals:
        """Return ``unit.<name>`` as a number."""

    def attribute_texts(self, name: str) -> list[str | None]:
        """Return ``unit.<name>`` as text, None for an empty cell."""

    def target(self) -> Rationals:
        """Return the target."""


def number(node: Node, inputs: Inputs) -> Rationals:
    """Return a number per unit."""
    match node:
        case nodes.Number():
            return Rationals.full(node.value, inputs.size)
        case nodes.Day():
            return Rationals.make(np.full(inputs.size, node.value.toordinal()))
        case nodes.MissingValue():
            return Rationals.full(Missing("no_value"), inputs.size)
        case nodes.Aggregate():
            return inputs.aggregate(node)
        case nodes.Measure():
            return inputs.other(node.name, node.when)
        case nodes.Attribute():
            return inputs.attribute(node.name)
        case nodes.Target():
            return inputs.target()
        case nodes.Operation(operator="negate", operands=(operand,)):
            return -number(operand, inputs)
        case nodes.Operation(operands=(left, right)):
            return _arithmetic(node.operator, number(left, inputs), number(right, inputs))
        case nodes.Call():
            return _call(node, inputs)
    raise AssertionError(f"not a number: {type(node).__name__}")


def _arithmetic(sign: str, left: Rationals, right: Rationals) -> Rationals:
    operators: dict[str, Callable[[Rationals, Rationals], Rationals]] = {
        "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    }  # fmt: skip
    return operators[sign](left, right)


def _call(node: nodes.Call, inputs: Inputs) -> Rationals:
    if node.function == "if":
        test, left, right = node.arguments
        return choose(flags(test, inputs), number(left, inputs), number(right, inputs))
    given = [number(argument, inputs) for argument in node.arguments]
    if node.function == "abs":
        return abs(given[0])
    if node.function == "days":
        return given[1] - given[0]
    test_of = operator.le if node.function == "least" else operator.ge
    return reduce(lambda left, right: choose(left.compare(right, test_of), left, right), given)


def flags(node: Node, inputs: Inputs) -> Flags:
    """Return a condition per unit: true, false or missing with a reason."""
    match node:
        case nodes.Flag():
            return Flags.full(node.value, inputs.size)
        case nodes.MissingValue():
            none = np.full(inputs.size, CODE_OF_REASON["no_value"], dtype=np.int8)
            return Flags(np.zeros(inputs.size, dtype=np.bool_), none)
        case nodes.Operation(operator="not", operands=(operand,)):
            return ~flags(operand, inputs)
        case nodes.Operation(operator="and", operands=(left, right)):
            return flags(left, inputs) & flags(right, inputs)
        case nodes.Operation(operator="or", operands=(left, right)):
            return flags(left, inputs) | flags(right, inputs)
        case nodes.Operation(operands=(left, right)):
            return _compared(node.operator, left, right, inputs)
        case nodes.Membership():
            tests = [_compared("==", node.item, option, inputs) for option in node.options]
            found = reduce(operator.or_, tests)
            return ~found if node.negated else found
        case nodes.IsMissing():
            return _is_missing(node, inputs)
    raise AssertionError(f"not a condition: {type(node).__name__}")


def _is_missing(node: nodes.IsMissing, inputs: Inputs) -> Flags:
    why = flags(node.item, inputs).why if node.item.type == "flag" else _why_missing(node.item, inputs)
    return Flags((why != 0) != node.negated, np.zeros(inputs.size, dtype=np.int8))


def _why_missing(item: Node, inputs: Inputs) -> np.ndarray:
    if isinstance(item, nodes.Attribute):  # a text is there too, and need not be a number
        empty = np.array([text is None for text in inputs.attribute_texts(item.name)], dtype=np.bool_)
        return empty.astype(np.int8)
    if isinstance(item, nodes.Text):
        return np.zeros(inputs.size, dtype=np.int8)
    return number(item, inputs).why


def _compared(sign: str, left: Node, right: Node, inputs: Inputs) -> Flags:
    if "text" in (left.type, right.type):
        return _compared_texts(sign, _texts(left, inputs), _texts(right, inputs))
    if left.type == right.type == "flag":
        one, other = flags(left, inputs), flags(right, inputs)
        why = np.where(one.why != 0, one.why, other.why)
        return Flags(np.asarray(TESTS[sign](one.true, other.true)) & (why == 0), why)
    return number(left, inputs).compare(number(right, inputs), TESTS[sign])


def _texts(node: Node, inputs: Inputs) -> list[str | None]:
    if isinstance(node, nodes.Text):
        return [node.value] * inputs.size
    assert isinstance(node, nodes.Attribute)
    return inputs.attribute_texts(node.name)


def _compared_texts(sign: str, left: list[str | None], right: list[str | None]) -> Flags:
    code = CODE_OF_REASON["no_attribute"]
    pairs = list(zip(left, right, strict=True))
    why = np.array([code if one is None or other is None else 0 for one, other in pairs], dtype=np.int8)
    true = np.array([bool(TESTS[sign](one, other)) for one, other in pairs], dtype=np.bool_)
    return Flags(true & (why == 0), why)
