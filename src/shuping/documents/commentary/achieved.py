"""What was achieved: who leads, then part by part the best results, each with the figure behind it."""

from __future__ import annotations

from shuping.documents import wording
from shuping.documents.commentary.best import best_in_group, first
from shuping.documents.commentary.model import Quoted, Runs, Section
from shuping.documents.commentary.view import View


def compose_achieved(view: View) -> Section | None:
    """Return the section on achievements (without its number), or None where nothing was scored."""
    parts = view.rulebook.publish.parts
    intro = leaders(view)
    title = view.say.fill("achieved.heading")
    if not parts:
        paragraphs = _criteria(view, tuple(criterion.id for criterion in view.rulebook.criteria), 0)
        found = tuple(paragraph for paragraph in (intro, *paragraphs) if paragraph)
        return Section("", title, found) if found else None
    sections: list[Section] = []
    turn = 0
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
    clauses: list[Runs] = []
    for group in _compared(view):
        scored = [row for row in view.groups[group] if row["rank"] is not None]
        named = []
        for row in first(scored, [row["rank"] for row in scored], min(3, len(scored) // 3)):
            total = view.standing(row["unit"], "total")
            assert total is not None
            named.append(view.say.fill("achieved.leader", unit=view.name(row["unit"]), total=total))
        if named:
            key = "achieved.leaders_only" if view.alone else "achieved.leaders"
            units = view.say.join(named)
            clauses.append(view.say.fill(key, turn=len(clauses), units=units, group=view.group(group)))
    return view.say.fill("achieved.leaders_intro", groups=view.say.chain(clauses)) if clauses else ()


def _compared(view: View) -> list[str]:
    """Return the groups whose best units are named: ungraded ones, listed apart, only where there are no others."""
    settings = view.rulebook.groups
    graded = [group for group in view.groups if group not in settings or settings[group].graded]
    return graded or list(view.groups)


def _criteria(view: View, identifiers: tuple[str, ...], turn: int) -> tuple[Runs, ...]:
    found: list[Runs] = []
    for identifier in identifiers:
        found_in = (best_in_group(view, identifier, group, turn + place) for place, group in enumerate(_compared(view)))
        clauses = [clause for clause in found_in if clause]
        if clauses:
            title = view.mid(wording.criterion_title(view.rulebook, identifier, view.lang))
            first_one = view.say.fill("achieved.criterion", turn, criterion=title, text=clauses[0])
            found.append(view.say.paragraph([first_one, *map(view.say.sentence, clauses[1:])]))
            turn += 1
    return tuple(found)
