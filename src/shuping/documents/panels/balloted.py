"""A ballot's section: the count sheet with the votes of each grade, the results, and the voters' agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from shuping.documents.panels.model import Block, Cell, Column, Paragraph, Table, row
from shuping.documents.panels.view import EVERYBODY, BallotView
from shuping.documents.panels.words import Words
from shuping.documents.wording import missing_words
from shuping.values.rounding import parse_exact, show, show_short, trimmed

TURNOUT = ("eligible", "issued", "returned", "valid")
Votes = Mapping[tuple[str, str, str], Mapping[str, tuple[int, str | None]]]


def ballot_blocks(view: BallotView, words: Words) -> Iterator[Block]:
    """Yield what stands under a ballot's heading; where nobody voted, a sentence that says so."""
    if not view.sheet.height:
        yield Paragraph(words.say("nobody"))
        return
    secret = words.say("secret_ballot", count=view.ballot.min_valid)
    yield Paragraph(f"{secret}{' ' if words.lang == 'en' else ''}{words.say(f'base_{view.ballot.denominator}')}")
    yield count_table(view, words)
    yield score_table(view.scores, words, words.say("results"))
    yield from (Paragraph(text) for text in view.meaning.get(words.lang, ()))


def score_table(scores: pl.DataFrame, words: Words, caption: str) -> Table:
    """Return a table of scores: a figure, or why there is none."""
    columns = (Column(words.say("unit"), 3), Column(words.say("score"), 2, "right"))
    rows = [row(words.unit(one["unit"]), score_text(one, words)) for one in scores.iter_rows(named=True)]
    return Table(columns, tuple(rows), caption)


def score_text(found: Mapping[str, Any], words: Words) -> str:
    """Return a score without zeros at its end, or why it is missing."""
    return missing_words(found["missing"], words.lang) if found["score"] is None else trimmed(found["score"])


def count_table(view: BallotView, words: Words) -> Table:
    """Return the count sheet (测评统计表): a row per unit, item and voter group, and one for all that count."""
    several = len(view.sheet["item"].unique()) > 1
    options = list(dict.fromkeys(view.grades["option"].to_list()))
    heads = [words.say("unit"), *([words.say("item")] if several else []), words.say("group")]
    figures = [*(words.say(key) for key in (*TURNOUT, "void", "abstained")), *(words.option(view, o) for o in options)]
    columns = [Column(head, 3) for head in heads]
    columns += [Column(head, 2, "right") for head in [*figures, words.say("points"), words.say("weight")]]
    votes = _votes(view.grades)
    rows = [_row(view, one, votes, options, words, several) for one in view.sheet.iter_rows(named=True)]
    return Table(tuple(columns), tuple(rows), words.say("count_sheet"), wide=True)


def _votes(grades: pl.DataFrame) -> Votes:
    found: dict[tuple[str, str, str], dict[str, tuple[int, str | None]]] = {}
    for unit, item, group, option, count, share in grades.select(
        "unit", "item", "group", "option", "count", "share"
    ).iter_rows():
        found.setdefault((unit, item, group), {})[option] = count, share
    return found


def _row(
    view: BallotView, one: Mapping[str, Any], votes: Votes, options: Sequence[str], words: Words, several: bool
) -> tuple[Cell, ...]:
    question = [words.question(view.ballot.items, one["item"])] if several else []
    counts = ["–" if one[key] is None else str(one[key]) for key in TURNOUT]
    mine = votes.get((one["unit"], one["item"], one["group"]))
    told = [_vote(mine, option) for option in options]
    points = "" if one["group"] == EVERYBODY else _points(one, words)
    weight = "" if one["group"] == EVERYBODY else show_short(view.ballot.groups[one["group"]].weight)
    return row(
        words.unit(one["unit"]), *question, words.voters(view, one["group"]), *counts, void_text(one, words),
        str(one["abstained"]), *told, points, weight,
    )  # fmt: skip


def _vote(mine: Mapping[str, tuple[int, str | None]] | None, option: str) -> str:
    if mine is None:
        return "···"
    count, share = mine.get(option, (0, None))
    return str(count) if share is None else f"{count} ({show(parse_exact(share) * 100, 1)}%)"


def _points(one: Mapping[str, Any], words: Words) -> str:
    if one["state"] != "counts":
        return missing_words(one["state"], words.lang)
    return "···" if one["points"] is None else str(one["points"])


def void_text(one: Mapping[str, Any], words: Words) -> str:
    """Return how many lines are void, and why."""
    reasons = {key.removeprefix("void_"): count for key, count in one.items() if key.startswith("void_") and count}
    told = "，".join if words.lang == "zh" else ", ".join
    why = told(f"{words.say(reason)} {count}" for reason, count in reasons.items())
    return f"{one['void']} ({why})" if why else str(one["void"])
