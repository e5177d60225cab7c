"""Panel marks against the published case and by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.panels import score_panel
from shuping.panels.score import trimmed_mean
from shuping.rulebook.panel_model import Panel, PanelItem, Trim
from shuping.values import Missing

TRIM = Trim(high=1, low=1, when_over=5)
SEVEN = [Fraction(mark) for mark in ("91.5", "88", "93", "90", "86.5", "92", "89")]


def test_the_published_trimmed_mean() -> None:
    assert trimmed_mean(SEVEN, TRIM) == Fraction("90.10")  # without 93 and 86.5: 450.5 / 5
    assert trimmed_mean(SEVEN[:5], TRIM) == Fraction("89.80")  # five judges are not more than five: 449 / 5
    assert trimmed_mean(SEVEN, None) == Fraction(630, 7)


def test_only_one_of_several_equal_extremes_is_dropped() -> None:
    marks = [Fraction(mark) for mark in (90, 90, 80, 70, 60, 60)]
    assert trimmed_mean(marks, TRIM) == Fraction(90 + 80 + 70 + 60, 4)


def test_no_judge_has_no_mean() -> None:
    with pytest.raises(ValueError, match="no totals"):
        trimmed_mean([], TRIM)


@given(st.lists(st.fractions(0, 100, max_denominator=4), min_size=1, max_size=12))
def test_a_trimmed_mean_is_that_of_the_middle_in_any_order(marks: list[Fraction]) -> None:
    kept = sorted(marks)[1:-1] if len(marks) > 5 else marks
    assert trimmed_mean(marks, TRIM) == sum(kept, Fraction(0)) / len(kept)
    assert trimmed_mean(marks[::-1], TRIM) == trimmed_mean(marks, TRIM)


ITEMS = {"plan": PanelItem(points=Fraction(60)), "work": PanelItem(points=Fraction(40))}
PANEL = Panel(items=ITEMS, groups={"leaders": Fraction("0.4"), "peers": Fraction("0.6")})
Mark = tuple[str, str, str, str, str | None, str | None]


def marks(*rows: Mark) -> pl.DataFrame:
    """Rows of reviewer, group, unit, item, mark, period."""
    schema = dict.fromkeys(("reviewer", "group", "unit", "item"), pl.String)
    return pl.DataFrame(
        [(*row[:4], None if row[4] is None else Decimal(row[4]), row[5]) for row in rows],
        schema={**schema, "mark": pl.Decimal(38, 4), "period": pl.String},
        orient="row",
    )


ROWS: list[Mark] = [
    ("l1", "leaders", "x", "plan", "50", None),
    ("l1", "leaders", "x", "work", "30.5", None),
    ("p1", "peers", "x", "plan", "60", None),
    ("p1", "peers", "x", "work", "40", None),
    ("p2", "peers", "x", "plan", "54", None),
    ("p2", "peers", "x", "work", "36", None),
]


def test_totals_of_judges_means_of_groups_weights_over_groups() -> None:
    found = score_panel(PANEL, marks(*ROWS), "2025", ["x", "y"])
    assert found["x"].value == Fraction("80.5") * Fraction("0.4") + 95 * Fraction("0.6")
    assert found["x"].groups == {"leaders": (Fraction("80.5"), 1), "peers": (Fraction(95), 2)}
    assert (found["x"].judges, found["x"].marks) == (3, 6)
    assert found["y"].value == Missing("no_records")


def test_a_judge_who_left_an_item_blank_is_left_out_and_not_taken_for_zero() -> None:
    blank: list[Mark] = [("p3", "peers", "x", "plan", "10", None), ("p3", "peers", "x", "work", None, None)]
    found = score_panel(PANEL, marks(*ROWS, *blank), "2025", ["x"])
    assert found["x"].groups["peers"] == (Fraction(95), 2)


def test_a_group_that_did_not_mark_leaves_no_score() -> None:
    assert score_panel(PANEL, marks(*ROWS[2:]), "2025", ["x"])["x"].value == Missing("too_few")


def test_marks_of_another_period_do_not_count() -> None:
    other: list[Mark] = [(*row[:5], "2024") for row in ROWS]  # type: ignore[misc]
    assert score_panel(PANEL, marks(*other), "2025", ["x"])["x"].value == Missing("no_records")
    assert score_panel(PANEL, marks(*other), "2024", ["x"])["x"].value != Missing("no_records")


def test_the_order_of_rows_changes_nothing() -> None:
    assert score_panel(PANEL, marks(*ROWS[::-1]), "2025", ["x"]) == score_panel(PANEL, marks(*ROWS), "2025", ["x"])
