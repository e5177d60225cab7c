"""What falls short: the findings by category, each with its units, their figures and the records behind them."""

from __future__ import annotations

from collections.abc import Sequence

from shuping.documents import wording
from shuping.documents.commentary.evidence import with_unit
from shuping.documents.commentary.model import Condition, Count, Figure, Quoted, Runs, Section
from shuping.documents.commentary.phrases import Slot
from shuping.documents.commentary.view import Finding, View

MOST_FIGURES = 8
"""More units than this under one problem: the furthest off are given with figures, the others by name."""


def compose_shortfall(view: View) -> Section | None:
    """Return the section on problems (without its number); None where the rule book raises no findings at all."""
    categories = view.problems
    title = view.say.fill("shortfall.heading")
    if not categories:
        return Section("", title, (view.say.fill("shortfall.none"),)) if view.rulebook.findings else None
    where = Condition("period", "is", view.period)
    n, units = view.refs.count("findings", where), view.refs.count("findings", where, distinct="unit")
    concerned: Slot = units if view.lang == "zh" else view.say.fill("shortfall.units", number=units, n=units)
    intro = view.say.fill("shortfall.intro", number=n, n=n, units=concerned)
    sections, turn = [], 0
    for category, matters in categories.items():
        paragraphs = tuple(
            _matter(view, matter, rows, turn + index) for index, (matter, rows) in enumerate(matters.items())
        )
        turn += len(paragraphs)
        sections.append(Section("", (Quoted(wording.category_title(view.rulebook, category, view.lang)),), paragraphs))
    return Section("", title, (intro,), tuple(sections))


def _matter(view: View, matter: str, rows: Sequence[Finding], turn: int) -> Runs:
    title = Quoted(wording.finding_title(view.rulebook, matter, view.lang).rstrip("。.；;"))
    measured = [row for row in rows if value_of(view, row) is not None]
    slots: dict[str, Slot] = {"title": title}
    if measured:
        slots["measure"] = view.mid(wording.measure_title(view.rulebook, measured[0]["measure"], view.lang))
    if len(rows) == 1:
        value = value_of(view, rows[0])
        slots |= {"unit": view.name(rows[0]["unit"]), "records": _behind(view, rows[0])}
        if value is None:
            return view.say.fill_with("shortfall.one_bare", slots, turn)
        return view.say.fill_with("shortfall.one", {**slots, "value": with_unit(view, value)}, turn)
    most = MOST_FIGURES if len(rows) <= MOST_FIGURES else MOST_FIGURES - 2  # never one alone without its figure
    named, others = rows[:most], [row["unit"] for row in rows[most:]]
    slots["units"] = view.say.join([_unit(view, row) for row in named])
    slots["rest"] = view.say.fill("shortfall.rest", units=view.say.join(view.names(others))) if others else ()
    slots["n"] = _count(view, matter)
    return view.say.fill_with("shortfall.several" if measured else "shortfall.several_bare", slots, turn)


def _unit(view: View, row: Finding) -> Runs:
    value = value_of(view, row)
    shown = with_unit(view, value) if value is not None else ()
    return view.say.fill("shortfall.unit", unit=view.name(row["unit"]), value=shown, records=_behind(view, row))


def value_of(view: View, row: Finding) -> Figure | None:
    """Return the figure of the measure that a finding rests on, None where it has no value."""
    return (
        None
        if row["measure"] is None
        else view.refs.figure("measures", view.period, row["unit"], row["measure"], "value")
    )


def records_of(view: View, row: Finding) -> Figure | None:
    """Return the number of records behind a finding: the measure's, where it is the same, else the finding's own."""
    own = view.refs.figure("findings", view.period, row["unit"], row["finding"], "records")
    if row["measure"] is None:
        return own
    looked_at = view.refs.figure("measures", view.period, row["unit"], row["measure"], "records")
    return looked_at if looked_at is not None and (own is None or own.text == looked_at.text) else own


def _behind(view: View, row: Finding) -> Runs:
    records = records_of(view, row)
    if records is None:
        return ()
    return view.say.fill(
        "shortfall.no_records" if records.text == "0" else "shortfall.records", number=records, n=records
    )


def _count(view: View, matter: str) -> Count:
    return view.refs.count("findings", Condition("period", "is", view.period), Condition("finding", "is", matter))
