"""How values are made ready before they are scored, in words."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.documents.rules.model import Block, Paragraph
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import criterion_title, exact_text, measure_title
from shuping.rulebook.model import Rulebook
from shuping.rulebook.preparing import Impute, MeasurePreparation, Outliers, Screen


def prepared(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield what holds for all measures, then what single measures have of their own."""
    steps = rulebook.prepare
    if steps is not None:
        clauses = [words.say(f"over_{steps.over}")]
        clauses += _screen(rulebook, steps.screen, words) if steps.screen else ()
        clauses += _impute(rulebook, steps.impute, words) if steps.impute else ()
        clauses += outliers_words(steps.outliers, words) if steps.outliers else ()
        yield Paragraph(words.sentence(clauses))
    for name, measure in rulebook.measures.items():
        if measure.prepare is not None:
            yield from _own(rulebook, name, measure.prepare, words)


def _own(rulebook: Rulebook, name: str, steps: MeasurePreparation, words: Words) -> Iterator[Block]:
    title = measure_title(rulebook, name, words.lang)
    if steps.denominator is not None:
        figures = {"denominator": steps.denominator, "scale": exact_text(steps.scale)}
        yield Paragraph(words.sentence([words.say("denominator", measure=title, **figures)]))
    clauses = [words.say(f"skipped_{step}") for step in steps.skip]
    clauses += _impute(rulebook, steps.impute, words) if steps.impute else ()
    clauses += outliers_words(steps.outliers, words) if steps.outliers else ()
    if clauses:
        yield Paragraph(words.sentence([words.say("prepared_own", measure=title, steps=words.clauses(clauses))]))


def _screen(rulebook: Rulebook, screen: Screen, words: Words) -> Iterator[str]:
    yield words.say("screen", share=percent_text(screen.min_share))
    if screen.zeros == "missing":
        yield words.say("screen_zeros")
    if screen.branches:
        titles = (criterion_title(rulebook, branch, words.lang) for branch in screen.branches)
        yield words.say("screen_branches", criteria=words.several(titles))
    if screen.keep:
        yield words.say("screen_keep", units=words.several(map(words.unit, screen.keep)))


def _impute(rulebook: Rulebook, impute: Impute, words: Words) -> Iterator[str]:
    whom = words.say("impute_own")
    if impute.by is not None:
        column = impute.by.removeprefix("unit.")
        whom = words.say("impute_by", column=words.text(rulebook.attributes.get(column), column))
    yield words.say(f"impute_{impute.statistic}", whom=whom)
    if impute.min_n > 1:
        yield words.say("impute_min", count=impute.min_n)


def outliers_words(outliers: Outliers, words: Words) -> Iterator[str]:
    """Yield how outliers are treated, in clauses."""
    ends = {"skew": exact_text(outliers.skew), "kurtosis": exact_text(outliers.kurtosis)}
    yield words.say("outliers", count=outliers.max_points, **ends)
    if outliers.then == "log":
        yield words.say("outliers_log")
    if outliers.lambda_ is not None:
        yield words.say("outliers_box_cox", number=exact_text(outliers.lambda_))
