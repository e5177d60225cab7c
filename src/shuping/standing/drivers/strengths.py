"""In what a unit stands high or low within its comparison group, with ties and sampling error told.

A unit's *standing* in a criterion is the share of the others that it is ahead of less the share that are ahead of it:
1 alone at the top, -1 alone at the bottom, 0 in the middle and where all are equal. A *strength* is a leaf in which it
stands above a third (in about the best third of the group), a *weakness* one below minus a third. Where a criterion
rests on sampled figures, the unit must besides be told apart from the middle of its group: replicates must put it on
the same side of it with the probability that the rule book asks for elsewhere (``ahead``); else it is *unclear*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.rulebook.adjustments import Adjustments
from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import missing_rules
from shuping.scoring.grid import Grid
from shuping.standing.simulation.appraise import Case
from shuping.standing.simulation.parameters import Parameters
from shuping.standing.simulation.ranks import sorted_ranks
from shuping.standing.simulation.run import Setting, Told, simulate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PROFILE_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "criterion": pl.String,
    "parent": pl.String,  # "": the total
    "leaf": pl.Boolean,
    "title_zh": pl.String,
    "title_en": pl.String,
    "share": pl.Float64,  # of full points; null where there are none to be had
    "group_share": pl.Float64,  # the group's median
    "gain": pl.Float64,  # what the points above the group's median add to the total, at their plain worth
    "rank": pl.Int64,  # within the group, equal points sharing the best
    "ties": pl.Int64,  # other units with the same points
    "of": pl.Int64,  # units of the group with points
    "standing": pl.Float64,  # share of the others behind less share ahead; null for a unit alone
    "low": pl.Int64,  # interval of the rank for sampling error; null where nothing is sampled
    "high": pl.Int64,
    "above": pl.Float64,  # probability of standing above the middle; null where nothing is sampled
    "below": pl.Float64,
    "verdict": pl.String,  # of leaves: strength | weakness | unclear; null: none of these
    "place": pl.Int64,  # 1: the unit's greatest strength (weakness); null: not among the first
}
THIRD = Fraction(1, 3)
PLACES = 9
"""Decimals to which drawn points are compared, so that equal ones stay equal in float64."""


@dataclass(frozen=True)
class _Sampled:
    """Of one criterion and one group's units (n,): interval of the rank, probabilities of either side of the middle."""

    low: Ints
    high: Ints
    above: Floats
    below: Floats


def profile(
    trace: pl.DataFrame, period: str, case: Case | None = None, *, most: int = 3, told: Told | None = None
) -> pl.DataFrame:
    """Return ``PROFILE_SCHEMA``: a row for every unit and criterion with points, in the order of the trace.

    ``case``: the period's, to draw sampled figures anew; without it they are taken as they are. ``most``: how many
    strengths and weaknesses get a ``place``; equal ones beyond that get it too.
    """
    rows = trace.filter((pl.col("period") == period) & pl.col("points_exact").is_not_null() & (pl.col("depth") > 0))
    rows = rows.filter(~pl.col("kind").is_in(["bonus", "deduction", "cap", "veto"]))
    sampled = {} if case is None else _sampled(case, told)
    ahead = 0.0 if case is None else float(case.rulebook.uncertainty.ahead)
    keys = [rows[name].to_list() for name in ("group", "criterion")]
    places: dict[tuple[str, str], list[int]] = {}
    for place, key in enumerate(zip(*keys, strict=True)):
        places.setdefault(key, []).append(place)
    columns = {name: rows[name].to_list() for name in _READ}
    found: list[dict[str, Any]] = [{} for _ in range(rows.height)]
    for (group, criterion), mine in places.items():
        for place, row in zip(mine, _of_group(columns, mine), strict=True):
            error = sampled.get((group, criterion), {}).get(columns["unit"][place])
            found[place] = {**row, **(error or {}), "group": group, "criterion": criterion, "period": period}
            if error is not None:  # as everywhere, the interval reaches to the rank that came out
                rank = row["rank"]
                found[place] |= {"low": min(error["low"], rank), "high": max(error["high"], rank)}
            found[place]["verdict"] = _verdict(found[place], ahead)
    _put_places(found, most)
    return pl.DataFrame(found, schema=PROFILE_SCHEMA, orient="row")


_READ = ("unit", "parent", "kind", "title_zh", "title_en", "points_exact", "points_max", "worth_exact")


def _of_group(columns: Mapping[str, list[Any]], mine: list[int]) -> Iterator[dict[str, Any]]:
    """Yield the figures of one criterion of one group, exactly compared."""
    points = [Fraction(columns["points_exact"][place]) for place in mine]
    falling = sorted(points, reverse=True)
    first: dict[Fraction, int] = {}
    count: dict[Fraction, int] = {}
    for place, number in enumerate(falling):
        first.setdefault(number, place)
        count[number] = count.get(number, 0) + 1
    middle, others = median(points), len(points) - 1
    for place, number in zip(mine, points, strict=True):
        greater, equal = first[number], count[number] - 1
        full, worth = Fraction(columns["points_max"][place]), columns["worth_exact"][place]
        yield {
            **{name: columns[name][place] for name in ("unit", "parent", "title_zh", "title_en")},
            "leaf": columns["kind"][place] != "node",
            "share": float(number / full) if full else None,
            "group_share": float(middle / full) if full else None,
            "gain": None if worth is None else float((number - middle) * Fraction(worth)),
            "rank": greater + 1, "ties": equal, "of": len(points),
            "standing": float(Fraction(others - equal - 2 * greater, others)) if others else None,
        }  # fmt: skip


