"""A rule book as the linter looks at it: with places, checked formulas, and what uses what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from shuping.formula import TypedTree, check
from shuping.review.limits import Limits
from shuping.review.remark import RULES, Remark
from shuping.rulebook.checks import located
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import applies, points_of, root_of, shares_of_total
from shuping.rulebook.scopes import finding_scope, measure_scope
from shuping.rulebook.yaml_source import Path, Positions
from shuping.values.scalars import Text


@dataclass(frozen=True)
class Book:
    """A rule book, where its parts stand in the file, and the thresholds to judge it by."""

    rulebook: Rulebook
    positions: Positions
    limits: Limits = Limits()

    def remark(self, what: str, path: Path, *, key: bool = False, **params: Any) -> Remark:
        """Return a remark at ``path`` (at the key itself with ``key``)."""
        return Remark(RULES[what], self.positions.place(path, key=key), params)

    @cached_property
    def criteria(self) -> tuple[tuple[Path, Criterion], ...]:
        """Every criterion with its path, parents first."""
        return tuple(located(self.rulebook))

    @cached_property
    def leaves(self) -> tuple[tuple[Path, Criterion], ...]:
        """The criteria that score a measure or a panel."""
        return tuple((path, criterion) for path, criterion in self.criteria if not criterion.criteria)

    def groups_of(self, criterion: Criterion) -> list[str]:
        """Return the comparison groups in which a leaf counts, down the tree."""
        return [group for group in self.rulebook.groups if criterion.id in self.shares[group]]

    def is_lower(self, leaf: Criterion) -> bool:
        """Tell whether lower values of a leaf's measure are better."""
        return leaf.measure is not None and self.rulebook.measures[leaf.measure].direction == "lower"

    @cached_property
    def shares(self) -> Mapping[str, Mapping[str, Fraction]]:
        """Each criterion's share of the total, by group and criterion."""
        return {group: shares_of_total(self.rulebook, group) for group in self.rulebook.groups}

    def full(self, group: str) -> Fraction:
        """Return the full score of a group's total."""
        return points_of(root_of(self.rulebook), group) or self.rulebook.scale

    def full_of(self, criterion: Criterion, group: str) -> Fraction:
        """Return what a criterion is scored out of in a group: its points, or under weights the full score above it."""
        own = points_of(criterion, group) if applies(criterion, group) else None
        if own is not None:
            return own
        trail = next(path for path, found in self.criteria if found.id == criterion.id)
        above = [found for path, found in self.criteria if path == trail[: len(path)] and found.id != criterion.id]
        return next((points for node in reversed(above) if (points := points_of(node, group))), self.full(group))

    @cached_property
    def trees(self) -> Mapping[str, TypedTree]:
        """The checked formula of every measure that is one."""
        book = self.rulebook
        return {
            name: check(measure.value, measure_scope(book, measure))
            for name, measure in book.measures.items()
            if measure.value is not None
        }

    @cached_property
    def conditions(self) -> tuple[tuple[Path, TypedTree], ...]:
        """The checked conditions of the findings, each with its place."""
        scope = finding_scope(self.rulebook)
        return tuple(
            (("findings", number, "when"), check(finding.when, scope))
            for number, finding in enumerate(self.rulebook.findings)
        )

    def made_of(self, measure: str) -> set[str]:
        """Return a measure and all those that it is made of."""
        found: set[str] = set()
        waiting = [measure]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.trees[name].measures if name in self.trees else ()
        return found

    @cached_property
    def scored(self) -> set[str]:
        """The measures that carry points, those inside them included."""
        return {
            part for _, leaf in self.leaves if leaf.measure is not None for part in self.made_of(leaf.measure)
        }

    def texts(self) -> Iterator[tuple[Path, str, Text | None]]:
        """Yield path, name and title of every dataset, field, measure and criterion."""
        for name, dataset in self.rulebook.datasets.items():
            yield ("datasets", name), name, dataset.title
            for column, field in dataset.fields.items():
                yield ("datasets", name, "fields", column), column, field.title
        for name, measure in self.rulebook.measures.items():
            yield ("measures", name), name, measure.title
        for path, criterion in self.criteria:
            yield path, criterion.id, criterion.title


def show_groups(book: Book, groups: list[str]) -> dict[str, str]:
    """Return the groups for a sentence: ``groups_zh`` and ``groups_en``."""
    titles = [book.rulebook.groups[group].title or Text(zh=group, en=group) for group in groups]
    return {"groups_zh": "、".join(title.zh for title in titles), "groups_en": ", ".join(title.en for title in titles)}
