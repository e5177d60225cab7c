"""Whether a ballot's rules keep it secret."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.review.book import Book
from shuping.review.remark import Remark

LEAST_VOTES = 5
"""Among fewer votes, who voted how is easily guessed by those who were there."""


def votes_guessed(book: Book) -> Iterator[Remark]:
    """Yield ballots that show the votes of a group too small to hide anybody."""
    for name, ballot in book.rulebook.ballots.items():
        if ballot.min_valid < LEAST_VOTES:
            path = ("ballots", name, "min_valid")
            yield book.remark("votes-guessed", path, given=name, count=ballot.min_valid, limit=LEAST_VOTES)
