"""A measure is worked out again when its tables, register, targets or rule book are not the same objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from shuping.measures import compute
from shuping.measures.evaluate import Evaluator
from shuping.measures.remembered import Remembered
from shuping.records.folder import Folder
from tests.core.measures.county import activity, folder

MEASURES = {
    "people": {"from": "activity", "value": "sum(people)"},
    "double": {"value": "people * 2"},
    "each": {"value": "people / unit.people"},
}
BEFORE, AFTER = [activity("e1", "2025-01-01", 10)], [activity("e1", "2025-01-01", 30)]


def figures(given: Folder, remembered: Remembered | None = None) -> Mapping[str, object]:
    kept = remembered.under(given.rulebook) if remembered is not None else None
    table = compute(given, ["2025-Q1"], remembered=kept)
    return {name: table.values("2025-Q1", name)["e1"] for name in MEASURES}


def test_the_same_tables_are_not_counted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, remembered = folder(MEASURES, BEFORE), Remembered()
    found = figures(first, remembered)
    assert found["double"] == Fraction(20)

    def counted(*_given: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr(Evaluator, "outcome", counted)
    assert figures(replace(first), remembered) == found


@pytest.mark.parametrize("changed", ["datasets", "register", "rulebook", "targets"])
def test_what_changed_is_worked_out_again(changed: str) -> None:
    first, second, remembered = folder(MEASURES, BEFORE), folder(MEASURES, AFTER), Remembered()
    figures(first, remembered)
    other = replace(second, **{name: getattr(first, name) for name in {"register", "rulebook", "targets"} - {changed}})
    found = figures(other, remembered)
    assert found == figures(other)
    assert found["people"] == Fraction(30)
    assert figures(first, remembered)["people"] == Fraction(10)  # and back
