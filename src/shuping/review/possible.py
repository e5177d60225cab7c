"""Findings that can never be proposed: what they ask for contradicts itself, or what the measure can be."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shuping.formula import nodes
from shuping.formula.nodes import Node
from shuping.review.book import Book
from shuping.review.bounds import Bounds, bounds_of
from shuping.review.remark import Remark
from shuping.review.twins import normal

Limit = tuple[Fraction | None, bool]
"""An end, and whether the end itself belongs."""


def impossible_findings(book: Book) -> Iterator[Remark]:
    """Yield findings whose condition cannot hold for any unit."""
    for path, tree in book.conditions:
        finding = book.rulebook.findings[int(path[1])]
        if not can_hold(book, tree.root):
            yield book.remark("finding-impossible", path, given=finding.id, when=finding.when)


def can_hold(book: Book, node: Node) -> bool:
    """Tell whether a condition may be true: False only where that is certain."""
    if isinstance(node, nodes.Flag):
        return node.value
    if not isinstance(node, nodes.Operation):
        return True
    if node.operator == "or":
        return any(can_hold(book, part) for part in node.operands)
    if node.operator == "and":
        parts = list(_conjuncts(node))
        return all(can_hold(book, part) for part in parts) and not _contradictory(book, parts)
    return not _contradictory(book, [node])


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, nodes.Operation) and node.operator == "and":
        for part in node.operands:
            yield from _conjuncts(part)
    else:
        yield node


def _contradictory(book: Book, parts: list[Node]) -> bool:
    """Narrow what each side may be by every comparison with a number; an empty range is a contradiction."""
    lows: dict[str, Limit] = {}
    highs: dict[str, Limit] = {}
    for part in parts:
        if not isinstance(part, nodes.Operation) or part.operator not in ("<", "<=", ">", ">=", "=="):
            continue
        left, right = part.operands
        operator = part.operator
        if bounds_of(book, left).is_point:
            left, right = right, left
            operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
        limits, known = bounds_of(book, left), bounds_of(book, right)
        key = repr(normal(left))
        _start(lows, highs, key, limits)
        if operator in ("<", "<=", "=="):
            _lower_high(highs, key, known.high, operator != "<")
        if operator in (">", ">=", "=="):
            _raise_low(lows, key, known.low, operator != ">")
    return any(_empty(lows[key], highs[key]) for key in lows)


def _start(lows: dict[str, Limit], highs: dict[str, Limit], key: str, limits: Bounds) -> None:
    lows.setdefault(key, (limits.low, True))
    highs.setdefault(key, (limits.high, True))


def _lower_high(highs: dict[str, Limit], key: str, end: Fraction | None, closed: bool) -> None:
    now = highs[key]
    if end is not None and (now[0] is None or end < now[0] or (end == now[0] and not closed)):
        highs[key] = (end, closed)


def _raise_low(lows: dict[str, Limit], key: str, end: Fraction | None, closed: bool) -> None:
    now = lows[key]
    if end is not None and (now[0] is None or end > now[0] or (end == now[0] and not closed)):
        lows[key] = (end, closed)


def _empty(low: Limit, high: Limit) -> bool:
    if low[0] is None or high[0] is None:
        return False
    return low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))
