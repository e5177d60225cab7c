"""When reviewers' severity is not estimated: too few marks, islands, terms that cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from shuping.errors import InputError, Place, Problem
from shuping.panels.severity.islands import islands_of
from shuping.panels.severity.terms import Factor, FixedColumn, Floats, Terms

SHOWN = 10
LEAST_PIVOT = 1e-9
"""What is left of a column of length 1 (squared) when those before it are taken out; less than this is nothing."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The least sample: ``units``, ``reviewers``, and ``comparisons``.

    A comparison is a mark beyond those that tie every unit and every reviewer to the others once: with U units and R
    reviewers, pairs of unit and reviewer - U - R + 1. A variance estimated from five reviewers is already rough; from
    fewer it is mostly chance. The defaults are a judgement, and may be set.
    """

    units: int = 10
    reviewers: int = 5
    comparisons: int = 10


def comparisons(units: Factor, reviewers: Factor) -> int:
    """Return how many comparisons a connected design holds (see ``Sample``)."""
    pairs = len(np.unique(units.codes * len(reviewers.levels) + reviewers.codes))
    return pairs - len(units.levels) - len(reviewers.levels) + 1


def require_sample(units: Factor, reviewers: Factor, least: Sample, place: Place) -> None:
    """Raise InputError (``panels.severity-too-few``, ``panels.severity-islands`` with every island)."""
    found = [*_too_few(units, reviewers, least, place), *_islands(units, reviewers, place)]
    if found:
        raise InputError(found)


def _too_few(units: Factor, reviewers: Factor, least: Sample, place: Place) -> Iterator[Problem]:
    there = (len(units.levels), len(reviewers.levels), comparisons(units, reviewers))
    wanted = (least.units, least.reviewers, least.comparisons)
    if any(have < need for have, need in zip(there, wanted, strict=True)):
        names = ("units", "reviewers", "comparisons")
        params = dict(zip(names, there, strict=True))
        params |= {f"least_{name}": need for name, need in zip(names, wanted, strict=True)}
        yield Problem("panels.severity-too-few", params, place)


def _islands(units: Factor, reviewers: Factor, place: Place) -> Iterator[Problem]:
    parts = islands_of(units, reviewers) if units.levels else []
    if len(parts) < 2:
        return
    yield Problem("panels.severity-islands", {"count": len(parts)}, place)
    for number, island in enumerate(parts, start=1):
        params = {
            "number": number,
            "unit_count": len(island.units),
            "units": _few(island.units),
            "reviewer_count": len(island.reviewers),
            "reviewers": _few(island.reviewers),
        }
        yield Problem("panels.severity-island", params, place)


def _few(names: Sequence[Any]) -> str:
    shown = ", ".join(str(name) for name in names[:SHOWN])
    return f"{shown}, …" if len(names) > SHOWN else shown


def require_separable(terms: Terms, place: Place) -> None:
    """Raise InputError where no figures could tell two terms apart, or where the marks do not differ at all.

    Codes: ``panels.severity-no-spread``, ``-one-level``, ``-like-residual``, ``-same-term``, ``-collinear``.
    """
    found = list(_inseparable(terms, place))
    if found:
        raise InputError(found)


def _inseparable(terms: Terms, place: Place) -> Iterator[Problem]:
    if np.ptp(terms.marks) == 0:
        yield Problem("panels.severity-no-spread", {}, place)
    for term in terms.random:
        if len(term.levels) < 2:
            yield Problem("panels.severity-one-level", {"term": term.name}, place)
        elif len(term.levels) == len(terms.marks):
            yield Problem("panels.severity-like-residual", {"term": term.name}, place)
    for one, two in combinations(terms.random, 2):
        both = len(np.unique(one.codes * len(two.levels) + two.codes))
        if both == len(one.levels) == len(two.levels):
            yield Problem("panels.severity-same-term", {"one": one.name, "two": two.name}, place)
    for name in _collinear(terms.fixed, len(terms.marks)):
        yield Problem("panels.severity-collinear", {"column": name.partition("=")[0], "given": name}, place)


def _collinear(fixed: Sequence[FixedColumn], n: int) -> Iterator[str]:
    """Yield the columns that the columns before them already make up (Cholesky, column by column)."""
    left = _correlations(fixed, n)
    if _independent(left):
        return
    for number, column in enumerate(fixed):
        pivot = left[number, number]
        if pivot < LEAST_PIVOT:
            yield column.name
            continue
        row = left[number] / np.sqrt(pivot)
        left -= np.outer(row, row)


def _independent(products: Floats) -> bool:
    try:
        return bool(np.diag(np.linalg.cholesky(products)).min() ** 2 >= LEAST_PIVOT)
    except np.linalg.LinAlgError:
        return False


def _correlations(fixed: Sequence[FixedColumn], n: int) -> Floats:
    """X'X of the columns brought to length 1."""
    from scipy import sparse

    numbers = np.repeat(np.arange(len(fixed)), [len(column.rows) for column in fixed])
    values = np.concatenate([column.values / (np.linalg.norm(column.values) or 1.0) for column in fixed])
    places = np.concatenate([column.rows for column in fixed])
    columns = sparse.csr_matrix((values, (places, numbers)), (n, len(fixed)))
    found: Floats = (columns.T @ columns).toarray()
    return found
