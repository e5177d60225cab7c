"""Replicates scored block by block: by the kernel where the rule book allows it, else by scoring itself.

Units are taken in blocks of whole comparison groups and replicates in blocks too, so that memory does not grow with
either. Nothing is drawn here that ``parameters`` and ``noise`` have not named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import FLOAT
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import missing_rules
from shuping.scoring.evaluate import evaluate, score_leaf_again
from shuping.scoring.grid import Grid, Inputs, repeated_inputs, rows_of_inputs
from shuping.scoring.references import reference_units
from shuping.scoring.rounding import round_array
from shuping.scoring.scores import Scores, walk
from shuping.standing.simulation.kernel import Kernel, kernel_of
from shuping.standing.simulation.layout import Layout, SameSize, Tallies
from shuping.standing.simulation.memory import cells_within, units_within
from shuping.standing.simulation.noise import Errors, Noise
from shuping.standing.simulation.parameters import Parameters
from shuping.standing.simulation.ranks import (
    compared,
    count_places,
    is_missing,
    rank_by_counting,
    rank_groups,
    sorted_ranks,
)
from shuping.standing.simulation.tally import Tallied, who_is_ahead
from shuping.standing.simulation.variants import variant_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["sampling", "choices"]
UNITS = 8000
"""Units of a block, about: whole comparison groups."""
CELLS = 4_000_000
"""Totals held at once: units times replicates."""
CACHED = 65_536
"""Totals ranked at once: as many as stay in the processor's cache."""
SCORED = 20_000_000
"""Points held at once where replicates go through scoring: units times replicates times criteria."""
Told = Callable[[int, int], None]
"""Told how many replicates of all units are done, and how many there are."""


@dataclass(frozen=True)
class Setting:
    """What is simulated: a rule book over a grid. ``inputs_of`` gives the float columns under a variant of the rule
    book; ``noise`` the errors of some of them.
    """

    rulebook: Rulebook
    grid: Grid
    inputs_of: Callable[[Rulebook], Inputs]
    noise: tuple[Noise, ...] = ()
    seed: int = 0
    shrink: bool = True
    unranked: frozenset[str] = frozenset()
    """Units with a total and no rank, whatever comes out: a veto calls them unqualified."""
    codes: frozenset[int] | None = None
    """The comparison groups to be reported, by default all of them."""
    memory: int | None = None
    """Bytes that may be used, about; the replicates do not depend on it."""


@dataclass(frozen=True)
class Simulated:
    """What came out: a tally for each comparison group that has units, by its place in ``grid.group_names``.

    ``failed``: replicates in which a total could not be worked out for some unit that has one; they are counted as
    without a place there, not left out. ``parameters``: what was drawn. ``base``: ranks (n,) under the rule book.
    """

    kind: Kind
    grid: Grid
    tallies: Mapping[int, Tallied]
    rows: Mapping[int, Ints]
    parameters: Parameters
    failed: NDArray[np.bool_]
    sizes: tuple[tuple[Ints, Tallied], ...] = ()
    """The same tallies, those of small groups of one size side by side: groups (g,), and a tally with a row for each of
    their units.
    """


@dataclass
class _Run:
    setting: Setting
    parameters: Parameters
    kind: Kind
    told: Told | None
    watch: Callable[[Grid, Ints, Ints, Floats, Any], None] | None
    tallies: Tallies
    done: int = 0


