"""What the trace says of figures that were filled in and of periods that are missing: the audit mask."""

from __future__ import annotations

from typing import Any

from shuping.records.register import Register
from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import missing_rules
from shuping.scoring.period_inputs import entry
from shuping.scoring.period_words import period_parts
from shuping.scoring.provenance import Provenance
from shuping.scoring.scores import Scores


def gap_parts(rulebook: Rulebook, register: Register, scores: Scores, unit: str, index: int) -> dict[str, Any]:
    """Return the columns of a unit's row that speak of periods and of figures filled in; only those that apply."""
    row: dict[str, Any] = {}
    if scores.periods:
        row["parts"] = period_parts(rulebook, scores, index)
        if _lacks_a_period(scores, index):
            row["missing_policy"] = f"period_{scores.criterion.missing_period or 'reweight'}"
    if scores.filled_from is not None and scores.filled_from[index] > 0:
        row["imputed"] = _made_of(rulebook, register, scores, unit, int(scores.filled_from[index]))
    return row


def _lacks_a_period(scores: Scores, index: int) -> bool:
    """Tell whether a unit lacks a period of a criterion that is itself scored by periods, and has a mean without it."""
    if scores.gaps is None or scores.counted is not None or scores.criterion.each is None:
        return False
    return bool(scores.gaps[index] and (scores.present[index] or scores.dropped[index]))


def _made_of(rulebook: Rulebook, register: Register, scores: Scores, unit: str, count: int) -> str:
    rule = missing_rules(rulebook)[scores.criterion.id]
    if rule.column is None:
        return f"n = {count}"
    return f"n = {count}; {rule.by} = {entry(register, unit, rule.column)}"


def records_inside(provenance: Provenance, scores: Scores, unit: str) -> int | None:
    """Return how many rows were looked at in all periods of a leaf."""
    found = [provenance.records(part.name, unit, scores.criterion.measure or "") for part in scores.periods]
    counted = [count for count in found if count is not None]
    return sum(counted) if counted else None
