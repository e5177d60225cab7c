"""What the figures of a scored period say of the criteria: which tell units apart, which say the same, what weighs.

These are descriptions, worked out with floats; nothing of them is published as a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from shuping.review.book import Book, show_groups
from shuping.review.remark import Remark
from shuping.review.seen import Cell, Seen
from shuping.rulebook.model import Criterion
from shuping.values.rounding import round_exact, show_short

TELLING = 3
"""With fewer units in a group, equal points say nothing about a criterion."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A criterion's declared share of the total in a group, and the share of the spread that it brings about."""

    group: str
    criterion: str
    declared: Fraction
    effective: Fraction


def flat_leaves(book: Book, seen: Seen) -> Iterator[Remark]:
    """Yield criteria on which best and worst unit of a group lie closer together than the limit."""
    for path, leaf in book.leaves:
        found: dict[tuple[Fraction, Fraction], list[str]] = {}
        for group, cells in seen.criterion(leaf.id):
            points = _points(cells)
            full = book.full_of(leaf, group)
            if full and len(points) >= TELLING and max(points) - min(points) <= full * book.limits.spread:
                found.setdefault((max(points) - min(points), full), []).append(group)
        for (apart, full), groups in found.items():
            params = {"given": leaf.id, "apart": show_short(apart, 4), "full": show_short(full)}
            yield book.remark("no-spread", path, **params, **show_groups(book, groups))


def _points(cells: Mapping[str, Cell]) -> list[Fraction]:
    return [cell.points for cell in cells.values() if cell.points is not None]


def correlated(book: Book, seen: Seen) -> Iterator[Remark]:
    """Yield pairs of criteria whose values go together in a group, at the later one; one remark a pair."""
    measured = [(path, leaf) for path, leaf in book.leaves if leaf.measure is not None]
    found: dict[tuple[int, int], dict[str, float]] = {}
    for group in book.rulebook.groups:
        cells = [seen.leaves.get((group, leaf.id), {}) for _, leaf in measured]
        for pair, r in _correlations(book, _columns(cells)):
            if measured[pair[0]][1].measure != measured[pair[1]][1].measure:  # else it is said as one measure twice
                found.setdefault(pair, {})[group] = r
    for (first, second), by_group in sorted(found.items(), key=lambda item: (item[0][1], item[0][0])):
        strongest = max(by_group.values(), key=abs)
        params = {"other": measured[first][1].id, "r": show_short(round_exact(Fraction(strongest), 3))}
        groups = show_groups(book, list(by_group))
        yield book.remark("correlated", measured[second][0], given=measured[second][1].id, **params, **groups)


def _columns(cells: Sequence[Mapping[str, Cell]]) -> NDArray[np.float64]:
    """Return values by unit and criterion, NaN where there is none."""
    units = sorted({unit for column in cells for unit in column})
    table = np.full((len(units), len(cells)), np.nan)
    for place, unit in enumerate(units):
        for number, column in enumerate(cells):
            cell = column.get(unit)
            if cell is not None and cell.value is not None:
                table[place, number] = float(cell.value)
    return table


def _correlations(book: Book, table: NDArray[np.float64]) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield pairs of columns with a correlation beyond the limit, over the units that have both values."""
    there = ~np.isnan(table)
    for first, second in combinations(range(table.shape[1]), 2):
        both = there[:, first] & there[:, second]
        if both.sum() < book.limits.correlated_units:
            continue
        one, other = table[both, first], table[both, second]
        if one.max() > one.min() and other.max() > other.min():
            r = float(np.asarray(np.corrcoef(one, other))[0, 1])
            if abs(r) > book.limits.correlation:
                yield (first, second), r


def effective_weights(book: Book, seen: Seen) -> tuple[Weight, ...]:
    """Return declared and effective weights of all leaves, by group: weight x standard deviation of the points (as
    shares of full points), over the sum of these products. A group in which nothing differs has none.
    """
    rows: list[Weight] = []
    for group in book.rulebook.groups:
        products: dict[str, float] = {}
        for _, leaf in book.leaves:
            points = _points(seen.leaves.get((group, leaf.id), {}))
            if len(points) >= TELLING:
                products[leaf.id] = float(_worth(book, leaf, group)) * float(np.asarray(points, dtype=float).std())
        whole = sum(products.values())
        if whole > 0:
            rows += [
                Weight(group, name, book.shares[group][name], round_exact(Fraction(product / whole), 6))
                for name, product in products.items()
            ]
    return tuple(rows)


def _worth(book: Book, leaf: Criterion, group: str) -> Fraction:
    """Return the share of the total that one point of a leaf is; one that only deducts takes points of the total."""
    full = book.full_of(leaf, group)
    return book.shares[group][leaf.id] / full if full else 1 / book.full(group)


def weights_in_effect(book: Book, weights: tuple[Weight, ...]) -> Iterator[Remark]:
    """Yield criteria whose effective weight is further from the declared one than the limit."""
    paths = {leaf.id: path for path, leaf in book.leaves}
    for row in weights:
        if abs(row.effective - row.declared) > book.limits.weight_gap:
            shown = {"declared": show_percent(row.declared), "effective": show_percent(row.effective)}
            groups = show_groups(book, [row.group])
            yield book.remark("weight-in-effect", paths[row.criterion], given=row.criterion, **shown, **groups)


def show_percent(share: Fraction) -> str:
    """Return ``12.5%``."""
    return show_short(share * 100, 1) + "%"
