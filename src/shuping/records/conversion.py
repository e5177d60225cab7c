"""Cells become values: one function a type, each over a whole column, each saying which cells it refuses and why.

A conversion takes stripped texts (null where empty) and returns the typed column together with its faults. Texts that
repeat (units, options, dates, periods) are looked at once each; numbers by expressions. No number passes through a
float.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.records.suggest import Hints, clip, listed
from shuping.values.periods import Kind, Period
from shuping.values.rounding import parse_exact, show_short

Params = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Fault:
    """The cells of one column (``mask``) that break one rule; ``params`` makes the message's figures from the cell."""

    code: str
    column: str
    mask: pl.Series
    params: Params


@dataclass(frozen=True)
class Converted:
    """A typed column, null where empty or refused, and the faults found."""

    values: pl.Series
    faults: tuple[Fault, ...] = ()


Conversion = Callable[[pl.Series], Converted]

_PLAIN_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$"
_WHOLE = r"^[+-]?[0-9]+(?:\.0*)?$"
_FLAGS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False, "是": True, "否": False}
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?:[ T]00:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)


def as_text(column: pl.Series) -> pl.Series:
    """Return a column as stripped source texts, null where empty.

    Floats become the shortest text that gives the same number, dates ISO text. Raises TypeError for lists and structs.
    """
    kind = column.dtype
    if kind.is_float():
        column = by_distinct(column.cast(pl.String), _plain, pl.String)
    elif kind == pl.Datetime:
        column = column.dt.strftime("%Y-%m-%d %H:%M:%S%.f")
    elif (
        kind == pl.Null
        or kind == pl.Boolean
        or kind == pl.Date
        or kind.is_integer()
        or kind.is_decimal()
        or kind in (pl.Categorical, pl.Enum)
    ):
        column = column.cast(pl.String)
    elif kind != pl.String:
        raise TypeError(str(kind))
    column = column.str.strip_chars()
    return column.set(column == "", None) if (column == "").any() else column


def _plain(text: str) -> str:
    if "e" in text.lower() and "inf" not in text.lower():
        return format(Decimal(text), "f")
    return text


def by_distinct(column: pl.Series, read: Callable[[str], Any], dtype: Any) -> pl.Series:
    """Apply ``read`` to each distinct text once; it returns None for a text it refuses."""
    distinct = column.drop_nulls().unique()
    if not distinct.len():
        return pl.Series(column.name, [None] * column.len(), dtype=dtype)
    values = pl.Series([read(text) for text in distinct.to_list()], dtype=dtype)
    return column.replace_strict(distinct, values, default=None, return_dtype=dtype)


def _refused(column: pl.Series, values: pl.Series) -> pl.Series:
    return column.is_not_null() & values.is_null()


def _among(column: pl.Series, texts: list[str]) -> pl.Series:
    if not texts:
        return pl.repeat(False, column.len(), dtype=pl.Boolean, eager=True)
    return column.is_in(texts).fill_null(False)


def text_column() -> Conversion:
    """Any text."""
    return lambda column: Converted(column)


def choice_column(
    options: Mapping[str, str], code: str = "records.not-an-option", shared: Mapping[str, Sequence[str]] | None = None
) -> Conversion:
    """One of ``options`` (accepted spelling -> id). ``shared`` are names that several ids bear."""

    def convert(column: pl.Series) -> Converted:
        values = by_distinct(column, options.get, pl.String)
        allowed = listed(dict.fromkeys(options.values()))
        hints = Hints(options)

        def params(cell: str) -> dict[str, Any]:
            return {"given": clip(cell), "allowed": allowed, **hints.of(cell)}

        refused = _refused(column, values)
        many = _among(column, list(shared or {})) & refused
        faults = (
            Fault(code, column.name, refused & ~many, params),
            Fault(
                "records.shared-name",
                column.name,
                many,
                lambda cell: {"given": clip(cell), "allowed": listed((shared or {})[cell])},
            ),
        )
        return Converted(values, faults)

    return convert


def flag_column() -> Conversion:
    """``true``/``false``, ``yes``/``no``, ``1``/``0``, ``是``/``否``."""

    def convert(column: pl.Series) -> Converted:
        values = by_distinct(column, lambda text: _FLAGS.get(text.lower()), pl.Boolean)
        allowed = "true/false, yes/no, 1/0, 是/否"
        return Converted(values, (_wrong_type("not-a-flag", column, values, allowed=allowed),))

    return convert


def _wrong_type(what: str, column: pl.Series, values: pl.Series, **more: Any) -> Fault:
    return Fault(f"records.{what}", column.name, _refused(column, values), lambda cell: {"given": clip(cell), **more})


def integer_column(low: Fraction | None = None, high: Fraction | None = None) -> Conversion:
    """Whole numbers that fit 64 bits; ``12.0`` is 12. Limits are included."""

    def convert(column: pl.Series) -> Converted:
        plain = column.str.contains(_WHOLE)
        body = column.str.replace(r"\.0*$", "").str.strip_prefix("+")
        values = body.set(~plain, None).cast(pl.Int64, strict=False)
        faults = [
            *_not_plain(column, plain, "records.not-a-whole-number"),
            Fault(
                "records.too-large", column.name, plain.fill_null(False) & values.is_null(), _given(allowed="±9.2e18")
            ),
            *_limits(column, values, low, high, 0),
        ]
        return Converted(values, tuple(faults))

    return convert


