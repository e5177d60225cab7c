"""The trace: one row per unit and criterion that holds everything an explanation shows, from total down to files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from shuping.methods import Method
from shuping.methods.arithmetic import Array
from shuping.records.register import Register
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import policies, shares_of_total
from shuping.scoring.adjust import Adjusted
from shuping.scoring.adjust_trace import Vetoes, adjustment_rows
from shuping.scoring.adjust_words import total_in_figures, total_words
from shuping.scoring.evaluate import Mask, Scores
from shuping.scoring.gap_trace import gap_parts, records_inside
from shuping.scoring.grid import REASON_NAMES, Grid
from shuping.scoring.measure_words import show_measure
from shuping.scoring.node_words import node_in_figures
from shuping.scoring.period_words import mean_in_figures
from shuping.scoring.provenance import Provenance
from shuping.scoring.result import TRACE_SCHEMA
from shuping.scoring.rule_words import bounds_words, combine_sentence, prepared_first
from shuping.values.exact import decide
from shuping.values.rounding import show, show_short
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
    rows: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, dict[str, str]] = field(default_factory=dict)

    def sentences(self, criterion: Criterion, method: Method, lower: bool) -> dict[str, str]:
        """Return a leaf's rule in both languages, worded once for all units."""
        if criterion.id not in self.said:
            words = {
                lang: prepared_first(self.rulebook, criterion, lang)
                + method.sentence(lang, lower=lower)
                + bounds_words(self.rulebook, criterion, lang)
                for lang in ("zh", "en")
            }
            self.said[criterion.id] = {f"rule_{lang}": text for lang, text in words.items()}
        return self.said[criterion.id]


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
    tracing = _Tracing(rulebook, register, grid, provenance, period, policies(rulebook), shares)
    everywhere = np.ones(len(grid), dtype=bool)
    steps = list(_walk(root, None, 0, None, everywhere))
    for order, (scores, parent, depth, worth, additive) in enumerate(steps):
        for index in np.flatnonzero(scores.applies):
            tracing.rows.append(_row(tracing, scores, int(index), parent, depth, order, worth, additive))
    held = vetoes or {}
    tracing.rows.extend(
        adjustment_rows(rulebook, register, grid, root.adjustments, root.present, provenance, period, held, len(steps))
    )
    position = {unit: place for place, unit in enumerate(grid.units)}
    return sorted(tracing.rows, key=lambda row: (position[row["unit"]], row["order"]))


Step = tuple[Scores, str | None, int, Array | None, Mask]


def _walk(scores: Scores, parent: str | None, depth: int, worth: Array | None, additive: Mask) -> Iterator[Step]:
    """Yield each node with what one of its points adds to the total, and where that adds up at all."""
    yield scores, parent, depth, worth, additive
    for number, child in enumerate(scores.children):
        if child.counted is not None:  # below a mean over periods: what it adds to it is known as a whole
            below, still = worth, additive if scores.adjusted is None else additive & ~scores.adjusted
        elif scores.shares is None or scores.periods:
            below, still = worth, np.zeros_like(additive)
        else:
            share = scores.shares[number]
            below = share if worth is None else worth * share
            still = additive if scores.adjusted is None else additive & ~scores.adjusted
        own = still & ~scores.policy_applied  # points that a policy gave are made of nothing below
        yield from _walk(child, scores.criterion.id, depth + 1, below, own)