def _verdict(row: Mapping[str, Any], ahead: float) -> str | None:
    if not row["leaf"] or row["standing"] is None or abs(row["standing"]) <= THIRD:
        return None
    side, verdict = ("above", "strength") if row["standing"] > 0 else ("below", "weakness")
    probability = row.get(side)
    return verdict if probability is None or probability >= ahead else "unclear"


def _put_places(rows: list[dict[str, Any]], most: int) -> None:
    """Number each unit's strengths and weaknesses: by standing, then by what they add to the total."""
    by_unit: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        row["place"] = None
        if row["verdict"] in ("strength", "weakness"):
            by_unit.setdefault((row["unit"], row["verdict"]), []).append(row)
    for mine in by_unit.values():
        order = sorted((_key(row) for row in mine), reverse=True)
        for row in mine:
            place = order.index(_key(row)) + 1
            row["place"] = place if place <= most else None


def _key(row: Mapping[str, Any]) -> tuple[float, float]:
    return abs(row["standing"]), abs(row["gain"] or 0.0)


@dataclass
class _Sides:
    """Watches a simulation of one criterion and counts on which side of its group's middle every unit stands."""

    above: dict[str, int] = field(default_factory=dict)
    below: dict[str, int] = field(default_factory=dict)

    def __call__(self, grid: Grid, block: Ints, draws: Ints, totals: Floats, ranks: Any) -> None:
        for code in np.unique(grid.codes):
            rows = np.flatnonzero(grid.codes == code)
            best, worst = sorted_ranks(totals[rows]), sorted_ranks(-totals[rows])
            for row, side in zip(rows, worst.astype(np.int64) - best, strict=True):
                unit = grid.units[row]
                self.above[unit] = self.above.get(unit, 0) + int((side > 0).sum())
                self.below[unit] = self.below.get(unit, 0) + int((side < 0).sum())


def _sampled(case: Case, told: Told | None) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """Draw every criterion that rests on sampled figures; return by group and criterion what each unit gets."""
    rulebook = case.rulebook
    if not case.noise or not rulebook.uncertainty.enabled:
        return {}
    sources = {(noise.kind, noise.name) for noise in case.noise}
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for criterion in rulebook.walk():
        used = _sources(criterion) & sources
        if used:
            found |= _of_criterion(case, criterion, used, told)
    return found


def _sources(criterion: Criterion) -> set[tuple[str, str]]:
    if criterion.criteria:
        return set().union(*map(_sources, criterion.criteria))
    return {("measure", criterion.measure) if criterion.measure is not None else ("panel", criterion.judged or "")}


def _of_criterion(
    case: Case, criterion: Criterion, used: set[tuple[str, str]], told: Told | None
) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    asked = case.rulebook.uncertainty
    noise = tuple(one for one in case.noise if (one.kind, one.name) in used)
    alone = _alone(case.rulebook, criterion)
    setting = Setting(alone, case.grid, case.inputs_of, noise, asked.seed, asked.shrink)
    sides = _Sides()
    simulated = simulate(setting, Parameters(asked.draws), "sampling", told=told, watch=sides)
    errors = np.zeros(len(case.grid), dtype=bool)
    for one in noise:
        errors |= one.variance > 0
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for code, tally in simulated.tallies.items():
        rows = simulated.rows[code]
        if not errors[rows].any():
            continue
        low, high = tally.interval(float(asked.interval))
        units = [case.grid.units[row] for row in rows]
        found[case.grid.group_names[code], criterion.id] = {
            unit: {
                "low": int(low[place]), "high": int(high[place]),
                "above": sides.above[unit] / asked.draws, "below": sides.below[unit] / asked.draws,
            }
            for place, unit in enumerate(units) if low[place]
        }  # fmt: skip
    return found


def _alone(rulebook: Rulebook, criterion: Criterion) -> Rulebook:
    """Return a rule book of one criterion: its total is that criterion, and nothing else separates or adds."""
    rule = missing_rules(rulebook)[criterion.id]
    if rule.policy in ("peer", "block"):  # there are no peers here, and nobody is to be stopped
        rule = MissingRule(policy="drop_unit")
    rounding = rulebook.rounding.model_copy(update={"rank_on": "published", "places": PLACES})
    update = {
        "criteria": (criterion.model_copy(update={"missing": rule}),), "adjustments": Adjustments(), "tiebreak": (),
        "rounding": rounding,
    }  # fmt: skip
    return rulebook.model_copy(update=update)
