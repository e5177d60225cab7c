"""The frames of a result: standing, scores, measures, findings, with figures as Decimals exactly as published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.measures.table import MeasureTable
from shuping.records.register import Register
from shuping.rulebook.model import Rulebook
from shuping.scoring.result import FINDINGS_SCHEMA, MEASURES_SCHEMA, SCORES_SCHEMA, STANDING_SCHEMA
from shuping.standing.restated import Succession, restated
from shuping.standing.standing import Standing
from shuping.values.exact import decide
from shuping.values.periods import Period
from shuping.values.rounding import to_decimal

VALUE_SCALE = 12
WEIGHT_SCALE = 6


def schema_of(rulebook: Rulebook, template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with the scale of every Decimal column filled in."""
    scales = {"value": VALUE_SCALE, "weight": WEIGHT_SCALE}
    scales |= dict.fromkeys(("points", "points_max", "contribution"), rulebook.rounding.detail_places)
    scales |= dict.fromkeys(("bonus", "deduction"), rulebook.rounding.detail_places)
    scales |= dict.fromkeys(("total", "previous_total", "change"), rulebook.rounding.places)
    return {name: pl.Decimal(38, scales[name]) if kind is pl.Decimal else kind for name, kind in template.items()}


def standing_frame(
    rulebook: Rulebook,
    register: Register,
    standings: Sequence[tuple[str, Sequence[Standing]]],
    before: Mapping[str, Any] | None,
    successions: Sequence[Succession] = (),
) -> pl.DataFrame:
    """Return the standing of all periods, latest last.

    ``before`` is the standing of an earlier result by unit (dicts with ``period``, ``group``, ``total``, ``rank``): the
    first period is compared with it, each later one with the last of its kind before it in this result (a year
    with a year).
    ``successions``: which units became others, so that earlier totals are put together as they are compared.
    """
    rows: list[dict[str, Any]] = []
    latest: dict[str, Mapping[str, Any]] = {}
    for number, (period, places) in enumerate(standings):
        when = Period.parse(period, rulebook.year_starts)
        earlier = (before or {}) if number == 0 else latest.get(when.kind, {})
        if successions and earlier:
            then = Period.parse(next(iter(earlier.values()))["period"], rulebook.year_starts)
            earlier = restated(rulebook, successions, earlier, places, (then, when))
        mine = {
            place.unit: _standing_row(rulebook, register, period, place, earlier.get(place.unit)) for place in places
        }
        rows += mine.values()
        latest[when.kind] = mine
    return pl.DataFrame(rows, schema=schema_of(rulebook, STANDING_SCHEMA), orient="row")


def with_intervals(standing: pl.DataFrame, ranks: pl.DataFrame) -> pl.DataFrame:
    """Return the standing with the interval and the bands of each rank: those of sampling (``uncertainty.ranks``)."""
    found = ranks.filter(pl.col("kind") == "sampling").select(
        "period", "unit", rank_low_="low", rank_high_="high", band_="band"
    )
    joined = standing.join(found, on=["period", "unit"], how="left", maintain_order="left")
    return joined.with_columns(
        rank_low=pl.col("rank_low_"), rank_high=pl.col("rank_high_"), band=pl.col("band_")
    ).select(standing.columns)


def _standing_row(
    rulebook: Rulebook, register: Register, period: str, place: Standing, earlier: Mapping[str, Any] | None
) -> dict[str, Any]:
    unit, scale = register[place.unit], rulebook.rounding.places
    row: dict[str, Any] = dict.fromkeys(STANDING_SCHEMA)
    row.update(
        period=period, group=place.group, unit=unit.id, name=unit.name, name_en=unit.name_en or unit.name,
        rank=place.rank, grade=place.grade, missing=place.missing, tie=place.tie,
        grade_note=";".join(place.notes) or None, veto=";".join(place.veto) or None,
        bonus=_adjusted(rulebook, place.bonus), deduction=_adjusted(rulebook, place.deduction),
        total=None if place.total is None else to_decimal(place.total, scale),
    )  # fmt: skip
    if place.decision is not None:
        row["decided_grade"], row["decision_reason"] = place.decision.grade, place.decision.reason
        row["decision_document"] = place.decision.document
    if earlier is None:
        return row
    if earlier["total"] is not None:
        row["previous_total"] = _quantised(earlier["total"], rulebook)
        if row["total"] is not None:
            row["change"] = row["total"] - row["previous_total"]
    if earlier["group"] == place.group:
        row["previous_rank"] = earlier["rank"]
        now = earlier.get("now", place.rank)
        if now is not None and earlier["rank"] is not None:
            row["rank_change"] = earlier["rank"] - now
    row["previous_note"] = earlier.get("note")
    return row


def _adjusted(rulebook: Rulebook, points: Fraction | None) -> Decimal | None:
    places = rulebook.rounding.detail_places
    return None if points is None else to_decimal(decide(points, places, rulebook.rounding.mode), places)


def _quantised(total: Decimal, rulebook: Rulebook) -> Decimal:
    """An earlier rule book may have published other places: its figure is printed with this one's."""
    return to_decimal(Fraction(total), rulebook.rounding.places, rulebook.rounding.mode)


def scores_frame(rulebook: Rulebook, trace: pl.DataFrame) -> pl.DataFrame:
    """Return points and contributions of every criterion (not the total), then of bonuses, deductions and caps, as the
    trace holds them.
    """
    schema = schema_of(rulebook, SCORES_SCHEMA)
    rows = trace.filter((pl.col("depth") > 0) & (pl.col("kind") != "veto")).select(
        "value_exact", "source", "kind", *(name for name in SCORES_SCHEMA if name != "value")
    )
    values = [
        _leaf_value(rulebook, exact, source, kind)
        for exact, source, kind in rows.select("value_exact", "source", "kind").iter_rows()
    ]
    decimals = [
        pl.col(name).str.to_decimal(scale=kind.scale).cast(kind)
        for name, kind in schema.items()
        if kind.is_decimal() and name != "value"
    ]
    frame = rows.with_columns(decimals)
    return frame.with_columns(pl.Series("value", values, dtype=schema["value"])).select(*SCORES_SCHEMA)


def _leaf_value(rulebook: Rulebook, exact: str | None, source: str | None, kind: str) -> Decimal | None:
    if exact is None or source is None:
        return None
    places = (
        rulebook.measures[source].value_places
        if kind in ("measure", "bonus", "deduction")
        else rulebook.rounding.detail_places
    )
    top, bottom = exact.split("/")
    return to_decimal(Fraction(int(top), int(bottom)), places, rulebook.rounding.mode)


def measures_frame(rulebook: Rulebook, table: MeasureTable) -> pl.DataFrame:
    """Return the measures of the rule book, each rounded once to its own places, sorted by period, unit and measure."""
    frame = table.frame.filter(pl.col("measure").is_in(list(rulebook.measures)))
    places = {name: measure.value_places for name, measure in rulebook.measures.items()}
    mode = rulebook.rounding.mode
    values = [
        None if top is None else to_decimal(Fraction(int(top), int(bottom)), places[name], mode)
        for name, top, bottom in frame.select("measure", "numerator", "denominator").iter_rows()
    ]
    schema = schema_of(rulebook, MEASURES_SCHEMA)
    with_value = frame.with_columns(pl.Series("value", values, dtype=schema["value"]))
    return with_value.select(*MEASURES_SCHEMA).sort("period", "unit", "measure")


def findings_frame(rulebook: Rulebook, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return the findings of all periods."""
    return pl.DataFrame(list(rows), schema=schema_of(rulebook, FINDINGS_SCHEMA), orient="row")
