"""Earlier totals as they would have been for the units of today: merged and split units compared like with like.

A unit that was made of others has the weighted mean of their earlier totals (successors.csv says how much of it comes
from each); one that was split off has its predecessor's. Ranks are compared among the units that exist both times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shuping.records.folder import Folder
from shuping.records.successor_rules import share_of
from shuping.rulebook.model import Rulebook
from shuping.standing.standing import Standing
from shuping.values.periods import Period
from shuping.values.ranking import ranks_of
from shuping.values.rounding import show_short, to_decimal

Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Succession:
    """That a unit is made of others from a period on, each with its share of it."""

    to: str
    period: Period
    parts: tuple[tuple[str, Fraction], ...]


def successions_of(folder: Folder) -> tuple[Succession, ...]:
    """Return what successors.csv says, earliest first."""
    if folder.successors is None:
        return ()
    found: dict[tuple[Period, str], list[tuple[str, Fraction]]] = {}
    for row in folder.successors.frame.rows(named=True):
        key = Period.parse(row["period"], folder.rulebook.year_starts), row["to"]
        found.setdefault(key, []).append((row["from"], share_of(row)))
    return tuple(Succession(to, period, tuple(sorted(parts))) for (period, to), parts in sorted(found.items()))


def restated(
    rulebook: Rulebook,
    successions: Sequence[Succession],
    earlier: Rows,
    places: Sequence[Standing],
    between: tuple[Period, Period],
) -> dict[str, dict[str, Any]]:
    """Return the ``earlier`` rows (``group``, ``total``, ``rank`` by unit) as they are compared with ``places``.

    Where units became others between the two periods, their totals are put together, ``rank`` is the place among the
    units of the group that have a total both times, ``now`` the place of today among the same ones, and ``note`` says
    what the total was put together from. Otherwise the rows come back as they are.
    """
    first, last = between
    found = {unit: dict(row) for unit, row in earlier.items()}
    applied = [one for one in successions if first.start < one.period.start <= last.end]
    if not applied:
        return found
    for period in sorted({one.period for one in applied}):
        before = {unit: dict(row) for unit, row in found.items()}
        for one in applied:
            if one.period == period:
                found[one.to] = _put_together(rulebook, one, before)
    _ranks(rulebook, found, places)
    return found


def _put_together(rulebook: Rulebook, one: Succession, before: Rows) -> dict[str, Any]:
    rows = [(before.get(unit, {}), unit, share) for unit, share in one.parts]
    totals = [row.get("total") for row, _, _ in rows]
    groups = {row.get("group") for row, _, _ in rows}
    total = None
    known = [Fraction(given) for given in totals if given is not None]
    if len(known) == len(rows):
        exact = sum((given * share for given, (_, _, share) in zip(known, rows, strict=True)), Fraction(0))
        total = to_decimal(exact, rulebook.rounding.places, rulebook.rounding.mode)
    parts = (unit if share == 1 else f"{show_short(share, 6)} × {unit}" for _, unit, share in rows)
    return {
        "group": groups.pop() if len(groups) == 1 else None, "total": total, "rank": None,
        "note": "restated: " + " + ".join(parts),
    }  # fmt: skip


def _ranks(rulebook: Rulebook, found: dict[str, dict[str, Any]], places: Sequence[Standing]) -> None:
    """Rank within each group the units with a total both times, then and now; equal totals share a rank."""
    touched = {place.group for place in places if "note" in found.get(place.unit, {})}
    gone = set(found) - {place.unit for place in places}
    touched |= {row["group"] for unit, row in found.items() if unit in gone}
    for group in touched:
        both = [
            place
            for place in places
            if place.group == group and place.rank is not None and _total(found, place.unit, group) is not None
        ]
        then = ranks_of({place.unit: (_total(found, place.unit, group),) for place in both}, rulebook.rank_style)
        now = ranks_of({place.unit: (Fraction(-(place.rank or 0)),) for place in both}, rulebook.rank_style)
        for place in places:
            row = found.get(place.unit)
            if row is not None and row["group"] == group:
                row["rank"], row["now"] = then.get(place.unit), now.get(place.unit)
                row.setdefault("note", "restated: rank among units of both periods")


def _total(found: Rows, unit: str, group: str) -> Any:
    row = found.get(unit, {})
    total = row.get("total")
    return None if total is None or row.get("group") != group else Fraction(total)
