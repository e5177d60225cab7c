"""Outliers treated over several periods: pooled, or by the limits of a base period."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import shuping

FIRST = [1, 2, 2, 3, 3, 4, 4, 5, 5, 60]
SECOND = [2, 2, 3, 3, 4, 4, 5, 5, 40, 50]


def prepared(path: Path, frame: str, first: list[int] = FIRST) -> dict[tuple[str, str], tuple[Fraction, str]]:
    """Score two years and return what preparation made of which value, with its reason."""
    path.mkdir()
    (path / "rulebook.yaml").write_text(
        f"""format: 1
rulebook: outliers
version: "1"
title: Outliers
periods: ["2021", "2022"]
frame: {frame}
prepare: {{outliers: {{skew: 2, kurtosis: 3.5, max_points: 4}}}}
groups: {{all: {{kind: U}}}}
datasets: {{figure: {{period: year, unique: [unit], fields: {{value: {{type: number}}}}}}}}
measures: {{value: {{from: figure, value: sum(value)}}}}
criteria: [{{id: index, points: 100, measure: value, method: minmax}}]
""",
        encoding="utf-8",
    )
    units = [f"U{number}" for number in range(10)]
    (path / "units.csv").write_text("id,name,kind\n" + "".join(f"{unit},{unit},U\n" for unit in units))
    (path / "records").mkdir()
    rows = [
        f"{unit},{year},{value}\n"
        for year, values in (("2021", first), ("2022", SECOND))
        for unit, value in zip(units, values, strict=True)
    ]
    (path / "records" / "figure.csv").write_text("unit,period,value\n" + "".join(rows))
    frame_of = shuping.score(shuping.read(path)).prepared
    rows_of = frame_of.select("period", "unit", "value", "reason").iter_rows()
    return {(period, unit): (Fraction(value), reason) for period, unit, value, reason in rows_of}


def test_year_by_year_each_has_its_own_limits(tmp_path: Path) -> None:
    """2021: 60 stands alone and comes down to 5. 2022: skewness 1.841, nothing to treat."""
    found = prepared(tmp_path / "a", "each_period")
    assert {key: value for key, (value, _) in found.items()} == {("2021", "U9"): 5}


def test_a_base_sets_the_limit_for_every_other_year(tmp_path: Path) -> None:
    """The 60 of 2021 comes down to 5: 5 is the limit, and 40 and 50 of 2022 come down to it as well."""
    found = prepared(tmp_path / "a", '{base: "2021"}')
    assert {key: value for key, (value, _) in found.items()} == {
        ("2021", "U9"): 5, ("2022", "U8"): 5, ("2022", "U9"): 5,
    }  # fmt: skip
    assert "limit of 2021" in found["2022", "U9"][1]


def test_a_base_without_outliers_sets_no_limit(tmp_path: Path) -> None:
    assert prepared(tmp_path / "a", '{base: "2021"}', [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]) == {}


def test_pooled_years_are_looked_at_together(tmp_path: Path) -> None:
    """All twenty: skewness 2.256, kurtosis 3.789 (scipy); with 60 down to 50, of the other year: 3.107."""
    found = prepared(tmp_path / "a", "pooled")
    assert {key: value for key, (value, _) in found.items()} == {("2021", "U9"): 50}


@pytest.mark.parametrize("frame", ["pooled", '{base: "2021"}'])
def test_the_limits_do_not_depend_on_which_years_are_asked_for(tmp_path: Path, frame: str) -> None:
    whole = prepared(tmp_path / "a", frame)
    alone = shuping.score(shuping.read(tmp_path / "a"), "2022").prepared
    rows = alone.select("period", "unit", "value").iter_rows()
    assert {(period, unit): Fraction(value) for period, unit, value in rows if period == "2022"} == {
        key: value for key, (value, _) in whole.items() if key[0] == "2022"
    }
