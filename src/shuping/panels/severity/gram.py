"""The product C' W C of a sparse matrix with weights that depend only on how many marks a row has.

Rows with equally many marks share their weight, so their products are added up once; an evaluation is then a weighted
sum of a few dozen sparse matrices. Where that would hold too many products the rows are multiplied out each time.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shuping.panels.severity.terms import Floats

MOST_PRODUCTS = 20_000_000
"""Beyond this many products of two entries of a row (some 300 MB) they are not stored."""
BLOCK = 512


class Gram(Protocol):
    """C' W C for weights by class of row."""

    def product(self, weights: Floats) -> Floats:
        """Return C' W C, of which the lower triangle is meant."""

    def inner(self, weights: Floats, matrix: Floats) -> float:
        """Return the sum over the rows c of w(c) c' M c for a symmetric M."""


def gram_of(rows: Any, classes: NDArray[np.int64]) -> Gram:
    """Return the products of a CSR matrix whose rows belong to ``classes`` (0, 1, ...)."""
    products = int((np.diff(rows.indptr).astype(np.int64) ** 2).sum()) // 2
    return StoredProducts(rows, classes) if products <= MOST_PRODUCTS else RowProducts(rows, classes)


class StoredProducts:
    """The lower triangles of C' C for each class of rows, side by side as one sparse matrix (class x place)."""

    def __init__(self, rows: Any, classes: NDArray[np.int64]) -> None:
        from scipy import sparse

        self._width = width = rows.shape[1]
        places, sums, ends = [], [], [0]
        for number in range(int(classes.max()) + 1):
            part = rows[classes == number]
            lower = sparse.tril(part.T @ part, format="coo")
            places.append(lower.row.astype(np.int64) * width + lower.col)
            sums.append(lower.data)
            ends.append(ends[-1] + lower.nnz)
        shape = (len(places), width * width)
        self._sums = sparse.csr_matrix((np.concatenate(sums), np.concatenate(places), ends), shape=shape)

    def product(self, weights: Floats) -> Floats:
        """See ``Gram``."""
        found: Floats = (self._sums.T @ weights).reshape(self._width, self._width)
        return found

    def inner(self, weights: Floats, matrix: Floats) -> float:
        """See ``Gram``."""
        doubled = 2 * matrix  # an entry below the diagonal stands for its mirror image as well
        np.fill_diagonal(doubled, np.diag(matrix))
        return float(weights @ (self._sums @ doubled.ravel()))


class RowProducts:
    """The rows themselves, multiplied out block by block: slower, but no larger than the answer."""

    def __init__(self, rows: Any, classes: NDArray[np.int64]) -> None:
        self._rows, self._classes = rows, classes

    def _blocks(self, weights: Floats) -> Any:
        for start in range(0, self._rows.shape[0], BLOCK):
            block = slice(start, start + BLOCK)
            yield self._rows[block].toarray(), weights[self._classes[block]]

    def product(self, weights: Floats) -> Floats:
        """See ``Gram``."""
        found = np.zeros((self._rows.shape[1],) * 2)
        for block, weight in self._blocks(np.sqrt(weights)):
            block *= weight[:, None]
            found += block.T @ block
        return found

    def inner(self, weights: Floats, matrix: Floats) -> float:
        """See ``Gram``."""
        return float(sum(weight @ ((block @ matrix) * block).sum(axis=1) for block, weight in self._blocks(weights)))
