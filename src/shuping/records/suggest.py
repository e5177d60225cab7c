"""Near names for messages: "did you mean", in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from shuping.errors import nearest

SHOWN = 12


HINT_WORK = 200_000
"""Comparisons that one column may spend on near names: with ten thousand units only the first refusals get a hint."""


class Hints:
    """Near names for the cells of one column: each cell looked at once, and the work bounded."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = list(allowed)
        self._left = HINT_WORK // max(1, len(self._allowed))
        self._seen: dict[str, dict[str, str]] = {}

    def of(self, given: str) -> dict[str, str]:
        """Return ``hint_zh`` and ``hint_en`` for a cell."""
        if given not in self._seen:
            self._seen[given] = hint(given, self._allowed if self._left > 0 else ())
            self._left -= 1
        return self._seen[given]


def hint(given: str, allowed: Iterable[str]) -> dict[str, str]:
    """Return ``hint_zh`` and ``hint_en``: the nearest allowed name in brackets, or empty texts."""
    near = nearest(given, allowed)
    if near is None:
        return {"hint_zh": "", "hint_en": ""}
    return {"hint_zh": f"（是否想写“{near}”？）", "hint_en": f" (did you mean “{near}”?)"}


def listed(names: Iterable[str]) -> str:
    """Return the names for a message, cut after a dozen so that a message stays readable."""
    every = list(names)
    shown = ", ".join(every[:SHOWN])
    return f"{shown}, … ({len(every)})" if len(every) > SHOWN else shown


def clip(text: str, length: int = 80) -> str:
    """Return a cell for a message: one line, cut when long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
