"""The section on declared weights, effective weights, importance and the weights that would balance it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from shuping.documents.analysis.drawing import bars
from shuping.documents.analysis.model import Figure, Grid, Head, Say, Section
from shuping.documents.analysis.view import Analysis
from shuping.documents.analysis.words import Words, number, percent
from shuping.review.coherence import GroupCoherence
from shuping.review.coherence_scores import TOTAL

SHARES = ("declared", "effective", "importance")


def weight_section(analysis: Analysis, group: GroupCoherence, words: Words) -> Section:
    """Return the section: the first level, then every criterion without children, against the total."""
    mine = analysis.coherence.weights.filter((pl.col("group") == group.scores.group) & (pl.col("above") == TOTAL))
    first = mine.filter(pl.col("among") == "children").to_dicts()
    leaves = mine.filter(pl.col("among") == "leaves").to_dicts()
    blocks: list[Say | Grid] = [Say(words.say("weights_say"))]
    if first:
        blocks += [_grid(words, "weights_first", first, balanced=True), Say(_balance_words(group, words))]
    if [row["criterion"] for row in leaves] != [row["criterion"] for row in first]:
        blocks.append(_grid(words, "weights_leaves", leaves, balanced=False))
    return Section(words.say("weights"), tuple(blocks))


def _grid(words: Words, caption: str, rows: Sequence[dict[str, Any]], *, balanced: bool) -> Grid:
    whole = max((row[name] or 0.0 for row in rows for name in SHARES), default=0.0)
    titles = ["criterion", *SHARES, "drawing", "with_above", *(["balanced"] if balanced else [])]
    heads = tuple(Head(words.say(title), "left" if title in ("criterion", "drawing") else "right") for title in titles)
    lines = []
    for row in rows:
        cells = [*(Figure(percent(row[name])) for name in SHARES)]
        against = (row["pearson"] or 0.0) < 0
        bar = [("against" if name == "importance" and against else name, row[name]) for name in SHARES]
        cells.append(Figure("", drawing=bars(bar, whole)))
        cells.append(Figure(number(row["pearson"])))
        if balanced:
            cells.append(Figure(percent(row["balanced"])))
        lines.append((words.criterion(row["criterion"]), tuple(cells)))
    drawn = [*SHARES, *(["against"] if any((row["pearson"] or 0.0) < 0 for row in rows) else [])]
    return Grid(words.say(caption), heads, tuple(lines), legend=tuple((name, words.say(name)) for name in drawn))


def _balance_words(group: GroupCoherence, words: Words) -> str:
    found = next(node for node in group.nodes if node.node == TOTAL)
    balance = found.balance
    if balance.refused is not None:
        return words.say(f"balance_{balance.refused}", n=balance.n)
    if balance.exact:
        return words.say("balance_exact", n=balance.n)
    if not balance.without:
        return words.say("balance_near", n=balance.n)
    without = words.several(words.criterion(found.children[place]) for place in balance.without)
    return words.say("balance_closest", n=balance.n, without=without)
