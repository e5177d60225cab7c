"""A rule book as the linter looks at it: with places, checked formulas, and what uses what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from shuping.formula import TypedTree, check
from shuping.review.remark import RULES, Remark
from shuping.rulebook.check_report import located
from shuping.rulebook.lint_model import Lint
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import applies, points_of, root_of, shares_of_total
from shuping.rulebook.scopes import finding_scope, measure_scope
from shuping.rulebook.yaml_source import Path, Positions
from shuping.scoring.trace import title_of
from shuping.values.scalars import Text


@dataclass(frozen=True)
class Book:
    """A rule book, where its parts stand in the file, and the thresholds to judge it by."""

    rulebook: Rulebook
    positions: Positions
    limits: Lint = field(default_factory=Lint)

    def remark(self, what: str, path: Path, **params: Any) -> Remark:
        """Return a remark at the value of ``path``; the id ``given`` is shown with its title."""
        return Remark(RULES[what], self.positions.place(path), self._titled(path, params))

    def at_key(self, what: str, path: Path, **params: Any) -> Remark:
        """Return a remark at the key of ``path``."""
        return Remark(RULES[what], self.positions.place(path, key=True), self._titled(path, params))

    def _titled(self, path: Path, params: dict[str, Any]) -> dict[str, Any]:
        if "given" not in params:
            return params
        given = str(params["given"])
        title = self._title(path, given) or Text(zh=given, en=given)
        named = {
            "given_zh": given if title.zh == given else f"{title.zh}（{given}）",
            "given_en": given if title.en == given else f"{title.en} ({given})",
        }
        return {key: value for key, value in params.items() if key != "given"} | named

    def _title(self, path: Path, given: str) -> Text | None:
        """Return the title of what a remark is about."""
        book = self.rulebook
        if path[0] == "datasets" and "options" not in path:
            dataset = book.datasets[str(path[1])]
            return dataset.fields[given].title if "fields" in path else dataset.title
        if path[0] == "criteria":
            return title_of(book, book.criterion(given))
        if path[0] == "adjustments":
            return next((entry.title for _, _, entry in book.adjustments.entries() if entry.id == given), None)
        if path[0] == "findings":
            return next(finding.title for finding in book.findings if finding.id == given)
        kinds: dict[str, Mapping[str, Any]] = {
            "measures": book.measures,
            "grades": book.grades,
            "groups": book.groups,
            "panels": book.panels,
            "ballots": book.ballots,
            "surveys": {} if "questions" in path else book.surveys,
        }
        named = kinds.get(str(path[0]), {})
        return named[given].title if given in named else None

    @cached_property
    def criteria(self) -> tuple[tuple[Path, Criterion], ...]:
        """Every criterion with its path, parents first."""
        return tuple(located(self.rulebook))

    @cached_property
    def leaves(self) -> tuple[tuple[Path, Criterion], ...]:
        """The criteria that score a measure, a panel or a ballot."""
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
            name: check(measure.formula, measure_scope(book, measure))
            for name, measure in book.measures.items()
            if measure.formula is not None
        }

    @cached_property
    def conditions(self) -> tuple[tuple[Path, TypedTree], ...]:
        """The checked conditions of the findings, each with its place."""
        scope = finding_scope(self.rulebook)
        return tuple(
            (("findings", number, "when"), check(finding.when, scope))
            for number, finding in enumerate(self.rulebook.findings)
        )

    @cached_property
    def adjusting(self) -> tuple[tuple[Path, str, str], ...]:
        """Every measure that adds to the total, takes from it or vetoes: place, id of what names it, measure."""
        rules, scope = self.rulebook.adjustments, finding_scope(self.rulebook)
        found: list[tuple[Path, str, str]] = [
            (("adjustments", key, number), entry.id, entry.measure) for key, number, entry in rules.entries()
        ]
        for path, formula, _ in rules.formulas():
            owner = getattr(rules, str(path[0]))[int(path[1])].id
            found += [(("adjustments", *path[:2]), owner, name) for name in check(formula, scope).measures]
        return tuple(found)

    def made_of(self, measure: str) -> set[str]:
        """Return a measure and all those that it is made of, a denominator included."""
        found: set[str] = set()
        waiting = [measure]
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.rulebook.measures:
                found.add(name)
                waiting += self.trees[name].measures if name in self.trees else ()
                prepared = self.rulebook.measures[name].prepare
                waiting += [prepared.denominator] if prepared is not None and prepared.denominator else []
        return found

    @cached_property
    def scored(self) -> set[str]:
        """The measures that carry points or change the total, those inside them included."""
        named = [leaf.measure for _, leaf in self.leaves if leaf.measure is not None]
        named += [measure for _, _, measure in self.adjusting]
        return {part for name in named for part in self.made_of(name)}

    def texts(self) -> Iterator[tuple[Path, str, Text | None]]:
        """Yield path, name and title of every dataset, field, measure and criterion."""
        for name, dataset in self.rulebook.datasets.items():
            yield ("datasets", name), name, dataset.title
            for column, asked in dataset.fields.items():
                yield ("datasets", name, "fields", column), column, asked.title
        for name, measure in self.rulebook.measures.items():
            yield ("measures", name), name, measure.title
        for path, criterion in self.criteria:
            yield path, criterion.id, criterion.title


def show_groups(book: Book, groups: list[str]) -> dict[str, str]:
    """Return the groups for a sentence: ``groups_zh`` and ``groups_en``."""
    titles = [book.rulebook.groups[group].title or Text(zh=group, en=group) for group in groups]
    return {"groups_zh": "、".join(title.zh for title in titles), "groups_en": ", ".join(title.en for title in titles)}
