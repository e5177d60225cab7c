"""A group's figures as the library found them, and the formulas that come to the same, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shuping.documents.workbook import formulas
from shuping.documents.workbook.adjusting import Adjusting, Traced
from shuping.documents.workbook.formulas import GONE, Part, column_name
from shuping.documents.workbook.pens import measure_format, points_format
from shuping.documents.workbook.slots import LENIENT, Slot
from shuping.methods import Cells
from shuping.rulebook.gaps import OF_VALUES
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.stages import rounding_of
from shuping.values.rounding import to_decimal

Shown = float | str | None
"""What a cell shows: a number, a text, or nothing."""


@dataclass(frozen=True)
class Figures:
    """A group's tree of columns over its units, row by row from ``first``; ``full`` and ``weight`` are rows too."""

    rulebook: Rulebook
    root: Slot
    adjusting: Adjusting
    units: Sequence[str]
    traced: Traced
    first: int
    full: int
    weight: int

    def row(self, slot: Slot, unit: str) -> Mapping[str, Any]:
        """Return the trace row of a unit's criterion; empty where there is none."""
        return self.traced.get(unit, {}).get(slot.criterion.id, {})

    def exact(self, slot: Slot, unit: str) -> Fraction | None:
        """Return a unit's unrounded points, in total those of the criteria alone; None where it has none."""
        total = self.total(unit) if not slot.criterion.id else None
        return self.adjusting.before(unit, total) if not slot.criterion.id else _points(self.row(slot, unit))

    def total(self, unit: str) -> Fraction | None:
        """Return a unit's unrounded total with all adjustments; None where it has none."""
        return _points(self.row(self.root, unit))

    def value(self, slot: Slot, unit: str) -> float | None:
        """Return the value as it was given; None where it was missing, whatever was put in its place."""
        given = self.given(slot, unit)
        return None if given is None else float(given)

    def used(self, slot: Slot, unit: str) -> float | None:
        """Return the value that the method worked on."""
        text = self.row(slot, unit).get("value_exact")
        if text is None or (
            slot.used is not None and any(self.operand(slot, unit, name) is None for name in slot.operands)
        ):
            return None
        return float(Fraction(text))

    def given(self, slot: Slot, unit: str) -> Fraction | None:
        """Return the value as it was given, to its last digit."""
        text = None if self.imputed(slot, unit) else self.row(slot, unit).get("value_exact")
        return None if text is None else Fraction(text)

    def imputed(self, slot: Slot, unit: str) -> bool:
        """Tell whether the value is the group's mean in place of a missing one."""
        return slot.policy in OF_VALUES and self.row(slot, unit).get("imputed") is not None

    def operand_formula(self, slot: Slot, name: str) -> str | None:
        """Return the formula of a parameter that is another unit's value in this sheet, None for a figure."""
        operand = slot.method.operands()[name] if slot.method is not None else None
        if operand is None or operand.unit is None or operand.unit not in self.units or slot.value is None:
            return None
        cell = f"${column_name(slot.value)}${self.first + list(self.units).index(operand.unit) + 1}"
        return formulas.if_number(cell, cell)

    def operand(self, slot: Slot, unit: str, name: str) -> float | None:
        """Return the unit's own figure for a parameter of the method."""
        text = self.row(slot, unit).get("operands") or ""
        found = dict(part.split("=", 1) for part in text.split("; ") if part)
        return float(Fraction(found[name])) if name in found else None

    def points(self, slot: Slot, unit: str) -> Shown:
        """Return what the cell of a criterion's points shows."""
        exact = self.exact(slot, unit)
        if exact is not None:
            return float(exact)
        if not slot.criterion.id:
            return ""
        if not slot.live:  # what is missing here did not cost a unit its total where it has one
            return GONE if slot.gone and self.exact(self.root, unit) is None else ""
        if any(self.points(child, unit) == GONE for child in slot.children):
            return GONE
        return "" if slot.policy in LENIENT else GONE

    def value_format(self, slot: Slot, value: float | None) -> str:
        """Return the number format of a value."""
        measure = self.rulebook.measures.get(slot.criterion.measure or "")
        if measure is None or value is None:
            return points_format(self.rulebook) if measure is None else "General"
        return measure_format(
            self.rulebook, slot.criterion.measure or "", to_decimal(Fraction(value), measure.value_places)
        )

    def cell(self, column: int, row: int) -> str:
        """Return the reference of a cell."""
        return f"{column_name(column)}{row + 1}"

    def fixed(self, column: int, row: int) -> str:
        """Return the reference of a cell in a row that stays the same for all units."""
        return f"{column_name(column)}${row + 1}"

    def column(self, column: int) -> str:
        """Return the reference of all units' cells in a column."""
        name = column_name(column)
        return f"${name}${self.first + 1}:${name}${self.first + len(self.units)}"

    def fallback(self, slot: Slot) -> str:
        """Return what stands in place of missing points, as a formula's text."""
        if slot.policy == "full":
            return self.fixed(slot.points, self.full)
        return {"zero": "0", "rescale": '""', "rescale_total": "0"}.get(slot.policy, formulas.quoted(GONE))

    def used_formula(self, slot: Slot, row: int) -> str:
        """Return the formula of the value that counts: the group's mean for a missing one, none without operands."""
        assert slot.value is not None
        value = self.cell(slot.value, row)
        mean = formulas.middle_of(self.column(slot.value), slot.policy) if slot.policy in OF_VALUES else '""'
        formula = f"IF(ISNUMBER({value}),{value},{mean})"
        needs = [self.cell(column, row) for column in slot.operands.values()]
        if not needs:
            return formula
        there = ",".join(f"ISNUMBER({reference})" for reference in needs)
        return f'IF(AND({there}),{formula},"")'

    def formula(self, slot: Slot, row: int) -> str:
        """Return the formula of a criterion's points."""
        return self._node(slot, row) if slot.children else self._leaf(slot, row)

    def _leaf(self, slot: Slot, row: int) -> str:
        assert slot.method is not None
        assert slot.value is not None
        source = slot.used if slot.used is not None else slot.value
        value, full = self.cell(source, row), self.fixed(slot.points, self.full)
        operands = {
            name: formulas.literal(operand.number)
            if operand.number is not None
            else self.cell(slot.operands[name], row)
            for name, operand in slot.method.operands().items()
        }
        ranges = {name: self.column(column) for name, column in slot.operands.items()}
        points = slot.method.spreadsheet(Cells(value, full, self.column(source), operands, slot.lower, ranges))
        points = points.replace('""', "NA()")  # no points: an error, which the missing policy answers
        points = self._bounded(points, slot.criterion, slot.method.lowest)
        needs = [value] if slot.used is not None else [value, *(self.cell(at, row) for at in slot.operands.values())]
        return formulas.leaf_points(points, needs, self.fallback(slot))

    def _node(self, slot: Slot, row: int) -> str:
        criterion, full = slot.criterion, self.fixed(slot.points, self.full)
        parts = [self._part(child, row) for child in slot.children]
        fallback = self.fallback(slot)
        points = formulas.node_points(slot.how, parts, full)
        points = self._bounded(points, criterion, None)
        return formulas.node_cell(points, parts, fallback, formulas.quoted(GONE if criterion.id else ""))

    def _bounded(self, points: str, criterion: Criterion, lowest: Fraction | None) -> str:
        low = lowest if criterion.min is None else criterion.min
        return formulas.bounded(points, low, criterion.max, rounding_of(self.rulebook, criterion))

    def _part(self, child: Slot, row: int) -> Part:
        return Part(
            self.cell(child.points, row),
            self.fixed(child.points, self.full),
            self.fixed(child.points, self.weight),
            child.scaled,
            child.blank,
            child.gone,
        )


def _points(row: Mapping[str, Any]) -> Fraction | None:
    text = row.get("points_exact") or row.get("points")
    return None if text is None else Fraction(text)
