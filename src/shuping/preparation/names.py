"""Which unit attributes preparation refers to."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.rulebook.model import Rulebook
from shuping.rulebook.preparing import Impute

_UNIT = "unit."


def denominators_of(rulebook: Rulebook) -> dict[str, str]:
    """Return the attributes that are denominators (columns of numbers), each with one place that names it."""
    found: dict[str, str] = {}
    for name, measure in rulebook.measures.items():
        by = measure.prepare.denominator if measure.prepare is not None else None
        if by is not None and by.startswith(_UNIT):
            found.setdefault(by.removeprefix(_UNIT), f"measures.{name}.prepare")
    return found


def groupings_of(rulebook: Rulebook) -> dict[str, str]:
    """Return the attributes that group units for imputation (any text), each with one place that names it."""
    return {rule.by.removeprefix(_UNIT): where for where, rule in _imputes(rulebook) if rule.by is not None}


def _imputes(rulebook: Rulebook) -> Iterator[tuple[str, Impute]]:
    if rulebook.prepare is not None and rulebook.prepare.impute is not None:
        yield "prepare", rulebook.prepare.impute
    for name, measure in rulebook.measures.items():
        if measure.prepare is not None and measure.prepare.impute is not None:
            yield f"measures.{name}.prepare", measure.prepare.impute
