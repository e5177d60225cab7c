"""One figure under two names: measures whose formulas say the same thing in another order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from typing import Any

from shuping.formula import nodes
from shuping.formula.nodes import Node
from shuping.review.book import Book
from shuping.review.remark import Remark

PRINTED_ONLY = frozenset({"title", "places", "percent", "unit", "direction", "value"})
"""Keys of a measure that change how it is shown or scored, not what it is."""
SWAPPED = {">": "<", ">=": "<="}


def measures_twice(book: Book) -> Iterator[Remark]:
    """Yield measures that are worked out as another one is, from the same records."""
    seen: dict[str, str] = {}
    for name, measure in book.rulebook.measures.items():
        tree = normal(book.trees[name].root) if name in book.trees else None
        rest = sorted((key, repr(value)) for key, value in measure.model_dump(exclude=set(PRINTED_ONLY)).items())
        sign = repr((tree, rest))
        if sign in seen:
            yield book.at_key("measure-twice", ("measures", name), given=name, first=seen[sign])
        seen.setdefault(sign, name)


def normal(node: Node) -> Any:
    """Return a formula as nested tuples in which order and notation no longer matter: ``a + b`` is ``b + a``,
    ``a > b`` is ``b < a``, ``x * 100 / y`` is ``100 * (x / y)``, ``1/2`` is ``0.5``.
    """
    if isinstance(node, nodes.Operation):
        return _operation(node)
    if isinstance(node, nodes.Membership):
        options = sorted((normal(option) for option in node.options), key=repr)
        return ("in", node.negated, normal(node.item), *options)
    own = [getattr(node, slot.name) for slot in fields(node) if slot.name not in ("span", "type")]
    return (type(node).__name__, *(_plain(part) for part in own))


def _plain(part: Any) -> Any:
    if isinstance(part, Node):
        return normal(part)
    return tuple(_plain(item) for item in part) if isinstance(part, tuple) else part


def _operation(node: nodes.Operation) -> Any:
    if node.operator in ("+", "-", "negate"):
        return _collected(node, _terms, "sum", Fraction(0))
    if node.operator in ("*", "/"):
        return _collected(node, _factors, "product", Fraction(1))
    operands = [normal(part) for part in node.operands]
    if node.operator in SWAPPED:
        return (SWAPPED[node.operator], *reversed(operands))
    if node.operator in ("and", "or"):
        return (node.operator, *sorted(set(_flattened(node, node.operator)), key=repr))
    if node.operator in ("==", "!="):
        operands.sort(key=repr)
    return (node.operator, *operands)


def _flattened(node: Node, operator: str) -> Iterator[Any]:
    if isinstance(node, nodes.Operation) and node.operator == operator:
        for part in node.operands:
            yield from _flattened(part, operator)
    else:
        yield normal(node)


def _collected(node: Node, parts: Any, name: str, nothing: Fraction) -> Any:
    """Gather a chain of terms (or factors), numbers worked together into one."""
    number, others = nothing, []
    for straight, part in parts(node, True):
        if not isinstance(part, nodes.Number):
            others.append((straight, normal(part)))
        elif name == "sum":
            number += part.value if straight else -part.value
        elif straight:
            number *= part.value
        elif part.value:
            number /= part.value
        else:
            others.append((straight, normal(part)))
    if not others:
        return ("Number", number)
    if number == nothing and len(others) == 1 and others[0][0]:
        return others[0][1]
    return (name, number, *sorted(others, key=repr))


def _terms(node: Node, plus: bool) -> Iterator[tuple[bool, Node]]:
    if isinstance(node, nodes.Operation) and node.operator in ("+", "-", "negate"):
        first, *rest = node.operands
        yield from _terms(first, plus if node.operator != "negate" else not plus)
        for part in rest:
            yield from _terms(part, plus == (node.operator == "+"))
    else:
        yield plus, node


def _factors(node: Node, above: bool) -> Iterator[tuple[bool, Node]]:
    if isinstance(node, nodes.Operation) and node.operator in ("*", "/"):
        yield from _factors(node.operands[0], above)
        for part in node.operands[1:]:
            yield from _factors(part, above == (node.operator == "*"))
    else:
        yield above, node
