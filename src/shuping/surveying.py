"""The front of ``shuping survey`` and ``shuping plan-survey``: what a folder's surveys say, with their errors, and how
many people a survey should ask.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.appraisal import periods_of
from shuping.errors import InputError, Problem
from shuping.measures.survey import Estimate
from shuping.measures.survey_compare import Cell, between_estimates, between_units, breakdown
from shuping.measures.survey_interval import Difference
from shuping.measures.survey_plan import Plan, PlannedStratum, Wanted, plan
from shuping.measures.survey_units import Asked, ask
from shuping.measures.tree import UnitTree
from shuping.records.folder import Folder
from shuping.rulebook.model import Measure
from shuping.rulebook.survey_model import Fieldwork
from shuping.values.periods import Period
from shuping.values.rounding import parse_exact

ESTIMATES: dict[str, type[pl.DataType]] = {
    "period": pl.String, "measure": pl.String, "unit": pl.String, "value": pl.String, "missing": pl.String,
    "n": pl.Int64, "records": pl.Int64, "se": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "n_eff": pl.Float64, "deff": pl.Float64, "before": pl.String, "previous": pl.String, "change": pl.Float64,
    "change_low": pl.Float64, "change_high": pl.Float64, "distinguishable": pl.Boolean,
}  # fmt: skip
"""A row per survey measure and unit; ``value`` and ``previous`` exact (``21/25``), the rest as floats, all on the
scale of the value; ``before`` the period compared with; ``distinguishable`` null where nothing is compared."""
CELLS: dict[str, type[pl.DataType]] = {
    "period": pl.String, "measure": pl.String, "unit": pl.String, "by": pl.String, "cell": pl.String,
    "value": pl.String, "n": pl.Int64, "low": pl.Float64, "high": pl.Float64, "suppressed": pl.String,
}  # fmt: skip
"""A row per part of a breakdown; ``suppressed``: ``small`` or ``complement``, and then nothing else is told."""


DIFFERENCES: dict[str, type[pl.DataType]] = {
    "period": pl.String, "measure": pl.String, "unit": pl.String, "against": pl.String, "change": pl.Float64,
    "change_low": pl.Float64, "change_high": pl.Float64, "distinguishable": pl.Boolean,
}  # fmt: skip
"""A row per measure and unit that is set beside another: the unit's estimate less the other's (``change``)."""


@dataclass(frozen=True)
class SurveyReport:
    """What the surveys of a folder say in one period: ``estimates``, ``cells``, ``differences`` (see ``ESTIMATES``,
    ``CELLS``, ``DIFFERENCES``), and how asking went (``fieldwork`` by survey).
    """

    folder: Folder
    period: str
    estimates: pl.DataFrame
    cells: pl.DataFrame
    differences: pl.DataFrame
    fieldwork: dict[str, Fieldwork] = field(default_factory=dict)


def survey(
    folder: Folder,
    period: str | None = None,
    measures: Collection[str] | None = None,
    *,
    by: str | None = None,
    against: str | None = None,
) -> SurveyReport:
    """Return the estimates of a folder's survey measures for every unit that was asked, by default in the last period.

    Each is compared with the period before of the same kind, where that has answers of its own. ``by`` adds a
    breakdown by ``stratum`` or a question, ``against`` each unit's difference from one of them.
    Raises InputError for unknown periods, measures, columns and units, for a folder without survey measures, and where
    a sample does not fit its design.
    """
    when = periods_of(folder.rulebook, period)[-1]
    names = _measures(folder, measures)
    tree = UnitTree.of(folder.register)
    earlier = Period.parse(when, folder.rulebook.year_starts).previous().name
    estimates: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    differences: list[dict[str, Any]] = []
    other = None if against is None else _number_of(tree, against)
    for name in names:
        now = ask(folder, name, when, tree)
        if now is None:
            continue
        _refuse_column(now, by)
        before = ask(folder, name, earlier, tree, dated=True)
        estimates += _estimates(now, before)
        cells += _cells(now, by) if by is not None else []
        differences += _differences(now, other) if other is not None else []
    book = folder.rulebook
    asked = sorted({book.measures[name].survey or "" for name in names})
    going = {name: book.surveys[name].fieldwork[when] for name in asked if when in book.surveys[name].fieldwork}
    tables = ((estimates, ESTIMATES), (cells, CELLS), (differences, DIFFERENCES))
    found, parts, apart = (pl.DataFrame(rows, schema=kinds, orient="row") for rows, kinds in tables)
    return SurveyReport(folder, when, found, parts, apart, going)


def _measures(folder: Folder, asked: Collection[str] | None) -> list[str]:
    known = [name for name, measure in folder.rulebook.measures.items() if measure.survey is not None]
    if not known:
        raise InputError(Problem("measures.no-survey-measures"))
    strange = [name for name in asked or () if name not in known]
    if strange:
        params = {"known": ", ".join(known)}
        raise InputError([Problem("measures.unknown-survey-measure", {"name": name, **params}) for name in strange])
    return [name for name in known if asked is None or name in asked]


def _number_of(tree: UnitTree, unit: str) -> int:
    if unit not in tree.ids:
        params = {"given": unit, "known": ", ".join(tree.ids[:40]) + (" …" if len(tree.ids) > 40 else "")}
        raise InputError(Problem("measures.unknown-unit-against", params))
    return tree.ids.index(unit)


def _differences(asked: Asked, other: int) -> list[dict[str, Any]]:
    """Return each published unit's difference from the other one; nothing where that has no figure itself."""
    if not _published(asked.estimate(other), asked.measure):
        return []
    rows = []
    for number, unit in enumerate(asked.tree.ids):
        if number == other or not _published(asked.estimate(number), asked.measure):
            continue
        row = {"period": asked.period, "measure": asked.name, "unit": unit, "against": asked.tree.ids[other]}
        row |= _changed(between_units(asked, other, number))
        rows.append({name: row.get(name) for name in DIFFERENCES})
    return rows


