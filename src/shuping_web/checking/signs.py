"""Plain signs that a record is worth looking at first. A sign is a reason to read a record with care and nothing more:
no person and no unit is scored by it, and no score ever sees it. Each has a stated weight and is shown in words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuping_web.checking.adapters import Dataset, number_fields, number_of, upper_limits

OWN_TIMES, OWN_NEEDS = 3, 3
GROUP_TIMES, GROUP_NEEDS = 5, 10
NEAR_LIMIT = Decimal("0.95")
SMALL_LIMIT = 20
ROUND = 100
OFTEN = 4
LAST_HOURS = 24

WEIGHTS: Mapping[str, int] = {"lot": 4, "file": 3, "own": 3, "group": 2, "limit": 1, "round": 1, "late": 1, "often": 1}
SENTENCES: Mapping[str, Promise] = {
    "lot": gettext_lazy("Drawn by lot, by the stated plan."),
    "file": gettext_lazy("A file of its evidence was filed by another unit too."),
    "own": gettext_lazy("A figure is over three times, or under a third of, the median of the unit's other records."),
    "group": gettext_lazy("A figure is over five times, or under a fifth of, the median of the units of its kind."),
    "limit": gettext_lazy("A figure lies within five per cent below the highest that is allowed."),
    "round": gettext_lazy("A figure is a round hundred."),
    "late": gettext_lazy("Filed in the last 24 hours before the end of filing, or after it."),
    "often": gettext_lazy("Changed three times or more."),
}
"""What each sign means; the page of the queue states it with its weight."""


@dataclass(frozen=True)
class Sign:
    """One sign of a record, and what it looks at, in words of the page's language."""

    kind: str
    text: str

    @property
    def weight(self) -> int:
        """How much the sign weighs in the order of the queue."""
        return WEIGHTS[self.kind]


@dataclass(frozen=True)
class Waiting:
    """A record as the signs look at it."""

    record: int
    dataset: str
    unit: int
    kind: str
    version: int
    filed_at: datetime
    values: Mapping[str, str]


@dataclass
class Comparison:
    """The figures of all records, sorted: of each unit, and the median of each kind of units, by dataset and field."""

    of_unit: dict[tuple[str, str, int], list[Decimal]] = field(default_factory=dict)
    of_kind: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)


def compare_with(
    rows: Iterable[tuple[str, int, str, Mapping[str, str]]], datasets: Mapping[str, Dataset]
) -> Comparison:
    """Return what records are compared with. ``rows``: dataset, unit, the unit's kind, values."""
    made = Comparison()
    kinds: dict[tuple[str, str, str], list[Decimal]] = {}
    fields = {name: number_fields(dataset) for name, dataset in datasets.items()}
    for dataset, unit, kind, values in rows:
        for name in fields.get(dataset, ()):
            number = number_of(values.get(name))
            if number is not None:
                made.of_unit.setdefault((dataset, name, unit), []).append(number)
                kinds.setdefault((dataset, name, kind), []).append(number)
    for figures in made.of_unit.values():
        figures.sort()
    made.of_kind = {key: median(figures) for key, figures in kinds.items() if len(figures) >= GROUP_NEEDS}
    return made


def signs_of(
    record: Waiting,
    dataset: Dataset,
    titles: Mapping[str, str],
    compared: Comparison,
    deadline: datetime,
    limits: Mapping[str, Decimal] | None = None,
) -> list[Sign]:
    """Return the signs of a record, the heaviest first; each kind once, at the first field that shows it. ``limits``:
    the dataset's upper limits, where they are known already.
    """
    found: dict[str, Sign] = {}
    limits = upper_limits(dataset) if limits is None else limits
    for name in number_fields(dataset):
        number = number_of(record.values.get(name))
        if number is not None:
            for sign in _figure_signs(record, name, titles[name], number, compared, limits.get(name)):
                found.setdefault(sign.kind, sign)
    if record.filed_at > deadline - timedelta(hours=LAST_HOURS):
        found["late"] = Sign("late", _("filed in the last hours or late"))
    if record.version >= OFTEN:
        found["often"] = Sign("often", _("changed %d times") % (record.version - 1))
    return sorted(found.values(), key=lambda sign: (-sign.weight, sign.kind))


def _figure_signs(
    record: Waiting, name: str, title: str, number: Decimal, compared: Comparison, limit: Decimal | None
) -> Iterable[Sign]:
    shown: dict[str, Any] = {"field": title, "value": number}
    own = _median_without(compared.of_unit.get((record.dataset, name, record.unit), ()), number)
    if own is not None and _far(number, own, OWN_TIMES):
        yield Sign("own", _("%(field)s %(value)s; median of the unit's other records %(median)s") % {
            **shown, "median": _plain(own)
        })  # fmt: skip
    group = compared.of_kind.get((record.dataset, name, record.kind))
    if group is not None and _far(number, group, GROUP_TIMES):
        yield Sign("group", _("%(field)s %(value)s; median of units of its kind %(median)s") % {
            **shown, "median": _plain(group)
        })  # fmt: skip
    if limit is not None and limit > SMALL_LIMIT and number >= NEAR_LIMIT * limit:
        yield Sign("limit", _("%(field)s %(value)s; at most %(limit)s is allowed") % {**shown, "limit": _plain(limit)})
    if abs(number) >= ROUND and number % ROUND == 0:
        yield Sign("round", _("%(field)s %(value)s is a round figure") % shown)


def _median_without(figures: Sequence[Decimal], number: Decimal) -> Decimal | None:
    """Return the median of sorted figures without one that equals ``number``; None of fewer than three."""
    place = bisect_left(figures, number)
    there = place < len(figures) and figures[place] == number
    size = len(figures) - there
    if size < OWN_NEEDS:
        return None

    def at(rank: int) -> Decimal:
        return figures[rank + (1 if there and rank >= place else 0)]

    return at(size // 2) if size % 2 else (at(size // 2 - 1) + at(size // 2)) / 2


def _far(number: Decimal, middle: Decimal, times: int) -> bool:
    return middle > 0 and (number > middle * times or number * times < middle)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
