"""Rows of the trace of small trees: bounds, missing values and means that do not add up."""

from __future__ import annotations

from typing import Any

import pytest

from shuping.records.register import Register, Unit
from shuping.scoring.provenance import Provenance
from shuping.scoring.trace import trace
from tests.core.scoring.trees import Figures, rulebook, score

SHARE = "{goalposts: {low: 0, high: 1}}"
LEAVES = f"""
  - {{id: one, points: 40, measure: a, method: {SHARE}}}
  - {{id: two, points: 60, measure: b, method: {SHARE}}}
"""


def rows(criteria: str, figures: Figures, **others: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the trace by unit and criterion."""
    book = rulebook(criteria, groups={"all": "xy"}, **others)  # type: ignore[arg-type]
    found = score(book, figures)
    register = Register({unit: Unit(unit, unit, unit, "kind") for unit in "xy"})
    traced = trace(book, register, found.grid, found.root, Provenance(book, {}, {}, {}), "2025")
    return {(row["unit"], row["criterion"]): row for row in traced}


def test_floor_cap_and_places_are_told_and_the_figures_do_not_claim_to_be_equal() -> None:
    found = rows(
        "  - {id: capped, points: 10, measure: a, method: {ratio_uncapped: {target: 1}}, max: 12, places: 1}\n"
        "  - {id: floored, points: 10, measure: b, method: {ratio_uncapped: {target: 1}}}",
        {"a": {"x": "1.5", "y": "0.55"}, "b": {"x": "-0.5", "y": "0.5"}},
    )
    assert found["x", "capped"]["substituted"] == "10 × 1.5 ÷ 1 → 12"
    assert found["y", "capped"]["substituted"] == "10 × 0.55 ÷ 1 = 5.5"
    assert found["x", "floored"]["substituted"] == "10 × -0.5 ÷ 1 → 0"
    assert found["y", "floored"]["substituted"] == "10 × 0.5 ÷ 1 = 5"
    assert found["x", "capped"]["rule_zh"].endswith("，最高12分，保留1位小数")
    assert found["x", "capped"]["rule_en"].endswith(", at most 12, rounded to 1 decimal")


def test_a_missing_value_keeps_its_reason_and_names_what_was_done() -> None:
    figures: Figures = {"a": {"x": "0.5", "y": "0.5"}, "b": {"x": "0.5", "y": None}}
    for policy, points, total in (
        ("full", "60.0000", "80.00"),
        ("zero", "0.0000", "20.00"),
        ("rescale", None, "50.00"),
        ("drop_unit", None, None),
        ("group_mean", "30.0000", "50.00"),
    ):
        found = rows(LEAVES, figures, missing=policy)
        row = found["y", "two"]
        assert (row["points"], row["missing"], row["missing_policy"]) == (points, "no_records", policy)
        assert found["y", ""]["points"] == total
        assert found["x", "two"]["missing_policy"] is None
        assert row["substituted"] is None or policy == "group_mean"
    assert found["x", ""]["contribution"] == found["x", ""]["points_exact"].replace("50/1", "50.0000")


def test_what_a_rescaled_point_adds_is_its_larger_share() -> None:
    found = rows(LEAVES, {"a": {"x": "0.5", "y": 1}, "b": {"x": "0.5", "y": None}}, missing="rescale")
    assert [found["y", name]["contribution"] for name in ("", "one", "two")] == ["100.0000", "100.0000", None]
    assert [found["x", name]["contribution"] for name in ("", "one", "two")] == ["50.0000", "20.0000", "30.0000"]
    assert found["y", "one"]["weight"] == "0.400000", "the weight is that of the rule book"


@pytest.mark.parametrize("how", ["geometric", "harmonic"])
def test_below_a_mean_that_does_not_add_up_there_are_no_contributions(how: str) -> None:
    leaves = f"  - {{id: one, measure: a, method: {SHARE}}}\n  - {{id: two, measure: b, method: {SHARE}}}"
    found = rows(leaves, {"a": {"x": "0.25", "y": 1}, "b": {"x": 1, "y": 1}}, combine=how)
    assert found["x", ""]["points"] == {"geometric": "50.00", "harmonic": "40.00"}[how]
    assert found["x", "one"]["contribution"] is None
    assert found["x", "one"]["weight"] == "0.500000"


def test_below_a_cap_that_bit_there_are_no_contributions() -> None:
    tree = f"""
  - id: bonus
    points: 10
    max: 8
    criteria:
      - {{id: one, points: 6, measure: a, method: {SHARE}}}
      - {{id: two, points: 4, measure: b, method: {SHARE}}}
"""
    found = rows(tree, {"a": {"x": 1, "y": "0.5"}, "b": {"x": 1, "y": "0.5"}})
    assert (found["x", "bonus"]["contribution"], found["x", "one"]["contribution"]) == ("8.0000", None)
    assert (found["y", "bonus"]["contribution"], found["y", "one"]["contribution"]) == ("5.0000", "3.0000")
