"""What an event says in words. A room adds the words of its actions when it is made ready (its ``words.py``)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

WORDS: dict[str, Promise] = {}
"""The words of an action, after the name of who did it: "renamed the unit"."""


def say(words: Mapping[str, Promise]) -> None:
    """Add the words of a room's actions. Raises ValueError for an action that has words already."""
    double = sorted(set(words) & set(WORDS))
    if double:
        raise ValueError(f"these actions have words already: {double}")
    for action, text in words.items():
        WORDS[action] = text


def in_words(action: str) -> str:
    """Return the words of an action in the language of the page; its code where it has none."""
    return str(WORDS.get(action, action))
