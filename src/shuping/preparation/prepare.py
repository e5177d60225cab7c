"""One period's measures made ready: denominate, screen units, impute, treat outliers, in this order.

Pure: values in, values and a record of every changed point out. The measures themselves stay as they are (findings
and ``measures.csv`` show them raw); scoring sees the prepared ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from shuping.measures.table import MeasureTable
from shuping.preparation.one_period import Change, PreparedPeriod
from shuping.preparation.over_periods import treat_over_periods
from shuping.records.register import Register
from shuping.rulebook.frame_rules import framing_periods
from shuping.rulebook.model import Rulebook
from shuping.values.periods import Period


@dataclass(frozen=True)
class Prepared:
    """What scoring works on: ``table`` with the prepared values, what was changed, and who was ``screened`` out (by
    period).
    """

    table: MeasureTable
    changes: tuple[Change, ...] = ()
    screened: Mapping[str, frozenset[str]] = field(default_factory=dict)


def prepares(rulebook: Rulebook) -> bool:
    """Tell whether a rule book prepares anything."""
    return rulebook.prepare is not None or any(measure.prepare for measure in rulebook.measures.values())


def prepare(
    rulebook: Rulebook, register: Register, units: Mapping[str, str], table: MeasureTable, scored: Collection[str]
) -> Prepared:
    """Prepare every period of a table: those that are ``scored``, and those inside them by which criteria are scored.

    ``units``: the appraised units with their comparison groups, in order. Units are screened in scored periods only,
    by all their measures.
    """
    if not prepares(rulebook):
        return Prepared(table)
    out: dict[str, frozenset[str]] = {}
    runs: dict[str, PreparedPeriod] = {}
    scored = (*scored, *framing_periods(rulebook, tuple(scored)))
    listed = table.frame["period"].unique(maintain_order=True).to_list()
    for period in sorted(listed, key=lambda name: name not in scored):
        when = Period.parse(period, rulebook.year_starts)
        there = {unit: units[unit] for unit in units if register[unit].exists_in(when.start, when.end)}
        run = PreparedPeriod(rulebook, register, there, table, period, period in scored)
        run.out.update(*(out[whole] for whole in scored if whole in out and _inside(rulebook, period, whole)))
        run.run()
        runs[period], out[period] = run, frozenset(run.out)
    treat_over_periods(rulebook, {period: run for period, run in runs.items() if run.scored})
    made = {
        (period, name): {**table.values(period, name), **values}
        for period, run in runs.items()
        for name, values in run.values.items()
    }
    return Prepared(replace(table, _values=made), tuple(one for run in runs.values() for one in run.changes), out)


def _inside(rulebook: Rulebook, period: str, whole: str) -> bool:
    part, around = (Period.parse(name, rulebook.year_starts) for name in (period, whole))
    return period != whole and around.start <= part.start and part.end <= around.end
