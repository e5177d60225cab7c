"""What people judged -> its document in one language: a section for every ballot and every panel."""

from __future__ import annotations

from shuping.documents.panels.balloted import ballot_blocks
from shuping.documents.panels.judged import panel_blocks
from shuping.documents.panels.model import PanelDocument, Section
from shuping.documents.panels.view import Judgement
from shuping.documents.panels.words import Words
from shuping.documents.wording import period_label, printable


def compose(judgement: Judgement, lang: str, *, narrow: bool = False) -> PanelDocument:
    """Return the document in ``zh`` or ``en``: the same figures, the same document.

    ``narrow``: for a terminal; count sheets are split into tables of few columns.
    """
    words, book = Words(judgement, lang), judgement.rulebook
    ballots = [
        Section(words.text(view.ballot.title, view.id), tuple(ballot_blocks(view, words, narrow=narrow)))
        for view in judgement.ballots
    ]
    panels = [
        Section(words.text(view.panel.title, view.id), tuple(panel_blocks(view, words, narrow=narrow)))
        for view in judgement.panels
    ]
    return PanelDocument(
        lang,
        title=f"{printable(book.title.get(lang))} · {words.say('title')}",
        subtitle=period_label(book, judgement.period, lang),
        sections=(*ballots, *panels),
    )
