"""The criteria tree for many replicates in a few matrix products.

Made from the scores of one pass of ``scoring`` in float64: points of leaves that do not change are taken from there,
and what a node makes of its children becomes a weighted mean of their shares of full points. Where a rule book does
more than that (caps of nodes, rounding on the way, bonuses, criteria by period ...) there is no kernel, and replicates
go through ``scoring`` itself, side by side. That a kernel gives the same totals as ``scoring`` is checked whenever one
is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import applies, combine_of, weights_of
from shuping.rulebook.stages import rounding_of
from shuping.scoring.grid import Grid
from shuping.scoring.scores import Scores, walk

Floats = NDArray[np.float64]
Given = Mapping[str, Floats]
SAME = 1e-9
"""Totals of the kernel and of ``scoring`` may differ by this share of the full score, or there is no kernel."""


@dataclass(frozen=True)
class _Node:
    """A leaf (``share`` (n,): of its full points) or a node (``weights`` (k, n), 0 where a child does not count)."""

    id: str
    share: Floats
    children: tuple[_Node, ...] = ()
    weights: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    how: Literal["mean", "geometric", "harmonic"] = "mean"

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Ids of the leaves below, or of the leaf itself."""
        return tuple(leaf for child in self.children for leaf in child.leaves) if self.children else (self.id,)

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of this node and of all below it."""
        return frozenset({self.id}).union(*(child.ids for child in self.children))

    @cached_property
    def linear(self) -> bool:
        """Whether every mean is arithmetic and has the same weights for all units."""
        if not self.children:
            return True
        alike = bool((self.weights == self.weights[:, :1]).all()) if self.weights.size else False
        return self.how == "mean" and alike and all(child.linear for child in self.children)


@dataclass(frozen=True)
class Kernel:
    """The tree of a rule book over the units of a grid; ``full`` (n,) and ``present`` (n,) are those of the total."""

    root: _Node
    full: Floats
    present: NDArray[np.bool_]

    def totals(self, draws: int, factors: Given, shares: Given) -> Floats:
        """Return unrounded totals (draws, n), NaN where there is none.

        ``factors`` (draws,) by criterion; ``shares`` (draws, n) by leaf: shares of full points that differ from
        replicate to replicate.
        """
        found = _linear(self.root, draws, factors, shares) if self.root.linear else _value(self.root, factors, shares)
        if found.ndim == 1:
            totals = np.broadcast_to(found * self.full, (draws, len(found))).copy()
        else:
            totals = found
            totals *= self.full
        if not self.present.all():
            totals[:, ~self.present] = np.nan
        return np.asarray(totals)

    def keeps_something(self, factors: Given) -> bool:
        """Tell whether every node keeps some weight for every unit that it has weight for, whatever factors are 0."""
        return _keeps_something(self.root, factors)

    def points_of(self, identifier: str, factors: Given, shares: Given) -> Floats | None:
        """Return a criterion's share of its full points, (draws, n) or (n,); None where there is no such criterion."""
        node = _find(self.root, identifier)
        return None if node is None else _value(node, factors, shares)


def _find(node: _Node, identifier: str) -> _Node | None:
    if node.id == identifier:
        return node
    return next((found for child in node.children if (found := _find(child, identifier)) is not None), None)


def _keeps_something(node: _Node, factors: Given) -> bool:
    given = [factors.get(child.id) for child in node.children]
    draws = next((len(factor) for factor in given if factor is not None and not factor.all()), 0)
    if draws:
        left = np.stack([np.ones(draws) if factor is None else factor for factor in given], axis=1) @ node.weights
        if (left[:, node.weights.any(axis=0)] == 0).any():
            return False
    return all(_keeps_something(child, factors) for child in node.children)


def _linear(root: _Node, draws: int, factors: Given, shares: Given) -> Floats:
    """Weights of all leaves per replicate, then one product with their shares."""
    names: list[str] = []
    weights: list[Floats] = []
    values: list[Floats] = []

    def below(node: _Node, worth: Floats) -> None:
        if not node.children:
            names.append(node.id)
            weights.append(worth)
            values.append(node.share)
            return
        own = [node.weights[place, 0] * factors.get(child.id, 1.0) for place, child in enumerate(node.children)]
        whole = np.asarray(sum(own))
        safe = np.where(whole > 0, whole, 1.0)  # nobody has a total: nothing carries any weight
        for part, child in zip(own, node.children, strict=True):
            below(child, worth * part / safe)

    below(root, np.ones(draws))
    fixed = [place for place, name in enumerate(names) if name not in shares]
    table, constant = np.stack(weights, axis=1), np.stack(values)
    # made unit by unit, so that ranking need not turn it round
    found = (constant[fixed].T @ table[:, fixed].T).T if fixed else np.zeros((draws, constant.shape[1]))
    for place, name in enumerate(names):
        if name in shares:
            found += table[:, place, None] * shares[name]
    return np.asarray(found)


