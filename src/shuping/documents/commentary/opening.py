"""The opening: the basis, who took part, how far the totals lie apart, what moved since the last period."""

from __future__ import annotations

from shuping.documents import wording
from shuping.documents.commentary.model import Condition, Figure, Quoted, Runs
from shuping.documents.commentary.phrases import quoted_sentence
from shuping.documents.commentary.view import StandingRow, View


def compose_opening(view: View) -> tuple[Runs, ...]:
    """Return the opening's paragraphs; those with nothing to say are left out."""
    publish = view.rulebook.publish
    own = [quoted_sentence(text.get(view.lang), view.lang) for text in (publish.basis, publish.opening) if text]
    found = [*own, view.say.paragraph([taking_part(view), *without_total(view)]), spread(view), movement(view)]
    return tuple(paragraph for paragraph in found if paragraph)


def taking_part(view: View) -> Runs:
    """Return the sentence that counts the units, by group where there are several."""
    total = view.count()
    if view.alone:
        return view.say.fill("opening.taking_part", number=total, period=view.label(view.period), n=total)
    sizes = [
        view.say.fill("opening.group_size", group=view.group(group), n=view.count(Condition("group", "is", group)))
        for group in view.groups
    ]
    groups = view.say.join(sizes)
    return view.say.fill("opening.taking_part_groups", period=view.label(view.period), n=total, groups=groups)


def without_total(view: View) -> list[Runs]:
    """Return one sentence for each reason for which units have no total."""
    rows = [row for members in view.groups.values() for row in members]
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["total"] is None:
            reasons.setdefault(row["missing"] or "undefined", []).append(row["unit"])
    words = {reason: Quoted(wording.missing_words(reason, view.lang)) for reason in reasons}
    if sum(map(len, reasons.values())) == len(rows):
        joined = view.say.join(list(words.values()))
        return [view.say.fill("opening.no_total_all", reason=joined)]
    return [
        view.say.fill(
            "opening.no_total", number=len(units), units=view.say.join(view.names(units)), reason=words[reason]
        )
        for reason, units in sorted(reasons.items())
    ]


def spread(view: View) -> Runs:
    """Return, for each group, the highest and lowest total and the number of units in each grade."""
    sentences = []
    for group, rows in view.groups.items():
        scored = [row for row in rows if row["total"] is not None]
        if scored:
            sentences.append(view.say.sentence((*_range(view, group, scored), *_grades(view, group, scored))))
    return view.say.paragraph(sentences)


def _range(view: View, group: str, scored: list[StandingRow]) -> Runs:
    ordered = sorted(scored, key=lambda row: (-row["total"], view.order(row["unit"])))
    high, low = (view.standing(row["unit"], "total") for row in (ordered[0], ordered[-1]))
    assert high is not None and low is not None
    if len(scored) == 1:
        return view.say.fill("opening.one", unit=view.name(ordered[0]["unit"]), high=high)
    kind = "level" if high.text == low.text else "spread"
    if view.alone:
        return view.say.fill(f"opening.{kind}_only", high=high, low=low)
    return view.say.fill(f"opening.{kind}", group=view.group(group), high=high, low=low)


def _grades(view: View, group: str, scored: list[StandingRow]) -> Runs:
    held = {row["grade"] for row in scored if row["grade"] is not None}
    if not held or len(scored) == 1:
        return ()
    sizes = []
    for grade in view.rulebook.grades:
        if grade in held:
            n = view.count(Condition("group", "is", group), Condition("grade", "is", grade))
            title = Quoted(wording.grade_title(view.rulebook, grade, view.lang))
            sizes.append(view.say.fill("opening.grade_size", grade=title, n=n))
    return view.say.fill("opening.grades", grades=view.say.join(sizes))


def movement(view: View) -> Runs:
    """Return what changed since the period before, or nothing where the result knows no period before."""
    rows = [row for members in view.groups.values() for row in members if row["change"] is not None]
    if not rows:
        return ()
    text = _changes(view, rows)
    climbers = [_climber(view, group) for group in view.groups]
    named = [climber for climber in climbers if climber]
    if named:
        text = (*text, *view.say.fill("opening.climbed", units=view.say.chain(named)))
    return view.say.sentence(text)


def _changes(view: View, rows: list[StandingRow]) -> Runs:
    rising = sorted(
        (row for row in rows if row["change"] > 0), key=lambda row: (-row["change"], view.order(row["unit"]))
    )
    falling = [row for row in rows if row["change"] < 0]
    up, down = view.count(Condition("change", "over")), view.count(Condition("change", "under"))
    if not rising and not falling:
        return view.say.fill("opening.unchanged")
    if len(rows) == 1:
        kind, unit = ("one_risen", rising[0]["unit"]) if rising else ("one_fallen", falling[0]["unit"])
        return view.say.fill(f"opening.{kind}", unit=view.name(unit), change=_magnitude(view, unit, "change"))
    kind = (
        "all_risen" if len(rising) == len(rows) else "all_fallen" if len(falling) == len(rows) else "risen_and_fallen"
    )
    text = view.say.fill(f"opening.{kind}", up=up, down=down)
    if len(rising) > 1 and rising[0]["change"] > rising[1]["change"]:
        best = rising[0]["unit"]
        change = _magnitude(view, best, "change")
        text = (*text, *view.say.fill("opening.most_improved", unit=view.name(best), change=change))
    return text


def _climber(view: View, group: str) -> Runs:
    """Return the unit of a group that climbed furthest, when it is one unit and it climbed more than one place."""
    rows = [row for row in view.groups[group] if row["rank_change"] is not None and row["rank_change"] > 1]
    best = max((row["rank_change"] for row in rows), default=0)
    units = [row["unit"] for row in rows if row["rank_change"] == best]
    if len(units) != 1:
        return ()
    unit = units[0]
    rank, places = view.standing(unit, "rank"), view.standing(unit, "rank_change")
    assert rank is not None and places is not None
    key = "opening.climber_only" if view.alone else "opening.climber"
    return view.say.fill(key, number=places, unit=view.name(unit), places=places, rank=rank, group=view.group(group))


def _magnitude(view: View, unit: str, column: str) -> Figure:
    found = view.refs.figure("standing", view.period, unit, "", column, "magnitude")
    assert found is not None
    return found
