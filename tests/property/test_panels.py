"""What must hold of any panel: the order of rows is nothing, a better mark never costs points, trims are scipy's."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from statistics import median as known_median
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from shuping.panels.aggregate import median, trimmed_mean
from shuping.panels.score import PanelSetting, score_panel
from shuping.rulebook.panel_model import Panel, Trim
from shuping.values import Missing

ITEMS = ("work", "plan")
Row = tuple[str, str, str, str, str | None]


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    by = draw(st.sampled_from(["form", "item"]))
    settings: dict[str, Any] = {
        "items": {"work": {"points": "60"}, "plan": {"points": "40"}},
        "groups": {"leaders": "0.4", "peers": "0.6"},
        "by": by,
        "group_missing": draw(st.sampled_from(["missing", "reweight"])),
    }
    how = draw(st.sampled_from(["mean", "median", "trim", "named", "share"]))
    if how == "median":
        settings["aggregate"] = "median"
    if how in ("trim", "named"):
        settings["trim"] = {"high": "1", "low": "1", "when_over": "2", "counts": "scored" if how == "trim" else "named"}
    if how == "share":
        settings["trim"] = {"share": "1/4", "when_over": "3"}
    if by == "item":
        settings["blank"] = draw(st.sampled_from(["leave_out", "item_wise"]))
        settings["factor"] = draw(st.sampled_from(["1", "1.6"]))
    return Panel.model_validate(settings)


@st.composite
def marked(draw: st.DrawFn, whole: bool = False) -> list[Row]:
    rows: list[Row] = []
    for group in ("leaders", "peers"):
        for number in range(draw(st.integers(0, 6))):
            for item, full in (("work", 60), ("plan", 40)):
                if whole or draw(st.integers(0, 9)):
                    mark = draw(st.integers(0, full * 2)) / 2
                    absent = not whole and draw(st.integers(0, 12)) == 0
                    rows.append((f"{group}{number}", group, "x", item, None if absent else str(mark)))
    return rows


def frame(rows: list[Row]) -> pl.DataFrame:
    texts = dict.fromkeys(("reviewer", "group", "unit", "item"), pl.String)
    cells = [(*row[:4], None if row[4] is None else Decimal(row[4]), None) for row in rows]
    return pl.DataFrame(cells, schema={**texts, "mark": pl.Decimal(38, 4), "period": pl.String}, orient="row")


@given(panels(), marked(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_reviewers_change_nothing(
    panel: Panel, rows: list[Row], chance: Any
) -> None:
    before = score_panel(panel, frame(rows), "2025", ["x"])
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert score_panel(panel, frame(shuffled), "2025", ["x"]) == before
    names = sorted({row[0] for row in rows})
    other = names[:]
    chance.shuffle(other)
    renamed = dict(zip(names, (f"z{name}" for name in other), strict=True))
    assert score_panel(panel, frame([(renamed[row[0]], *row[1:]) for row in rows]), "2025", ["x"]) == before


@given(panels(), marked(whole=True), st.data())
def test_a_better_mark_never_costs_points(panel: Panel, rows: list[Row], data: st.DataObject) -> None:
    if not rows:
        return
    at = data.draw(st.integers(0, len(rows) - 1))
    full = 60 if rows[at][3] == "work" else 40
    better = data.draw(st.integers(int(2 * float(rows[at][4] or 0)), 2 * full)) / 2
    changed = [*rows[:at], (*rows[at][:4], str(better)), *rows[at + 1 :]]
    before, after = (score_panel(panel, frame(some), "2025", ["x"])["x"].value for some in (rows, changed))
    assert isinstance(before, Missing) == isinstance(after, Missing)
    if isinstance(before, Fraction) and isinstance(after, Fraction):
        assert after >= before


@given(panels(), marked(whole=True))
def test_a_score_lies_within_its_full_mark(panel: Panel, rows: list[Row]) -> None:
    value = score_panel(panel, frame(rows), "2025", ["x"])["x"].value
    assert isinstance(value, Missing) or 0 <= value <= panel.full_mark


@given(panels(), marked())
def test_a_reviewer_who_stands_aside_is_as_if_never_there(panel: Panel, rows: list[Row]) -> None:
    aside = {("leaders0", "x")}
    without = score_panel(panel, frame([row for row in rows if row[0] != "leaders0"]), "2025", ["x"])["x"]
    found = score_panel(panel, frame(rows), "2025", ["x"], PanelSetting(recused=aside))["x"]
    assert (found.value, found.groups, found.judges) == (without.value, without.groups, without.judges)
    assert found.recused == any(row[0] == "leaders0" for row in rows)


@given(st.lists(st.integers(0, 200), min_size=4, max_size=20))
def test_the_library_says_the_same(marks: list[int]) -> None:
    """scipy trims the same share at each end; the median is the standard library's."""
    exact = [Fraction(mark, 2) for mark in marks]
    trim = Trim.model_validate({"share": "1/4", "when_over": "0"})
    assert abs(float(trimmed_mean(exact, trim)) - stats.trim_mean(np.array(marks) / 2, 0.25)) < 1e-9
    assert median(exact) == Fraction(known_median(marks)) / 2


@given(st.lists(st.integers(0, 200), min_size=1, max_size=9))
def test_one_at_each_end_is_the_median_for_three_and_four_only(marks: list[int]) -> None:
    exact = [Fraction(mark) for mark in marks]
    found = trimmed_mean(exact, Trim(high=1, low=1, when_over=2))
    if len(marks) in (3, 4):
        assert found == median(exact)
    if len(marks) < 3:
        assert found == sum(exact, Fraction(0)) / len(exact)
