"""Vectors of exact numbers as columns of text: the value itself, and short figures for explanations."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import polars as pl

from shuping.values import show_short
from shuping.values.rational import REASON_OF_CODE, Ints, Rationals

PLACES = 6
_SCALE = 10**PLACES


def exact_columns(values: Rationals) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return numerator, denominator (both null where missing) and reason (null where there is a value), all as text."""
    known = pl.Series(values.known)
    top, bottom = (pl.select(pl.when(known).then(_text(part))).to_series() for part in (values.top, values.bottom))
    return top.alias("numerator"), bottom.alias("denominator"), reasons(values).alias("missing")


def reasons(values: Rationals) -> pl.Series:
    """Return the reason of each cell, null where there is a value."""
    words = pl.Series([None, *REASON_OF_CODE[1:]], dtype=pl.String)
    return words.gather(pl.Series(values.why.astype(np.int64)))


def short(values: Rationals) -> pl.Series:
    """Return each value with at most six decimals (half up), or the reason in brackets."""
    if values.top.dtype == object or values.bottom.dtype == object or _large(values):
        cells = zip(values.top.tolist(), values.bottom.tolist(), strict=True)
        text = pl.Series([show_short(Fraction(top, bottom), PLACES) for top, bottom in cells], dtype=pl.String)
    elif (values.bottom == 1).all():
        text = _text(values.top)
    else:
        text = _decimals(values)
    missing = "(" + reasons(values) + ")"
    return pl.select(pl.when(pl.Series(values.known)).then(text).otherwise(missing)).to_series()


def parts(pieces: Mapping[str, Rationals], note: str, size: int) -> pl.Series:
    """Return ``piece = figure; piece = figure`` per cell."""
    columns = [pl.lit(f"{name} = ") + pl.lit(short(values)) for name, values in pieces.items()]
    if note:
        columns.insert(0, pl.repeat(note, size, dtype=pl.String))
    if not columns:
        return pl.repeat("", size, dtype=pl.String, eager=True)
    return pl.select(pl.concat_str(columns, separator="; ")).to_series()


def _text(numbers: Ints) -> pl.Series:
    if numbers.dtype == object:
        return pl.Series([str(number) for number in numbers.tolist()], dtype=pl.String)
    return pl.Series(numbers).cast(pl.String)


def _large(values: Rationals) -> bool:
    """Tell whether the scaled numerator would leave 64 bits."""
    largest = max(int(np.abs(values.top).max(initial=0)), int(values.bottom.max(initial=1)))
    return bool(largest.bit_length() + (2 * _SCALE).bit_length() > 62)


def _decimals(values: Rationals) -> pl.Series:
    scaled = (2 * np.abs(values.top) * _SCALE + values.bottom) // (2 * values.bottom)
    whole, rest = (
        pl.Series(scaled // _SCALE).cast(pl.String),
        pl.Series(scaled % _SCALE).cast(pl.String).str.zfill(PLACES),
    )
    sign = pl.select(
        pl.when(pl.Series((values.top < 0) & (scaled > 0))).then(pl.lit("-")).otherwise(pl.lit(""))
    ).to_series()
    return (sign + whole + "." + rest).str.strip_chars_end("0").str.strip_chars_end(".")
