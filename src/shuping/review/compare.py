"""Two results on the same records, as a rule: who moves, by how much, and because of which criterion.

The difference of two totals is taken apart exactly. A total is the sum of what each criterion contributes (its points
at their plain worth), of what rescaling adds where something is missing, of bonuses, deductions and caps, and of
rounding. Criteria below one whose own floor, cap or mean is not additive are not taken apart: it stands for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.errors import InputError, Problem
from shuping.review.contributions import Parts, parts_of
from shuping.review.difference import difference_rows
from shuping.scoring.result import Result

MOVES_SCHEMA: dict[str, Any] = {
    "period": pl.String, "unit": pl.String, "name": pl.String, "name_en": pl.String,
    "group_a": pl.String, "group_b": pl.String, "total_a": pl.Decimal, "total_b": pl.Decimal,
    "change": pl.Decimal,  # total_b - total_a
    "rank_a": pl.Int64, "rank_b": pl.Int64,
    "moved": pl.Int64,  # positive: further up in b; null where the groups differ
    "grade_a": pl.String, "grade_b": pl.String, "missing_a": pl.String, "missing_b": pl.String,
}  # fmt: skip
CAUSES_SCHEMA: dict[str, Any] = {
    "period": pl.String, "unit": pl.String,
    "criterion": pl.String,  # id; null for what no criterion is the cause of
    "kind": pl.String,  # criterion | bonus | deduction | cap, then rescale | remainder | rounding
    "in_books": pl.String,  # both | a | b
    "title_zh": pl.String, "title_en": pl.String,
    "a": pl.Decimal, "b": pl.Decimal, "difference": pl.Decimal,  # rounded for reading
    "a_exact": pl.String, "b_exact": pl.String, "difference_exact": pl.String,  # "numerator/denominator": these add up
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """``moves``: a row per unit (``MOVES_SCHEMA``). ``causes``: what the change of units with both totals is made of
    (``CAUSES_SCHEMA``); the exact differences of a unit add up to the change of its published total.
    """

    a: Result
    b: Result
    period: str
    moves: pl.DataFrame
    causes: pl.DataFrame

    @property
    def moved(self) -> pl.DataFrame:
        """The units whose total, rank or grade is not the same."""
        same = (
            pl.col("total_a").eq_missing(pl.col("total_b"))
            & pl.col("rank_a").eq_missing(pl.col("rank_b"))
            & pl.col("grade_a").eq_missing(pl.col("grade_b"))
            & pl.col("group_a").eq_missing(pl.col("group_b"))
        )
        return self.moves.filter(~same)

    def of(self, unit: str) -> pl.DataFrame:
        """Return the causes of one unit's change that are not nought, the largest first."""
        mine = self.causes.filter((pl.col("unit") == unit) & (pl.col("difference_exact") != "0/1"))
        return mine.sort(pl.col("difference").abs(), descending=True, maintain_order=True)


def compare(a: Result, b: Result, period: str | None = None) -> Comparison:
    """Compare two results (of two rule books on the same records) in a period, by default the last of ``b``.

    Raises InputError for a period that one of them does not hold.
    """
    when = period or b.period
    for result in (a, b):
        if when not in result.periods:
            known = ", ".join(result.periods)
            raise InputError(Problem("scoring.unknown-period", {"given": when, "allowed": known, "near": known}))
    places = max(a.rulebook.rounding.places, b.rulebook.rounding.places)
    detail = max(a.rulebook.rounding.detail_places, b.rulebook.rounding.detail_places)
    rows = {name: _standing(result, when) for name, result in (("a", a), ("b", b))}
    units = list(dict.fromkeys((*rows["b"], *rows["a"])))
    moves = [_move(when, rows["a"].get(unit), rows["b"].get(unit)) for unit in units]
    both = [unit for unit in units if all(rows[name].get(unit, {}).get("total") is not None for name in rows)]
    parts = [parts_of(result.trace, when) for result in (a, b)]
    causes = [
        row
        for unit in both
        for row in _causes(when, unit, (parts[0][unit], parts[1][unit]), rows["a"][unit], rows["b"][unit], detail)
    ]
    return Comparison(a, b, when, _frame(moves, MOVES_SCHEMA, places), _frame(causes, CAUSES_SCHEMA, detail))


def _standing(result: Result, period: str) -> dict[str, dict[str, Any]]:
    rows = result.standing.filter(pl.col("period") == period).rows(named=True)
    return {row["unit"]: row for row in rows}


def _move(period: str, a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> dict[str, Any]:
    known = b or a or {}
    row: dict[str, Any] = {"period": period, **{key: known[key] for key in ("unit", "name", "name_en")}}
    for name, found in (("a", a), ("b", b)):
        row |= {
            f"{key}_{name}": found[key] if found else None for key in ("group", "total", "rank", "grade", "missing")
        }
    row["change"] = row["moved"] = None
    if row["total_a"] is not None and row["total_b"] is not None:
        row["change"] = row["total_b"] - row["total_a"]
    if row["rank_a"] is not None and row["rank_b"] is not None and row["group_a"] == row["group_b"]:
        row["moved"] = row["rank_a"] - row["rank_b"]
    return row


def _causes(
    period: str, unit: str, parts: tuple[Parts, Parts], a: Mapping[str, Any], b: Mapping[str, Any], places: int
) -> Iterator[dict[str, Any]]:
    """Yield the lines of one unit: criteria in the order of ``b``, those only in ``a``, then what is no criterion's."""
    published = Fraction(a["total"]), Fraction(b["total"])
    for row in difference_rows(*parts, published, places):
        yield {"period": period, "unit": unit, "in_books": row.pop("counts_in"), **row}


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any], places: int) -> pl.DataFrame:
    types = {name: pl.Decimal(38, places) if kind is pl.Decimal else kind for name, kind in schema.items()}
    fixed = [{key: _scaled(value, places) for key, value in row.items()} for row in rows]
    return pl.DataFrame(fixed, schema=types, orient="row")


def _scaled(value: Any, places: int) -> Any:
    return value.quantize(Decimal(1).scaleb(-places)) if isinstance(value, Decimal) else value
