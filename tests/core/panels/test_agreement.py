"""Agreement: figures printed in papers, other programs' figures quoted with their source, and what must always hold."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from shuping.panels.agreement import (
    FORMS,
    METRICS,
    Alpha,
    Concordance,
    Intraclass,
    Unmeasured,
    agree,
    alpha,
    concordance,
    intraclass,
    marks_of,
    spread,
)
from shuping.panels.agreement_words import alpha_sentence, sentences


def frame(table: list[list[float | None]]) -> pl.DataFrame:
    """A row per unit, a column per reviewer."""
    rows = [(f"u{i}", f"r{j}", mark) for i, row in enumerate(table) for j, mark in enumerate(row)]
    return pl.DataFrame(rows, schema={"unit": pl.String, "reviewer": pl.String, "mark": pl.Float64}, orient="row")


def columns(reviewers: list[list[float | None]]) -> pl.DataFrame:
    """A row per reviewer, as coding tables are printed."""
    return frame([list(unit) for unit in zip(*reviewers, strict=True)])


def icc(table: list[list[float | None]]) -> Intraclass:
    found = intraclass(marks_of(frame(table)))
    assert isinstance(found, Intraclass)
    return found


# --- Shrout & Fleiss 1979, tables 2 to 4: six targets, four judges -----------------------------------------------

SHROUT_FLEISS: list[list[float | None]] = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
PRINTED = {"ICC(1,1)": ".17", "ICC(2,1)": ".29", "ICC(3,1)": ".71", "ICC(1,k)": ".44", "ICC(2,k)": ".62",
           "ICC(3,k)": ".91"}  # fmt: skip
# pingouin 0.7.0, intraclass_corr(...)["CI95"] with round.column.CI95 = 6; psych::ICC prints the same to two decimals
PINGOUIN = {
    "ICC(1,1)": (-0.132932, 0.722560),
    "ICC(2,1)": (0.018787, 0.761084),
    "ICC(3,1)": (0.342465, 0.945858),
    "ICC(1,k)": (-0.884442, 0.912415),
    "ICC(2,k)": (0.071137, 0.927232),
    "ICC(3,k)": (0.675675, 0.985892),
}


def test_shrout_and_fleiss_as_printed() -> None:
    found = icc(SHROUT_FLEISS)
    assert {c.form: f"{c.value:.2f}".lstrip("0") for c in found.coefficients} == PRINTED
    squares = found.squares
    shown = (squares.between_units, squares.within_units, squares.between_reviewers, squares.residual)
    assert [f"{float(square):.2f}" for square in shown] == ["11.24", "6.26", "32.49", "1.02"]
    assert (squares.units, squares.reviewers) == (6, 4)


@pytest.mark.case("shrout_fleiss")
def test_the_case_holds_the_same_ratings(case: Path) -> None:
    given = pl.read_csv(case / "ratings.csv").drop("target")
    assert given.rows() == [tuple(row) for row in SHROUT_FLEISS]


def test_intervals_equal_those_of_another_program() -> None:
    found = icc(SHROUT_FLEISS)
    for form, (low, high) in PINGOUIN.items():
        coefficient = found.of(form)  # type: ignore[arg-type]
        assert (coefficient.low, coefficient.high) == pytest.approx((low, high), abs=6e-7)


def test_a_second_table_against_another_program() -> None:
    """Normal draws, rounded; estimates and intervals from pingouin 0.7.0."""
    table = [[10.4, 7.4, 16.0], [-15.2, -17.7, -7.3], [3.1, -0.4, 11.6], [-3.9, -4.5, 8.4], [-1.1, -5.5, 3.8],
             [0.1, 3.0, 4.8], [-11.3, -8.8, -6.1]]  # fmt: skip
    found = icc(table)  # type: ignore[arg-type]
    values = [0.7080174599388565, 0.7282111258450902, 0.9188570312568574, 0.8791480463883684, 0.8893558003035101,
              0.9714055162163646]  # fmt: skip
    ends = [(0.312439, 0.934539), (0.1246, 0.946729), (0.736382, 0.984183), (0.576853, 0.977184),
            (0.299232, 0.981589), (0.893391, 0.994671)]  # fmt: skip
    assert [c.value for c in found.coefficients] == pytest.approx(values, abs=1e-13)
    for coefficient, (low, high) in zip(found.coefficients, ends, strict=True):
        assert (coefficient.low, coefficient.high) == pytest.approx((low, high), abs=6e-7)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """800 panels drawn with known variances: 4 of units, 1 of reviewers, 1 of chance."""
    draw = np.random.default_rng(1979)
    truth = {"ICC(2,1)": 4 / 6, "ICC(3,1)": 4 / 5}
    held = dict.fromkeys(truth, 0)
    for _ in range(800):
        table = draw.normal(0, 2, (10, 1)) + draw.normal(0, 1, (1, 4)) + draw.normal(0, 1, (10, 4))
        found = icc(np.round(table, 6).tolist())
        for form, value in truth.items():
            coefficient = found.of(form)  # type: ignore[arg-type]
            held[form] += coefficient.low <= value <= coefficient.high  # type: ignore[operator]
    # 95 % of 800 is 760, three standard errors 18.5; the interval of ICC(2,1) is an approximation
    assert 741 <= held["ICC(3,1)"] <= 779
    assert 728 <= held["ICC(2,1)"] <= 792


def test_mcgraw_and_wongs_names() -> None:
    names = [c.mcgraw_wong for c in icc(SHROUT_FLEISS).coefficients]
    assert names == ["ICC(1)", "ICC(A,1)", "ICC(C,1)", "ICC(k)", "ICC(A,k)", "ICC(C,k)"]


def test_units_that_somebody_did_not_mark_are_left_out_and_counted() -> None:
    found = icc([*SHROUT_FLEISS, [5, None, 5, 5]])
    assert found.left_out == 1
    assert found.coefficients == icc(SHROUT_FLEISS).coefficients


def test_perfect_agreement_is_one() -> None:
    found = icc([[1, 1, 1], [2, 2, 2], [4, 4, 4]])
    assert [(c.value, c.low, c.high) for c in found.coefficients] == [(1.0, 1.0, 1.0)] * 6


def test_a_severe_reviewer_lowers_agreement_but_not_consistency() -> None:
    found = icc([[1, 2], [2, 3], [4, 5]])
    assert found.of("ICC(3,1)").value == 1
    assert found.of("ICC(2,1)").value == pytest.approx(
        14 / 17
    )  # MSB 14/3, MSJ 3/2, no residual: (14/3)/(14/3 + 2/3 x 3/2)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[3], [4]], "one_reviewer"),
        ([[3, 4]], "few_units"),
        ([[3, None], [None, 4], [5, 6]], "few_units"),
        ([[3, 3], [3, 3]], "no_variation"),
        ([[3, 4], [4, 3]], "no_spread"),
    ],
)
def test_what_cannot_be_measured_is_said(table: list[list[float | None]], reason: str) -> None:
    assert intraclass(marks_of(frame(table))) == Unmeasured(reason)  # type: ignore[arg-type]


# --- Krippendorff's alpha ------------------------------------------------------------------------------------------

N = None
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units
FOUR_OBSERVERS: list[list[float | None]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def test_krippendorffs_own_example() -> None:
    marks = marks_of(columns(FOUR_OBSERVERS))
    found = {metric: alpha(marks, metric) for metric in METRICS}
    shown = {metric: f"{float(a.value):.3f}" for metric, a in found.items() if isinstance(a, Alpha)}
    assert shown == {"nominal": "0.743", "ordinal": "0.815", "interval": "0.849"}
    interval = found["interval"]
    assert isinstance(interval, Alpha)
    assert (interval.units, interval.marks) == (11, 40)


# rng = numpy default_rng(7), half marks, a fifth missing; alpha from the package krippendorff 0.9.0
HALF_MARKS: list[list[float | None]] = [
    [N, 4.0, 4.0, 5.5, N, 5.0, 5.0, 1.0, 0.0, 1.5, 1.5, N, 5.5, 0.0],
    [3.0, 5.0, N, N, 0.5, 3.0, N, 1.5, 2.0, 1.5, 4.5, 1.5, 6.0, N],
    [3.0, 3.0, 3.5, 3.5, 3.0, N, 5.0, N, N, 4.0, 2.0, 6.0, 3.0, 1.0],
    [5.0, 1.0, 5.5, 3.5, 0.5, 0.0, 2.5, N, 0.5, N, 6.0, 3.0, N, 5.5],
    [5.0, N, 2.5, 3.0, 1.5, 3.0, 2.0, N, 6.0, N, 0.5, 1.0, 6.0, 4.0],
    [5.5, 1.0, 4.5, 2.0, 3.0, 0.0, 4.0, 5.0, 4.0, 1.0, 3.0, 1.5, 6.0, N],
    [1.0, 3.0, 6.0, 5.5, 4.5, 4.0, 0.0, 4.5, 3.0, 0.5, 1.5, 3.5, N, 3.0],
    [3.5, 5.5, N, 2.0, 4.0, 3.5, 0.5, 0.0, 4.0, 2.5, 3.5, 2.0, N, N],
    [2.0, 5.0, 2.5, 2.0, N, 6.0, 2.5, 3.5, 2.5, 3.5, N, N, N, 4.0],
]
PACKAGE = {"nominal": 0.006399478259097036, "ordinal": 0.026426920030889978, "interval": 0.03537491852197372}


@pytest.mark.parametrize("metric", METRICS)
def test_alpha_equals_another_programs(metric: str) -> None:
    found = alpha(marks_of(columns(HALF_MARKS)), metric)  # type: ignore[arg-type]
    assert isinstance(found, Alpha)
    assert float(found.value) == pytest.approx(PACKAGE[metric], abs=1e-14)


def by_definition(marks: pl.DataFrame, metric: str) -> Fraction | None:
    """Alpha from every pair of marks, in Krippendorff's own notation: slow and obvious."""
    units: dict[str, list[Fraction]] = {}
    for unit, _, mark in marks.drop_nulls().sort("unit", "reviewer").iter_rows():
        units.setdefault(unit, []).append(Fraction(str(mark)))
    units = {unit: given for unit, given in units.items() if len(given) > 1}
    if len(units) == 1:  # 0, whatever the marks are
        return None
    every = [mark for given in units.values() for mark in given]

    def apart(a: Fraction, b: Fraction) -> Fraction:
        if metric == "nominal":
            return Fraction(a != b)
        if metric == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(low <= mark <= high for mark in every)
        return (between - Fraction(every.count(a) + every.count(b), 2)) ** 2 if a != b else Fraction(0)

    expected = sum((apart(a, b) for a in every for b in every), Fraction(0)) / (len(every) * (len(every) - 1) or 1)
    observed = sum(
        (sum((apart(a, b) for a in given for b in given), Fraction(0)) / (len(given) - 1) for given in units.values()),
        Fraction(0),
    )
    return 1 - observed / len(every) / expected if every and expected else None


