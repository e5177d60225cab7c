"""A measure's value as people read it."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.model import Measure
from shuping.values.rounding import show_short


def show_measure(measure: Measure, value: Fraction) -> str:
    """Return a measure's value for people: a percentage where the measure says so, without trailing zeros."""
    if measure.percent:
        return show_short(value * 100, measure.places) + "%"
    return show_short(value, measure.places)
