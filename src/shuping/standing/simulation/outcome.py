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
from shuping.standing.simulation.run import Simulated
from shuping.standing.simulation.tally import Tallied, Tally

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
        parts = [_Part.of(simulated, codes, tally, published) for codes, tally in simulated.sizes]
        names = pl.Series(simulated.grid.group_names, dtype=pl.String)
        head = {"period": period, "kind": simulated.kind}
        failed = int(simulated.failed.sum())
        self.ranks.append(
            _frame(self._schema, head, names, [self._ranks(part, simulated.kind, grades, failed) for part in parts])
        )
        self.places.append(_frame(PLACES_SCHEMA, head, names, [part.places() for part in parts]))
        self.pairs.append(_frame(PAIRS_SCHEMA, head, names, [part.pairs() for part in parts]))
        graded = [
            {"code": code, **grades[code].columns([simulated.grid.units[row] for row in simulated.rows[code]])}
            for code in sorted(simulated.tallies)
            if code in grades
        ]
        self.grades.append(_frame(GRADES_SCHEMA, head, names, graded))
        frame = simulated.parameters.frame()
        if len(frame.columns) > 1:
            first = (pl.lit(period).alias("period"), pl.lit(simulated.kind).alias("kind"))
            self.replicates.append(frame.select(*first, pl.all()).with_columns(failed=simulated.failed))

    def _ranks(self, part: _Part, kind: str, grades: Mapping[int, GradeTally], failed: int) -> dict[str, Any]:
        """Return one row for every unit with a published rank."""
        asked, tally = self.uncertainty, part.tally
        low, high = within(tally, float(asked.interval), part.ranks)
        quantiles, mean = tally.quantile([0.5, *map(float, asked.quantiles)]), tally.mean()
        found = {
            "code": part.codes, "unit": part.units, "rank": part.ranks, "low": low, "high": high,
            "median": _numbers(quantiles[:, 0]), "mean": _numbers(mean),
            "band": part.bands(float(asked.ahead)) if kind == "sampling" else None, "grade": part.grades,
            "grade_holds": part.holds(grades), "draws": tally.replicates, "failed": failed,
            **{f"top_{k}": tally.top(k) for k in asked.top},
            **{f"q_{_share(q)}": _numbers(quantiles[:, at + 1]) for at, q in enumerate(asked.quantiles)},
        }  # fmt: skip
        return found

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


@dataclass(frozen=True)
class _Part:
    """Comparison groups that are tallied together, a row for each of their units: group, unit, published rank (0: none)
    and grade.
    """

    tally: Tallied
    codes: NDArray[np.int64]
    units: pl.Series
    ranks: NDArray[np.int64]
    grades: list[str | None]

    @classmethod
    def of(
        cls, simulated: Simulated, codes: NDArray[np.int64], tally: Tallied, published: Mapping[str, Published]
    ) -> _Part:
        rows = np.concatenate([simulated.rows[code] for code in codes.tolist()])
        units = [simulated.grid.units[row] for row in rows.tolist()]
        mine = [published[unit] for unit in units]
        ranks = np.array([one.rank or 0 for one in mine], dtype=np.int64)
        return cls(
            tally, np.repeat(codes, tally.units), pl.Series(units, dtype=pl.String), ranks, [one.grade for one in mine]
        )

    def places(self) -> dict[str, Any]:
        """Return every place that came out and its probability."""
        row, place, count = self.tally.counts()
        share = count / max(1, self.tally.replicates)
        return {"code": self.codes[row], "unit": self.units.gather(row), "place": place, "probability": share}

    def pairs(self) -> dict[str, Any]:
        """Return for every two units of a group how probable it is that the first is ahead."""
        if self.tally.ahead is None:
            return {"code": self.codes[:0], "unit": self.units.head(0), "other": self.units.head(0), "ahead": []}
        size = self.tally.units
        ahead = self.tally.ahead.reshape(-1, size, size)
        group, one, other = np.nonzero(np.broadcast_to(~np.eye(size, dtype=bool), ahead.shape))
        share = ahead[group, one, other] / max(1, self.tally.replicates)
        rows = group * size
        unit, against = self.units.gather(rows + one), self.units.gather(rows + other)
        return {"code": self.codes[rows], "unit": unit, "other": against, "ahead": share}

    def bands(self, ahead: float) -> list[str | None]:
        """Return the letters of every unit's bands."""
        size = self.tally.units
        groups = self.tally.each() if isinstance(self.tally, Tally) else [self.tally]
        return [
            letters
            for number, tally in enumerate(groups)
            for letters in bands(tally, self.ranks[number * size : (number + 1) * size], ahead)
        ]

    def holds(self, grades: Mapping[int, GradeTally]) -> list[float | None] | None:
        """Return the probability of every unit's published grade."""
        if not grades:
            return None
        size = self.tally.units
        return [
            None if (mine := grades.get(code)) is None else mine.holds(row % size, self.grades[row])
            for row, code in enumerate(self.codes.tolist())
        ]


def _frame(
    schema: Mapping[str, Any], head: Mapping[str, str], names: pl.Series, parts: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    """Return the rows of all parts, by comparison group; ``head`` is the same in every row."""
    own = {name: kind for name, kind in schema.items() if name not in head and name != "group"}
    frames = [
        pl.select(
            _column(part["code"], pl.Int64).alias("code"),
            *(_column(part[name], kind).alias(name) for name, kind in own.items()),
        )
        for part in parts
        if np.ndim(part["code"]) == 0 or len(part["code"])
    ]
    if not frames:
        return pl.DataFrame(schema=schema)
    rows = pl.concat(frames).sort("code", maintain_order=True)
    named = rows.with_columns(
        names.gather(rows["code"]).alias("group"), *(pl.lit(head[key]).alias(key) for key in head)
    )
    found = named.select(pl.col(name).cast(kind) for name, kind in schema.items())
    return found.filter(pl.col("rank") > 0) if "rank" in schema else found


def _column(values: Any, kind: Any) -> pl.Expr:
    return pl.lit(values, dtype=kind) if np.ndim(values) == 0 else pl.lit(pl.Series(values).cast(kind))


def within(tally: Tallied, level: float, published: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the interval of each unit's rank; it reaches to the published rank where that lies outside. 0: no rank."""
    low, high = tally.interval(level)
    low = np.where(low == 0, published, np.minimum(low, published))
    return np.where(published > 0, low, 0), np.where(published > 0, np.maximum(high, published), 0)


def _numbers(values: NDArray[np.float64]) -> pl.Series:
    return pl.Series(values).fill_nan(None)


def _share(share: Any) -> str:
    return f"{float(share):g}"
