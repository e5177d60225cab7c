"""The library's rule book behind a stored version."""

from __future__ import annotations

from functools import lru_cache

from shuping.errors import ShupingError
from shuping.rulebook.load import loads
from shuping.rulebook.model import Dataset, Field, Rulebook

__all__ = ["Dataset", "Field", "Rulebook", "ShupingError", "parsed"]


@lru_cache(maxsize=32)
def parsed(text: str) -> Rulebook:
    """Return the rule book of a text. Raises RulebookError with every problem."""
    return loads(text)