def simulate(
    setting: Setting,
    parameters: Parameters,
    kind: Kind,
    *,
    told: Told | None = None,
    watch: Callable[[Grid, Ints, Ints, Floats, Any], None] | None = None,
) -> Simulated:
    """Score all replicates and tally their ranks.

    ``choices``: parameters vary, values are as observed; ``sampling``: values vary under the rule book's own choices.
    ``watch`` is given every block: the grid of its units, their rows in the whole grid, the replicates' numbers, the
    published totals and the ranks, both (units, replicates).
    """
    grid = setting.grid
    run = _Run(setting, parameters, kind, told, watch, Tallies.of(grid, parameters.draws))
    failed = np.zeros(parameters.draws, dtype=bool)
    ready: dict[tuple[int, ...], tuple[Rulebook, Inputs]] = {}
    for block in _blocks(setting, parameters.draws):
        layout = run.tallies.layout(block)
        for key, draws in _by_choice(parameters):
            if key not in ready:
                book = variant_of(setting.rulebook, dict(zip(parameters.choices, key, strict=True)))
                ready[key] = book, setting.inputs_of(book)
            failed[draws] |= _variant(run, ready[key], layout, draws)
    sizes = run.tallies.sizes(setting.codes)
    tallies = run.tallies.by_group(setting.codes)
    return Simulated(kind, grid, tallies, run.tallies.rows, parameters, failed, sizes)


def _blocks(setting: Setting, draws: int) -> Iterator[Ints]:
    """Yield the rows of whole comparison groups, about ``UNITS`` at a time; all at once where groups lean on others."""
    codes = setting.grid.codes
    most = units_within(setting.memory, UNITS, draws, len(setting.noise))
    across = any(rule.column is not None for rule in missing_rules(setting.rulebook).values())
    if across or reference_units(setting.rulebook) or len(codes) <= most:
        yield np.arange(len(codes))
        return
    starts = np.concatenate(([0], np.flatnonzero(np.diff(codes)) + 1, [len(codes)]))
    begin = 0
    for start, end in pairwise(starts):
        if end - begin > most and start > begin:
            yield np.arange(begin, start)
            begin = start
    yield np.arange(begin, len(codes))


def _by_choice(parameters: Parameters) -> Iterator[tuple[tuple[int, ...], Ints]]:
    """Yield every combination of choices that was drawn, with its replicates."""
    if not parameters.choices:
        yield (), np.arange(parameters.draws)
        return
    table = np.stack(list(parameters.choices.values()), axis=1)
    keys, inverse = np.unique(table, axis=0, return_inverse=True)
    for number, key in enumerate(keys):
        yield tuple(int(one) for one in key), np.flatnonzero(inverse.ravel() == number)


