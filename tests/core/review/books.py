"""A rule book to look at, made of a few lines."""

from __future__ import annotations

from shuping.review.book import Book
from shuping.review.limits import Limits
from shuping.rulebook.load import from_data
from shuping.rulebook.yaml_source import read_yaml
from tests.core.review.pages import whole


def book(text: str, limits: Limits | None = None) -> Book:
    """Return a rule book as the linter sees it; what every rule book needs is filled in."""
    data, positions = read_yaml(whole(text), "rulebook.yaml")
    return Book(from_data(data, positions), positions, limits or Limits())
