"""One period on its way from raw to prepared values, step by step; every changed point is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shuping.measures.table import MeasureTable
from shuping.preparation.notes import Note, denominated, imputed, treated, without_denominator
from shuping.preparation.outliers import treat
from shuping.preparation.screen import measures_below, screened
from shuping.preparation.sums import mean, median
from shuping.preparation.words import short, title_of
from shuping.records.register import Register
from shuping.rulebook.frame_rules import treats_together
from shuping.rulebook.model import Rulebook
from shuping.rulebook.preparing_rules import impute_of, outliers_of
from shuping.values import Missing, Value
from shuping.values.periods import Period
from shuping.values.scalars import Text

Values = dict[str, Value]
"""One measure's figures by unit."""


@dataclass(frozen=True, slots=True)
class Change:
    """One point that a step changed: ``raw`` before and ``value`` after it. Screening concerns a unit, no ``measure``.

    ``step``: denominate, screen, impute, winsorise, log, box_cox. ``reason``: in the notation of
    formulas' parts; ``words``: for people.
    """

    period: str
    unit: str
    measure: str | None
    raw: Value | None
    value: Value | None
    step: str
    reason: str
    words: Text | None = None


@dataclass
class PreparedPeriod:
    """One period on its way: ``values`` by measure and unit as the steps leave them, every ``change``, and who is
    screened ``out``; ``scored``: the period itself, not one inside it.
    """

    rulebook: Rulebook
    register: Register
    units: Mapping[str, str]
    table: MeasureTable
    period: str
    scored: bool
    values: dict[str, Values] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    out: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Take all steps; ``values``, ``changes`` and ``out`` hold what comes of them."""
        used = {group: dict(self._used(group)) for group in self.rulebook.groups}
        for name in self.rulebook.measures:
            raw = self.table.values(self.period, name)
            mine = [unit for unit, group in self.units.items() if name in used[group]]
            if mine:
                self.values[name] = {unit: raw.get(unit, Missing("no_records")) for unit in mine}
                self._denominate(name)
        if self.scored:
            self._screen()
        for name in self.values:
            if any(measures.get(name) for measures in used.values()):
                self._impute(name)
                self._treat(name)

    def _used(self, group: str) -> Iterator[tuple[str, bool]]:
        """Yield the measures that count here, and whether this period's values are scored or only counted as there.

        A criterion ``each`` month is scored by the months; the values of the year then only tell whether a unit has
        enough data.
        """
        kind = Period.parse(self.period, self.rulebook.year_starts).kind
        found: dict[str, bool] = {}
        for name, each in measures_below(self.rulebook.criteria, group):
            scored = each == kind or (self.scored and each is None)
            if scored or self.scored:
                found[name] = found.get(name, False) or scored
        yield from found.items()

    def change(self, name: str, unit: str, value: Value, step: str, note: Note) -> None:
        """Put a value in place of another and write it down."""
        raw = self.values[name][unit]
        self.values[name][unit] = value
        self.changes.append(Change(self.period, unit, name, raw, value, step, note.reason, note.words))

    def _denominate(self, name: str) -> None:
        rule = self.rulebook.measures[name].prepare
        if rule is None or rule.denominator is None:
            return
        by, title = rule.denominator, title_of(self.rulebook, rule.denominator)
        others = {} if by.startswith("unit.") else self.table.values(self.period, by)
        for unit, value in list(self.values[name].items()):
            if isinstance(value, Missing):
                continue
            below = (
                self.register.number(unit, by.removeprefix("unit."))
                if by.startswith("unit.")
                else others.get(unit, Missing("no_records"))
            )
            if isinstance(below, Missing):
                self.change(name, unit, below, "denominate", without_denominator(by, title, below.reason))
                continue
            quotient: Value = Missing("division_by_zero") if below == 0 else value / below * rule.scale
            self.change(name, unit, quotient, "denominate", denominated(by, title, below, rule.scale))

    def _screen(self) -> None:
        rule = self.rulebook.prepare.screen if self.rulebook.prepare is not None else None
        if rule is None:
            return
        for unit, lacks in screened(self.rulebook, rule, self.units, self.values).items():
            self.out.add(unit)
            reason = f"{lacks} < {short(rule.min_share)}"
            self.changes.append(Change(self.period, unit, None, None, None, "screen", reason))

    def _impute(self, name: str) -> None:
        rule = impute_of(self.rulebook, self.rulebook.measures[name])
        if rule is None:
            return
        for (shared, title), units in self.sets(name, rule.by):
            mine = self.values[name]
            known = [value for unit in units if not isinstance(value := mine[unit], Missing)]
            lacking = [unit for unit in units if isinstance(mine[unit], Missing)]
            if not lacking or len(known) < rule.min_n:
                continue
            filled = mean(known) if rule.statistic == "mean" else median(known)
            note = imputed(rule.statistic, len(known), shared, title, filled)
            for unit in lacking:
                self.change(name, unit, filled, "impute", note)

    def _treat(self, name: str) -> None:
        rule = outliers_of(self.rulebook, self.rulebook.measures[name])
        if rule is None or (self.scored and treats_together(self.rulebook, rule).frozen):
            return
        for _, units in self.sets(name, None):
            mine = self.values[name]
            known = [(unit, value) for unit in units if not isinstance(value := mine[unit], Missing)]
            found = treat([value for _, value in known], rule) if known else None
            if found is None or not found.step:
                continue
            for (unit, before), after in zip(known, found.values, strict=True):
                if after != before:
                    note = treated(found.step, after, found.drawn_in, found.passed, rule)
                    self.change(name, unit, after, found.step, note)

    def sets(self, name: str, by: str | None) -> Iterator[tuple[tuple[str, Text], list[str]]]:
        """Yield the units that are looked at together with what they share, in notation and in words; those screened
        out aside. ``by`` names an attribute.
        """
        everyone = self.rulebook.prepare is not None and self.rulebook.prepare.over == "all"
        found: dict[str | None, list[str]] = {}
        for unit in self.values[name]:
            attributes = self.register[unit].attributes
            key = attributes.get(by.removeprefix("unit.")) if by is not None else "" if everyone else self.units[unit]
            if unit not in self.out and key is not None:
                found.setdefault(key, []).append(unit)
        for key, units in found.items():
            yield self._shared(by, key or ""), units

    def _shared(self, by: str | None, key: str) -> tuple[str, Text]:
        if by is not None:
            title = title_of(self.rulebook, by)
            return f", {by} = {key}", Text(zh=f"{title.zh}为{key}的", en=f", {title.en} {key}")
        if not key:
            return "", Text(zh="", en="")
        group = self.rulebook.groups[key].title or Text(zh=key, en=key)
        return f", {key}", Text(zh=f"“{group.zh}”组", en=f" of the group {group.en}")
