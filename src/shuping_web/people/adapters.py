"""From the library's register of units to the site's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import shuping
from shuping.values import parse_exact


@dataclass(frozen=True)
class RegisteredUnit:
    """A unit as units.csv has it."""

    code: str
    name: str
    name_en: str
    kind: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    attributes: Mapping[str, str | None]


def units_of(folder: Path) -> Iterator[RegisteredUnit]:
    """Yield the units of a folder. Raises the library's InputError or RulebookError."""
    for unit in shuping.read(folder).register:
        yield RegisteredUnit(
            unit.id, unit.name, unit.name_en or "", unit.kind, unit.parent, unit.valid_from, unit.valid_to,
            dict(unit.attributes),
        )  # fmt: skip


def exact(text: str) -> Fraction | None:
    """Return a number as the library reads it (``0.4``, ``2/5``, ``40%``), None where it is none."""
    try:
        return parse_exact(text)
    except ValueError:
        return None
