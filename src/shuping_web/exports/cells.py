"""What one cell of an export holds, so that no program runs it and no figure changes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

STARTS = frozenset("=+-@\t\r\n＝＋－＠|%")
"""What a spreadsheet may take for the start of a formula, a DDE call included; the full-width ones too, which Excel
reads as the others in Chinese and Japanese (OWASP, "CSV injection").
"""
EXACT_INTEGERS = 10**15
"""A spreadsheet keeps 15 digits; longer numbers are written as text."""


def is_number(value: Any) -> bool:
    """Tell whether a value is written as a number. Truth values and figures that no spreadsheet keeps are not."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return False
    if isinstance(value, float):
        return value == value and value not in (float("inf"), float("-inf"))
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return -EXACT_INTEGERS < value < EXACT_INTEGERS


def risky(text: str) -> bool:
    """Tell whether a spreadsheet might run a text: blanks in front do not hide it."""
    return text[:1] in STARTS or text.lstrip()[:1] in STARTS


def as_text(value: Any) -> str:
    """Return a value as text: nothing for None, days as ISO 8601, moments in the organisation's time zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)


def local(moment: datetime) -> datetime:
    """Return a moment where the organisation is, without the zone: no spreadsheet knows one."""
    if timezone.is_naive(moment):
        return moment
    return timezone.localtime(moment, timezone.get_default_timezone()).replace(tzinfo=None)


def csv_cell(value: Any) -> str:
    """Return a cell of a CSV file. A text that might run gets a quotation mark in front; a number is never touched."""
    if is_number(value):
        return csv_number(value)
    text = as_text(value)
    return f"'{text}" if risky(text) else text


def csv_number(value: float | Decimal | Fraction) -> str:
    """Return a number in digits: exact where its decimals end, else 15 significant digits."""
    if isinstance(value, Fraction):
        rest = value.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        if rest != 1:
            return f"{float(value):.15g}"
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{value:f}" if isinstance(value, Decimal) else repr(value)
