"""Ways in which trimming and totals of judges went wrong elsewhere.

Dropping the highest and lowest of marks with unequal maxima gave a better student a worse grade (Canvas 2299); a check
of the score was applied to the wrong total (Tabbycat 2915); trimming was taken for the median (Submitty 5371).
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from statistics import median

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shuping
from shuping.errors import InputError
from shuping.panels import score_panel
from shuping.panels.score import trimmed_mean
from shuping.rulebook.panel_model import Panel, Trim

ONE_EACH = Trim(high=1, low=1, when_over=2)
ITEMS = {"work": 60, "plan": 40}
PANEL = Panel.model_validate(
    {
        "items": {name: {"points": str(points)} for name, points in ITEMS.items()},
        "groups": {"leaders": "0.4", "peers": "0.6"},
        "trim": {"high": "1", "low": "1", "when_over": "2"},
    }
)
Sheets = dict[str, list[dict[str, int]]]
marks_of_a_judge = st.fixed_dictionaries({name: st.integers(0, points) for name, points in ITEMS.items()})
sheets = st.fixed_dictionaries(
    {group: st.lists(marks_of_a_judge, min_size=1, max_size=6) for group in ("leaders", "peers")}
)


def score(given_marks: Sheets) -> Fraction:
    rows = [
        {"reviewer": f"{group}{number}", "group": group, "unit": "x", "item": item, "mark": mark, "period": None}
        for group, judges in given_marks.items()
        for number, sheet in enumerate(judges)
        for item, mark in sheet.items()
    ]
    schema = dict.fromkeys(("reviewer", "group", "unit", "item", "period"), pl.String)
    value = score_panel(PANEL, pl.DataFrame(rows, schema={**schema, "mark": pl.Decimal(38, 4)}), "2025", ["x"])[
        "x"
    ].value
    assert isinstance(value, Fraction)
    return value


@given(sheets, st.data())
def test_a_higher_mark_never_lowers_the_score(
    given_marks: dict[str, list[dict[str, int]]], data: st.DataObject
) -> None:
    """Trimmed is each judge's total for the whole form: all stand on one scale, whatever the items' maxima."""
    before = score(given_marks)
    group = data.draw(st.sampled_from(sorted(given_marks)))
    sheet = given_marks[group][data.draw(st.integers(0, len(given_marks[group]) - 1))]
    item = data.draw(st.sampled_from(sorted(ITEMS)))
    sheet[item] = data.draw(st.integers(sheet[item], ITEMS[item]))
    after = score(given_marks)
    assert before <= after <= 100


def test_trimming_single_marks_of_unequal_maxima_would_break_it() -> None:
    """The positive control: shares of full marks, dropped by share, lower the better of two."""

    maxima = {"a": 100, "b": 10, "c": 10, "d": 10}

    def by_items(marks: dict[str, int]) -> Fraction:
        kept = sorted(marks, key=lambda item: Fraction(marks[item], maxima[item]))[1:-1]
        return Fraction(sum(marks[item] for item in kept), sum(maxima[item] for item in kept))

    worse = {"a": 50, "b": 6, "c": 9, "d": 10}  # drops a and d, keeps 15 of 20
    better = {**worse, "a": 65}  # drops b and d, keeps 74 of 110
    assert by_items(better) < by_items(worse)


@given(st.lists(st.fractions(0, 100, max_denominator=4), min_size=3, max_size=4))
def test_one_at_each_end_of_three_or_four_is_the_median(totals: list[Fraction]) -> None:
    assert trimmed_mean(totals, ONE_EACH) == median(totals)


def test_of_five_it_is_not() -> None:
    totals = [Fraction(mark) for mark in (50, 70, 84, 92, 100)]
    assert trimmed_mean(totals, ONE_EACH) == Fraction(82) != median(totals)


@pytest.mark.parametrize("totals", [[70], [60, 90], [80, 80]])
def test_one_or_two_judges_are_not_trimmed(totals: list[int]) -> None:
    assert trimmed_mean([Fraction(mark) for mark in totals], ONE_EACH) == Fraction(sum(totals), len(totals))


def test_a_mark_is_checked_against_its_item_and_not_against_the_form(tmp_path: Path) -> None:
    """95 in all is less than 100, and still no item of 40 points can earn 45."""
    (tmp_path / "rulebook.yaml").write_text(
        """
format: 1
rulebook: marks
version: "1"
title: Marks
periods: ["2025"]
groups: {towns: {kind: township}}
panels: {review: {items: {work: {points: 60}, plan: {points: 40}}, groups: {judges: 1}}}
criteria: [{id: review, points: 100, panel: {id: review}}]
""",
        encoding="utf-8",
    )
    (tmp_path / "units.csv").write_text(
        "id,name,name_en,kind,parent,valid_from,valid_to\nx,甲,X,township,,,\n", encoding="utf-8"
    )
    (tmp_path / "marks").mkdir()
    marks = tmp_path / "marks" / "review.csv"
    marks.write_text("reviewer,group,unit,item,mark\nr1,judges,x,work,50\nr1,judges,x,plan,45\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        shuping.read(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.field) == (3, "mark")
    marks.write_text("reviewer,group,unit,item,mark\nr1,judges,x,work,55\nr1,judges,x,plan,40\n", encoding="utf-8")
    assert [str(total) for total in shuping.score(shuping.read(tmp_path)).standing["total"]] == ["95.00"]
