"""A standing under other weights, in the terminal: the weights, who moves, and how far a weight may go; and as data."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import polars as pl

from shuping.documents.wording import grade_title, group_title, period_label, printable, signed_text, total_text
from shuping.rulebook.model import Rulebook
from shuping.values.rounding import show_short

if TYPE_CHECKING:
    from rich.table import Table


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Return the words of the what-if: ``{key: {"zh": text, "en": text}}``."""
    file = resources.files("shuping.documents").joinpath("phrases", "what_if.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def say(key: str, lang: str, **given: object) -> str:
    """Return a phrase of the what-if in one language."""
    return phrases()[key][lang].format_map(given)


def weights_tables(book: Rulebook, weights: pl.DataFrame, lang: str) -> Iterator[Table]:
    """Yield one table a comparison group: its first-level weights in the rule book and as tried."""
    for group in weights["group"].unique(maintain_order=True):
        table = _table(f"{group_title(book, group, lang)} · {say('weights', lang)}")
        for key in ("criterion", "weight", "weight_under", "asked"):
            table.add_column(say("how" if key == "asked" else key, lang), justify=_justified(key))
        for row in weights.filter(pl.col("group") == group).iter_rows(named=True):
            how = say("asked" if row["asked"] else "shared", lang)
            cells = [printable(row[f"title_{lang}"]), _number(row["weight"]), _number(row["weight_under"]), how]
            _add(table, cells)
        yield table


def moves_tables(book: Rulebook, period: str, moves: pl.DataFrame, lang: str) -> Iterator[Table]:
    """Yield one table a comparison group: its units in the order of the weights tried, and as published."""
    label = period_label(book, period, lang)
    for group in moves["group"].unique(maintain_order=True):
        table = _table(f"{group_title(book, group, lang)} · {label} · {say('moves', lang)}")
        graded = bool(book.grades) and book.groups[group].graded
        keys = ["unit", "total", "total_under", "change", "rank", *(["grade"] if graded else [])]
        for key in keys:
            table.add_column(say(key, lang), justify=_justified(key))
        for row in moves.filter(pl.col("group") == group).iter_rows(named=True):
            _add(table, [_move_cells(book, row, lang)[key] for key in keys])
        yield table


def _move_cells(book: Rulebook, row: Mapping[str, Any], lang: str) -> dict[str, str]:
    none = say("none", lang)
    ranks = ["–" if row[key] is None else str(row[key]) for key in ("rank", "rank_under")]
    moved = row["moved"] or 0
    grades = [grade_title(book, row[key], lang) or "–" for key in ("grade", "grade_under")]
    return {
        "unit": printable(row["name_en"] if lang == "en" else row["name"]),
        "total": none if row["total"] is None else total_text(row["total"]),
        "total_under": none if row["total_under"] is None else total_text(row["total_under"]),
        "change": "" if row["change"] is None else signed_text(row["change"]),
        "rank": _pair(ranks) + (f" ▲{moved}" if moved > 0 else f" ▼{-moved}" if moved < 0 else ""),
        "grade": _pair(grades),
    }


def ranges_table(book: Rulebook, ranges: pl.DataFrame, unit: str, lang: str) -> Table:
    """Return the table of one unit's ranges: a row a first-level criterion."""
    table = _table(say("ranges", lang, unit=printable(unit)))
    graded = bool((ranges["what"] == "grade").any())
    for key in ("criterion", "weight", "rank_kept", *(["grade_kept"] if graded else [])):
        table.add_column(say(key, lang), justify="right" if key == "weight" else "left")
    for criterion in ranges["criterion"].unique(maintain_order=True):
        rows = {row["what"]: row for row in ranges.filter(pl.col("criterion") == criterion).iter_rows(named=True)}
        first = rows["rank"]
        cells = [printable(first[f"title_{lang}"]), _number(first["weight"])]
        cells += [_range_text(book, rows[what], lang) for what in ("rank", "grade") if what in rows]
        _add(table, cells)
    return table


def _range_text(book: Rulebook, row: Mapping[str, Any], lang: str) -> str:
    if row["below"] is None and row["above"] is None and Fraction(row["low"]) == 0:
        return say("always", lang)
    text = f"{'≈ ' if row['way'] == 'searched' else ''}{row['low']} – {row['high']}"
    outside = [say(name, lang, then=_beyond(book, row, name, lang)) for name in ("below", "above") if row[name]]
    return f"{text}\n{('；' if lang == 'zh' else '; ').join(outside)}"


def _beyond(book: Rulebook, row: Mapping[str, Any], name: str, lang: str) -> str:
    if row[name] == "-":
        return say("no_rank_there" if row["what"] == "rank" else "open_there", lang)
    return say("rank_is", lang, rank=row[name]) if row["what"] == "rank" else grade_title(book, row[name], lang)


def what_if_data(period: str, moves: pl.DataFrame, weights: pl.DataFrame, ranges: pl.DataFrame) -> dict[str, Any]:
    """Return the frames as plain data: figures are texts, the exact ones fractions."""
    frames = {"moves": moves, "weights": weights, "ranges": ranges}
    return {"period": period, **{name: json.loads(frame.write_json()) for name, frame in frames.items()}}


def _table(title: str) -> Table:
    from rich.table import Table
    from rich.text import Text

    return Table(title=Text(title, style="bold"), title_justify="left", header_style="dim")


def _add(table: Table, cells: list[str]) -> None:
    from rich.text import Text

    table.add_row(*map(Text, cells))


def _justified(key: str) -> Any:
    return "left" if key in ("criterion", "unit", "grade", "asked") else "right"


def _pair(texts: list[str]) -> str:
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} → {texts[1]}"


def _number(exact: str) -> str:
    return show_short(Fraction(exact), 4)
