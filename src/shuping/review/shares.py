"""How the points are spread over the criteria: too small, too many, the same thing scored twice."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shuping.review.book import Book, show_groups
from shuping.review.remark import Remark
from shuping.values.rounding import show_short

HUNDRED = Fraction(100)


def small_leaves(book: Book) -> Iterator[Remark]:
    """Yield criteria worth less than the limit, group by group; a total below 100 is taken as 100.

    Criteria without points of their own, which only deduct, are not small ones.
    """
    for path, leaf in book.leaves:
        found: dict[Fraction, list[str]] = {}
        for group in book.groups_of(leaf):
            worth = book.shares[group][leaf.id] * max(book.full(group), HUNDRED)
            if 0 < worth < book.limits.leaf_points:
                found.setdefault(worth, []).append(group)
        for worth, groups in found.items():
            limit = show_short(book.limits.leaf_points)
            params = {"given": leaf.id, "worth": show_short(worth), "limit": limit, **show_groups(book, groups)}
            yield book.remark("small-leaf", path, **params)


def many_leaves(book: Book) -> Iterator[Remark]:
    """Yield groups that are judged by more single criteria than the limit."""
    for group in book.rulebook.groups:
        count = sum(1 for _, leaf in book.leaves if group in book.groups_of(leaf))
        if count > book.limits.leaves:
            params = {"count": count, "limit": book.limits.leaves, **show_groups(book, [group])}
            yield book.at_key("many-leaves", ("groups", group), **params)


def leaves_twice(book: Book) -> Iterator[Remark]:
    """Yield criteria that score a measure which another criterion of the same group scores already."""
    first: dict[tuple[str, str], str] = {}
    for path, leaf in book.leaves:
        if leaf.measure is None:
            continue
        before = [first.get((leaf.measure, group)) for group in book.groups_of(leaf)]
        earlier = next((name for name in before if name is not None), None)
        if earlier is not None:
            yield book.remark("leaf-twice", (*path, "measure"), given=leaf.id, first=earlier, measure=leaf.measure)
        for group in book.groups_of(leaf):
            first.setdefault((leaf.measure, group), leaf.id)