TABLES = st.lists(st.lists(st.sampled_from([None, 0, 1, 2, 2.5, 7]), min_size=3, max_size=3), min_size=1, max_size=6)


@given(TABLES, st.sampled_from(METRICS))
def test_alpha_is_its_definition(table: list[list[float | None]], metric: str) -> None:
    found = alpha(marks_of(frame(table)), metric)  # type: ignore[arg-type]
    assert (found.value if isinstance(found, Alpha) else None) == by_definition(frame(table), metric)


@given(TABLES, st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(table: list[list[float | None]], draw: random.Random) -> None:
    given = frame(table)
    shuffled = given.sample(fraction=1, shuffle=True, seed=draw.randrange(1000))
    renamed = shuffled.with_columns(pl.col("reviewer").replace({"r0": "z", "r2": "a"}))
    one, other = agree(given), agree(renamed)
    assert (one.intraclass, one.alpha, one.concordance) == (other.intraclass, other.alpha, other.concordance)
    assert one.spread.equals(other.spread)


@pytest.mark.case("insteval")
def test_alpha_of_insteval(case: Path) -> None:
    given = pl.read_csv(case / "InstEval.csv.gz").select(unit="d", reviewer="s", mark="y")
    marks = marks_of(given)
    stated = {"interval": 0.1597687999151577, "ordinal": 0.1578791329608461, "nominal": 0.040361335282753874}
    for metric, value in stated.items():
        found = alpha(marks, metric)  # type: ignore[arg-type]
        assert isinstance(found, Alpha)
        assert (found.units, found.marks) == (1128, 73421)
        assert float(found.value) == pytest.approx(value, abs=1e-15)


def test_the_interval_of_alpha_is_seeded_and_wraps_the_estimate() -> None:
    marks = marks_of(columns(FOUR_OBSERVERS))
    for metric in METRICS:
        found = alpha(marks, metric, draws=500, seed=4)
        assert isinstance(found, Alpha)
        assert found == alpha(marks, metric, draws=500, seed=4)
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.value < found.high
    assert alpha(marks, draws=500, seed=4) != alpha(marks, draws=500, seed=5)
    with pytest.raises(ValueError, match="need a seed"):
        alpha(marks, draws=500)


def test_a_draw_that_takes_every_unit_once_gives_the_estimate() -> None:
    """The bootstrap's array code against the exact count."""
    from shuping.panels.agreement_alpha import _drawn

    marks = marks_of(columns(HALF_MARKS))
    values = sorted({mark for _, _, mark in marks.rows})
    table = np.array([[list(row.values()).count(v) for v in values] for row in marks.by_unit.values() if len(row) > 1])
    for metric in METRICS:
        once = _drawn(table.astype(float), np.array(values, dtype=float), np.ones((1, len(table))), metric)
        assert once[0] == pytest.approx(PACKAGE[metric], abs=1e-12)


def test_alpha_without_pairs_or_variation() -> None:
    assert alpha(marks_of(frame([[3, None], [None, 4]]))) == Unmeasured("no_pairs")
    assert alpha(marks_of(frame([[3, 5], [None, 4]]))) == Unmeasured("one_unit")
    assert alpha(marks_of(frame([[3, 3], [3, 3]]))) == Unmeasured("no_variation")


# --- Kendall's W ---------------------------------------------------------------------------------------------------


def w(reviewers: list[list[float | None]]) -> Concordance:
    found = concordance(marks_of(columns(reviewers)))
    assert isinstance(found, Concordance)
    return found


def test_three_executives_and_six_applicants() -> None:
    """Siegel, Nonparametric Statistics for the Behavioral Sciences (1956), chapter 9: W = .16."""
    found = w([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]])
    assert found.value == Fraction("25.5") / Fraction("157.5")
    assert f"{float(found.value):.2f}" == "0.16"


