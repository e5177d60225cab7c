"""The analysis -> its document in one language: a part for every comparison group."""

from __future__ import annotations

from collections.abc import Callable

from shuping.documents.analysis.cohering import consistency_section, correlation_section
from shuping.documents.analysis.driven import driver_section, redundancy_section
from shuping.documents.analysis.model import AnalysisDocument, Part, Say, Section
from shuping.documents.analysis.side_by_side import neighbour_section, profile_section
from shuping.documents.analysis.view import Analysis
from shuping.documents.analysis.weighed import weight_section
from shuping.documents.analysis.words import Words
from shuping.documents.wording import period_label, printable
from shuping.review.coherence import GroupCoherence

SECTIONS: tuple[Callable[[Analysis, GroupCoherence, Words], Section | None], ...] = (
    *(weight_section, correlation_section, consistency_section, driver_section, redundancy_section),
    *(neighbour_section, profile_section),
)
FEWEST = 3
"""With fewer units in a group nothing is said of how its criteria hang together."""


def compose(analysis: Analysis, lang: str) -> AnalysisDocument:
    """Return the document in ``zh`` or ``en``: the same figures, the same document."""
    words, book = Words(analysis, lang), analysis.rulebook
    period = period_label(book, analysis.period, lang)
    limit = analysis.coherence.limits.units
    return AnalysisDocument(
        lang,
        title=f"{printable(book.title.get(lang))} · {words.say('title')}",
        subtitle=period,
        opening=(Say(words.say("opening", period=period, limit=limit)), Say(words.say("cause"))),
        parts=tuple(_part(analysis, group, words) for group in analysis.coherence.groups),
    )


def _part(analysis: Analysis, group: GroupCoherence, words: Words) -> Part:
    count = len(group.scores.units)
    title = words.say("part", group=words.group(group.scores.group), units=count)
    if count < FEWEST:
        few = Section(words.say("weights"), (Say(words.say("too_few", units=count)),))
        rest = (section(analysis, group, words) for section in (neighbour_section, profile_section))
        return Part(title, (few, *(found for found in rest if found is not None)))
    made = (section(analysis, group, words) for section in SECTIONS)
    return Part(title, tuple(found for found in made if found is not None))
