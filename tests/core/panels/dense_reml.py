"""The likelihood of a mixed model by its definition: the whole covariance matrix of the marks, inverted.

An independent truth for small designs: nothing here is shared with the library, and nothing is clever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

Array = np.ndarray


def indicators(column: Sequence[Any]) -> tuple[Array, list[Any]]:
    """One column of 0 and 1 for each level, ascending."""
    levels = sorted(set(column))
    return np.array([[float(value == level) for level in levels] for value in column]), levels


@dataclass(frozen=True)
class Dense:
    """Marks y, fixed columns X, one matrix Z for each random term."""

    y: Array
    fixed: Array
    random: tuple[Array, ...]

    def covariance(self, variances: Sequence[float]) -> Array:
        """V: the residual variance stands last."""
        found = variances[-1] * np.eye(len(self.y))
        for matrix, variance in zip(self.random, variances, strict=False):
            found = found + variance * matrix @ matrix.T
        return found

    def projection(self, variances: Sequence[float]) -> Array:
        """P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1."""
        inverse = np.linalg.inv(self.covariance(variances))
        towards = inverse @ self.fixed
        return inverse - towards @ np.linalg.inv(self.fixed.T @ towards) @ towards.T

    def criterion(self, variances: Sequence[float]) -> float:
        """Minus twice the restricted log likelihood."""
        matrix, x = self.covariance(variances), self.fixed
        logs = np.linalg.slogdet(matrix)[1] + np.linalg.slogdet(x.T @ np.linalg.solve(matrix, x))[1]
        degrees = len(self.y) - x.shape[1]
        return float(logs + degrees * np.log(2 * np.pi) + self.y @ self.projection(variances) @ self.y)

    def lowest(self) -> float:
        """The lowest criterion that a search from two starts finds by differences alone; variances may be 0."""
        spread, found = float(np.var(self.y)), []
        for share in (0.02, 1.0):
            start = np.sqrt([spread * share] * len(self.random) + [spread])
            done = minimize(lambda sd: self.criterion(sd**2 + 1e-14), start, method="L-BFGS-B", options={"maxiter": 60})
            found.append(done.fun)
        return float(min(found))

    def predictors(self, term: int, variances: Sequence[float]) -> tuple[Array, Array]:
        """Best linear unbiased predictors G Z' P y and the covariance of their errors, G - G Z' P Z G."""
        variance, matrix, projection = variances[term], self.random[term], self.projection(variances)
        errors = variance * np.eye(matrix.shape[1]) - variance**2 * matrix.T @ projection @ matrix
        return variance * matrix.T @ projection @ self.y, errors

    def estimates(self, variances: Sequence[float]) -> tuple[Array, Array]:
        """Generalised least squares: the fixed estimates and their covariance."""
        inverse = np.linalg.inv(self.covariance(variances))
        covariance = np.linalg.inv(self.fixed.T @ inverse @ self.fixed)
        return covariance @ self.fixed.T @ inverse @ self.y, covariance
