"""The mixed model equations of crossed random effects, from sufficient statistics.

y = X beta + sum of Z_k b_k + e, with b_k ~ N(0, lambda_k s2 I) and e ~ N(0, s2 I). With u_k = b_k / sqrt(lambda_k) the
equations read

    [ T'T + I   T'X ] [ u    ]   [ T'y ]          T = (sqrt(lambda_1) Z_1, sqrt(lambda_2) Z_2, ...)
    [ X'T       X'X ] [ beta ] = [ X'y ]

(Henderson, Biometrics 31 (1975) 423-447; scaled as in Bates et al., Journal of Statistical Software 67 (2015) 1, so
that a variance of nothing is no special case). The block of the factor with most levels is diagonal: it is eliminated,
and the dense Schur complement of the rest is factored by Cholesky. The residual variance is profiled out. REML
criterion:

    log|T'T + I| + log|X' V^-1 X| + (n - p)(1 + log(2 pi r2 / (n - p))),   r2 = y' P y.

Everything after ``Equations.of`` costs the same for ten marks in a cell as for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.panels.severity.gram import Gram, gram_of
from shuping.panels.severity.terms import Factor, FixedColumn, Floats, Terms


class NotPositive(Exception):
    """The equations are singular at these variances."""


@dataclass(frozen=True)
class Equations:
    """What the marks say about a model: counts and sums, not the marks.

    ``order``: for each random term of the model its place here: 0 is the one eliminated. ``spans``: the places of the
    other random terms among the dense columns, which the fixed columns follow. ``classes`` are the counts of the
    eliminated levels, each once.
    """

    marks: int
    centre: float
    order: tuple[int, ...]
    counts: Floats
    classes: Floats
    class_of: NDArray[np.int64]
    cross: Any
    dense: Floats
    spans: tuple[slice, ...]
    fixed: int
    sum_eliminated: Floats
    sum_dense: Floats
    squares: float
    gram: Gram

    @classmethod
    def of(cls, terms: Terms) -> Equations:
        """Add up the marks. Takes time and memory proportional to them."""
        sizes = [len(term.levels) for term in terms.random]
        first = sizes.index(max(sizes))
        eliminated, others = terms.random[first], [t for k, t in enumerate(terms.random) if k != first]
        centre = float(terms.marks.mean())
        y = terms.marks - centre
        columns, left = _matrices(len(y), eliminated, others, terms.fixed)
        cross = (left.T @ columns).tocsr()
        cross.sort_indices()
        counts = eliminated.counts.astype(np.float64)
        classes, class_of = np.unique(counts, return_inverse=True)
        ends = np.cumsum([0, *(len(term.levels) for term in others)])
        spans = tuple(slice(a, b) for a, b in pairwise(ends.tolist()))
        return cls(
            marks=len(y),
            centre=centre,
            order=tuple(0 if k == first else k + (k < first) for k in range(len(sizes))),
            counts=counts,
            classes=np.asarray(classes, dtype=np.float64),
            class_of=class_of,
            cross=cross,
            dense=(columns.T @ columns).toarray(),
            spans=spans,
            fixed=len(terms.fixed),
            sum_eliminated=np.bincount(eliminated.codes, y, len(counts)).astype(np.float64),
            sum_dense=columns.T @ y,
            squares=float(y @ y),
            gram=gram_of(cross, class_of),
        )

    @property
    def width(self) -> int:
        """How many dense columns there are."""
        return int(self.dense.shape[0])

    @property
    def degrees(self) -> int:
        """Marks less fixed columns."""
        return self.marks - self.fixed

    @property
    def sizes(self) -> tuple[int, ...]:
        """The levels of the random terms, the eliminated one first."""
        return (len(self.counts), *(span.stop - span.start for span in self.spans))

    def solve(self, ratios: Floats) -> Solution:
        """Solve at variance ratios lambda >= 0 (the eliminated term first). Raises NotPositive."""
        from scipy.linalg import lapack

        scale = np.ones(self.width)
        for span, ratio in zip(self.spans, ratios[1:], strict=True):
            scale[span] = np.sqrt(ratio)
        matrix = self.dense - self.gram.product(ratios[0] / (1 + ratios[0] * self.classes))
        matrix *= scale[:, None]
        matrix *= scale
        random = np.arange(self.width - self.fixed)
        matrix[random, random] += 1
        upper, failed = lapack.dpotrf(matrix.T, lower=0, overwrite_a=1)  # the transpose is in Fortran's order
        if failed or not np.isfinite(np.diag(upper)).all():
            raise NotPositive
        return Solution(self, ratios, scale, upper)


def _matrices(n: int, eliminated: Factor, others: list[Factor], fixed: tuple[FixedColumn, ...]) -> tuple[Any, Any]:
    """Return the dense columns and the eliminated indicators, both as sparse matrices with a row for each mark."""
    from scipy import sparse

    rows, every = np.arange(n), np.ones(n)
    columns = [sparse.csr_matrix((every, (rows, term.codes)), (n, len(term.levels))) for term in others]
    values = np.concatenate([column.values for column in fixed])
    places = np.concatenate([column.rows for column in fixed])
    numbers = np.repeat(np.arange(len(fixed)), [len(column.rows) for column in fixed])
    columns.append(sparse.csr_matrix((values, (places, numbers)), (n, len(fixed))))
    left = sparse.csr_matrix((every, (rows, eliminated.codes)), (n, len(eliminated.levels)))
    return sparse.hstack(columns, format="csr"), left


class Solution:
    """The equations solved at one set of variance ratios.

    ``upper``: the Cholesky factor U of the Schur complement (U'U); ``scale``: sqrt(lambda) for each dense column, 1 for
    the fixed ones.
    """

    def __init__(self, equations: Equations, ratios: Floats, scale: Floats, upper: Floats) -> None:
        self.equations, self.ratios, self.scale, self.upper = equations, ratios, scale, upper
        self._first = float(np.sqrt(ratios[0]))
        self.pivots: Floats = 1 + ratios[0] * equations.counts
        left, right = self._first * equations.sum_eliminated, scale * equations.sum_dense
        self.eliminated, self.dense = self.backsolve(left, right)
        self.rest = equations.squares - float(left @ self.eliminated) - float(right @ self.dense)
        if not self.rest > 0:
            raise NotPositive

    def backsolve(self, left: Floats, right: Floats) -> tuple[Floats, Floats]:
        """Solve for one right-hand side in two parts: eliminated and dense."""
        from scipy.linalg import lapack

        cross, first = self.equations.cross, self._first
        dense, _ = lapack.dpotrs(self.upper, right - self.scale * (cross.T @ (first * left / self.pivots)), lower=0)
        return (left - first * (cross @ (self.scale * dense))) / self.pivots, dense

    @property
    def residual(self) -> float:
        """The residual variance s2."""
        return self.rest / self.equations.degrees

    @cached_property
    def criterion(self) -> float:
        """The REML criterion: minus twice the restricted log likelihood."""
        logs = np.log(self.pivots).sum() + 2 * np.log(np.diag(self.upper)).sum()
        return float(logs + self.equations.degrees * (1 + np.log(2 * np.pi * self.residual)))

    @cached_property
    def inverse(self) -> Floats:
        """The dense block of the inverse of the (scaled) equations, symmetric."""
        from scipy.linalg import lapack

        half, _ = lapack.dpotri(self.upper, lower=0)
        lower: Floats = np.tril(half.T)
        return lower + np.tril(lower, -1).T

    def parts(self) -> list[Floats]:
        """Return u of every random term, the eliminated one first."""
        return [self.eliminated, *(self.dense[span] for span in self.equations.spans)]
