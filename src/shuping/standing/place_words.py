"""A unit's place in words, for the explanation of its total: rank, tie, grade, and what kept it from a better one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from shuping.rulebook.model import Rulebook
from shuping.scoring.grade_words import decision_words, grade_name, note_words
from shuping.standing.standing import Standing

_TIES = {
    "shared": {"zh": "（并列）", "en": " (shared)"},
    "decided": {"zh": "（总分和各比较项相同，经决定排定）", "en": " (level in total and keys; the order was decided)"},
    "open": {"zh": "（并列，名次待定）", "en": " (tied, the rank is open)"},
}


def place_sentence(rulebook: Rulebook, place: Standing, lang: str) -> str | None:
    """Return rank and grade of a unit as one sentence; None for a unit that has neither."""
    said = []
    if place.rank is not None:
        tie = _TIES[place.tie][lang] if place.tie is not None else ""
        said.append(f"第{place.rank}名{tie}" if lang == "zh" else f"rank {place.rank}{tie}")
    if place.grade is not None:
        said.append(grade_name(rulebook, place.grade, lang))
    if notes := note_words(rulebook, place.notes, lang):
        said.append(notes)
    if (decided := place.decision) is not None:
        said.append(decision_words(rulebook, decided.grade, decided.reason, decided.document, lang))
    return ("；" if lang == "zh" else "; ").join(said) or None


def put_places(rulebook: Rulebook, places: Sequence[Standing], rows: Sequence[dict[str, Any]]) -> None:
    """Put each unit's place into its row of the total in the trace (``place_zh``, ``place_en``)."""
    by_unit = {place.unit: place for place in places}
    for row in rows:
        if row["depth"] == 0:
            for lang in ("zh", "en"):
                row[f"place_{lang}"] = place_sentence(rulebook, by_unit[row["unit"]], lang)


def with_intervals_in_words(trace: pl.DataFrame, ranks: pl.DataFrame) -> pl.DataFrame:
    """Return the trace with the interval for sampling error behind every rank: ``rank 3 (2 to 5)``."""
    found = ranks.filter(pl.col("kind") == "sampling").select("period", "unit", rank_="rank", low_="low", high_="high")
    if not found.height:
        return trace
    ahead = {"zh": ("第{}名", "第{}名（{}至{}）"), "en": ("rank {}", "rank {} ({} to {})")}
    joined = trace.join(found, on=["period", "unit"], how="left", maintain_order="left")
    known = (pl.col("depth") == 0) & pl.col("rank_").is_not_null()
    said = [
        pl.when(known & pl.col(f"place_{lang}").str.starts_with(pl.format(plain, "rank_")))
        .then(
            pl.format(told, "rank_", "low_", "high_")
            + pl.col(f"place_{lang}").str.strip_prefix(pl.format(plain, "rank_"))
        )
        .otherwise(pl.col(f"place_{lang}"))
        .alias(f"place_{lang}")
        for lang, (plain, told) in ahead.items()
    ]
    return joined.with_columns(*said).select(trace.columns)
