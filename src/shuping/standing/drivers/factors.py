"""The choices of a rule book as factors: each alternative, and the weights, together or by first-level criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shuping.rulebook.model import Criterion, Rulebook
from shuping.scoring.trace import title_of
from shuping.standing.simulation.parameters import varied_nodes
from shuping.values.scalars import Text

Weights = Literal["together", "by_criterion"]
WEIGHTS = "weights"
KIND_TITLES = {
    "weights": Text(zh="权重", en="Weights"),
    "method": Text(zh="计分方法", en="Scoring method"),
    "combine": Text(zh="合成方法", en="Way of combining"),
    "missing": Text(zh="缺失值处理", en="Missing values"),
    "outliers": Text(zh="离群值处理", en="Outliers"),
}


@dataclass(frozen=True)
class Factor:
    """One choice: ``columns`` are its places among the numbers that ``parameters_from`` turns into parameters."""

    id: str
    kind: Literal["weights", "method", "combine", "missing", "outliers"]
    title: Text
    columns: tuple[int, ...]


def factors_of(rulebook: Rulebook, weights: Weights = "together") -> tuple[Factor, ...]:
    """Return what a rule book declares as choices: weights first, then its alternatives in the order of the file.

    All weights that vary are one factor, or one for each first-level criterion with everything below it.
    """
    vary = rulebook.uncertainty.vary
    names: list[str] = []
    if vary.weights is not None:
        names = [child.id for _, children in varied_nodes(rulebook, vary.weights) for child in children]
    found = list(_of_weights(rulebook, names, weights))
    for place, alternative in enumerate(vary.alternatives):
        title = alternative.title or KIND_TITLES[alternative.kind]
        found.append(Factor(alternative.id, alternative.kind, title, (len(names) + place,)))
    return tuple(found)


def _of_weights(rulebook: Rulebook, names: list[str], weights: Weights) -> list[Factor]:
    if not names:
        return []
    if weights == "together":
        return [Factor(WEIGHTS, "weights", KIND_TITLES["weights"], tuple(range(len(names))))]
    found = []
    for criterion in rulebook.criteria:
        below = {criterion.id, *(one.id for one in _walk(criterion))}
        columns = tuple(place for place, name in enumerate(names) if name in below)
        if columns:
            found.append(Factor(f"{WEIGHTS}:{criterion.id}", "weights", _title(rulebook, criterion), columns))
    return found


def _walk(criterion: Criterion) -> list[Criterion]:
    return [one for child in criterion.criteria for one in (child, *_walk(child))]


def _title(rulebook: Rulebook, criterion: Criterion) -> Text:
    own, kind = title_of(rulebook, criterion), KIND_TITLES["weights"]
    return Text(zh=f"{kind.zh}：{own.zh}", en=f"{kind.en}: {own.en}")
