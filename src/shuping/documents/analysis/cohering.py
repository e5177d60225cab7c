"""The sections on correlations, Cronbach's alpha and principal components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from shuping.documents.analysis.drawing import tone
from shuping.documents.analysis.model import Figure, Grid, Head, Say, Section
from shuping.documents.analysis.view import Analysis
from shuping.documents.analysis.words import NONE, Words, number, percent
from shuping.review.coherence import GroupCoherence
from shuping.review.coherence_scores import TOTAL

HEAT = 60
"""A table of more criteria than this is read by nobody; the pairs are in correlations.csv."""
PAIRS = 40
SHOWN = 4
"""Principal components shown."""


def correlation_section(analysis: Analysis, group: GroupCoherence, words: Words) -> Section:
    """Return the section: two heat maps, then the pairs that stand out."""
    scores, limits = group.scores, analysis.coherence.limits
    blocks: list[Say | Grid] = [Say(words.say("correlations_say", p=limits.significance))]
    first = (*scores.nodes[TOTAL].children, TOTAL)
    for caption, ids in (("heat_first", first), ("heat_leaves", scores.leaves)):
        if 1 < len(ids) <= HEAT and not (caption == "heat_leaves" and ids == first[:-1]):
            blocks.append(_heat(group, words, caption, ids, limits.significance))
    blocks += _flagged(analysis, group, words)
    return Section(words.say("correlations"), tuple(blocks))


def _heat(group: GroupCoherence, words: Words, caption: str, ids: Sequence[str], level: float) -> Grid:
    place = {name: number for number, name in enumerate(group.scores.nodes)}
    at = np.ix_([place[name] for name in ids], [place[name] for name in ids])
    r, p = group.matrix.pearson[at], group.matrix.pearson_p[at]
    heads = [Head(words.say("criterion"), "left")]
    heads += [Head(str(column + 1), full=words.criterion(name)) for column, name in enumerate(ids)]
    rows = []
    for line, name in enumerate(ids):
        cells = [
            Figure("")
            if column == line
            else Figure(
                number(float(r[line, column])), tone(float(r[line, column])), doubtful=bool(p[line, column] >= level)
            )
            for column in range(len(ids))
        ]
        rows.append((f"{line + 1} {words.criterion(name)}", tuple(cells)))
    return Grid(words.say(caption), tuple(heads), tuple(rows), "heat")


def _flagged(analysis: Analysis, group: GroupCoherence, words: Words) -> list[Say | Grid]:
    mine = pl.col("group") == group.scores.group
    frame = analysis.coherence.correlations.filter(mine, ~pl.col("flag").is_in(["ok", "few", "flat"]))
    # what is hardly related to a sibling is common; to what it counts towards is not
    frame = frame.filter((pl.col("flag") != "weak") | (pl.col("relation") == "above"))
    if not frame.height:
        return [Say(words.say("flags_none"))]
    heads = tuple(
        Head(words.say(name), "left" if name in ("pair", "remark") else "right")
        for name in ("pair", "remark", "n", "pearson", "p", "spearman")
    )
    rows = []
    for row in frame.head(PAIRS).iter_rows(named=True):
        pair = f"{words.criterion(row['first'])} – {words.criterion(row['second'])}"
        key = "weak_above" if row["flag"] == "weak" else row["flag"]
        cells = (
            Figure(words.say(f"flag_{key}")), Figure(str(row["n"])),
            Figure(number(row["pearson"]), tone(row["pearson"])), Figure(number(row["pearson_p"], 3)),
            Figure(number(row["spearman"])),
        )  # fmt: skip
        rows.append((pair, cells))
    found: list[Say | Grid] = [Grid(words.say("flags"), heads, tuple(rows))]
    if frame.height > PAIRS:
        found.append(Say(words.say("more", count=frame.height - PAIRS, file="correlations.csv")))
    return found


def consistency_section(analysis: Analysis, group: GroupCoherence, words: Words) -> Section:
    """Return the section: alpha and first component of every node, then the loadings of the first level."""
    limits = analysis.coherence.limits
    blocks: list[Say | Grid] = [Say(words.say("consistency_say", alpha=limits.alpha))]
    frame = analysis.coherence.nodes.filter(pl.col("group") == group.scores.group)
    names = ("node", "items", "alpha", "alpha_standardised", "n", "first_share", "component_weights")
    heads = tuple(Head(words.say(name), "left" if name in ("node", "component_weights") else "right") for name in names)
    rows = tuple((words.criterion(row["node"]), _node(row, words, limits.alpha)) for row in frame.iter_rows(named=True))
    blocks.append(Grid(words.say("nodes"), heads, rows))
    loadings = _loadings(group, words)
    return Section(words.say("consistency"), (*blocks, *([loadings] if loadings is not None else [])))


def _node(row: dict[str, Any], words: Words, low: float) -> tuple[Figure, ...]:
    value = row["alpha"]
    alpha = number(value) if value is None or value >= low else words.say("low", value=number(value))
    why = row["components_why"]
    said = words.say("weights_given") if why is None else words.say(f"why_{why}", names=words.criteria(row["negative"]))
    return (
        Figure(str(row["items"])), Figure(words.say(f"why_{row['alpha_why']}") if row["alpha_why"] else alpha),
        Figure(number(row["alpha_standardised"])), Figure(str(row["alpha_n"])), Figure(percent(row["first_share"])),
        Figure(said),
    )  # fmt: skip


def _loadings(group: GroupCoherence, words: Words) -> Grid | None:
    node = next((one for one in group.nodes if one.node == TOTAL), None)
    if node is None or not len(node.components.share):
        return None
    found = node.components
    shown = min(SHOWN, len(found.share))
    heads = [Head(words.say("criterion"), "left")]
    heads += [
        Head(words.say("component", number=place + 1, share=percent(float(found.share[place]))))
        for place in range(shown)
    ]
    heads.append(Head(words.say("component_weight")))
    rows = []
    for line, name in enumerate(node.children):
        cells = [
            Figure(number(float(found.loadings[line, place])), tone(float(found.loadings[line, place])))
            for place in range(shown)
        ]
        cells.append(Figure(NONE if found.weights is None else percent(float(found.weights[line]))))
        rows.append((words.criterion(name), tuple(cells)))
    return Grid(words.say("components"), tuple(heads), tuple(rows))
