"""Denominators, imputation, screening and treatment through a whole folder: small tables worked by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.errors import InputError
from shuping.preparation.words import short
from shuping.values import parse_exact
from tests.core.preparation.small import GROUPS, folder, points, record, value_points

PEOPLE = """
id kind     trips people area
a  town     30    1000   -
b  town     50    2000   4
c  town     -     3000   5
d  bureau   8     0      6
e  bureau   9     -      7
"""


def scored(path: Path, figures: str, book: str, groups: str = GROUPS) -> shuping.Result:
    return shuping.score(folder(path, figures, book, groups))


def test_a_denominator_with_its_scale(tmp_path: Path) -> None:
    book = "measures: {trips: {value: unit.trips, prepare: {denominator: unit.people, scale: 1000}}}\n"
    result = scored(tmp_path, PEOPLE, book + value_points("trips"))
    assert points(result, "c_trips") == {"a": "30", "b": "25", "c": None, "d": None, "e": None}
    missing = dict(result.trace.filter(pl.col("criterion") == "c_trips").select("unit", "missing").iter_rows())
    assert missing == {"a": None, "b": None, "c": "no_attribute", "d": "division_by_zero", "e": "no_attribute"}
    assert record(result) == [
        ("a", "trips", "denominate", "÷ (unit.people = 1000) × 1000"),
        ("b", "trips", "denominate", "÷ (unit.people = 2000) × 1000"),
        ("d", "trips", "denominate", "÷ (unit.people = 0) × 1000"),
        ("e", "trips", "denominate", "unit.people = (no_attribute)"),
    ]


def test_another_measure_as_denominator_and_measures_stay_raw(tmp_path: Path) -> None:
    book = "measures: {land: {value: unit.area * 10}, trips: {value: unit.trips, prepare: {denominator: land}}}\n"
    result = scored(tmp_path, PEOPLE, book + value_points("trips"))
    assert points(result, "c_trips") == {"a": None, "b": "1.25", "c": None, "d": "0.1333", "e": "0.1286"}
    raw = {
        unit: None if value is None else int(value)
        for unit, name, value in result.measures.select("unit", "measure", "value").iter_rows()
        if name == "trips"
    }
    assert raw == {"a": 30, "b": 50, "c": None, "d": 8, "e": 9}


SURVEYED = """
id kind   region x
a  town   north  10
b  town   north  40
c  town   south  70
d  town   south  -
e  town   -      -
f  bureau north  -
g  bureau south  100
"""
X = "measures: {x: {value: unit.x}}\n" + value_points("x")


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        ("{}", {"d": None, "e": None, "f": None}),
        ("{statistic: mean}", {"d": "40", "e": "40", "f": "100"}),
        ("{statistic: median}", {"d": "40", "e": "40", "f": "100"}),
        ("{statistic: mean, min_n: 2}", {"d": "40", "e": "40", "f": None}),
        ("{by: unit.region}", {"d": "85", "e": None, "f": "25"}),
        ("{by: unit.region, min_n: 3}", {"d": None, "e": None, "f": None}),
    ],
)
def test_imputation(tmp_path: Path, prepare: str, expected: dict[str, str | None]) -> None:
    head = "" if prepare == "{}" else f"prepare: {{impute: {prepare}}}\n"
    result = scored(tmp_path, SURVEYED, head + X)
    known = {"a": "10", "b": "40", "c": "70", "g": "100"}
    assert points(result, "c_x") == {**known, **expected}, "what is known is never changed"
    mask = {unit for unit, _, step, _ in record(result) if step == "impute"}
    assert mask == {unit for unit, shown in expected.items() if shown is not None}


def test_imputation_over_all_units_and_for_one_measure_only(tmp_path: Path) -> None:
    result = scored(tmp_path, SURVEYED, "prepare: {over: all, impute: {statistic: median}}\n" + X)
    assert points(result, "c_x")["f"] == "55"
    assert record(result)[-1] == ("f", "x", "impute", "median of 4 units = 55")
    own = "measures: {x: {value: unit.x, prepare: {impute: {by: unit.region}}}, y: {value: unit.x}}\n"
    result = scored(tmp_path, SURVEYED, own + value_points("x", "y"))
    assert (points(result, "c_x")["d"], points(result, "c_y")["d"]) == ("85", None)


def test_a_measure_skips_a_step_or_has_its_own(tmp_path: Path) -> None:
    book = "prepare: {impute: {statistic: mean}}\nmeasures: {x: {value: unit.x, prepare: {skip: [impute]}}, "
    book += "y: {value: unit.x, prepare: {impute: {by: unit.region}}}, z: {value: unit.x}}\n"
    result = scored(tmp_path, SURVEYED, book + value_points("x", "y", "z"))
    assert [points(result, f"c_{name}")["d"] for name in "xyz"] == [None, "85", "40"]


def test_explanations_say_what_was_imputed(tmp_path: Path) -> None:
    result = scored(tmp_path, SURVEYED, "prepare: {impute: {by: unit.region}}\n" + X)
    row = result.trace.filter((pl.col("criterion") == "c_x") & (pl.col("unit") == "d")).to_dicts()[0]
    assert row["parts"] == "unit.x = (no_attribute)"
    assert row["prepared_en"] == "imputed: mean of 2 units, unit.region south, 85"
    assert row["prepared_zh"] == "以unit.region为south的2个单位的平均值85补齐"
    assert "预处理: 以unit.region为south的2个单位的平均值85补齐" in str(result.explain("d", lang="zh"))
    assert row["rule_zh"].startswith("先预处理：缺值以unit.region相同的单位的平均值补齐。然后")
    assert row["rule_en"].startswith(
        "prepared first: a missing value is filled with the mean of the units with the same"
    )
    assert (row["missing"], row["missing_policy"], row["value"]) == (None, None, "85")


FULL = """
id kind   p q r s
a  town   1 2 3 4
b  town   9 - - 8
c  town   5 0 0 4
d  town   - - 7 -
e  bureau 5 6 - -
"""
TREE = """missing: rescale
measures: {p: {value: unit.p}, q: {value: unit.q}, r: {value: unit.r}, s: {value: unit.s}}
criteria:
  - {id: first, points: 50, criteria: [
      {id: cp, points: 25, measure: p, method: ratio_to_best}, {id: cq, points: 25, measure: q, method: ratio_to_best}]}
  - {id: second, points: {towns: 50, bureaus: 25}, criteria: [
      {id: cr, points: 25, measure: r, method: ratio_to_best},
      {id: cs, points: 25, measure: s, method: ratio_to_best, applies_to: [towns]}]}
