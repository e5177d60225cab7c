"""What SQL has to bring for each summary of records, and how it merges.

A *branch* is one SELECT: the rows of a window, grouped by unit (``totals``), by unit and filed day or period
(``filed``), or as distinct pairs (where a summary needs the values themselves). The branches of one dataset and
period form one statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from sqlglot import exp

from shuping.formula import TypedTree
from shuping.formula.nodes import Aggregate, Field, Node
from shuping.measures.expressions import Compiler, Ratio, all_of, cast, column, day_literal, paren, whole, wide
from shuping.measures.windows import Group, Window
from shuping.rulebook.model import Dataset

Merge = Literal["sum", "min", "max", "or", "last"]
MASK_DAYS = 62
"""Days in one mask: a signed 64-bit integer keeps its sign bit."""


@dataclass(frozen=True, slots=True)
class Column:
    """One mergeable partial: its SQL, how two become one, and for ``last`` the column that decides."""

    sql: exp.Expr
    merge: Merge
    order: str | None = None


@dataclass(slots=True)
class Branch:
    """The columns of one grouped SELECT, by alias; equal SQL is asked for once."""

    group: Group
    columns: dict[str, Column] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def add(self, sql: exp.Expr, merge: Merge, order: str | None = None) -> str:
        """Return the alias of a partial, added unless it is there already."""
        key = f"{merge} {order} {sql.sql()}"
        if key not in self._known:
            self._known[key] = "records" if not self._known else f"a{len(self._known)}"
            self.columns[self._known[key]] = Column(sql, merge, order)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A SELECT of distinct values (``top``, and ``bottom`` where there is a division) with their number of rows."""

    group: Group
    top: exp.Expr
    bottom: exp.Expr | None
    where: exp.Expr | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the partials of one summary are: aliases in its branch, or the number of its pairs.

    ``rows`` counts the rows that satisfy ``where``; ``filled`` those among them that have a value; ``value`` is the
    sum, least, greatest or last value before ``factor``, ``below`` the denominator of a last value; ``masks`` are the
    day masks of ``distinct``.
    """

    function: str
    group: Group
    factor: Fraction
    rows: str
    value: str | None = None
    filled: str | None = None
    below: str | None = None
    masks: tuple[str, ...] = ()
    pairs: int | None = None


@dataclass(slots=True)
class Plans:
    """Everything that is asked of one dataset in one period: branches, pairs, a plan per summary (by group and source).

    ``spans`` are the first and the last day of each window.
    """

    dataset: Dataset
    spans: Mapping[Window, tuple[date, date]]
    branches: dict[Group, Branch] = field(default_factory=dict)
    pairs: list[Pairs] = field(default_factory=list)
    plans: dict[tuple[Group, str], Plan] = field(default_factory=dict)

    def parts(self) -> list[tuple[int, Branch]]:
        """Return the branches with their numbers, in the order of the statement; the pairs follow them."""
        return list(enumerate(self.branches.values()))

    @property
    def masked(self) -> bool:
        """Tell whether days are masked: such a plan belongs to its period, any other serves all periods."""
        return any(plan.masks for plan in self.plans.values())

    def add(self, tree: TypedTree, group: Group, *, newest: bool = False) -> None:
        """Ask for what a measure's formula needs; ``newest``: for the last day or period with rows, too."""
        branch = self.branch(group)
        if newest:
            branch.columns["newest"] = Column(exp.Max(this=_days(self.dataset)), "max")
        for aggregate in tree.aggregates:
            key = (group, tree.source(aggregate))
            if key not in self.plans:
                self.plans[key] = _Planner(self, branch).plan(aggregate)

    def branch(self, group: Group) -> Branch:
        """Return the branch of a group; its first column is always the number of records."""
        if group not in self.branches:
            branch = Branch(group)
            branch.add(exp.Count(this=exp.Star()), "sum")
            self.branches[group] = branch
        return self.branches[group]


