"""The workbook's words: in Chinese, in English, or both with a line break between."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources

LANGUAGES = ("zh", "en", "both")


class Words:
    """Headings and names in the workbook's language (``zh``, ``en`` or ``both``)."""

    def __init__(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"unknown language {lang!r}; known: {', '.join(LANGUAGES)}")
        self.lang = lang

    def say(self, key: str, **slots: str) -> str:
        """Return a phrase of ``phrases/workbook.toml`` with its slots filled."""
        return self.both(lambda lang: _phrases()[key][lang].format_map(slots))

    def line(self, key: str, **slots: str) -> str:
        """Return a phrase as ``say`` does, both languages on one line."""
        return self.both(lambda lang: _phrases()[key][lang].format_map(slots), " ")

    def sheet(self, key: str) -> str:
        """Return a sheet's name: on one line, at most 31 characters."""
        return self.line(key)[:31]

    def both(self, text: Callable[[str], str], between: str = "\n") -> str:
        """Return ``text(lang)`` in the workbook's language; both with ``between`` where it has two and they differ."""
        if self.lang != "both":
            return text(self.lang)
        found = [line for line in (text("zh"), text("en")) if line]
        return between.join(dict.fromkeys(found))


@cache
def _phrases() -> dict[str, dict[str, str]]:
    text = resources.files("shuping.documents").joinpath("phrases", "workbook.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
