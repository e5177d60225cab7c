"""The sections on what drives the ranks, and on what could be left out."""

from __future__ import annotations

from typing import Any

import polars as pl

from shuping.documents.analysis.drawing import bars, index, tone
from shuping.documents.analysis.model import Figure, Grid, Head, Say, Section
from shuping.documents.analysis.view import Analysis
from shuping.documents.analysis.words import NONE, Words, number, percent, short_percent
from shuping.review.coherence import GroupCoherence


def driver_section(analysis: Analysis, group: GroupCoherence, words: Words) -> Section:
    """Return the section: Sobol indices of the declared choices, then the ranks without each criterion."""
    blocks = [*_sobol(analysis, group, words), *_removal(analysis, group.scores.group, words)]
    return Section(words.say("drivers"), tuple(blocks))


def _sobol(analysis: Analysis, group: GroupCoherence, words: Words) -> list[Say | Grid]:
    mine = (pl.col("group") == group.scores.group) & pl.col("unit").is_null()
    # weights of a criterion that does not count in the group change nothing there
    foreign = [f"weights:{one.id}" for one in analysis.rulebook.criteria if one.id not in group.scores.nodes]
    indices = analysis.indices.filter(mine, ~pl.col("factor").is_in(foreign))
    changes = analysis.changes.filter(mine)
    if not indices.height or not changes.height:
        return [Say(words.say("sobol_nothing"))]
    change = changes.row(0, named=True)
    blocks: list[Say | Grid] = []
    if analysis.assumed is not None:
        blocks.append(Say(words.say("sobol_assumed", by=short_percent(analysis.assumed))))
    said = {"seed": analysis.seed, "level": short_percent(analysis.level), "evaluations": f"{change['evaluations']:,}"}
    blocks.append(Say(words.say("sobol_say", change=number(change["mean_change"]), **said)))
    if indices["first"].null_count() == indices.height:
        return [*blocks, Say(words.say("sobol_flat"))]
    heads = tuple(
        Head(words.say(name), "left" if name in ("factor", "drawing") else "right")
        for name in ("factor", "first_order", "total_index", "drawing")
    )
    rows = tuple((str(row[f"title_{words.lang}"]), _index_cells(row, words)) for row in indices.iter_rows(named=True))
    legend = (("importance", words.say("first_order")), ("effective", words.say("total_index")))
    return [*blocks, Grid(words.say("sobol"), heads, rows, legend=legend)]


def _index_cells(row: dict[str, Any], words: Words) -> tuple[Figure, ...]:
    ends = [(row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in ("first", "total")]
    told = [
        Figure(NONE if value is None else words.say("between", value=number(value), low=number(low), high=number(high)))
        for value, low, high in ends
    ]
    return (*told, Figure("", drawing=index(*ends)))


def _removal(analysis: Analysis, group: str, words: Words) -> list[Say | Grid]:
    frame = analysis.removed.filter((pl.col("group") == group) & pl.col("moved").is_not_null())
    if not frame.height:
        return []
    whole = max(float(change) for change in frame["mean_change"]) or 1.0
    names = ("criterion", "declared", "mean_change", "drawing", "moved", "largest", "mover")
    left = ("criterion", "drawing", "mover")
    heads = tuple(Head(words.say(name), "left" if name in left else "right") for name in names)
    rows = []
    for row in frame.iter_rows(named=True):
        cells = (
            Figure(percent(row["weight"])), Figure(number(row["mean_change"])),
            Figure("", drawing=bars([("importance", row["mean_change"])], whole)), Figure(str(row["moved"])),
            Figure(str(row["largest"])), Figure(NONE if row["mover"] is None else words.unit(row["mover"])),
        )  # fmt: skip
        rows.append(("\u2003" * (row["depth"] - 1) + words.criterion(row["criterion"]), cells))
    return [Say(words.say("removal_say")), Grid(words.say("removal"), heads, tuple(rows))]


def redundancy_section(analysis: Analysis, group: GroupCoherence, words: Words) -> Section:
    """Return the section: pairs that say nearly the same, criteria that hardly move a rank."""
    limits = analysis.coherence.limits
    mine = analysis.redundant.filter(pl.col("group") == group.scores.group)
    alike, idle = (mine.filter(pl.col("kind") == kind) for kind in ("alike", "idle"))
    blocks: list[Say | Grid] = []
    if alike.height:
        heads = (Head(words.say("pair"), "left"), Head(words.say("pearson")), Head(words.say("n")))
        rows = tuple(
            (
                f"{words.criterion(row['other'])} – {words.criterion(row['criterion'])}",
                (Figure(number(row["pearson"]), tone(row["pearson"])), Figure(str(row["units"]))),
            )
            for row in alike.iter_rows(named=True)
        )
        blocks.append(Grid(words.say("redundancy_alike", high=limits.high), heads, rows))
    if idle.height:
        names = words.several(words.criterion(name) for name in idle["criterion"])
        blocks.append(Say(words.say("redundancy_idle", moved=short_percent(limits.moved), names=names)))
    return Section(words.say("redundancy"), tuple(blocks or [Say(words.say("redundancy_none"))]))
