"""The trace: one row per unit and criterion that holds everything an explanation shows, from total down to files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from shuping.methods.arithmetic import Array
from shuping.panels import ballot_words, panel_words
from shuping.panels.ballot_score import BallotScore
from shuping.panels.score import PanelScore
from shuping.records.register import Register
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import policies, shares_of_total
from shuping.rulebook.worth import worth_of_points
from shuping.scoring.adjust import Adjusted
from shuping.scoring.adjust_trace import Vetoes, adjustment_rows
from shuping.scoring.adjust_words import total_in_figures, total_words
from shuping.scoring.fill import Mask
from shuping.scoring.gap_trace import gap_parts, records_inside
from shuping.scoring.grid import REASON_NAMES, Grid
from shuping.scoring.measure_words import show_measure, written_of
from shuping.scoring.node_words import node_in_figures
from shuping.scoring.period_words import mean_in_figures
from shuping.scoring.provenance import Provenance
from shuping.scoring.readable import cells, readable
from shuping.scoring.result import TRACE_SCHEMA
from shuping.scoring.rule_words import bounds_words, combine_sentence, prepared_first
from shuping.scoring.scores import Scores, walk
from shuping.values.exact import show_decided
from shuping.values.rounding import show, show_short, trimmed
from shuping.values.scalars import Text

WEIGHT_PLACES = 6
SUBSTITUTED_PLACES = 6
"""Figures put into a rule carry more decimals than are published, so that working it out gives the points shown."""


@dataclass(frozen=True)
class _Tracing:
    rulebook: Rulebook
    register: Register
    grid: Grid
    provenance: Provenance
    period: str
    policies: Mapping[str, str]
    shares: Mapping[str, Mapping[str, Fraction]]
    """Weights down the tree, by comparison group."""
    worth: Mapping[str, Mapping[str, Fraction]]
    """What a point of each criterion adds to the total, by comparison group."""
    seen: dict[tuple[int, int, int], str] = field(default_factory=dict)

    def short(self, figure: Fraction, places: int = SUBSTITUTED_PLACES) -> str:
        """Return the text of a figure that many rows share; each is worded once."""
        key = figure.numerator, figure.denominator, places
        text = self.seen.get(key)
        if text is None:
            text = self.seen[key] = show_short(figure, places)
        return text


@dataclass(frozen=True)
class _Step:
    """One criterion of the printed tree.

    ``adds``: what its points add to the total, (n,), true only where ``additive``; ``same``: the columns that are the
    same for every unit; ``weights``: its share of the total, by comparison group; ``worth``: what a point of it is
    worth in points of the total there; ``own``: the operands that differ by
    unit.
    """

    scores: Scores
    depth: int
    adds: Array
    additive: Mask
    same: dict[str, Any]
    weights: Mapping[str, str]
    worth: Mapping[str, str | None]
    own: tuple[str, ...]


def trace(
    rulebook: Rulebook,
    register: Register,
    grid: Grid,
    root: Scores,
    provenance: Provenance,
    period: str,
    vetoes: Vetoes | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of ``TRACE_SCHEMA`` for one period: unit by unit, each tree in the order of the rule book, then
    bonuses, deductions and ``vetoes``.
    """
    shares = {group: shares_of_total(rulebook, group) for group in grid.group_names}
    worth = {group: worth_of_points(rulebook, group) for group in grid.group_names}
    tracing = _Tracing(rulebook, register, grid, provenance, period, policies(rulebook), shares, worth)
    everywhere = np.ones(len(grid), dtype=bool)
    places = list(_walk(root, None, 0, None, everywhere))
    steps = [
        _step(tracing, scores, place, order)
        for order, (place, scores) in enumerate(zip(places, walk(readable(root)), strict=True))
    ]
    rows = [_row(tracing, step, index) for step in steps for index in np.flatnonzero(step.scores.applies).tolist()]
    held = vetoes or {}
    rows.extend(
        adjustment_rows(rulebook, register, grid, root.adjustments, root.present, provenance, period, held, len(steps))
    )
    position = {unit: place for place, unit in enumerate(grid.units)}
    return sorted(rows, key=lambda row: (position[row["unit"]], row["order"]))


Place = tuple[str | None, int, Array, Mask]


