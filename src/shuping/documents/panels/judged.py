"""A panel's section: scores by reviewer group, agreement and its meaning, spread, severity beside the raw marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.documents.panels.balloted import score_text
from shuping.documents.panels.model import Block, Caterpillar, Column, Paragraph, Table, Track, row
from shuping.documents.panels.view import COUNTS, EVERYBODY, PanelView, SeverityView
from shuping.documents.panels.words import Words
from shuping.values.rounding import show, trimmed

ABREAST, NARROW = 6, 2
"""Scopes side by side in a table of agreement; fewer in a terminal, where they have intervals."""
PLACES = 2


def panel_blocks(view: PanelView, words: Words, *, narrow: bool = False) -> Iterator[Block]:
    """Yield what stands under a panel's heading; where nobody marked, a sentence that says so. ``narrow``: for a
    terminal.
    """
    if not view.scores.height:
        yield Paragraph(words.say("nobody"))
        return
    if view.panel.secret:
        yield Paragraph(words.say("secret_panel", count=view.panel.min_shown))
    yield scores_table(view, words)
    yield from agreement_tables(
        view, words, NARROW if narrow and view.agreement["low"].is_not_null().any() else ABREAST
    )
    item, _ = view.agreement.select("item", "group").row(0)
    if item:  # the items differ from unit to unit, and there is no total to speak of
        yield Paragraph(words.say("of_item", item=words.scope(view, item, EVERYBODY)))
    yield from (Paragraph(text) for text in view.meaning.get(words.lang, ()))
    yield spread_table(view, words)
    if view.severity is not None:
        yield from severity_blocks(view, view.severity, words)
    if refused := view.refused.get(words.lang, ()):
        yield Paragraph("\n".join([words.say("severity_refused"), *refused]))


def scores_table(view: PanelView, words: Words) -> Table:
    """Return the scores with each reviewer group's mean (and number of judges) and what did not count."""
    groups = list(view.panel.groups)
    counts = ["judges", *(name for name in COUNTS[2:] if view.scores[name].sum())]
    means = {(unit, group): (mean, judges) for unit, group, mean, judges in view.groups.iter_rows()}
    heads = [*(words.reviewers(view, group) for group in groups), words.say("score"), *(words.say(c) for c in counts)]
    columns = (Column(words.say("unit"), 3), *(Column(head, 2, "right") for head in heads))
    rows = [
        row(
            words.unit(one["unit"]),
            *(_mean(means.get((one["unit"], group))) for group in groups),
            score_text(one, words),
            *(str(one[count]) for count in counts),
        )
        for one in view.scores.iter_rows(named=True)
    ]
    return Table(columns, tuple(rows), words.say("scores"))


def _mean(found: tuple[str | None, int] | None) -> str:
    if found is None:
        return "–"
    mean, judges = found
    return f"{'···' if mean is None else trimmed(mean)} ({judges})"


def agreement_tables(view: PanelView, words: Words, abreast: int) -> Iterator[Table]:
    """Yield the figures of agreement, a column per total, reviewer group or item, ``abreast`` side by side."""
    scopes = view.agreement.select("item", "group").unique(maintain_order=True).rows()
    for first in range(0, len(scopes), abreast):
        yield _agreement_table(view, scopes[first : first + abreast], words)


def _agreement_table(view: PanelView, scopes: Sequence[tuple[str, str]], words: Words) -> Table:
    columns = [Column(words.say("figure"), 3)]
    columns += [Column(words.scope(view, item, group), 3, "right") for item, group in scopes]
    parts = [view.agreement.filter((pl.col("item") == item) & (pl.col("group") == group)) for item, group in scopes]
    found = [{one["figure"]: one for one in part.iter_rows(named=True)} for part in parts]
    sizes = [f"{part['units'][0]} × {part['reviewers'][0]}" for part in parts]
    figures = dict.fromkeys(figure for part in found for figure in part)
    rows = [row(words.say("units_reviewers"), *sizes)]
    rows += [row(_figure(name, words), *(_estimate(part.get(name), words) for part in found)) for name in figures]
    return Table(tuple(columns), tuple(rows), words.say("agreement"))


def _figure(name: str, words: Words) -> str:
    return name if name.startswith("ICC") else words.say(name.lower())


