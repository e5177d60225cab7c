"""Conditions over measures, as findings use them: where do they hold?"""

from __future__ import annotations

import numpy as np

from shuping.formula import check, nodes
from shuping.measures.arithmetic import flags
from shuping.measures.compute import compute
from shuping.measures.table import MeasureTable
from shuping.records.folder import Folder
from shuping.rulebook.scopes import finding_scope
from shuping.values import Missing
from shuping.values.periods import Period
from shuping.values.rational import CODE_OF_REASON, REASON_OF_CODE, Rationals


def hold(when: str, folder: Folder, table: MeasureTable, period: str) -> dict[str, bool | Missing]:
    """Return for every unit whether a condition over measures and attributes holds in a period, or why that cannot be
    told.

    Values come from ``table``; those of earlier periods that it lacks are computed. Raises RulebookError for a
    condition that does not check.
    """
    tree = check(when, finding_scope(folder.rulebook, folder.register.attributes), want="flag")
    found = flags(tree.root, _TableInputs(folder, table, Period.parse(period, folder.rulebook.year_starts)))
    cells = zip(folder.register.units, found.true.tolist(), found.why.tolist(), strict=True)
    return {unit: Missing(REASON_OF_CODE[why]) if why else true for unit, true, why in cells}


class _TableInputs:
    """Measures out of a table, attributes out of the register."""

    def __init__(self, folder: Folder, table: MeasureTable, period: Period) -> None:
        self.folder, self.table, self.period = folder, table, period
        self.size = len(folder.register)

    def aggregate(self, node: nodes.Aggregate) -> Rationals:
        """Never called: a condition has no dataset."""
        raise AssertionError("conditions do not summarise records")

    def other(self, name: str, when: str) -> Rationals:
        """Return a measure, in this period or an earlier one."""
        if when == "now":
            return self._values(name, self.period)
        earlier = self._values(name, self.period.previous() if when == "previous" else self.period.last_year())
        code = np.int8(CODE_OF_REASON["no_previous"])
        return Rationals(earlier.top, earlier.bottom, np.where(earlier.known, np.int8(0), code))

    def _values(self, name: str, period: Period) -> Rationals:
        values = self.table.values(period.name, name) or compute(self.folder, [period.name], [name]).values(
            period.name, name
        )
        return Rationals.of([values[unit] for unit in self.folder.register.units])

    def attribute(self, name: str) -> Rationals:
        """Return ``unit.<name>``."""
        return Rationals.of([unit.number(name) for unit in self.folder.register])

    def attribute_texts(self, name: str) -> list[str | None]:
        """Return ``unit.<name>`` as text."""
        return [unit.attributes.get(name) for unit in self.folder.register]

    def target(self) -> Rationals:
        """Return nothing: a condition has no measure of its own, hence no target."""
        return Rationals.full(Missing("no_target"), self.size)
