"""Caps on bonuses and deductions that can never bind: what they limit cannot come that far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from shuping.review.book import Book, show_groups
from shuping.review.bounds import measure_bounds
from shuping.review.remark import Remark
from shuping.rulebook.adjustments import Bonus, Deduction, cap_in
from shuping.rulebook.yaml_source import Path
from shuping.values.rounding import show_short
from shuping.values.scalars import ByGroup

End = Fraction | None
"""The most that something can come to; None is no end."""
Entry = Bonus | Deduction


def idle_caps(book: Book) -> Iterator[Remark]:
    """Yield caps that are at least as high as everything below them together, in every group where they hold."""
    rules, groups = book.rulebook.adjustments, list(book.rulebook.groups)
    for key, number, entry in rules.entries():
        uncapped = {group: _measured(book, entry, group) for group in groups}
        yield from _judge(book, ("adjustments", key, number, "cap"), entry.cap, uncapped)
    for name, category in rules.categories.items():
        below = [bonus for bonus in rules.bonus if bonus.category == name]
        together = {group: _all(book, below, group) for group in groups}
        yield from _judge(book, ("adjustments", "categories", name, "cap"), category.cap, together)
    bonuses = {group: _bonuses(book, group) for group in groups}
    yield from _judge(book, ("adjustments", "bonus_cap"), rules.bonus_cap, bonuses)
    lost = {group: _all(book, rules.deductions, group) for group in groups}
    yield from _judge(book, ("adjustments", "deductions_cap"), rules.deductions_cap, lost)


def _judge(book: Book, path: Path, cap: ByGroup | None, most: dict[str, End]) -> Iterator[Remark]:
    limits = {group: limit for group in most if (limit := cap_in(cap, group)) is not None}
    ends = {group: end for group in limits if (end := most[group]) is not None and end <= limits[group]}
    if limits and len(ends) == len(limits):
        group = next(iter(limits))
        params = {"cap": show_short(limits[group]), "most": show_short(ends[group])}
        yield book.remark("cap-never-binds", path, **params, **show_groups(book, list(limits)))


def _measured(book: Book, entry: Entry, group: str) -> End:
    """Return the most that an entry comes to before its own cap."""
    if entry.groups is not None and group not in entry.groups:
        return Fraction(0)
    if isinstance(entry, Deduction) and entry.times is not None:
        return None
    high = measure_bounds(book, entry.measure).high
    if high is not None and entry.per is not None:
        high = Fraction(high // entry.per)
    end = None if high is None else high * entry.each
    if isinstance(entry, Deduction):
        end = end / entry.per if end is not None and entry.per is not None else end
        end = _least(end, entry.range.most) if entry.range is not None else end
    return end


def _all(book: Book, entries: Iterable[Entry], group: str) -> End:
    return _sum([_least(_measured(book, entry, group), cap_in(entry.cap, group)) for entry in entries])


def _bonuses(book: Book, group: str) -> End:
    """Return the most that all bonuses of a group come to, each category within its cap."""
    rules = book.rulebook.adjustments
    free = [bonus for bonus in rules.bonus if bonus.category is None]
    parts = [_all(book, free, group)]
    for name, category in rules.categories.items():
        below = [bonus for bonus in rules.bonus if bonus.category == name]
        parts.append(_least(_all(book, below, group), cap_in(category.cap, group)))
    return _sum(parts)


def _sum(ends: Sequence[End]) -> End:
    return None if any(end is None for end in ends) else sum((end for end in ends if end is not None), Fraction(0))


def _least(one: End, other: End) -> End:
    return min((end for end in (one, other) if end is not None), default=None)
