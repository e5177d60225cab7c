"""One period's measures made ready: denominate, screen units, impute, treat outliers, in this order.

Pure: values in, values and a record of every changed point out. The measures themselves stay as they are (findings
and ``measures.csv`` show them raw); scoring sees the prepared ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from shuping.measures.table import MeasureTable
from shuping.preparation.notes import Note, denominated, imputed, treated, without_denominator
from shuping.preparation.outliers import treat
from shuping.preparation.over_periods import treat_over_periods
from shuping.preparation.screen import measures_below, screened
from shuping.preparation.sums import mean, median
from shuping.preparation.words import short, title_of
from shuping.records.register import Register
from shuping.rulebook.frame_rules import framing_periods, treats_together
from shuping.rulebook.model import Measure, Rulebook
from shuping.rulebook.preparing import Impute, Outliers
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


@dataclass(frozen=True)
class Prepared:
    """What scoring works on: ``table`` with the prepared values, what was changed, and who was ``screened`` out (by
    period).
    """

    table: MeasureTable
    changes: tuple[Change, ...] = ()
    screened: Mapping[str, frozenset[str]] = field(default_factory=dict)


def prepares(rulebook: Rulebook) -> bool:
    """Tell whether a rule book prepares anything."""
    return rulebook.prepare is not None or any(measure.prepare for measure in rulebook.measures.values())


def prepare(
    rulebook: Rulebook, register: Register, units: Mapping[str, str], table: MeasureTable, scored: Collection[str]
) -> Prepared:
    """Prepare every period of a table: those that are ``scored``, and those inside them by which criteria are scored.

    ``units``: the appraised units with their comparison groups, in order. Units are screened in scored periods only,
    by all their measures.
    """
    if not prepares(rulebook):
        return Prepared(table)
    out: dict[str, frozenset[str]] = {}
    runs: dict[str, PreparedPeriod] = {}
    scored = (*scored, *framing_periods(rulebook, tuple(scored)))
    listed = table.frame["period"].unique(maintain_order=True).to_list()
    for period in sorted(listed, key=lambda name: name not in scored):
        when = Period.parse(period, rulebook.year_starts)
        there = {unit: units[unit] for unit in units if register[unit].exists_in(when.start, when.end)}
        run = PreparedPeriod(rulebook, register, there, table, period, period in scored)
        run.out.update(*(out[whole] for whole in scored if whole in out and _inside(rulebook, period, whole)))
        run.run()
        runs[period], out[period] = run, frozenset(run.out)
    treat_over_periods(rulebook, {period: run for period, run in runs.items() if run.scored})
    made = {
        (period, name): {**table.values(period, name), **values}
        for period, run in runs.items()
        for name, values in run.values.items()
    }
    return Prepared(replace(table, _values=made), tuple(one for run in runs.values() for one in run.changes), out)


def _inside(rulebook: Rulebook, period: str, whole: str) -> bool:
    part, around = (Period.parse(name, rulebook.year_starts) for name in (period, whole))
    return period != whole and around.start <= part.start and part.end <= around.end


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


def impute_of(rulebook: Rulebook, measure: Measure) -> Impute | None:
    """Return how a measure's missing values are filled: its own rule, else the rule book's, unless skipped."""
    own, shared = measure.prepare, rulebook.prepare
    if own is not None and (own.impute is not None or "impute" in own.skip):
        return own.impute
    return shared.impute if shared is not None else None


def outliers_of(rulebook: Rulebook, measure: Measure) -> Outliers | None:
    """Return how a measure's outliers are treated: its own rule, else the rule book's, unless skipped."""
    own, shared = measure.prepare, rulebook.prepare
    if own is not None and (own.outliers is not None or "outliers" in own.skip):
        return own.outliers
    return shared.outliers if shared is not None else None