def _walk(scores: Scores, parent: str | None, depth: int, worth: Array | None, additive: Mask) -> Iterator[Place]:
    """Yield of each node: the id above it, its depth, what its points add to the total, and where that adds up at all.

    ``worth``: what one of its points adds to the total.
    """
    own = scores.points if scores.counted is None else scores.counted
    yield parent, depth, cells(own if worth is None else own * worth), additive
    for number, child in enumerate(scores.children):
        if child.counted is not None:  # below a mean over periods: what it adds to it is known as a whole
            below, still = worth, additive if scores.adjusted is None else additive & ~scores.adjusted
        elif scores.shares is None or scores.periods:
            below, still = worth, np.zeros_like(additive)
        else:
            share = scores.shares[number]
            below = share if worth is None else worth * share
            still = additive if scores.adjusted is None else additive & ~scores.adjusted
        within = still & ~scores.policy_applied  # points that a policy gave are made of nothing below
        yield from _walk(child, scores.criterion.id, depth + 1, below, within)


def _step(tracing: _Tracing, scores: Scores, place: Place, order: int) -> _Step:
    """Return a criterion with everything that its rows have in common."""
    parent, depth, adds, additive = place
    rulebook, criterion = tracing.rulebook, scores.criterion
    title = title_of(rulebook, criterion)
    same: dict[str, Any] = dict.fromkeys(TRACE_SCHEMA)
    same.update(
        period=tracing.period, criterion=criterion.id, parent=parent, depth=depth, order=order,
        title_zh=title.zh, title_en=title.en,
    )  # fmt: skip
    same.update(_node_parts(rulebook, scores) if scores.children else _leaf_parts(tracing, scores))
    same["kind"] = "total" if depth == 0 else same["kind"]
    weights = {
        group: show(Fraction(1) if depth == 0 else shares.get(criterion.id, Fraction(0)), WEIGHT_PLACES)
        for group, shares in tracing.shares.items()
    }
    worth = {group: _exact_text(found.get(criterion.id)) for group, found in tracing.worth.items()}
    operands = {} if scores.method is None else scores.method.operands()
    own = tuple(name for name, operand in operands.items() if operand.number is None)
    return _Step(scores, depth, adds, additive, same, weights, worth, own)


def _exact_text(number: Fraction | None) -> str | None:
    return None if number is None else f"{number.numerator}/{number.denominator}"


def _row(tracing: _Tracing, step: _Step, index: int) -> dict[str, Any]:
    rulebook, unit, scores = tracing.rulebook, tracing.register[tracing.grid.units[index]], step.scores
    group = tracing.grid.group_names[int(tracing.grid.codes[index])]
    rounding = rulebook.rounding
    places = rounding.detail_places if step.depth else rounding.places
    row = dict(step.same)
    row["group"], row["unit"], row["name"], row["name_en"] = group, unit.id, unit.name, unit.name_en or unit.name
    row["points_max"] = tracing.short(scores.full[index], rounding.detail_places)
    row["weight"], row["missing"] = step.weights[group], _missing(scores, index)
    row["worth_exact"] = step.worth[group]
    present = bool(scores.present[index])
    if present:
        points = scores.points[index]
        row["points"] = show_decided(points, places, rounding.mode)
        row["points_exact"] = f"{points.numerator}/{points.denominator}"
        if step.additive[index]:
            adds = step.adds[index]
            row["contribution"] = show_decided(adds, rounding.detail_places, rounding.mode)
            row["contribution_exact"] = f"{adds.numerator}/{adds.denominator}"
    if step.depth and (scores.policy_applied[index] or not present):
        row["missing_policy"] = tracing.policies[scores.criterion.id]
    if not scores.children:
        _put_leaf(tracing, step, index, row)
    row |= gap_parts(rulebook, tracing.register, scores, unit.id, index)
    _put_figures(rulebook, scores, index, row)
    return row


def _put_figures(rulebook: Rulebook, scores: Scores, index: int, row: dict[str, Any]) -> None:
    """Put how a mean, a node and an adjusted total come out of their parts into a row."""
    if scores.periods and row["points"] is not None:
        row["substituted"] = mean_in_figures(scores, index, row["points"])
    elif scores.children and row["points"] is not None:
        row["substituted"] = node_in_figures(rulebook, scores, index, row["points"])
    if scores.adjustments is not None and _has_criteria(scores, scores.adjustments, index):
        before = Fraction(scores.adjustments.before[index])
        row["value_exact"] = f"{before.numerator}/{before.denominator}"
    if scores.adjustments is not None and row["points"] is not None:
        row |= _adjusted_total(rulebook, scores, scores.adjustments, index, row)