def _row(
    tracing: _Tracing,
    scores: Scores,
    index: int,
    parent: str | None,
    depth: int,
    order: int,
    worth: Array | None,
    additive: Mask,
) -> dict[str, Any]:
    rulebook, unit = tracing.rulebook, tracing.register[tracing.grid.units[index]]
    group = tracing.grid.group_names[int(tracing.grid.codes[index])]
    criterion, rounding = scores.criterion, rulebook.rounding
    places = rounding.places if depth == 0 else rounding.detail_places
    present = bool(scores.present[index])
    points = Fraction(scores.points[index]) if present else None
    title = title_of(rulebook, criterion)
    row: dict[str, Any] = dict.fromkeys(TRACE_SCHEMA)
    row.update(
        period=tracing.period, group=group, unit=unit.id, name=unit.name, name_en=unit.name_en or unit.name,
        criterion=criterion.id, parent=parent, depth=depth, order=order, title_zh=title.zh, title_en=title.en,
        points=None if points is None else show(decide(scores.points[index], places, rounding.mode), places),
        points_exact=None if points is None else f"{points.numerator}/{points.denominator}",
        points_max=show_short(Fraction(scores.full[index]), rounding.detail_places),
        weight=show(Fraction(1) if depth == 0 else tracing.shares[group][criterion.id], WEIGHT_PLACES),
        missing=_missing(scores, index),
    )  # fmt: skip
    if present and additive[index]:
        adds = scores.points if scores.counted is None else scores.counted
        contribution = adds[index] if worth is None else adds[index] * worth[index]
        row["contribution"] = show(decide(contribution, rounding.detail_places, rounding.mode), rounding.detail_places)
        row["contribution_exact"] = f"{contribution.numerator}/{contribution.denominator}"
    if depth and (scores.policy_applied[index] or not present):
        row["missing_policy"] = tracing.policies[criterion.id]
    if scores.filled_from is not None and scores.filled_from[index] > 0:
        row["filled_from"] = int(scores.filled_from[index])
    row.update(
        _node_parts(rulebook, scores) if scores.children else _leaf_parts(tracing, scores, index, unit.id, points)
    )
    row |= gap_parts(rulebook, tracing.register, scores, unit.id, index)
    row["kind"] = "total" if depth == 0 else row["kind"]
    if scores.periods and row["points"] is not None:
        row["substituted"] = mean_in_figures(scores, index, row["points"])
    elif scores.children and row["points"] is not None:
        row["substituted"] = node_in_figures(rulebook, scores, index, row["points"])
    if scores.adjustments is not None and _has_criteria(scores, scores.adjustments, index):
        before = Fraction(scores.adjustments.before[index])
        row["value_exact"] = f"{before.numerator}/{before.denominator}"
    if scores.adjustments is not None and row["points"] is not None:
        row |= _adjusted_total(rulebook, scores, scores.adjustments, index, row)
    return row


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
    """Return a criterion's title: its own, else that of its measure or panel, else its id."""
    if criterion.title is not None:
        return criterion.title
    source = rulebook.measures.get(criterion.measure or "")
    title = source.title if source is not None else None
    if criterion.panel is not None:
        title = rulebook.panels[criterion.panel.id].title
    return title or Text(zh=criterion.id, en=criterion.id)


def _node_parts(rulebook: Rulebook, scores: Scores) -> dict[str, Any]:
    return {
        "kind": "node",
        "rule_zh": combine_sentence(rulebook, scores.criterion, "zh"),
        "rule_en": combine_sentence(rulebook, scores.criterion, "en"),
    }


def _leaf_parts(tracing: _Tracing, scores: Scores, index: int, unit: str, points: Fraction | None) -> dict[str, Any]:
    rulebook, criterion, method = tracing.rulebook, scores.criterion, scores.method
    assert method is not None
    lower = criterion.measure is not None and rulebook.measures[criterion.measure].direction == "lower"
    parts: dict[str, Any] = {
        "kind": "panel" if criterion.panel is not None else "measure",
        "method": method.name,
        **tracing.sentences(criterion, method, lower),
    }
    parts |= _panel_parts(tracing, criterion, unit) if criterion.panel else _measure_parts(tracing, criterion, unit)
    if scores.value is None:  # a mean over periods: each has its own value
        parts["records"] = None if criterion.panel else records_inside(tracing.provenance, scores, unit)
        return parts
    parts["operands"] = _own_figures(method, scores, index)
    if scores.value.reasons[index] == 0:
        value = Fraction(scores.value.values[index])
        parts["value"] = show_value(rulebook, criterion, value)
        parts["value_exact"] = f"{value.numerator}/{value.denominator}"
        if (
            points is not None
            and not scores.reasons[index]
            and all(not column.reasons[index] for column in scores.operands.values())
        ):
            parts["substituted"] = _substituted(rulebook, scores, index, value, lower, points)
    return parts