def _variant(run: _Run, ready: tuple[Rulebook, Inputs], layout: Layout, draws: Ints) -> NDArray[np.bool_]:
    """Score some replicates of a block of units under one variant; return where one failed."""
    book, inputs = ready
    whole, block = run.setting.grid, layout.block
    codes, names = np.unique(whole.codes[block], return_inverse=True)
    here = tuple(whole.group_names[code] for code in codes)
    grid = Grid(tuple(whole.units[row] for row in block), here, names.astype(np.int64))
    inputs = rows_of_inputs(inputs, block)
    base = evaluate(book, grid, inputs, FLOAT)
    kernel = kernel_of(book, grid, base)
    if kernel is not None and not kernel.keeps_something(run.parameters.factors):
        kernel = None  # what becomes of a unit that has nothing left is for scoring itself to say
    noise = _noise(run, block, inputs)
    out = np.array([unit in run.setting.unranked for unit in grid.units], dtype=bool)
    criteria = 1 if kernel is not None else max(1, sum(1 for _ in walk(base)))
    held = min(cells_within(run.setting.memory, CELLS), SCORED // criteria)
    size = max(1, held // max(1, len(block)))
    failed = np.zeros(len(draws), dtype=bool)
    for start in range(0, len(draws), size):
        some = draws[start : start + size]
        drawn = {key: values[some] for key, values in noise.items()}
        scored = _Replicates(book, grid, inputs, base, kernel, run.parameters.rows(some).factors, drawn, len(some))
        totals = scored.totals()
        totals[:, out] = np.nan
        lost = ~np.isfinite(totals) & base.present & ~out
        failed[start : start + size] = lost.any(axis=1)
        totals[lost] = np.nan
        _rank(run, scored, layout, some, totals)
        run.done += totals.size
        if run.told is not None:
            run.told(run.done, len(whole) * run.parameters.draws)
    return failed


def _noise(run: _Run, block: Ints, inputs: Inputs) -> dict[tuple[str, str], Floats]:
    """Draw the values (draws, units) of every column with an error."""
    if run.kind != "sampling":
        return {}
    setting = run.setting
    codes = setting.grid.codes[block]
    found: dict[tuple[str, str], Floats] = {}
    for noise in setting.noise:
        columns = inputs.measures if noise.kind == "measure" else inputs.panels
        errors = noise.errors
        part = replace(
            noise, variance=noise.variance[block], errors=None if errors is None else _of_rows(errors, block)
        )
        column = columns[noise.name]
        found[noise.kind, noise.name] = part.draw(
            column, np.arange(len(block)), codes.tolist(), run.parameters.draws, setting.seed, setting.shrink
        )
    return found


def _of_rows(errors: Errors, block: Ints) -> Errors:
    def of_block(draws: int, rows: Ints, random: np.random.Generator) -> Floats:
        return errors(draws, block[rows], random)

    return of_block


def _source_of(criterion: Criterion) -> tuple[str, str]:
    """Return kind and name of the column that a leaf rests on."""
    if criterion.measure is not None:
        return "measure", criterion.measure
    return "panel", criterion.judged or ""


@dataclass
class _Replicates:
    """Some replicates of a block: by the kernel, or by scoring with the units repeated."""

    book: Rulebook
    grid: Grid
    inputs: Inputs
    base: Scores
    kernel: Kernel | None
    factors: Mapping[str, Floats]
    drawn: Mapping[tuple[str, str], Floats]
    count: int
    shares: dict[str, Floats] = field(default_factory=dict)
    root: Scores | None = None

    def totals(self) -> Floats:
        """Return unrounded totals (replicates, units)."""
        if self.kernel is not None:
            self.shares = self._shares()
            return self.kernel.totals(self.count, self.factors, self.shares)
        grid = self.grid.repeated(self.count)
        factors = {name: np.repeat(values, len(self.grid)) for name, values in self.factors.items()}
        self.root = evaluate(self.book, grid, self._inputs(), FLOAT, factors)
        totals = np.where(self.root.present, self.root.points, np.nan)
        return np.asarray(totals.reshape(self.count, len(self.grid)))

    def _inputs(self) -> Inputs:
        return repeated_inputs(self.inputs, self.count, self.drawn)

    def _shares(self) -> dict[str, Floats]:
        """Score the leaves whose values were drawn."""
        if not self.drawn:
            return {}
        inputs, grid = self._inputs(), self.grid.repeated(self.count)
        found = {}
        for scores in walk(self.base):
            criterion = scores.criterion
            if not scores.children and _source_of(criterion) in self.drawn:
                again = score_leaf_again(self.book, grid, inputs, FLOAT, scores, self.count)
                full = np.where(again.full > 0, again.full, 1.0)
                found[criterion.id] = (again.points / full).reshape(self.count, len(self.grid))
        return found

    def key(self, name: str) -> Floats | None:
        """Return the points of a criterion, (replicates, units) or (units,); None where it is not one."""
        if self.kernel is not None:
            share = self.kernel.points_of(name, self.factors, self.shares)
            full = next((scores.full for scores in walk(self.base) if scores.criterion.id == name), None)
            return None if share is None or full is None else np.asarray(share * full)
        assert self.root is not None
        for scores in walk(self.root):
            if scores.criterion.id == name:
                return np.asarray(scores.points.reshape(self.count, len(self.grid)))
        return None

    def values(self, name: str) -> Floats:
        """Return the values of a measure, as drawn where it has an error."""
        drawn = self.drawn.get(("measure", name))
        return drawn if drawn is not None else np.asarray(self.inputs.measures[name].values, dtype=np.float64)


def _rank(run: _Run, scored: _Replicates, layout: Layout, draws: Ints, totals: Floats) -> None:
    """Round the totals as they are published, rank them within the groups, and add the ranks to the tallies."""
    rounding = scored.book.rounding
    places = None if rounding.rank_on == "unrounded" else rounding.places
    by_unit = np.ascontiguousarray(totals.T)
    keys = _Lazily(lambda: _keys(scored, totals)) if scored.book.tiebreak else None
    ranks = np.zeros(by_unit.shape, dtype=np.int32) if run.watch is not None else None
    for rows, tally in layout.large:
        figures = compared(by_unit[rows], places, rounding.mode)
        mine = rank_by_counting(figures) if keys is None else None
        if mine is None:
            mine = sorted_ranks(_floats(figures), [key[rows] for key in keys()] if keys else ())
        tally.add_ranks(mine)
        if ranks is not None:
            ranks[rows] = mine
    for part in layout.small:
        step = max(1, CACHED // max(1, part.rows.shape[1] * by_unit.shape[1]))
        for start in range(0, len(part.rows), step):
            some = slice(start, start + step)
            figures = compared(by_unit[part.rows[some]], places, rounding.mode)
            _rank_small(part, some, figures, keys, ranks)
    if run.watch is not None:
        assert ranks is not None
        published = by_unit if places is None else round_array(by_unit, places, rounding.mode)
        run.watch(scored.grid, layout.block, draws, published, ranks)


def _rank_small(part: SameSize, some: slice, figures: Any, keys: Callable[[], list[Floats]] | None, ranks: Any) -> None:
    """Rank small groups of one size together; those with equal totals once more, with what separates them."""
    found, rows = rank_groups(figures), part.rows[some]
    if keys is not None:
        for number in np.flatnonzero(found.tied):
            mine = sorted_ranks(_floats(figures[number]), [key[rows[number]] for key in keys()])
            found.ranks[number] = mine
            found.ahead[number] = who_is_ahead(mine)
    part.tally.places[part.at[some]] += count_places(found.ranks)
    assert part.tally.ahead is not None
    part.tally.ahead[part.at[some]] += found.ahead
    if ranks is not None:
        ranks[rows] = found.ranks


def _floats(figures: Any) -> Floats:
    """Return the figures of ``compared`` as numbers, NaN where missing."""
    return np.where(is_missing(figures), np.nan, figures)


class _Lazily:
    """Works something out when it is first asked for."""

    def __init__(self, make: Callable[[], list[Floats]]) -> None:
        self._make = make
        self._made: list[Floats] | None = None

    def __call__(self) -> list[Floats]:
        if self._made is None:
            self._made = self._make()
        return self._made


def _keys(scored: _Replicates, totals: Floats) -> list[Floats]:
    """Return what separates equal totals, each (units, replicates), the higher first."""
    rounding = scored.book.rounding
    found: list[Floats] = []
    for key in scored.book.tiebreak:
        lower = key.direction == "lower"
        if key.key == "unrounded_total":
            values = totals
        elif key.key == "fewer_deductions":
            lower = True
            values = _deductions(scored, totals)
        elif (points := scored.key(key.key)) is not None:
            values = (
                points
                if rounding.rank_on == "unrounded"
                else round_array(points, rounding.detail_places, rounding.mode)
            )
        elif key.key in scored.book.measures:
            values = scored.values(key.key)
            lower = (key.direction or scored.book.measures[key.key].direction) == "lower"
        else:
            continue  # a person decides: nothing to compare
        whole = np.broadcast_to(values, totals.shape)
        found.append(np.ascontiguousarray((-whole if lower else whole).T))
    return found


def _deductions(scored: _Replicates, totals: Floats) -> Floats:
    if scored.root is None or scored.root.adjustments is None:
        return np.zeros_like(totals)
    return np.asarray(scored.root.adjustments.deduction.reshape(totals.shape))
