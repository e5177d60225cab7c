"""The uncertainty of a scored folder's ranks, period by period."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from shuping.measures.remembered import Remembered, judged_of
from shuping.measures.table import MeasureTable
from shuping.methods.arithmetic import FLOAT
from shuping.panels.outputs import setting_of
from shuping.panels.resampling import PanelSample
from shuping.panels.sheets import sheets_of
from shuping.preparation import Prepared, prepare
from shuping.records.folder import Folder
from shuping.rulebook.model import Rulebook
from shuping.scoring.grid import Grid, Inputs, grid_of
from shuping.scoring.inputs import ready_inputs
from shuping.scoring.result import RankUncertainty
from shuping.standing.grades import Effect
from shuping.standing.simulation.appraise import Case, add_uncertainty, kinds_of
from shuping.standing.simulation.memory import bytes_of
from shuping.standing.simulation.noise import Noise, judged_noise, measure_noise
from shuping.standing.simulation.outcome import Rows
from shuping.standing.standing import Standing

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Done:
    """One scored period: its standing, and what vetoes do to grades."""

    period: str
    standing: Sequence[Standing]
    effects: Mapping[str, tuple[Effect, ...]]


@dataclass(frozen=True)
class Material:
    """What scoring a folder has made on the way: measures, prepared ones, and judged scores by period, panel, unit."""

    folder: Folder
    grid: Grid
    table: MeasureTable
    ready: Prepared
    panels: Mapping[tuple[str, str, str], Any]
    memory_limit: str | None = None
    remembered: Remembered | None = None


def case_of(material: Material, done: Done) -> Case:
    """Return what is simulated of one period."""
    folder, period = material.folder, done.period
    grid = grid_of(folder.rulebook, folder.register, period)

    kept: list[tuple[object, Prepared]] = [(_preparing(folder.rulebook), material.ready)]

    def prepared(rulebook: Rulebook) -> Prepared:
        """Many variants prepare their values alike: that is done once."""
        asked = _preparing(rulebook)
        for given, ready in kept:
            if given == asked:
                return ready
        kept.append((asked, prepare(rulebook, folder.register, grid.group_of_unit(), material.table, [period])))
        return kept[-1][1]

    def inputs_of(rulebook: Rulebook) -> Inputs:
        ready = prepared(rulebook)
        return ready_inputs(replace(folder, rulebook=rulebook), grid, ready, material.panels, period, FLOAT)

    noise, memory = noise_of(material, grid, period), bytes_of(material.memory_limit)
    return Case(folder.rulebook, grid, inputs_of, noise, done.standing, done.effects, memory)


def _preparing(rulebook: Rulebook) -> object:
    """Return everything that the preparation of values depends on, to be compared."""
    return rulebook.prepare, {name: measure.prepare for name, measure in rulebook.measures.items()}


def noise_of(material: Material, grid: Grid, period: str) -> tuple[Noise, ...]:
    """Return the errors of everything that criteria rest on in a period."""
    rulebook = material.folder.rulebook
    measured = measure_noise(rulebook, grid, material.table, period)
    sample = partial(_panels, material, grid, period)
    kept, made_of = material.remembered, judged_of(material.folder)
    panels = sample() if kept is None else kept.get(("sample", period), made_of, sample)
    return (*measured, *judged_noise(rulebook, grid, material.panels, panels, period))


def _panels(material: Material, grid: Grid, period: str) -> dict[str, PanelSample]:
    """Return the judges' totals of the panels whose score a criterion uses, where they judge whole forms."""
    folder = material.folder
    used = {leaf.panel.id for leaf in folder.rulebook.walk() if leaf.panel is not None and leaf.panel.output == "score"}
    found = {}
    for name in sorted(used & set(folder.panels)):
        panel = folder.rulebook.panels[name]
        if panel.by == "form" and not panel.lists_items:
            setting = setting_of(folder, name, grid.group_of_unit(), period)
            sheets = sheets_of(panel, folder.panels[name].frame, period, setting.recused)
            found[name] = PanelSample.of(panel, sheets, grid.units)
    return found


def rank_uncertainty(material: Material, done: Sequence[Done], told: Told | None = None) -> RankUncertainty:
    """Simulate every period that something can be said of."""
    rulebook = material.folder.rulebook
    rows = Rows(rulebook.uncertainty)
    if not rulebook.uncertainty.enabled:
        return rows.frames()
    cases = [(part.period, case_of(material, part)) for part in done]
    size = rulebook.uncertainty.draws * len(material.grid)
    whole, before = size * sum(len(kinds_of(case)) for _, case in cases), 0
    for period, case in cases:
        add_uncertainty(rows, case, period, None if told is None else _after(told, before, whole))
        before += size * len(kinds_of(case))
    return rows.frames()


def _after(told: Told, before: int, whole: int) -> Told:
    return lambda done, _: told(before + done, whole)
