"""The ranks without one criterion: leaf by leaf and branch by branch.

A criterion is left out by a weight of nothing: its siblings take over its weight, as a rule book without it would have
it. A criterion without siblings is left out with the one above it, since the two are the same there. Values that are
missing in a criterion that is left out make nobody lose the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shuping.methods.arithmetic import FLOAT
from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import children_of, root_of, shares_of_total
from shuping.scoring.evaluate import Scores, evaluate, walk
from shuping.scoring.grid import Grid
from shuping.scoring.trace import title_of
from shuping.standing.drivers.rank_change import changes_of
from shuping.standing.simulation.appraise import Case, setting_of
from shuping.standing.simulation.parameters import Parameters
from shuping.standing.simulation.run import Setting, simulate

Ints = NDArray[np.int64]
Chain = tuple[str, ...]
"""A criterion to be left out, and those above it that go with it because nothing else is below them."""

REMOVED_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "criterion": pl.String,
    "parent": pl.String,  # "": the total
    "depth": pl.Int64,  # 1: first level
    "title_zh": pl.String,
    "title_en": pl.String,
    "weight": pl.Float64,  # declared share of the total
    "mean_change": pl.Float64,  # places, over the group's ranked units; null: nothing would be left
    "moved": pl.Int64,  # units
    "largest": pl.Int64,  # change of the unit that moves most, places
    "mover": pl.String,  # that unit; the first by id where several move as far
    "top_changes": pl.Boolean,  # whether other units come first
}
MOVES_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "criterion": pl.String,
    "rank": pl.Int64,  # by the rule book's figures, before anybody decided
    "without": pl.Int64,  # rank without the criterion; null: no total
    "moved": pl.Int64,  # positive: further up without it
}


@dataclass(frozen=True)
class Removal:
    """``criteria`` (``REMOVED_SCHEMA``): a row for every group and criterion that counts there. ``moves``
    (``MOVES_SCHEMA``): a row for every unit that moves.
    """

    criteria: pl.DataFrame
    moves: pl.DataFrame


def removal(case: Case, period: str) -> Removal:
    """Rank the units of a period without each criterion in turn, in float64, with the rule book's rounding and ties."""
    book, grid = case.rulebook, case.grid
    chains = {group: dict(_chains(book, group)) for group in grid.group_names}
    wanted = sorted({chain for found in chains.values() for chain in found.values() if chain})
    ranks = _ranks(case, [(), *wanted])
    rows = _Rows(case, period)
    for code, group in enumerate(grid.group_names):
        units = np.flatnonzero(grid.codes == code)
        base = ranks[()][units]
        for criterion, chain in chains[group].items():
            rows.add(group, criterion, units, base, ranks[chain][units] if chain else None)
    return rows.frames()


def _chains(rulebook: Rulebook, group: str) -> Iterator[tuple[str, Chain]]:
    """Yield every criterion that counts in a group and what goes with it; nothing where that is the whole tree."""

    def below(node: Criterion, above: Chain | None) -> Iterator[tuple[str, Chain]]:
        children = children_of(node, group)
        for child in children:
            chain: Chain | None = (child.id,)
            if len(children) == 1:  # the same as what is above it
                chain = None if above is None else (*above, child.id)
            yield child.id, chain or ()
            yield from below(child, chain)

    return below(root_of(rulebook), None)


def _ranks(case: Case, chains: Sequence[Chain]) -> dict[Chain, Ints]:
    """Return the ranks (n,) without what each chain names. Those that need no other rule book go through together."""
    setting = setting_of(case, "choices")
    lacking = _lacking(case)
    alike = [chain for chain in chains if not _touched(case.rulebook, chain, lacking)]
    found = dict(zip(alike, _run(setting, alike), strict=True))
    for chain in chains:
        if chain not in found:
            book = _without(case.rulebook, chain)
            found |= {chain: _run(replace(setting, rulebook=book), [chain])[0]}
    return found


def _run(setting: Setting, chains: Sequence[Chain]) -> list[Ints]:
    names = sorted({name for chain in chains for name in chain})
    factors = {name: np.array([0.0 if name in chain else 1.0 for chain in chains]) for name in names}
    ranks = np.zeros((len(chains), len(setting.grid)), dtype=np.int64)

    def watch(_grid: Grid, block: Ints, draws: Ints, _totals: Any, found: Any) -> None:
        ranks[np.ix_(draws, block)] = found.T

    simulate(setting, Parameters(len(chains), factors), "choices", watch=watch)
    return list(ranks)


def _lacking(case: Case) -> frozenset[str]:
    """Return the criteria that lack points of somebody."""
    root: Scores = evaluate(case.rulebook, case.grid, case.inputs_of(case.rulebook), FLOAT)
    return frozenset(
        scores.criterion.id
        for scores in walk(root)
        if (scores.why != 0).any() or (scores.applies & scores.dropped).any()
    )


