"""One SQL statement per dataset and period: a UNION ALL of its branches, one shape for all engines.

Every row has ``part`` (which branch), ``unit``, ``filed`` (the day or period the row was filed for, where asked),
``top``, ``bottom`` and ``pair_rows`` (pairs only), then the partials ``records``, ``a1``, ``a2`` … of the branches,
prefixed by ``p<part>_``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shuping.errors import Place, Problem, RulebookError
from shuping.formula import TypedTree, check
from shuping.formula.nodes import Measure as MeasureNode
from shuping.measures.windows import Group, group_of, spans
from shuping.rulebook.model import Dataset, Rulebook
from shuping.rulebook.scopes import measure_scope
from shuping.values.periods import Period

if TYPE_CHECKING:
    from shuping.measures.partials import Plans


@dataclass(frozen=True, slots=True)
class Statement:
    """The SQL that brings the partials of one dataset and period."""

    dataset: str
    period: str
    sql: str


@dataclass(frozen=True)
class Book:
    """A rule book with its formulas checked: what the whole room works from."""

    rulebook: Rulebook
    trees: Mapping[str, TypedTree] = field(default_factory=dict)

    @classmethod
    def of(cls, rulebook: Rulebook, attributes: Collection[str] | None = None) -> Book:
        """Check every formula. Raises RulebookError with all problems together."""
        trees: dict[str, TypedTree] = {}
        problems: list[Problem] = []
        for name, measure in rulebook.measures.items():
            if measure.formula is None:
                continue
            try:
                scope = measure_scope(rulebook, measure, attributes)
                trees[name] = check(measure.formula, scope, want="number")
            except RulebookError as error:
                problems.extend(error.problems)
        if problems:
            raise RulebookError(problems)
        return cls(rulebook, trees)

    @property
    def looks_back(self) -> bool:
        """Tell whether any formula asks for an earlier period."""
        walks = (tree.root.walk() for tree in self.trees.values())
        return any(isinstance(node, MeasureNode) and node.when != "now" for walk in walks for node in walk)

    def needed(self, measures: Collection[str]) -> set[str]:
        """Return the measures and all that they are made of."""
        found: set[str] = set()
        waiting = list(measures)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.trees[name].measures if name in self.trees else ())
        return found

    def plans(self, dataset: str, period: Period, measures: Collection[str]) -> Plans:
        """Plan what these measures need of a dataset in a period."""
        from shuping.measures.partials import Plans

        declared = self.rulebook.datasets[dataset]
        _refuse_twins(dataset, declared)
        plans = Plans(declared, spans(period))
        for name, measure in self.rulebook.measures.items():
            if name in measures and measure.from_ == dataset:
                try:
                    plans.add(self.trees[name], group_of(measure), newest=measure.roll_up == "last")
                    if measure.cumulative:  # the last total before a period is looked for in the year to date
                        plans.add(self.trees[name], Group("to_date", True), newest=False)
                except RulebookError as error:
                    here = Place(field=f"measures.{name}")
                    raise RulebookError([replace(problem, place=here) for problem in error.problems]) from None
        return plans


def statements(
    rulebook: Rulebook, period: str, *, dialect: str = "duckdb", measures: Collection[str] | None = None
) -> list[Statement]:
    """Return the statements of one period, one per dataset that a measure uses, in the rule book's order.

    Each reads from a table named as the dataset. Raises RulebookError for a formula that does not check, ValueError
    for a text that is no period.
    """
    book = Book.of(rulebook)
    when = Period.parse(period, rulebook.year_starts)
    asked = book.needed(rulebook.measures if measures is None else measures)
    used = [name for name in rulebook.datasets if any(rulebook.measures[one].from_ == name for one in asked)]
    return [Statement(name, period, sql_of(name, book.plans(name, when, asked), when, dialect)) for name in used]


def sql_of(dataset: str, plans: Plans, period: Period, dialect: str = "duckdb", *, pretty: bool = True) -> str:
    """Return the statement of one dataset and period as text."""
    from shuping.measures.selects import union

    return union(dataset, plans, period).sql(dialect=dialect, pretty=pretty)


def _refuse_twins(name: str, dataset: Dataset) -> None:
    """Refuse fields that differ by case only: SQL engines take them for one, and figures would silently be wrong."""
    seen: dict[str, str] = {}
    for field_name in dataset.fields:
        twin = seen.setdefault(field_name.casefold(), field_name)
        if twin != field_name:
            given = {"dataset": name, "left": twin, "right": field_name}
            raise RulebookError(Problem("measures.fields-differ-by-case", given))
