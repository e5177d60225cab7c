"""Bonuses and deductions in a calculation sheet: figures as worked out, with the total's limits live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shuping.documents.workbook.formulas import GONE, literal
from shuping.rulebook.adjusting_order import NAMED, order_name
from shuping.rulebook.adjustments import Bonus, Deduction, cap_in
from shuping.rulebook.model import Rulebook

LINES = ("bonus", "deduction", "cap")
TAKEN = ("cap:deductions",)
LIMITS = ("cap:floor", "cap:total", "cap:rounding")
"""Lines that depend on the total itself: their formula stands in the total."""

Traced = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The trace of a period: unit, criterion, row."""


@dataclass(frozen=True)
class Adjusting:
    """What is added to and taken from a group's totals, unit by unit."""

    rulebook: Rulebook
    group: str
    traced: Traced

    @property
    def active(self) -> bool:
        """Whether the rule book adjusts the totals of this group at all."""
        return bool(self.entries) or self.fixed or self.rulebook.adjustments.total_cap is not None

    @property
    def fixed(self) -> bool:
        """Whether the total has no formula: places in this group are worth points, so it follows from ranks, or the
        rule book has an order of steps of its own.
        """
        if order_name(self.rulebook.adjustments.order) == "own":
            return True
        prizes = self.rulebook.adjustments.prizes
        return any(prize.groups is None or self.group in prize.groups for prize in prizes)

    @property
    def entries(self) -> list[Bonus | Deduction]:
        """The bonuses and deductions of this group."""
        entries = (entry for _, _, entry in self.rulebook.adjustments.entries())
        return [entry for entry in entries if entry.groups is None or self.group in entry.groups]

    @property
    def follows_points(self) -> bool:
        """Whether a bonus depends on the points of a criterion, or a prize on the totals: no figure of its own then."""
        on_items = any(isinstance(entry, Bonus) and entry.item is not None for entry in self.entries)
        return on_items or bool(self.rulebook.adjustments.prizes)

    def _lines(self, unit: str) -> list[Mapping[str, Any]]:
        return [row for row in self.traced.get(unit, {}).values() if row["kind"] in LINES]

    def lost(self, unit: str) -> bool:
        """Tell whether a missing bonus or deduction costs the unit its total."""
        return any(row["missing_policy"] == "drop_unit" for row in self._lines(unit))

    def bonus(self, unit: str) -> Fraction:
        """Return what is added, within the caps of bonuses."""
        rows = self._lines(unit)
        given = [row for row in rows if row["kind"] != "deduction" and row["criterion"] not in (*TAKEN, *LIMITS)]
        return sum((_points(row) for row in given), Fraction(0))

    def deduction(self, unit: str) -> Fraction:
        """Return what is taken off, within the caps of deductions, before the lowest total."""
        rows = self._lines(unit)
        return -sum(
            (_points(row) for row in rows if row["kind"] == "deduction" or row["criterion"] in TAKEN), Fraction(0)
        )

    def before(self, unit: str, total: Fraction | None) -> Fraction | None:
        """Return the total of the criteria alone."""
        text = self.traced.get(unit, {}).get("", {}).get("value_exact")
        return total if text is None else Fraction(text)

    def formula(self, before: str, bonus: str, deduction: str, full: str) -> str:
        """Return the formula of the adjusted total; all arguments are references."""
        adjustments = self.rulebook.adjustments
        guarded, added = (
            (before, f"+{bonus}") if adjustments.order == NAMED["deductions_first"] else (f"{before}+{bonus}", "")
        )
        total = f"{guarded}-{deduction}"
        if adjustments.deduct_floor is not None:
            total = f"MAX({total},MIN({guarded},{literal(adjustments.deduct_floor)}))"
        total += added
        cap = adjustments.total_cap
        if cap == "points":
            total = f"MIN({total},{full})"
        elif cap is not None:
            limit = cap_in(cap, self.group)
            total = total if limit is None else f"MIN({total},{literal(limit)})"
        return f'IF(AND(ISNUMBER({before}),ISNUMBER({bonus})),{total},"")'

    def shown_bonus(self, unit: str) -> float | str:
        """Return what stands as the bonus: the mark where the unit has no total for want of it."""
        return GONE if self.lost(unit) else float(self.bonus(unit))


def _points(row: Mapping[str, Any]) -> Fraction:
    return Fraction(row["points_exact"] or 0)
