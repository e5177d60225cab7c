"""Sampling error through formulas: what the errors of survey measures make of a measure that is made of them.

Each survey measure in one period is an independent source. A source is moved up and down by what it contributes to the
formula's inputs at one standard error; half the difference of the two results is its contribution, and contributions
add up as squares. For a linear formula that is exact; for others it is the delta method with finite steps (J. Wolter,
Introduction to Variance Estimation, 2nd ed. 2007, ch. 6), which steps over kinks such as ``abs`` and ``if``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shuping.formula import nodes
from shuping.formula.nodes import Node
from shuping.measures.arithmetic import Inputs, number
from shuping.values.rational import Rationals

Floats = NDArray[np.float64]
Source = tuple[str, str]
"""A survey measure and the period of its answers."""
Errors = Mapping[Source, Floats]
"""What one standard error of a source adds to each unit's value, signed; nan where that cannot be told."""
ErrorsOf = Callable[[str, str], Errors]


def standard_error(errors: Errors) -> Floats | None:
    """Return the standard error per unit, (n,), nan where unknown; None where no source has an error."""
    if not errors:
        return None
    squares: Floats = np.sum([one**2 for one in errors.values()], axis=0)
    return np.asarray(np.sqrt(squares), dtype=np.float64)


def of_survey(source: Source, se: Floats) -> Errors:
    """Return the errors of a survey measure itself; none where no unit has a standard error."""
    return {} if np.isnan(se).all() else {source: se}


def through_formula(root: Node, inputs: Inputs, errors_of: ErrorsOf) -> Errors:
    """Return the errors of a formula's value. ``errors_of``: those of another measure that the formula names."""
    named = {(node.name, node.when) for node in root.walk() if isinstance(node, nodes.Measure)}
    given: dict[tuple[str, str], Errors] = {key: errors for key in sorted(named) if (errors := errors_of(*key))}
    sources = sorted({source for errors in given.values() for source in errors})
    if not sources:
        return {}
    middle = _floats(number(root, inputs))
    return {source: _contribution(root, inputs, given, source, middle) for source in sources}


def _contribution(
    root: Node, inputs: Inputs, given: Mapping[tuple[str, str], Errors], source: Source, middle: Floats
) -> Floats:
    steps = {key: errors[source] for key, errors in given.items() if source in errors}
    up, down = (_floats(number(root, _Moved(inputs, steps, sign, inputs.size))) for sign in (1, -1))
    both = (up - down) / 2
    one = np.where(np.isnan(up), middle - down, up - middle)  # one side has no value: a division by zero, say
    unknown = np.any([np.isnan(step) for step in steps.values()], axis=0)
    return np.where(unknown, np.nan, np.where(np.isnan(both), one, both))


def _floats(values: Rationals) -> Floats:
    return np.array([float(one) if isinstance(one, Fraction) else np.nan for one in values.values()], dtype=np.float64)


@dataclass
class _Moved:
    """The inputs of a formula with some other measures moved by a step."""

    inputs: Inputs
    steps: Mapping[tuple[str, str], Floats]
    sign: int
    size: int

    def other(self, name: str, when: str) -> Rationals:
        found = self.inputs.other(name, when)
        step = self.steps.get((name, when))
        if step is None:
            return found
        return found + Rationals.of([Fraction(0) if np.isnan(one) else self.sign * Fraction(one) for one in step])

    def aggregate(self, node: nodes.Aggregate) -> Rationals:
        return self.inputs.aggregate(node)

    def attribute(self, name: str) -> Rationals:
        return self.inputs.attribute(name)

    def attribute_texts(self, name: str) -> list[str | None]:
        return self.inputs.attribute_texts(name)

    def target(self) -> Rationals:
        return self.inputs.target()
