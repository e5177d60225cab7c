"""What a simulation says of every unit: interval of its rank, probabilities of places, and who cannot be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.rulebook.uncertainty import Uncertainty
from shuping.scoring.result import RankUncertainty
from shuping.standing.simulation.bands import bands
from shuping.standing.simulation.grades import GradeTally
from shuping.standing.simulation.ranks import Tally
from shuping.standing.simulation.run import Simulated

RANKS_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "kind": pl.String,  # sampling | choices
    "rank": pl.Int64,  # as published
    "low": pl.Int64,  # best place of the interval; the published rank is always inside
    "high": pl.Int64,
    "median": pl.Float64,
    "mean": pl.Float64,
    "band": pl.String,  # sampling: letters; units that share one cannot be told apart
    "grade": pl.String,  # as published
    "grade_holds": pl.Float64,  # probability that the published grade comes out
    "draws": pl.Int64,
    "failed": pl.Int64,  # replicates in which the unit's group had a total that could not be worked out
}
PLACES_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "kind": pl.String,
    "place": pl.Int64,
    "probability": pl.Float64,
}
GRADES_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "kind": pl.String,
    "grade": pl.String,
    "probability": pl.Float64,
}
PAIRS_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "other": pl.String,
    "kind": pl.String,
    "ahead": pl.Float64,  # probability that ``unit`` has the better rank of the two
}


@dataclass(frozen=True)
class Published:
    """A unit's rank and grade as published."""

    rank: int | None
    grade: str | None


@dataclass
class Rows:
    """Parts of the frames, collected over periods, kinds and comparison groups."""

    uncertainty: Uncertainty
    ranks: list[pl.DataFrame] = field(default_factory=list)
    places: list[pl.DataFrame] = field(default_factory=list)
    grades: list[pl.DataFrame] = field(default_factory=list)
    pairs: list[pl.DataFrame] = field(default_factory=list)
    replicates: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        period: str,
        simulated: Simulated,
        published: Mapping[str, Published],
        grades: Mapping[int, GradeTally],
    ) -> None:
        """Add one simulation of one period."""
        failed = int(simulated.failed.sum())
        for code, tally in sorted(simulated.tallies.items()):
            units = [simulated.grid.units[row] for row in simulated.rows[code]]
            head = {"period": period, "group": simulated.grid.group_names[code], "kind": simulated.kind}
            mine = [published[unit] for unit in units]
            self.ranks.append(self._ranks(head, tally, units, mine, grades.get(code), failed))
            self.places.append(_frame(PLACES_SCHEMA, head, _places(tally, units)))
            self.pairs.append(_frame(PAIRS_SCHEMA, head, _pairs(tally, units)))
            if code in grades:
                self.grades.append(_frame(GRADES_SCHEMA, head, grades[code].columns(units)))
        frame = simulated.parameters.frame()
        if len(frame.columns) > 1:
            names = (pl.lit(period).alias("period"), pl.lit(simulated.kind).alias("kind"))
            self.replicates.append(frame.select(*names, pl.all()).with_columns(failed=simulated.failed))

    def _ranks(
        self,
        head: Mapping[str, Any],
        tally: Tally,
        units: Sequence[str],
        published: Sequence[Published],
        grades: GradeTally | None,
        failed: int,
    ) -> pl.DataFrame:
        """Return one row for every unit with a published rank."""
        asked = self.uncertainty
        ranks = np.array([one.rank or 0 for one in published], dtype=np.int64)
        low, high = within(tally, float(asked.interval), ranks)
        quantiles, mean = tally.quantile([0.5, *map(float, asked.quantiles)]), tally.mean()
        share = tally.places / max(1, tally.replicates)
        letters = bands(tally, ranks, float(asked.ahead)) if head["kind"] == "sampling" else [None] * len(units)
        holds = [None if grades is None else grades.holds(place, one.grade) for place, one in enumerate(published)]
        columns = {
            "unit": units, "rank": ranks, "low": low, "high": high, "median": _numbers(quantiles[:, 0]),
            "mean": _numbers(mean), "band": letters, "grade": [one.grade for one in published], "grade_holds": holds,
            "draws": [tally.replicates] * len(units), "failed": [failed] * len(units),
            **{f"top_{k}": share[:, 1 : k + 1].sum(axis=1) for k in asked.top},
            **{f"q_{_share(q)}": _numbers(quantiles[:, at + 1]) for at, q in enumerate(asked.quantiles)},
        }  # fmt: skip
        return _frame(self._schema, head, columns).filter(pl.col("rank") > 0)

    @property
    def _schema(self) -> dict[str, Any]:
        asked = self.uncertainty
        extra = {f"top_{k}": pl.Float64 for k in asked.top} | {f"q_{_share(q)}": pl.Float64 for q in asked.quantiles}
        return RANKS_SCHEMA | extra

    def frames(self) -> RankUncertainty:
        """Return everything that was added."""
        parts = (self.ranks, self._schema), (self.places, PLACES_SCHEMA), (self.grades, GRADES_SCHEMA)
        ranks, places, grades, pairs = (
            pl.concat(found) if found else pl.DataFrame(schema=schema)
            for found, schema in (*parts, (self.pairs, PAIRS_SCHEMA))
        )
        replicates = pl.concat(self.replicates, how="diagonal") if self.replicates else pl.DataFrame()
        return RankUncertainty(ranks, places, grades, pairs, replicates)


def _frame(schema: Mapping[str, Any], head: Mapping[str, Any], columns: Mapping[str, Any]) -> pl.DataFrame:
    """Return columns of one comparison group as a frame, ``head`` the same in every row."""
    frame = pl.DataFrame({name: columns[name] for name in schema if name not in head}, strict=False)
    named = frame.with_columns(**{name: pl.lit(value, dtype=pl.String) for name, value in head.items()})
    return named.select(pl.col(name).cast(kind) for name, kind in schema.items())


def within(tally: Tally, level: float, published: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the interval of each unit's rank; it reaches to the published rank where that lies outside. 0: no rank."""
    low, high = tally.interval(level)
    low = np.where(low == 0, published, np.minimum(low, published))
    return np.where(published > 0, low, 0), np.where(published > 0, np.maximum(high, published), 0)


def _places(tally: Tally, units: Sequence[str]) -> dict[str, Any]:
    unit, place = np.nonzero(tally.places[:, 1:])
    share = tally.places[unit, place + 1] / max(1, tally.replicates)
    return {"unit": np.asarray(units, dtype=object)[unit], "place": place + 1, "probability": share}


def _pairs(tally: Tally, units: Sequence[str]) -> dict[str, Any]:
    if tally.ahead is None:
        return {"unit": [], "other": [], "ahead": []}
    one, other = np.nonzero(~np.eye(tally.units, dtype=bool))
    names = np.asarray(units, dtype=object)
    return {"unit": names[one], "other": names[other], "ahead": tally.ahead[one, other] / max(1, tally.replicates)}


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def _share(share: Any) -> str:
    return f"{float(share):g}"
