"""The language of the page, as the library names it."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language

Lang = Literal["zh", "en"]


def page_lang() -> Lang:
    """Return the language in which the page is shown."""
    return "en" if (get_language() or "").startswith("en") else "zh"
