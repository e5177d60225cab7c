"""The answers of one survey and period as arrays: who they speak for, how they were drawn, what each weighs, exactly.

A ``Sample`` holds all rows; a ``Scope`` those that are one sample (everybody, or one unit with those below it). The
weight of a row is ``whole * factor``: a whole number from the column ``weight`` (over a common denominator, which
every estimate but a total is free of), and an exact factor of the cell it lies in, which brings strata and
post-strata to their sizes. Rows are put in one order first, so the order of the file changes no digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from shuping.measures.cells import read_integers
from shuping.measures.survey_design import Codes, Draw, Floats, Stage
from shuping.measures.tree import UnitTree
from shuping.rulebook.survey_model import Size, Survey, SurveyDesign
from shuping.values.rational import Ints

DRAWN = ("stratum", "cluster", "weight", "fpc", "fpc2")
Attributes = Mapping[str, Mapping[str, Fraction | None]]
"""Of an attribute and a unit: how large the population is, None where the register does not say."""


class SampleError(ValueError):
    """The sample does not fit its design: ``code`` of the message, and what it says."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Sample:
    """All rows of a survey in one period, in canonical order. ``unit`` numbers the units of the tree."""

    rows: pl.DataFrame
    unit: Codes
    whole: Ints
    below: int
    survey: Survey
    sizes: Attributes
    ids: tuple[str, ...]

    @classmethod
    def of(
        cls, frame: pl.DataFrame, survey: Survey, question: str, period: str, tree: UnitTree, sizes: Attributes
    ) -> Sample:
        """Return the sample of a period; rows without a period belong to every one.

        Rows are put in the order of all that an estimate of ``question`` depends on: others are alike to it.
        """
        if "period" in frame.columns:
            frame = frame.filter(pl.col("period").is_null() | (pl.col("period") == period))
        number = pl.DataFrame({"unit": tree.ids, "_unit": np.arange(len(tree))})
        frame = frame.join(number, on="unit", how="inner")
        after = survey.design.post_strata if survey.design is not None else None
        wanted = dict.fromkeys([*DRAWN, after.by if after is not None else question, question])
        keys = [name for name in wanted if name in frame.columns]
        frame = frame.sort("_unit", *keys, nulls_last=True, maintain_order=True)
        whole, below = _weights(frame)
        return cls(frame, frame["_unit"].to_numpy().astype(np.int64), whole, below, survey, sizes, tree.ids)

    @property
    def design(self) -> SurveyDesign | None:
        """The design of the survey, where it is declared."""
        return self.survey.design

    def codes(self, *columns: str) -> Codes:
        """Return a code for each combination of columns, in the order of their values."""
        if not self.rows.height:
            return np.zeros(0, dtype=np.int64)
        if not columns:
            return np.zeros(self.rows.height, dtype=np.int64)
        keys = self.rows.select(pl.struct(pl.col(*columns)).rank("dense").alias("code"))
        return keys["code"].to_numpy().astype(np.int64) - 1

    @cached_property
    def stratum(self) -> Codes:
        """The stratum of each row; where sizes are attributes of units, those of different units are apart."""
        design = self.design
        columns = ["stratum"] if design is not None and design.strata else []
        columns = ["_unit", *columns] if design is not None and design.by_attribute else columns
        return self.codes(*columns)

    @cached_property
    def cluster(self) -> Codes:
        """The first-stage member of each row: its cluster (within unit, where every unit has a sample), or itself."""
        design = self.design
        if design is None or design.clusters == "none":
            return np.arange(self.rows.height, dtype=np.int64)
        columns = ["stratum"] if design.strata else []
        return self.codes(*(["_unit"] if design.sample == "unit" else []), *columns, "cluster")

    @cached_property
    def post_stratum(self) -> Codes | None:
        """The place of each row's post-stratum in the design's list; None without post-stratification."""
        after = self.design.post_strata if self.design is not None else None
        if after is None:
            return None
        place = {name: at for at, name in enumerate(after.population)}
        found = self.rows[after.by].replace_strict(place, default=None, return_dtype=pl.Int64)
        if found.null_count():
            raise SampleError("survey-no-post-stratum", rows=found.null_count(), by=after.by)
        return found.to_numpy()

    def size_of(self, row: int) -> Fraction | None:
        """Return the size of the stratum (or population) that a row lies in, None where the design says none."""
        design = self.design
        if design is None or not design.sized:
            return None
        size: Size | None = design.population
        if design.strata:
            size = design.strata[self.rows["stratum"][row]].size
        if not isinstance(size, str):
            return size
        unit, attribute = self.ids[int(self.unit[row])], size.removeprefix("unit.")
        found = self.sizes[attribute].get(unit)
        if found is None or found <= 0:
            raise SampleError("survey-no-size", unit=unit, attribute=attribute)
        return found


