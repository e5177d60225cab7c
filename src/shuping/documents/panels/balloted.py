"""A ballot's section: the count sheet with the votes of each grade, the results, and the voters' agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from shuping.documents.panels.model import Block, Column, Paragraph, Table, row
from shuping.documents.panels.view import EVERYBODY, BallotView
from shuping.documents.panels.words import Words
from shuping.documents.wording import missing_words
from shuping.values.rounding import parse_exact, show_short, trimmed

TURNOUT = ("eligible", "issued", "returned", "valid")
NARROW = 9
"""Columns that fit an upright page."""
Cells = Callable[[Mapping[str, Any]], Sequence[str]]


def ballot_blocks(view: BallotView, words: Words, *, narrow: bool = False) -> Iterator[Block]:
    """Yield what stands under a ballot's heading; where nobody voted, a sentence that says so.

    ``narrow``: turnout and votes in two tables instead of one count sheet.
    """
    if not view.sheet.height:
        yield Paragraph(words.say("nobody"))
        return
    hides = view.ballot.min_valid > 1
    secret = words.say("secret_ballot" if hides else "secret_counts", count=view.ballot.min_valid)
    yield Paragraph(f"{secret}{' ' if words.lang == 'en' else ''}{words.say(f'base_{view.ballot.denominator}')}")
    turnout, votes = _turnout(words), _votes(view, words)
    if narrow:
        yield _sheet(view, words, [turnout], "count_sheet")
        yield _sheet(view, words, [votes], "votes")
    else:
        yield _sheet(view, words, [turnout, votes], "count_sheet")
    if view.sheet["void"].sum():
        yield _void_table(view, words)
    yield score_table(view.scores, words, words.say("results"))
    if not narrow:
        yield Paragraph(words.say("signatures"))
    if said := view.meaning.get(words.lang, ()):
        yield Paragraph((" " if words.lang == "en" else "").join([words.say("voters"), *said]))


def score_table(scores: pl.DataFrame, words: Words, caption: str) -> Table:
    """Return a table of scores: a figure, or why there is none."""
    columns = (Column(words.say("unit"), 3), Column(words.say("score"), 2, "right"))
    rows = [row(words.unit(one["unit"]), score_text(one, words)) for one in scores.iter_rows(named=True)]
    return Table(columns, tuple(rows), caption)


def score_text(found: Mapping[str, Any], words: Words) -> str:
    """Return a score without zeros at its end, or why it is missing."""
    return missing_words(found["missing"], words.lang) if found["score"] is None else trimmed(found["score"])


def _sheet(view: BallotView, words: Words, parts: Sequence[tuple[Sequence[str], Cells]], caption: str) -> Table:
    """Return a table with a row per unit, item and voter group, and one for all that count."""
    several = len(view.sheet["item"].unique()) > 1
    heads = [words.say("unit"), *([words.say("item")] if several else []), words.say("group")]
    columns = [Column(head, 3) for head in heads]
    columns += [Column(head, 2, "right") for titles, _ in parts for head in titles]
    rows = []
    for one in view.sheet.iter_rows(named=True):
        question = [words.question(view.ballot.items, one["item"])] if several else []
        cells = [text for _, cells_of in parts for text in cells_of(one)]
        rows.append(row(words.unit(one["unit"]), *question, words.voters(view, one["group"]), *cells))
    return Table(tuple(columns), tuple(rows), words.say(caption), wide=len(columns) > NARROW)


def _turnout(words: Words) -> tuple[Sequence[str], Cells]:
    keys = (*TURNOUT, "void", "abstained")
    return [words.say(key) for key in keys], lambda one: ["–" if one[key] is None else str(one[key]) for key in keys]


def _votes(view: BallotView, words: Words) -> tuple[Sequence[str], Cells]:
    found: dict[tuple[str, str, str], dict[str, tuple[int, str | None]]] = {}
    columns = ("unit", "item", "group", "option", "count", "share")
    for unit, item, group, option, count, share in view.grades.select(columns).iter_rows():
        found.setdefault((unit, item, group), {})[option] = count, share
    options = list(dict.fromkeys(view.grades["option"].to_list()))

    def cells(one: Mapping[str, Any]) -> list[str]:
        mine, everybody = found.get((one["unit"], one["item"], one["group"])), one["group"] == EVERYBODY
        weight = "" if everybody else show_short(view.ballot.groups[one["group"]].weight)
        return [*(_vote(mine, option) for option in options), "" if everybody else _points(one, words), weight]

    return [*(words.option(view, option) for option in options), words.say("points"), words.say("weight")], cells


def _vote(mine: Mapping[str, tuple[int, str | None]] | None, option: str) -> str:
    if mine is None:
        return "···"
    count, share = mine.get(option, (0, None))
    return str(count) if share is None else f"{count} ({show_short(parse_exact(share) * 100, 2)}%)"


def _points(one: Mapping[str, Any], words: Words) -> str:
    if one["state"] != "counts":
        return missing_words(one["state"], words.lang)
    return "···" if one["points"] is None else str(one["points"])


def _void_table(view: BallotView, words: Words) -> Table:
    """Return how many lines about each unit are void for which reason, by voter group: a range where units differ."""
    keys = ("group", "void_why", "per_unit")
    columns = tuple(Column(words.say(key), 3, "right" if key == "per_unit" else "left") for key in keys)
    rows = []
    for group in view.sheet["group"].unique(maintain_order=True):
        part = view.sheet.filter(pl.col("group") == group)
        for name in part.columns:
            if group != EVERYBODY and name.startswith("void_") and part[name].sum():
                least, most = part[name].to_numpy().min(), part[name].to_numpy().max()
                reason = words.say(name.removeprefix("void_"))
                rows.append(row(words.voters(view, group), reason, f"{least}" if least == most else f"{least}–{most}"))
    return Table(columns, tuple(rows), words.say("void_why"))
