"""The sections on units: what separates neighbours in the standing, and in what each stands high or low."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from shuping.documents.analysis.model import Figure, Grid, Head, Say, Section
from shuping.documents.analysis.view import Analysis
from shuping.documents.analysis.words import Words, number
from shuping.review.coherence import GroupCoherence

UNITS = 200
"""Lines of the tables of units; all of them are in the files."""
CAUSES = 3


def neighbour_section(analysis: Analysis, group: GroupCoherence, words: Words) -> Section | None:
    """Return the section: each unit, the next one, the distance and its largest causes."""
    mine = analysis.neighbours.filter(pl.col("group") == group.scores.group)
    if not mine.height:
        return None
    places = analysis.rulebook.rounding.places
    heads = (
        Head(words.say("unit"), "left"), Head(words.say("distance")), Head(words.say("causes"), "left")
    )  # fmt: skip
    rows = []
    pairs = mine.partition_by("unit", "behind", maintain_order=True)
    for pair in pairs[:UNITS]:
        lines = pair.sort(pl.col("difference").abs(), descending=True, maintain_order=True).to_dicts()
        title = words.say("ahead_of", unit=words.unit(lines[0]["unit"]), other=words.unit(lines[0]["behind"]))
        distance = sum((line["difference"] for line in lines), Decimal(0))
        told = words.several(_cause(line, words, places) for line in lines[:CAUSES])
        rows.append((title, (Figure(number(float(distance), places)), Figure(told))))
    blocks: list[Say | Grid] = [Say(words.say("neighbours_say")), Grid(words.say("neighbours"), heads, tuple(rows))]
    if len(pairs) > UNITS:
        blocks.append(Say(words.say("more", count=len(pairs) - UNITS, file="neighbours.csv")))
    return Section(words.say("neighbours"), tuple(blocks))


def _cause(line: dict[str, Any], words: Words, places: int) -> str:
    figure = number(float(line["difference"]), places)
    known = line["kind"] == "criterion"
    title = words.criterion(line["criterion"]) if known else line[f"title_{words.lang}"]
    signed = figure if line["difference"] < 0 else f"+{figure}"
    return words.say("cause_line", title=title or words.say(f"kind_{line['kind']}"), figure=signed)


def profile_section(analysis: Analysis, group: GroupCoherence, words: Words) -> Section | None:
    """Return the section: each unit's first strengths and weaknesses."""
    mine = analysis.profile.filter((pl.col("group") == group.scores.group) & pl.col("place").is_not_null())
    if not mine.height:
        return None
    names = ("unit", "strengths", "weaknesses")
    rows = []
    parts = mine.partition_by("unit", maintain_order=True)
    for part in parts[:UNITS]:
        cells = []
        for verdict in ("strength", "weakness"):
            found = part.filter(pl.col("verdict") == verdict).sort("place", maintain_order=True)["criterion"]
            cells.append(Figure(words.several(words.criterion(name) for name in found)))
        rows.append((words.unit(part["unit"][0]), tuple(cells)))
    grid = Grid(words.say("profile"), tuple(Head(words.say(name), "left") for name in names), tuple(rows))
    blocks: list[Say | Grid] = [Say(words.say("profile_say")), grid]
    if len(parts) > UNITS:
        blocks.append(Say(words.say("more", count=len(parts) - UNITS, file="profile.csv")))
    return Section(words.say("profile"), tuple(blocks))
