"""Rounding and printing of exact numbers: one place for the whole product."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

Mode = Literal["half_up", "half_up_positive", "half_even", "down"]


def round_exact(value: Fraction, places: int, mode: Mode = "half_up") -> Fraction:
    """Round to ``places`` decimals. ``half_up`` goes away from zero: 93.705 -> 93.71, -0.305 -> -0.31;
    ``half_up_positive`` towards plus infinity: 93.705 -> 93.71, -0.305 -> -0.30. ``down`` cuts off.

    Raises ValueError for an unknown mode.
    """
    return Fraction(_scaled(value, places, mode), 10**places)


def _scaled(value: Fraction, places: int, mode: Mode) -> int:
    """Return the rounded value in units of its last decimal: integers only, this is the most used step of all."""
    top, bottom = value.numerator, value.denominator
    power: int = 10**places
    whole, rest = divmod(abs(top) * power, bottom)
    twice = 2 * rest
    if mode == "half_up":
        up = twice >= bottom
    elif mode == "half_up_positive":
        up = twice >= bottom if top > 0 else twice > bottom
    elif mode == "half_even":
        up = twice > bottom or (twice == bottom and whole % 2 == 1)
    elif mode == "down":
        up = False
    else:
        raise ValueError(f"unknown rounding mode {mode!r}")
    return -(whole + up) if top < 0 else whole + up


def to_decimal(value: Fraction, places: int, mode: Mode = "half_up") -> Decimal:
    """Return the rounded value as a Decimal that keeps its trailing zeros (``Decimal("93.70")``)."""
    return Decimal(f"{_scaled(value, places, mode)}E-{places}")


def show(value: Fraction, places: int, mode: Mode = "half_up") -> str:
    """Return the rounded value as text with exactly ``places`` decimals."""
    scaled = _scaled(value, places, mode)
    digits = str(abs(scaled)).zfill(places + 1)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def show_short(value: Fraction, places: int = 6, mode: Mode = "half_up") -> str:
    """Return the value rounded to at most ``places`` decimals without trailing zeros (``12``, ``0.25``,
    ``0.333333``).
    """
    return trimmed(show(value, places, mode))


def trimmed(shown: str) -> str:
    """Return a figure's text without the zeros at its end: ``12.50`` -> ``12.5``."""
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def parse_exact(text: str) -> Fraction:
    """Read a decimal (``0.85``), a fraction (``2/3``) or a percentage (``85%``) without any loss.

    Raises ValueError for anything else (signs allowed, exponents, infinities and spaces inside are not).
    """
    body = text.strip()
    percent = body.endswith("%")
    if percent:
        body = body[:-1].rstrip()
    top, slash, bottom = body.partition("/")
    number = _decimal(top)
    if slash:
        below = _decimal(bottom)
        if below == 0:
            raise ValueError(f"{text!r} divides by zero")
        number = number / below
    return number / 100 if percent else number


def _decimal(text: str) -> Fraction:
    body = text.strip()
    digits = body.removeprefix("-").removeprefix("+")
    whole, _, part = digits.partition(".")
    if not (whole or part) or not all(piece.isascii() and (piece.isdigit() or not piece) for piece in (whole, part)):
        raise ValueError(f"{text!r} is not a number")
    return Fraction(body if whole else body.replace(".", "0.", 1))
