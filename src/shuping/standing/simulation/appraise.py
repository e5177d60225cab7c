"""The uncertainty of one period's ranks, as the rule book asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuping.rulebook.model import Rulebook
from shuping.scoring.grid import Grid, Inputs
from shuping.standing.grades import Effect
from shuping.standing.simulation.grades import GradeTally, grades_of_block
from shuping.standing.simulation.noise import Noise
from shuping.standing.simulation.outcome import Published, Rows
from shuping.standing.simulation.parameters import Parameters, draw_parameters
from shuping.standing.simulation.run import Kind, Setting, Simulated, Told, simulate
from shuping.standing.standing import Standing

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One period to be simulated: what was published, and what it came from.

    ``inputs_of``: the float columns under a variant of the rule book; ``noise``: errors of some of them; ``effects``:
    vetoes that hold.
    """

    rulebook: Rulebook
    grid: Grid
    inputs_of: Callable[[Rulebook], Inputs]
    noise: tuple[Noise, ...]
    standing: Sequence[Standing]
    effects: Mapping[str, tuple[Effect, ...]]
    memory: int | None = None


def kinds_of(case: Case) -> tuple[Kind, ...]:
    """Return what can be simulated: sampling where something has an error, choices where something could differ."""
    vary = case.rulebook.uncertainty.vary
    if not case.rulebook.uncertainty.enabled:
        return ()
    found: list[Kind] = []
    if case.noise:
        found.append("sampling")
    if vary.weights is not None or vary.alternatives:
        found.append("choices")
    return tuple(found)


def add_uncertainty(rows: Rows, case: Case, period: str, told: Told | None = None) -> list[Simulated]:
    """Simulate one period and add what comes out to the rows; return the simulations."""
    found: list[Simulated] = []
    for kind in kinds_of(case):
        asked = case.rulebook.uncertainty
        parameters = draw_parameters(case.rulebook, asked) if kind == "choices" else Parameters(asked.draws)
        simulated, grades = run(case, kind, parameters, told)
        rows.add(period, simulated, published_of(case), grades)
        found.append(simulated)
    return found


def published_of(case: Case) -> dict[str, Published]:
    """Return every unit's published rank and grade."""
    return {row.unit: Published(row.rank, row.grade) for row in case.standing}


def run(
    case: Case, kind: Kind, parameters: Parameters, told: Told | None = None
) -> tuple[Simulated, dict[int, GradeTally]]:
    """Simulate with given parameters; return ranks and, by comparison group, grades."""
    setting = setting_of(case, kind)
    watch = _Grades(case)
    if kind == "sampling":
        setting = replace(setting, codes=_touched(case))
    simulated = simulate(setting, parameters, kind, told=told, watch=watch if case.rulebook.grades else None)
    return simulated, watch.tallies


def setting_of(case: Case, kind: Kind) -> Setting:
    """Return what is simulated of a case; values have errors under ``sampling`` alone."""
    asked = case.rulebook.uncertainty
    unranked = frozenset(row.unit for row in case.standing if row.total is not None and row.rank is None)
    return Setting(
        case.rulebook, case.grid, case.inputs_of, case.noise if kind == "sampling" else (), asked.seed, asked.shrink,
        unranked, memory=case.memory,
    )  # fmt: skip


def _touched(case: Case) -> frozenset[int]:
    """Return the comparison groups in which some value has an error: of the others nothing can be said."""
    errors = np.zeros(len(case.grid), dtype=bool)
    for noise in case.noise:
        errors |= noise.variance > 0
    return frozenset(int(code) for code in np.unique(case.grid.codes[errors]))


class _Grades:
    """Watches the blocks of a simulation and counts the grades of every comparison group that is graded."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.tallies: dict[int, GradeTally] = {}
        self.left_out: set[int] = set()

    def __call__(self, grid: Grid, block: Ints, draws: Ints, totals: Floats, ranks: Any) -> None:
        whole = self.case.grid
        for code in np.unique(whole.codes[block]):
            name = whole.group_names[int(code)]
            if not self.case.rulebook.groups[name].graded or int(code) in self.left_out:
                continue
            self._group(int(code), name, np.flatnonzero(whole.codes[block] == code), block, totals, ranks)

    def _group(self, code: int, name: str, rows: Ints, block: Ints, totals: Floats, ranks: Any) -> None:
        book = self.case.rulebook
        effects = [self.case.effects.get(self.case.grid.units[block[row]], ()) for row in rows]
        given = grades_of_block(book.grades, book.grading, name, totals[rows], ranks[rows], effects)
        if given is None:
            self.left_out.add(code)
            self.tallies.pop(code, None)
            return
        self.tallies.setdefault(code, GradeTally(tuple(book.grades), len(rows))).add(given)
