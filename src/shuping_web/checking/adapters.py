"""What the library knows of a rule book's datasets: numbers and limits, and of which units each is asked."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from shuping.formula import FormulaError, parse
from shuping.formula.nodes import Name, Number, Operation
from shuping.review.book import Book
from shuping.rulebook.model import Dataset, Rulebook
from shuping.rulebook.yaml_source import Positions
from shuping_web.cycles.adapters import parsed

__all__ = ["Dataset", "Rulebook", "asked_of", "number_fields", "number_of", "upper_limits"]


def number_fields(dataset: Dataset) -> list[str]:
    """Return the fields of a dataset that hold numbers."""
    return [name for name, field in dataset.fields.items() if field.type in ("integer", "number")]


def number_of(text: str | None) -> Decimal | None:
    """Return a value as a number, None where nothing or something else was typed."""
    try:
        found = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def upper_limits(dataset: Dataset) -> dict[str, Decimal]:
    """Return the lowest upper limit of each number field: its ``max``, or a check of the form ``field <= number``."""
    found: dict[str, Fraction] = {}
    limits = [(name, field.max) for name, field in dataset.fields.items() if field.max is not None]
    limits += [found_limit for text in dataset.checks if (found_limit := _limit(text)) is not None]
    for name, limit in limits:
        if name in number_fields(dataset):
            found[name] = min(limit, found.get(name, limit))
    return {name: Decimal(limit.numerator) / Decimal(limit.denominator) for name, limit in found.items()}


def _limit(text: str) -> tuple[str, Fraction] | None:
    try:
        root = parse(text).root
    except FormulaError:
        return None
    if not isinstance(root, Operation) or len(root.operands) != 2:
        return None
    left, right = root.operands
    if root.operator in (">", ">="):
        left, right = right, left
    elif root.operator not in ("<", "<="):
        return None
    return (left.name, right.value) if isinstance(left, Name) and isinstance(right, Number) else None


@lru_cache(maxsize=16)
def _groups_by_dataset(text: str) -> dict[str, frozenset[str]]:
    rulebook = parsed(text)
    book = Book(rulebook, Positions(""))
    found: dict[str, set[str]] = {name: set() for name in rulebook.datasets}
    for _path, leaf in book.leaves:
        if leaf.measure is not None:
            bases = {rulebook.measures[part].from_ for part in book.made_of(leaf.measure)}
            for name in bases - {None}:
                found[str(name)] |= set(book.groups_of(leaf))
    return {name: frozenset(groups) for name, groups in found.items()}


def asked_of(text: str, code: str, kind: str) -> list[str]:
    """Return the datasets that score a unit under a rule book's text: those behind a criterion of a group that it
    belongs to, in the order of the rule book. What only gives bonus, deduction or veto is filed when there is
    something, and is not among them.
    """
    named = parsed(text).groups.values()
    return list(_asked_of(text, code if any(code in group.members for group in named) else "", kind))


@lru_cache(maxsize=1024)
def _asked_of(text: str, named: str, kind: str) -> tuple[str, ...]:
    rulebook, groups = parsed(text), _groups_by_dataset(text)
    mine = {name for name, group in rulebook.groups.items() if group.kind == kind or named in group.members}
    return tuple(name for name in rulebook.datasets if groups[name] & mine)