def _value(node: _Node, factors: Given, shares: Given) -> Floats:
    """Return a node's share, (draws, n) where it differs from replicate to replicate, else (n,)."""
    if not node.children:
        return shares.get(node.id, node.share)
    values = [_transformed(node.how, _value(child, factors, shares)) for child in node.children]
    factored = [factors.get(child.id) for child in node.children]
    if all(factor is None for factor in factored):
        top = sum(weight * value for weight, value in zip(node.weights, values, strict=True))
        return _back(node.how, np.asarray(top), node.weights.sum(axis=0))
    draws = max(len(factor) for factor in factored if factor is not None)
    table = np.stack([np.ones(draws) if factor is None else factor for factor in factored], axis=1)
    whole = table @ node.weights
    if all(value.ndim == 1 for value in values):
        return _back(node.how, table @ (node.weights * np.stack(values)), whole)
    top = np.zeros_like(whole)
    for place, value in enumerate(values):
        top += table[:, place, None] * (node.weights[place] * value)
    return _back(node.how, top, whole)


NOTHING = {"geometric": -1e12, "harmonic": 1e300}
"""Stands for the logarithm, or the inverse, of a share of nothing: it makes the mean nothing, and stays finite so that
a child without weight adds nothing.
"""


def _transformed(how: str, share: Floats) -> Floats:
    if how == "mean":
        return share
    some = share > 0
    safe = np.where(some, share, 1.0)
    return np.asarray(np.where(some, np.log(safe) if how == "geometric" else 1 / safe, NOTHING[how]))


def _back(how: str, top: Floats, whole: Floats) -> Floats:
    some = whole > 0
    safe = np.where(some, whole, 1.0)
    if how == "mean":
        return np.asarray(np.where(some, top / safe, 0.0))
    if how == "geometric":
        return np.asarray(np.where(some, np.exp(top / safe), 0.0))
    return np.asarray(np.where(some, safe / np.where(top > 0, top, 1.0), 0.0))


def kernel_of(rulebook: Rulebook, grid: Grid, root: Scores) -> Kernel | None:
    """Return the kernel of a tree that was scored in float64 without factors, or None where there cannot be one."""
    if not _plain(rulebook, root):
        return None
    try:
        node = _node(rulebook, grid, root)
    except _NotPlain:
        return None
    kernel = Kernel(node, root.full, root.present)
    again = kernel.totals(1, {}, {})[0]
    limit = SAME * np.maximum(np.abs(root.full), 1.0)
    if not (np.abs(again - root.points)[root.present] <= limit[root.present]).all():
        return None
    return kernel


class _NotPlain(Exception):
    """A node that is no weighted mean of its children's shares."""


def _plain(rulebook: Rulebook, root: Scores) -> bool:
    """Tell whether nothing but means stands between the leaves and the total."""
    if root.adjustments is not None:
        return False
    for scores in walk(root):
        criterion = scores.criterion
        bounded = criterion.min is not None or criterion.max is not None or rounding_of(rulebook, criterion) is not None
        if criterion.each is not None or scores.periods or (scores.children and bounded):
            return False
        if (scores.deferred is not None and scores.deferred.any()) or scores.counted is not None:
            return False
    return True


def _node(rulebook: Rulebook, grid: Grid, scores: Scores) -> _Node:
    counted = scores.applies & (scores.reasons == 0)
    if counted.any() and not (scores.full[counted] > 0).all():
        raise _NotPlain
    share = np.divide(scores.points, scores.full, out=np.zeros(len(grid)), where=scores.full > 0)
    if not scores.children:
        return _Node(scores.criterion.id, share)
    children = tuple(_node(rulebook, grid, child) for child in scores.children)
    how = combine_of(scores.criterion.combine, list(scores.criterion.criteria))
    if scores.shares is None:
        return _Node(scores.criterion.id, share, children, _weights(grid, scores), _power(how))
    safe = np.where(scores.full > 0, scores.full, 1.0)
    weights = np.stack(
        [
            np.where(child.present, worth * child.full / safe, 0.0)
            for worth, child in zip(scores.shares, scores.children, strict=True)
        ]
    )
    whole = weights.sum(axis=0)
    return _Node(scores.criterion.id, share, children, weights / np.where(whole > 0, whole, 1.0))


def _power(how: str) -> Literal["geometric", "harmonic"]:
    if how not in ("geometric", "harmonic"):
        raise _NotPlain
    return "geometric" if how == "geometric" else "harmonic"


def _weights(grid: Grid, scores: Scores) -> Floats:
    """Return the weights (k, n) of the children of a mean that is not additive, 0 where a child has no points."""
    children = scores.criterion.criteria

    def of_group(group: str) -> list[float]:
        here = [child for child in children if applies(child, group)]
        given = dict(zip((child.id for child in here), weights_of(here, group) if here else [], strict=True))
        return [float(given.get(child.id, Fraction(0))) for child in children]

    table = np.array([of_group(group) for group in grid.group_names])[grid.codes]
    return np.stack([np.where(child.present, table[:, place], 0.0) for place, child in enumerate(scores.children)])
