"""The distance between two totals in the terminal, line by line, and as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from shuping.documents.wording import printable, signed_text, total_text
from shuping.review.difference import Difference, Side
from shuping.values.rounding import show_short

if TYPE_CHECKING:
    from rich.table import Table

PLACES = 4
"""Decimals shown at most; the exact figures are in the data."""
_WORDS = {
    "zh": {
        "line": "评分项", "difference": "差", "total": "公布的总分",
        "rescale": "缺项折算", "remainder": "不可分解的部分", "rounding": "舍入",
        "rank": "第 {rank} 名", "no_rank": "未排名", "bonus": "（加分）", "deduction": "（扣分）", "cap": "（封顶）",
        "same": "另有 {count} 项两边得分相同，未列。",
        "rounded": "表中至多保留 {places} 位小数；各行的准确值之和正好等于总分之差"
        "（--json 以分数形式给出）。",
        "groups": "两个单位不在同一比较组，名次不可比。",
    },
    "en": {
        "line": "Criterion", "difference": "Difference", "total": "Published total",
        "rescale": "Rescaling of missing items", "remainder": "What cannot be taken apart", "rounding": "Rounding",
        "rank": "rank {rank}", "no_rank": "no rank", "bonus": " (bonus)", "deduction": " (deduction)", "cap": " (cap)",
        "same": "{count} more lines are equal on both sides and not shown.",
        "rounded": "At most {places} decimals are shown; the exact lines add up to the difference of the totals"
        " (--json gives them as fractions).",
        "groups": "The two units are in different comparison groups: their ranks do not compare.",
    },
}  # fmt: skip


def difference_table(found: Difference, lang: str) -> Table:
    """Return the lines that differ, the largest first, and the totals below them."""
    from rich.table import Table
    from rich.text import Text

    words = _WORDS[lang]
    table = Table(title=Text(_title(found, lang), style="bold"), title_justify="left", header_style="dim")
    table.add_column(words["line"])
    for head in (*_heads(found, lang), words["difference"]):
        table.add_column(head, justify="right")
    for row in found.largest.iter_rows(named=True):
        figures = (_figure(row["b_exact"]), _figure(row["a_exact"]), _figure(row["difference_exact"], signed=True))
        table.add_row(Text(_name(row, lang)), *map(Text, figures))
    table.add_section()
    totals = (total_text(found.b.total), total_text(found.a.total), signed_text(found.change))
    table.add_row(Text(words["total"], style="bold"), *(Text(text, style="bold") for text in totals))
    return table


def difference_notes(found: Difference, lang: str) -> Iterator[str]:
    """Yield what a reader of the table must know besides."""
    words = _WORDS[lang]
    if found.a.group != found.b.group:
        yield words["groups"]
    if hidden := found.lines.height - found.largest.height:
        yield words["same"].format(count=hidden)
    exact = (Fraction(text) for name in ("a_exact", "b_exact") for text in found.largest[name] if text is not None)
    if any(number * 10**PLACES % 1 for number in exact):
        yield words["rounded"].format(places=PLACES)


def difference_data(found: Difference) -> dict[str, Any]:
    """Return both sides and all lines as plain data: figures are texts, the exact ones fractions."""
    sides = {name: _side(side) for name, side in (("a", found.a), ("b", found.b))}
    return {**sides, "change": str(found.change), "lines": json.loads(found.lines.write_json())}


def _side(side: Side) -> dict[str, Any]:
    return {
        "unit": side.unit, "name": side.name, "name_en": side.name_en, "period": side.period, "group": side.group,
        "total": str(side.total), "rank": side.rank,
    }  # fmt: skip


def _title(found: Difference, lang: str) -> str:
    a, b = found.a, found.b
    if a.unit == b.unit:
        return f"{_unit(b, lang)} · {a.period} → {b.period}"
    return f"{_unit(b, lang)} – {_unit(a, lang)} · {b.period}"


def _heads(found: Difference, lang: str) -> tuple[str, str]:
    """Name the two sides by what sets them apart, with their ranks."""
    a, b = found.a, found.b
    own = (b.period, a.period) if a.unit == b.unit else (_unit(b, lang), _unit(a, lang))
    if own[0] == own[1]:  # one unit, one period, two results
        own = (own[0], f"{own[1]} ←")
    return f"{own[0]}\n{_rank(b, lang)}", f"{own[1]}\n{_rank(a, lang)}"


def _rank(side: Side, lang: str) -> str:
    words = _WORDS[lang]
    return words["no_rank"] if side.rank is None else words["rank"].format(rank=side.rank)


def _unit(side: Side, lang: str) -> str:
    return printable(side.name_en if lang == "en" else side.name)


def _name(row: dict[str, Any], lang: str) -> str:
    words = _WORDS[lang]
    if row["criterion"] is None:
        return words[row["kind"]]
    name = printable(row[f"title_{lang}"] or row["criterion"])
    return name + words.get(row["kind"], "")


def _figure(exact: str | None, *, signed: bool = False) -> str:
    if exact is None:
        return "–"
    number = Fraction(exact)
    text = show_short(number, PLACES)
    if number and text in ("0", "-0"):  # too small to be seen is not nothing
        least = Decimal(1).scaleb(-PLACES)
        text = f"{'-' if number < 0 else ''}<{least:f}"
    return f"+{text}" if signed and number > 0 else text
