"""Which vetoes hold for which units: their conditions are measured beside the rule book's measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from shuping.measures.table import MeasureTable
from shuping.rulebook.adjustments import VETO, Veto, hidden_measures
from shuping.rulebook.model import Measure, Rulebook
from shuping.scoring.adjust import Adjusted
from shuping.scoring.grid import Grid
from shuping.standing.grades import Effect
from shuping.standing.standing import Standing


def with_adjustments(rulebook: Rulebook) -> Rulebook:
    """Return the rule book with one more measure for each formula of its deductions and vetoes."""
    extra = {name: Measure(value=text) for name, text in hidden_measures(rulebook.adjustments).items()}
    return rulebook.model_copy(update={"measures": {**rulebook.measures, **extra}}) if extra else rulebook


def vetoes_of(rulebook: Rulebook, grid: Grid, table: MeasureTable, period: str) -> dict[str, tuple[Veto, ...]]:
    """Return the vetoes that hold in a period, by unit, in the order of the rule book.

    A condition over a missing value does not hold: what is not known is held against nobody.
    """
    found: dict[str, tuple[Veto, ...]] = {}
    for veto in rulebook.adjustments.veto:
        holds = table.values(period, VETO + veto.id)
        for unit, code in zip(grid.units, grid.codes, strict=True):
            if veto.groups is not None and grid.group_names[int(code)] not in veto.groups:
                continue
            if holds.get(unit) == 1:
                found[unit] = (*found.get(unit, ()), veto)
    return found


def effects_of(vetoes: Mapping[str, tuple[Veto, ...]]) -> dict[str, tuple[Effect, ...]]:
    """Return what the vetoes do to each unit's grade."""
    return {unit: tuple(Effect(veto.effect, veto.grade) for veto in held) for unit, held in vetoes.items()}


def deductions_of(grid: Grid, found: Adjusted | None) -> dict[str, Fraction]:
    """Return what was taken off each unit's total, not below 0."""
    return {} if found is None else dict(zip(grid.units, map(Fraction, found.deduction), strict=True))


def with_what_was_adjusted(
    standing: Sequence[Standing], grid: Grid, found: Adjusted | None, vetoes: Mapping[str, tuple[Veto, ...]]
) -> list[Standing]:
    """Return the standing with each unit's bonus, deduction and vetoes beside its total."""
    index = {unit: place for place, unit in enumerate(grid.units)}
    rows: list[Standing] = []
    for row in standing:
        held = tuple(veto.id for veto in vetoes.get(row.unit, ()))
        bonus = deduction = None
        if found is not None and row.total is not None:
            place = index[row.unit]
            bonus, deduction = Fraction(found.bonus[place]), Fraction(found.deduction[place])
        rows.append(replace(row, bonus=bonus, deduction=deduction, veto=held))
    return rows
