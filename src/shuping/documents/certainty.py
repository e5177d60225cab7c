"""How certain ranks are, as every document prints it: one group and kind at a time, from ``Result.uncertainty``.

Two kinds stay apart: ``sampling`` (an interval with a coverage) and ``choices`` (a range that promises nothing).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from shuping.documents.ordering import unit_order
from shuping.scoring.result import Result
from shuping.values.rounding import show_short

Kind = Literal["sampling", "choices"]
KINDS: tuple[Kind, ...] = ("sampling", "choices")
DASH = "–"


@dataclass(frozen=True, slots=True)
class RankRange:
    """One unit: its row of ``uncertainty.ranks`` and the probabilities of places (from 1) and grades."""

    unit: str
    row: Mapping[str, Any]
    places: Mapping[int, float]
    grades: Mapping[str, float]

    @property
    def rank(self) -> int:
        """The published rank."""
        return int(self.row["rank"])

    @property
    def low(self) -> int:
        """The best place of the interval."""
        return int(self.row["low"])

    @property
    def high(self) -> int:
        """The worst place of the interval."""
        return int(self.row["high"])

    @property
    def interval(self) -> str:
        """The interval as text."""
        return interval_text(self.low, self.high)


@dataclass(frozen=True, slots=True)
class GroupRanks:
    """One comparison group under one kind, units in the published order."""

    group: str
    kind: Kind
    units: tuple[RankRange, ...]
    ahead: Mapping[tuple[str, str], float]
    """By unit and other: the probability that the unit has the better rank. Empty where it was not counted."""

    @property
    def draws(self) -> int:
        """How many replicates there were."""
        return int(self.units[0].row["draws"])

    @property
    def failed(self) -> int:
        """In how many of them a total could not be worked out."""
        return int(self.units[0].row["failed"])

    @property
    def last(self) -> int:
        """The worst place that came out at all, or was published."""
        return max(max((*unit.places, unit.high, unit.rank)) for unit in self.units)

    @property
    def graded(self) -> bool:
        """Whether it is known how often grades come out."""
        return any(unit.row["grade_holds"] is not None for unit in self.units)

    def bands(self) -> list[tuple[RankRange, ...]]:
        """Return the bands of at least two units, from the top: no two of a band can be told apart."""
        found: dict[str, list[RankRange]] = {}
        for unit in self.units:
            for letter in letters_of(unit.row["band"]):
                found.setdefault(letter, []).append(unit)
        return [tuple(units) for units in found.values() if len(units) > 1]


def letters_of(band: str | None) -> Sequence[str]:
    """Return the letters of a unit's bands (``bc``; ``z,aa`` where one has two letters)."""
    if band is None:
        return ()
    return band.split(",") if "," in band else tuple(band)


def certainty_of(result: Result, period: str | None = None) -> dict[tuple[str, Kind], GroupRanks]:
    """Return what is known of a period's ranks (default: the last) by group and kind, groups in the rule book's order.

    Empty where nothing was simulated.
    """
    found = result.uncertainty
    if not found:
        return {}
    when = pl.col("period") == (period or result.period)
    places = _by_unit(found.places.filter(when), "place")
    grades = _by_unit(found.grades.filter(when), "grade")
    ahead: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
    for group, kind, unit, other, share in _rows(found.pairs.filter(when), "unit", "other", "ahead"):
        ahead.setdefault((group, kind), {})[unit, other] = share
    order = unit_order(result)
    rows: dict[tuple[str, str], list[RankRange]] = {}
    for row in found.ranks.filter(when).rows(named=True):
        key = row["group"], row["kind"]
        mine = (*key, row["unit"])
        rows.setdefault(key, []).append(RankRange(row["unit"], row, places.get(mine, {}), grades.get(mine, {})))
    return {
        (group, kind): GroupRanks(
            group,
            kind,
            tuple(sorted(rows[group, kind], key=lambda unit: (unit.rank, order(unit.unit)))),
            ahead.get((group, kind), {}),
        )
        for group in result.rulebook.groups
        for kind in KINDS
        if (group, kind) in rows
    }


def _by_unit(frame: pl.DataFrame, key: str) -> dict[tuple[str, str, str], dict[Any, float]]:
    found: dict[tuple[str, str, str], dict[Any, float]] = {}
    for group, kind, unit, name, share in _rows(frame, "unit", key, "probability"):
        found.setdefault((group, kind, unit), {})[name] = share
    return found


def _rows(frame: pl.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return iter(frame.select("group", "kind", *columns).iter_rows()) if frame.height else iter(())


def interval_text(low: int, high: int) -> str:
    """Return an interval of ranks (``2–5``), one number where its ends are the same."""
    return str(low) if low == high else f"{low}{DASH}{high}"


def chance_text(share: float | None) -> str:
    """Return a probability in whole percent; what came out sometimes is never printed as 0 or 100."""
    if share is None:
        return DASH
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{round(100 * share + 1e-9)}%"


def level_text(level: Fraction) -> str:
    """Return the level of an interval or another share of the rule book as a percentage."""
    return f"{show_short(level * 100, 2)}%"


def rank_text_of(value: float | None) -> str:
    """Return a median or another quantile of a rank: a whole or half number as it is."""
    return DASH if value is None else f"{value:g}"


def top_columns(group: GroupRanks) -> list[int]:
    """Return the numbers of first places that a probability was asked for, smaller than the group."""
    names = (name for name in group.units[0].row if name.startswith("top_"))
    return sorted(int(name.removeprefix("top_")) for name in names)


def quantile_columns(group: GroupRanks) -> list[str]:
    """Return the columns of further quantiles."""
    return [name for name in group.units[0].row if name.startswith("q_")]
