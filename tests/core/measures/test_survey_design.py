"""Designs, intervals and differences of surveys: by hand, by textbook formulas, and as another library has them."""

from __future__ import annotations

import csv
import math
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping.errors import InputError
from shuping.measures import compute
from shuping.measures.survey_compare import between_units, breakdown, change, suppressed
from shuping.measures.survey_design import Draw, LonelyError, Stage, kish
from shuping.measures.survey_interval import Sampled, difference, interval, t_quantile, wilson
from shuping.measures.survey_plan import PlannedStratum, Wanted, allocate, plan
from shuping.measures.survey_units import ask
from shuping.measures.tree import UnitTree
from shuping.records import folder_from_frames
from shuping.records.folder import Folder
from shuping.rulebook.model import Measure, Rulebook
from shuping.values import Missing

UNITS = pl.DataFrame(
    {
        "id": ["county", "a", "b"],
        "name": ["County", "A", "B"],
        "kind": ["county", "town", "town"],
        "parent": [None, "county", "county"],
        "urban": ["700", "400", "300"],
        "rural": ["1300", "600", "700"],
    }
)


def book(survey: dict[str, Any], **measures: dict[str, Any]) -> Rulebook:
    """Return a rule book with one survey of a question with good, bad and dk."""
    asked = {"survey": "poll", "question": "view", "share": ["good"], "exclude": ["dk"], "min_n": 1}
    return Rulebook.model_validate(
        {
            "rulebook": "t", "version": "1", "title": "T", "groups": {"towns": {"kind": "town"}},
            "surveys": {"poll": {"questions": {"view": ["good", "bad", "dk"], "sex": ["f", "m"]}, **survey}},
            "measures": {name: {**asked, **more} for name, more in (measures or {"view": {}}).items()},
        }
    )  # fmt: skip


def rows(count: int, unit: str = "a", view: str | None = "good", **more: Any) -> list[dict[str, Any]]:
    """Return so many equal answers."""
    return [{"unit": unit, "view": view, **more}] * count


def folder(answers: list[dict[str, Any]], survey: dict[str, Any], **measures: dict[str, Any]) -> Folder:
    frame = pl.DataFrame(answers, infer_schema_length=None)
    return folder_from_frames(book(survey, **measures), UNITS, surveys={"poll": frame})


def of(found: Folder, unit: str = "a", measure: str = "view", period: str = "2025") -> dict[str, Any]:
    """Return a row of the measures."""
    frame = compute(found, [period]).frame
    return frame.filter((pl.col("measure") == measure) & (pl.col("unit") == unit)).row(0, named=True)


# --- DOMAIN's arithmetic

URBAN_RURAL = (
    rows(90, stratum="urban") + rows(30, view="bad", stratum="urban") + rows(72, stratum="rural")
    + rows(8, view="bad", stratum="rural")
)  # fmt: skip
SHARES = {"strata": {"urban": {"share": "0.4"}, "rural": {"share": "0.6"}}}


def test_strata_by_share() -> None:
    plain = of(folder(URBAN_RURAL, {}))
    assert Fraction(int(plain["numerator"]), int(plain["denominator"])) == Fraction(81, 100)
    weighted = of(folder(URBAN_RURAL, {"design": SHARES}, view={"interval": "normal", "percent": True, "places": 1}))
    assert Fraction(int(weighted["numerator"]), int(weighted["denominator"])) == Fraction(84, 100)
    assert f"{weighted['se'] * 100:.2f}" == "2.57"
    assert weighted["se"] == pytest.approx(math.sqrt(0.16 * 0.75 * 0.25 / 119 + 0.36 * 0.9 * 0.1 / 79), rel=1e-12)
    assert "n_eff = 171.4; deff(weights) = 1.17; " in weighted["parts"]
    assert "interval(0.95) = 79.0%–89.0%" in weighted["parts"]


def test_the_usual_first_approximation_of_that_error() -> None:
    assert f"{100 * math.sqrt(0.16 * 0.75 * 0.25 / 120 + 0.36 * 0.9 * 0.1 / 80):.2f}" == "2.56"  # with n for n - 1
    assert kish(np.repeat([0.4 / 120, 0.6 / 80], [120, 80])) == pytest.approx(171.43, abs=0.01)


