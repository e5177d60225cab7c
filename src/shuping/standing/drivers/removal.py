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
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Grid
from shuping.scoring.scores import Scores, walk
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
        whole = {name: chain for name, chain in chains[group].items() if chain}
        table = np.stack([ranks[()][units], *(ranks[chain][units] for chain in whole.values())], axis=1)
        rows.add(group, list(chains[group]), list(whole), units, table)
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
    moves: list[tuple[Any, Ints, Ints, Ints]] = field(default_factory=list)
    shares: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        book = self.case.rulebook
        self.tree = {node.id: (parent, depth, title_of(book, node)) for parent, depth, node in _walk(book)}
        self.shares = {group: shares_of_total(self.case.rulebook, group) for group in self.case.grid.group_names}

    def add(self, group: str, counted: Sequence[str], names: Sequence[str], units: Ints, table: Ints) -> None:
        """Add a group: ``table`` (units, 1 + names) holds the ranks with everything, then without each of ``names``.
        ``counted``: all criteria that count there.
        """
        ranked = table[:, 0] > 0
        found = self._moves(names, units[ranked], table[ranked]) if ranked.any() and names else {}
        for criterion in counted:
            parent, depth, title = self.tree[criterion]
            self.criteria.append({
                "period": self.period, "group": group, "criterion": criterion, "parent": parent, "depth": depth,
                "title_zh": title.zh, "title_en": title.en, "weight": float(self.shares[group][criterion]),
                **found.get(criterion, {}),
            })  # fmt: skip

    def _moves(self, names: Sequence[str], units: Ints, table: Ints) -> dict[str, dict[str, Any]]:
        changed = changes_of(table.astype(np.int32))
        base, ranks = table[:, :1], table[:, 1:]
        moving = ranks != base
        place, row = np.nonzero(moving.T)
        self.moves.append((np.asarray(names, dtype=object)[place], units[row], base[row, 0], ranks[row, place]))
        ids = np.array([self.case.grid.units[unit] for unit in units])
        in_order = np.argsort(ids)
        mover = ids[in_order][changed[in_order].argmax(axis=0)]
        top = ((ranks == 1) != (base == 1)).any(axis=0)
        return {
            name: {
                "mean_change": float(changed[:, at].mean()), "moved": int(moving[:, at].sum()),
                "largest": int(changed[:, at].max()), "mover": str(mover[at]) if moving[:, at].any() else None,
                "top_changes": bool(top[at]),
            }
            for at, name in enumerate(names)
        }  # fmt: skip

    def frames(self) -> Removal:
        grid = self.case.grid
        criteria = pl.DataFrame(self.criteria, schema=REMOVED_SCHEMA, orient="row")
        if not self.moves:
            return Removal(criteria, pl.DataFrame(schema=MOVES_SCHEMA))
        names, units, base, ranks = map(np.concatenate, zip(*self.moves, strict=True))
        moves = pl.DataFrame(
            {
                "unit": [grid.units[row] for row in units],
                "group": [grid.group_names[code] for code in grid.codes[units]],
                "criterion": names,
                "rank": base,
                "without": ranks,
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
