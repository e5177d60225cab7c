"""Reviewers' severity against the likelihood by its definition, a printed table, hand-made panels; every refusal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from threadpoolctl import threadpool_limits

from shuping.errors import InputError, Place
from shuping.panels.severity import Sample, SeverityFit, SeverityModel, fit_severity, gram, islands
from shuping.panels.severity.equations import Equations
from shuping.panels.severity.reml import NotFound, estimate
from tests.core.panels.dense_reml import Dense, indicators
from tests.core.panels.severity_designs import draw, sparse_design

ANY = Sample(2, 2, 0)


def complete(table: list[list[float]]) -> pl.DataFrame:
    """A row per unit, a column per reviewer."""
    rows = [(f"u{i:02d}", f"r{j}", float(mark)) for i, row in enumerate(table) for j, mark in enumerate(row)]
    return pl.DataFrame(rows, schema=["unit", "reviewer", "mark"], orient="row")


def itemised(seed: int) -> pl.DataFrame:
    """A sparse panel of three items, on which reviewers are severe in different ways."""
    random = np.random.default_rng(seed)
    design = sparse_design(14, 6, 3, seed).join(pl.DataFrame({"item": ["a", "b", "c"]}), how="cross")
    extra = {(f"r{j:03d}", item): random.normal(0, 4) for j in range(6) for item in "abc"}
    marks = draw(design, 5, 3, 2, seed).marks
    shifts = [extra[row] + 5 * (row[1] == "b") for row in marks.select("reviewer", "item").iter_rows()]
    return marks.with_columns(pl.col("mark") + pl.Series(shifts))


def variances(fit: SeverityFit) -> list[float]:
    return fit.variances["variance"].to_list()


def dense_of(frame: pl.DataFrame, fixed: tuple[str, ...], terms: tuple[tuple[str, ...], ...]) -> Dense:
    columns = [np.ones((frame.height, 1))]
    columns += [indicators(frame[name].to_list())[0][:, 1:] for name in fixed]
    random = tuple(indicators(list(frame.select(term).iter_rows()))[0] for term in terms)
    return Dense(frame["mark"].to_numpy(), np.hstack(columns), random)


CASES = {
    "units and reviewers": (SeverityModel(), (), (("unit",), ("reviewer",))),
    "items fixed": (SeverityModel(fixed=("item",)), ("item",), (("unit",), ("reviewer",))),
    "reviewer x item": (
        SeverityModel(fixed=("item",), interactions=(("reviewer", "item"),)),
        ("item",),
        (("unit",), ("reviewer",), ("reviewer", "item")),
    ),
    "reviewers fixed": (SeverityModel(fixed=("item",), reviewers="fixed"), ("item", "reviewer"), (("unit",),)),
}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Small matrices: threads would only wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_the_likelihood_by_its_definition(name: str, seed: int) -> None:
    """Criterion, optimum, predictors, prediction errors and fixed estimates, against the inverted covariance matrix."""
    model, fixed, terms = CASES[name]
    frame = itemised(seed)
    fit, dense = fit_severity(frame, model, sample=ANY), dense_of(frame, fixed, terms)
    found = variances(fit)
    assert fit.criterion == pytest.approx(dense.criterion(found), rel=0, abs=1e-8)
    assert fit.criterion <= dense.lowest() + 1e-7
    effects, errors = dense.predictors(0, found)
    assert fit.units["effect"].to_numpy() == pytest.approx(effects, abs=1e-8)
    estimates, covariance = dense.estimates(found)
    assert fit.fixed["estimate"].to_numpy() == pytest.approx(estimates, abs=1e-8)
    assert fit.fixed["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(covariance)), abs=1e-8)
    unit = fit.effects("unit")
    assert unit["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(errors)), abs=1e-8)
    if model.reviewers == "random":
        effects, errors = dense.predictors(1, found)
        assert fit.reviewers["effect"].to_numpy() == pytest.approx(effects, abs=1e-8)
        assert fit.reviewers["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(errors)), abs=1e-8)


@pytest.mark.parametrize("reviewers", ["random", "fixed"])
def test_adjusted_scores_and_their_errors(reviewers: Any) -> None:
    """Adjusted = x'beta + effect; its error variance by Henderson's equations, inverted whole."""
    frame = draw(sparse_design(12, 5, 3, 8), 5, 4, 2, 8).marks
    fit = fit_severity(frame, SeverityModel(reviewers=reviewers), sample=ANY)
    fixed = () if reviewers == "random" else ("reviewer",)
    terms = (("unit",), ("reviewer",)) if reviewers == "random" else (("unit",),)
    dense, found = dense_of(frame, fixed, terms), variances(fit)
    whole = np.hstack([*dense.random, dense.fixed])
    ridge = np.zeros(whole.shape[1])
    start = 0
    for matrix, variance in zip(dense.random, found, strict=False):
        ridge[start : start + matrix.shape[1]] = found[-1] / variance
        start += matrix.shape[1]
    inverse = found[-1] * np.linalg.inv(whole.T @ whole + np.diag(ridge))
    solved = inverse @ whole.T @ dense.y / found[-1]
    at = np.zeros((12, whole.shape[1]))
    at[:, :12] = np.eye(12)
    at[:, start] = 1
    at[:, start + 1 :] = 1 / 5  # an average reviewer
    assert fit.units["adjusted"].to_numpy() == pytest.approx(at @ solved, abs=1e-8)
    assert fit.units["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(at @ inverse @ at.T)), abs=1e-8)


def test_a_printed_table() -> None:
    """Shrout and Fleiss (1979): mean squares 11.24, 32.49, 1.02 give variances (11.24-1.02)/4, (32.49-1.02)/6."""
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    fit = fit_severity(complete(table), sample=ANY)
    unit, reviewer, residual = variances(fit)
    assert (unit, reviewer, residual) == pytest.approx((10.22 / 4, 31.47 / 6, 1.02), abs=0.005)
    assert round(unit / (unit + reviewer + residual), 2) == 0.29  # the paper's ICC(2,1)
    raw = [float(Fraction(sum(row), 4)) for row in table]
    shrunk = unit / (unit + residual / 4)  # by hand: a complete design draws each unit's deviation towards 0 alike
    mean = sum(raw) / 6
    assert fit.units["raw"].to_list() == pytest.approx(raw)
    assert fit.units["adjusted"].to_list() == pytest.approx([mean + shrunk * (value - mean) for value in raw], abs=1e-6)
    average = [float(Fraction(sum(row[j] for row in table), 6)) for j in range(4)]
    expected = [reviewer / (reviewer + residual / 6) * (value - mean) for value in average]
    assert fit.reviewers["effect"].to_list() == pytest.approx(expected, abs=1e-6)


def test_the_raw_mean_has_the_error_of_its_reviewers() -> None:
    """By hand: in a complete design of 4 reviewers the raw mean's variance is (reviewer + residual) / 4."""
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    fit = fit_severity(complete(table), sample=ANY)
    _, reviewer, residual = variances(fit)
    assert fit.units["raw_se"].to_list() == pytest.approx([((reviewer + residual) / 4) ** 0.5] * 6)