@pytest.mark.parametrize(
    ("good", "n", "low", "high"),
    [(18, 20, 69.9, 97.2), (180, 200, 85.1, 93.4), (360, 400, 86.7, 92.6), (20, 20, 83.9, 100.0)],
)
def test_wilson(good: int, n: int, low: float, high: float) -> None:
    found = wilson(good / n, n)
    assert (round(found.low * 100, 1), round(found.high * 100, 1)) == (low, high)
    kinds = {"view": {"interval": "wilson", "percent": True, "places": 1}}
    shown = of(folder(rows(good) + rows(n - good, view="bad"), {}, **kinds))["parts"]
    assert f"interval(0.95) = {low:.1f}%–{high:.1f}%" in shown


@pytest.mark.parametrize(
    ("wanted", "n"),
    [
        (Wanted(), 385), (Wanted(error=0.03), 1068), (Wanted(population=1000), 278), (Wanted(population=10_000), 370),
        (Wanted(deff=1.5), 577),
    ],
)  # fmt: skip
def test_sample_sizes(wanted: Wanted, n: int) -> None:
    assert plan(wanted).n == n
    assert plan(wanted).error <= wanted.error + 1e-9 < plan(wanted, n - 2).error + 1e-3


def test_half_a_point_in_four_hundred_is_no_change() -> None:
    old, new = ((p, math.sqrt(p * (1 - p) / 400)) for p in (0.9571, 0.962))
    found = difference(Sampled(*old, 400, 399), Sampled(*new, 400, 399))
    assert (round(found.interval.low * 100, 1), round(found.interval.high * 100, 1)) == (-2.2, 3.2)
    assert not found.distinguishable


# --- by another method


def test_strata_are_their_textbook_formula() -> None:
    n = np.array([100, 50, 50])
    stratum = np.repeat([0, 1, 2], n)
    generator = np.random.default_rng(5)
    score, weight = generator.normal(size=200), np.repeat([44.21, 15.1, 20.36], n)
    mean = (score * weight).sum() / weight.sum()
    draw = Draw(Stage(stratum, np.arange(200), np.full(3, np.inf)))
    found = draw.variance(weight * (score - mean) / weight.sum(), np.arange(200))
    share = n * np.array([44.21, 15.1, 20.36]) / weight.sum()
    textbook = sum(share[h] ** 2 * score[stratum == h].var(ddof=1) / n[h] for h in range(3))
    assert found == pytest.approx(textbook, rel=1e-12)


@pytest.mark.case("survey_api")
def test_schools_as_the_library_samplics_has_them(case: Path) -> None:
    """samplics 0.6.1, TaylorEstimator on apistrat without finite populations: 9.536132296925155 for the mean,
    117319.08596896476 for the total; 11.18963220792786 with districts as clusters in the strata; parts by sch.wide
    18.943708679091756 and 10.654073882751684.
    """
    with (case / "apistrat.csv").open(encoding="utf-8") as file:
        given = list(csv.DictReader(file))
    stratum, cluster = (np.unique([row[key] for row in given], return_inverse=True)[1] for key in ("stype", "dnum"))
    score, weight, enrol = (np.array([float(row[key]) for row in given]) for key in ("api00", "pw", "enroll"))
    everyone, free = np.arange(200), np.full(3, np.inf)
    z = weight * (score - (weight * score).sum() / weight.sum()) / weight.sum()
    direct = Draw(Stage(stratum, everyone, free))
    assert math.sqrt(direct.variance(z, everyone)) == pytest.approx(9.536132296925155, rel=1e-12)
    assert math.sqrt(direct.variance(weight * enrol, everyone)) == pytest.approx(117319.08596896476, rel=1e-12)
    nested = np.unique(stratum * 10_000 + cluster, return_inverse=True)[1]
    grouped = Draw(Stage(stratum, nested, free))
    assert math.sqrt(grouped.variance(z, everyone)) == pytest.approx(11.18963220792786, rel=1e-12)
    for answer, error in (("No", 18.943708679091756), ("Yes", 10.654073882751684)):
        part = np.flatnonzero([row["sch.wide"] == answer for row in given])
        held = weight[part].sum()
        inside = weight[part] * (score[part] - (weight * score)[part].sum() / held) / held
        assert math.sqrt(direct.variance(inside, part)) == pytest.approx(error, rel=1e-12)