def _has_criteria(scores: Scores, found: Adjusted, index: int) -> bool:
    """Tell whether a unit has a total of its criteria, whatever a missing bonus or deduction makes of it."""
    reason = scores.reasons[index]
    return not scores.dropped[index] and (reason == 0 or reason == found.dropped[index])


def _adjusted_total(
    rulebook: Rulebook, scores: Scores, found: Adjusted, index: int, row: dict[str, Any]
) -> dict[str, Any]:
    """Return the rule of a total with bonuses and deductions, in words and in figures."""
    before = show_short(Fraction(found.before[index]), rulebook.rounding.detail_places)
    words = {f"rule_{lang}": row[f"rule_{lang}"] + total_words(rulebook, lang) for lang in ("zh", "en")}
    criteria = node_in_figures(rulebook, scores, index, before)
    return {**words, "substituted": total_in_figures(found, index, criteria, row["points"])}


def _missing(scores: Scores, index: int) -> str | None:
    code = int(scores.why[index])
    if code:
        return REASON_NAMES[code]
    return "children_missing" if scores.dropped[index] else None


def title_of(rulebook: Rulebook, criterion: Criterion) -> Text:
    """Return a criterion's title: its own, else that of its measure, panel or ballot, else its id."""
    if criterion.title is not None:
        return criterion.title
    source = rulebook.measures.get(criterion.measure or "")
    title = source.title if source is not None else None
    if criterion.panel is not None:
        title = rulebook.panels[criterion.panel.id].title
    if criterion.ballot is not None:
        title = rulebook.ballots[criterion.ballot.id].title
    return title or Text(zh=criterion.id, en=criterion.id)


def _node_parts(rulebook: Rulebook, scores: Scores) -> dict[str, Any]:
    return {
        "kind": "node",
        "rule_zh": combine_sentence(rulebook, scores.criterion, "zh"),
        "rule_en": combine_sentence(rulebook, scores.criterion, "en"),
    }


def _leaf_parts(tracing: _Tracing, scores: Scores) -> dict[str, Any]:
    """Return what a leaf's rows have in common."""
    criterion, method = scores.criterion, scores.method
    assert method is not None
    lower = _lower(tracing.rulebook, criterion)
    rules = {
        f"rule_{lang}": prepared_first(tracing.rulebook, criterion, lang)
        + method.sentence(lang, lower=lower)
        + bounds_words(tracing.rulebook, criterion, lang)
        for lang in ("zh", "en")
    }
    kind, source = ("panel", _panel_source) if criterion.panel is not None else ("measure", _measure_source)
    if criterion.ballot is not None:
        kind, source = "ballot", _ballot_source
    return {"kind": kind, "method": method.name, **rules, **source(tracing, criterion)}


def _measure_source(tracing: _Tracing, criterion: Criterion) -> dict[str, Any]:
    name = criterion.measure or ""
    measure = tracing.rulebook.measures[name]
    title = measure.title or Text(zh=name, en=name)
    files = tracing.provenance.files_of_measure(name)
    titles = {"source_title_zh": title.zh, "source_title_en": title.en}
    return {"source": name, **titles, "formula": written_of(tracing.rulebook, measure), "files": files}


def _panel_source(tracing: _Tracing, criterion: Criterion) -> dict[str, Any]:
    assert criterion.panel is not None
    name = criterion.panel.id
    panel = tracing.rulebook.panels[name]
    title = panel.title or Text(zh=name, en=name)
    formula = panel_words.written(panel, criterion.panel)
    files = "; ".join(tracing.provenance.files.get(name, ()))
    titles = {"source_title_zh": title.zh, "source_title_en": title.en}
    return {"source": name, **titles, "formula": formula, "files": files}


def _lower(rulebook: Rulebook, criterion: Criterion) -> bool:
    return criterion.measure is not None and rulebook.measures[criterion.measure].direction == "lower"


