"""One SQL statement per dataset and period: a UNION ALL of its branches, one shape for all engines.

Every row has ``part`` (which branch), ``unit``, ``filed`` (the day or period the row was filed for, where asked),
``top``, ``bottom`` and ``pair_rows`` (pairs only), then the partials ``records``, ``a1``, ``a2`` … of the branches,
prefixed by ``p<part>_``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from shuping.errors import Place, Problem, RulebookError
from shuping.formula import TypedTree, check
from shuping.formula.nodes import Measure as MeasureNode
from shuping.rulebook.model import Dataset, Measure, Rulebook
from shuping.rulebook.scopes import measure_scope
from shuping.values.periods import Period

if TYPE_CHECKING:
    from sqlglot import exp

    from shuping.measures.partials import Branch, Group, Pairs, Plans, Window


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
            if measure.value is None:
                continue
            try:
                scope = measure_scope(rulebook, measure, attributes)
                trees[name] = check(measure.value, scope, want="number")
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
                except RulebookError as error:
                    here = Place(field=f"measures.{name}")
                    raise RulebookError([replace(problem, place=here) for problem in error.problems]) from None
        return plans


def group_of(measure: Measure) -> Group:
    """Return the window and grouping of a measure's rows."""
    from shuping.measures.partials import Group

    return Group(measure.window, measure.per_unit is not None)


def spans(period: Period) -> dict[Window, tuple[date, date]]:
    """Return the first and last day of both windows of a period."""
    return {"period": (period.start, period.end), "to_date": (period.year().start, period.end)}


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
    from sqlglot import exp

    selects = [_Select(dataset, plans, period, part) for part in range(len(plans.branches) + len(plans.pairs))]
    queries = [select.build() for select in selects]
    whole: exp.Expr = queries[0]
    for query in queries[1:]:
        whole = exp.union(whole, query, distinct=False, copy=False)
    return whole.sql(dialect=dialect, pretty=pretty)


def part_columns(plans: Plans) -> list[tuple[int, Branch]]:
    """Return the branches with their numbers, in the order of the statement; the pairs follow them."""
    return list(enumerate(plans.branches.values()))


class _Select:
    """Builds one SELECT of the statement."""

    def __init__(self, dataset: str, plans: Plans, period: Period, part: int) -> None:
        self.dataset, self.plans, self.period, self.part = dataset, plans, period, part
        branches = list(plans.branches.values())
        self.branch = branches[part] if part < len(branches) else None
        self.pairs = plans.pairs[part - len(branches)] if self.branch is None else None

    def build(self) -> exp.Select:
        from sqlglot import exp

        group = (self.branch or self.pairs).group  # type: ignore[union-attr]
        unit, filed = self._unit(), self._filed() if group.filed else None
        keys = [unit, *([filed] if filed is not None else [])]
        chosen = [exp.alias_(exp.Literal.number(str(self.part)), "part"), exp.alias_(unit.copy(), "unit")]
        if self._any_filed():
            chosen.append(exp.alias_(exp.Null() if filed is None else exp.cast(filed.copy(), "TEXT"), "filed"))
        if self.plans.pairs:
            chosen.extend(self._pair_columns(keys))
        chosen.extend(self._partials())
        table = exp.table_(exp.to_identifier(self.dataset, quoted=True))  # never to_table: that parses the name
        query = exp.select(*chosen).from_(table).where(self._window(group.window))
        if self.pairs is not None:
            for condition in self._pair_conditions(self.pairs):
                query = query.where(condition)
        return query.group_by(*(key.copy() for key in keys))

    def _any_filed(self) -> bool:
        return any(group.filed for group in self.plans.branches)

    def _unit(self) -> exp.Expr:
        from shuping.measures.expressions import column

        return column("unit")

    def _filed(self) -> exp.Expr:
        from shuping.measures.expressions import column

        return column(self.plans.dataset.date_field or "period")

    def _window(self, window: Window) -> exp.Expr:
        """Return the condition that a row belongs to the window."""
        from sqlglot import exp

        from shuping.measures.expressions import column, day_literal

        start, end = self.plans.spans[window]
        if self.plans.dataset.date_field is not None:
            day = column(self.plans.dataset.date_field)
            return exp.Between(this=day, low=day_literal(start), high=day_literal(end))
        names = periods_inside(self.plans.dataset, self.period, window)
        if not names:
            return exp.false()
        return exp.In(this=column("period"), expressions=[exp.Literal.string(name) for name in names])

    def _pair_columns(self, keys: list[exp.Expr]) -> list[exp.Expr]:
        from sqlglot import exp

        texts: list[exp.Expr] = [exp.Null(), exp.Null(), exp.Null()]
        if self.pairs is not None:
            values = [part for part in (self.pairs.top, self.pairs.bottom) if part is not None]
            keys.extend(value for value in values if value.find(exp.Column))  # a bare 1 would mean the first column
            texts[: len(values)] = [exp.cast(value.copy(), "TEXT") for value in values]
            texts[2] = exp.Count(this=exp.Star())
        return [exp.alias_(text, name) for text, name in zip(texts, ("top", "bottom", "pair_rows"), strict=True)]

    def _pair_conditions(self, pairs: Pairs) -> list[exp.Expr]:
        from sqlglot import exp

        there: list[exp.Expr] = [
            exp.Not(this=exp.Is(this=exp.paren(part.copy()), expression=exp.Null()))
            for part in (pairs.top, pairs.bottom)
            if part is not None
        ]
        return there if pairs.where is None else [pairs.where.copy(), *there]

    def _partials(self) -> list[exp.Expr]:
        from sqlglot import exp

        chosen: list[exp.Expr] = []
        for part, branch in part_columns(self.plans):
            for alias, partial in branch.columns.items():
                sql = partial.sql.copy() if part == self.part else exp.Null()
                chosen.append(exp.alias_(sql, f"p{part}_{alias}"))
        return chosen


def periods_inside(dataset: Dataset, period: Period, window: Window) -> list[str]:
    """Return the names of the dataset's periods that lie wholly inside the window, in order."""
    assert dataset.period is not None
    start, end = spans(period)[window]
    years = [period.year(), period] if window == "to_date" else [period]
    found = {part.name: part for span in years for part in span.split(dataset.period)}
    return [name for name, part in sorted(found.items()) if start <= part.start and part.end <= end]


def _refuse_twins(name: str, dataset: Dataset) -> None:
    """Refuse fields that differ by case only: SQL engines take them for one, and figures would silently be wrong."""
    seen: dict[str, str] = {}
    for field_name in dataset.fields:
        twin = seen.setdefault(field_name.casefold(), field_name)
        if twin != field_name:
            given = {"dataset": name, "left": twin, "right": field_name}
            raise RulebookError(Problem("measures.fields-differ-by-case", given))
