"""Numbers and names as they may stand in a formula, for keys of the rule book that are short for one."""

from __future__ import annotations

import re
from fractions import Fraction

from shuping.values.rounding import show_short


def number_text(size: Fraction) -> str:
    """Return a number as it may stand in a formula: a decimal where it is one, else a fraction."""
    text = show_short(size, 30)
    return text if Fraction(text) == size else f"{size.numerator} / {size.denominator}"


def name_text(name: str) -> str:
    """Return a field's name, between backticks where it is no plain word."""
    from shuping.formula.parse import WORDS

    return name if re.fullmatch(r"[^\W\d]\w*", name) and name not in WORDS else f"`{name}`"
