"""What has moved since the period before: totals up and down, who gained most, who climbed furthest."""

from __future__ import annotations

from shuping.documents.commentary.model import Condition, Figure, Runs
from shuping.documents.commentary.phrases import Slot
from shuping.documents.commentary.view import View
from shuping.documents.ordering import StandingRow


def movement(view: View) -> Runs:
    """Return what changed since the period before, or nothing where the result knows no period before."""
    rows = [row for members in view.groups.values() for row in members if row["change"] is not None]
    if not rows:
        return ()
    rows.sort(key=lambda row: (-row["change"], view.order(row["unit"])))
    if rows[0]["change"] == 0 == rows[-1]["change"]:
        return view.say.sentence(view.say.fill("opening.unchanged", before=_before(view)))
    if len(rows) == 1:
        return view.say.sentence(_one(view, rows[0]))
    furthest = {group: unit for group in view.groups if (unit := _furthest(view, group)) is not None}
    best = rows[0]["unit"] if rows[0]["change"] > 0 and rows[0]["change"] > rows[1]["change"] else None
    text = (*_direction(view, rows), *_most_improved(view, best, furthest))
    climbers = [_climber(view, group, unit) for group, unit in furthest.items() if unit != best]
    if climbers:
        text = (*text, *view.say.fill("opening.climbed", units=view.say.chain(climbers)))
    return view.say.sentence(text)


def _one(view: View, row: StandingRow) -> Runs:
    kind = "opening.one_risen" if row["change"] > 0 else "opening.one_fallen"
    return view.say.fill(
        kind, unit=view.name(row["unit"]), change=_figure(view, row["unit"], "change"), before=_before(view)
    )


def _direction(view: View, rows: list[StandingRow]) -> Runs:
    up, down = view.count(Condition("change", "over")), view.count(Condition("change", "under"))
    if up.text == str(len(rows)):
        return view.say.fill("opening.all_risen", up=up, before=_before(view))
    if down.text == str(len(rows)):
        return view.say.fill("opening.all_fallen", down=down, before=_before(view))
    return view.say.fill("opening.risen_and_fallen", up=up, down=down, before=_before(view))


def _most_improved(view: View, unit: str | None, furthest: dict[str, str]) -> Runs:
    if unit is None:
        return ()
    change = _figure(view, unit, "change")
    if unit not in furthest.values():
        return view.say.fill("opening.most_improved", unit=view.name(unit), change=change)
    key = "opening.most_improved_climber_only" if view.alone else "opening.most_improved_climber"
    places, rank = _figure(view, unit, "rank_change"), _figure(view, unit, "rank")
    group = view.group(view.group_of[unit])
    return view.say.fill(key, number=places, unit=view.name(unit), change=change, places=places, rank=rank, group=group)


def _furthest(view: View, group: str) -> str | None:
    """Return the unit of a group that climbed furthest, where it is one unit and it climbed more than one place."""
    rows = [row for row in view.groups[group] if row["rank_change"] is not None and row["rank_change"] > 1]
    most = max((row["rank_change"] for row in rows), default=0)
    units = [str(row["unit"]) for row in rows if row["rank_change"] == most]
    return units[0] if len(units) == 1 else None


def _climber(view: View, group: str, unit: str) -> Runs:
    rank, places = _figure(view, unit, "rank"), _figure(view, unit, "rank_change")
    key = "opening.climber_only" if view.alone else "opening.climber"
    return view.say.fill(key, number=places, unit=view.name(unit), places=places, rank=rank, group=view.group(group))


def _before(view: View) -> Slot:
    """Return the name of the period before: its label where the result holds it, else just "the period before"."""
    return view.label(view.before) if view.before is not None else view.say.fill("opening.before")


def _figure(view: View, unit: str, column: str) -> Figure:
    """Return a figure that is known to be there, without its sign: the words say which way it went."""
    found = view.refs.figure("standing", view.period, unit, "", column, "magnitude")
    assert found is not None
    return found
