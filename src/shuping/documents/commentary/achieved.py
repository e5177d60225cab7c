"""What was achieved: who leads, then part by part the best results, each with the figure behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from shuping.documents import wording
from shuping.documents.commentary.model import Figure, Quoted, Runs, Section
from shuping.documents.commentary.phrases import Slot
from shuping.documents.commentary.view import View
from shuping.rulebook.model import Criterion

Item = TypeVar("Item")
MOST_NAMED = 6
"""Where more units than this share the best result, the first of them are named."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit's points in one criterion."""

    unit: str
    points: Decimal
    full: Decimal | None


def compose_achieved(view: View) -> Section | None:
    """Return the section on achievements (without its number), or None where nothing was scored."""
    parts = view.rulebook.publish.parts
    intro = leaders(view)
    title = view.say.fill("achieved.heading")
    if not parts:
        paragraphs = _criteria(view, tuple(criterion.id for criterion in view.rulebook.criteria), 0)
        found = tuple(paragraph for paragraph in (intro, *paragraphs) if paragraph)
        return Section("", title, found) if found else None
    sections, turn = [], 0
    for part in parts:
        paragraphs = _criteria(view, part.criteria, turn)
        turn += len(paragraphs)
        if paragraphs:
            sections.append(Section("", (Quoted(wording.printable(part.title.get(view.lang))),), paragraphs))
    if not intro and not sections:
        return None
    return Section("", title, (intro,) if intro else (), tuple(sections))


