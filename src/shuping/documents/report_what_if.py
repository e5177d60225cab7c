"""The report's page of weights: what its script needs to count totals and ranks again, as integers.

Every figure goes over as whole numbers above a common denominator, so that the reader's browser adds and rounds as the
engine does, without floats. No figure is computed here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from shuping.documents import wording
from shuping.documents.report_groups import GroupView, Pair, Standing
from shuping.documents.report_texts import anchor, both
from shuping.documents.report_view import ReportView
from shuping.scoring.first_level import MOST_UNITS, GroupShares, UnitShares
from shuping.scoring.result import Result
from shuping.values.exact import Irrational
from shuping.values.rounding import show_short

STEPS = 200
"""A slider has about as many steps from nothing to the whole."""
SAFE = 2**53
"""Whole numbers from here on are texts: JSON's are floats to a browser."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A slider: its place among the criteria, what it is called, and the weight in the rule book as shown."""

    place: int
    anchor: str
    title: Pair
    declared: str


@dataclass(frozen=True, slots=True)
class WeighedGroup:
    """A comparison group: sliders, rows in the order of the published standing, and the script's data as JSON."""

    anchor: str
    title: Pair
    sliders: tuple[Weighed, ...]
    most: int
    whole: str
    rows: tuple[Standing, ...]
    data: str


@dataclass(frozen=True, slots=True)
class Weighing:
    """The page: its groups, or why there are none (a key of the phrases; None: nothing to say)."""

    groups: tuple[WeighedGroup, ...] = ()
    refused: str | None = None
    most: int = MOST_UNITS
    graded: bool = False
    decided: bool = False


def weighing(result: Result, page: ReportView) -> Weighing:
    """Return the page of weights for the result's last period."""
    if result.first_level is None or result.first_level.period != result.period:
        return Weighing()
    found = result.first_level.found
    if isinstance(found, str):
        return Weighing(refused=None if found == "alone" else found)
    shown = {group.id: group for group in page.groups}
    groups = tuple(_group(result, shares, shown[shares.group]) for shares in found if shares.group in shown)
    ties = set(result.standing["tie"].to_list())
    return Weighing(groups, graded=bool(result.rulebook.grades), decided="decided" in ties)


def _group(result: Result, shares: GroupShares, view: GroupView) -> WeighedGroup:
    scale = _scale(shares)
    sliders = tuple(
        Weighed(
            place,
            anchor("weight", shares.group, name),
            both(wording.criterion_title, result.rulebook, name),
            _shown(weight, shares),
        )
        for place, (name, weight) in enumerate(zip(shares.criteria, shares.weights, strict=True))
    )
    rows = {row.unit: row for row in view.rows}
    units = {unit.unit: unit for unit in shares.units}
    ordered = [units[row.unit] for row in view.rows if row.unit in units]
    data = json.dumps(_data(shares, scale, ordered), ensure_ascii=False, separators=(",", ":"))
    return WeighedGroup(
        anchor("weights", shares.group),
        view.title,
        sliders,
        int(shares.whole / scale),
        _shown(shares.whole, shares),
        tuple(rows[unit.unit] for unit in ordered),
        data.replace("<", "\\u003c"),
    )


def _scale(shares: GroupShares) -> Fraction:
    """Return a step of the sliders: 1, 2 or 5 times a power of ten in what is shown, and no fewer than ``STEPS``."""
    shown = shares.whole if shares.how == "sum" else Fraction(100)
    step = Fraction(1)
    while step * STEPS > shown:
        step /= 10
    while step * 10 * STEPS <= shown:
        step *= 10
    step = max(step * factor for factor in (1, 2, 5) if step * factor * STEPS <= shown)
    return step * shares.whole / shown


def _shown(weight: Fraction, shares: GroupShares) -> str:
    """Return a weight as the page shows it: points, or a percentage of the whole."""
    return show_short(weight, 2) if shares.how == "sum" else show_short(100 * weight / shares.whole, 2) + "%"


def _data(shares: GroupShares, step: Fraction, units: Sequence[UnitShares]) -> dict[str, Any]:
    base = lcm(step.denominator, *(weight.denominator for weight in shares.weights))
    limits = shares.limits
    return {
        "names": list(shares.criteria),
        "base": _whole(base),
        "step": _whole(int(step * base)),
        "weights": [_whole(int(weight * base)) for weight in shares.weights],
        "percent": shares.how != "sum",
        "full": _pair(shares.full),
        "places": limits.rounding.places,
        "mode": limits.rounding.mode,
        "order": list(limits.order),
        "caps": {name: None if cap is None else _pair(cap) for name, cap in _caps(shares).items()},
        "keys": [list(key) for key in shares.keys],
        "style": shares.style,
        "published": shares.rank_on == "published",
        "units": [_unit(unit, limits.rounding.places) for unit in units],
    }


def _caps(shares: GroupShares) -> Mapping[str, Fraction | None]:
    limits = shares.limits
    return {"bonus": limits.bonus_cap, "floor": limits.floor, "total": limits.total_cap}


def _unit(unit: UnitShares, places: int) -> dict[str, Any]:
    """Return a unit: ``s`` and ``l`` over the denominator ``q``, and only what is not as usual of the rest."""
    numbers = (*unit.shares, *unit.lacks, unit.constant)
    below = lcm(*(number.denominator for number in numbers))
    found: dict[str, Any] = {"q": _whole(below), "s": [_whole(int(share * below)) for share in unit.shares]}
    if not all(unit.takes):
        found["t"] = [int(takes) for takes in unit.takes]
    if any(unit.lacks):
        found["l"] = [_whole(int(lacks * below)) for lacks in unit.lacks]
    if unit.constant:
        found["c"] = _whole(int(unit.constant * below))
    if unit.gain:
        found["g"] = _pair(unit.gain)
    if unit.loss:
        found["x"] = _pair(unit.loss)
    if unit.keys:
        found["k"] = list(unit.keys)
    if any(isinstance(number, Irrational) for number in (*numbers, unit.gain, unit.loss)):
        found["i"] = 1
    if not unit.present:
        found["none"] = 1
    if not unit.ranked:
        found["out"] = 1
    if unit.total is not None:
        found["was"] = [_whole(int(unit.total * 10**places)), unit.rank]
    return found


def _pair(number: Fraction) -> list[int | str]:
    return [_whole(number.numerator), _whole(number.denominator)]


def _whole(number: int) -> int | str:
    return number if -SAFE < number < SAFE else str(number)