def test_student_and_normal_quantiles() -> None:
    assert t_quantile(0.95, 14) == pytest.approx(2.144787, abs=1e-6)  # any table of Student's t
    assert t_quantile(0.95, 10**9) == pytest.approx(1.959964, abs=1e-6)


# --- properties


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=30), st.integers(0, 40))
def test_simple_random_sampling_is_its_textbook_formula(scores: list[int], more: int) -> None:
    n, values = len(scores), np.array(scores, dtype=float)
    draw = Draw(Stage(np.zeros(n, dtype=np.int64), np.arange(n), np.array([float(n + more)])))
    found = draw.variance((values - values.mean()) / n, np.arange(n))
    assert found == pytest.approx(more / (n + more) * values.var(ddof=1) / n, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=30), st.randoms(use_true_random=False))
def test_a_part_counts_the_others_as_zeros(scores: list[int], chance: Any) -> None:
    n, values = len(scores), np.array(scores, dtype=float)
    inside = np.array([chance.random() < 0.5 for _ in scores])
    draw = Draw(Stage(np.zeros(n, dtype=np.int64), np.arange(n) // 2, np.array([np.inf])))
    if n >= 4:
        whole = draw.variance(np.where(inside, values, 0), np.arange(n))
        assert draw.variance(values[inside], np.flatnonzero(inside)) == pytest.approx(whole, abs=1e-9)


def spread(estimates: list[float]) -> float:
    return float(np.var(estimates))


def test_over_all_samples_the_variance_of_a_total_is_right_on_average() -> None:
    """Every sample of 3 of 6 in one stratum and 2 of 4 in another: 120 samples, none left out."""
    population = {0: [3.0, 1.0, 4.0, 1.0, 5.0, 9.0], 1: [2.0, 7.0, 1.0, 8.0]}
    estimates, variances = [], []
    for first, second in product(combinations(population[0], 3), combinations(population[1], 2)):
        weighted = np.array([*(2 * value for value in first), *(2 * value for value in second)])
        draw = Draw(Stage(np.repeat([0, 1], [3, 2]), np.arange(5), np.array([6.0, 4.0])))
        estimates.append(weighted.sum())
        variances.append(draw.variance(weighted, np.arange(5)))
    assert np.mean(estimates) == pytest.approx(41)
    assert np.mean(variances) == pytest.approx(spread(estimates), rel=1e-12)


def test_over_all_two_stage_samples_too() -> None:
    """Two of three villages, then two of three and two of four people, and so on: every sample, by its probability."""
    villages = [[3.0, 1.0, 4.0], [1.0, 5.0, 9.0, 2.0], [6.0, 5.0]]
    total, square, expected, whole = 0.0, 0.0, 0.0, 0.0
    for drawn in combinations(range(3), 2):
        parts = [list(combinations(villages[at], 2)) for at in drawn]
        chance = 1 / 3 / math.prod(len(choices) for choices in parts)
        sizes = np.array([float(len(villages[at])) for at in drawn])
        for people in product(*parts):
            paired = zip(sizes, people, strict=True)
            weighted = np.array([1.5 * size / 2 * value for size, pair in paired for value in pair])
            parent = np.repeat([0, 1], 2)
            draw = Draw(Stage(np.zeros(4, dtype=np.int64), parent, np.array([3.0])), Stage(parent, np.arange(4), sizes))
            whole += chance
            total += chance * weighted.sum()
            square += chance * weighted.sum() ** 2
            expected += chance * draw.variance(weighted, np.arange(4))
    assert whole == pytest.approx(1)
    assert total == pytest.approx(36)
    assert expected == pytest.approx(square - total**2, rel=1e-12)


def test_everybody_asked_leaves_no_sampling_error() -> None:
    design = {"design": {"finite": True, "population": "unit.rural"}}
    answers = rows(450) + rows(150, view="bad")
    found = of(folder(answers, design))
    assert (found["se"], Fraction(int(found["numerator"]), int(found["denominator"]))) == (0, Fraction(3, 4))


def test_sizes_of_strata_from_the_register_join_units() -> None:
    sizes = {"strata": {name: {"population": f"unit.{name}"} for name in ("urban", "rural")}}
    answers = [
        *rows(6, stratum="urban"), *rows(4, view="bad", stratum="urban"), *rows(5, stratum="rural"),
        *rows(5, view="bad", stratum="rural"), *rows(8, "b", stratum="urban"), *rows(2, "b", "bad", stratum="urban"),
        *rows(2, "b", stratum="rural"), *rows(8, "b", "bad", stratum="rural"),
    ]  # fmt: skip
    found = compute(folder(answers, {"design": sizes}), ["2025"]).values("2025", "view")
    assert found["a"] == Fraction(400 * 6 + 600 * 5, 10 * 1000)
    assert found["b"] == Fraction(300 * 8 + 700 * 2, 10 * 1000)
    assert found["county"] == Fraction(2400 + 3000 + 2400 + 1400, 10 * 2000)
    only = [row for row in answers if (row["unit"], row["stratum"]) != ("b", "rural")]
    missing = compute(folder(only, {"design": sizes}), ["2025"]).values("2025", "view")
    assert (missing["a"], missing["b"], missing["county"]) == (found["a"], Missing("too_few"), Missing("too_few"))


def test_mean_score_of_answers_is_exact() -> None:
    points = {"share": [], "points": {"good": "100", "bad": "1/3"}}
    answers = rows(2) + rows(1, view="bad") + rows(5, view="dk") + rows(1, view=None)
    found = of(folder(answers, {}, view=points))
    assert Fraction(int(found["numerator"]), int(found["denominator"])) == Fraction(601, 9)
    assert found["parts"] == "good = 2; bad = 1; n = 3"
    assert found["se"] == pytest.approx(np.std([100, 100, 1 / 3]) / math.sqrt(3))


def test_weights_are_decimals_and_totals_what_they_stand_for() -> None:
    answers = rows(2, weight="10.5") + rows(1, view="bad", weight="0.000000000001")
    total = of(folder(answers, {}, view={"estimate": "total"}))
    assert (total["numerator"], total["denominator"]) == ("21", "1")
    share = of(folder(answers, {}))
    assert Fraction(int(share["numerator"]), int(share["denominator"])) == Fraction(21 * 10**12, 21 * 10**12 + 1)


# --- bad input


def problem(answers: list[dict[str, Any]], survey: dict[str, Any]) -> Any:
    with pytest.raises(InputError) as caught:
        compute(folder(answers, survey), ["2025"])
    found = caught.value.problems[0]
    assert found.message("zh") != found.message("en")
    return found


def test_a_stratum_of_one() -> None:
    answers = rows(3, stratum="urban") + rows(2, view="bad", stratum="urban") + rows(1, stratum="rural")
    found = problem(answers, {"design": SHARES})
    assert (found.code, found.place.file, found.place.line) == ("measures.survey-lonely-stratum", "surveys/poll", 6)
    assert "“rural”" in found.message("zh")
    assert "lonely: centre" in found.message("en")
    for rule in ("centre", "average"):
        assert of(folder(answers, {"design": {**SHARES, "lonely": rule}}))["se"] > 0


def test_a_cluster_of_one_at_the_second_stage() -> None:
    answers = [
        *rows(3, cluster="x", fpc=9, fpc2=20), *rows(3, view="bad", cluster="y", fpc=9, fpc2=20),
        *rows(1, cluster="z", fpc=9, fpc2=20),
    ]  # fmt: skip
    design = {"clusters": "two_stage", "finite": True}
    assert problem(answers, {"design": design}).code == "measures.survey-lonely-cluster"
    assert of(folder(answers, {"design": {**design, "lonely": "average"}}))["se"] > 0


def test_what_is_done_with_a_stratum_of_one() -> None:
    stage = Stage(np.array([0, 0, 1]), np.arange(3), np.full(2, np.inf))
    z, all_rows = np.array([1.0, -3.0, 2.0]), np.arange(3)  # about their mean: 2 x (4 + 4) / (2 - 1); alone: 2 squared
    with pytest.raises(LonelyError):
        Draw(stage).variance(z, all_rows)
    assert Draw(stage, None, "centre").variance(z, all_rows) == 16 + 4
    assert Draw(stage, None, "average").variance(z, all_rows) == 2 * 16


@pytest.mark.parametrize(
    ("answers", "design", "code", "line"),
    [
        (rows(5, fpc=4), {"finite": True}, "survey-over-population", 1),
        (rows(3, fpc=9) + rows(1, fpc=8), {"finite": True}, "survey-fpc-differs", 1),
        (rows(401), {"finite": True, "population": "unit.urban"}, "survey-over-population", 1),
        (rows(5), {"population": "unit.area"}, "survey-no-size", None),
        (rows(5, sex="f") + rows(2, sex=None), {"post_strata": {"by": "sex", "population": {"f": 1, "m": 1}}},
         "survey-no-post-stratum", None),
    ],
)  # fmt: skip
def test_samples_that_do_not_fit(answers: list[dict[str, Any]], design: Any, code: str, line: int | None) -> None:
    found = problem(answers, {"design": design})
    assert (found.code, found.place.file, found.place.line) == (f"measures.{code}", "surveys/poll", line)


@pytest.mark.parametrize(
    ("answer", "survey", "code"),
    [
        ({"weight": "-1"}, {}, "below-min"), ({"weight": "0"}, {}, "below-min"),
        ({"stratum": "suburb"}, {"design": SHARES}, "not-an-option"),
        ({"view": "fine"}, {}, "not-an-option"),
        ({"stratum": None}, {"design": SHARES}, "required"),
        ({"fpc": "0"}, {"design": {"finite": True}}, "below-min"),
    ],
)  # fmt: skip
def test_answers_that_are_refused(answer: dict[str, Any], survey: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        folder([{"unit": "a", "view": "good", **answer}], survey)
    (found,) = caught.value.problems
    assert (found.code, found.place.line) == (f"records.{code}", 1)


def test_min_n_is_thirty_unless_said() -> None:
    few = folder(rows(29) + rows(30, "b"), {}, view={"min_n": Measure.model_fields["min_n"].default})
    found = compute(few, ["2025"]).values("2025", "view")
    assert (found["a"], found["b"], found["county"]) == (Missing("too_few"), Fraction(1), Fraction(1))


# --- comparisons


def asked(found: Folder, period: str = "2025") -> Any:
    return ask(found, "view", period, UnitTree.of(found.register))


def test_change_between_periods() -> None:
    two = [
        *rows(50, period="2024"), *rows(50, view="bad", period="2024"), *rows(55, period="2025"),
        *rows(45, view="bad", period="2025"), *rows(50, "b", period="2024"), *rows(50, "b", "bad", period="2024"),
        *rows(75, "b", period="2025"), *rows(25, "b", "bad", period="2025"),
    ]  # fmt: skip
    made = folder(two, {})
    same, rose = (change(asked(made, "2024"), asked(made), unit) for unit in (1, 2))
    assert same is not None
    assert rose is not None
    assert (round(same.value, 2), same.distinguishable, rose.distinguishable) == (0.05, False, True)
    assert rose.se == pytest.approx(math.sqrt(0.25 / 100 + 0.75 * 0.25 / 100))


def test_all_against_nearly_all_has_a_width() -> None:
    found = difference(Sampled(1.0, 0.0, 20, 19), Sampled(0.9, math.sqrt(0.09 / 20), 20, 19))
    # Newcombe (1998), method 10, from the intervals 83.9-100 and 69.9-97.2
    assert found.interval.low == pytest.approx(-0.1 - math.hypot(0.9 - 0.69896, 0), abs=2e-4)
    assert found.interval.high == pytest.approx(-0.1 + math.hypot(0.97213 - 0.9, 1 - 0.83887), abs=2e-4)
    assert not found.distinguishable


def test_two_parts_of_one_sample_share_their_clusters() -> None:
    answers = [
        {"unit": unit, "cluster": str(number), "view": "good" if (number + shift) % 3 else "bad"}
        for number in range(12) for shift, unit in enumerate(("a", "b", "a", "b"))
    ]  # fmt: skip
    made = folder(answers, {"design": {"sample": "whole", "clusters": "one_stage"}})
    found = between_units(asked(made), 1, 2)
    assert found is not None
    frame = pl.DataFrame(answers).with_columns(good=(pl.col("view") == "good").cast(pl.Float64))
    mean = dict(frame.group_by("unit").agg(pl.col("good").mean()).iter_rows())
    n = dict(frame.group_by("unit").len().iter_rows())
    frame = frame.with_columns(
        z=pl.struct("unit", "good").map_elements(
            lambda row: (1 if row["unit"] == "b" else -1) * (row["good"] - mean[row["unit"]]) / n[row["unit"]],
            pl.Float64,
        )
    )
    totals = frame.group_by("cluster").agg(pl.col("z").sum())["z"].to_numpy()
    assert found.se == pytest.approx(math.sqrt(12 * totals.var(ddof=1)), rel=1e-9)


def test_small_cells_and_what_would_give_them_away() -> None:
    assert suppressed({"f": 20, "m": 9, "x": 12}, 10) == {"m": "small", "x": "complement"}
    assert suppressed({"f": 20, "m": 9, "x": 8}, 10) == {"m": "small", "x": "small"}
    assert suppressed({"f": 20, "m": 4, "x": 3}, 10) == {"m": "small", "x": "small", "f": "complement"}
    assert suppressed({"f": 20, "m": 10}, 10) == {}
    assert suppressed({"m": 9}, 10) == {"m": "small"}
    made = folder(rows(15, sex="f") + rows(15, view="bad", sex="m") + rows(4, view="bad", sex="m"), {})
    shown = breakdown(asked(made), 1, "sex")
    assert [(cell.name, cell.estimate.n) for cell in shown if cell.estimate] == [("f", 15), ("m", 19)]
    few = folder(rows(25, sex="f") + rows(5, view="bad", sex="m"), {})
    assert [cell.suppressed for cell in breakdown(asked(few), 1, "sex")] == ["complement", "small"]


# --- plans


def test_allocation() -> None:
    strata = (PlannedStratum("urban", 400), PlannedStratum("rural", 600))
    assert allocate(200, strata) == (("urban", 80), ("rural", 120))
    # Neyman: 400 x 0.5 = 200, 600 x 0.3 = 180; 200 of 380 and 180 of 380 of 190 answers
    unlike = (PlannedStratum("urban", 400, 0.5), PlannedStratum("rural", 600, 0.9))
    assert allocate(190, unlike, "neyman") == (("urban", 100), ("rural", 90))
    assert allocate(100, (PlannedStratum("islet", 3), PlannedStratum("town", 5000))) == (("islet", 2), ("town", 98))
    assert allocate(50, (PlannedStratum("islet", 30), PlannedStratum("town", 40))) == (("islet", 21), ("town", 29))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=6), st.integers(1, 800))
def test_allocation_gives_out_all_that_fits(populations: list[int], n: int) -> None:
    strata = tuple(PlannedStratum(str(at), size) for at, size in enumerate(populations))
    given_out = dict(allocate(n, strata))
    assert all(min(2, size) <= given_out[str(at)] <= size for at, size in enumerate(populations))
    least = sum(min(2, size) for size in populations)
    assert sum(given_out.values()) == min(max(n, least), sum(populations))


def test_what_a_sample_could_tell() -> None:
    # two samples of 385: (1.96 + 0.8416) x sqrt(2 x 0.25 / 385) = 0.101
    assert plan(Wanted()).difference == pytest.approx(0.10097, abs=1e-5)
    assert plan(Wanted(), 20).error == pytest.approx(0.219, abs=5e-4)
    assert plan(Wanted(population=100), 100).error == 0
    assert (plan(Wanted(units=12)).total, plan(Wanted(response=0.48)).to_ask) == (4620, 803)


def test_intervals_of_all_and_of_none() -> None:
    for kind in ("wilson", "logit", "normal", "t"):
        ends = interval(Sampled(0.0, 0.0, 20, 19), kind)
        assert (ends.low, round(ends.high, 3)) == (0.0, 0.161)
