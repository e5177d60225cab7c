"""Everything that drives one period's ranks, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from shuping.rulebook.model import Rulebook
from shuping.standing.drivers.factors import Factor
from shuping.standing.drivers.rank_change import Design, sensitivity
from shuping.standing.drivers.removal import removal
from shuping.standing.drivers.strengths import profile
from shuping.standing.simulation.appraise import Case

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Drivers:
    """What drives the ranks of a period.

    ``indices`` and ``changes`` (``INDICES_SCHEMA``, ``CHANGES_SCHEMA``): shares of the declared choices in rank change,
    empty where none is declared; ``removed`` and ``moves`` (``REMOVED_SCHEMA``, ``MOVES_SCHEMA``): ranks without each
    criterion; ``profile`` (``PROFILE_SCHEMA``): where every unit stands in every criterion, its strengths and
    weaknesses.
    """

    rulebook: Rulebook
    period: str
    factors: tuple[Factor, ...]
    indices: pl.DataFrame
    changes: pl.DataFrame
    removed: pl.DataFrame
    moves: pl.DataFrame
    profile: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the frames by the names that their files take."""
        return {
            "sobol": self.indices, "rank_change": self.changes, "removal": self.removed, "removal_moves": self.moves,
            "profile": self.profile,
        }  # fmt: skip


def drivers_of(
    trace: pl.DataFrame, case: Case, period: str, design: Design | None = None, told: Told | None = None
) -> Drivers:
    """Return what drives the ranks of a period that was scored: its trace, and its case (``score_with_cases``).

    Raises InputError where the design's ``points`` are no power of two.
    """
    shares = sensitivity(case, period, design, told)
    left_out = removal(case, period)
    where = profile(trace, period, case)
    return Drivers(
        case.rulebook, period, shares.factors, shares.indices, shares.changes, left_out.criteria, left_out.moves, where
    )
