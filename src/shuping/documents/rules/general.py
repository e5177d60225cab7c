"""The opening of the rules: who is appraised with whom, for which periods, out of how many points."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shuping.documents.rules.model import Block, Paragraph
from shuping.documents.rules.words import Words
from shuping.documents.wording import exact_text, group_title
from shuping.rulebook.model import Group, Rulebook
from shuping.rulebook.rules import combine_of, points_of, root_of
from shuping.scoring.rule_words import combine_sentence


def general(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield the paragraphs that hold for the rule book as a whole."""
    groups = (_group(rulebook, name, group, words) for name, group in rulebook.groups.items())
    yield Paragraph(words.sentence([words.say("who", groups=words.clauses(groups))]))
    if len(rulebook.groups) > 1:
        yield Paragraph(words.sentence([words.say("ranked_apart")]))
    yield Paragraph(words.sentence(_frame(rulebook, words)))


def _group(rulebook: Rulebook, name: str, group: Group, words: Words) -> str:
    title = group_title(rulebook, name, words.lang)
    if group.kind is not None:
        text = words.say("group_kind", title=title, kind=group.kind)
    else:
        text = words.say("group_members", title=title, members=words.several(map(words.unit, group.members)))
    return text if group.graded else words.say("group_ungraded", title=text)


def _frame(rulebook: Rulebook, words: Words) -> Iterator[str]:
    """Periods, the year, the full score, and how the first level makes the total."""
    if rulebook.periods:
        yield words.say("periods", periods=words.several(rulebook.periods))
    if rulebook.year_starts != "01-01":
        yield words.say("year_starts", day=rulebook.year_starts)
    full = full_scores(rulebook)
    if len(set(full.values())) == 1:
        yield words.say("scale", points=exact_text(next(iter(full.values()))))
    else:
        yield words.say("full_points", groups=words.by_group(rulebook, full))
    root = root_of(rulebook)
    if rulebook.criteria and combine_of(rulebook.combine, list(rulebook.criteria)) != "sum":
        yield words.say("tree_combined", how=combine_sentence(rulebook, root, words.lang))
    if rulebook.weights == "relative":
        yield words.say("relative_weights")


def full_scores(rulebook: Rulebook) -> dict[str, Fraction]:
    """Return the full score of each comparison group."""
    root = root_of(rulebook)
    return {group: points_of(root, group) or rulebook.scale for group in rulebook.groups}
