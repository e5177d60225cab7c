"""The language of the page, as the library names it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.utils.translation import get_language

Lang = Literal["zh", "en"]


def page_lang() -> Lang:
    """Return the language in which the page is shown."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def gap() -> str:
    """Return what stands between two sentences of a page: nothing in Chinese, whose stops are wide."""
    return " " if page_lang() == "en" else ""


def colon(lang: str | None = None) -> str:
    """Return the colon of a language, of the page's where none is given, with its space."""
    return ": " if (lang or page_lang()) == "en" else "："


def comma() -> str:
    """Return what stands between the parts of a list on a page, with its space."""
    return ", " if page_lang() == "en" else "、"


def semicolon() -> str:
    """Return what stands between longer parts of a list, with its space."""
    return "; " if page_lang() == "en" else "；"


def sentences(said: Iterable[str]) -> str:
    """Return sentences as one text."""
    return gap().join(said)
