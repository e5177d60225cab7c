"""The criteria as one table: levels merged as in printed rules, points by group, the standard in words, the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from shuping.documents.rules.balloted import output_words
from shuping.documents.rules.missing import missing_words
from shuping.documents.rules.model import Cell, Column, Table
from shuping.documents.rules.panelled import output_of_panel
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import (
    ballot_title,
    criterion_title,
    exact_text,
    group_title,
    measure_title,
    panel_title,
)
from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.model import Criterion, Measure, Rulebook
from shuping.rulebook.rules import applies, by_group, combine_of, method_of, missing_rules, points_of, weights_of
from shuping.scoring.provenance import bases_of
from shuping.scoring.rule_words import bounds_words, combine_sentence

GROUP_COLUMNS_UP_TO = 4
"""More comparison groups than this share one column: a table has to fit on a page."""


@dataclass(frozen=True)
class _Table:
    rulebook: Rulebook
    words: Words
    levels: int
    groups: tuple[str, ...]
    """A column each; empty where one column serves for all groups."""
    missing: Mapping[str, MissingRule]
    bases: Mapping[str, tuple[str, ...]]


def criteria_table(rulebook: Rulebook, words: Words) -> Table:
    """Return the table of criteria: a row per leaf, a criterion above it merged over all of its leaves."""
    table = _Table(
        rulebook,
        words,
        _depth(rulebook.criteria),
        _group_columns(rulebook),
        missing_rules(rulebook),
        bases_of(rulebook),
    )
    return Table(_columns(table), tuple(_rows(table)), wide=True)


def _depth(criteria: tuple[Criterion, ...]) -> int:
    return 1 + max((_depth(criterion.criteria) for criterion in criteria if criterion.criteria), default=0)


def _group_columns(rulebook: Rulebook) -> tuple[str, ...]:
    def differs(criterion: Criterion) -> bool:
        shares = (criterion.points, criterion.weight)
        return criterion.applies_to is not None or any(isinstance(share, dict) for share in shares)

    names = tuple(rulebook.groups)
    return names if len(names) <= GROUP_COLUMNS_UP_TO and any(map(differs, rulebook.walk())) else ()


def _columns(table: _Table) -> tuple[Column, ...]:
    say = table.words.say
    titles = [group_title(table.rulebook, group, table.words.lang) for group in table.groups]
    shares = [Column(title, _wide_enough(title), "center") for title in titles] or [Column(say("points"), 10, "center")]
    latin = say("number").isascii()
    level, source = (15, 18) if latin else (12, 16)
    within = max(level, *map(_wide_enough, titles), 0)  # the first level names the groups, with their points
    levels = [
        Column(table.words.level(place) if table.levels > 1 else say("criterion"), within if place == 1 else level)
        for place in range(1, table.levels + 1)
    ]
    ends = (Column(say("standard"), 31), Column(say("source"), source), Column(say("missing"), 13))
    return (Column(say("number"), 7 if latin else 5, "center", numbering=True), *levels, *shares, *ends)


def _wide_enough(title: str) -> int:
    """Return a column's width that breaks no word of a heading in two; Chinese breaks anywhere."""
    longest = max((len(word) for word in title.split() if word.isascii()), default=0)
    return max(12, min(24, 3 + longest * 3 // 2))


def _rows(table: _Table) -> Iterator[tuple[Cell | None, ...]]:
    for number, criterion in enumerate(table.rulebook.criteria, 1):
        lines = list(_below(table, criterion, 0, table.rulebook.criteria, frozenset(table.rulebook.groups)))
        for index, line in enumerate(lines):
            yield (Cell(str(number), rows=len(lines)) if index == 0 else None, *line)


def _below(
    table: _Table, criterion: Criterion, depth: int, siblings: tuple[Criterion, ...], within: frozenset[str]
) -> Iterator[tuple[Cell | None, ...]]:
    """Yield the rows of a criterion from its level's column on; ``within``: the groups that those above it count in."""
    shares = {group: _share(criterion, siblings, group) if group in within else "" for group in table.rulebook.groups}
    if not criterion.criteria:
        left = table.levels - depth
        yield Cell(_title(table, criterion), columns=left), *([None] * (left - 1)), *_leaf(table, criterion, shares)
        return
    counted = frozenset(group for group, text in shares.items() if text)
    below = criterion.criteria
    lines = [line for child in below for line in _below(table, child, depth + 1, below, counted)]
    for index, line in enumerate(lines):
        yield Cell(_node(table, criterion, shares), rows=len(lines)) if index == 0 else None, *line


def _title(table: _Table, criterion: Criterion) -> str:
    return criterion_title(table.rulebook, criterion, table.words.lang)


def _node(table: _Table, criterion: Criterion, shares: Mapping[str, str]) -> str:
    """A criterion with others below it: its title, what it is worth, and how those below are put together."""
    lang, lines = table.words.lang, [_title(table, criterion)]
    worth = {group: text for group, text in shares.items() if text}
    if len(set(shares.values())) == 1:
        lines += dict.fromkeys(worth.values())
    else:
        lines += [f"{group_title(table.rulebook, group, lang)}\u00a0{text}" for group, text in worth.items()]
    if combine_of(criterion.combine, list(criterion.criteria)) != "sum":
        lines.append(combine_sentence(table.rulebook, criterion, lang))
    elif bounds := bounds_words(table.rulebook, criterion, lang):
        lines.append(bounds.lstrip("，, "))
    return "\n".join(lines)


def _leaf(table: _Table, criterion: Criterion, shares: Mapping[str, str]) -> Iterator[Cell]:
    rulebook, words = table.rulebook, table.words
    if table.groups:
        yield from (Cell(shares[group] or "—") for group in table.groups)
    elif len(set(shares.values())) <= 1:
        yield Cell(next(iter(shares.values()), "") or "—")
    else:
        named = (f"{group_title(rulebook, group, words.lang)} {text}" for group, text in shares.items() if text)
        yield Cell("\n".join(named))
    yield Cell(standard(rulebook, criterion, words.lang))
    yield Cell(_source(table, criterion))
    yield Cell(missing_words(rulebook, table.missing[criterion.id], words))


def standard(rulebook: Rulebook, criterion: Criterion, lang: str) -> str:
    """Return a leaf's rule in words, as explanations print it."""
    lower = criterion.measure is not None and rulebook.measures[criterion.measure].direction == "lower"
    return method_of(rulebook, criterion).sentence(lang, lower=lower) + bounds_words(rulebook, criterion, lang)


def _share(criterion: Criterion, siblings: tuple[Criterion, ...], group: str) -> str:
    """Return what a criterion is worth in a group: points, or a weight as a percentage; empty where it does not
    count.
    """
    if not applies(criterion, group):
        return ""
    if by_group(criterion.weight, group) is not None:
        return percent_text(by_group(criterion.weight, group) or Fraction(0))
    points = points_of(criterion, group)
    if points is not None:
        return exact_text(points)
    counted = [child for child in siblings if applies(child, group)]
    return percent_text(weights_of(counted, group)[counted.index(criterion)])


def _source(table: _Table, criterion: Criterion) -> str:
    """Return the measure, panel or ballot a leaf looks at, and the datasets or surveys behind it."""
    rulebook, words = table.rulebook, table.words
    if criterion.panel is not None:
        return output_of_panel(rulebook, criterion.panel, words)
    if criterion.ballot is not None:
        return output_words(rulebook, criterion.ballot, words)
    name = criterion.measure or ""
    tables = []
    for base in table.bases.get(name, ()):
        tables.append(_table_title(rulebook, rulebook.measures[base], words))
    title = measure_title(rulebook, name, words.lang)
    if not tables:
        return title
    origin = words.say("from", tables=words.several(dict.fromkeys(tables)))
    return f"{title}\n{origin}"


def _table_title(rulebook: Rulebook, measure: Measure, words: Words) -> str:
    """Return the title of the dataset, survey, ballot or panel that a measure is made from."""
    if measure.ballot is not None:
        return ballot_title(rulebook, measure.ballot.id, words.lang)
    if measure.panel is not None:
        return panel_title(rulebook, measure.panel.id, words.lang)
    held = rulebook.datasets.get(measure.from_ or "") or rulebook.surveys.get(measure.survey or "")
    return words.text(held.title if held else None, measure.table or "")
