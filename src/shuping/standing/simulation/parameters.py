"""What is drawn for every replicate: factors of weights, and which variant of each alternative.

Few dimensions, so Sobol points cover them more evenly than random numbers do (Owen 1998; scrambled by the seed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import children_of, combine_of, points_of, weights_of
from shuping.rulebook.uncertainty import Alternative, Uncertainty, WeightVariation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOTAL = "total"
"""How ``criteria`` and ``of`` name the node above the first level."""


@dataclass(frozen=True)
class Parameters:
    """Of every replicate (draws,): ``factors`` by criterion, what its weight is multiplied by before siblings are
    brought back to their sum; ``choices`` by alternative, 0 for the rule book's own and then the variants in order.
    """

    draws: int
    factors: Mapping[str, Floats] = field(default_factory=dict)
    choices: Mapping[str, Ints] = field(default_factory=dict)

    def rows(self, rows: Ints) -> Parameters:
        """Return the parameters of some replicates."""
        return Parameters(
            len(rows),
            {name: values[rows] for name, values in self.factors.items()},
            {name: values[rows] for name, values in self.choices.items()},
        )

    def frame(self) -> pl.DataFrame:
        """Return one row a replicate: ``draw`` from 1, ``weight:<criterion>`` and ``choice:<alternative>``."""
        columns: dict[str, Any] = {"draw": np.arange(1, self.draws + 1)}
        columns |= {f"weight:{name}": values for name, values in self.factors.items()}
        columns |= {f"choice:{name}": values for name, values in self.choices.items()}
        return pl.DataFrame(columns)


def nodes_of(rulebook: Rulebook) -> Iterator[tuple[str, int, tuple[Criterion, ...]]]:
    """Yield every node with at least two children: its id (``total`` for the root), the children's level from 1, and
    the children.
    """

    def below(name: str, level: int, children: tuple[Criterion, ...]) -> Iterator[Any]:
        if len(children) > 1:
            yield name, level, children
        for child in children:
            if child.criteria:
                yield from below(child.id, level + 1, child.criteria)

    return below(TOTAL, 1, rulebook.criteria)


def varied_nodes(rulebook: Rulebook, how: WeightVariation) -> list[tuple[int, tuple[Criterion, ...]]]:
    """Return level and children of the nodes whose weights vary."""
    return [(level, children) for _, level, children in nodes_of(rulebook) if _varies(how, level)]


def _varies(how: WeightVariation, level: int) -> bool:
    if how.kind == "uniform":
        return how.spread(level) is not None
    return not how.levels or level in how.levels


def dimensions(rulebook: Rulebook, weights: WeightVariation | None, alternatives: Sequence[Alternative]) -> int:
    """Return how many numbers between 0 and 1 one replicate needs."""
    varied = varied_nodes(rulebook, weights) if weights is not None else []
    return sum(len(children) for _, children in varied) + len(alternatives)


def draw_parameters(rulebook: Rulebook, uncertainty: Uncertainty) -> Parameters:
    """Draw the choices of every replicate, from the seed alone."""
    vary = uncertainty.vary
    needed = dimensions(rulebook, vary.weights, vary.alternatives)
    if not needed:
        return Parameters(uncertainty.draws)
    points = unit_points(uncertainty.draws, needed, uncertainty.seed, uncertainty.sequence)
    return parameters_from(rulebook, vary.weights, vary.alternatives, points)


def unit_points(draws: int, dimension: int, seed: int, sequence: str) -> Floats:
    """Return points (draws, dimension) between 0 and 1, never 0 or 1 themselves."""
    if sequence == "random":
        points = np.random.default_rng(seed).random((draws, dimension))
    else:
        from scipy.stats import qmc  # late: half a second, and only simulation needs it

        sampler = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(seed))
        points = sampler.random_base2(max(1, int(np.ceil(np.log2(draws)))))[:draws]
    return np.clip(points, 1e-12, 1 - 1e-12)


def parameters_from(
    rulebook: Rulebook, weights: WeightVariation | None, alternatives: Sequence[Alternative], points: Floats
) -> Parameters:
    """Turn points (draws, dimensions) into parameters: weights first, node by node, then one column an alternative."""
    factors: dict[str, Floats] = {}
    at = 0
    for level, children in varied_nodes(rulebook, weights) if weights is not None else []:
        for child in children:
            assert weights is not None
            factors[child.id] = _factor(rulebook, weights, level, child, children, points[:, at])
            at += 1
    choices: dict[str, Ints] = {}
    for alternative in alternatives:
        count = 1 + len(alternative.variants)
        choices[alternative.id] = np.minimum((points[:, at] * count).astype(np.int64), count - 1)
        at += 1
    return Parameters(len(points), factors, choices)


def _factor(
    rulebook: Rulebook, how: WeightVariation, level: int, child: Criterion, siblings: Sequence[Criterion], u: Floats
) -> Floats:
    if how.kind == "uniform":
        by = float(how.spread(level) or 0)
        return 1 + by * (2 * u - 1)
    from scipy.special import gammaincinv  # late, as above

    assert how.concentration is not None
    # gamma variables over their sum are Dirichlet: the sum is taken where siblings are brought back to theirs
    shape = float(how.concentration) * _declared(rulebook, child, siblings)
    return np.asarray(gammaincinv(shape, u) / shape if shape > 0 else np.ones_like(u))


def _declared(rulebook: Rulebook, child: Criterion, siblings: Sequence[Criterion]) -> float:
    """Return the child's share of its siblings' weights, the mean over the groups that it counts in."""
    found: list[Fraction] = []
    for group in rulebook.groups:
        counted = children_of(siblings[0].model_copy(update={"criteria": tuple(siblings)}), group)
        if child not in counted:
            continue
        if combine_of(None, list(siblings)) == "sum":
            weights = [points_of(one, group) or Fraction(0) for one in counted]
        else:
            weights = weights_of(counted, group)
        whole = sum(weights, Fraction(0))
        found.append(weights[counted.index(child)] / whole if whole else Fraction(0))
    return float(sum(found, Fraction(0)) / len(found)) if found else 0.0


def without_choices(parameters: Parameters) -> Parameters:
    """Return the same number of replicates under the rule book's own choices."""
    return replace(parameters, factors={}, choices={})
