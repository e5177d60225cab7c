"""Two results compared, in the terminal: who moves, by how much, and what it comes from; and as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from shuping.documents.wording import (
    grade_title,
    group_title,
    period_label,
    points_text,
    printable,
    signed_text,
    total_text,
)
from shuping.review.compare import Comparison

if TYPE_CHECKING:
    from rich.table import Table

REASONS_SHOWN = 3
_WORDS = {
    "zh": {
        "unit": "单位", "total": "总分", "change": "增减", "rank": "名次", "grade": "等次", "because": "主要来自",
        "rescale": "缺项折算", "remainder": "不可分解的部分", "rounding": "舍入", "none": "无",
    },
    "en": {
        "unit": "Unit", "total": "Total", "change": "Change", "rank": "Rank", "grade": "Grade",
        "because": "Mainly from",
        "rescale": "rescaling of missing items", "remainder": "what cannot be taken apart", "rounding": "rounding",
        "none": "none",
    },
}  # fmt: skip


def comparison_tables(comparison: Comparison, lang: str) -> Iterator[Table]:
    """Yield one table per comparison group of the second rule book: the units in its order, each with its reasons."""
    from rich.table import Table
    from rich.text import Text

    words, book = _WORDS[lang], comparison.b.rulebook
    label = period_label(book, comparison.period, lang)
    moves = comparison.moves.with_columns(pl.coalesce("group_b", "group_a").alias("group"))
    for group in moves["group"].unique(maintain_order=True):
        title = Text(f"{group_title(book, group, lang)} · {label}", style="bold")
        table = Table(title=title, title_justify="left", header_style="dim")
        keys = ["unit", "total", "change", "rank", *(["grade"] if book.grades else []), "because"]
        for key in keys:
            table.add_column(words[key], justify="right" if key in ("total", "change", "rank") else "left")
        for row in moves.filter(pl.col("group") == group).iter_rows(named=True):
            cells = _cells(comparison, row, lang)
            table.add_row(*(Text(cells[key]) for key in keys))
        yield table


def _cells(comparison: Comparison, row: Mapping[str, Any], lang: str) -> dict[str, str]:
    none = _WORDS[lang]["none"]
    totals = [none if row[key] is None else total_text(row[key]) for key in ("total_a", "total_b")]
    ranks = ["–" if row[key] is None else str(row[key]) for key in ("rank_a", "rank_b")]
    grades = [grade_title(book.rulebook, row[key], lang) or "–"
              for key, book in (("grade_a", comparison.a), ("grade_b", comparison.b))]  # fmt: skip
    return {
        "unit": printable(row["name_en"] if lang == "en" else row["name"]),
        "total": _pair(totals),
        "change": "" if row["change"] is None else signed_text(row["change"]),
        "rank": _pair(ranks),
        "grade": _pair(grades),
        "because": _reasons(comparison, row["unit"], lang),
    }


def _pair(texts: list[str]) -> str:
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} → {texts[1]}"


def _reasons(comparison: Comparison, unit: str, lang: str) -> str:
    causes = comparison.of(unit).filter(pl.col("difference") != 0)  # what rounds to nought is no reason to name
    rows = causes.head(REASONS_SHOWN).iter_rows(named=True)
    between = "；" if lang == "zh" else "; "
    return between.join(f"{_cause(row, lang)} {_signed(row['difference'], comparison)}" for row in rows)


def _signed(difference: Decimal, comparison: Comparison) -> str:
    """Return a difference with its sign, and zeros no further than the published places."""
    return ("+" if difference > 0 else "") + points_text(difference, comparison.b.rulebook)


def _cause(row: Mapping[str, Any], lang: str) -> str:
    return printable(row[f"title_{lang}"] or row["criterion"] or _WORDS[lang][row["kind"]])


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """Return the frames as plain data: figures are texts, the exact ones fractions."""
    return {
        "period": comparison.period,
        "moves": json.loads(comparison.moves.write_json()),
        "causes": json.loads(comparison.causes.write_json()),
    }