def test_reviewers_alike_have_no_severity() -> None:
    """Marks whose reviewer means are closer than chance: the variance is 0, and adjusting is drawing together alone."""
    random = np.random.default_rng(0)
    table = random.normal(0, 1, (20, 6)) + random.normal(0, 2, (20, 1))
    table -= table.mean(axis=0)
    fit = fit_severity(complete(table.tolist()), sample=ANY)
    assert variances(fit)[1] == 0
    assert fit.reviewers["effect"].to_list() == [0.0] * 6
    dense = dense_of(complete(table.tolist()), (), (("unit",), ("reviewer",)))
    assert fit.criterion <= dense.lowest() + 1e-7
    order = np.argsort(fit.units["raw"].to_numpy())
    assert (np.diff(fit.units["adjusted"].to_numpy()[order]) > 0).all()


@pytest.mark.parametrize("seed", range(24))
def test_small_panels_with_little_to_see(seed: int) -> None:
    """Variances of next to nothing, rounded marks, few units: the optimum lies at 0, or there are two."""
    random = np.random.default_rng(seed)
    units, reviewers = int(random.integers(6, 14)), int(random.integers(4, 7))
    sds = [float(random.choice([0, 0.1, 1, 5])) for _ in range(2)]
    frame = draw(sparse_design(units, reviewers, 3, seed), *sds, float(random.choice([0.3, 1, 3])), seed).marks
    frame = frame.with_columns(pl.col("mark").round(1))
    fit = fit_severity(frame, sample=ANY)
    assert fit.criterion <= dense_of(frame, (), (("unit",), ("reviewer",))).lowest() + 1e-6


