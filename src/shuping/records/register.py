"""The unit register: who is assessed, where each unit stands in the tree, and its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

import polars as pl

from shuping.values import Missing, Value, parse_exact

COLUMNS = ("id", "name", "name_en", "kind", "parent", "valid_from", "valid_to")
"""The register's own columns; every further column of units.csv is an attribute."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. ``attributes`` are the source texts of the further columns (empty cells left out)."""

    id: str
    name: str
    name_en: str
    kind: str
    parent: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        """Return the name in ``zh`` or ``en``."""
        return self.name_en if lang == "en" and self.name_en else self.name

    def exists_in(self, start: date, end: date) -> bool:
        """Tell whether the unit exists on at least one day from ``start`` to ``end``, both included."""
        return (self.valid_from or "") <= end.isoformat() and start.isoformat() <= (self.valid_to or "9999-12-31")

    def number(self, attribute: str) -> Value:
        """Return an attribute as an exact number, ``Missing("no_attribute")`` for an empty cell.

        Raises ValueError when the cell holds something that is not a number.
        """
        text = self.attributes.get(attribute)
        return Missing("no_attribute") if text is None else parse_exact(text)


@dataclass(frozen=True)
class Register:
    """All units by id, in the order of the file, parents known and free of cycles (the reader sees to that)."""

    units: Mapping[str, Unit]
    attributes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.units)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units.values())

    def __getitem__(self, identifier: str) -> Unit:
        return self.units[identifier]

    def __contains__(self, identifier: object) -> bool:
        return identifier in self.units

    @cached_property
    def limited(self) -> Mapping[str, tuple[date, date]]:
        """First and last day of the units that have one of them in the register."""
        return {
            unit.id: (
                date.fromisoformat(unit.valid_from or "0001-01-01"),
                date.fromisoformat(unit.valid_to or "9999-12-31"),
            )
            for unit in self
            if unit.valid_from or unit.valid_to
        }

    @cached_property
    def closure(self) -> pl.DataFrame:
        """Every pair (``ancestor``, ``unit``, ``distance``), a unit being its own ancestor at distance 0."""
        rows: list[tuple[str, str, int]] = []
        for unit in self:
            above: str | None = unit.id
            distance = 0
            while above is not None:
                rows.append((above, unit.id, distance))
                above = self.units[above].parent
                distance += 1
        return pl.DataFrame(rows, schema={"ancestor": pl.String, "unit": pl.String, "distance": pl.Int32}, orient="row")

    def below(self, identifier: str) -> set[str]:
        """Return the unit and all units below it."""
        return set(self.closure.filter(pl.col("ancestor") == identifier)["unit"])

    def number(self, identifier: str, attribute: str) -> Value:
        """Return one attribute of one unit as an exact number (see ``Unit.number``)."""
        return self.units[identifier].number(attribute)


def exact_or_none(value: Value) -> Fraction | None:
    """Return the number, or None for a missing value: only for display and joins."""
    return None if isinstance(value, Missing) else value
