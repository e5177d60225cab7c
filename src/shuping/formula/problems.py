"""Located problems of a formula: line, column and a caret line that fits wide characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from shuping.errors import Place, Problem, RulebookError
from shuping.formula.nodes import Span


class FormulaError(RulebookError):
    """A formula that cannot be used. ``place`` of each problem counts lines and columns inside the formula, from 1."""


def located(text: str, span: Span, what: str, **params: Any) -> Problem:
    """Return the problem ``formula.<what>`` at ``span`` of ``text``, with the line and a caret line as excerpt."""
    start = min(span.start, len(text))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    column = start - line_start
    marked = line[column : max(column + 1, span.end - line_start)]
    carets = "^" * max(1, sum(_width(character) for character in marked))
    lead = "".join("\t" if character == "\t" else " " * _width(character) for character in line[:column])
    place = Place(line=text.count("\n", 0, start) + 1, column=column + 1)
    return Problem(f"formula.{what}", params, place, f"{line}\n{lead}{carets}")


def listed(known: Iterable[str], limit: int = 20) -> str:
    """Return the known names for a message, at most ``limit`` of them (``-`` when there are none)."""
    names = sorted(known)
    shown = ", ".join(names[:limit])
    return f"{shown}, …" if len(names) > limit else shown or "-"


def _width(character: str) -> int:
    """Columns a terminal gives the character: East Asian wide ones take two, combining marks none."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