def number_column(places: int, low: Fraction | None = None, high: Fraction | None = None) -> Conversion:
    """Plain decimals with at most ``places`` decimals, kept as ``Decimal(38, places)``. Limits are included."""

    def convert(column: pl.Series) -> Converted:
        plain = column.str.contains(_PLAIN_NUMBER)
        decimals = column.str.extract(r"\.([0-9]*?)0*$").str.len_bytes().fill_null(0)
        fine = decimals > places
        values = column.set(~plain | fine, None).cast(pl.Decimal(38, places), strict=False)
        faults = [
            *_not_plain(column, plain, "records.not-a-number"),
            Fault("records.too-many-decimals", column.name, plain & fine, _given(allowed=places)),
            Fault("records.too-large", column.name, plain & ~fine & values.is_null(), _given(allowed=f"{38 - places}")),
            *_limits(column, values, low, high, places),
        ]
        return Converted(values, tuple(faults))

    return convert


def _given(**more: Any) -> Params:
    return lambda cell: {"given": clip(cell), **more}


def _not_plain(column: pl.Series, plain: pl.Series, code: str) -> Iterable[Fault]:
    """Tell the usual slips apart: full-width digits and thousands separators have their own advice."""
    if plain.all():
        return
    wrong = ~plain.fill_null(True)
    wide = wrong & column.str.contains(r"[０-９．－＋]").fill_null(False)
    grouped = (
        wrong & ~wide & column.str.contains(r"^[+-]?[0-9]{1,3}(?:[,，' ][0-9]{3})+(?:\.[0-9]*)?$").fill_null(False)
    )
    yield Fault("records.full-width-digits", column.name, wide, _half_width)
    yield Fault("records.thousands-separator", column.name, grouped, _given())
    yield Fault(code, column.name, wrong & ~wide & ~grouped, _given())


def _half_width(cell: str) -> dict[str, Any]:
    narrow = "".join(chr(ord(mark) - 0xFEE0) if "！" <= mark <= "～" else mark for mark in cell)
    return {"given": clip(cell), "allowed": clip(narrow)}


def _limits(
    column: pl.Series, values: pl.Series, low: Fraction | None, high: Fraction | None, places: int
) -> Iterable[Fault]:
    scale = 10**places
    if low is not None:
        edge = Decimal(math.ceil(low * scale)).scaleb(-places)
        yield Fault(
            "records.below-min", column.name, _compare(values, edge, places, True), _given(allowed=show_short(low))
        )
    if high is not None:
        edge = Decimal(math.floor(high * scale)).scaleb(-places)
        yield Fault(
            "records.above-max", column.name, _compare(values, edge, places, False), _given(allowed=show_short(high))
        )


def _compare(values: pl.Series, edge: Decimal, places: int, below: bool) -> pl.Series:
    if abs(edge.scaleb(places)) >= 10**38 or (not places and abs(edge) >= 2**63):
        return pl.Series([edge > 0 if below else edge < 0], dtype=pl.Boolean).new_from_index(0, values.len())
    limit = pl.lit(int(edge), pl.Int64) if values.dtype == pl.Int64 else pl.lit(edge, pl.Decimal(38, places))
    column = pl.col(values.name)
    return values.to_frame().select((column < limit if below else column > limit).fill_null(False)).to_series()


def read_date(text: str) -> date | None:
    """Read ``2025-01-05``, ``2025-1-5``, ``2025/1/5`` or ``2025年1月5日`` (midnight behind it is let go); else None."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_column(
    spans: Sequence[tuple[date, date]] = (), allowed: str = "", read: Callable[[str], date | None] = read_date
) -> Conversion:
    """Dates; with ``spans`` only those inside one of them (``allowed`` says which for the message)."""

    def convert(column: pl.Series) -> Converted:
        values = by_distinct(column, read, pl.Date)
        faults = [_wrong_type("not-a-date", column, values)]
        if spans:
            inside = pl.any_horizontal(pl.col(column.name).is_between(start, end) for start, end in spans)
            outside = values.to_frame(column.name).select((~inside).fill_null(False)).to_series()
            faults.append(Fault("records.date-outside", column.name, outside, _given(allowed=allowed)))
        return Converted(values, tuple(faults))

    return convert


def period_column(kind: Kind | None, year_starts: str, inside: Sequence[Period], allowed: str) -> Conversion:
    """Periods in canonical writing, of one ``kind`` (or any), inside one of ``inside`` (anywhere if empty)."""

    def read(text: str) -> Period | None:
        try:
            return Period.parse(text, year_starts)
        except ValueError:
            return None

    def convert(column: pl.Series) -> Converted:
        found = {text: read(text) for text in column.drop_nulls().unique().to_list()}
        none = [text for text, period in found.items() if period is None]
        other = [text for text, period in found.items() if period and kind and period.kind != kind]
        beyond = [
            text
            for text, period in found.items()
            if period and text not in other and inside and not any(span.contains(period) for span in inside)
        ]
        values = by_distinct(column, lambda text: found[text].name if found[text] else None, pl.String)  # type: ignore[union-attr]

        faults = (
            Fault("records.not-a-period", column.name, _among(column, none), _given()),
            Fault("records.other-period-kind", column.name, _among(column, other), _given(allowed=kind)),
            Fault("records.period-outside", column.name, _among(column, beyond), _given(allowed=allowed)),
        )
        return Converted(values, faults)

    return convert


def exact_column() -> Conversion:
    """Numbers of targets: a decimal, a fraction or a percentage, checked and kept as written."""

    def read(text: str) -> str | None:
        try:
            parse_exact(text)
        except ValueError:
            return None
        return text

    def convert(column: pl.Series) -> Converted:
        values = by_distinct(column, read, pl.String)
        refused = column.is_not_null() & values.is_null()
        fault = Fault("records.not-a-number", column.name, refused, lambda cell: {"given": clip(cell)})
        return Converted(values, (fault,))

    return convert
