"""The small result with ranks that are not certain, by hand: T2 and T1 change places in 38 of 100 draws.

Ahead of the other: T2 of T1 in 62, of T3 in 100; T1 of T3 in 98. So T2 and T1 share a band where 90 are asked for, and
T3 stands alone. Other weights change nothing. The bureaus had no sample: nothing is known of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from shuping.scoring.result import RankUncertainty, Result
from shuping.standing.simulation.outcome import GRADES_SCHEMA, PAIRS_SCHEMA, PLACES_SCHEMA, RANKS_SCHEMA
from tests.documents.small_case import TOTALS, small_result

PLACES: Mapping[str, Mapping[str, Mapping[int, float]]] = {
    "sampling": {"T2": {1: 0.62, 2: 0.38}, "T1": {1: 0.38, 2: 0.6, 3: 0.02}, "T3": {2: 0.02, 3: 0.98}},
    "choices": {"T2": {1: 1.0}, "T1": {2: 1.0}, "T3": {3: 1.0}},
}
AHEAD = {
    "sampling": {("T2", "T1"): 0.62, ("T2", "T3"): 1.0, ("T1", "T3"): 0.98},
    "choices": {("T2", "T1"): 1.0, ("T2", "T3"): 1.0, ("T1", "T3"): 1.0},
}
BANDS = {"T2": "a", "T1": "a", "T3": "b"}
GRADES = {"T2": {"excellent": 0.997, "good": 0.003}, "T1": {"excellent": 0.55, "good": 0.45}, "T3": {"fair": 1.0}}
ENDS = {"sampling": {"T2": (1, 2), "T1": (1, 2), "T3": (3, 3)}, "choices": {"T2": (1, 1), "T1": (2, 2), "T3": (3, 3)}}


def uncertain_result(kinds: tuple[str, ...] = ("sampling", "choices"), failed: int = 0, **changed: Any) -> Result:
    """Return the small result with what was simulated of the townships."""
    result = small_result(changed=changed)
    standing = result.standing
    if "sampling" in kinds:
        ends = {unit: (*ENDS["sampling"][unit], BANDS[unit]) for unit in BANDS}
        units = standing["unit"].to_list()
        found = [ends.get(unit, (None, None, None)) for unit in units]
        standing = standing.with_columns(
            pl.Series("rank_low", [low for low, _, _ in found], dtype=pl.Int64),
            pl.Series("rank_high", [high for _, high, _ in found], dtype=pl.Int64),
            pl.Series("band", [band for _, _, band in found], dtype=pl.String),
        )
    return replace(result, standing=standing, uncertainty=_frames(kinds, failed))


def _frames(kinds: tuple[str, ...], failed: int) -> RankUncertainty:
    heads = {kind: {"period": "2025", "group": "townships", "kind": kind} for kind in kinds}
    ranks = [_ranks(heads[kind], kind, unit, failed) for kind in kinds for unit in BANDS]
    places = [
        {**heads[kind], "unit": unit, "place": place, "probability": share}
        for kind in kinds for unit in BANDS for place, share in PLACES[kind][unit].items()
    ]  # fmt: skip
    grades = [
        {**heads[kind], "unit": unit, "grade": grade, "probability": share}
        for kind in kinds for unit in BANDS for grade, share in _grades(kind, unit).items()
    ]  # fmt: skip
    pairs = []
    for kind in kinds:
        for (one, other), share in AHEAD[kind].items():
            pairs.append({**heads[kind], "unit": one, "other": other, "ahead": share})
            pairs.append({**heads[kind], "unit": other, "other": one, "ahead": round(1 - share, 6)})
    extra = {"top_1": pl.Float64, "top_2": pl.Float64, "q_0.25": pl.Float64}
    return RankUncertainty(
        pl.DataFrame(ranks, schema={**RANKS_SCHEMA, **extra}),
        pl.DataFrame(places, schema=PLACES_SCHEMA),
        pl.DataFrame(grades, schema=GRADES_SCHEMA),
        pl.DataFrame(pairs, schema=PAIRS_SCHEMA),
    )


def _grades(kind: str, unit: str) -> Mapping[str, float]:
    return GRADES[unit] if kind == "sampling" else {TOTALS[unit][3]: 1.0}


def _ranks(head: Mapping[str, str], kind: str, unit: str, failed: int) -> dict[str, Any]:
    places, grade = PLACES[kind][unit], TOTALS[unit][3]
    low, high = ENDS[kind][unit]
    median = max(places, key=lambda place: places[place])
    return {
        **head, "unit": unit, "rank": TOTALS[unit][2], "low": low, "high": high, "median": float(median),
        "mean": sum(place * share for place, share in places.items()),
        "band": BANDS[unit] if kind == "sampling" else None, "grade": grade, "grade_holds": _grades(kind, unit)[grade],
        "draws": 1000, "failed": failed, "top_1": places.get(1, 0.0), "top_2": places.get(1, 0.0) + places.get(2, 0.0),
        "q_0.25": float(min(places)),
    }  # fmt: skip
