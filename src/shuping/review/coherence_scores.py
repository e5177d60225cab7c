"""One comparison group of a scored period as the tree of its criteria and a table of their scores.

Every column is a share of the criterion's full points, so that criteria worth 5 and 40 points compare; what has no full
points of its own (deductions in the tree) stays in points, with its sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import children_of, combine_of, points_of, root_of, shares_of_total
from shuping.scoring.result import Result
from shuping.scoring.trace import title_of
from shuping.values.scalars import Text

Floats = NDArray[np.float64]
TOTAL = ""
KINDS = ("total", "node", "measure", "panel", "ballot")


@dataclass(frozen=True)
class Node:
    """A criterion, or the total (id ``""``). ``share``: declared share of the total; ``within``: of its parent, adding
    up to 1 among siblings; ``points``: full points, None under weights, 0 for what only deducts; ``combine``: how it
    combines its children.
    """

    id: str
    parent: str | None
    depth: int
    title: Text
    share: float
    within: float
    points: float | None
    children: tuple[str, ...]
    combine: str


@dataclass(frozen=True)
class GroupScores:
    """``table`` (units, nodes): float64 shares of full points, NaN where missing; rows are sorted by unit, columns in
    the order of ``nodes``, the total first. The total is that of the criteria, before bonuses and deductions.
    """

    group: str
    units: tuple[str, ...]
    nodes: Mapping[str, Node]
    table: Floats
    scale: float = 100.0

    def columns(self, ids: Sequence[str]) -> Floats:
        """Return the columns of some nodes (units, ids)."""
        places = {name: place for place, name in enumerate(self.nodes)}
        return self.table[:, [places[name] for name in ids]]

    @property
    def leaves(self) -> tuple[str, ...]:
        """The criteria without children, in the order of the tree."""
        return tuple(name for name, node in self.nodes.items() if not node.children)

    @property
    def parents(self) -> tuple[str, ...]:
        """The total and the criteria with at least two children: where there is something to cohere."""
        return tuple(name for name, node in self.nodes.items() if len(node.children) > 1)

    @property
    def full(self) -> float:
        """Full points of the total."""
        return self.nodes[TOTAL].points or self.scale

    def above(self, name: str) -> Iterator[str]:
        """Yield what a criterion counts towards, from its parent up to the total."""
        parent = self.nodes[name].parent
        while parent is not None:
            yield parent
            parent = self.nodes[parent].parent


def group_scores(result: Result, period: str) -> tuple[GroupScores, ...]:
    """Return every comparison group with units in a period, in the order of the rule book."""
    columns = ("group", "unit", "criterion", "kind", "points_exact", "points_max", "value_exact")
    asked = (pl.col("period") == period) & pl.col("kind").is_in(KINDS)
    by_group: dict[str, list[tuple[Any, ...]]] = {}
    for group, *row in result.trace.filter(asked).select(columns).iter_rows():
        by_group.setdefault(group, []).append(tuple(row))
    return tuple(_group(result.rulebook, name, by_group[name]) for name in result.rulebook.groups if name in by_group)


def _group(rulebook: Rulebook, group: str, rows: Sequence[tuple[Any, ...]]) -> GroupScores:
    nodes = dict(_nodes(rulebook, group))
    units = tuple(sorted({row[0] for row in rows}))
    row_of = {unit: place for place, unit in enumerate(units)}
    column_of = {name: place for place, name in enumerate(nodes)}
    table = np.full((len(units), len(nodes)), np.nan)
    for unit, criterion, kind, points, full, before in rows:
        figure = before if kind == "total" and before is not None else points
        if figure is None or criterion not in column_of:
            continue
        whole = float(full) if full else 0.0
        table[row_of[unit], column_of[criterion]] = _number(figure) / (whole if whole > 0 else 1.0)
    return GroupScores(group, units, nodes, table, float(rulebook.scale))


def _number(exact: str) -> float:
    top, _, bottom = exact.partition("/")
    return int(top) / int(bottom or 1)


def _nodes(rulebook: Rulebook, group: str) -> Iterator[tuple[str, Node]]:
    shares = {name: float(share) for name, share in shares_of_total(rulebook, group).items()}

    def below(criterion: Criterion, parent: str | None, depth: int, within: float) -> Iterator[tuple[str, Node]]:
        children = children_of(criterion, group)
        whole = sum(shares[child.id] for child in children)
        points = points_of(criterion, group)
        yield criterion.id, Node(
            criterion.id, parent, depth, rulebook.title if parent is None else title_of(rulebook, criterion),
            1.0 if parent is None else shares[criterion.id], within, None if points is None else float(points),
            tuple(child.id for child in children), str(combine_of(criterion.combine, list(criterion.criteria))),
        )  # fmt: skip
        for child in children:
            part = shares[child.id] / whole if whole else 0.0
            yield from below(child, criterion.id, depth + 1, part)

    return below(root_of(rulebook), None, 0, 1.0)
