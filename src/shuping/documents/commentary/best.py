"""Who did best in one criterion within one comparison group, in a clause that fits the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from shuping.documents.commentary.evidence import evidence
from shuping.documents.commentary.model import Runs
from shuping.documents.commentary.phrases import Slot
from shuping.documents.commentary.view import View

Item = TypeVar("Item")
MOST_NAMED = 6
"""Where more units than this share the best result, the first of them are named."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit's points in one criterion."""

    unit: str
    points: Decimal
    full: Decimal | None


def best_in_group(view: View, criterion: str, group: str, turn: int) -> Runs:
    """Return the clause on one criterion and group; nothing where nobody was scored or nobody earned a point."""
    scored = _scored(view, criterion, group)
    if not scored or scored[0].points <= 0:
        return ()
    top = [found for found in scored if found.points == scored[0].points]
    if len(scored) == 1:
        text = _fill(view, "achieved.only", criterion, scored[0], {"unit": view.name(scored[0].unit)})
    elif len(top) == len(scored):
        text = _fill(view, "achieved.full_all" if _is_full(top[0]) else "achieved.all_equal", criterion, top[0], {})
    elif len(scored) == 2:
        text = _two(view, criterion, scored)
    elif len(top) > 1:
        text = _shared(view, criterion, top)
    else:
        text = _leading(view, criterion, scored, turn)
    return text if view.alone else view.say.fill("achieved.in_group", group=view.group(group), text=text)


def _scored(view: View, criterion: str, group: str) -> list[Scored]:
    """Return the units of the group with points in the criterion, the best first, equals in the register's order."""
    found = []
    for row in view.groups[group]:
        points = view.refs.cell("scores", view.period, row["unit"], criterion, "points")
        if points is not None:
            full = view.refs.cell("scores", view.period, row["unit"], criterion, "points_max")
            found.append(Scored(row["unit"], points, full))
    return sorted(found, key=lambda item: (-item.points, view.order(item.unit)))


def _two(view: View, criterion: str, scored: Sequence[Scored]) -> Runs:
    other = view.score(scored[1].unit, criterion, "points")
    assert other is not None
    slots: dict[str, Slot] = {"unit": view.name(scored[0].unit), "other": view.name(scored[1].unit)}
    return _fill(view, "achieved.two", criterion, scored[0], {**slots, "other_points": other})


def _shared(view: View, criterion: str, top: Sequence[Scored]) -> Runs:
    units = view.say.join(view.names([found.unit for found in top[:MOST_NAMED]]))
    key = "achieved.full" if _is_full(top[0]) else "achieved.tied"
    return _fill(view, key if len(top) <= MOST_NAMED else f"{key}_many", criterion, top[0], {"units": units})


def _leading(view: View, criterion: str, scored: Sequence[Scored], turn: int) -> Runs:
    best = scored[0]
    text = _fill(view, "achieved.best", criterion, best, {"unit": view.name(best.unit)}, turn)
    following = _runners_up(view, criterion, scored, turn)
    shown = evidence(view, view.rulebook.criterion(criterion), best.unit, not following, turn)
    return (*text, *following, *shown)


def _runners_up(view: View, criterion: str, scored: Sequence[Scored], turn: int) -> Runs:
    others = scored[1:]
    following = first(others, [found.points for found in others], min(2, len(scored) // 3 - 1))
    points = [view.score(found.unit, criterion, "points") for found in following]
    given = [figure for figure in points if figure is not None]
    if not given:
        return ()
    key = "achieved.then_one" if len(given) == 1 else "achieved.then_points"
    shown = view.say.fill(key, points=view.say.join(given))
    units = view.say.join(view.names([found.unit for found in following]))
    return view.say.fill("achieved.then", turn, units=units, points=shown)


def first(items: Sequence[Item], keys: Sequence[object], wanted: int) -> Sequence[Item]:
    """Return the first ``wanted`` items, or fewer: a cut never goes through items of equal key."""
    cut = max(0, min(wanted, len(items)))
    while 0 < cut < len(items) and keys[cut - 1] == keys[cut]:
        cut -= 1
    return items[:cut]


def _is_full(scored: Scored) -> bool:
    return scored.full is not None and scored.points == scored.full


def _fill(view: View, key: str, criterion: str, best: Scored, slots: Mapping[str, Slot], turn: int = 0) -> Runs:
    points, full = (view.score(best.unit, criterion, column) for column in ("points", "points_max"))
    assert points is not None
    if full is None:
        maximum: Runs = ()
    elif key.startswith("achieved.full"):
        maximum = (full,)
    else:
        maximum = view.say.fill("achieved.max", points=full)
    return view.say.fill_with(key, {"points": points, "max": maximum, **slots}, turn, full)
