"""Worked examples: every leaf scored once by the engine, on values made up for the purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from shuping.documents.rules.model import Block, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words
from shuping.documents.wording import criterion_title, exact_text, group_title
from shuping.methods import Method, Operand
from shuping.methods.arithmetic import EXACT
from shuping.records.register import Register, Unit
from shuping.rulebook.adjustments import Adjustments
from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import applies, method_of, points_of
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Column as Values
from shuping.scoring.grid import Grid, Inputs
from shuping.scoring.provenance import Provenance
from shuping.scoring.trace import show_value, trace
from shuping.values.rounding import round_exact

PERIOD = "2000"
OURS = "ours"


@dataclass(frozen=True)
class _Given:
    """Values made up for one criterion: ours first, then those of two others; and the unit's figures for parameters."""

    values: tuple[Fraction, Fraction, Fraction]
    operands: Mapping[str, Fraction] = field(default_factory=dict)


def examples(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield a table with one example per leaf, for each comparison group the leaves that did not come before."""
    columns = (Column(words.say("criterion"), 22), Column(words.say("example_given"), 34),
               Column(words.say("example_figures"), 34), Column(words.say("example_points"), 10, "center"))  # fmt: skip
    shown: set[str] = set()
    for group in rulebook.groups:
        rows = []
        for leaf, full in _leaves(rulebook.criteria, group, rulebook.scale):
            found = None if leaf.id in shown else _example(rulebook, leaf, group, full, words)
            if found is not None:
                rows.append(row(*found))
                shown.add(leaf.id)
        if rows:
            title = group_title(rulebook, group, words.lang)
            yield Paragraph(words.sentence([words.say("examples_made_up", group=title)]))
            yield Table(columns, tuple(rows), made_up=True)


def _leaves(criteria: tuple[Criterion, ...], group: str, full: Fraction) -> Iterator[tuple[Criterion, Fraction]]:
    """Yield the leaves that count in a group with what they are scored out of."""
    for criterion in criteria:
        if applies(criterion, group):
            own = points_of(criterion, group) or full
            if criterion.criteria:
                yield from _leaves(criterion.criteria, group, own)
            else:
                yield criterion, own


def _example(
    rulebook: Rulebook, leaf: Criterion, group: str, full: Fraction, words: Words
) -> tuple[str, str, str, str] | None:
    """Return title, given values, rule in figures and points of the first made-up value that earns points."""
    method = method_of(rulebook, leaf)
    for given in _made_up(rulebook, leaf, method):
        scored = _score(rulebook, leaf, group, full, method, given)
        if scored is not None and scored["substituted"] is not None:
            texts = (_in_words(rulebook, leaf, method, given, words), scored["substituted"], scored["points"])
            return criterion_title(rulebook, leaf, words.lang), *texts
    return None


def _score(
    rulebook: Rulebook, leaf: Criterion, group: str, full: Fraction, method: Method, given: _Given
) -> Mapping[str, Any] | None:
    """Score the criterion alone, for three units, as a rule book of its own; return our row of the trace."""
    alone = leaf.model_copy(
        update={"points": full, "weight": None, "applies_to": None, "each": None, "period_weights": {},
                "missing_period": None, "missing": MissingRule(policy="drop_unit")}
    )  # fmt: skip
    first = any(criterion.id == leaf.id for criterion in rulebook.criteria)
    tree = alone if first else Criterion(id="example-of-one", criteria=(alone,))
    book = rulebook.model_copy(
        update={"criteria": (tree,), "combine": None, "prepare": None, "adjustments": Adjustments(),
                "groups": {group: rulebook.groups[group]}}
    )  # fmt: skip
    units = (OURS, _reference(method) or "better", "worse")
    grid = Grid(units, (group,), np.zeros(len(units), dtype=np.int64))
    try:
        root = evaluate(book, grid, _inputs(leaf, method, given), EXACT)
    except KeyError:  # a parameter that only a folder can fill
        return None
    register = Register({name: Unit(name, name, name, "unit") for name in units})
    rows = trace(book, register, grid, root, Provenance(book, {}, {}, {}), PERIOD)
    return next(line for line in rows if line["unit"] == OURS and line["criterion"] == leaf.id)


def _reference(method: Method) -> str | None:
    """Return the unit whose value serves all others as a yardstick, where the method has one."""
    return next((operand.unit for operand in method.operands().values() if operand.unit is not None), None)


def _inputs(leaf: Criterion, method: Method, given: _Given) -> Inputs:
    values = _values(list(given.values))
    own = {operand.attribute: _values([given.operands[name]] * 3)
           for name, operand in method.operands().items() if operand.attribute is not None}  # fmt: skip
    targets = [given.operands[name] for name, operand in method.operands().items() if operand.is_target]
    named = {leaf.measure: values} if leaf.measure is not None else {}
    target = {leaf.measure or "": _values([targets[0]] * 3)} if targets else {}
    return Inputs(named, {leaf.judged: values} if leaf.judged is not None else {}, own, target)


def _values(numbers: list[Fraction]) -> Values:
    return Values(EXACT.array(numbers), np.zeros(len(numbers), dtype=np.int8))


def _made_up(rulebook: Rulebook, leaf: Criterion, method: Method) -> Iterator[_Given]:
    """Yield values to try, the most telling first."""
    measure = rulebook.measures.get(leaf.measure or "")
    percent, lower = measure is not None and measure.percent, measure is not None and measure.direction == "lower"
    own = Fraction(9, 10) if percent else Fraction(20)
    figures = {name: _number(operand, own) for name, operand in method.operands().items()}
    places = measure.value_places if measure is not None else rulebook.rounding.detail_places
    usual = (Fraction(4, 5), Fraction(1, 2)) if percent else (Fraction(8), Fraction(1))
    for value in (*_near(method, figures, lower), *usual):
        trio = (value, value * Fraction(5, 4), value * Fraction(5, 8))
        yield _Given(
            (round_exact(trio[0], places), round_exact(trio[1], places), round_exact(trio[2], places)), figures
        )


def _number(operand: Operand, own: Fraction) -> Fraction:
    return operand.number if operand.number is not None else own


def _near(method: Method, figures: Mapping[str, Fraction], lower: bool) -> Iterator[Fraction]:
    """Yield values near the yardstick of a method: at four fifths of the target, or of the way between two ends."""
    parameters = {name: getattr(method, name) for name in type(method).model_fields}
    if method.name == "pass_fail":
        yield figures["target"]
    elif "target" in figures:
        yield _whole(figures["target"] * (Fraction(5, 4) if lower else Fraction(4, 5)), figures["target"])
    for low, high in (("low", "high"), ("unacceptable", "satisfactory")):
        start, end = (figures.get(name, parameters.get(name)) for name in (low, high))
        if isinstance(start, Fraction) and isinstance(end, Fraction):
            yield start + (end - start) * Fraction(4, 5)
    if "bands" in parameters:
        starts = [band.from_ for band in parameters["bands"] if band.from_ is not None]
        yield from starts[1:2] or starts[:1]
    if "classes" in parameters:
        yield from (found.code for found in parameters["classes"][1:2] or parameters["classes"])
    if "knots" in parameters or method.name == "piecewise_linear":
        knots = next(value for value in parameters.values() if isinstance(value, tuple))
        yield (knots[0].at + knots[1].at) / 2
    if "deduct" in method.name:
        yield Fraction(2)


def _whole(value: Fraction, target: Fraction) -> Fraction:
    """Return a whole number near the value where the target is one of some size: nobody holds 12.8 sessions."""
    return round_exact(value, 0) if target.denominator == 1 and target >= 5 else value


def _in_words(rulebook: Rulebook, leaf: Criterion, method: Method, given: _Given, words: Words) -> str:
    """Return what was made up: the value, the unit's own figures, the others' values where they matter."""
    value, *others = (show_value(rulebook, leaf, value) for value in given.values)
    parts = [
        words.say(
            "example_panel"
            if leaf.panel is not None
            else "example_ballot"
            if leaf.ballot is not None
            else "example_value",
            value=value,
        )
    ]
    for name, operand in method.operands().items():
        text = show_value(rulebook, leaf, given.operands[name])
        if operand.is_target:
            parts.append(words.say("example_target", value=text))
        elif operand.attribute is not None:
            title = words.text(rulebook.attributes.get(operand.attribute), f"unit.{operand.attribute}")
            parts.append(words.say("example_own", title=title, value=exact_text(given.operands[name])))
    if reference := _reference(method):
        parts.append(words.say("example_own", title=words.unit(reference), value=others[0]))
        others = others[1:]
    if "group_free" not in method.kept():
        parts.append(words.say("example_others", values=words.several(others)))
    return words.clauses(parts)
