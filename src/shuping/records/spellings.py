"""How the rule book's periods, units and options may be written in a cell, and how they are shown to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shuping.records.register import Register
from shuping.rulebook.model import Rulebook
from shuping.values.periods import Kind, Period, parse_span
from shuping.values.scalars import Text


@dataclass(frozen=True)
class Calendar:
    """The periods that a rule book asks about, and how they are shown in messages."""

    periods: tuple[Period, ...]
    spans: tuple[tuple[date, date], ...]
    shown: str
    year_starts: str

    @classmethod
    def of(cls, rulebook: Rulebook) -> Calendar:
        """Return the rule book's periods; none at all means that every date is allowed."""
        periods = [period for text in rulebook.periods for period in parse_span(text, rulebook.year_starts)]
        spans: list[tuple[date, date]] = []
        for period in sorted(periods):
            if spans and period.start <= spans[-1][1] + timedelta(days=1):
                spans[-1] = (spans[-1][0], max(spans[-1][1], period.end))
            else:
                spans.append((period.start, period.end))
        shown = ", ".join(f"{start} … {end}" for start, end in spans[:6]) + (" …" if len(spans) > 6 else "")
        return cls(tuple(periods), tuple(spans), shown, rulebook.year_starts)

    def names(self, kind: Kind) -> tuple[str, ...]:
        """Return the periods of one kind inside the rule book's periods, in order, each once."""
        found = {part for period in self.periods for part in period.split(kind) if period.contains(part)}
        return tuple(period.name for period in sorted(found))


def unit_spellings(register: Register) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return what may name a unit in a cell: its id, ``name [id]``, and its name where only one unit bears it.

    The second part are the names that several units bear, with their ids.
    """
    named: dict[str, list[str]] = {}
    for unit in register:
        for name in dict.fromkeys((unit.name, unit.name_en)):
            if name:
                named.setdefault(name, []).append(unit.id)
    found = {name: bearers[0] for name, bearers in named.items() if len(bearers) == 1}
    found.update({f"{unit.name} [{unit.id}]": unit.id for unit in register})
    found.update({unit.id: unit.id for unit in register})
    return found, {name: bearers for name, bearers in named.items() if len(bearers) > 1 and name not in found}


def option_spellings(options: Mapping[str, Text]) -> dict[str, str]:
    """Return what may name an option: its id, and its titles where they are not ambiguous."""
    named: dict[str, set[str]] = {}
    for identifier, title in options.items():
        for text in {title.zh, title.en}:
            named.setdefault(text.strip(), set()).add(identifier)
    found = {text: min(bearers) for text, bearers in named.items() if len(bearers) == 1}
    found.update({identifier: identifier for identifier in options})
    return found


def unit_labels(register: Register) -> list[str]:
    """Return one writing a unit for drop-downs, in the order of the register: the name, with its id if need be."""
    spellings, _ = unit_spellings(register)
    return [unit.name if spellings.get(unit.name) == unit.id else f"{unit.name} [{unit.id}]" for unit in register]


def option_labels(options: Mapping[str, Text]) -> list[str]:
    """Return one writing an option for drop-downs: the Chinese title where it names one option, else the id."""
    spellings = option_spellings(options)
    return [title.zh if spellings.get(title.zh) == identifier else identifier for identifier, title in options.items()]


def both(title: Text) -> str:
    """Return a title in both languages for a form: ``日期 Date``."""
    return title.zh if title.zh == title.en else f"{title.zh} {title.en}"