def _refuse_column(asked: Asked, by: str | None) -> None:
    known = ["stratum", *asked.sample.survey.questions]
    if by is not None and by not in known:
        params = {"given": by, "survey": asked.measure.survey, "known": ", ".join(known)}
        raise InputError(Problem("measures.unknown-breakdown", params))


def _estimates(now: Asked, before: Asked | None) -> list[dict[str, Any]]:
    rows = []
    for number, unit in enumerate(now.tree.ids):
        found = now.estimate(number)
        if not found.records:
            continue
        old = None if before is None else before.estimate(number)
        row = {"period": now.period, "measure": now.name, "unit": unit, **_figures(found, now.measure)}
        if before is not None and old is not None and _published(old, now.measure):
            row |= {"before": before.period, "previous": str(old.value)}
            row |= _changed(between_estimates(old, found, now)) if _published(found, now.measure) else {}
        rows.append({name: row.get(name) for name in ESTIMATES})
    return rows


def _published(found: Estimate, measure: Measure) -> bool:
    return found.value is not None and found.n >= measure.min_n


def _figures(found: Estimate, measure: Measure) -> dict[str, Any]:
    counts = {"n": found.n, "records": found.records}
    if not _published(found, measure):
        return counts | {"missing": "too_few" if found.n else "no_records"}
    ends = found.interval(measure)
    shown = {"value": str(found.value), "se": found.se, "low": _finite(ends.low), "high": _finite(ends.high)}
    return counts | shown | {"n_eff": found.n_eff, "deff": _finite(found.deff)}


def _finite(number: float) -> float | None:
    """Return a number, None where there is none: an interval without degrees of freedom has no ends."""
    return number if math.isfinite(number) else None


def _changed(change: Difference | None) -> dict[str, Any]:
    if change is None:
        return {}
    ends = {"change_low": change.interval.low, "change_high": change.interval.high}
    return {"change": change.value, **ends, "distinguishable": change.distinguishable}