def _touched(rulebook: Rulebook, chain: Chain, lacking: frozenset[str]) -> bool:
    """Tell whether leaving something out changes more than weights: what is missing there, or what separates ties."""
    gone = _gone(rulebook, chain)
    return bool(gone & lacking) or any(key.key in gone for key in rulebook.tiebreak)


def _gone(rulebook: Rulebook, chain: Chain) -> frozenset[str]:
    def ids(criterion: Criterion) -> Iterator[str]:
        yield criterion.id
        for child in criterion.criteria:
            yield from ids(child)

    return frozenset(name for criterion in rulebook.walk() if criterion.id in chain for name in ids(criterion))


def _without(rulebook: Rulebook, chain: Chain) -> Rulebook:
    """Return the rule book in which what is missing below a criterion is of no consequence, and no tie is separated
    by it. Its weight is still to be taken away.
    """
    gone = _gone(rulebook, chain)
    harmless = MissingRule(policy="zero")

    def changed(criterion: Criterion) -> Criterion:
        update: dict[str, Any] = {"criteria": tuple(map(changed, criterion.criteria))}
        if criterion.id in gone:
            update |= {"missing": harmless, "min_share": None, "must_differ": None}
        return criterion.model_copy(update=update)

    criteria = tuple(map(changed, rulebook.criteria))
    ties = tuple(key for key in rulebook.tiebreak if key.key not in gone)
    return rulebook.model_copy(update={"criteria": criteria, "tiebreak": ties})


@dataclass
class _Rows:
    case: Case
    period: str
    criteria: list[dict[str, Any]] = field(default_factory=list)
    moves: list[tuple[str, Ints, Ints, Ints]] = field(default_factory=list)
    shares: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tree = {criterion.id: (parent, depth, criterion) for parent, depth, criterion in _walk(self.case.rulebook)}
        self.shares = {group: shares_of_total(self.case.rulebook, group) for group in self.case.grid.group_names}

    def add(self, group: str, criterion: str, units: Ints, base: Ints, ranks: Ints | None) -> None:
        """Add one criterion of a group: ranks with and without it (units,)."""
        parent, depth, node = self.tree[criterion]
        title = title_of(self.case.rulebook, node)
        row: dict[str, Any] = {
            "period": self.period, "group": group, "criterion": criterion, "parent": parent, "depth": depth,
            "title_zh": title.zh, "title_en": title.en, "weight": float(self.shares[group][criterion]),
        }  # fmt: skip
        ranked = base > 0
        if ranks is not None and ranked.any():
            row |= self._moves(group, criterion, units[ranked], base[ranked], ranks[ranked])
        self.criteria.append(row)

    def _moves(self, group: str, criterion: str, units: Ints, base: Ints, ranks: Ints) -> dict[str, Any]:
        changed = changes_of(np.stack([base, ranks], axis=1).astype(np.int32))[:, 0]
        moving = np.flatnonzero(ranks != base)
        self.moves.append((criterion, units[moving], base[moving], ranks[moving]))
        names = self.case.grid.units
        largest = int(changed.max())
        return {
            "mean_change": float(changed.mean()), "moved": int((ranks != base).sum()), "largest": largest,
            "mover": min(names[units[place]] for place in np.flatnonzero(changed == largest)) if largest else None,
            "top_changes": bool(((base == 1) != (ranks == 1)).any()),
        }  # fmt: skip

    def frames(self) -> Removal:
        grid = self.case.grid
        criteria = pl.DataFrame(self.criteria, schema=REMOVED_SCHEMA, orient="row")
        if not self.moves:
            return Removal(criteria, pl.DataFrame(schema=MOVES_SCHEMA))
        names, units, base, ranks = zip(*self.moves, strict=True)
        who = np.concatenate(units)
        moves = pl.DataFrame(
            {
                "unit": [grid.units[row] for row in who],
                "group": [grid.group_names[code] for code in grid.codes[who]],
                "criterion": np.repeat(np.array(names, dtype=object), [len(one) for one in units]),
                "rank": np.concatenate(base),
                "without": np.concatenate(ranks),
            },
            schema_overrides={"criterion": pl.String},
        )
        without = pl.when(pl.col("without") > 0).then("without")
        moves = moves.with_columns(period=pl.lit(self.period), without=without, moved=pl.col("rank") - without)
        return Removal(criteria, moves.select(pl.col(name).cast(kind) for name, kind in MOVES_SCHEMA.items()))


def _walk(rulebook: Rulebook) -> Iterator[tuple[str, int, Criterion]]:
    def below(parent: str, depth: int, children: Sequence[Criterion]) -> Iterator[tuple[str, int, Criterion]]:
        for child in children:
            yield parent, depth, child
            yield from below(child.id, depth + 1, child.criteria)

    return below("", 1, rulebook.criteria)
