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


def colon() -> str:
    """Return the colon of the page's language, with its space."""
    return ": " if page_lang() == "en" else "："


def sentences(said: Iterable[str]) -> str:
    """Return sentences as one text."""
    return gap().join(said)
