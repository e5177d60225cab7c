"""Rules of successors.csv: shares that make a whole, no circles, units that exist when the table says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.records.frame_rules import FrameRule, RowFault
from shuping.records.register import Register
from shuping.values import parse_exact
from shuping.values.periods import Period
from shuping.values.rounding import show_short

Row = Mapping[str, Any]
KEYS = ("from", "to", "period")


def successor_rules(register: Register, year_starts: str) -> tuple[FrameRule, ...]:
    """Return the rules; a row that they refuse is shown at its column."""

    def wholes(frame: pl.DataFrame) -> list[RowFault]:
        sums: dict[tuple[str, str], Fraction] = {}
        for row in frame.rows(named=True):
            key = row["to"], row["period"]
            sums[key] = sums.get(key, Fraction(0)) + share_of(row)
        return [
            _fault("records.successor-share", "share", frame, lambda row: not 0 < share_of(row) <= 1, _given),
            _fault(
                "records.successor-shares", "share", frame,
                lambda row: sums[row["to"], row["period"]] != 1,
                lambda row: {"unit": row["to"], "given": show_short(sums[row["to"], row["period"]], 6)},
            ),
        ]  # fmt: skip

    def circles(frame: pl.DataFrame) -> list[RowFault]:
        after: dict[str, set[str]] = {}
        for row in frame.rows(named=True):
            if row["from"] != row["to"]:  # a unit that takes another in goes on
                after.setdefault(row["from"], set()).add(row["to"])

        def round_again(row: Row) -> bool:
            return row["from"] != row["to"] and row["from"] in _reached(row["to"], after)

        return [_fault("records.successor-circle", "to", frame, round_again, _both)]

    def dates(frame: pl.DataFrame) -> list[RowFault]:
        def absent(row: Row) -> bool:
            period = Period.parse(row["period"], year_starts)
            return not register[row["to"]].exists_in(period.start, period.end)

        def not_before(row: Row) -> bool:
            start = Period.parse(row["period"], year_starts).start.isoformat()
            return (register[row["from"]].valid_from or "") >= start

        return [
            _fault("records.successor-absent", "to", frame, absent, _both),
            _fault("records.predecessor-new", "from", frame, not_before, _both),
        ]

    return wholes, circles, dates


def share_of(row: Row) -> Fraction:
    """Return the part of the successor that a row says comes from the predecessor: all of it where it says nothing."""
    return Fraction(1) if row["share"] is None else parse_exact(row["share"])


def _reached(unit: str, after: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [unit]
    while ahead:
        for following in after.get(ahead.pop(), ()):
            if following not in found:
                found.add(following)
                ahead.append(following)
    return found


def _fault(code: str, column: str, frame: pl.DataFrame, wrong: Any, params: Any) -> RowFault:
    rows = frame.rows(named=True)  # cells that could not be read are reported by their columns
    mask = pl.Series([all(row[key] for key in KEYS) and bool(wrong(row)) for row in rows], dtype=pl.Boolean)
    return RowFault(code, column, mask, lambda _, row: params(row))


def _given(row: Row) -> dict[str, Any]:
    return {"given": row["share"]}


def _both(row: Row) -> dict[str, Any]:
    return {"given": row["from"], "unit": row["to"], "period": row["period"]}
