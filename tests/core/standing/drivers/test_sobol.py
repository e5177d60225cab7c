"""Sobol indices against functions whose indices are known, and against the estimators as they are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from shuping.standing.drivers.sobol import Indices, saltelli_points, sobol_indices

Floats = NDArray[np.float64]
ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
SINGLE = [[0], [1], [2]]


def ishigami(u: Floats) -> Floats:
    """Ishigami and Homma 1990, a = 7, b = 0.1, every input uniform between -pi and pi."""
    x = np.pi * (2 * u - 1)
    return np.asarray(np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0]))


def linear(u: Floats) -> Floats:
    return np.asarray(u @ np.array([4.0, 2.0, 1.0]))


def estimate(
    function: Callable[[Floats], Floats], points: int, groups: Sequence[Sequence[int]] = SINGLE, seed: int = 7
) -> Indices:
    design = saltelli_points(points, 3, groups, seed)
    return sobol_indices(function(design)[..., None], 0.95, 500, seed)


def assert_within(found: Indices, first: Sequence[float], total: Sequence[float]) -> None:
    assert (found.first_low[:, 0] <= first).all()
    assert (found.first_high[:, 0] >= first).all()
    assert (found.total_low[:, 0] <= total).all()
    assert (found.total_high[:, 0] >= total).all()


@pytest.mark.parametrize("seed", range(5))
def test_ishigami_within_the_intervals(seed: int) -> None:
    found = estimate(ishigami, 1024, seed=seed)
    assert_within(found, ISHIGAMI_FIRST, ISHIGAMI_TOTAL)
    assert found.first[:, 0] == pytest.approx(ISHIGAMI_FIRST, abs=0.03)
    assert found.total[:, 0] == pytest.approx(ISHIGAMI_TOTAL, abs=0.03)
    assert found.variance[0] == pytest.approx(7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5, rel=0.02)


def test_a_linear_function_shares_its_variance_by_the_squares() -> None:
    known = np.array([16, 4, 1]) / 21
    found = estimate(linear, 1024)
    assert_within(found, known, known)
    assert found.first[:, 0] == pytest.approx(known, abs=0.01)
    assert found.total[:, 0] == pytest.approx(known, abs=0.01)


def test_columns_taken_together_have_the_index_of_the_group() -> None:
    """Everything that the second input does not account for is the first and the third, alone and together."""
    found = estimate(ishigami, 2048, [[0, 2], [1]])
    known = (1 - 0.4424, 0.4424)
    assert_within(found, known, known)
    assert found.first[:, 0] == pytest.approx(known, abs=0.03)


def test_a_factor_without_effect_has_none_at_all() -> None:
    found = estimate(lambda u: np.asarray(u[..., 0]), 64)
    for part in (found.first, found.total, found.first_low, found.first_high, found.total_low, found.total_high):
        assert (part[1:, 0] == 0).all()


def test_a_figure_that_does_not_change_has_no_indices() -> None:
    found = estimate(lambda u: np.full(u.shape[:-1], 5.1), 64)
    for part in (found.first, found.total, found.first_low, found.total_high):
        assert np.isnan(part).all()
    assert (found.mean[0], found.variance[0]) == (pytest.approx(5.1), 0.0)


def test_the_intervals_shrink_with_the_points() -> None:
    width = [
        float((found.total_high - found.total_low).max()) for found in (estimate(ishigami, n) for n in (128, 2048))
    ]
    assert width[1] < width[0] / 3


def test_the_estimators_as_printed() -> None:
    """Saltelli et al. 2010, table 2, (b) and (f), summed in a loop over figures whose mean is taken off."""
    figures = ishigami(saltelli_points(32, 3, SINGLE, 3))
    found = sobol_indices(figures[..., None], 0.9, 50, 3)
    a, b = figures[0], figures[1]
    centre = np.concatenate([a, b]).mean()
    variance = np.mean((np.concatenate([a, b]) - centre) ** 2)
    for factor in range(3):
        mixed = figures[2 + factor]
        first = sum((b[j] - centre) * (mixed[j] - a[j]) for j in range(32)) / 32 / variance
        total = sum((a[j] - mixed[j]) ** 2 for j in range(32)) / 64 / variance
        assert (found.first[factor, 0], found.total[factor, 0]) == (pytest.approx(first), pytest.approx(total))


def test_only_the_columns_of_a_factor_come_from_the_second_sample() -> None:
    design = saltelli_points(16, 4, [[0, 2], [3]], 1)
    assert (design[2][:, [1, 3]] == design[0][:, [1, 3]]).all()
    assert (design[2][:, [0, 2]] == design[1][:, [0, 2]]).all()
    assert (design[3][:, :3] == design[0][:, :3]).all()
    assert (design[3][:, 3] == design[1][:, 3]).all()
    assert ((design > 0) & (design < 1)).all()


def test_the_seed_alone_decides() -> None:
    def parts(seed: int) -> list[Any]:
        found = estimate(ishigami, 128, seed=seed)
        return [found.first.tolist(), found.first_low.tolist(), found.total_high.tolist()]

    assert parts(4) == parts(4)
    assert parts(4) != parts(5)


@pytest.mark.parametrize("points", [0, 1, 3, 1000])
def test_points_must_be_a_power_of_two(points: int) -> None:
    with pytest.raises(ValueError, match=str(points)):
        saltelli_points(points, 3, SINGLE, 1)
