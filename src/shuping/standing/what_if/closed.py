"""The first level of a scored period as shares and weights: exact, and checked against the totals that it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Literal

from shuping.rulebook.adjustments import Bonus, cap_in
from shuping.rulebook.grading_model import MANUAL
from shuping.rulebook.rules import combine_of
from shuping.scoring.adjust import Line
from shuping.scoring.first_level import MOST_UNITS, FirstLevel, GroupShares, KeyKind, Limits, Refusal, UnitShares
from shuping.scoring.scores import Scores
from shuping.standing.order import Evidence, lower_first, rank_keys
from shuping.standing.standing import Standing
from shuping.standing.what_if.ground import Ground
from shuping.standing.what_if.weights import declared

ZERO = Fraction(0)


def first_level(ground: Ground, standing: Sequence[Standing]) -> FirstLevel:
    """Return the first level of a period, worked out when it is asked for; ``standing`` is the published one.

    With more than ``MOST_UNITS`` units nothing is kept of the scores: documents do not show so many.
    """
    if len(ground.grid) > MOST_UNITS:
        return FirstLevel(ground.period, _too_many)
    return FirstLevel(ground.period, partial(group_shares, ground, tuple(standing)))


def _too_many() -> Refusal:
    return "many"


def group_shares(ground: Ground, standing: Sequence[Standing]) -> tuple[GroupShares, ...] | Refusal:
    """Return the shares of every group with two criteria to weigh, or why there are none."""
    book = ground.rulebook
    how = combine_of(book.combine, list(book.criteria))
    if how not in ("sum", "arithmetic"):
        return "combine"
    if book.adjustments.prizes:
        return "prizes"
    keys = _keys(ground)
    rows = {row.unit: row for row in standing}
    places = {group: [i for i, code in enumerate(ground.grid.codes) if code == number]
              for number, group in enumerate(ground.grid.group_names)}  # fmt: skip
    weighed = {group: sum(weight > 0 for weight in declared(book, group).values()) for group in places}
    found = tuple(
        _group(ground, group, how, members, keys, rows)
        for group, members in places.items()
        if members and weighed[group] > 1
    )
    if not found:
        return "alone"
    return found if all(_agrees(ground, shares) for shares in found) else "differs"


def _group(
    ground: Ground,
    group: str,
    how: Literal["sum", "arithmetic"],
    members: Sequence[int],
    keys: Mapping[int, tuple[Fraction, ...]],
    rows: Mapping[str, Standing],
) -> GroupShares:
    book, first = ground.rulebook, members[0]
    weights = {name: weight for name, weight in declared(book, group).items() if weight}
    adjustments, full = book.adjustments, Fraction(ground.root.full[first])
    cap = adjustments.total_cap
    limits = Limits(
        adjustments.order if ground.root.adjustments is not None else (),
        cap_in(adjustments.bonus_cap, group),
        adjustments.deduct_floor,
        full if cap == "points" else cap_in(cap, group),
        book.rounding,
    )
    kinds, columns = _kinds(ground)
    codes = [_codes([keys.get(index, ())[2 * at + 1 : 2 * at + 3] for index in members]) for at in columns]
    units = tuple(
        _unit(ground, group, index, tuple(weights), tuple(code[row] for code in codes), rows)
        for row, index in enumerate(members)
    )
    return GroupShares(
        group, how, tuple(weights), tuple(weights.values()), full, limits, kinds, book.rank_style,
        book.rounding.rank_on, units,
    )  # fmt: skip


def _keys(ground: Ground) -> dict[int, tuple[Fraction, ...]]:
    """Return what units are ranked by, of all units with a total: two figures a tie key behind the total."""
    root = ground.root
    known = {index: ZERO for index in range(len(ground.grid)) if root.present[index]}
    return rank_keys(ground.rulebook, ground.grid, root, known, Evidence(ground.measured))


def _kinds(ground: Ground) -> tuple[tuple[tuple[KeyKind, int], ...], list[int]]:
    """Return the tie keys, and which of them (by place) do not depend on weights."""
    book = ground.rulebook
    named = {*book.measures, *(criterion.id for criterion in book.walk())}
    kinds: list[tuple[KeyKind, int]] = []
    columns: list[int] = []
    for place, key in enumerate(book.tiebreak):
        sign = -1 if lower_first(book, key) else 1
        if key.key in named:
            columns.append(place)
            kinds.append(("fixed", 1))
        elif key.key != MANUAL:
            kinds.append(("unrounded" if key.key == "unrounded_total" else "deductions", sign))
    return tuple(kinds), columns


def _codes(figures: Sequence[tuple[Fraction, ...]]) -> list[int]:
    order = {figure: code for code, figure in enumerate(sorted(set(figures)))}
    return [order[figure] for figure in figures]


def _unit(
    ground: Ground,
    group: str,
    index: int,
    criteria: Sequence[str],
    keys: tuple[int, ...],
    rows: Mapping[str, Standing],
) -> UnitShares:
    root, unit = ground.root, ground.grid.units[index]
    children = {child.criterion.id: child for child in root.children}
    shares, takes, lacks = zip(*(_share(children[name], index) for name in criteria), strict=True)
    others = [child for name, child in children.items() if name not in criteria and child.applies[index]]
    constant = sum((Fraction(child.points[index]) for child in others if child.present[index]), ZERO)
    gain, loss = _adjustments(ground, group, index)
    row = rows[unit]
    return UnitShares(
        unit, shares, takes, lacks, constant, gain, loss, keys, bool(root.present[index]), row.rank is not None,
        row.total, row.rank,
    )  # fmt: skip


def _share(child: Scores, index: int) -> tuple[Fraction, bool, Fraction]:
    """Return a criterion's share of its full points, whether it counts, and the share left out for the total."""
    deferred = child.deferred is not None and bool(child.deferred[index])
    if not (child.present[index] or deferred):
        return ZERO, False, ZERO
    full = child.full[index]
    lacking = ZERO if child.lacking is None else child.lacking[index] / full
    return child.points[index] / full, True, lacking


def _adjustments(ground: Ground, group: str, index: int) -> tuple[Fraction, Fraction]:
    """Return bonuses within the caps of their categories, and deductions within the cap of all."""
    found, rules = ground.root.adjustments, ground.rulebook.adjustments
    if found is None:
        return ZERO, ZERO
    gains: dict[str | None, Fraction] = {}
    loss = ZERO
    for line in found.lines:
        if line.entry is None:
            continue
        if isinstance(line.entry, Bonus):
            name = line.entry.category
            gains[name] = gains.get(name, ZERO) + _points(line, index)
        else:
            loss -= _points(line, index)
    for name, category in rules.categories.items():
        cap = cap_in(category.cap, group)
        if name in gains and cap is not None:
            gains[name] = min(gains[name], cap)
    cap = cap_in(rules.deductions_cap, group)
    return sum(gains.values(), ZERO), loss if cap is None else min(loss, cap)


def _points(line: Line, index: int) -> Fraction:
    return Fraction(line.points[index]) if not isinstance(line.points[index], Fraction) else line.points[index]


def _agrees(ground: Ground, shares: GroupShares) -> bool:
    """Tell whether the totals under the rule book's own weights are those that were scored, to the last digit."""
    index = {unit: place for place, unit in enumerate(ground.grid.units)}
    for unit in shares.units:
        settled = shares.settled(unit, shares.weights)
        total = ground.root.points[index[unit.unit]] if unit.present else None
        if (None if settled is None else settled.exact) != total:
            return False
    return True
