"""Partials by unit and by fields of the records (kinds of activity, say), and their roll-up along the unit tree.

A breakdown has many more rows than a measure has values: it stays in the engine, as a file of partials, from which
higher units are made without the records being read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shuping.measures.statements import Book
from shuping.rulebook.model import Rulebook
from shuping.values.periods import Period

if TYPE_CHECKING:
    from sqlglot import exp

    from shuping.measures.partials import Merge


@dataclass(frozen=True, slots=True)
class Breakdown:
    """``sql``: one row for each unit and combination of the fields ``by``, with partials (``columns``, by alias: how
    two become one). It reads from a table named as the dataset.
    """

    sql: str
    by: tuple[str, ...]
    columns: Mapping[str, Merge]
    dialect: str

    def rolled_up(self, partials: str, closure: str) -> str:
        """Return the SQL that merges partials along the tree, with the same columns.

        ``partials`` names a table of what ``sql`` brought; ``closure`` one with ``unit`` and ``ancestor``, for every
        unit that is wanted as an ancestor.
        """
        from sqlglot import exp

        from shuping.measures.expressions import column
        from shuping.measures.selects import alias

        merges: dict[str, type[exp.Func]] = {
            "sum": exp.Sum, "min": exp.Min, "max": exp.Max, "or": exp.BitwiseOrAgg,
        }  # fmt: skip
        keys = [column("ancestor"), *map(column, self.by)]
        names = ["unit", *self.by]
        chosen: list[exp.Expr] = [alias(key, name) for key, name in zip(keys, names, strict=True)]
        chosen += [alias(merges[how](this=column(name)), name) for name, how in self.columns.items()]
        query = exp.select(*chosen).from_(_table(partials)).join(_table(closure), using=["unit"])
        return query.group_by(*(key.copy() for key in keys)).sql(dialect=self.dialect, pretty=True)


def breakdown(
    rulebook: Rulebook, dataset: str, period: str, by: Sequence[str], *, dialect: str = "duckdb"
) -> Breakdown:
    """Return the partials that a dataset's measures are made of, in one period, by unit and by fields.

    Raises RulebookError for a formula that does not check; ValueError for a text that is no period, a field that the
    dataset does not have, and measures whose partials are not rows of one kind (``per_unit``, the year to date beside
    the period, ``last``, distinct values other than days, averages of quotients).
    """
    from shuping.measures.expressions import column
    from shuping.measures.selects import union

    strange = set(by) - set(rulebook.datasets[dataset].fields)
    if strange:
        raise ValueError(f"no field of {dataset}: {', '.join(sorted(strange))}")
    when = Period.parse(period, rulebook.year_starts)
    measures = [name for name, measure in rulebook.measures.items() if measure.from_ == dataset]
    plans = Book.of(rulebook).plans(dataset, when, measures)
    branches = list(plans.branches.items())
    plain = len(branches) == 1 and not plans.pairs and not branches[0][0].filed
    if not plain or any(one.merge == "last" for one in branches[0][1].columns.values()):
        raise ValueError(f"the measures of {dataset} have partials of several kinds")
    select = union(dataset, plans, when)
    kept = [one for one in select.expressions if one.alias != "part"]
    select.set("expressions", [kept[0], *map(column, by), *kept[1:]])
    select.group_by(*map(column, by), copy=False)  # type: ignore[attr-defined]
    columns: dict[str, Merge] = {f"p0_{name}": one.merge for name, one in branches[0][1].columns.items()}
    return Breakdown(select.sql(dialect=dialect, pretty=True), tuple(by), columns, dialect)


def _table(name: str) -> exp.Table:
    from sqlglot import exp

    return exp.table_(exp.to_identifier(name, quoted=True))
