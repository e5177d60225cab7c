"""Vectors of exact numbers as columns of text: the value itself, and short figures for explanations.

Columns are put into a ``Sheet`` and come out as expressions over it, so that all texts of a measure are made in one
pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.values import show_short
from shuping.values.rational import REASON_OF_CODE, Ints, Rationals

PLACES = 6
_SCALE = 10**PLACES
Piece = Rationals | list[str | None]
"""Numbers, or an attribute that is read as a text."""


class Sheet:
    """Columns of one measure and period, a row per unit, gathered before anything is computed."""

    def __init__(self) -> None:
        self._columns: dict[str, pl.Series] = {}

    def add(self, cells: NDArray[Any] | pl.Series) -> pl.Expr:
        """Add a column and return the expression that reads it."""
        name = f"c{len(self._columns)}"
        self._columns[name] = cells.alias(name) if isinstance(cells, pl.Series) else pl.Series(name, cells)
        return pl.col(name)

    def select(self, columns: Mapping[str, pl.Expr]) -> pl.DataFrame:
        """Return the columns asked for."""
        return pl.DataFrame(list(self._columns.values())).select(**columns)

    # --- texts

    def exact(self, values: Rationals) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Return numerator, denominator (null where missing) and reason (null where there is a value) as text."""
        known = self.add(values.known)
        top, bottom = (pl.when(known).then(self.whole(part)) for part in (values.top, values.bottom))
        return top, bottom, self.reason(values)

    def reason(self, values: Rationals) -> pl.Expr:
        """Return the reason of each cell, null where there is a value."""
        if values.known.all():
            return pl.lit(None, pl.String)
        words = pl.Series([None, *REASON_OF_CODE[1:]], dtype=pl.String)
        return self.add(words.gather(pl.Series(values.why.astype(np.int64))))

    def whole(self, numbers: Ints) -> pl.Expr:
        """Return integers as text."""
        if numbers.dtype == object:
            return self.add(pl.Series([str(number) for number in numbers.tolist()], dtype=pl.String))
        return self.add(numbers).cast(pl.String)

    def short(self, values: Rationals) -> pl.Expr:
        """Return each value with at most six decimals (half up), or the reason in brackets."""
        if values.top.dtype == object or values.bottom.dtype == object or _large(values):
            cells = zip(values.top.tolist(), values.bottom.tolist(), strict=True)
            shown = [show_short(Fraction(top, bottom), PLACES) for top, bottom in cells]
            text = self.add(pl.Series(shown, dtype=pl.String))
        elif (values.bottom == 1).all():
            text = self.whole(values.top)
        else:
            text = self._decimals(values)
        if values.known.all():
            return text
        return pl.when(self.add(values.known)).then(text).otherwise(pl.lit("(") + self.reason(values) + pl.lit(")"))

    def _decimals(self, values: Rationals) -> pl.Expr:
        scaled = (2 * np.abs(values.top) * _SCALE + values.bottom) // (2 * values.bottom)
        whole, rest = (self.add(part).cast(pl.String) for part in (scaled // _SCALE, scaled % _SCALE))
        sign = pl.when(self.add((values.top < 0) & (scaled > 0))).then(pl.lit("-")).otherwise(pl.lit(""))
        padded = pl.concat_str(sign, whole, pl.lit("."), rest.str.zfill(PLACES))
        return padded.str.strip_chars_end("0").str.strip_chars_end(".")

    def parts(self, pieces: Mapping[str, Piece], note: str) -> pl.Expr:
        """Return ``piece = figure; piece = figure``."""
        shown = [pl.concat_str(pl.lit(f"{name} = "), self._piece(values)) for name, values in pieces.items()]
        if note:
            shown.insert(0, pl.lit(note))
        return pl.concat_str(shown, separator="; ") if shown else pl.lit("")

    def texts(self, cells: list[str | None]) -> pl.Expr:
        """Return texts as they are; an empty one where there is none."""
        return self.add(pl.Series(cells, dtype=pl.String)).fill_null("")

    def _piece(self, values: Piece) -> pl.Expr:
        if isinstance(values, Rationals):
            return self.short(values)
        return self.add(pl.Series(values, dtype=pl.String)).fill_null("(no_attribute)")


def _large(values: Rationals) -> bool:
    """Tell whether the scaled numerator would leave 64 bits."""
    largest = max(int(np.abs(values.top).max(initial=0)), int(values.bottom.max(initial=1)))
    return bool(largest.bit_length() + (2 * _SCALE).bit_length() > 62)
