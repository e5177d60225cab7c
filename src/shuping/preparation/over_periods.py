"""Outliers treated over several periods at once: all years pooled, or by the limits of a base period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from shuping.preparation.notes import limited, treated
from shuping.preparation.one_period import PreparedPeriod
from shuping.preparation.outliers import Treated, treat
from shuping.rulebook.frame_rules import periods_of_frame, treats_together
from shuping.rulebook.model import Rulebook
from shuping.rulebook.preparing import Outliers
from shuping.rulebook.preparing_rules import outliers_of
from shuping.values import Missing

Point = tuple[str, str, Fraction]
"""Period, unit and value."""


def treat_over_periods(rulebook: Rulebook, runs: Mapping[str, PreparedPeriod]) -> None:
    """Treat the outliers of every measure whose frame takes in other periods than the one scored; ``runs`` by period.

    Pooled: one treatment of all values of all periods. Base: the base's values are treated, and those of every other
    period are drawn in to the limits that this set, where it set any.
    """
    for name, measure in rulebook.measures.items():
        rule = outliers_of(rulebook, measure)
        frame = treats_together(rulebook, rule) if rule is not None else None
        if rule is None or frame is None or not frame.frozen:
            continue
        sets = {period: tuple(p for p in periods_of_frame(rulebook, frame, period) if p in runs) for period in runs}
        for periods in dict.fromkeys(sets.values()):
            _treat(runs, name, rule, periods, [period for period in runs if sets[period] == periods])


def _treat(
    runs: Mapping[str, PreparedPeriod], name: str, rule: Outliers, over: tuple[str, ...], periods: list[str]
) -> None:
    known = _points(runs, name, over)
    others = _points(runs, name, [period for period in periods if period not in over])
    for key in dict.fromkeys((*known, *others)):
        points = known.get(key, [])
        found = treat([value for _, _, value in points], rule) if points else None
        if found is None or not found.step:
            continue
        for (period, unit, before), after in zip(points, found.values, strict=True):
            if after != before and period in periods:
                note = treated(found.step, after, found.drawn_in, found.passed, rule)
                runs[period].change(name, unit, after, found.step, note)
        low, high = _limits([value for _, _, value in points], found)
        for period, unit, before in others.get(key, []):
            after = before if low is None else max(before, low)
            after = after if high is None else min(after, high)
            if after != before:
                runs[period].change(name, unit, after, found.step, limited(after, ", ".join(over)))


def _points(
    runs: Mapping[str, PreparedPeriod], name: str, periods: tuple[str, ...] | list[str]
) -> dict[str, list[Point]]:
    """Return the values of some periods by what their units are looked at together for."""
    found: dict[str, list[Point]] = {}
    for period in periods:
        for key, unit, value in _known(runs[period], name):
            found.setdefault(key, []).append((period, unit, value))
    return found


def _known(run: PreparedPeriod, name: str) -> Iterator[tuple[str, str, Fraction]]:
    if name not in run.values:
        return
    for (shared, _), units in run.sets(name, None):
        for unit in units:
            value = run.values[name][unit]
            if not isinstance(value, Missing):
                yield shared, unit, value


def _limits(before: list[Fraction], found: Treated) -> tuple[Fraction | None, Fraction | None]:
    """Return the lowest and highest value allowed; None on a side where nothing was drawn in."""
    low, high = min(found.values), max(found.values)
    return low if low > min(before) else None, high if high < max(before) else None
