"""What the composing functions look at: the last period's rows in printing order, names, references, phrases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import polars as pl

from shuping.documents import wording
from shuping.documents.commentary.model import Condition, Count, Figure, Quoted
from shuping.documents.commentary.phrases import Phrases
from shuping.documents.commentary.references import References
from shuping.documents.ordering import StandingRow, standing_by_group, unit_order
from shuping.scoring.result import Result

Finding = dict[str, Any]
"""A row of the findings."""


class View:
    """A result seen from its last period, in one language."""

    def __init__(self, result: Result, lang: str) -> None:
        self.result = result
        self.rulebook = result.rulebook
        self.lang = lang
        self.period = result.period
        self.before = wording.previous_period(result)
        self.refs = References(result)
        self.say = Phrases(lang)
        self.order = unit_order(result)

    @cached_property
    def groups(self) -> dict[str, tuple[StandingRow, ...]]:
        """The period's standing rows by group, in printing order (see ``ordering``)."""
        return standing_by_group(self.result, self.period)

    @cached_property
    def group_of(self) -> dict[str, str]:
        """The comparison group of each unit that stands in the period."""
        return {row["unit"]: group for group, rows in self.groups.items() for row in rows}

    @cached_property
    def problems(self) -> dict[str, dict[str, list[Finding]]]:
        """The period's findings by category and matter, in the rule book's order, the furthest off first."""
        found: dict[str, dict[str, list[Finding]]] = {}
        rows = self.result.findings.filter(pl.col("period") == self.period).rows(named=True)
        for row in sorted(rows, key=self._printed):
            found.setdefault(row["category"], {}).setdefault(row["finding"], []).append(row)
        return found

    def _printed(self, row: Finding) -> tuple[Any, ...]:
        """Return a finding's sorting key: category, matter, the worst value first, missing values last."""
        categories = list(self.rulebook.publish.categories)
        matters = [finding.id for finding in self.rulebook.findings]
        places = [
            (known.index(name) if name in known else len(known), name)
            for known, name in ((categories, row["category"]), (matters, row["finding"]))
        ]
        measure = self.rulebook.measures.get(row["measure"])
        value = self.refs.cell("measures", self.period, row["unit"], row["measure"], "value")
        if value is not None and measure is not None and measure.direction == "lower":
            value = -value
        return *places, value is None, value or 0, self.order(row["unit"])

    @property
    def alone(self) -> bool:
        """Whether there is one comparison group only, so that it need not be named."""
        return len(self.groups) == 1

    def name(self, unit: str) -> Quoted:
        """Return a unit's name."""
        return Quoted(wording.unit_name(self.result, unit, self.lang))

    def names(self, units: Sequence[str]) -> tuple[Quoted, ...]:
        """Return the names of several units."""
        return tuple(self.name(unit) for unit in units)

    def group(self, group: str) -> Quoted:
        """Return a comparison group's title as it stands within a sentence."""
        return self.mid(wording.group_title(self.rulebook, group, self.lang))

    def mid(self, title: str) -> Quoted:
        """Return a title as it stands within a sentence: in English without its capital, unless it is an acronym."""
        if self.lang == "en" and (title[1:2].islower() or title.startswith("A ")):
            return Quoted(title[0].lower() + title[1:])
        return Quoted(title)

    def label(self, period: str) -> Quoted:
        """Return a period's label."""
        return Quoted(wording.period_label(self.rulebook, period, self.lang))

    def standing(self, unit: str, column: str) -> Figure | None:
        """Return a figure of the period's standing."""
        return self.refs.figure("standing", self.period, unit, "", column)

    def score(self, unit: str, criterion: str, column: str) -> Figure | None:
        """Return a figure of the period's scores."""
        return self.refs.figure("scores", self.period, unit, criterion, column)

    def count(self, *where: Condition) -> Count:
        """Return the number of standing rows of the period that meet the conditions."""
        return self.refs.count("standing", Condition("period", "is", self.period), *where)
