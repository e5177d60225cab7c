"""What the scoring methods in use do not promise, repeated where it is easily overlooked."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.methods.promises import PROMISES
from shuping.review.book import Book
from shuping.review.remark import Remark
from shuping.rulebook.rules import method_of
from shuping.rulebook.yaml_source import Path

REPEATED = ("monotone", "group_free")
"""What people expect without asking. Points beyond the full ones are a rule of their own (``open-top``)."""

SHOWN = 6
"""Criteria named in one remark; the page and the file show the others."""


def promises_not_made(book: Book) -> Iterator[Remark]:
    """Yield each promise that a method in use does not make, once per method, at its first criterion."""
    found: dict[tuple[str, str], list[tuple[Path, str]]] = {}
    for path, leaf in book.leaves:
        method = method_of(book.rulebook, leaf)
        kept = method.kept(lower=book.is_lower(leaf))
        for promise in REPEATED:
            if promise not in kept:
                found.setdefault((method.name, promise), []).append((path, leaf.id))
    for (name, promise), places in found.items():
        words = PROMISES[promise]
        params = {"method": name, "promise_zh": words.zh, "promise_en": words.en}
        leaves = ", ".join(leaf_id for _, leaf_id in places[:SHOWN]) + (" …" if len(places) > SHOWN else "")
        yield book.at_key("promise-not-made", (*places[0][0], "method"), leaves=leaves, **params)
