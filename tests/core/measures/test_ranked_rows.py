"""Points by the places of several rankers: the key stands for a formula; its figures are worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shuping
from shuping.rulebook.ranked_rows import RankedRows

BOOK = """
format: 1
rulebook: rankers
version: "1"
title: 排名
periods: ["2025"]
groups: {{units: {{kind: unit}}}}
datasets:
  ranking:
    period: year
    fields: {{leader: {{type: text}}, {field}: {{type: number, min: 1}}, counted: {{type: flag}}}}
measures:
  leaders: {{from: ranking, {setting}}}
criteria:
  - {{id: places, points: 100, measure: leaders, method: {{ratio_capped: {{target: 100}}}}}}
"""
UNITS = "id,name,kind\na,甲,unit\nb,乙,unit\n"
Several = Literal["points", "ranks"]


def value(folder: Path, setting: str, places: list[tuple[str, str]], field: str = "place") -> object:
    """Return the exact points of unit a, as the result prints them; ``places``: place and whether the row counts."""
    (folder / "records").mkdir(parents=True, exist_ok=True)
    (folder / "rulebook.yaml").write_text(BOOK.format(setting=setting, field=field), encoding="utf-8")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    rows = "".join(f"a,2025,{number},{place},{flag}\n" for number, (place, flag) in enumerate(places))
    table = f"unit,period,leader,{field},counted\n{rows}b,2025,1,1,yes\n"
    (folder / "records" / "ranking.csv").write_text(table, encoding="utf-8")
    found = shuping.score(shuping.read(folder)).measures.filter(pl.col("unit") == "a")
    return found["value"][0]


@pytest.mark.parametrize(
    ("setting", "by_hand"),
    [
        ("{field: place, step: 2%}", "65.6"),  # (0 + 4 x 82)/5: the sixtieth place earns nothing, not less
        ("{field: place, step: 2%, several: ranks}", "62"),  # mean place 20: 100 - 2 x 19
        ("{field: place, step: 2%, floor: 20}", "69.6"),  # (20 + 4 x 82)/5
        ("{field: place, step: 1/3, full: 9}", "0"),  # tenth places are far below zero
        ("{field: place, step: 1/300, full: 90}", "84.3"),  # (72.3 + 4 x 87.3)/5: steps of 0.3
        ("{field: place, step: 1/700, full: 100}", "97.2857"),  # 100 - 19/7 by either reading: no floor is met
        ("{field: place, step: 1/700, full: 100, several: ranks}", "97.2857"),
        ("{field: place, step: 2%, where: counted}", "82"),  # the row with the sixtieth place does not count
    ],
)
def test_points_by_hand(tmp_path: Path, setting: str, by_hand: str) -> None:
    found = value(tmp_path, f"rank_points: {setting}", [("60", "no"), *[("10", "yes")] * 4])
    assert Fraction(str(found)) == Fraction(by_hand)


def test_a_field_that_is_no_plain_word(tmp_path: Path) -> None:
    assert value(tmp_path, "rank_points: {field: 'where', step: 10%}", [("3", "yes")], field="where") == 80


@given(
    full=st.fractions(1, 200, max_denominator=7),
    step=st.fractions(0, 1, max_denominator=30).filter(lambda step: step > 0),
    floor=st.fractions(0, 1, max_denominator=3),
    several=st.sampled_from(["points", "ranks"]),
)
def test_the_formula_has_only_decimals_among_its_rows(
    full: Fraction, step: Fraction, floor: Fraction, several: Several
) -> None:
    formula = RankedRows(field="place", full=full, step=step, floor=floor, several=several).formula()
    inner = formula.rpartition(" / ")[0] if ") / " in formula else formula
    assert "/" not in inner


@given(
    full=st.fractions(1, 200, max_denominator=7),
    step=st.fractions(0, 1, max_denominator=30).filter(lambda step: step > 0),
    places=st.lists(st.integers(1, 80), min_size=1, max_size=6),
)
def test_the_two_readings_are_the_same_where_no_place_reaches_the_floor(
    full: Fraction, step: Fraction, places: list[int]
) -> None:
    """By the definition: the mean of straight lines is the line of the mean; a floor bends it upwards only."""
    worth = [max(Fraction(0), full - full * step * (place - 1)) for place in places]
    by_points, mean = sum(worth) / len(worth), Fraction(sum(places), len(places))
    by_ranks = max(Fraction(0), full - full * step * (mean - 1))
    assert by_points >= by_ranks
    formula = {name: RankedRows(field="place", full=full, step=step, several=name).formula() for name in WAYS}
    assert worked_out(formula["points"], places) == by_points
    assert worked_out(formula["ranks"], places) == by_ranks


WAYS: tuple[Several, ...] = ("points", "ranks")


def worked_out(formula: str, places: list[int]) -> Fraction:
    """Work a formula out by Python's own arithmetic: mean(...) over rows, greatest(a, b)."""

    def number(text: str, place: Fraction) -> Fraction:
        import re

        exact = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r"F('\1')", text)
        return Fraction(eval(exact, {"F": Fraction, "greatest": max, "place": place}))

    head, _, factor = formula.rpartition(" / ") if ") / " in formula else (formula, "", "1")
    if head.startswith("mean("):
        return sum((number(head[5:-1], Fraction(place)) for place in places), Fraction(0)) / len(places) / int(factor)
    mean = Fraction(sum(places), len(places))
    return number(head.replace("mean(place)", "place"), mean) / int(factor)