def _put_leaf(tracing: _Tracing, step: _Step, index: int, row: dict[str, Any]) -> None:
    """Put what a leaf's row says of one unit into it: its records, its value, the rule in figures."""
    scores, unit = step.scores, row["unit"]
    found = _ballot_parts if scores.criterion.ballot else _panel_parts if scores.criterion.panel else _measure_parts
    row |= found(tracing, scores.criterion, unit)
    if scores.value is None:  # a mean over periods: each has its own value
        row["records"] = None if scores.criterion.judged else records_inside(tracing.provenance, scores, unit)
        return
    row["operands"] = _own_figures(step, index)
    if scores.value.reasons[index] == 0:
        value = scores.value.values[index]
        row["value"] = show_value(tracing.rulebook, scores.criterion, value)
        row["value_exact"] = f"{value.numerator}/{value.denominator}"
        known = all(not column.reasons[index] for column in scores.operands.values())
        if row["points"] is not None and not scores.reasons[index] and known:
            row["substituted"] = _substituted(tracing, scores, index, value, trimmed(row["points"]))


def _own_figures(step: _Step, index: int) -> str | None:
    """Return the operands that differ by unit, as far as this unit has them."""
    columns = {name: step.scores.operands[name] for name in step.own}
    figures = {name: column.values[index] for name, column in columns.items() if not column.reasons[index]}
    return "; ".join(f"{name}={figure.numerator}/{figure.denominator}" for name, figure in figures.items()) or None


def _measure_parts(tracing: _Tracing, criterion: Criterion, unit: str) -> dict[str, Any]:
    name, provenance = criterion.measure or "", tracing.provenance
    prepared = provenance.prepared.get((tracing.period, unit, name))
    return {
        "parts": provenance.parts(tracing.period, unit, name),
        "prepared_zh": None if prepared is None else prepared.zh,
        "prepared_en": None if prepared is None else prepared.en,
        "records": provenance.records(tracing.period, unit, name),
    }


def _panel_parts(tracing: _Tracing, criterion: Criterion, unit: str) -> dict[str, Any]:
    assert criterion.panel is not None
    score = tracing.provenance.panels.get((tracing.period, criterion.panel.key, unit))
    assert score is None or isinstance(score, PanelScore)
    panel = tracing.rulebook.panels[criterion.panel.id]
    shown = panel_words.parts(panel, criterion.panel, score)
    said = {f"prepared_{lang}": panel_words.not_counted(score, lang) for lang in ("zh", "en")}
    return {"parts": shown, **said, "records": score.marks if score is not None else None}


def _ballot_source(tracing: _Tracing, criterion: Criterion) -> dict[str, Any]:
    assert criterion.ballot is not None
    name = criterion.ballot.id
    ballot = tracing.rulebook.ballots[name]
    title = ballot.title or Text(zh=name, en=name)
    titles = {"source_title_zh": title.zh, "source_title_en": title.en}
    files = "; ".join(tracing.provenance.files.get(name, ()))
    return {"source": name, **titles, "formula": ballot_words.written(ballot, criterion.ballot), "files": files}


def _ballot_parts(tracing: _Tracing, criterion: Criterion, unit: str) -> dict[str, Any]:
    score = tracing.provenance.panels.get((tracing.period, criterion.judged or "", unit))
    assert score is None or isinstance(score, BallotScore)
    return {"parts": ballot_words.parts(score), "records": None if score is None else score.marks}


def show_value(rulebook: Rulebook, criterion: Criterion, value: Fraction) -> str:
    """Return a leaf's value for people: a percentage where the measure says so, without trailing zeros."""
    measure = rulebook.measures.get(criterion.measure or "")
    if criterion.ballot is not None and criterion.ballot.is_rate:
        return f"{show_short(value * 100, rulebook.rounding.detail_places)}%"
    return show_short(value, rulebook.rounding.detail_places) if measure is None else show_measure(measure, value)


def _substituted(tracing: _Tracing, scores: Scores, index: int, value: Fraction, result: str) -> str:
    assert scores.method is not None
    shown = {"value": show_short(value, SUBSTITUTED_PLACES), "full": tracing.short(scores.full[index])}
    shown |= {name: tracing.short(column.values[index]) for name, column in scores.operands.items()}
    shown |= {name: tracing.short(_fraction(fact[index])) for name, fact in scores.facts.items()}
    text = scores.method.substituted(shown, lower=_lower(tracing.rulebook, scores.criterion))
    bounded = scores.adjusted is not None and bool(
        scores.adjusted[index]
    )  # by floor, cap or the criterion's own places
    return f"{text} → {result}" if bounded else f"{text} {scores.method.leads_to} {result}"


def _fraction(fact: Any) -> Fraction:
    return fact if isinstance(fact, Fraction) else Fraction(int(fact))


def trace_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the rows as a frame of ``TRACE_SCHEMA``."""
    return pl.DataFrame(rows, schema=TRACE_SCHEMA, orient="row")
