"""73,421 ratings of 1,128 lecturers by 2,972 students (lme4's InstEval): both models at their published optimum.

The README's figures are lme4's: REML criterion to 1e-6, variances to 1e-5 relative, fixed effects, best predictors of
every lecturer to 1e-6, with their conditional variances.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from shuping.panels.severity import SeverityFit, SeverityModel, fit_severity

pytestmark = pytest.mark.case("insteval")


@pytest.fixture(scope="module")
def ratings() -> pl.DataFrame:
    from tests.conftest import CASES

    return pl.read_csv(gzip.decompress((CASES / "insteval" / "InstEval.csv.gz").read_bytes()))


@pytest.fixture(scope="module")
def first(ratings: pl.DataFrame) -> SeverityFit:
    """``y ~ 1 + (1|s) + (1|d)``."""
    return fit_severity(ratings, SeverityModel("d", "s", "y"))


@pytest.fixture(scope="module")
def second(ratings: pl.DataFrame) -> SeverityFit:
    """``y ~ service + (1|s) + (1|d) + (1|dept:service)``."""
    return fit_severity(ratings, SeverityModel("d", "s", "y", fixed=("service",), interactions=(("dept", "service"),)))


def variances(fit: SeverityFit) -> dict[str, float]:
    return dict(fit.variances.select("term", "variance").iter_rows())


def test_first_model(first: SeverityFit) -> None:
    assert first.criterion == pytest.approx(237783.88038797976, rel=0, abs=1e-6)
    published = {"d": 0.27373461615262201, "s": 0.10621469798691636, "residual": 1.387179659608383}
    assert variances(first) == pytest.approx(published, rel=1e-5, abs=0)
    assert first.fixed.row(0) == (
        "intercept",
        pytest.approx(3.2541582877420607, abs=1e-6),
        pytest.approx(0.01838951367361151, rel=1e-5),
    )


def test_second_model(second: SeverityFit) -> None:
    assert second.criterion == pytest.approx(237661.53571974364, rel=0, abs=1e-6)
    published = {
        "d": 0.26256838943122746,
        "s": 0.1054266552684895,
        "dept:service": 0.012024841311001712,
        "residual": 1.3849598395955225,
    }
    assert variances(second) == pytest.approx(published, rel=1e-5, abs=0)
    fixed = dict(second.fixed.select("column", "estimate").iter_rows())
    assert fixed == pytest.approx({"intercept": 3.2806724760300519, "service=1": -0.053495277293071651}, abs=1e-6)


def test_best_predictors_of_lecturers(first: SeverityFit, case: Path) -> None:
    published = pl.read_csv(case / "blup_d.csv").sort("level")
    found = first.units.sort("unit")
    assert found["unit"].to_list() == published["level"].to_list()
    assert (found["effect"] - published["blup"]).abs().max() < 1e-6
    assert (found["conditional_variance"] - published["condvar"]).abs().max() < 1e-6


def test_permuted_rows_give_the_same_bytes(first: SeverityFit, ratings: pl.DataFrame) -> None:
    again = fit_severity(ratings.sample(fraction=1, shuffle=True, seed=4), SeverityModel("d", "s", "y"))
    assert again.criterion == first.criterion
    assert again.units.equals(first.units)
    assert again.reviewers.equals(first.reviewers)
