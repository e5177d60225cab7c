"""What a simulation says of every unit: interval of its rank, probabilities of places, and who cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    """Rows of the four frames, collected over periods and kinds."""

    uncertainty: Uncertainty
    ranks: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    grades: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    replicates: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        period: str,
        simulated: Simulated,
        published: Mapping[str, Published],
        grades: Mapping[int, GradeTally],
    ) -> None:
        """Add one simulation of one period."""
        for code, tally in sorted(simulated.tallies.items()):
            rows = simulated.rows[code]
            units = [simulated.grid.units[row] for row in rows]
            group = simulated.grid.group_names[code]
            head = {"period": period, "group": group, "kind": simulated.kind}
            failed = int(simulated.failed.sum())
            self.ranks += self._of_group(head, tally, units, published, grades.get(code), failed)
            self.places += [{**head, **row} for row in _places(tally, units)]
            self.pairs += [{**head, **row} for row in _pairs(tally, units)]
            if code in grades:
                self.grades += [{**head, **row} for row in grades[code].rows(units)]
        frame = simulated.parameters.frame()
        if len(frame.columns) > 1:
            names = (pl.lit(period).alias("period"), pl.lit(simulated.kind).alias("kind"))
            self.replicates.append(frame.select(*names, pl.all()).with_columns(failed=simulated.failed))

    def _of_group(
        self,
        head: Mapping[str, Any],
        tally: Tally,
        units: Sequence[str],
        published: Mapping[str, Published],
        grades: GradeTally | None,
        failed: int,
    ) -> Iterator[dict[str, Any]]:
        asked = self.uncertainty
        ranks = np.array([published[unit].rank or 0 for unit in units])
        low, high = within(tally, float(asked.interval), ranks)
        median = tally.quantile([0.5, *map(float, asked.quantiles)])
        mean = tally.mean()
        share = tally.places / max(1, tally.replicates)
        letters = bands(tally, ranks, float(asked.ahead)) if head["kind"] == "sampling" else [None] * len(units)
        for place, unit in enumerate(units):
            given = published[unit]
            if not ranks[place]:
                continue
            yield {
                **head, "unit": unit, "rank": given.rank, "low": int(low[place]), "high": int(high[place]),
                "median": _number(median[place, 0]), "mean": _number(mean[place]), "band": letters[place],
                "grade": given.grade, "grade_holds": None if grades is None else grades.holds(place, given.grade),
                "draws": tally.replicates, "failed": failed,
                **{f"top_{k}": float(share[place, 1 : k + 1].sum()) for k in asked.top},
                **{f"q_{_share(q)}": _number(median[place, at + 1]) for at, q in enumerate(asked.quantiles)},
            }  # fmt: skip

    def frames(self) -> RankUncertainty:
        """Return everything that was added."""
        asked = self.uncertainty
        extra = {f"top_{k}": pl.Float64 for k in asked.top} | {f"q_{_share(q)}": pl.Float64 for q in asked.quantiles}
        return RankUncertainty(
            pl.DataFrame(self.ranks, schema=RANKS_SCHEMA | extra, orient="row"),
            pl.DataFrame(self.places, schema=PLACES_SCHEMA, orient="row"),
            pl.DataFrame(self.grades, schema=GRADES_SCHEMA, orient="row"),
            pl.DataFrame(self.pairs, schema=PAIRS_SCHEMA, orient="row"),
            pl.concat(self.replicates, how="diagonal") if self.replicates else pl.DataFrame(),
        )


def within(tally: Tally, level: float, published: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the interval of each unit's rank; it reaches to the published rank where that lies outside. 0: no rank."""
    low, high = tally.interval(level)
    low = np.where(low == 0, published, np.minimum(low, published))
    return np.where(published > 0, low, 0), np.where(published > 0, np.maximum(high, published), 0)


def _places(tally: Tally, units: Sequence[str]) -> Iterator[dict[str, Any]]:
    for unit, place in zip(*np.nonzero(tally.places[:, 1:]), strict=True):
        share = tally.places[unit, place + 1] / tally.replicates
        yield {"unit": units[unit], "place": int(place) + 1, "probability": float(share)}


def _pairs(tally: Tally, units: Sequence[str]) -> Iterator[dict[str, Any]]:
    if tally.ahead is None:
        return
    for one, other in zip(*np.nonzero(~np.eye(tally.units, dtype=bool)), strict=True):
        ahead = float(tally.ahead[one, other] / tally.replicates)
        yield {"unit": units[one], "other": units[other], "ahead": ahead}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _share(share: Any) -> str:
    return f"{float(share):g}"
