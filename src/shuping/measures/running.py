"""Running totals: what a period adds is its last total less the last one before it, within the year."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from shuping.measures.gather import Gatherer
from shuping.measures.tree import UnitTree
from shuping.measures.windows import Group
from shuping.values import Missing
from shuping.values.periods import Period, period_of
from shuping.values.rational import CODE_OF_REASON, Flags, Rationals, choose


def added(
    gatherer: Gatherer, dataset: str, period: Period, source: str, tree: UnitTree, *, zero: bool, own: bool
) -> Rationals:
    """Return what each unit's running total grew by in a period, its own or with the units below.

    The last total filed in the period counts; from it goes the last one filed before the period in the same year,
    nothing where the period starts the year. Who filed no total in the period has no value (``zero``: 0); who filed
    none before it has ``Missing("no_previous")``, for the total covers earlier periods too. Each unit's own growth is
    taken first, then added up, so a unit below that files late takes nothing from its parent.
    """
    group = Group("period", True)
    cells = gatherer.cells(dataset, period)
    grown = now = cells.reduced(group, source, zero, tree, "last", own=True)
    if period.start != period.year().start:
        before = _before(gatherer, dataset, period, Group("to_date", True), source, tree, zero=zero)
        filed = cells.records_of(group, tree, own=True) > 0
        grown = choose(Flags(filed, np.zeros(len(tree), dtype=np.int8)), now - before, now)
    return grown if own else tree.below.reduce(grown, "sum")


def _before(
    gatherer: Gatherer, dataset: str, period: Period, group: Group, source: str, tree: UnitTree, *, zero: bool
) -> Rationals:
    """Return the last total of the year before a period."""
    eve = period_of(period.start - timedelta(days=1), "day", period.year_starts)
    last = gatherer.cells(dataset, eve).reduced(group, source, zero, tree, "last", own=True)
    code = np.int8(CODE_OF_REASON[Missing("no_previous").reason])
    return Rationals(last.top, last.bottom, np.where(last.known, np.int8(0), code))