class _Planner:
    """Plans one summary."""

    def __init__(self, plans: Plans, branch: Branch) -> None:
        self.plans = plans
        self.branch = branch
        self.compiler = Compiler(plans.dataset)

    def plan(self, aggregate: Aggregate) -> Plan:
        where = None if aggregate.where is None else self.compiler.condition(aggregate.where)
        rows = self.branch.add(_only(exp.Count(this=exp.Star()), where), "sum")
        if aggregate.function == "count":
            return Plan("count", self.branch.group, Fraction(1), rows)
        assert aggregate.argument is not None
        if aggregate.function == "distinct":
            return self._distinct(aggregate.argument, where, rows)
        ratio = self.compiler.number(aggregate.argument)
        if aggregate.function == "last":
            return self._last(ratio, where, rows)
        if ratio.bottom is not None:
            pairs = self._pairs(_value(ratio), ratio.bottom, where)
            return Plan(aggregate.function, self.branch.group, ratio.factor, rows, pairs=pairs)
        return self._plain(aggregate, ratio, where, rows)

    def _plain(self, aggregate: Aggregate, ratio: Ratio, where: exp.Expr | None, rows: str) -> Plan:
        top = _value(ratio)
        filled = rows
        if aggregate.function == "mean" or not self._always_there(aggregate.argument):
            filled = self.branch.add(_only(exp.Count(this=top.copy()), where), "sum")
        if aggregate.function in ("sum", "mean"):
            value = self.branch.add(_only(exp.Sum(this=top), where), "sum")
        else:
            least = (aggregate.function == "min") == (ratio.factor >= 0)
            kind = exp.Min if least else exp.Max
            value = self.branch.add(_only(kind(this=top), where), "min" if least else "max")
        return Plan(aggregate.function, self.branch.group, ratio.factor, rows, value, filled)

    def _always_there(self, argument: Node | None) -> bool:
        """Tell whether the argument is a required field: then every row has it, and nothing more need be counted."""
        return isinstance(argument, Field) and self.plans.dataset.fields[argument.name].required

    def _last(self, ratio: Ratio, where: exp.Expr | None, rows: str) -> Plan:
        top, order = _value(ratio), self._order()
        there = all_of([_not_null(part) for part in (top, ratio.bottom) if part is not None])
        condition = there if where is None else exp.And(this=paren(where.copy()), expression=there)
        filled = self.branch.add(_only(exp.Count(this=exp.Star()), condition), "sum")
        newest = self.branch.add(_only(exp.Max(this=order), condition), "max")
        value = self.branch.add(_only(_at_last(top, order), condition), "last", newest)
        below = None
        if ratio.bottom is not None:
            below = self.branch.add(_only(_at_last(ratio.bottom, order), condition), "last", newest)
        return Plan("last", self.branch.group, ratio.factor, rows, value, filled, below)

    def _order(self) -> exp.Expr:
        """Return a number that grows with date (or period), file and row."""
        shifted = exp.Mul(this=wide(_days(self.plans.dataset)), expression=whole(10**20))
        file = exp.Mul(this=wide(column("_file")), expression=whole(10**10))
        return exp.Add(this=exp.Add(this=shifted, expression=file), expression=wide(column("_row")))

    def _distinct(self, argument: Node, where: exp.Expr | None, rows: str) -> Plan:
        group = self.branch.group
        if isinstance(argument, Field) and argument.name == self.plans.dataset.date_field:
            return Plan("distinct", group, Fraction(1), rows, masks=tuple(self._masks(argument.name, where)))
        if argument.type == "number":
            ratio = self.compiler.number(argument)
            return Plan("distinct", group, Fraction(1), rows, pairs=self._pairs(_value(ratio), ratio.bottom, where))
        value = self.compiler.plain(argument)
        return Plan("distinct", group, Fraction(1), rows, pairs=self._pairs(value, None, where))

    def _masks(self, name: str, where: exp.Expr | None) -> Iterator[str]:
        """Yield the aliases of one bit mask per 62 days of the window: bit i says that day i has a row."""
        first, last = self.plans.spans[self.branch.group.window]
        for start in range(0, (last - first).days + 1, MASK_DAYS):
            begins = first + timedelta(days=start)
            day = exp.DateDiff(this=column(name), expression=day_literal(begins), unit=exp.var("DAY"))
            bit: exp.Expr = exp.BitwiseLeftShift(this=cast(whole(1), "BIGINT"), expression=cast(day, "INT"))
            if (last - first).days >= MASK_DAYS:
                # In the argument, not in a FILTER: engines compute arguments first, and no shift may be negative.
                ends = min(last, begins + timedelta(days=MASK_DAYS - 1))
                inside = exp.Between(this=column(name), low=day_literal(begins), high=day_literal(ends))
                bit = exp.Case(ifs=[exp.If(this=inside, true=bit)])
            yield self.branch.add(_only(exp.BitwiseOrAgg(this=bit), where), "or")

    def _pairs(self, top: exp.Expr, bottom: exp.Expr | None, where: exp.Expr | None) -> int:
        found = Pairs(self.branch.group, top, bottom, where)
        if found not in self.plans.pairs:
            self.plans.pairs.append(found)
        return self.plans.pairs.index(found)


def _value(ratio: Ratio) -> exp.Expr:
    return whole(1) if ratio.top is None else ratio.top.copy()


def _only(summary: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    return summary if where is None else exp.Filter(this=summary, expression=exp.Where(this=where.copy()))


def _not_null(part: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=paren(part.copy()), expression=exp.Null()))


def _at_last(value: exp.Expr, order: exp.Expr) -> exp.Expr:
    return exp.ArgMax(this=value.copy(), expression=order.copy())


def _days(dataset: Dataset) -> exp.Expr:
    """Return a number that grows with the date, or with the period: ``2025-Q1`` -> 20251 (periods of one kind)."""
    if dataset.date_field is not None:
        return exp.DateDiff(this=column(dataset.date_field), expression=day_literal(date(1, 1, 1)), unit=exp.var("DAY"))
    digits = column("period")
    for sign in "-QW":
        digits = exp.Replace(this=digits, expression=exp.Literal.string(sign), replacement=exp.Literal.string(""))
    return cast(digits, "BIGINT")