def _own_figures(method: Method, scores: Scores, index: int) -> str | None:
    """Return the operands that differ by unit, as far as this unit has them."""
    own = [name for name, operand in method.operands().items() if operand.number is None]
    columns = {name: scores.operands[name] for name in own if not scores.operands[name].reasons[index]}
    figures = {name: Fraction(column.values[index]) for name, column in columns.items()}
    return "; ".join(f"{name}={figure.numerator}/{figure.denominator}" for name, figure in figures.items()) or None


def _measure_parts(tracing: _Tracing, criterion: Criterion, unit: str) -> dict[str, Any]:
    name = criterion.measure or ""
    measure = tracing.rulebook.measures[name]
    title = measure.title or Text(zh=name, en=name)
    prepared = tracing.provenance.prepared.get((tracing.period, unit, name))
    return {
        "source": name,
        "source_title_zh": title.zh,
        "source_title_en": title.en,
        "formula": measure.written,
        "parts": tracing.provenance.parts(tracing.period, unit, name),
        "prepared_zh": None if prepared is None else prepared.zh,
        "prepared_en": None if prepared is None else prepared.en,
        "records": tracing.provenance.records(tracing.period, unit, name),
        "files": tracing.provenance.files_of_measure(name),
    }


def _panel_parts(tracing: _Tracing, criterion: Criterion, unit: str) -> dict[str, Any]:
    assert criterion.panel is not None
    name = criterion.panel.id
    panel = tracing.rulebook.panels[name]
    title = panel.title or Text(zh=name, en=name)
    score = tracing.provenance.panels.get((tracing.period, name, unit))
    shown = []
    for group, (mean, judges) in score.groups.items() if score is not None else ():
        shown.append(f"{group} × {show_short(panel.groups[group])}: {show_short(mean, 4)} (n = {judges})")
    return {
        "source": name,
        "source_title_zh": title.zh,
        "source_title_en": title.en,
        "formula": " + ".join(f"{show_short(weight)} × {group}" for group, weight in panel.groups.items()),
        "parts": "; ".join(shown) or None,
        "records": score.marks if score is not None else None,
        "files": "; ".join(tracing.provenance.files.get(name, ())),
    }


def show_value(rulebook: Rulebook, criterion: Criterion, value: Fraction) -> str:
    """Return a leaf's value for people: a percentage where the measure says so, without trailing zeros."""
    measure = rulebook.measures.get(criterion.measure or "")
    return show_short(value, rulebook.rounding.detail_places) if measure is None else show_measure(measure, value)


def _substituted(rulebook: Rulebook, scores: Scores, index: int, value: Fraction, lower: bool, points: Fraction) -> str:
    assert scores.method is not None
    places = SUBSTITUTED_PLACES
    shown = {"value": show_short(value, places), "full": show_short(Fraction(scores.full[index]))}
    shown |= {name: show_short(Fraction(column.values[index]), places) for name, column in scores.operands.items()}
    shown |= {name: show_short(_fraction(fact[index]), places) for name, fact in scores.facts.items()}
    result = show_short(
        decide(scores.points[index], rulebook.rounding.detail_places, rulebook.rounding.mode),
        rulebook.rounding.detail_places,
    )
    text = scores.method.substituted(shown, lower=lower)
    bounded = scores.adjusted is not None and bool(
        scores.adjusted[index]
    )  # by floor, cap or the criterion's own places
    return f"{text} → {result}" if bounded else f"{text} {scores.method.leads_to} {result}"


def _fraction(fact: Any) -> Fraction:
    return Fraction(int(fact)) if isinstance(fact, np.integer) else Fraction(fact)


def trace_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the rows as a frame of ``TRACE_SCHEMA``."""
    return pl.DataFrame(rows, schema=TRACE_SCHEMA, orient="row")
