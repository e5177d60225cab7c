"""Shares of answers in a sample survey, with their sample size and standard error.

The share is exact: the sum of the weights of the answers in ``share`` over that of all valid answers (not empty, not in
``exclude``). The standard error is ``sqrt(p (1 - p) / n)``, with Kish's effective n where weights differ. Strata,
clusters and finite populations do not enter it yet: for such designs it is a first approximation only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.measures.cells import read_integers
from shuping.measures.tree import UnitTree
from shuping.rulebook.model import Measure
from shuping.values.rational import CODE_OF_REASON, Ints, Rationals


@dataclass(frozen=True)
class Sampled:
    """Per unit: valid answers ``n``, the ``chosen`` ones, the weights of both, and the standard error (nan: none)."""

    n: Ints
    chosen: Ints
    weight: Rationals
    chosen_weight: Rationals
    se: NDArray[np.float64]

    def pieces(self, measure: Measure) -> Mapping[str, Rationals]:
        """Return the figures for the explanation."""
        counts = {f"share({', '.join(measure.share)})": Rationals.make(self.chosen), "n": Rationals.make(self.n)}
        plain = ((self.weight, self.n), (self.chosen_weight, self.chosen))
        if all(bool((weight.top == count * weight.bottom).all()) for weight, count in plain):
            return counts
        return {**counts, "weight of share": self.chosen_weight, "weight": self.weight}


def survey_values(
    frame: pl.DataFrame | None, measure: Measure, period: str, tree: UnitTree, *, own: bool = False
) -> tuple[Rationals, Sampled, Ints]:
    """Return share, sample and number of answers per unit, over the unit and those below (``own``: the unit alone).

    Rows with another period than the one asked for do not count; rows without a period always do.
    """
    sums, places = _sums(frame, measure, period, tree)
    if not own:
        sums = {name: tree.below.merge(values, "sum") for name, values in sums.items()}
    n, scale = sums["n"], np.full(len(tree), 10**places, dtype=np.int64 if places <= 18 else object)
    why = np.where(n == 0, np.int8(CODE_OF_REASON["no_records"]), np.int8(0))
    why = np.where((n > 0) & (n < measure.min_n), np.int8(CODE_OF_REASON["too_few"]), why)
    whole, chosen = (Rationals.make(sums[name], scale) for name in ("weight", "chosen_weight"))
    values = Rationals.make(sums["chosen_weight"], sums["weight"], why)
    sampled = Sampled(n, sums["chosen"], whole, chosen, _standard_error(values, sums))
    return values, sampled, sums["records"]


def _sums(frame: pl.DataFrame | None, measure: Measure, period: str, tree: UnitTree) -> tuple[dict[str, Ints], int]:
    names = ("records", "n", "chosen", "weight", "chosen_weight", "squares")
    if frame is None or not frame.height:
        return {name: np.zeros(len(tree), dtype=np.int64) for name in names}, 0
    if "period" in frame.columns:
        frame = frame.filter(pl.col("period").is_null() | (pl.col("period") == period))
    weight = _weights(frame)
    places = weight.dtype.scale or 0 if isinstance(weight.dtype, pl.Decimal) else 0
    physical = weight.to_physical().cast(pl.Int128)
    answer = pl.col("answer")
    valid = answer.is_not_null() & (answer != "") & ~answer.is_in(list(measure.exclude))
    chosen = valid & answer.is_in(list(measure.share))
    assert measure.question is not None
    answers = frame.select("unit", pl.col(measure.question).alias("answer")).with_columns(w=physical)
    totals = answers.group_by("unit").agg(
        pl.len().cast(pl.Int64).alias("records"),
        valid.sum().cast(pl.Int64).alias("n"),
        chosen.sum().cast(pl.Int64).alias("chosen"),
        pl.col("w").filter(valid).sum().alias("weight"),
        pl.col("w").filter(chosen).sum().alias("chosen_weight"),
        pl.col("w").filter(valid).pow(2).sum().alias("squares"),
    )
    number = pl.DataFrame({"unit": tree.ids, "number": np.arange(len(tree))})
    totals = totals.join(number, on="unit", how="inner").sort("number")
    return {name: _placed(totals, name, len(tree)) for name in names}, places


def _placed(totals: pl.DataFrame, name: str, size: int) -> Ints:
    given = read_integers(totals[name])
    placed = np.zeros(size, dtype=given.dtype)
    placed[totals["number"].to_numpy()] = given
    return placed


def _weights(frame: pl.DataFrame) -> pl.Series:
    if "weight" not in frame.columns:
        return pl.Series("weight", np.ones(frame.height, dtype=np.int64))
    weight = frame["weight"]
    return weight if isinstance(weight.dtype, pl.Decimal) else weight.cast(pl.Int64)


def _standard_error(values: Rationals, sums: Mapping[str, Ints]) -> NDArray[np.float64]:
    """Return sqrt(p (1 - p) / n) with n = (sum w)**2 / sum w**2: n itself where all weights are equal."""
    known = values.known
    share = values.top.astype(np.float64) / values.bottom.astype(np.float64)
    weight, squares = sums["weight"].astype(np.float64), sums["squares"].astype(np.float64)
    effective = np.divide(weight**2, squares, out=np.ones_like(weight), where=squares > 0)
    error: NDArray[np.float64] = np.where(known, np.sqrt(np.maximum(share * (1 - share), 0) / effective), np.nan)
    return error
