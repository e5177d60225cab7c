"""The estimates of a survey measure for every unit of the tree, and what is said of them in explanations."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuping.errors import InputError, Place, Problem
from shuping.measures.figures import Piece
from shuping.measures.survey import Domain, Estimate, Scores
from shuping.measures.survey_design import Codes
from shuping.measures.survey_sample import Attributes, Sample, SampleError, Scope
from shuping.measures.tree import UnitTree
from shuping.records.folder import Folder, Table
from shuping.records.register import exact_or_none
from shuping.rulebook.model import Measure
from shuping.rulebook.survey_model import Survey
from shuping.values import Missing, Value
from shuping.values.rational import Ints, Rationals

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A survey measure in one period: the sample, what its answers count, and the tree of units."""

    name: str
    measure: Measure
    sample: Sample
    scores: Scores
    tree: UnitTree
    period: str
    files: tuple[str, ...] = ()
    _scopes: dict[tuple[int, bool], Scope] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls, name: str, measure: Measure, table: Table, survey: Survey, period: str, tree: UnitTree, sizes: Attributes
    ) -> Asked:
        """Gather what is asked. ``sizes``: the attributes that the survey's design takes sizes from."""
        sample = Sample.of(table.frame, survey, measure.question or "", period, tree, sizes)
        files = tuple(file.path for file in table.files)
        return cls(name, measure, sample, Scores.of(sample, measure), tree, period, files)

    def rows_of(self, unit: int, *, own: bool = False) -> Codes:
        """Return the rows of a unit (by number) and those below it, in the sample's order."""
        ends = self.tree.below.ends()
        members = self.tree.below.cells[int(self.tree.below.starts[unit]) : int(ends[unit])]
        members = members[:1] if own else np.sort(members)
        start, end = (np.searchsorted(self.sample.unit, members, side=side) for side in ("left", "right"))
        parts = [np.arange(low, high) for low, high in zip(start.tolist(), end.tolist(), strict=True) if high > low]
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)

    def scope(self, unit: int, rows: Codes, *, own: bool = False) -> Scope:
        """Return the sample that a unit's rows belong to: its own, or the whole one."""
        design = self.sample.design
        whole = design is not None and design.sample == "whole"
        key = (-1, False) if whole else (unit, own)
        if key not in self._scopes:
            at = np.arange(self.sample.rows.height, dtype=np.int64) if whole else rows
            self._scopes[key] = Scope(self.sample, at)
        return self._scopes[key]

    def domain(self, unit: int, *, own: bool = False, only: NDArray[np.bool_] | None = None) -> tuple[Domain, int]:
        """Return a unit's valid answers (``only``: those among them), and how many rows it has."""
        rows = self.rows_of(unit, own=own)
        scope = self.scope(unit, rows, own=own)
        counted = rows[self.scores.valid[rows]] if only is None else rows[(self.scores.valid & only)[rows]]
        return Domain(scope, np.searchsorted(scope.at, counted).astype(np.int64), self.scores, self.measure), len(rows)

    def estimate(self, unit: int, *, own: bool = False) -> Estimate:
        """Return a unit's estimate. Raises InputError where the sample does not fit its design."""
        return self.guarded(lambda: self._estimate(unit, own))

    def _estimate(self, unit: int, own: bool) -> Estimate:
        domain, records = self.domain(unit, own=own)
        if not own:
            self._scopes.pop((unit, False), None)  # no unit is asked for twice in a row
        return domain.estimate(records)

    def guarded(self, make: Callable[[], T]) -> T:
        """Return what ``make`` makes; its complaint about the sample becomes a located problem."""
        try:
            return make()
        except SampleError as error:
            raise InputError(self._problem(error)) from error

    def _problem(self, error: SampleError) -> Problem:
        params = {"survey": self.measure.survey, "period": self.period, "measure": self.name, **error.params}
        row = params.pop("row", None)
        place = Place(f"surveys/{self.measure.survey}")
        if row is not None and row[0] < len(self.files):
            place = Place(self.files[row[0]], row[1])
        return Problem(f"measures.{error.code}", params, place)


@dataclass(frozen=True)
class UnitSample:
    """Per unit: valid answers ``n``, rows, standard error (nan: none), and the estimates themselves."""

    n: Ints
    records: Ints
    se: NDArray[np.float64]
    estimates: Sequence[Estimate]

    def values(self, measure: Measure) -> Rationals:
        """Return the exact values."""
        return Rationals.of([_value(found, measure) for found in self.estimates])


def _value(found: Estimate, measure: Measure) -> Value:
    if found.n == 0:
        return Missing("no_records")
    return Missing("too_few") if found.value is None or found.n < measure.min_n else found.value


