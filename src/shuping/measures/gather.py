"""Gathers the cells of a dataset and period: runs the statement, sorts its rows into branches, merges up the tree."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from shuping.errors import InputError, Problem
from shuping.formula.nodes import Field
from shuping.measures.cells import Cells, read_partials
from shuping.measures.statements import Book, sql_of
from shuping.measures.tree import Places, Segments, UnitTree
from shuping.measures.windows import Group, spans
from shuping.records.folder import Folder
from shuping.rulebook.model import Reduction
from shuping.values.periods import Period
from shuping.values.rational import Ints, Rationals

if TYPE_CHECKING:
    from shuping.measures.duck import Duck
    from shuping.measures.partials import Plans

Progress = Callable[[str, int, int], None]


@dataclass
class DatasetCells:
    """The cells of one dataset in one period, by group; merged ones are made when first asked for."""

    plans: Plans
    own: dict[Group, Cells]
    filed_units: dict[Group, Places] = field(default_factory=dict)
    """For groups by filed day or period: the unit of each cell, cells in order of unit and day."""
    _merged: dict[Group, Cells] = field(default_factory=dict)

    def at(self, group: Group, tree: UnitTree, *, own: bool) -> Cells:
        """Return the cells of a group per unit: its own rows, or with those of the units below."""
        if own:
            return self.own[group]
        if group not in self._merged:
            self._merged[group] = self.own[group].merged(tree.below)
        return self._merged[group]

    def value(self, group: Group, source: str, zero: bool, tree: UnitTree, *, own: bool) -> Rationals:
        """Return the value of a summary per unit."""
        return self.at(group, tree, own=own).value(self.plans.plans[group, source], zero)

    def reduced(self, group: Group, source: str, zero: bool, tree: UnitTree, how: Reduction, *, own: bool) -> Rationals:
        """Return a summary reduced within each unit over what it filed, then merged over the units below.

        Counts, sums and distinct counts are added over units; minima, maxima, means and last values stay what they are.
        """
        plan = self.plans.plans[group, source]
        cells, units = self.own[group], self.filed_units[group]
        reduced = cells.nothing().value(plan, zero).take(np.zeros(len(tree), dtype=np.int64))
        if len(units):
            segments = Segments.by(units)
            filed = segments.reduce(cells.value(plan, zero), how)
            reduced = reduced.put(units[segments.cells[segments.starts]], filed)
        if own:
            return reduced
        over: dict[str, Reduction] = {"min": "min", "max": "max", "mean": "mean", "last": "last"}
        return tree.below.reduce(reduced, over.get(plan.function, "sum"))

    def records_of(self, group: Group, tree: UnitTree, *, own: bool) -> Ints:
        """Return the rows in the window per unit."""
        if not group.filed:
            return self.at(group, tree, own=own).records
        records = np.zeros(len(tree), dtype=np.int64)
        np.add.at(records, self.filed_units[group], self.own[group].records)
        return records if own else tree.below.merge(records, "sum")

    def latest(self, group: Group, size: int) -> Ints:
        """Return a number per unit that grows with the last day or period it filed for (0: none)."""
        newest = self.own[group].partials["newest"].values
        if not group.filed:
            return newest
        found = np.zeros(size, dtype=np.int64)
        np.maximum.at(found, self.filed_units[group], newest)
        return found


class Gatherer:
    """Runs the statements on demand and remembers what they brought.

    ``asked`` are all measures that will be looked at, in whatever period.
    """

    def __init__(self, folder: Folder, book: Book, tree: UnitTree, duck: Duck, asked: Collection[str]) -> None:
        self.folder, self.book, self.tree, self.duck = folder, book, tree, duck
        self.asked = asked
        self._known: dict[tuple[str, Period], DatasetCells] = {}
        self._added: set[str] = set()
        self._planned: dict[str, Plans] = {}
        self._numbers = pl.DataFrame({"unit": tree.ids, "number": np.arange(len(tree), dtype=np.int64)})

    def cells(self, dataset: str, period: Period) -> DatasetCells:
        """Return the cells of a dataset in a period. Raises InputError like ``Duck.run``, and for unknown units."""
        if (dataset, period) not in self._known:
            plans = self._plans(dataset, period)
            self._known[dataset, period] = self._sort(dataset, plans, self._rows(dataset, plans, period))
        return self._known[dataset, period]

    def forget(self) -> None:
        """Let go of all cells."""
        self._known.clear()

    def _plans(self, dataset: str, period: Period) -> Plans:
        """Return the plans, made once for all periods where they do not depend on them."""
        made = self._planned.get(dataset)
        if made is not None and not made.masked:
            return replace(made, spans=spans(period))
        self._planned[dataset] = self.book.plans(dataset, period, self.asked)
        return self._planned[dataset]

    def _rows(self, dataset: str, plans: Plans, period: Period) -> pl.DataFrame | None:
        """Run the statement; None when there are no rows of this dataset at all."""
        table = self.folder.datasets.get(dataset)
        if table is None or (table.parquet is None and not table.frame.height):
            return None
        if dataset not in self._added:
            self.duck.add(dataset, self.book.rulebook.datasets[dataset], table, self._fields(dataset))
            self._added.add(dataset)
        return self.duck.run(dataset, period.name, sql_of(dataset, plans, period, pretty=False))

    def _fields(self, dataset: str) -> set[str]:
        found: set[str] = set()
        for name in self.asked:
            if self.book.rulebook.measures[name].from_ == dataset:
                found.update(node.name for node in self.book.trees[name].root.walk() if isinstance(node, Field))
        return found

    def _sort(self, dataset: str, plans: Plans, rows: pl.DataFrame | None) -> DatasetCells:
        """Sort the statement's rows into branches and their cells."""
        numbered = _empty(plans) if rows is None else self._numbered(dataset, rows)
        found = DatasetCells(plans, {})
        for part, branch in plans.parts():
            mine = numbered.filter(pl.col("part") == part)
            places, size = mine["number"].to_numpy(), len(self.tree)
            if branch.group.filed:
                mine = mine.sort("number", "filed")
                found.filed_units[branch.group] = mine["number"].to_numpy()
                places, size = np.arange(mine.height, dtype=np.int64), mine.height
            partials = read_partials(mine, branch.columns, f"p{part}_", places, size)
            pairs = self._pairs(plans, numbered, branch.group, mine)
            found.own[branch.group] = Cells(size, partials, pairs)
        return found

    def _numbered(self, dataset: str, rows: pl.DataFrame) -> pl.DataFrame:
        numbered = rows.join(self._numbers, on="unit", how="left", maintain_order="left")
        strange = numbered.filter(pl.col("number").is_null())["unit"].unique().sort().to_list()
        if strange:
            raise InputError([Problem("measures.unknown-unit", {"dataset": dataset, "unit": one}) for one in strange])
        return numbered

    def _pairs(self, plans: Plans, rows: pl.DataFrame, group: Group, cells: pl.DataFrame) -> dict[int, pl.DataFrame]:
        """Return the pairs of a group by their number, each with its cell."""
        found: dict[int, pl.DataFrame] = {}
        for number, pairs in enumerate(plans.pairs):
            if pairs.group == group:
                mine = rows.filter(pl.col("part") == len(plans.branches) + number)
                if group.filed:
                    keys = cells.select("number", "filed").with_row_index("cell")
                    mine = mine.join(keys, on=["number", "filed"], how="inner", nulls_equal=True)
                else:
                    mine = mine.with_columns(pl.col("number").alias("cell"))
                found[number] = mine.select(pl.col("cell").cast(pl.Int64), "top", "bottom", "pair_rows")
        return found


def _empty(plans: Plans) -> pl.DataFrame:
    """Return no rows, with the columns that a statement would bring."""
    schema: dict[str, type[pl.DataType]] = {"part": pl.Int32, "unit": pl.String, "filed": pl.String, "number": pl.Int64}
    schema |= {"top": pl.String, "bottom": pl.String, "pair_rows": pl.Int64}
    for part, branch in plans.parts():
        schema |= {f"p{part}_{alias}": pl.Int64 for alias in branch.columns}
    return pl.DataFrame(schema=schema)
