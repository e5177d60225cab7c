"""What a formula may name, and the checked tree that comes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from shuping.formula.nodes import Aggregate, Attribute, Measure, Node, Target, Type
from shuping.formula.parse import Tree

AGGREGATES = ("count", "distinct", "last", "max", "mean", "min", "sum")
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "abs": (1, 1), "date": (1, 1), "days": (2, 2), "greatest": (2, None), "if": (3, 3), "last_year": (1, 1),
    "least": (2, None), "previous": (1, 1),
}  # fmt: skip
"""Functions of values with the least and the greatest number of arguments (None: any number)."""


class FieldType(NamedTuple):
    """The declared type of a dataset's field (``date category unit integer number text flag``) and its options."""

    type: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a formula may name.

    ``level`` "unit": the formula yields one value per unit; ``fields`` may then be named inside ``sum(…)`` and the like
    only, and None says that there is no dataset. ``level`` "record": it looks at one record and names ``fields`` only.
    ``attributes`` None: the columns of units.csv are not known, so any attribute passes.
    """

    level: Literal["record", "unit"] = "unit"
    fields: Mapping[str, FieldType] | None = None
    attributes: Collection[str] | None = None
    measures: Collection[str] = field(default=())


@dataclass(frozen=True, slots=True)
class TypedTree(Tree):
    """A checked formula: every name is resolved, every node has a type, record level and unit level are apart."""

    @property
    def type(self) -> Type:
        """The type of the formula's value."""
        return self.root.type

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures named, sorted, those inside previous() and last_year() included."""
        return tuple(sorted({node.name for node in self.root.walk() if isinstance(node, Measure)}))

    @property
    def attributes(self) -> tuple[str, ...]:
        """The unit attributes named, sorted."""
        return tuple(sorted({node.name for node in self.root.walk() if isinstance(node, Attribute)}))

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """The summaries of records, in the order of the text."""
        return tuple(node for node in self.root.walk() if isinstance(node, Aggregate))

    @property
    def uses_target(self) -> bool:
        """Tell whether the formula names ``target``."""
        return any(isinstance(node, Target) for node in self.root.walk())

    def pieces(self) -> tuple[Node, ...]:
        """Return what the value is made of (summaries, measures, attributes, target), each text once, in order."""
        found: dict[str, Node] = {}
        for node in self.root.walk():
            if isinstance(node, Aggregate | Measure | Attribute | Target):
                found.setdefault(self.source(node), node)
        return tuple(found.values())