def test_many_products_are_multiplied_out(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = draw(sparse_design(700, 30, 6, 5), 5, 4, 2, 5).marks
    stored = fit_severity(frame)
    monkeypatch.setattr(gram, "MOST_PRODUCTS", 0)
    found = fit_severity(frame)
    assert found.criterion == pytest.approx(stored.criterion, abs=1e-9)
    assert found.units["se"].to_numpy() == pytest.approx(stored.units["se"].to_numpy(), abs=1e-9)


def test_a_covariate_of_decimals() -> None:
    """A slope that was put in comes out."""
    drawn = draw(sparse_design(60, 8, 4, 3), 2, 3, 0.5, 3).marks
    size = pl.Series("size", np.random.default_rng(3).normal(0, 1, drawn.height))
    frame = drawn.with_columns(size, mark=pl.col("mark") + 2 * size)
    fit = fit_severity(frame, SeverityModel(fixed=("size",)))
    row = dict(fit.fixed.select("column", "estimate").iter_rows())
    assert row["size"] == pytest.approx(2, abs=4 * fit.fixed["se"][1])
    assert 0 < fit.fixed["se"][1] < 0.1


def test_marks_that_nobody_gave_are_left_out() -> None:
    frame = draw(sparse_design(20, 6, 3, 1), 5, 4, 2, 1).marks
    blank = pl.DataFrame({"unit": ["u000"], "reviewer": ["r005"], "mark": [None]}, schema=frame.schema)
    assert fit_severity(pl.concat([frame, blank])).units.equals(fit_severity(frame).units)


def test_an_unknown_term_and_an_unknown_column() -> None:
    frame = draw(sparse_design(20, 6, 3, 1), 5, 4, 2, 1).marks
    with pytest.raises(KeyError, match="unit:reviewer"):
        fit_severity(frame).effects("unit", "reviewer")
    with pytest.raises(ValueError, match="item"):
        fit_severity(frame, SeverityModel(fixed=("item",)))


# --- refusals ------------------------------------------------------------------------------------------------------

WHERE = Place(file="marks/duty.csv")


def refusal(frame: pl.DataFrame, model: SeverityModel | None = None, sample: Sample | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        fit_severity(frame, model, sample=sample, place=WHERE)
    assert all(problem.place == WHERE for problem in caught.value.problems)
    for problem in caught.value.problems:
        assert problem.message("zh")
        assert problem.message("en")
    return [problem.code.removeprefix("panels.severity-") for problem in caught.value.problems]


def two_islands() -> pl.DataFrame:
    one = draw(sparse_design(12, 5, 3, 1), 5, 4, 2, 1).marks
    return pl.concat([one, one.with_columns(pl.col("unit", "reviewer") + "x").filter(pl.col("unit") < "u008")])


def test_islands_are_refused_and_listed() -> None:
    assert refusal(two_islands()) == ["islands", "island", "island"]
    with pytest.raises(InputError) as caught:
        fit_severity(two_islands())
    first, second = caught.value.problems[1:]
    assert first.params["unit_count"] == 12
    assert second.params["units"] == ", ".join(f"u{unit:03d}x" for unit in range(8))
    assert second.params["reviewers"] == "r000x, r001x, r002x, r003x, r004x"


def test_islands_of_a_plan() -> None:
    found = islands(two_islands())
    assert [(len(island.units), len(island.reviewers)) for island in found] == [(12, 5), (8, 5)]
    joined = pl.concat([two_islands(), pl.DataFrame({"unit": ["u000"], "reviewer": ["r000x"], "mark": [70.0]})])
    assert len(islands(joined)) == 1


@pytest.mark.parametrize(("units", "reviewers", "each"), [(9, 6, 4), (30, 4, 3), (11, 11, 2)])
def test_too_small_a_sample_is_refused(units: int, reviewers: int, each: int) -> None:
    """Nine units, four reviewers, or a ring of 11 units and 11 reviewers: 22 pairs, 1 comparison."""
    frame = draw(sparse_design(units, reviewers, each, 1), 5, 4, 2, 1).marks
    assert refusal(frame) == ["too-few"]
    fit_severity(frame, sample=Sample(9, 4, 1))


def test_no_marks_at_all() -> None:
    frame = draw(sparse_design(20, 6, 3, 1), 5, 4, 2, 1).marks
    assert refusal(frame.clear()) == ["too-few"]


def test_rows_that_cannot_count() -> None:
    frame = draw(sparse_design(20, 6, 3, 1), 5, 4, 2, 1).marks
    first = pl.int_range(pl.len()) == 0
    assert refusal(frame.with_columns(unit=pl.when(~first).then("unit"))) == ["blank"]
    endless = frame.with_columns(mark=pl.when(first).then(float("inf")).otherwise("mark"))
    assert refusal(endless) == ["not-finite"]


def test_terms_that_no_marks_can_tell_apart() -> None:
    frame = itemised(1)
    assert refusal(frame.with_columns(mark=pl.lit(70.0))) == ["no-spread"]
    twice = frame.with_columns(
        same=pl.col("item"), one=pl.lit("x"), who=pl.col("reviewer") + "x", n=pl.int_range(pl.len())
    )
    assert refusal(twice, SeverityModel(fixed=("item", "same"))) == ["collinear", "collinear"]
    assert refusal(twice, SeverityModel(interactions=(("one",),))) == ["one-level"]
    assert refusal(twice, SeverityModel(interactions=(("who",),))) == ["same-term"]
    assert refusal(twice, SeverityModel(interactions=(("n",),))) == ["like-residual"]
    assert refusal(twice, SeverityModel(fixed=("who",), reviewers="fixed")) == ["collinear"] * 5


def test_no_convergence_is_an_error_that_says_what_to_do() -> None:
    frame = draw(sparse_design(20, 6, 3, 1), 5, 4, 2, 1).marks
    with pytest.raises(InputError) as caught:
        fit_severity(frame, most_steps=1)
    (problem,) = caught.value.problems
    assert problem.code == "panels.severity-no-convergence"
    assert "leave out the interactions" in problem.message("en")


def test_marks_without_any_chance_do_not_converge() -> None:
    """Unit's part plus reviewer's part, exactly: the residual variance is 0 and its ratios have no end."""
    frame = draw(sparse_design(20, 6, 3, 1), 5, 4, 0, 1).marks
    assert refusal(frame) == ["no-convergence"]


def test_the_search_never_hands_out_its_last_value() -> None:
    fit = fit_severity(draw(sparse_design(20, 6, 3, 1), 5, 4, 2, 1).marks)
    with pytest.raises(NotFound):
        estimate(Equations.of(fit.terms), most_steps=2)
    assert estimate(Equations.of(fit.terms)).solution.criterion == fit.criterion
