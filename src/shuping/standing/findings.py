"""What the rule book proposes for the problem list: conditions over measures that hold for a unit. People decide."""

from __future__ import annotations

from typing import Any

from shuping.formula import check
from shuping.measures.table import MeasureTable
from shuping.rulebook.model import Measure, Rulebook
from shuping.rulebook.scopes import finding_scope
from shuping.scoring.grid import Grid
from shuping.scoring.measure_words import show_measure
from shuping.scoring.provenance import Provenance
from shuping.values import Missing

_PREFIX = "finding:"  # no measure of a rule book can be called so


def with_findings(rulebook: Rulebook) -> Rulebook:
    """Return the rule book with one more measure per finding: 1 where its condition holds, else 0."""
    extra = {_PREFIX + finding.id: Measure(value=f"if({finding.when}, 1, 0)") for finding in rulebook.findings}
    return rulebook.model_copy(update={"measures": {**rulebook.measures, **extra}})


def finding_rows(
    rulebook: Rulebook, grid: Grid, table: MeasureTable, provenance: Provenance, period: str
) -> list[dict[str, Any]]:
    """Return the rows of ``FINDINGS_SCHEMA`` for one period, in the order of the rule book, then of the units.

    A condition over a missing value does not hold: what is not known is not a problem found.
    """
    rows: list[dict[str, Any]] = []
    for finding in rulebook.findings:
        holds = table.values(period, _PREFIX + finding.id)
        named = check(finding.when, finding_scope(rulebook)).measures
        first = min(named, key=finding.when.find) if named else None
        for unit, code in zip(grid.units, grid.codes, strict=True):
            if finding.groups is not None and grid.group_names[int(code)] not in finding.groups:
                continue
            value = holds.get(unit)
            if value is None or isinstance(value, Missing) or value != 1:
                continue
            rows.append(_row(rulebook, finding.id, finding.category, unit, first, table, provenance, period))
    return rows


def _row(
    rulebook: Rulebook,
    finding: str,
    category: str,
    unit: str,
    measure: str | None,
    table: MeasureTable,
    provenance: Provenance,
    period: str,
) -> dict[str, Any]:
    row: dict[str, Any] = {"period": period, "unit": unit, "finding": finding, "category": category, "measure": measure}
    if measure is not None:
        value = table.values(period, measure).get(unit)
        if value is not None and not isinstance(value, Missing):
            row["value"] = show_measure(rulebook.measures[measure], value)
        row["records"] = provenance.records(period, unit, measure)
    return row
