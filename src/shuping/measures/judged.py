"""What people judged of the units, as a measure takes it: outputs of the folder's ballots and panels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from shuping.measures.tree import UnitTree
from shuping.panels import ballot_words, panel_words
from shuping.panels.ballot_score import BallotCount, BallotScore
from shuping.panels.ballots import count_ballots
from shuping.panels.judged import Judged
from shuping.panels.outputs import judge_panel, output_of
from shuping.panels.score import PanelScore
from shuping.records.folder import Folder
from shuping.rulebook.ballot_model import BallotSource
from shuping.rulebook.panel_model import PanelSource
from shuping.values import Missing
from shuping.values.rational import Ints, Rationals


@dataclass(frozen=True)
class JudgedUnits:
    """One output, a cell per unit: ``values``; ``records``: valid lines or marks behind it; ``parts``: the counts and
    means in figures, as explanations print them, None where nobody judged.
    """

    values: Rationals
    records: Ints
    parts: list[str | None]


@dataclass
class Judgements:
    """Counts each ballot and scores each panel of a folder once a period, as far as measures ask for them."""

    folder: Folder
    tree: UnitTree
    _counted: dict[tuple[str, str], BallotCount] = field(default_factory=dict)
    _scored: dict[tuple[str, str], Mapping[str, PanelScore]] = field(default_factory=dict)

    def output(self, source: BallotSource | PanelSource, period: str) -> JudgedUnits:
        """Return an output of every unit in a period; units that nobody judged are ``Missing("no_records")``.

        A unit is judged by itself: what is said of the units below it does not count for it. Panels judge appraised
        units only, those of some comparison group.
        """
        scores = self._ballot(source, period) if isinstance(source, BallotSource) else self._panel(source, period)
        found = [scores.get(unit) for unit in self.tree.ids]
        return JudgedUnits(
            Rationals.of([Missing("no_records") if score is None else score.value for score in found]),
            np.asarray([0 if score is None else score.marks for score in found], dtype=np.int64),
            [None if score is None else self._parts(source, score) for score in found],
        )

    def forget(self) -> None:
        """Let go of all counts: the next period needs none of them."""
        self._counted.clear()
        self._scored.clear()

    def _ballot(self, source: BallotSource, period: str) -> Mapping[str, Judged]:
        if (source.id, period) not in self._counted:
            self._counted[source.id, period] = count_ballots(self.folder, period, [source.id])[source.id]
        return self._counted[source.id, period].values(source, self.tree.ids)

    def _panel(self, source: PanelSource, period: str) -> Mapping[str, Judged]:
        if (source.id, period) not in self._scored:
            self._scored[source.id, period] = judge_panel(self.folder, source.id, self._group_of_unit, period)
        scores = self._scored[source.id, period]
        return output_of(source, scores, self._group_of_unit, self.folder.rulebook.rank_style)

    @cached_property
    def _group_of_unit(self) -> Mapping[str, str]:
        """The appraised units with their comparison groups: the members of each, or the units of its kind."""
        register = self.folder.register
        found: dict[str, str] = {}
        for name, group in self.folder.rulebook.groups.items():
            members = group.members or [unit.id for unit in register if unit.kind == group.kind]
            found |= {unit: name for unit in sorted(members) if unit in register}
        return found

    def _parts(self, source: BallotSource | PanelSource, score: Judged) -> str | None:
        if isinstance(score, BallotScore):
            return ballot_words.parts(score)
        assert isinstance(source, PanelSource)
        return panel_words.parts(self.folder.rulebook.panels[source.id], source, score)
