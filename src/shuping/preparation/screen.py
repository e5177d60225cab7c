"""Which units have too little data to be appraised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from shuping.rulebook.gaps import EachPeriod
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.preparing import Screen
from shuping.rulebook.rules import applies
from shuping.values import Missing, Value


def measures_below(
    criteria: Sequence[Criterion], group: str, each: EachPeriod | None = None
) -> Iterator[tuple[str, EachPeriod | None]]:
    """Yield the measures of the leaves that count in a group, as often as they stand there, and the kind of period
    that each is scored by (None: the period as a whole).
    """
    for criterion in criteria:
        if not applies(criterion, group):
            continue
        if criterion.measure is not None:
            yield criterion.measure, criterion.each or each
        yield from measures_below(criterion.criteria, group, criterion.each or each)


def screened(
    rulebook: Rulebook, rule: Screen, units: Mapping[str, str], values: Mapping[str, Mapping[str, Value]]
) -> dict[str, str]:
    """Return the units that are screened out, each with what it lacks (``12 of 49``, with the branch that falls short).

    ``units``: comparison group by unit; ``values``: by measure and unit.
    """
    places = {"": rulebook.criteria, **{name: (rulebook.criterion(name),) for name in rule.branches}}
    wanted = {
        (group, place): sorted({name for name, _ in measures_below(criteria, group)})
        for group in rulebook.groups
        for place, criteria in places.items()
    }
    found: dict[str, str] = {}
    for unit, group in units.items():
        for place in places if unit not in rule.keep else ():
            names = wanted[group, place]
            there = sum(_counts(values[name].get(unit), rule) for name in names)
            if names and Fraction(there, len(names)) < rule.min_share:
                found[unit] = f"{place}: {there} / {len(names)}" if place else f"{there} / {len(names)}"
                break
    return found


def _counts(value: Value | None, rule: Screen) -> bool:
    if value is None or isinstance(value, Missing):
        return False
    return rule.zeros == "value" or value != 0