def _cells(asked: Asked, by: str) -> list[dict[str, Any]]:
    rows = []
    for number, unit in enumerate(asked.tree.ids):
        if not _published(asked.estimate(number), asked.measure):
            continue
        for cell in breakdown(asked, number, by):
            row = {"period": asked.period, "measure": asked.name, "unit": unit, "by": by, "cell": cell.name}
            rows.append({name: (row | _shown(cell, asked.measure)).get(name) for name in CELLS})
    return rows


def _shown(cell: Cell, measure: Measure) -> dict[str, Any]:
    found = cell.estimate
    if found is None or found.value is None:
        return {"suppressed": cell.suppressed or "small"}
    ends = found.interval(measure)
    return {"value": str(found.value), "n": found.n, "low": _finite(ends.low), "high": _finite(ends.high)}


# --- planning


def plan_survey(
    *,
    share: str = "0.5",
    error: str = "0.05",
    level: str = "0.95",
    population: int | None = None,
    deff: str = "1",
    strata: Sequence[str] = (),
    allocation: str = "proportional",
    units: int = 1,
    response: str | None = None,
    answers: int | None = None,
) -> Plan:
    """Return how many to ask, from the texts of a command: shares as decimals or percentages, strata as
    ``name=population`` or ``name=population:share``. ``answers``: what that many reach instead.

    Raises InputError naming every argument that cannot be used.
    """
    problems: list[Problem] = []
    found = {
        "share": _between("share", share, problems),
        "error": _between("error", error, problems),
        "level": _between("level", level, problems),
        "deff": _number("deff", deff, problems, least=Fraction(1, 1000)),
        "response": None if response is None else _between("response", response, problems, one=True),
    }
    parts = tuple(part for text in strata if (part := _stratum(text, problems)) is not None)
    for given, name in ((population, "population"), (units, "units"), (answers, "answers")):
        if given is not None and given < 1:
            problems.append(Problem("cli.plan-number", {"name": name, "given": given, "allowed": ">= 1"}))
    size = sum(part.population for part in parts) if parts else population
    if answers is not None and size is not None and answers > size:
        problems.append(Problem("cli.plan-over", {"given": answers, "population": size}))
    if parts and population is not None and population != size:
        problems.append(Problem("cli.plan-strata", {"given": population, "sum": size}))
    if problems:
        raise InputError(problems)
    kind: Any = allocation
    return plan(Wanted(population=population, units=units, strata=parts, allocation=kind, **found), answers)  # type: ignore[arg-type]


def plan_data(found: Plan, *, given: bool = False) -> dict[str, Any]:
    """Return a plan as plain data: what was asked for, and what it takes. ``given``: the number of answers was."""
    wanted = found.wanted
    size = sum(stratum.population for stratum in wanted.strata) if wanted.strata else wanted.population
    asked = {
        key: getattr(wanted, key) for key in ("share", "level", "deff", "units", "response", "power", "allocation")
    }
    figures = {key: getattr(found, key) for key in ("n", "total", "to_ask", "error", "difference", "everybody")}
    more = {"wanted_error": wanted.error, "population": size, "given": given, "strata": dict(found.strata)}
    return asked | figures | more


def _number(name: str, text: str, problems: list[Problem], least: Fraction) -> float:
    try:
        found = parse_exact(text)
    except ValueError:
        found = Fraction(0)
    if found < least:
        problems.append(Problem("cli.plan-number", {"name": name, "given": text, "allowed": "> 0"}))
    return float(found)


def _between(name: str, text: str, problems: list[Problem], *, one: bool = False) -> float:
    try:
        found = parse_exact(text)
    except ValueError:
        found = Fraction(0)
    if not 0 < found < 1 and not (one and found == 1):
        problems.append(Problem("cli.plan-share", {"name": name, "given": text}))
    return float(found)


def _stratum(text: str, problems: list[Problem]) -> PlannedStratum | None:
    name, _, rest = text.partition("=")
    count, colon, share = rest.partition(":")
    if not name or not (count.isascii() and count.isdigit()) or int(count) < 1:
        problems.append(Problem("cli.plan-stratum", {"given": text}))
        return None
    return PlannedStratum(name, int(count), _between("stratum", share, problems) if colon else None)
