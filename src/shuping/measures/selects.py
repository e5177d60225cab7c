"""The SELECTs of a statement: one per branch and per set of pairs, all with the same columns, joined by UNION ALL."""

from __future__ import annotations

from sqlglot import exp

from shuping.measures.expressions import cast, column, day_literal, paren
from shuping.measures.partials import Pairs, Plans
from shuping.measures.windows import Window, periods_inside
from shuping.values.periods import Period


def union(dataset: str, plans: Plans, period: Period) -> exp.Expr:
    """Return the whole statement of one dataset and period."""
    selects = [_Select(dataset, plans, period, part).build() for part in range(len(plans.branches) + len(plans.pairs))]
    whole: exp.Query = selects[0]
    for select in selects[1:]:
        whole = exp.union(whole, select, distinct=False, copy=False)
    return whole


class _Select:
    """Builds one SELECT of the statement."""

    def __init__(self, dataset: str, plans: Plans, period: Period, part: int) -> None:
        self.dataset, self.plans, self.period, self.part = dataset, plans, period, part
        branches = list(plans.branches.values())
        self.branch = branches[part] if part < len(branches) else None
        self.pairs = plans.pairs[part - len(branches)] if self.branch is None else None

    def build(self) -> exp.Select:
        group = (self.branch or self.pairs).group  # type: ignore[union-attr]
        unit, filed = self._unit(), self._filed() if group.filed else None
        keys = [unit, *([filed] if filed is not None else [])]
        chosen = [alias(exp.Literal.number(str(self.part)), "part"), alias(unit.copy(), "unit")]
        if self._any_filed():
            chosen.append(alias(exp.Null() if filed is None else cast(filed.copy(), "TEXT"), "filed"))
        if self.plans.pairs:
            chosen.extend(self._pair_columns(keys))
        chosen.extend(self._partials())
        table = exp.table_(exp.to_identifier(self.dataset, quoted=True))  # never to_table: that parses the name
        query = exp.select(*chosen, copy=False).from_(table, copy=False).where(self._window(group.window), copy=False)
        if self.pairs is not None:
            query = query.where(*self._pair_conditions(self.pairs), copy=False)
        return query.group_by(*(key.copy() for key in keys), copy=False)

    def _any_filed(self) -> bool:
        return any(group.filed for group in self.plans.branches)

    def _unit(self) -> exp.Expr:
        return column("unit")

    def _filed(self) -> exp.Expr:
        return column(self.plans.dataset.date_field or "period")

    def _window(self, window: Window) -> exp.Expr:
        """Return the condition that a row belongs to the window."""
        start, end = self.plans.spans[window]
        if self.plans.dataset.date_field is not None:
            day = column(self.plans.dataset.date_field)
            return exp.Between(this=day, low=day_literal(start), high=day_literal(end))
        names = periods_inside(self.plans.dataset, self.period, window)
        if not names:
            return exp.false()
        return exp.In(this=column("period"), expressions=[exp.Literal.string(name) for name in names])

    def _pair_columns(self, keys: list[exp.Expr]) -> list[exp.Expr]:
        texts: list[exp.Expr] = [exp.Null(), exp.Null(), exp.Null()]
        if self.pairs is not None:
            values = [part for part in (self.pairs.top, self.pairs.bottom) if part is not None]
            keys.extend(value for value in values if value.find(exp.Column))  # a bare 1 would mean the first column
            texts[: len(values)] = [cast(value.copy(), "TEXT") for value in values]
            texts[2] = exp.Count(this=exp.Star())
        return [alias(text, name) for text, name in zip(texts, ("top", "bottom", "pair_rows"), strict=True)]

    def _pair_conditions(self, pairs: Pairs) -> list[exp.Expr]:
        there: list[exp.Expr] = [
            exp.Not(this=exp.Is(this=paren(part.copy()), expression=exp.Null()))
            for part in (pairs.top, pairs.bottom)
            if part is not None
        ]
        return there if pairs.where is None else [pairs.where.copy(), *there]

    def _partials(self) -> list[exp.Expr]:
        chosen: list[exp.Expr] = []
        for part, branch in self.plans.parts():
            for name, partial in branch.columns.items():
                sql = partial.sql.copy() if part == self.part else exp.Null()
                chosen.append(alias(sql, f"p{part}_{name}"))
        return chosen


def alias(expression: exp.Expr, name: str) -> exp.Expr:
    """Return ``expression AS name``, uncopied; the names are the room's own."""
    return exp.Alias(this=expression, alias=exp.to_identifier(name))
