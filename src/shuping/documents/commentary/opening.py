"""The opening: the basis, who took part, how far the totals lie apart, what has moved since."""

from __future__ import annotations

from shuping.documents import wording
from shuping.documents.commentary.certainty import certainty
from shuping.documents.commentary.model import Condition, Quoted, Runs
from shuping.documents.commentary.movement import movement
from shuping.documents.commentary.phrases import quoted_sentence
from shuping.documents.commentary.view import View
from shuping.documents.ordering import StandingRow


def compose_opening(view: View) -> tuple[Runs, ...]:
    """Return the opening's paragraphs; those with nothing to say are left out."""
    publish = view.rulebook.publish
    own = [quoted_sentence(text.get(view.lang), view.lang) for text in (publish.basis, publish.opening) if text]
    found = [*own, view.say.paragraph([taking_part(view), *without_total(view)]), spread(view)]
    found += [certainty(view), movement(view)]
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
    assert high is not None
    assert low is not None
    if len(scored) == 1:
        return view.say.fill("opening.one", unit=view.name(ordered[0]["unit"]), high=high)
    kind = "level" if high.text == low.text else "spread"
    if view.alone:
        return view.say.fill(f"opening.{kind}_only", high=high, low=low)
    return view.say.fill(f"opening.{kind}", group=view.group(group), high=high, low=low)


def _grades(view: View, group: str, scored: list[StandingRow]) -> Runs:
    if len(scored) == 1:
        return ()
    decided = any(row["decided_grade"] is not None for row in scored)
    computed_only = (Condition("decided_grade", "missing"),) if decided else ()
    held = {row["grade"] for row in scored if row["decided_grade"] is None}
    by_person = {row["decided_grade"] for row in scored}
    here, sizes = Condition("group", "is", group), []
    for grade in view.rulebook.grades:
        title = view.mid(wording.grade_title(view.rulebook, grade, view.lang))
        if grade in held:
            n = view.count(here, Condition("grade", "is", grade), *computed_only)
            sizes.append(view.say.fill("opening.grade_size", grade=title, n=n))
        if grade in by_person:
            n = view.count(here, Condition("decided_grade", "is", grade))
            sizes.append(view.say.fill("opening.grade_decided", grade=title, n=n))
    if any(wording.is_open(row) and row["decided_grade"] is None for row in scored):
        n = view.count(here, Condition("rank", "given"), Condition("grade", "missing"), *computed_only)
        sizes.append(view.say.fill("opening.grade_open", n=n))
    return view.say.fill("opening.grades", grades=view.say.join(sizes)) if sizes else ()