def leaders(view: View) -> Runs:
    """Return the sentence that names the units with the highest totals of each graded group."""
    clauses = []
    for group, rows in view.groups.items():
        scored = [row for row in rows if row["rank"] is not None]
        settings = view.rulebook.groups.get(group)
        if len(scored) < 3 or (settings is not None and not settings.graded):
            continue
        named = []
        for row in _first(scored, [row["rank"] for row in scored], min(3, len(scored) // 3)):
            total = view.standing(row["unit"], "total")
            assert total is not None
            named.append(view.say.fill("achieved.leader", unit=view.name(row["unit"]), total=total))
        if named:
            key = "achieved.leaders_only" if view.alone else "achieved.leaders"
            units = view.say.join(named)
            clauses.append(view.say.fill(key, turn=len(clauses), units=units, group=view.group(group)))
    return view.say.fill("achieved.leaders_intro", groups=view.say.chain(clauses)) if clauses else ()


def _criteria(view: View, identifiers: tuple[str, ...], turn: int) -> tuple[Runs, ...]:
    found: list[Runs] = []
    for identifier in identifiers:
        clauses = [clause for group in view.groups if (clause := _in_group(view, identifier, group, turn + len(found)))]
        if clauses:
            title = Quoted(wording.criterion_title(view.rulebook, identifier, view.lang))
            groups = view.say.chain(clauses)
            found.append(view.say.fill("achieved.criterion", turn + len(found), criterion=title, groups=groups))
    return tuple(found)


def _in_group(view: View, identifier: str, group: str, turn: int) -> Runs:
    """Return who did best in one criterion within one group, with the evidence; nothing where nobody was scored."""
    scored = []
    for row in view.groups[group]:
        points = view.refs.cell("scores", view.period, row["unit"], identifier, "points")
        if points is not None:
            full = view.refs.cell("scores", view.period, row["unit"], identifier, "points_max")
            scored.append(Scored(row["unit"], points, full))
    if not scored or all(found.points <= 0 for found in scored):
        return ()
    scored.sort(key=lambda found: (-found.points, view.order(found.unit)))
    text = _best(view, identifier, scored, turn)
    if len(scored) > 2 or len(scored) == 1:
        text = (*text, *evidence(view, view.rulebook.criterion(identifier), scored[0].unit, turn))
    return text if view.alone else view.say.fill("achieved.in_group", group=view.group(group), text=text)


def _best(view: View, identifier: str, scored: list[Scored], turn: int) -> Runs:
    top = [found for found in scored if found.points == scored[0].points]
    if len(scored) == 1:
        return _fill(view, "achieved.only", identifier, scored[0], unit=view.name(scored[0].unit))
    if len(top) == len(scored):
        key = "achieved.full_all" if _is_full(top) else "achieved.all_equal"
        return _fill(view, key, identifier, top[0])
    if len(scored) == 2:
        other = view.score(scored[1].unit, identifier, "points")
        assert other is not None
        names = {"unit": view.name(scored[0].unit), "other": view.name(scored[1].unit)}
        return _fill(view, "achieved.two", identifier, scored[0], other_points=other, **names)
    if len(top) > 1:
        return _shared(view, identifier, top)
    best = _fill(view, "achieved.best", identifier, top[0], turn=turn, unit=view.name(top[0].unit))
    return (*best, *_runners_up(view, identifier, scored))


def _shared(view: View, identifier: str, top: list[Scored]) -> Runs:
    units = view.say.join(view.names([found.unit for found in top[:MOST_NAMED]]))
    key = "achieved.full" if _is_full(top) else "achieved.tied"
    return _fill(view, key if len(top) <= MOST_NAMED else f"{key}_many", identifier, top[0], units=units)


def _runners_up(view: View, identifier: str, scored: list[Scored]) -> Runs:
    following = _first(scored[1:], [found.points for found in scored[1:]], min(2, len(scored) // 3 - 1))
    points = [view.score(found.unit, identifier, "points") for found in following]
    given = [figure for figure in points if figure is not None]
    if not given:
        return ()
    key = "achieved.then_one" if len(given) == 1 else "achieved.then_points"
    shown = view.say.fill(key, points=view.say.join(given))
    return view.say.fill(
        "achieved.then", units=view.say.join(view.names([item.unit for item in following])), points=shown
    )


def evidence(view: View, criterion: Criterion, unit: str, turn: int) -> Runs:
    """Return the measure that best shows the unit's result in a criterion, with the period before where it is known."""
    leaf = _telling_leaf(view, criterion, unit)
    if leaf is None or leaf.measure is None:
        return ()
    new = view.refs.figure("measures", view.period, unit, leaf.measure, "value")
    assert new is not None
    old = view.before and view.refs.figure("measures", view.before, unit, leaf.measure, "value")
    title = Quoted(wording.measure_title(view.rulebook, leaf.measure, view.lang))
    slots: dict[str, Slot] = {"unit": view.name(unit), "measure": title, "new": with_unit(view, new)}
    lower = view.rulebook.measures[leaf.measure].direction == "lower"
    key = "evidence_lower" if lower else "evidence"
    if old and view.before:
        slots |= {"before": view.label(view.before), "old": with_unit(view, old)}
        key = _direction(view, unit, leaf.measure, lower) or key
    return view.say.fill(f"achieved.{key}", turn, **slots)


def _direction(view: View, unit: str, measure: str, lower: bool) -> str | None:
    """Return the phrase for a change for the better; a change for the worse is not an achievement and is not told."""
    assert view.before is not None
    new = view.refs.cell("measures", view.period, unit, measure, "value")
    old = view.refs.cell("measures", view.before, unit, measure, "value")
    if new == old:
        return "evidence_same"
    if (new < old) != lower:
        return None
    return "evidence_fell" if lower else "evidence_rose"


def _telling_leaf(view: View, criterion: Criterion, unit: str) -> Criterion | None:
    """Return the leaf with a measure where the unit came closest to the full score, the weightiest of those."""
    found: list[tuple[Decimal, Decimal, int, Criterion]] = []
    for index, leaf in enumerate(criterion.walk()):
        if leaf.measure is None or leaf.measure not in view.rulebook.measures:
            continue
        value = view.refs.cell("measures", view.period, unit, leaf.measure, "value")
        points = view.refs.cell("scores", view.period, unit, leaf.id, "points")
        full = view.refs.cell("scores", view.period, unit, leaf.id, "points_max")
        if value is not None and points is not None and full:
            found.append((points / full, full, -index, leaf))
    return max(found, key=lambda item: item[:3])[3] if found else None


def with_unit(view: View, figure: Figure) -> Runs:
    """Return a measure's figure with its unit of measurement behind it, where the measure names one."""
    unit = view.rulebook.measures[figure.item].unit if figure.item in view.rulebook.measures else None
    if unit is None or figure.text.endswith("%"):
        return (figure,)
    text = wording.printable(unit.get(view.lang))
    return figure, Quoted(text if view.lang == "zh" else f" {text}")


def _is_full(scored: list[Scored]) -> bool:
    return scored[0].full is not None and scored[0].points == scored[0].full


def _fill(view: View, key: str, identifier: str, best: Scored, turn: int = 0, **slots: Slot) -> Runs:
    points, full = (view.score(best.unit, identifier, column) for column in ("points", "points_max"))
    assert points is not None
    if full is None:
        maximum: Runs = ()
    elif key.startswith("achieved.full"):
        maximum = (full,)
    else:
        maximum = view.say.fill("achieved.max", points=full)
    return view.say.fill(key, turn, number=None, points=points, max=maximum, **slots)


def _first(items: Sequence[Item], keys: Sequence[object], wanted: int) -> Sequence[Item]:
    """Return the first ``wanted`` items, or fewer: a cut never goes through items of equal key."""
    cut = max(0, min(wanted, len(items)))
    while 0 < cut < len(items) and keys[cut - 1] == keys[cut]:
        cut -= 1
    return items[:cut]
