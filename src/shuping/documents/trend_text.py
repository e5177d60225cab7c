"""Trends in the terminal: one row a unit, in words where nothing can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from rich.table import Table

_HEADS = {
    "zh": ("单位", "内容", "期间", "每期增长", "每期变化", "区间（{level}）", "判断"),
    "en": ("Unit", "What", "Periods", "Growth", "Slope", "Interval ({level})", "Trend"),
}
_VERDICTS = {
    "zh": {"up": "上升", "down": "下降", "none": "看不出趋势", "too_few": "期数太少"},
    "en": {"up": "up", "down": "down", "none": "no distinguishable trend", "too_few": "too few points"},
}
_NOTES = {
    "zh": {"sampled": "含抽样误差", "restated": "按区划调整重述", "total": "总分"},
    "en": {"sampled": "sampling error taken in", "restated": "restated", "total": "Total"},
}


def trends_table(frame: pl.DataFrame, lang: str, level: float, *, everything: bool = False) -> Table:
    """Return the trends of totals, with ``everything`` also those of criteria and measures."""
    from rich.table import Table

    table = Table()
    for place, head in enumerate(_HEADS[lang]):
        shown = head.format(level=f"{level:.0%}")
        table.add_column(shown, justify="right" if 2 < place < 6 else "left", overflow="fold")
    rows = frame if everything else frame.filter(pl.col("kind") == "total")
    for row in rows.iter_rows(named=True):
        growth = "" if row["growth"] is None else f"{row['growth']:+.1%}"
        interval = "" if row["slope_low"] is None else f"{_figure(row['slope_low'])} … {_figure(row['slope_high'])}"
        table.add_row(
            row["name"] if lang == "zh" else row["name_en"] or row["name"],
            row["of"] or _NOTES[lang]["total"],
            f"{row['first_period']}–{row['last_period']} ({row['points']})",
            growth,
            _figure(row["slope"]),
            interval,
            verdict_words(row["verdict"], lang, sampled=row["sampled"], restated=row["restated"]),
        )
    return table


def verdict_words(verdict: str, lang: str, *, sampled: bool, restated: bool) -> str:
    """Return what can be said of a trend, with what went into it."""
    notes = [_NOTES[lang][name] for name, holds in (("sampled", sampled), ("restated", restated)) if holds]
    if not notes:
        return _VERDICTS[lang][verdict]
    return _VERDICTS[lang][verdict] + (f"（{'；'.join(notes)}）" if lang == "zh" else f" ({'; '.join(notes)})")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:+.4g}"
