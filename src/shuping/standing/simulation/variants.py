"""The rule book as it would read had another choice been made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.preparing import MeasurePreparation, Preparation
from shuping.rulebook.uncertainty import Alternative

TOTAL = "total"


def variant_of(rulebook: Rulebook, choices: Mapping[str, int]) -> Rulebook:
    """Return the rule book under the given choices (by alternative; 0: its own)."""
    found = rulebook
    for alternative in rulebook.uncertainty.vary.alternatives:
        number = choices.get(alternative.id, 0)
        if number:
            found = _with(found, alternative, alternative.variants[number - 1])
    return found


def prepares_anew(alternative: Alternative) -> bool:
    """Tell whether a choice changes the values that methods see, not only what is made of them."""
    return alternative.kind == "outliers"


def _with(rulebook: Rulebook, alternative: Alternative, variant: Any) -> Rulebook:
    if alternative.kind == "outliers":
        return _treated(rulebook, None if variant == "none" else variant)
    chosen = set(alternative.of)

    def concerned(criterion: Criterion) -> bool:
        if alternative.kind == "method":
            return not criterion.criteria and (criterion.id in chosen if chosen else criterion.measure is not None)
        if alternative.kind == "combine":
            return bool(criterion.criteria) and (not chosen or criterion.id in chosen)
        return not chosen or criterion.id in chosen

    def change(criterion: Criterion) -> Criterion:
        return criterion.model_copy(update={alternative.kind: variant})

    criteria = tuple(_mapped(criterion, concerned, change) for criterion in rulebook.criteria)
    update: dict[str, Any] = {"criteria": criteria}
    if alternative.kind in ("combine", "missing") and (not chosen or TOTAL in chosen):
        update[alternative.kind] = variant
    return rulebook.model_copy(update=update)


def _mapped(
    criterion: Criterion, concerned: Callable[[Criterion], bool], change: Callable[[Criterion], Criterion]
) -> Criterion:
    if criterion.criteria:
        below = tuple(_mapped(child, concerned, change) for child in criterion.criteria)
        criterion = criterion.model_copy(update={"criteria": below})
    return change(criterion) if concerned(criterion) else criterion


def _treated(rulebook: Rulebook, outliers: Any) -> Rulebook:
    prepare = (rulebook.prepare or Preparation()).model_copy(update={"outliers": outliers})
    measures = {
        name: measure
        if measure.prepare is None
        else measure.model_copy(update={"prepare": _own(measure.prepare, outliers)})
        for name, measure in rulebook.measures.items()
    }
    return rulebook.model_copy(update={"prepare": prepare, "measures": measures})


def _own(preparation: MeasurePreparation, outliers: Any) -> MeasurePreparation:
    """A measure that has a treatment of its own takes the variant in its place."""
    return preparation.model_copy(update={"outliers": outliers}) if preparation.outliers is not None else preparation
