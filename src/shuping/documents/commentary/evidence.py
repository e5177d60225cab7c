"""The figure behind a good result: the measure that shows it best, with the period before where that is known."""

from __future__ import annotations

from decimal import Decimal

from shuping.documents import wording
from shuping.documents.commentary.model import Figure, Quoted, Runs
from shuping.documents.commentary.phrases import Slot
from shuping.documents.commentary.sampled import told_apart
from shuping.documents.commentary.view import View
from shuping.rulebook.model import Criterion

CLOSE = Decimal("0.9")
"""From this share of the full score on, a leaf may speak for a unit; it chooses what is told and enters no figure."""


def evidence(view: View, criterion: Criterion, unit: str, alone: bool, turn: int) -> Runs:
    """Return the clause on the measure behind a unit's result in a criterion; nothing where there is none.

    ``alone``: the unit is the only one named so far, and need not be named again.
    """
    leaf = telling_leaf(view, criterion, unit)
    if leaf is None or leaf.measure is None:
        return ()
    new = view.refs.figure("measures", view.period, unit, leaf.measure, "value")
    assert new is not None
    whose = view.say.fill("achieved.its") if alone else view.say.fill("achieved.whose", unit=view.name(unit))
    title = view.mid(wording.measure_title(view.rulebook, leaf.measure, view.lang))
    slots: dict[str, Slot] = {"whose": whose, "measure": title, "new": with_unit(view, new)}
    key = _change_for_the_better(view, unit, leaf.measure) or "evidence"
    if view.before is not None and key != "evidence":
        old = view.refs.figure("measures", view.before, unit, leaf.measure, "value")
        assert old is not None
        slots |= {"before": view.label(view.before), "old": with_unit(view, old)}
    return view.say.fill_with(f"achieved.{key}", slots, turn)


def _change_for_the_better(view: View, unit: str, measure: str) -> str | None:
    """Return the phrase for a change for the better, for none, or for one that a sample cannot tell from chance; None
    where it got worse or nothing is known.
    """
    if view.before is None:
        return None
    new = view.refs.cell("measures", view.period, unit, measure, "value")
    old = view.refs.cell("measures", view.before, unit, measure, "value")
    lower = view.rulebook.measures[measure].direction == "lower"
    if old is None:
        return None
    if new == old:
        return "evidence_same"
    if not told_apart(view, unit, measure):
        return "evidence_unclear"
    if (new < old) != lower:
        return None
    return "evidence_fell" if lower else "evidence_rose"


def telling_leaf(view: View, criterion: Criterion, unit: str) -> Criterion | None:
    """Return the leaf with a measure that speaks best for the unit.

    Of the leaves where it came close to the full score, one that moved for the better since the period before is the
    most telling; then the closest to the full score; then the weightiest.
    """
    found: list[tuple[bool, bool, Decimal, Decimal, int, Criterion]] = []
    for index, leaf in enumerate(criterion.walk()):
        if leaf.measure is None or leaf.measure not in view.rulebook.measures:
            continue
        value = view.refs.cell("measures", view.period, unit, leaf.measure, "value")
        points = view.refs.cell("scores", view.period, unit, leaf.id, "points")
        full = view.refs.cell("scores", view.period, unit, leaf.id, "points_max")
        if value is not None and points is not None and full:
            better = _change_for_the_better(view, unit, leaf.measure) in ("evidence_rose", "evidence_fell")
            close = points >= CLOSE * full
            found.append((close, better, points / full, full, -index, leaf))
    return max(found, key=lambda item: item[:5])[5] if found else None


def with_unit(view: View, figure: Figure) -> Runs:
    """Return a measure's figure with its unit of measurement behind it, where the measure names one."""
    unit = view.rulebook.measures[figure.item].unit if figure.item in view.rulebook.measures else None
    if unit is None or figure.text.endswith("%"):
        return (figure,)
    text = wording.printable(unit.get(view.lang))
    return figure, Quoted(text if view.lang == "zh" else f" {text}")
