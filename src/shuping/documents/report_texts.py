"""Texts and lengths that the parts of the report's view share: both languages, points, reasons, ids of HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from shuping.documents import wording
from shuping.documents.report_groups import Pair
from shuping.rulebook.model import Rulebook
from shuping.values.scalars import Text

MINUS = "\u2212"
"""The true minus sign: as wide as a plus, and never broken from its figure."""


def both(say: Callable[..., str], *given: Any) -> Pair:
    """Return what one of the wording functions says in both languages."""
    return Pair(say(*given, "zh"), say(*given, "en"))


def pair(text: Text) -> Pair:
    """Return a text of the rule book on one line, in both languages."""
    return Pair(wording.printable(text.zh), wording.printable(text.en))


def anchor(*parts: str) -> str:
    """Return an HTML id made of the parts: letters, digits, ``_`` and ``-`` stay, all else becomes its code point."""
    return "-".join(re.sub(r"[^\w-]", lambda found: f".{ord(found.group()):x}.", part) for part in parts)


def points_text(book: Rulebook, text: str | None) -> str | None:
    """Return the points of a trace row as documents print them, None where missing."""
    return None if text is None else wording.points_text(Decimal(text), book)


def full_points(text: str | None) -> str | None:
    """Return full points of a trace row without trailing zeros."""
    return None if text is None else wording.full_points_text(Decimal(text))


def decimals_of(text: str | None) -> int:
    """Return how many decimals a figure shows."""
    return len((text or "").partition(".")[2])


def reason(missing: str | None) -> Pair | None:
    """Return why a value is missing, None where it is there."""
    return None if missing is None else both(wording.missing_words, missing)


def share_of(row: Mapping[str, Any]) -> float | None:
    """Return points as a share of the full points, held within the track."""
    if row["points"] is None or not row["points_max"] or not Decimal(row["points_max"]):
        return None
    return min(1.0, max(0.0, float(Decimal(row["points"]) / Decimal(row["points_max"]))))