"""


@pytest.mark.parametrize(
    ("screen", "out"),
    [
        ("{min_share: 0.5}", {"d": "1 / 4 < 0.5"}),
        ("{min_share: 0.51}", {"b": "2 / 4 < 0.51", "d": "1 / 4 < 0.51"}),
        ("{min_share: 2/3}", {"b": "2 / 4 < 0.666667", "d": "1 / 4 < 0.666667"}),
        ("{min_share: 2/3, keep: [b]}", {"d": "1 / 4 < 0.666667"}),
        ("{min_share: 0.6, zeros: missing, keep: [b]}", {"c": "2 / 4 < 0.6", "d": "1 / 4 < 0.6"}),
        ("{min_share: 0.5, branches: [first]}", {"d": "1 / 4 < 0.5"}),
        ("{min_share: 0.25, branches: [first]}", {"d": "first: 0 / 2 < 0.25"}),
        ("{min_share: 0.6, branches: [second], keep: [b, d]}", {"e": "second: 0 / 1 < 0.6"}),
        ("{min_share: 0.25}", {}),
    ],
)
def test_screening(tmp_path: Path, screen: str, out: dict[str, str]) -> None:
    """e is a bureau: s does not apply to it, so two of its three measures are there."""
    result = scored(tmp_path, FULL, f"prepare: {{screen: {screen}}}\n" + TREE)
    assert {unit: reason for unit, _, step, reason in record(result) if step == "screen"} == out
    shown = {row["unit"]: row for row in result.standing.iter_rows(named=True)}
    for unit in "abcde":
        row = shown[unit]
        assert (row["missing"] == "screened") == (unit in out)
        assert (row["total"] is None) == (unit in out)


def test_a_unit_that_is_screened_out_counts_in_no_comparison(tmp_path: Path) -> None:
    """b has the best p of the towns (9); without b, c is the best with 5."""
    everyone = scored(tmp_path, FULL, TREE)
    without = scored(tmp_path, FULL, "prepare: {screen: {min_share: 0.6}, impute: {statistic: mean}}\n" + TREE)
    assert (points(everyone, "cp")["c"], points(without, "cp")["c"]) == ("13.8889", "25")
    assert "b" not in points(without, "cp")
    assert {unit for unit, _, step, _ in record(without) if step == "impute"} == set(), "nor is it imputed"


def test_a_screened_unit_in_explanation_and_documents(tmp_path: Path) -> None:
    result = scored(tmp_path, FULL, "prepare: {screen: {min_share: 0.5}}\n" + TREE)
    assert "too little data to be appraised" in str(result.explain("d", lang="en"))
    assert "数据太少，不参评" in str(result.explain("d", lang="zh"))
    shuping.write(result, tmp_path / "out")
    assert (tmp_path / "out" / "report.html").is_file()
    assert "screen" in (tmp_path / "out" / "prepared.csv").read_text(encoding="utf-8-sig")


TOWNS = "groups: {towns: {kind: town}}\n"
LONG = "id kind x\n" + "\n".join(f"u{n:02d} town {value}" for n, value in enumerate([*range(1, 21), 100, 300]))


def test_outliers_are_drawn_in_and_recorded(tmp_path: Path) -> None:
    book = "prepare: {outliers: {max_points: 5}}\n" + X
    result = scored(tmp_path, LONG, book, TOWNS)
    assert points(result, "c_x")["u21"] == "20"
    assert record(result) == [
        ("u20", "x", "winsorise", "to 20 (2 points)"),
        ("u21", "x", "winsorise", "to 20 (2 points)"),
    ]
    values = result.prepared.select("raw", "value").iter_rows()
    assert [(int(raw), int(value)) for raw, value in values] == [(100, 20), (300, 20)]


def test_what_stays_beyond_the_thresholds_is_said(tmp_path: Path) -> None:
    result = scored(tmp_path, LONG, "prepare: {outliers: {max_points: 1}}\n" + X, TOWNS)
    assert record(result) == [("u21", "x", "winsorise", "to 100 (1 point), still beyond 2 / 3.5")]


def test_without_prepare_nothing_is_recorded_or_written(tmp_path: Path) -> None:
    result = scored(tmp_path, LONG, X, TOWNS)
    assert result.prepared.height == 0
    shuping.write(result, tmp_path / "out", documents=False)
    assert not (tmp_path / "out" / "prepared.csv").exists()


def test_every_period_is_prepared_by_itself(tmp_path: Path) -> None:
    book = """datasets: {figure: {period: year, fields: {x: {type: number, required: false}}}}
