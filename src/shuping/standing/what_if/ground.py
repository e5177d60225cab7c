"""One scored period, kept so that it can be counted again under other weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from shuping.methods.arithmetic import EXACT
from shuping.rulebook.adjustments import Veto
from shuping.rulebook.model import Rulebook
from shuping.scoring.evaluate import evaluate_again
from shuping.scoring.grid import Grid, Inputs
from shuping.scoring.scores import Scores
from shuping.standing.decided_order import Decided
from shuping.standing.order import Evidence
from shuping.standing.standing import Standing, stand
from shuping.standing.veto import deductions_of, effects_of
from shuping.values import Value

Factors = Mapping[str, Mapping[str, Fraction]]
"""By comparison group and first-level criterion: what its weight is multiplied by."""


@dataclass(frozen=True)
class Ground:
    """What the standing of a period rests on: exact scores as published, values of measures, vetoes, decided ranks."""

    period: str
    rulebook: Rulebook
    grid: Grid
    inputs: Inputs
    root: Scores
    measured: Callable[[str], Mapping[str, Value]]
    vetoes: Mapping[str, tuple[Veto, ...]]
    decided: Decided

    def scores(self, factors: Factors) -> Scores:
        """Return the exact scores with the first level's weights multiplied; siblings keep their sum.

        Raises UndecidableStage as ``evaluate`` does.
        """
        one = Fraction(1)
        arrays = {
            child.criterion.id: self.grid.by_group(
                [factors.get(group, {}).get(child.criterion.id, one) for group in self.grid.group_names], EXACT
            )
            for child in self.root.children
        }
        return evaluate_again(self.rulebook, self.grid, self.inputs, EXACT, self.root, arrays)

    def standing(self, factors: Factors) -> list[Standing]:
        """Return the standing with those weights. An order that people decided holds where the same units are level.

        Raises UndecidableRounding and UndecidableStage.
        """
        root = self.scores(factors)
        evidence = Evidence(self.measured, deductions_of(self.grid, root.adjustments))
        effects = effects_of(self.vetoes)
        found = stand(self.rulebook, self.grid, root, evidence, effects)
        still = self._still(found)
        return stand(self.rulebook, self.grid, root, evidence, effects, still) if still else found

    def _still(self, standing: list[Standing]) -> Decided:
        """Return the decided ranks of units that are level again, in the places that were decided."""
        kept: set[str] = set()
        for first, units in _level(standing):
            ranks = sorted(self.decided[unit][0] for unit in units if unit in self.decided)
            if ranks == list(range(first, first + len(units))):
                kept |= set(units)
        return {unit: self.decided[unit] for unit in sorted(kept)}


def _level(standing: list[Standing]) -> Iterator[tuple[int, list[str]]]:
    """Yield the units that share a rank, with the first of the places that they hold together."""
    for _, rows in groupby(standing, key=lambda row: row.group):
        place = 1
        for rank, tied in groupby(rows, key=lambda row: row.rank):
            units = [row.unit for row in tied]
            if rank is not None and len(units) > 1:
                yield place, units
            place += len(units)
