"""Rank intervals in the rules: what is drawn again, how often, and what is then said of ranks - sampling and choices
apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shuping.documents.rules.missing import missing_words
from shuping.documents.rules.model import Block, Column, Paragraph, Table, row
from shuping.documents.rules.prepared import outliers_words
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import criterion_title, exact_text, measure_title
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import method_of
from shuping.rulebook.uncertainty import Alternative, MeasurementError, Uncertainty, WeightVariation
from shuping.scoring.rule_words import combine_words

TOTAL = "total"
"""How ``of`` names the node above the first level."""


def uncertain(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield what the intervals of ranks rest on; nothing where a rule book has nothing that could vary."""
    asked, say = rulebook.uncertainty, words.say
    if asked == Uncertainty() and not (rulebook.surveys or rulebook.panels or rulebook.ballots):
        return
    if not asked.enabled:
        yield Paragraph(words.sentence([say("vary_off")]))
    yield Paragraph(words.sentence([say("vary_two_kinds")]))
    columns = (Column(say("matter"), 35), Column(say("in_force"), 65))
    rows = [row(words.capital(matter), words.capital(said)) for matter, said in _settings(rulebook, asked, words)]
    yield Table(columns, tuple(rows))
    if asked.vary.alternatives:
        heads = (("vary_alternative", 30), ("vary_of", 30), ("vary_variants", 40))
        titles = tuple(Column(say(key), width) for key, width in heads)
        yield Table(titles, tuple(row(*_alternative(rulebook, one, words)) for one in asked.vary.alternatives))


def _settings(rulebook: Rulebook, asked: Uncertainty, words: Words) -> Iterator[tuple[str, str]]:
    """Yield every setting: the matter, and what holds."""
    say = words.say
    yield say("vary_draws"), say("vary_draws_is", draws=asked.draws, seed=asked.seed)
    yield say("vary_sequence"), say(f"vary_sequence_{asked.sequence}")
    yield say("vary_failed"), say("vary_failed_is")
    yield from _sampled(rulebook, asked, words)
    yield from _of_errors(rulebook, asked, words)
    yield from _chosen(asked, words)
    if asked.quantiles:
        yield say("vary_quantiles"), words.several(map(percent_text, asked.quantiles))
    if asked.top:
        yield say("vary_top"), words.several(say("vary_first", places=places) for places in asked.top)


def _sampled(rulebook: Rulebook, asked: Uncertainty, words: Words) -> Iterator[tuple[str, str]]:
    """Yield what has a sampling error: surveys, panels, ballots, and measures whose error is stated."""
    say, vary = words.say, asked.vary
    for key, held, how, otherwise in (
        ("surveys", rulebook.surveys, vary.surveys, "sampling"),
        ("panels", rulebook.panels, vary.panels, "bootstrap"),
        ("ballots", rulebook.ballots, vary.ballots, "bootstrap"),
    ):
        if held or how != otherwise:
            yield say(f"vary_{key}"), say("vary_fixed") if how == "fixed" else say(f"vary_{key}_again")
    for name, error in vary.measures.items():
        yield say("vary_error", measure=measure_title(rulebook, name, words.lang)), _error(error, words)


def _of_errors(rulebook: Rulebook, asked: Uncertainty, words: Words) -> Iterator[tuple[str, str]]:
    """Yield what is made of errors: how values are drawn, the interval, and who is told apart."""
    say, vary = words.say, asked.vary
    drawn = (
        (rulebook.surveys and vary.surveys == "sampling")
        or (rulebook.panels and vary.panels == "bootstrap")
        or (rulebook.ballots and vary.ballots == "bootstrap")
        or vary.measures
    )
    for matter, said in (
        (say("vary_shrink"), say("vary_shrunk" if asked.shrink else "vary_not_shrunk")),
        (say("vary_interval"), say("vary_interval_is", level=percent_text(asked.interval))),
        (say("vary_ahead"), say("vary_ahead_is", share=percent_text(asked.ahead))),
        (say("vary_bands"), say("vary_bands_is")),
    ):
        yield matter, said if drawn else say("does_not_arise", choice=said)


def _error(error: MeasurementError, words: Words) -> str:
    if error.sd is not None:
        return words.say("vary_sd", sd=exact_text(error.sd))
    assert error.relative is not None
    return words.say("vary_relative", share=percent_text(error.relative))


def _chosen(asked: Uncertainty, words: Words) -> Iterator[tuple[str, str]]:
    """Yield how weights vary, and that alternatives stand in a table of their own."""
    say, weights = words.say, asked.vary.weights
    if weights is not None:
        yield say("vary_weights"), words.clauses([*_weights(weights, words), say("vary_weights_kept")])
    if asked.vary.alternatives:
        yield say("vary_alternatives"), say("vary_alternatives_are")
    if weights is not None or asked.vary.alternatives:
        yield say("vary_choices"), say("vary_choices_are", level=percent_text(asked.interval))


def _weights(weights: WeightVariation, words: Words) -> Iterator[str]:
    say = words.say
    if weights.by_level:
        for level, by in weights.by_level.items():
            yield say("vary_at_level", level=words.level(int(level)), how=say("vary_uniform", by=percent_text(by)))
        return
    if weights.kind == "uniform":
        assert weights.by is not None
        yield say("vary_uniform", by=percent_text(weights.by))
    else:
        assert weights.concentration is not None
        yield say("vary_dirichlet", concentration=exact_text(weights.concentration))
    if weights.levels:
        yield say("vary_only_levels", levels=words.several(map(words.level, weights.levels)))


def _alternative(rulebook: Rulebook, one: Alternative, words: Words) -> Iterator[str]:
    """Yield the cells of an alternative: what it is called, what it is of, what could have been chosen."""
    say = words.say
    yield words.titled(one.title, one.id)
    named = (say("vary_whole") if name == TOTAL else criterion_title(rulebook, name, words.lang) for name in one.of)
    yield words.capital(f"{say(f'vary_of_{one.kind}')}{say('colon')}{words.several(named) or say('vary_everywhere')}")
    variants = (_variant(rulebook, one, variant, words) for variant in one.variants)
    yield words.capital(words.clauses([say("vary_as_written"), *variants]))


def _variant(rulebook: Rulebook, one: Alternative, variant: Any, words: Words) -> str:
    if one.kind == "method":
        return _method(rulebook, one, variant, words)
    if one.kind == "combine":
        return combine_words(variant, words.lang)
    if one.kind == "missing":
        return missing_words(rulebook, variant, words)
    return words.say("vary_untreated") if variant == "none" else words.several(outliers_words(variant, words))


def _method(rulebook: Rulebook, one: Alternative, method: dict[str, Any], words: Words) -> str:
    """Return a method in words, as the standard of the first criterion that it could be of would read."""
    leaves = [leaf for leaf in rulebook.walk() if not leaf.criteria and (leaf.id in one.of or not one.of)]
    leaf = next((leaf for leaf in leaves if leaf.measure is not None), leaves[0] if leaves else None)
    if leaf is None:
        return ", ".join(method)
    changed: Criterion = leaf.model_copy(update={"method": method})
    lower = leaf.measure is not None and rulebook.measures[leaf.measure].direction == "lower"
    return method_of(rulebook, changed).sentence(words.lang, lower=lower)
