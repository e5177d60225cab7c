"""Whether a rule book hangs together, by the scores of one period: correlations across the tree, Cronbach's alpha and
principal components of every node, what criteria weigh in effect, and what could be left out.

These are descriptions of the units at hand, worked out with float64; nothing of them is published as a score. Every
comparison group is looked at alone: its criteria, points and units are its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from shuping.review.coherence_alpha import Alpha, cronbach
from shuping.review.coherence_components import Components, principal_components
from shuping.review.coherence_correlations import Correlations, correlations
from shuping.review.coherence_limits import CoherenceLimits, flag
from shuping.review.coherence_scores import TOTAL, GroupScores, group_scores
from shuping.review.coherence_weights import (
    Balance,
    Floats,
    balanced_weights,
    effective_weights,
    importance,
)
from shuping.scoring.result import Result

CORRELATIONS_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "relation": pl.String,  # siblings | above (second is what first counts towards) | apart (leaves of other branches)
    "first": pl.String,
    "second": pl.String,  # "": the total
    "n": pl.Int64,  # units with both scores
    "pearson": pl.Float64,  # null: fewer than three units, or no variation
    "pearson_p": pl.Float64,
    "spearman": pl.Float64,
    "spearman_p": pl.Float64,
    "flag": pl.String,  # few | flat | against | negative | weak | high | ok
    "significant": pl.Boolean,  # of Pearson's
}
WEIGHTS_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "above": pl.String,  # whose score is concerned; "": the total
    "among": pl.String,  # children (of ``above``) | leaves (of the whole tree)
    "criterion": pl.String,
    "title_zh": pl.String,
    "title_en": pl.String,
    "declared": pl.Float64,  # shares among these, adding up to 1; so the next
    "effective": pl.Float64,  # weight x standard deviation
    "pearson": pl.Float64,  # with ``above``
    "importance": pl.Float64,  # pearson squared
    "balanced": pl.Float64,  # weight that makes the importance as declared; null: see nodes
    "balanced_importance": pl.Float64,  # importance under the balanced weights
}
NODES_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "node": pl.String,  # "": the total
    "title_zh": pl.String,
    "title_en": pl.String,
    "items": pl.Int64,
    "alpha": pl.Float64,
    "alpha_standardised": pl.Float64,
    "alpha_n": pl.Int64,  # fewest units that two of the criteria have in common
    "alpha_why": pl.String,  # single | few | flat
    "complete": pl.Int64,  # units with every score, on which the following rest
    "first_share": pl.Float64,  # of the variance, first component
    "components_why": pl.String,  # why there are no weights of it: few | flat | negative | tied
    "negative": pl.String,  # criteria that would get a negative weight, joined by ";"
    "balance": pl.String,  # exact | closest, or why not: few | flat | unweighted | not_mean | negative | unsolved
    "without": pl.String,  # criteria whose balanced weight is 0, joined by ";"
}
COMPONENTS_SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "group": pl.String,
    "node": pl.String,
    "component": pl.Int64,
    "share": pl.Float64,  # of the variance
    "criterion": pl.String,
    "loading": pl.Float64,  # correlation of the criterion with the component
    "weight": pl.Float64,  # first component: of the criteria brought to equal spread, adding up to 1
}


@dataclass(frozen=True)
class NodeCoherence:
    """The criteria below one node."""

    node: str
    children: tuple[str, ...]
    alpha: Alpha
    components: Components
    balance: Balance


@dataclass(frozen=True)
class GroupCoherence:
    """One comparison group. ``matrix``: correlations of all its criteria, in the order of ``scores.nodes``."""

    scores: GroupScores
    matrix: Correlations
    nodes: tuple[NodeCoherence, ...]


@dataclass(frozen=True)
class Coherence:
    """One period: figures by group, and the same as frames (the schemas above)."""

    period: str
    limits: CoherenceLimits
    groups: tuple[GroupCoherence, ...]
    correlations: pl.DataFrame = field(repr=False)
    weights: pl.DataFrame = field(repr=False)
    nodes: pl.DataFrame = field(repr=False)
    components: pl.DataFrame = field(repr=False)


def coherence(result: Result, period: str | None = None, limits: CoherenceLimits | None = None) -> Coherence:
    """Look at the scores of one period of a result, by default its last. Nothing is drawn by chance."""
    when, asked = period or result.period, limits or CoherenceLimits()
    groups = tuple(_group(scores) for scores in group_scores(result, when))
    rows: dict[str, list[dict[str, Any]]] = {"correlations": [], "weights": [], "nodes": [], "components": []}
    for group in groups:
        head = {"period": when, "group": group.scores.group}
        rows["correlations"] += [head | row for row in _correlation_rows(group, asked)]
        rows["weights"] += [head | row for row in _weight_rows(group)]
        rows["nodes"] += [head | _node_row(group.scores, node) for node in group.nodes]
        rows["components"] += [head | row for node in group.nodes for row in _component_rows(node)]
    schemas = {
        "correlations": CORRELATIONS_SCHEMA, "weights": WEIGHTS_SCHEMA, "nodes": NODES_SCHEMA,
        "components": COMPONENTS_SCHEMA,
    }  # fmt: skip
    frames = {name: _frame(rows[name], schema) for name, schema in schemas.items()}
    return Coherence(when, asked, groups, **frames)


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    found = pl.DataFrame(rows, schema=dict(schema), orient="row")
    floats = [name for name, kind in schema.items() if kind is pl.Float64]
    return found.with_columns(pl.col(floats).fill_nan(None).round(10) + 0.0)  # + 0.0: no minus before a zero


def _group(scores: GroupScores) -> GroupCoherence:
    nodes = []
    for name in scores.parents:
        node = scores.nodes[name]
        table = scores.columns(node.children)
        balance = _balance(scores, name, table)
        nodes.append(NodeCoherence(name, node.children, cronbach(table), principal_components(table), balance))
    return GroupCoherence(scores, correlations(scores.table), tuple(nodes))


def _balance(scores: GroupScores, name: str, table: Floats) -> Balance:
    """Balance the children that carry weight, where their node is a weighted mean or a sum."""
    node = scores.nodes[name]
    if node.combine not in ("sum", "arithmetic"):
        return Balance(None, None, 0, refused="not_mean")
    declared = np.array([scores.nodes[child].within for child in node.children])
    places = np.flatnonzero(declared > 0)
    found = balanced_weights(table[:, places], declared[places])
    if found.weights is None or found.achieved is None or len(places) == len(declared):
        return found
    weights, achieved = np.zeros(len(declared)), np.full(len(declared), np.nan)
    weights[places], achieved[places] = found.weights, found.achieved
    return Balance(weights, achieved, found.n, found.exact, tuple(int(places[place]) for place in found.without))


# --- correlations ---------------------------------------------------------------------------------------------------


def _pairs(scores: GroupScores) -> Iterator[tuple[str, str, str]]:
    """Yield every pair that is looked at, and how the two stand to each other."""
    for node in scores.nodes.values():
        for first, second in combinations(node.children, 2):
            yield "siblings", first, second
    for name in scores.nodes:
        for above in scores.above(name):
            yield "above", name, above
    for first, second in combinations(scores.leaves, 2):
        if scores.nodes[first].parent != scores.nodes[second].parent:
            yield "apart", first, second


def _correlation_rows(group: GroupCoherence, limits: CoherenceLimits) -> Iterator[dict[str, Any]]:
    """Yield the rows of one group; of leaves in different branches only those that say nearly the same."""
    place = {name: number for number, name in enumerate(group.scores.nodes)}
    found = group.matrix
    for relation, first, second in _pairs(group.scores):
        at = place[first], place[second]
        r, n = float(found.pearson[at]), int(found.n[at])
        said = flag(r, n, limits, upward=relation == "above")
        if relation == "apart" and not (abs(r) >= limits.high and n >= limits.units):
            continue
        p = float(found.pearson_p[at])
        yield {
            "relation": relation, "first": first, "second": second, "n": n, "pearson": r, "pearson_p": p,
            "spearman": float(found.spearman[at]), "spearman_p": float(found.spearman_p[at]), "flag": said,
            "significant": None if p != p else p < limits.significance,
        }  # fmt: skip


# --- weights --------------------------------------------------------------------------------------------------------


def _weight_rows(group: GroupCoherence) -> Iterator[dict[str, Any]]:
    scores = group.scores
    for node in group.nodes:
        within = [scores.nodes[child].within for child in node.children]
        yield from _weighed(group, node.node, "children", node.children, within, node.balance)
    shares = [scores.nodes[leaf].share for leaf in scores.leaves]
    yield from _weighed(group, TOTAL, "leaves", scores.leaves, shares, None)


def _weighed(
    group: GroupCoherence,
    above: str,
    among: str,
    ids: Sequence[str],
    declared: Sequence[float],
    balance: Balance | None,
) -> Iterator[dict[str, Any]]:
    scores = group.scores
    place = {name: number for number, name in enumerate(scores.nodes)}
    r = np.array([group.matrix.pearson[place[name], place[above]] for name in ids])
    full = scores.nodes[above].points or scores.full
    # what only deducts has no weight: its points are points of the score above
    products = np.array(declared)
    products[[scores.nodes[name].points == 0 for name in ids]] = 1 / full
    columns = (
        effective_weights(scores.columns(ids), products), r, importance(r),
        None if balance is None else balance.weights, None if balance is None else balance.achieved,
    )  # fmt: skip
    names = ("effective", "pearson", "importance", "balanced", "balanced_importance")
    for number, name in enumerate(ids):
        title = scores.nodes[name].title
        yield {
            "above": above, "among": among, "criterion": name, "title_zh": title.zh, "title_en": title.en,
            "declared": declared[number],
            **{key: _at(column, number) for key, column in zip(names, columns, strict=True)},
        }  # fmt: skip


def _at(column: Floats | None, number: int) -> float | None:
    return None if column is None else float(column[number])


# --- nodes ----------------------------------------------------------------------------------------------------------


def _node_row(scores: GroupScores, node: NodeCoherence) -> dict[str, Any]:
    title, found, balance = scores.nodes[node.node].title, node.components, node.balance
    why = found.why or ("negative" if found.negative else "tied" if found.tied else None)
    return {
        "node": node.node, "title_zh": title.zh, "title_en": title.en, "items": node.alpha.items,
        "alpha": node.alpha.value, "alpha_standardised": node.alpha.standardised, "alpha_n": node.alpha.n,
        "alpha_why": node.alpha.why, "complete": found.n,
        "first_share": None if found.why else float(found.share[0]), "components_why": why,
        "negative": ";".join(node.children[place] for place in found.negative) or None,
        "balance": balance.refused or ("exact" if balance.exact else "closest"),
        "without": ";".join(node.children[place] for place in balance.without) or None,
    }  # fmt: skip


def _component_rows(node: NodeCoherence) -> Iterator[dict[str, Any]]:
    found = node.components
    for component, share in enumerate(found.share):
        for number, child in enumerate(node.children):
            weight = None if component or found.weights is None else float(found.weights[number])
            yield {
                "node": node.node, "component": component + 1, "share": float(share), "criterion": child,
                "loading": float(found.loadings[number, component]), "weight": weight,
            }  # fmt: skip
