"""What the figures of a scored period say of the criteria: which tell units apart, which say the same, what weighs.

These are descriptions, worked out with floats; nothing of them is published as a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

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
    for (_, first), (path, second) in combinations(measured, 2):
        if first.measure == second.measure:
            continue  # said already, as the same measure scored twice
        found = dict(_correlations(book, seen, first.id, second.id))
        if found:
            strongest = max(found.values(), key=abs)
            params = {"given": second.id, "other": first.id, "r": show_short(round_exact(Fraction(strongest), 3))}
            yield book.remark("correlated", path, **params, **show_groups(book, list(found)))


def _correlations(book: Book, seen: Seen, first: str, second: str) -> Iterator[tuple[str, float]]:
    for group in book.rulebook.groups:
        one, other = seen.leaves.get((group, first), {}), seen.leaves.get((group, second), {})
        pairs = [
            (float(cell.value), float(match.value))
            for unit, cell in one.items()
            if cell.value is not None and (match := other.get(unit)) is not None and match.value is not None
        ]
        if len(pairs) < book.limits.correlated_units:
            continue
        columns = np.asarray(pairs, dtype=np.float64).T
        if (columns.max(axis=1) == columns.min(axis=1)).any():
            continue
        r = float(np.asarray(np.corrcoef(columns))[0, 1])
        if abs(r) > book.limits.correlation:
            yield group, r


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
