"""The periods inside the one being scored: which are needed, for which criteria, and groupings by a register column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from shuping.errors import InputError, Place, Problem
from shuping.records.register import Register
from shuping.rulebook.gaps import EachPeriod
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import missing_rules
from shuping.scoring.fill import Codes
from shuping.scoring.grid import Grid
from shuping.values.periods import KINDS, Period


def by_kind(criteria: Sequence[Criterion]) -> dict[EachPeriod, tuple[Criterion, ...]]:
    """Return the criteria scored by week, month or quarter, by kind; not those below another one."""
    found: dict[EachPeriod, tuple[Criterion, ...]] = {}

    def look(criterion: Criterion) -> None:
        if criterion.each is not None:
            found[criterion.each] = (*found.get(criterion.each, ()), criterion)
        else:
            for child in criterion.criteria:
                look(child)

    for criterion in criteria:
        look(criterion)
    return found


def below(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """Return the criteria right below some criteria."""
    return tuple(child for criterion in criteria for child in criterion.criteria)


def periods_inside(rulebook: Rulebook, periods: Sequence[str]) -> tuple[str, ...]:
    """Return every period inside these that some criterion is scored by, each once, in order.

    Raises InputError where a criterion asks for periods longer than the one being scored, or weighs other places than
    there are periods.
    """
    problems: list[Problem] = []
    found: dict[str, None] = {}
    for name in periods:
        for criterion, period, parts in _inside(rulebook, rulebook.criteria, name):
            found |= dict.fromkeys(part.name for part in parts)
            if not fits(criterion, period, parts):
                shown = ", ".join(criterion.period_weights) or "∅"
                params = {"criterion": criterion.id, "each": criterion.each, "period": name, "given": shown}
                problems.append(
                    Problem(
                        "scoring.each-period", params | {"count": len(parts)}, Place(field=f"criteria.{criterion.id}")
                    )
                )
    if problems:
        raise InputError(problems)
    return tuple(found)


def fits(criterion: Criterion, period: Period, parts: Sequence[Period]) -> bool:
    """Tell whether there are periods inside the one being scored, and each has its weight where any has."""
    inside = bool(parts) and not _longer(criterion.each, period)
    places = {str(place) for place in range(1, len(parts) + 1)}
    return inside and (not criterion.period_weights or set(criterion.period_weights) == places)


def _longer(kind: EachPeriod | None, period: Period) -> bool:
    return kind is None or KINDS.index(kind) > KINDS.index(period.kind)


def _inside(
    rulebook: Rulebook, criteria: Sequence[Criterion], name: str
) -> Iterator[tuple[Criterion, Period, tuple[Period, ...]]]:
    period = Period.parse(name, rulebook.year_starts)
    for kind, chosen in by_kind(criteria).items():
        parts = period.inside(kind)
        for criterion in chosen:
            yield criterion, period, parts
        for part in parts if not _longer(kind, period) else ():
            yield from _inside(rulebook, below(chosen), part.name)


def measures_inside(rulebook: Rulebook) -> set[str]:
    """Return the measures that are asked for by periods inside the one being scored."""
    chosen = (criterion for criteria in by_kind(rulebook.criteria).values() for criterion in criteria)
    return {leaf.measure for criterion in chosen for leaf in criterion.walk() if leaf.measure is not None}


def panels_inside(rulebook: Rulebook) -> set[str]:
    """Return the panels and outputs of ballots that are asked for by periods inside the one being scored."""
    chosen = (criterion for criteria in by_kind(rulebook.criteria).values() for criterion in criteria)
    return {leaf.judged for criterion in chosen for leaf in criterion.walk() if leaf.judged is not None}


# --- groupings of units by a column of units.csv


def columns_named(rulebook: Rulebook) -> dict[str, str]:
    """Return the columns of units.csv by which missing values are filled in, with a criterion that names each."""
    rules = {"missing": rulebook.missing, **missing_rules(rulebook)}
    return {rule.column: name for name, rule in reversed(rules.items()) if rule.column is not None}


def unit_groupings(rulebook: Rulebook, register: Register, grid: Grid) -> Mapping[str, Codes]:
    """Return a code per unit and column: equal entries have equal codes, an empty entry has -1."""
    return {column: _codes(register, grid, column) for column in columns_named(rulebook)}


def _codes(register: Register, grid: Grid, column: str) -> Codes:
    entries = [entry(register, unit, column) for unit in grid.units]
    known = {text: code for code, text in enumerate(sorted({text for text in entries if text}))}
    return np.asarray([known[text] if text else -1 for text in entries], dtype=np.int64)


def entry(register: Register, unit: str, column: str) -> str | None:
    """Return what stands in a column of units.csv for a unit: its kind, its parent, or an attribute."""
    found = register[unit]
    if column in ("kind", "parent"):
        return found.kind if column == "kind" else found.parent
    return found.attributes.get(column)


def unknown_columns(rulebook: Rulebook, register: Register) -> Iterator[Problem]:
    """Yield a problem for each column named that units.csv does not have."""
    for column, criterion in sorted(columns_named(rulebook).items()):
        if column not in ("kind", "parent", *register.attributes):
            allowed = ", ".join(("kind", "parent", *register.attributes))
            params = {"given": column, "where": f"criteria.{criterion}.missing", "allowed": allowed, "near": "∅"}
            yield Problem("scoring.unknown-attribute", params, Place("units.csv"))