def test_three_rankings_with_ties() -> None:
    """Siegel (1956), chapter 9: W = .828 with the correction for ties."""
    found = w(
        [
            [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
            [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
            [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
        ]
    )
    assert f"{float(found.value):.3f}" == "0.828"


@given(st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=3, max_size=6))
def test_w_is_friedmans_statistic(reviewers: list[list[float | None]]) -> None:
    """Another method: Friedman's chi-square of scipy is k (n - 1) W, ties corrected in both."""
    found = concordance(marks_of(columns(reviewers)))
    if isinstance(found, Unmeasured):
        assert all(len(set(marks)) == 1 for marks in reviewers)
        return
    expected = stats.friedmanchisquare(*zip(*reviewers, strict=True))
    assert (found.chi_square, found.p) == pytest.approx((expected.statistic, expected.pvalue), abs=1e-9)


def test_w_needs_two_reviewers_and_two_units() -> None:
    assert concordance(marks_of(frame([[3], [4]]))) == Unmeasured("one_reviewer")
    assert concordance(marks_of(frame([[3, 4]]))) == Unmeasured("few_units")


# --- spread, marks, sentences --------------------------------------------------------------------------------------


def test_spread_of_each_unit_by_hand() -> None:
    found = spread(marks_of(frame([[9, 2, 5, 8], [7, None, None, None]])))
    assert found["range"].to_list() == [7, 0]
    assert found["mean"].to_list() == [6, 7]
    assert found["sd"].to_list() == pytest.approx([10**0.5, None])  # 9 + 16 + 1 + 4 = 30, by 3


def test_spread_is_hidden_where_two_marks_would_be_given_away() -> None:
    found = spread(marks_of(frame([[9, 2, 5], [7, 8, None]])), fewest=3)
    assert found.row(1) == ("u1", 2, None, None, None)
    assert found["range"].to_list() == [7, None]


def test_two_marks_of_one_reviewer_are_refused() -> None:
    twice = pl.DataFrame({"unit": ["a", "a"], "reviewer": ["r", "r"], "mark": [1, 2]})
    with pytest.raises(ValueError, match="two marks of one reviewer"):
        marks_of(twice)


def test_what_the_figures_mean() -> None:
    found = agree(frame(SHROUT_FLEISS))
    assert sentences(found, "en") == [
        "The mean mark of 4 reviewers has a reliability of 0.62 (ICC(2,k); 95% interval 0.07 to 0.93): between poor "
        "and excellent by the bounds 0.5, 0.75 and 0.9 of Koo & Li (2016). A single reviewer's is 0.29 (ICC(2,1)): "
        "29% of the variation of one mark comes from differences between units, the rest from the reviewers' severity "
        "and chance; were all equally severe, it would be 0.71 (ICC(3,1)).",
        "Krippendorff's alpha (interval) is 0.147, below 0.667: by Krippendorff's (2019) convention single marks do "
        "not support even tentative conclusions.",
        "Kendall's W of the orders in which 4 reviewers put 6 units is 0.89: strong agreement on Schmidt's (1997) "
        "scale; orders made at random rarely agree so (p = 0.003).",
    ]
    chinese = sentences(found, "zh")
    assert "属于“差”到“很好”之间" in chinese[0]
    assert "低于 0.667" in chinese[1]
    assert "一致程度强" in chinese[2]


@pytest.mark.parametrize(("value", "words"), [("0.8", "at least 0.800"), ("0.7", "between"), ("0.6669", "below 0.667")])
def test_alpha_is_read_by_krippendorffs_bounds(value: str, words: str) -> None:
    assert words in alpha_sentence(Alpha("interval", Fraction(value), 5, 20), "en")


def test_a_figure_that_is_not_there_says_why_in_both_languages() -> None:
    found = agree(frame([[3, 3], [3, 3]]))
    assert [len(sentences(found, lang)) for lang in ("zh", "en")] == [3, 3]
    assert all("nothing can be measured" in text for text in sentences(found, "en"))
    assert all("无从衡量" in text for text in sentences(found, "zh"))
    assert "Left out" in sentences(agree(frame([*SHROUT_FLEISS, [5, None, 5, 5]])), "en")[-1]


def test_every_form_has_its_place() -> None:
    assert [icc(SHROUT_FLEISS).of(form).form for form in FORMS] == list(FORMS)