def _estimate(found: Mapping[str, Any] | None, words: Words) -> str:
    if found is None or found["value"] is None:  # why, the sentences below the table say
        return "–"
    interval = f" ({ends(found['low'], found['high'], words)})" if found["low"] is not None else ""
    return f"{number(found['value'])}{interval}"


def spread_table(view: PanelView, words: Words) -> Table:
    """Return mean, standard deviation and range of the reviewers' marks, by unit."""
    keys = ("marks", "mean", "sd", "range")
    item, group = view.agreement.select("item", "group").row(0)
    columns = (Column(words.say("unit"), 3), *(Column(words.say(key), 2, "right") for key in keys))
    rows = [
        row(words.unit(unit), str(marks), *("···" if mean is None else number(one) for one in (mean, sd, apart)))
        for unit, marks, mean, sd, apart in view.spread.iter_rows()
    ]
    return Table(columns, tuple(rows), words.say("spread", what=words.scope(view, item, group)))


def severity_blocks(view: PanelView, found: SeverityView, words: Words) -> Iterator[Block]:
    """Yield the adjusted marks beside the raw ones with a caterpillar plot, and the reviewers' severity by code."""
    yield Paragraph(words.say("severity_beside"))
    yield Paragraph(words.say("sources", parts=("，" if words.lang == "zh" else ", ").join(_sources(found, words))))
    if "reviewer" not in found.variances["term"]:
        yield Paragraph(words.say("fixed_reviewers"))
    if view.panel.severity is not None and view.panel.severity.of == "item":
        yield Paragraph(words.say("of_full_marks"))
    yield from (Paragraph(text) for text in found.meaning.get(words.lang, ()))
    units = found.units.sort(["adjusted", "unit"], descending=[True, False])
    heads = ("raw", "adjusted", "interval")
    columns = (Column(words.say("unit"), 3), *(Column(words.say(key), 2, "right") for key in heads))
    rows = [
        row(words.unit(one["unit"]), number(one["raw"]), number(one["adjusted"]), ends(one["low"], one["high"], words))
        for one in units.iter_rows(named=True)
    ]
    yield Table(columns, tuple(rows), words.say("severity_units"))
    tracks = [
        Track(words.unit(one["unit"]), one["adjusted"], one["low"], one["high"], one["raw"])
        for one in units.iter_rows(named=True)
    ]
    note = words.say("caterpillar_units")
    yield Caterpillar(f"{view.id}.units", words.say("plot_units"), note, tuple(tracks))
    if found.reviewers.height:
        yield from _reviewers(view, found.reviewers.sort(["effect", "reviewer"], descending=[True, False]), words)


def _sources(found: SeverityView, words: Words) -> Iterator[str]:
    """Yield each source's share of the marks' variance."""
    for term, share in found.variances.select("term", "share").iter_rows():
        name = words.say(f"term_{'_'.join(re.findall('[a-z]+', term))}")
        yield f"{name} {show(Fraction(share) * 100, 0)}%"


def _reviewers(view: PanelView, reviewers: pl.DataFrame, words: Words) -> Iterator[Block]:
    yield Paragraph(words.say("for_organiser"))
    columns = (
        Column(words.say("reviewer"), 3),
        *(Column(words.say(key), 2, "right") for key in ("marks", "effect", "interval")),
    )
    rows = [
        row(one["reviewer"], str(one["marks"]), signed(one["effect"]), ends(one["low"], one["high"], words))
        for one in reviewers.iter_rows(named=True)
    ]
    yield Table(columns, tuple(rows), words.say("severity_reviewers"))
    tracks = [Track(one["reviewer"], one["effect"], one["low"], one["high"]) for one in reviewers.iter_rows(named=True)]
    note = words.say("caterpillar_reviewers")
    yield Caterpillar(f"{view.id}.reviewers", words.say("plot_reviewers"), note, tuple(tracks), 0.0)


def number(value: float | None) -> str:
    """Return a statistic with two decimals."""
    return "–" if value is None else show(Fraction(value), PLACES)


def signed(value: float) -> str:
    """Return a statistic with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def ends(low: float | None, high: float | None, words: Words) -> str:
    """Return the ends of an interval."""
    return words.say("to", low=number(low), high=number(high))
