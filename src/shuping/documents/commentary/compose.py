"""A result -> a commentary: the sections in order, their ordinals, what is asked for next, the attached tables."""

from __future__ import annotations

from dataclasses import replace

from shuping.documents import wording
from shuping.documents.commentary.achieved import compose_achieved
from shuping.documents.commentary.attachments import compose_attachments
from shuping.documents.commentary.best import MOST_NAMED
from shuping.documents.commentary.model import Commentary, Condition, Quoted, Runs, Section
from shuping.documents.commentary.opening import compose_opening
from shuping.documents.commentary.phrases import quoted_sentence
from shuping.documents.commentary.shortfall import compose_shortfall
from shuping.documents.commentary.view import View
from shuping.scoring.result import Result

_DIGITS = "〇一二三四五六七八九"


def compose(result: Result, lang: str) -> Commentary:
    """Return the commentary on the result's last period in ``zh`` or ``en``: the same result, the same text."""
    view = View(result, lang)
    publish = view.rulebook.publish
    sections = [compose_achieved(view), compose_shortfall(view), compose_asks(view)]
    return Commentary(
        lang=lang,
        period=view.period,
        title=_title(view),
        subtitle=view.say.fill("title.subtitle", period=view.label(view.period)),
        opening=compose_opening(view),
        sections=_numbered([section for section in sections if section is not None], lang),
        closing=(quoted_sentence(publish.closing.get(lang), lang),) if publish.closing else (),
        signature=(Quoted(wording.printable(publish.issuer.get(lang))),) if publish.issuer else (),
        attachments=compose_attachments(view),
    )


def compose_asks(view: View) -> Section | None:
    """Return what is asked for next: the rule book's asks whose category occurred, or that name none."""
    categories = view.problems
    paragraphs: list[Runs] = []
    answered: dict[str, int] = {}
    for ask in view.rulebook.publish.asks:
        if ask.category is None or ask.category in categories:
            sentence = quoted_sentence(ask.get(view.lang), view.lang)
            if ask.category is not None and ask.category not in answered:
                turn = answered.setdefault(ask.category, len(answered))
                sentence = view.say.paragraph([sentence, _concerned(view, ask.category, turn)])
            paragraphs.append(sentence)
    for category in categories:
        if category not in answered:
            title = view.mid(wording.category_title(view.rulebook, category, view.lang))
            sentence = _concerned(view, category, answered.setdefault(category, len(answered)))
            paragraphs.append((*view.say.fill("ask.category", category=title), *sentence))
    return Section("", view.say.fill("ask.heading"), tuple(paragraphs)) if paragraphs else None


def _concerned(view: View, category: str, turn: int) -> Runs:
    matters = view.problems[category]
    units = sorted({row["unit"] for rows in matters.values() for row in rows}, key=view.order)
    if len(units) <= MOST_NAMED:
        return view.say.fill("ask.units", turn, units=view.say.join(view.names(units)))
    where = (Condition("period", "is", view.period), Condition("category", "is", category))
    return view.say.fill("ask.units_many", turn, n=view.refs.count("findings", *where, distinct="unit"))


def _title(view: View) -> Runs:
    publish = view.rulebook.publish
    if publish.title is not None:
        return (Quoted(wording.printable(publish.title.get(view.lang))),)
    return view.say.fill("title.default", title=Quoted(wording.printable(view.rulebook.title.get(view.lang))))


def _numbered(sections: list[Section], lang: str) -> tuple[Section, ...]:
    """Return the sections with their ordinals: 一、 and （一） as GB/T 9704 has them, 1. and 1.1 in English."""
    found = []
    for index, section in enumerate(sections, 1):
        below = tuple(
            replace(child, number=f"（{chinese_ordinal(place)}）" if lang == "zh" else f"{index}.{place} ")
            for place, child in enumerate(section.sections, 1)
        )
        number = f"{chinese_ordinal(index)}、" if lang == "zh" else f"{index}. "
        found.append(replace(section, number=number, sections=below))
    return tuple(found)


def chinese_ordinal(number: int) -> str:
    """Return a number from 1 to 99 in Chinese figures (``十二``)."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not head else "")