prepare: {impute: {statistic: mean}}
measures: {x: {from: figure, value: sum(x)}}
""" + value_points("x")
    (tmp_path / "records").mkdir()
    rows = "unit,period,x\na,2024,10\nb,2024,20\nc,2024,\na,2025,30\nb,2025,\nc,2025,50\n"
    (tmp_path / "records" / "figure.csv").write_text(rows, encoding="utf-8")
    result = scored(tmp_path, "id kind\na town\nb town\nc town", book, 'periods: ["2024", "2025"]\n' + TOWNS)
    filled = result.prepared.select("period", "unit", "value").iter_rows()
    assert [(period, unit, int(value)) for period, unit, value in filled] == [("2024", "c", 15), ("2025", "b", 40)]


@pytest.mark.parametrize(
    ("book", "code"),
    [
        ("prepare: {impute: {by: unit.regin}}\n" + X, "scoring.unknown-attribute"),
        (
            "measures: {x: {value: unit.x, prepare: {denominator: unit.region}}}\n" + value_points("x"),
            "scoring.attribute-not-a-number",
        ),
        ("prepare: {screen: {min_share: 0.5, keep: [zz]}}\n" + X, "scoring.unknown-kept"),
    ],
)
def test_what_only_the_register_can_tell(tmp_path: Path, book: str, code: str) -> None:
    made = folder(tmp_path, SURVEYED, book)
    with pytest.raises(InputError) as caught:
        shuping.score(made)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert problem.message("zh") != problem.message("en")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("14", "14"),
        ("0.000149236679", "0.000149237"),
        ("-0.00012345678", "-0.000123457"),
        ("2/3", "0.666667"),
    ],
)
def test_figures_short_enough_to_read(number: str, text: str) -> None:
    assert short(parse_exact(number)) == text


QUARTERS = """prepare: {screen: {min_share: 0.5}, impute: {statistic: mean}}
datasets: {figure: {period: quarter, fields: {x: {type: number, required: false}}}}
measures: {x: {from: figure, value: sum(x)}, y: {value: unit.y}}
missing: rescale
criteria:
  - {id: by_quarter, points: 100, measure: x, method: {ratio_uncapped: {target: 100}}, each: quarter}
  - {id: as_a_whole, points: 100, measure: y, method: {ratio_uncapped: {target: 100}}}
"""


def test_a_criterion_by_quarters_is_prepared_quarter_by_quarter(tmp_path: Path) -> None:
    """b filed nothing in the second quarter: the mean of a (30) and c (50) stands in; d, with nothing, is out."""
    filed = {"a": (10, 30, 10, 10), "b": (20, None, 20, 20), "c": (30, 50, 30, 30)}
    rows = [
        f"{unit},2025-Q{quarter},{value}"
        for unit, values in filed.items()
        for quarter, value in enumerate(values, start=1)
        if value is not None
    ]
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "figure.csv").write_text("unit,period,x\n" + "\n".join(rows) + "\n", encoding="utf-8")
    result = scored(tmp_path, "id kind y\na town 1\nb town -\nc town 3\nd town -", QUARTERS, TOWNS)
    assert points(result, "by_quarter") == {"a": "15", "b": "25", "c": "35"}
    assert points(result, "as_a_whole")["b"] == "2"
    made = result.prepared.select("period", "unit", "measure", "step").iter_rows()
    assert sorted(made, key=str) == [
        ("2025", "b", "y", "impute"),
        ("2025", "d", None, "screen"),
        ("2025-Q2", "b", "x", "impute"),
    ]