def _weights(frame: pl.DataFrame) -> tuple[Ints, int]:
    """Return the weights as small whole numbers, and what they are over."""
    if "weight" not in frame.columns or not frame.height:
        return np.ones(frame.height, dtype=np.int64), 1
    weight = frame["weight"]
    places = weight.dtype.scale or 0 if isinstance(weight.dtype, pl.Decimal) else 0
    whole = read_integers(weight)
    shared = np.gcd.reduce(whole) if len(whole) else 1
    over = Fraction(int(shared), 10**places)  # every weight is a multiple of it
    small: Ints = whole // shared
    return small * over.numerator if over.numerator > 1 else small, over.denominator


@dataclass(frozen=True)
class Scope:
    """The rows (``at``, places in the sample) that are one sample."""

    sample: Sample
    at: Codes

    @cached_property
    def strata(self) -> tuple[Codes, Codes]:
        """The strata of these rows, coded anew, and one row of each."""
        _, first, codes = np.unique(self.sample.stratum[self.at], return_index=True, return_inverse=True)
        return codes.astype(np.int64), first.astype(np.int64)

    @cached_property
    def whole(self) -> Ints:
        """The whole-number weight of each row."""
        design = self.sample.design
        if design is not None and design.weights == "inverse":
            return np.ones(len(self.at), dtype=np.int64)
        return self.sample.whole[self.at]

    @property
    def cells(self) -> Codes:
        """The cell of each row: rows of one cell have the same factor."""
        return self._cells[0]

    @property
    def factors(self) -> list[Fraction]:
        """The exact factor of each cell."""
        return self._cells[1]

    @cached_property
    def _cells(self) -> tuple[Codes, list[Fraction]]:
        worth, base = self._base
        post = self.sample.post_stratum
        strata, posts = len(self.strata[1]), 1 if post is None else int(post.max(initial=0)) + 1
        keys = (base * strata + self.strata[0]) * posts + (0 if post is None else post[self.at])
        joint, cells = np.unique(keys, return_inverse=True)
        stratum, after = (joint // posts % max(strata, 1)).tolist(), (joint % posts).tolist()
        cells = cells.astype(np.int64)
        sums = exact_sums(self.whole, cells, len(joint))
        factors = [worth[code] for code in (joint // posts // max(strata, 1)).tolist()]
        if self.sample.design is not None and self.sample.design.sized:
            sizes = [self.sample.size_of(int(self.at[row])) or Fraction(0) for row in self.strata[1].tolist()]
            factors = _scaled(factors, sums, stratum, sizes)
        if self.sample.design is not None and self.sample.design.post_strata is not None:
            sizes = list(self.sample.design.post_strata.population.values())
            factors = _scaled(factors, sums, after, sizes)
        return cells, factors

    @property
    def _base(self) -> tuple[list[Fraction], Codes]:
        """The factors that the answers come with, and which of them each row has: the unit of the column ``weight``,
        or under ``weights: inverse`` the inverse probability of being drawn.
        """
        design = self.sample.design
        if design is None or design.weights != "inverse":
            return [Fraction(1, self.sample.below)], np.zeros(len(self.at), dtype=np.int64)
        stages = [self.draw.first, *filter(None, (self.draw.second,))]
        top, bottom = np.ones((2, len(self.at)), dtype=np.int64)
        for stage in stages:
            top, bottom = top * stage.population.astype(np.int64)[stage.parent], bottom * stage.drawn[stage.parent]
        pairs, codes = np.unique(np.stack([top, bottom]), axis=1, return_inverse=True)
        return [Fraction(int(a), int(b)) for a, b in pairs.T], codes.reshape(-1).astype(np.int64)

    @cached_property
    def weights(self) -> Floats:
        """The weight of each row as a float, for variances."""
        factors = np.array([float(factor) for factor in self.factors])
        found: Floats = self.whole.astype(np.float64) * factors[self.cells] if len(self.at) else np.zeros(0)
        return found

    @cached_property
    def unsampled(self) -> bool:
        """Tell whether a stratum or post-stratum that the design gives a size has no answer here."""
        design, after = self.sample.design, self.sample.post_stratum
        if design is None:
            return False
        posts = 0 if design.post_strata is None else len(design.post_strata.population)
        if after is not None and len(np.unique(after[self.at])) < posts:
            return True
        if not (design.sized and design.strata):
            return False
        if not design.by_attribute:
            return len(self.strata[1]) < len(design.strata)
        there = set(self.sample.rows[self.at].select("_unit", "stratum").unique().iter_rows())
        units = np.unique(self.sample.unit[self.at]).tolist()
        wanted = ((unit, name) for unit in units for name in design.strata if self._peopled(unit, name))
        return any(pair not in there for pair in wanted)

    def _peopled(self, unit: int, stratum: str) -> bool:
        size = self.sample.design.strata[stratum].size if self.sample.design is not None else None
        if not isinstance(size, str):
            return True
        found = self.sample.sizes[size.removeprefix("unit.")].get(self.sample.ids[unit])
        return found is None or found > 0

    # --- the draw

    @cached_property
    def draw(self) -> Draw:
        """How these rows were drawn. Raises SampleError where more were drawn than there are."""
        design = self.sample.design
        if design is None:
            return Draw.simple(len(self.at))
        codes, first = self.strata
        members = np.unique(self.sample.cluster[self.at], return_inverse=True)[1].astype(np.int64)
        stage = Stage(codes, members, self._populations(codes, first, members))
        if design.clusters != "two_stage":
            return Draw(stage, None, design.lonely)
        rows = np.arange(len(self.at), dtype=np.int64)
        at = np.unique(members, return_index=True)[1].astype(np.int64)
        counts = self._column("fpc2", members, at) if design.finite else np.full(len(at), np.inf)
        second = Stage(members, rows, counts)
        self._within(second, at, "cluster")
        return Draw(stage, second, design.lonely)

    def _populations(self, codes: Codes, first: Codes, members: Codes) -> Floats:
        design = self.sample.design
        assert design is not None
        if not design.finite:
            return np.full(len(first), np.inf)
        if "fpc" in design.columns:
            counts = self._column("fpc", codes, first)
        else:
            sizes = (self.sample.size_of(int(self.at[row])) for row in first.tolist())
            counts = np.array([float(size or 0) for size in sizes])
        self._within(Stage(codes, members, counts), first, "stratum")
        return counts

    def _column(self, name: str, codes: Codes, first: Codes) -> Floats:
        """Return a column's one value of each parent. Raises SampleError where it has several."""
        given = self.sample.rows[name].to_numpy()[self.at]
        wrong = np.flatnonzero(given != given[first][codes])
        if len(wrong):
            raise SampleError("survey-fpc-differs", column=name, row=self.row(int(wrong[0])), **self.where(wrong[0]))
        found: Floats = given[first].astype(np.float64)
        return found

    def _within(self, stage: Stage, first: Codes, what: str) -> None:
        over = np.flatnonzero(stage.drawn > stage.population)
        if len(over):
            row = int(first[over[0]])
            counts = {"drawn": int(stage.drawn[over[0]]), "population": int(stage.population[over[0]])}
            raise SampleError("survey-over-population", **counts, row=self.row(row), **self.where(row))

    def row(self, place: int) -> tuple[int, int] | None:
        """Return file (its index) and row of a row of the scope, None where the table does not say."""
        rows = self.sample.rows
        at = int(self.at[place])
        return (rows["_file"][at], rows["_row"][at]) if "_row" in rows.columns else None

    def where(self, place: Any) -> dict[str, Any]:
        """Return unit, stratum and cluster of a row of the scope, for messages."""
        rows, at = self.sample.rows, int(self.at[int(place)])
        named = {name: rows[name][at] if name in rows.columns else None for name in ("stratum", "cluster")}
        return {"unit": rows["unit"][at], **{name: value or "—" for name, value in named.items()}}


def exact_sums(values: Ints, codes: Codes, size: int) -> list[int]:
    """Return the exact sum of the values of each code."""
    if not len(values):
        return [0] * size
    wide = values.dtype == object or int(np.abs(values).max()).bit_length() + len(values).bit_length() > 62
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sums = np.add.reduceat((values.astype(object) if wide else values)[order], starts)
    found = [0] * size
    for code, total in zip(ordered[starts].tolist(), sums.tolist(), strict=True):
        found[code] = int(total)
    return found


def _scaled(factors: list[Fraction], sums: list[int], codes: list[int], sizes: list[Fraction]) -> list[Fraction]:
    """Return the factors of cells times what brings the sum of the weights of each code to its size."""
    held: dict[int, Fraction] = {}
    for factor, total, code in zip(factors, sums, codes, strict=True):
        held[code] = held.get(code, Fraction(0)) + factor * total
    return [factor * sizes[code] / held[code] for factor, code in zip(factors, codes, strict=True)]
