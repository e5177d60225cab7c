"""Whether a criterion can earn its points, and whether it can earn more than them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shuping.review.book import Book, show_groups
from shuping.review.probe import probe
from shuping.review.remark import Remark
from shuping.rulebook.model import Criterion
from shuping.rulebook.rules import method_of
from shuping.values.rounding import show_short


def reach(book: Book) -> Iterator[Remark]:
    """Yield the criteria whose best is below or above their full points. A criterion's own ``max`` bounds it."""
    for path, leaf in book.leaves:
        found: dict[tuple[str, Fraction | None, Fraction], list[str]] = {}
        for group in book.groups_of(leaf):
            full = book.full_of(leaf, group)
            what, best = _judged(book, leaf, full)
            if what:
                found.setdefault((what, best, full), []).append(group)
        for (what, best, full), groups in found.items():
            params = {"given": leaf.id, "full": show_short(full), **_best_words(best), **show_groups(book, groups)}
            yield book.at_key(what, (*path, "method"), **params)


def _best_words(best: Fraction | None) -> dict[str, str]:
    if best is None:
        return {"best_zh": "任意多分", "best_en": "any number of points"}
    return {"best_zh": f"{show_short(best)}分", "best_en": show_short(best)}


def _judged(book: Book, leaf: Criterion, full: Fraction) -> tuple[str, Fraction | None]:
    """Return the name of the rule that a leaf breaks (or nothing) and the most it can earn, None for no end."""
    method = method_of(book.rulebook, leaf)
    lower = book.is_lower(leaf)
    tried = probe(method, full, lower=lower)
    if tried.best is None:
        return "", full
    top = tried.best if leaf.max is None else min(tried.best, leaf.max)
    capped = leaf.max is not None and leaf.max < full
    if top < full and (capped or "group_free" in method.kept(lower=lower)):
        return "out-of-reach", top  # what depends on the other units may be more than any values tried here show
    if top > full and leaf.max is None:
        # a method whose best does not follow the points carries its own: they were meant to agree
        fixed = probe(method, full * 2, lower=lower).best == tried.best
        return ("table-above-points" if fixed else "open-top"), None if tried.endless else top
    return "", top
