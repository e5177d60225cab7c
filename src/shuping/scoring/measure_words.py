"""A measure's value as people read it."""

from __future__ import annotations

from fractions import Fraction

from shuping.panels import ballot_words, panel_words
from shuping.rulebook.model import Measure, Rulebook
from shuping.values.rounding import show_short


def show_measure(measure: Measure, value: Fraction) -> str:
    """Return a measure's value for people: a percentage where the measure says so, without trailing zeros."""
    if measure.percent:
        return show_short(value * 100, measure.places) + "%"
    return show_short(value, measure.places)


def written_of(rulebook: Rulebook, measure: Measure) -> str:
    """Return what a measure comes from, as it is shown: as it is written, or how a ballot or panel makes the output."""
    if measure.ballot is not None:
        return ballot_words.written(rulebook.ballots[measure.ballot.id], measure.ballot)
    if measure.panel is not None:
        return panel_words.written(rulebook.panels[measure.panel.id], measure.panel)
    return measure.written
