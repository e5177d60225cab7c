"""The tree of a formula: frozen nodes that know their place in the text and, once checked, their type.

``parse`` yields a tree in which names are ``Name`` and every call is a ``Call``; ``check`` turns those into ``Field``,
``Measure``, ``Attribute``, ``Target``, ``Aggregate`` or a known function, and fills in ``type``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Literal

Type = Literal["number", "text", "date", "flag", "category", "unit", "attribute", "missing", "unknown"]
"""``attribute``: a cell of units.csv, number or text as its neighbour is. ``unknown``: already reported."""
When = Literal["now", "previous", "last_year"]


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of the first character and of the one behind the last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What all nodes have: the place in the formula's text, and the value's type (``unknown`` before the check)."""

    span: Span
    type: Type = "unknown"

    def children(self) -> Iterator[Node]:
        """Yield the nodes directly below, in the order of the text."""
        for slot in fields(self):
            value = getattr(self, slot.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Node))

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, in the order of the text."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Node):
    """A number, exact."""

    value: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """A text in quotes: an option of a category, a unit's id, a text."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Node):
    """A date."""

    value: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingValue(Node):
    """The word ``missing`` as a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A name that is not yet resolved."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Node):
    """A field of the dataset: one value per record."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Node):
    """Another measure of the same unit: in the same period, in the one before, or a year earlier."""

    name: str
    when: When = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Node):
    """``unit.<name>``: the unit's own attribute."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Node):
    """The unit's target for this measure and period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """A function of values (``if``, ``least``, ``greatest``, ``abs``, ``days``); before the check any call."""

    function: str
    arguments: tuple[Node, ...] = ()
    where: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Node):
    """Many records become one value: ``count``, ``sum``, ``mean``, ``min``, ``max``, ``last``, ``distinct``."""

    function: str
    argument: Node | None = None
    where: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Node):
    """``+ - * /``, ``negate``, ``== != < <= > >=``, ``and``, ``or``, ``not`` over one or two operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Node):
    """``item in (…)`` or ``item not in (…)``."""

    item: Node
    options: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IsMissing(Node):
    """``item is missing`` or ``item is not missing``: always true or false."""

    item: Node
    negated: bool = False
