"""Ranks, tie-breaking, grades, and what is proposed for the problem list, in words."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.documents.rules.model import Block, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words
from shuping.documents.wording import category_title, grade_title, group_title
from shuping.rulebook.model import Rulebook
from shuping.scoring.grade_words import grade_sentence, tie_sentences


def graded(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield how units are ranked and graded."""
    clauses = [words.say("ranked_by")]
    if rulebook.tiebreak:
        clauses.append(words.say("tiebreak", keys=words.several(tie_sentences(rulebook, words.lang))))
    yield Paragraph(words.sentence([*clauses, words.say("still_equal")]))
    if not rulebook.grades:
        yield Paragraph(words.sentence([words.say("no_grades")]))
        return
    columns = (Column(words.say("grade"), 25), Column(words.say("grade_rule"), 75))
    lang = words.lang
    rows = [row(grade_title(rulebook, name, lang), grade_sentence(rulebook, name, lang)) for name in rulebook.grades]
    yield Table(columns, tuple(rows))


def findings(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield the conditions under which a problem is proposed."""
    yield Paragraph(words.sentence([words.say("findings_decided")]))
    keys = (("finding", 34), ("when", 34), ("category", 18), ("where_groups", 14))
    columns = tuple(Column(words.say(key), width, code=key == "when") for key, width in keys)
    rows = [
        row(
            words.text(found.title, found.id),
            found.when,
            category_title(rulebook, found.category, words.lang),
            words.say("all_groups")
            if found.groups is None
            else words.several(group_title(rulebook, group, words.lang) for group in found.groups),
        )
        for found in rulebook.findings
    ]
    yield Table(columns, tuple(rows))
