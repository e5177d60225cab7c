"""What came of targets, grades, quotas and decimals in a scored period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from shuping.review.book import Book, show_groups
from shuping.review.remark import Remark
from shuping.review.seen import Cell, Seen
from shuping.rulebook.rules import method_of
from shuping.values.rounding import show_short


def targets_not_reached(book: Book, seen: Seen) -> Iterator[Remark]:
    """Yield criteria whose target no unit of a group reached."""
    for path, leaf in book.leaves:
        target = method_of(book.rulebook, leaf).operands().get("target")
        if leaf.measure is None or target is None:
            continue
        groups = [
            group
            for group, cells in seen.criterion(leaf.id)
            if _nobody_reached(cells, target.number, lower=book.is_lower(leaf))
        ]
        if groups:
            place = (*path, "method")
            yield book.at_key("target-not-reached", place, given=leaf.id, **show_groups(book, groups))


def _nobody_reached(cells: Mapping[str, Cell], number: Fraction | None, *, lower: bool) -> bool:
    pairs = [(cell.value, cell.own.get("target", number)) for cell in cells.values()]
    known = [(value, aim) for value, aim in pairs if value is not None and aim is not None]
    return bool(known) and not any(value <= aim if lower else value >= aim for value, aim in known)


def grades_not_reached(book: Book, seen: Seen) -> Iterator[Remark]:
    """Yield grades with a threshold that no graded unit reached."""
    graded = {group: totals for group, totals in seen.published.items() if book.rulebook.groups[group].graded}
    best = max((total for totals in graded.values() for total in totals.values()), default=None)
    for name, grade in book.rulebook.grades.items():
        if best is not None and grade.min is not None and best < grade.min:
            params = {"given": name, "min": show_short(grade.min), "best": show_short(best)}
            yield book.at_key("grade-not-reached", ("grades", name), period=seen.period, **params)


def places_too_few(book: Book, seen: Seen) -> Iterator[Remark]:
    """Yield a remark where units share a published total though their totals differ before rounding."""
    count = 0
    for group, totals in seen.published.items():
        exact = seen.totals.get(group, {})
        for total, units in Counter(totals.values()).items():
            if units > 1:
                alike = {exact.get(unit) for unit, published in totals.items() if published == total}
                count += units if len(alike) > 1 else 0
    if count:
        places = book.rulebook.rounding.places
        yield book.remark("places-too-few", ("rounding", "places"), count=count, places=places, period=seen.period)


def quotas_too_small(book: Book, sizes: Mapping[str, int]) -> Iterator[Remark]:
    """Yield grades whose quota gives no place in a group, or more places than it has units."""
    for name, grade in book.rulebook.grades.items():
        for group, size in sizes.items():
            places = grade.places(group, size) if book.rulebook.groups[group].graded else None
            asked = grade.quota(group)
            if places is None or asked is None or not size:
                continue
            if (places == 0 and asked > 0) or places > size:
                params = {"given": name, "places": places, "size": size, **show_groups(book, [group])}
                yield book.at_key("quota-too-small", ("grades", name), **params)
