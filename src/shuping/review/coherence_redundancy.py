"""What a rule book could do without: criteria that say nearly the same, and criteria that hardly move any rank."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from shuping.review.coherence import Coherence

REDUNDANT_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "kind": pl.String,  # alike: two criteria | idle: one that hardly moves any rank
    "criterion": pl.String,
    "other": pl.String,  # alike: the other one
    "pearson": pl.Float64,  # alike
    "moved": pl.Int64,  # idle: units whose rank changes when the criterion is left out
    "units": pl.Int64,  # alike: with both scores; idle: ranked
    "mean_change": pl.Float64,  # idle: places
}


def redundancy(found: Coherence, removed: pl.DataFrame, ranked: dict[str, int]) -> pl.DataFrame:
    """Return what could be left out (``REDUNDANT_SCHEMA``).

    ``removed``: ranks without each criterion (``standing.drivers.removal``, its ``criteria``); ``ranked``: units with a
    rank by group. Only criteria without children count as such that hardly move a rank, and none in a group of fewer
    units than ``CoherenceLimits.units``.
    """
    rows = [*_alike(found), *_idle(found, removed, ranked)]
    return pl.DataFrame(rows, schema=REDUNDANT_SCHEMA, orient="row")


def _alike(found: Coherence) -> Iterator[dict[str, Any]]:
    leaves = {group.scores.group: set(group.scores.leaves) for group in found.groups}
    pairs = found.correlations.filter(pl.col("relation") != "above", pl.col("n") >= found.limits.units)
    for row in pairs.iter_rows(named=True):
        both = {row["first"], row["second"]} <= leaves[row["group"]]
        if both and row["pearson"] is not None and abs(row["pearson"]) >= found.limits.high:
            yield {
                "period": row["period"], "group": row["group"], "kind": "alike", "criterion": row["second"],
                "other": row["first"], "pearson": row["pearson"], "units": row["n"],
            }  # fmt: skip


def _idle(found: Coherence, removed: pl.DataFrame, ranked: dict[str, int]) -> Iterator[dict[str, Any]]:
    leaves = {group.scores.group: set(group.scores.leaves) for group in found.groups}
    for row in removed.iter_rows(named=True):
        units = ranked.get(row["group"], 0)
        if row["moved"] is None or row["criterion"] not in leaves.get(row["group"], ()) or units < found.limits.units:
            continue
        if row["moved"] <= found.limits.moved * units:
            yield {
                "period": row["period"], "group": row["group"], "kind": "idle", "criterion": row["criterion"],
                "moved": row["moved"], "units": units, "mean_change": row["mean_change"],
            }  # fmt: skip