def unit_sample(asked: Asked, *, own: bool = False) -> UnitSample:
    """Return the estimates of all units, each over itself and those below it (``own``: itself alone)."""
    found = [asked.estimate(unit, own=own) for unit in range(len(asked.tree))]
    n, records = (np.array([getattr(one, key) for one in found], dtype=np.int64) for key in ("n", "records"))
    return UnitSample(n, records, np.array([one.se for one in found], dtype=np.float64), found)


def nobody(tree: UnitTree) -> UnitSample:
    """Return the estimates where nobody was asked."""
    none = np.zeros(len(tree), dtype=np.int64)
    return UnitSample(none, none, np.full(len(tree), np.nan), [Estimate(None, 0, 0, counts={})] * len(tree))


# --- for explanations


def pieces(sampled: UnitSample, measure: Measure, survey: Survey, period: str) -> Mapping[str, Piece]:
    """Return the figures behind each unit's estimate: answers by what they count, n, weights, error, response rate."""
    estimates = sampled.estimates
    names = next((list(found.counts) for found in estimates if found.counts), [])
    shown: dict[str, Piece] = {
        name: Rationals.make(np.array([found.counts.get(name, 0) for found in estimates], dtype=np.int64))
        for name in names
    }
    shown["n"] = Rationals.make(sampled.n)
    if any(found.weighted for found in estimates):
        summed = {"weight of share" if measure.share else "weighted sum": "counted_weight", "weight": "weight"}
        shown |= {name: Rationals.of([getattr(found, key) for found in estimates]) for name, key in summed.items()}
    if survey.design is not None or measure.interval is not None:
        shown |= _errors(estimates, measure)
    asking = survey.fieldwork.get(period)
    if asking is not None and asking.response_rate is not None:
        shown["response_rate"] = [_percent(float(asking.response_rate))] * len(estimates)
    return shown


def _errors(estimates: Sequence[Estimate], measure: Measure) -> dict[str, Piece]:
    level = float(measure.level)
    columns: dict[str, list[str | None]] = {
        "n_eff": [], "deff(weights)": [], "deff": [], f"interval({level:.4g})": []
    }  # fmt: skip
    for found in estimates:
        shown = ("—",) * 4
        if not math.isnan(found.se):
            by_weights = found.n / found.n_eff
            shown = (f"{found.n_eff:.1f}", _number(by_weights), _number(found.deff), interval_text(found, measure))
        for column, text in zip(columns.values(), shown, strict=True):
            column.append(text)
    return dict(columns)


def interval_text(found: Estimate, measure: Measure) -> str:
    """Return ``low–high`` as people read it: percentages of a share, numbers of the rest."""
    if found.value is None or math.isnan(found.se):
        return "—"
    ends = found.interval(measure)
    if not math.isfinite(ends.low):
        return "—"
    return f"{figure_text(ends.low, measure)}–{figure_text(ends.high, measure)}"


def figure_text(value: float, measure: Measure) -> str:
    """Return one figure on the scale of the measure."""
    if measure.share and not measure.is_total:
        return _percent(value, max(1, measure.places) if measure.percent else 2)
    return f"{value:.{min(measure.places, 2)}f}" if measure.is_total else f"{value:.{min(measure.places, 4)}f}"


def _percent(value: float, places: int = 2) -> str:
    return f"{value * 100:.{places}f}%"


def _number(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.2f}"


# --- from a folder


def ask(folder: Folder, name: str, period: str, tree: UnitTree, *, dated: bool = False) -> Asked | None:
    """Return a survey measure of a folder in a period; None where there are no answers at all (``dated``: none that
    name this period). Raises InputError where a size that the design takes from the register is no number.
    """
    measure = folder.rulebook.measures[name]
    table = folder.surveys.get(measure.survey or "")
    if table is None or not table.frame.height:
        return None
    if dated and not (table.frame["period"] == period).any():
        return None
    survey = folder.rulebook.surveys[measure.survey or ""]
    return Asked.of(name, measure, table, survey, period, tree, _sizes(folder, survey))


def _sizes(folder: Folder, survey: Survey) -> Attributes:
    """Return the attributes that a design takes sizes from, by unit."""
    found: dict[str, dict[str, Fraction | None]] = {}
    problems = []
    for name in _attributes(survey):
        column = found.setdefault(name, {})
        for unit in folder.register:
            try:
                column[unit.id] = exact_or_none(unit.number(name))
            except ValueError:
                given = {"unit": unit.id, "attribute": name, "given": unit.attributes[name]}
                problems.append(Problem("measures.attribute-not-number", given, Place("units.csv", field=name)))
    if problems:
        raise InputError(problems)
    return found


def _attributes(survey: Survey) -> list[str]:
    design = survey.design
    if design is None:
        return []
    sizes: list[Any] = [design.population, *(stratum.population for stratum in design.strata.values())]
    return sorted({size.removeprefix("unit.") for size in sizes if isinstance(size, str)})
