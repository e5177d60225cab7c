"""From a folder and its measures to the columns that the criteria refer to, for one period."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from shuping.errors import InputError, Place, Problem, nearest
from shuping.formula import check
from shuping.measures.table import MeasureTable
from shuping.methods import Operand
from shuping.methods.arithmetic import Arithmetic
from shuping.panels.judged import Judged
from shuping.preparation import Prepared
from shuping.preparation.names import denominators_of, groupings_of
from shuping.records.folder import Folder
from shuping.rulebook.adjustments import VETO, hidden_measures
from shuping.rulebook.gaps import EachPeriod
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import method_of
from shuping.rulebook.scopes import finding_scope, measure_scope
from shuping.scoring.frames import references_of
from shuping.scoring.grid import Column, Grid, Inputs, column_of
from shuping.scoring.period_inputs import below, by_kind, unit_groupings, unknown_columns
from shuping.scoring.references import reference_problems
from shuping.values import Missing, Value, parse_exact
from shuping.values.periods import Period


def check_register(folder: Folder) -> None:
    """Check what only the register can tell: every attribute named has a column of numbers, every member is a unit, and
    no unit stands in two comparison groups.

    Raises InputError with all problems.
    """
    problems = [
        *_attribute_problems(folder),
        *_membership_problems(folder),
        *unknown_columns(folder.rulebook, folder.register),
        *_kept_problems(folder),
        *reference_problems(folder),
    ]
    if problems:
        raise InputError(problems)


def _attribute_problems(folder: Folder) -> Iterator[Problem]:
    known = folder.register.attributes
    titled = {name: f"attributes.{name}" for name in folder.rulebook.attributes} | groupings_of(folder.rulebook)
    named = attributes_named(folder.rulebook)
    for name, where in sorted({**titled, **named}.items()):
        if name not in known:
            near = nearest(name, known)
            params = {
                "given": name,
                "where": where,
                "allowed": ", ".join(known) or "∅",
                "near": near or "∅",
            }
            yield Problem("scoring.unknown-attribute", params, Place("units.csv"))
            continue
        for unit in folder.register if name in named else ():
            text = unit.attributes.get(name)
            try:
                parse_exact(text if text is not None else "0")
            except ValueError:
                yield Problem(
                    "scoring.attribute-not-a-number", {"unit": unit.id, "given": text}, Place("units.csv", field=name)
                )


def attributes_named(rulebook: Rulebook) -> dict[str, str]:
    """Return every unit attribute that the rule book names, with one place that names it."""
    found: dict[str, str] = {}
    for name, measure in rulebook.measures.items():
        if measure.formula is not None:
            for attribute in check(measure.formula, measure_scope(rulebook, measure)).attributes:
                found.setdefault(attribute, f"measures.{name}")
    for finding in rulebook.findings:
        for attribute in check(finding.when, finding_scope(rulebook)).attributes:
            found.setdefault(attribute, f"findings.{finding.id}")
    for attribute, where in denominators_of(rulebook).items():
        found.setdefault(attribute, where)
    for path, text, want in rulebook.adjustments.formulas():
        for attribute in check(text, finding_scope(rulebook), want=want).attributes:
            found.setdefault(attribute, ".".join(("adjustments", *map(str, path))))
    for name, panel in rulebook.panels.items():
        for (item, key), figure in panel.figures():
            if figure.attribute is not None:
                found.setdefault(figure.attribute, f"panels.{name}.items.{item}.{key}")
    for criterion_id, operand in operands_named(rulebook):
        if operand.attribute is not None:
            found.setdefault(operand.attribute, f"criteria.{criterion_id}")
    return found


def operands_named(rulebook: Rulebook) -> Iterator[tuple[str, Operand]]:
    """Yield every method parameter that may differ by unit, with the criterion it belongs to."""
    for criterion in rulebook.walk():
        if not criterion.criteria:
            for operand in method_of(rulebook, criterion).operands().values():
                yield criterion.id, operand


def _membership_problems(folder: Folder) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, group in folder.rulebook.groups.items():
        for member in group.members:
            if member not in folder.register:
                near = nearest(member, folder.register.units)
                yield Problem("scoring.unknown-member", {"given": member, "group": name, "near": near or "∅"})
        kind_members = [unit.id for unit in folder.register if group.kind is not None and unit.kind == group.kind]
        if group.kind is not None and not kind_members:
            kinds = sorted({unit.kind for unit in folder.register})
            yield Problem(
                "scoring.empty-group",
                {"group": name, "given": group.kind, "allowed": ", ".join(kinds)},
                Place("units.csv"),
            )
        for member in (*group.members, *kind_members):
            if member in seen and seen[member] != name:
                yield Problem(
                    "scoring.two-groups", {"unit": member, "first": seen[member], "second": name}, Place("units.csv")
                )
            seen.setdefault(member, name)


def _kept_problems(folder: Folder) -> Iterator[Problem]:
    """Units that screening keeps in any case must be units."""
    shared = folder.rulebook.prepare
    known = list(folder.register.units)
    for unit in shared.screen.keep if shared is not None and shared.screen is not None else ():
        if unit not in folder.register:
            near = nearest(unit, known)
            yield Problem("scoring.unknown-kept", {"given": unit, "near": near or "∅"}, Place("units.csv"))


def screened_inputs(inputs: Inputs, grid: Grid, out: Collection[str]) -> Inputs:
    """Return the inputs with the units marked that have too little data to be appraised."""
    return replace(inputs, screened=np.isin(grid.units, list(out))) if out else inputs


def ready_inputs(
    folder: Folder,
    grid: Grid,
    ready: Prepared,
    panels: Mapping[tuple[str, str, str], Judged],
    period: str,
    arithmetic: Arithmetic,
) -> Inputs:
    """Return everything that one period is scored from: its columns, who is screened out, and the figures of other
    periods that units are compared with.
    """

    def columns(units: Grid, when: str) -> Inputs:
        return inputs_for(folder, units, ready.table, panels, when, arithmetic)

    inputs = screened_inputs(columns(grid, period), grid, ready.screened.get(period, frozenset()))
    references = references_of(folder.rulebook, folder.register, period, arithmetic, columns, ready.screened)
    return replace(inputs, references=references) if references else inputs


def inputs_for(
    folder: Folder,
    grid: Grid,
    table: MeasureTable,
    panels: Mapping[tuple[str, str, str], Judged],
    period: str,
    arithmetic: Arithmetic,
    within: Sequence[Criterion] | None = None,
) -> Inputs:
    """Return the columns for one period, and for the periods inside it that criteria are scored by.

    ``panels`` is keyed by period, panel or output of a ballot, and unit; ``within``: only what these criteria need.
    """
    rulebook = folder.rulebook
    tops = rulebook.criteria if within is None else within
    leaves = [criterion for top in tops for criterion in top.walk() if not criterion.criteria]
    measures = {leaf.measure for leaf in leaves if leaf.measure is not None}
    measures |= {entry.measure for _, _, entry in rulebook.adjustments.entries()}
    measures |= {name for name in hidden_measures(rulebook.adjustments) if not name.startswith(VETO)}
    wanted = {leaf.judged for leaf in leaves if leaf.judged is not None}
    attributes = {operand.attribute for _, operand in operands_named(rulebook) if operand.attribute is not None}

    def column(values: Mapping[str, Value], reason: str) -> Column:
        return column_of([values.get(unit, Missing(reason)) for unit in grid.units], arithmetic)

    def inside(kind: EachPeriod, chosen: Sequence[Criterion]) -> dict[str, Inputs]:
        parts = Period.parse(period, rulebook.year_starts).inside(kind)
        return {part.name: inputs_for(folder, grid, table, panels, part.name, arithmetic, chosen) for part in parts}

    targets = targets_of(folder, period)
    return Inputs(
        measures={name: column(table.values(period, name), "no_records") for name in sorted(measures)},
        panels={
            name: column({unit: panels[period, name, unit].value for unit in grid.units}, "no_records")
            for name in sorted(wanted)
        },
        attributes={
            name: column({unit: folder.register.number(unit, name) for unit in grid.units}, "no_attribute")
            for name in sorted(attributes)
        },
        targets={name: column(targets.get(name, {}), "no_target") for name in sorted(measures)},
        groupings=unit_groupings(rulebook, folder.register, grid),
        each={
            kind: inside(kind, chosen) for kind, chosen in by_kind(tops if within is None else below(within)).items()
        },
    )


def targets_of(folder: Folder, period: str) -> dict[str, dict[str, Value]]:
    """Return ``{measure: {unit: target}}`` of one period."""
    found: dict[str, dict[str, Value]] = {}
    if folder.targets is not None:
        rows = folder.targets.frame.select("period", "unit", "measure", "value")
        for when, unit, measure, value in rows.iter_rows():
            if when == period and value is not None:
                found.setdefault(measure, {})[unit] = parse_exact(str(value))
    return found
